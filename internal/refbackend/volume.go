package refbackend

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

// States of a volume.
const (
	volumeCreating  = "creating"
	volumeAvailable = "available"
	volumeAttached  = "attached"
	volumeDeleting  = "deleting"
	volumeFailed    = "failed"
)

// There is no state between available and attached: a volume shows the old one until the change is done.
var (
	volumeAttach = flow{"volume.attach", []stage{
		{volumeAvailable, time.Second, 5 * time.Second},
		{state: volumeAttached},
	}}
	volumeDetach = flow{"volume.detach", []stage{
		{volumeAttached, time.Second, 5 * time.Second},
		{state: volumeAvailable},
	}}
	volumeDelete = flow{"volume.delete", []stage{
		{volumeDeleting, time.Second, 5 * time.Second},
		{state: gone},
	}}
)

// volumeCreate ends in available, or in attached where the volume was asked for with a VM.
func volumeCreate(last string) flow {
	return flow{"volume.create", []stage{
		{volumeCreating, 3 * time.Second, 10 * time.Second},
		{state: last},
	}}
}

// filesystems are those of Linux, the default first; Windows has one of its own.
var filesystems = []string{"ext4", "xfs", "btrfs"}

const filesystemWindows = "ntfs"

const (
	volumeType = "nvme"

	// Sizes in GiB. A volume that comes with a VM has rules of its own.
	minVolume = 10
	maxVolume = 1000
)

// volume is a disk apart from those that VMs boot from.
type volume struct {
	ID         int
	Project    string
	Name       string
	Size       int // GiB
	Status     string
	Filesystem string // what it is formatted with at the first attachment; taken, never shown
	VM         string // "" when detached
	Region     string
	stamps
}

var volumeNoun = noun{
	kind: "volume", name: "volume", plural: "volumes", integer: true,
	find: func(st *state, id string) (string, bool) {
		v, ok := st.volume(id)
		if !ok {
			return "", false
		}
		return v.Project, true
	},
	count: func(st *state, project string) int {
		return st.Volumes.Count(func(v *volume) bool { return v.Project == project })
	},
	failed: volumeFailed,
}

func volumeOperations() []*operation {
	const path = "/api/v1/volumes"
	change := func(id, method, sub, permission string, body bodyRule, handle handler) *operation {
		return &operation{
			id: id, method: method, path: path + "/{id}" + sub, kind: mutation, on: &volumeNoun, permission: permission,
			body: body, handle: handle,
		}
	}
	return []*operation{
		{
			id: "listVolumes", method: http.MethodGet, path: path, kind: list, permission: "volume.view", page: 50,
			query:  []filter{{name: "vm_id", uuid: true}, {name: "region", values: []string{regionCode}}},
			handle: (*Server).listVolumes,
		},
		{
			id: "createVolume", method: http.MethodPost, path: path, kind: mutation, permission: "volume.create",
			body: requiredBody, status: http.StatusAccepted, handle: (*Server).createVolume,
		},
		{
			id: "getVolume", method: http.MethodGet, path: path + "/{id}", kind: get, on: &volumeNoun, permission: "volume.view",
			handle: (*Server).getVolume,
		},
		change("deleteVolume", http.MethodDelete, "", "volume.delete", noBody, (*Server).deleteVolume),
		change("resizeVolume", http.MethodPatch, "", "volume.manage", requiredBody, (*Server).resizeVolume),
		change("attachVolume", http.MethodPost, "/attach", "volume.manage", requiredBody, (*Server).attachVolume),
		change("detachVolume", http.MethodPost, "/detach", "volume.manage", noBody, (*Server).detachVolumeFromVM),
	}
}

type volumeBody struct {
	ID           int       `json:"id"`
	AccountID    string    `json:"account_id"`
	ProjectID    string    `json:"project_id"`
	VM           string    `json:"product_vm,omitempty"`
	Name         string    `json:"name"`
	VolumeType   string    `json:"volume_type"`
	Size         int       `json:"size"`
	Status       string    `json:"status"`
	PricePerHour string    `json:"price_per_hour"`
	Region       string    `json:"region"`
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
}

func (s *Server) showVolume(v *volume) any {
	return volumeBody{
		ID:           v.ID,
		AccountID:    s.state.AccountID,
		ProjectID:    v.Project,
		VM:           v.VM,
		Name:         v.Name,
		VolumeType:   volumeType,
		Size:         v.Size,
		Status:       v.Status,
		PricePerHour: hourlyText(float64(v.Size) * priceVolumeGB),
		Region:       v.Region,
		CreatedAt:    v.CreatedAt,
		UpdatedAt:    v.UpdatedAt,
	}
}

func (s *Server) listVolumes(c *call) (any, error) {
	matching := func(v *volume) bool { return c.matches("vm_id", v.VM) && c.matches("region", v.Region) }
	return listing[*volume]{
		noun:    &volumeNoun,
		id:      (*volume).id,
		project: func(v *volume) string { return v.Project },
		show:    s.showVolume,
	}.answer(s, c, s.state.Volumes.Where(matching)), nil
}

func (s *Server) getVolume(c *call) (any, error) { return data(s.showVolume(s.volume(c))), nil }

func (s *Server) createVolume(c *call) (any, error) {
	in := c.input
	home, _ := s.state.Projects.Get(c.project)
	order := volume{
		Project:    c.project,
		Name:       in.String("name").Required().Len(1, 64).Value(),
		Size:       in.Int("size").Required().Min(minVolume).Max(maxVolume).Value(),
		Filesystem: in.String("filesystem_type").OneOf(filesystems...).Or(filesystems[0]),
		Region:     in.String("region").OneOf(regionCode).Or(home.Region),
	}
	in.String("volume_type").Required().OneOf(volumeType)
	target, attach := s.readVMFor(c, in.String("vm_id").UUID(), order.Region)
	if err := in.Err(); err != nil {
		return nil, err
	}
	if attach {
		if err := target.mustBe(vmActive, vmPassive); err != nil {
			return nil, err
		}
		order.VM = target.ID
		if s.state.templateOf(target.Template).isWindows() {
			order.Filesystem = filesystemWindows
		}
	}
	v := s.addVolume(order)
	c.created(&volumeNoun, v.id())
	return data(s.showVolume(v)), nil
}

// readVMFor finds the VM that a volume of a region is to be attached to; false when the body names none that will do.
func (s *Server) readVMFor(c *call, field input.StringField, region string) (*vm, bool) {
	m, ok := s.readVM(c, field)
	if ok && m.Region != region {
		c.input.Fail(field.Name(), "the VM is in region %s, the volume in %s", m.Region, region)
	}
	return m, ok
}

// deleteVolume removes a volume that is attached to nothing. Its snapshots stay.
func (s *Server) deleteVolume(c *call) (any, error) {
	v := s.volume(c)
	if v.VM != "" {
		return nil, conflict("volume %q is attached to VM %s: detach it first", v.Name, v.VM)
	}
	if err := v.mustBe(volumeAvailable, volumeFailed); err != nil {
		return nil, err
	}
	s.begin(&volumeNoun, v.id(), volumeDelete)
	return done("Volume deleted"), nil
}

// resizeVolume grows a volume, attached or not.
func (s *Server) resizeVolume(c *call) (any, error) {
	v := s.volume(c)
	size := c.input.Int("new_size").Required().Min(1).Max(maxVolume).Value()
	if size <= v.Size {
		c.input.Fail("new_size", "must be larger than the current size, %d GB", v.Size)
	}
	if err := c.input.Err(); err != nil {
		return nil, err
	}
	if err := v.mustBe(volumeAvailable, volumeAttached); err != nil {
		return nil, err
	}
	v.Size, v.UpdatedAt = size, s.now
	return resizeBody{true, "Volume resized", v.id()}, nil
}

func (s *Server) attachVolume(c *call) (any, error) {
	v := s.volume(c)
	target, _ := s.readVMFor(c, c.input.String("vm_id").Required().UUID(), v.Region)
	if err := c.input.Err(); err != nil {
		return nil, err
	}
	if v.VM != "" {
		return nil, conflict("volume %q is attached to VM %s already", v.Name, v.VM)
	}
	if err := v.mustBe(volumeAvailable); err != nil {
		return nil, err
	}
	if err := target.mustBe(vmActive, vmPassive); err != nil {
		return nil, err
	}
	s.begin(&volumeNoun, v.id(), volumeAttach)
	v.VM = target.ID // after entering available, which means detached otherwise
	return data(s.showVolume(v)), nil
}

// detachVolumeFromVM takes a volume off its VM. A VM that failed lets go of its volumes as well: they would be lost
// to their owner otherwise.
func (s *Server) detachVolumeFromVM(c *call) (any, error) {
	v := s.volume(c)
	if err := v.mustBe(volumeAttached); err != nil {
		return nil, err
	}
	if m, ok := s.state.VMs.Get(v.VM); ok {
		if err := m.mustBe(vmActive, vmPassive, vmFailure); err != nil {
			return nil, err
		}
	}
	s.begin(&volumeNoun, v.id(), volumeDetach)
	return data(s.showVolume(v)), nil
}

// volume is the volume that the path names; the server has found it before.
func (s *Server) volume(c *call) *volume {
	v, _ := s.state.volume(c.id())
	return v
}

func (v *volume) id() string { return strconv.Itoa(v.ID) }

// mustBe refuses a change that the volume's state does not allow.
func (v *volume) mustBe(states ...string) error {
	if !slices.Contains(states, v.Status) {
		return conflict("volume %q must be %s, it is %s", v.Name, strings.Join(states, " or "), v.Status)
	}
	return nil
}

// volume returns the volume with the id of a path.
func (st *state) volume(id string) (*volume, bool) {
	n, err := strconv.Atoi(id)
	if err != nil {
		return nil, false
	}
	return st.Volumes.Get(n)
}

// addVolume begins the creation of a volume, which ends attached if it names a VM.
func (s *Server) addVolume(v volume) *volume {
	v.ID = s.state.IDs.integer(volumeNoun.kind)
	v.Region = cmp.Or(v.Region, regionCode)
	v.stamps = s.stamped()
	s.state.Volumes.Put(v.ID, &v)
	last := volumeAvailable
	if v.VM != "" {
		last = volumeAttached
	}
	s.begin(&volumeNoun, v.id(), volumeCreate(last))
	return &v
}

// volumesOf lists the volumes attached to a VM, oldest first.
func (st *state) volumesOf(vm string) []*volume {
	var out []*volume
	for v := range st.Volumes.Where(func(v *volume) bool { return v.VM == vm }) {
		out = append(out, v)
	}
	return out
}

// detachVolume takes a volume off a VM that is no more. One that is still being created goes on without the VM.
func (s *Server) detachVolume(v *volume) {
	v.VM = ""
	if v.Status == volumeCreating {
		return
	}
	s.cancel(&volumeNoun, v.id())
	v.Status, v.UpdatedAt = volumeAvailable, s.now
}

// dropVolume removes a volume for good. Its snapshots stay, and none of them is in use any more.
func (s *Server) dropVolume(v *volume) {
	s.cancel(&volumeNoun, v.id())
	s.clearActive("", v.ID)
	s.state.Volumes.Remove(v.ID)
}

// enterVolume takes a volume to a state when its time has come.
func (s *Server) enterVolume(id, status string) {
	v, ok := s.state.volume(id)
	if !ok {
		return
	}
	switch status {
	case gone:
		s.dropVolume(v)
		return
	case volumeAvailable, volumeFailed:
		v.VM = ""
	case volumeAttached:
		if v.VM == "" { // the VM was deleted meanwhile
			status = volumeAvailable
		}
	}
	v.Status, v.UpdatedAt = status, s.now
}
