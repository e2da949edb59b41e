package refbackend

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// What a snapshot is of.
const (
	snapshotOfVM     = "vm"
	snapshotOfVolume = "volume"
)

// States of a snapshot. While its source is being reverted to it, it shows snapshotSaved.
const (
	snapshotSaved     = ""
	snapshotRestoring = "restoring"
	snapshotActive    = "active"
)

var (
	// vmSnapshot is what a VM goes through while a snapshot of it is taken.
	vmSnapshot = flow{"vm.snapshot", []stage{
		{vmProvisioning, time.Minute, 2 * time.Minute},
		{state: vmActive},
	}}
	// snapshotRestore takes the source with it.
	snapshotRestore = flow{"snapshot.restore", []stage{
		{snapshotRestoring, time.Minute, 2 * time.Minute},
		{state: snapshotActive},
	}}
)

// snapshot is a copy of a VM or volume at a point in time.
type snapshot struct {
	ID        int
	Project   string
	Name      string
	VM        string // source; "" when it is a volume
	Volume    int    // source; 0 when it is a VM
	Size      int    // GB of the source at the time
	Status    string
	CreatedBy string
	stamps
}

var snapshotNoun = noun{
	kind: "snapshot", name: "snapshot", plural: "snapshots", integer: true,
	find: func(st *state, id string) (string, bool) {
		sn, ok := st.snapshot(id)
		if !ok {
			return "", false
		}
		return sn.Project, true
	},
	count: func(st *state, project string) int {
		return st.Snapshots.Count(func(sn *snapshot) bool { return sn.Project == project })
	},
	failed: snapshotSaved, // a restore that fails leaves the snapshot as it is
}

func snapshotOperations() []*operation {
	const path = "/api/v1/snapshots"
	return []*operation{
		{
			id: "listSnapshots", method: http.MethodGet, path: path, kind: list, permission: "snapshot.view", page: 50,
			query: []filter{
				{name: "vm_id", uuid: true},
				{name: "volume_id", integer: true},
				{name: "type", values: []string{snapshotOfVM, snapshotOfVolume}},
			},
			handle: (*Server).listSnapshots,
		},
		{
			id: "createSnapshot", method: http.MethodPost, path: path, kind: mutation, permission: "snapshot.create",
			body: requiredBody, status: http.StatusCreated, handle: (*Server).createSnapshot,
		},
		{
			id: "getSnapshot", method: http.MethodGet, path: path + "/{id}", kind: get, on: &snapshotNoun, permission: "snapshot.view",
			handle: (*Server).getSnapshot,
		},
		{
			id: "deleteSnapshot", method: http.MethodDelete, path: path + "/{id}", kind: mutation, on: &snapshotNoun,
			permission: "snapshot.delete", handle: (*Server).deleteSnapshot,
		},
		{
			id: "restoreSnapshot", method: http.MethodPost, path: path + "/{id}/restore", kind: mutation, on: &snapshotNoun,
			permission: "snapshot.manage", handle: (*Server).restoreSnapshot,
		},
		{
			id: "renameSnapshot", method: http.MethodPatch, path: path + "/{id}/rename", kind: mutation, on: &snapshotNoun,
			permission: "snapshot.manage", body: requiredBody, handle: (*Server).renameSnapshot,
		},
	}
}

type snapshotBody struct {
	ID           int       `json:"id"`
	AccountID    string    `json:"account_id"`
	ProjectID    string    `json:"project_id"`
	CreatedBy    string    `json:"created_by"`
	Type         string    `json:"type"`
	Name         string    `json:"name"`
	Size         string    `json:"size"`
	TargetSize   string    `json:"target_size"`
	Status       string    `json:"status"`
	VM           string    `json:"product_vm,omitempty"`
	PricePerHour string    `json:"price_per_hour"`
	CreatedAt    time.Time `json:"created_at"`
}

func (s *Server) showSnapshot(prices storagePrices) func(sn *snapshot) any {
	return func(sn *snapshot) any { return s.snapshotBody(sn, prices.ofSnapshot(sn)) }
}

// snapshotBody names a source VM, but never a source volume: the service does not either.
func (s *Server) snapshotBody(sn *snapshot, monthly float64) snapshotBody {
	body := snapshotBody{
		ID:           sn.ID,
		AccountID:    s.state.AccountID,
		ProjectID:    sn.Project,
		CreatedBy:    sn.CreatedBy,
		Type:         sn.kind(),
		Name:         sn.Name,
		Size:         gigabytes(sn.Size),
		TargetSize:   gigabytes(sn.Size),
		VM:           sn.VM,
		PricePerHour: hourlyText(monthly),
		CreatedAt:    sn.CreatedAt,
	}
	if sn.Status == snapshotActive {
		body.Status = snapshotActive
	}
	return body
}

// gigabytes renders a size as the service does in texts.
func gigabytes(size int) string { return fmt.Sprintf("%d GB", size) }

func (sn *snapshot) id() string { return strconv.Itoa(sn.ID) }

func (sn *snapshot) kind() string {
	if sn.VM == "" {
		return snapshotOfVolume
	}
	return snapshotOfVM
}

func (s *Server) answerSnapshot(sn *snapshot) any {
	return data(s.snapshotBody(sn, s.storagePrices().ofSnapshot(sn)))
}

func (s *Server) listSnapshots(c *call) (any, error) {
	matching := func(sn *snapshot) bool {
		return c.matches("vm_id", sn.VM) && c.matches("volume_id", sn.Volume) && c.matches("type", sn.kind())
	}
	return listing[*snapshot]{
		noun:    &snapshotNoun,
		id:      (*snapshot).id,
		project: func(sn *snapshot) string { return sn.Project },
		show:    s.showSnapshot(s.storagePrices()),
	}.answer(s, c, s.state.Snapshots.Where(matching)), nil
}

func (s *Server) getSnapshot(c *call) (any, error) {
	sn, _ := s.state.snapshot(c.id())
	return s.answerSnapshot(sn), nil
}

// snapshotSource is what a snapshot is to be taken of: one of the two.
type snapshotSource struct {
	vm     *vm
	volume *volume
}

func (s *Server) createSnapshot(c *call) (any, error) {
	name := c.input.String("name").Required().Len(1, 128).Value()
	source := s.readSnapshotSource(c)
	if err := c.input.Err(); err != nil {
		return nil, err
	}
	sn := &snapshot{Project: c.project, Name: name, CreatedBy: c.key.CreatedBy, stamps: s.stamped()}
	if v := source.volume; v != nil {
		if err := v.mustBe(volumeAvailable, volumeAttached); err != nil {
			return nil, err
		}
		sn.Volume, sn.Size = v.ID, v.Size
	} else {
		if err := source.vm.mustBe(vmActive); err != nil {
			return nil, err
		}
		sn.VM, sn.Size = source.vm.ID, source.vm.totalStorage()
		s.begin(&vmNoun, sn.VM, vmSnapshot)
	}
	s.clearActive(sn.VM, sn.Volume) // the source goes on from the fresh snapshot
	sn.ID = s.state.IDs.integer(snapshotNoun.kind)
	s.state.Snapshots.Put(sn.ID, sn)
	c.created(&snapshotNoun, sn.id())
	return s.answerSnapshot(sn), nil
}

// readSnapshotSource finds the VM or volume that the body names. An id of the other type is refused rather than
// ignored: the sender meant something else.
func (s *Server) readSnapshotSource(c *call) (source snapshotSource) {
	in := c.input
	kind := in.String("resource_type").Required().OneOf(snapshotOfVM, snapshotOfVolume).Value()
	vmID := in.String("resource_id").UUID()
	volumeID := in.Int("volume_id")
	switch {
	case kind == snapshotOfVM && volumeID.Sent():
		in.Fail("volume_id", "only for a snapshot of a volume")
	case kind == snapshotOfVM:
		source.vm, _ = s.readVM(c, vmID.Required())
	case kind == snapshotOfVolume && vmID.Sent():
		in.Fail("resource_id", "only for a snapshot of a VM")
	case kind == snapshotOfVolume:
		v, ok := s.state.Volumes.Get(volumeID.Required().Value())
		if !ok || v.Project != c.project {
			in.Fail("volume_id", "no such volume in this project")
		}
		source.volume = v
	}
	return source
}

// deleteSnapshot removes a snapshot, unless its source runs on it or is being reverted to it.
func (s *Server) deleteSnapshot(c *call) (any, error) {
	sn, _ := s.state.snapshot(c.id())
	switch sn.Status {
	case snapshotActive:
		return nil, conflict("snapshot %q is active: restore the source to another snapshot, or take a new one, first", sn.Name)
	case snapshotRestoring:
		return nil, conflict("snapshot %q is being restored", sn.Name)
	}
	s.state.Snapshots.Remove(sn.ID)
	return done("Snapshot deleted"), nil
}

// restoreSnapshot reverts the source, a VM only while it is powered off.
func (s *Server) restoreSnapshot(c *call) (any, error) {
	sn, _ := s.state.snapshot(c.id())
	if err := s.mustBeRestorable(sn); err != nil {
		return nil, err
	}
	if v, ok := s.state.VMs.Get(sn.VM); ok {
		s.occupy(v)
	}
	s.begin(&snapshotNoun, sn.id(), snapshotRestore)
	return done("Snapshot restore initiated"), nil
}

func (s *Server) mustBeRestorable(sn *snapshot) error {
	if sn.Status == snapshotRestoring {
		return conflict("snapshot %q is being restored", sn.Name)
	}
	if v, ok := s.state.VMs.Get(sn.VM); ok {
		return v.mustBe(vmPassive)
	}
	if v, ok := s.state.Volumes.Get(sn.Volume); ok {
		return v.mustBe(volumeAvailable, volumeAttached)
	}
	return conflict("the %s of snapshot %q is no more", sn.kind(), sn.Name)
}

func (s *Server) renameSnapshot(c *call) (any, error) {
	name := c.input.String("name").Required().Len(1, 128).Value()
	if err := c.input.Err(); err != nil {
		return nil, err
	}
	sn, _ := s.state.snapshot(c.id())
	sn.Name, sn.UpdatedAt = name, s.now
	return s.answerSnapshot(sn), nil
}

// clearActive takes the mark off the snapshot that a source ran on.
func (s *Server) clearActive(vm string, volume int) {
	for sn := range s.state.Snapshots.Where(func(sn *snapshot) bool { return sn.VM == vm && sn.Volume == volume }) {
		if sn.Status == snapshotActive {
			sn.Status = snapshotSaved
		}
	}
}

// snapshot returns the snapshot with the id of a path.
func (st *state) snapshot(id string) (*snapshot, bool) {
	n, err := strconv.Atoi(id)
	if err != nil {
		return nil, false
	}
	return st.Snapshots.Get(n)
}

// removeVMSnapshots destroys the snapshots of a VM.
func (s *Server) removeVMSnapshots(vm string) {
	for sn := range s.state.Snapshots.Where(func(sn *snapshot) bool { return sn.VM == vm }) {
		s.cancel(&snapshotNoun, sn.id())
		s.state.Snapshots.Remove(sn.ID)
	}
}

// enterSnapshot takes a snapshot to a state when its time has come, and lets its VM go when the restore is over.
func (s *Server) enterSnapshot(id, status string) {
	sn, ok := s.state.snapshot(id)
	if !ok {
		return
	}
	if status == snapshotActive {
		s.clearActive(sn.VM, sn.Volume)
		if sn.Volume != 0 && !s.state.Volumes.Has(sn.Volume) { // deleted meanwhile
			status = snapshotSaved
		}
	}
	sn.Status, sn.UpdatedAt = status, s.now
	if status != snapshotRestoring {
		s.release(sn.VM)
	}
}
