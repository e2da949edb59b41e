package refbackend

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// States of a backup.
const (
	backupPending   = "pending"
	backupCreating  = "creating"
	backupReady     = "ready"
	backupRestoring = "restoring"
	backupFailed    = "failed"
)

var (
	// backupCreate takes about 3 minutes.
	backupCreate = flow{"backup.create", []stage{
		{backupPending, 2 * time.Second, 10 * time.Second},
		{backupCreating, 150 * time.Second, 200 * time.Second},
		{state: backupReady},
	}}
	backupRestore = flow{"backup.restore", []stage{
		{backupRestoring, time.Minute, 3 * time.Minute},
		{state: backupReady},
	}}
)

const (
	// incrementShare is the part of the disk that changes from one restore point to the next: a twentieth.
	incrementShare = 20
	mbPerGB        = 1024
	// timestampForm is how backups are named that were given no name.
	timestampForm = "2006-01-02-150405"
)

// backup is a restore point of a VM, which outlives the VM.
type backup struct {
	ID        string
	Project   string
	Name      string
	VM        string
	Status    string
	SizeMB    int
	Series    int // 0 for a backup by itself
	Increment int // position in the series, from 0
	Schedule  int // 0 for one on demand, or of a schedule that is no more
	Region    string
	CreatedBy string
	stamps
}

var backupNoun = noun{
	kind: "backup", name: "backup", plural: "backups",
	find: func(st *state, id string) (string, bool) {
		b, ok := st.Backups.Get(id)
		if !ok {
			return "", false
		}
		return b.Project, true
	},
	count: func(st *state, project string) int {
		return st.Backups.Count(func(b *backup) bool { return b.Project == project })
	},
	failed: backupFailed,
}

func backupOperations() []*operation {
	const path = "/api/v1/backups"
	resetChain := vmOperation("resetBackupChain", http.MethodPost, "/backups/reset-chain", "vm.backup", noBody,
		(*Server).resetBackupChain)
	resetChain.status = http.StatusAccepted
	return []*operation{
		{
			id: "listBackups", method: http.MethodGet, path: path, kind: list, permission: "vm.view", page: 50,
			query: []filter{{name: "vm_id", uuid: true}}, handle: (*Server).listBackups,
		},
		{
			id: "createBackup", method: http.MethodPost, path: path, kind: mutation, permission: "vm.backup",
			body: requiredBody, status: http.StatusAccepted, handle: (*Server).createBackup,
		},
		{
			id: "getBackup", method: http.MethodGet, path: path + "/{id}", kind: get, on: &backupNoun, permission: "vm.view",
			handle: (*Server).getBackup,
		},
		{
			id: "deleteBackup", method: http.MethodDelete, path: path + "/{id}", kind: mutation, on: &backupNoun,
			permission: "vm.backup", handle: (*Server).deleteBackup,
		},
		{
			id: "restoreBackup", method: http.MethodPost, path: path + "/{id}/restore", kind: mutation, on: &backupNoun,
			permission: "vm.backup", status: http.StatusAccepted, handle: (*Server).restoreBackup,
		},
		{
			id: "deleteBackupChain", method: http.MethodDelete, path: path + "/{id}/chain", kind: mutation, on: &backupNoun,
			permission: "vm.backup", handle: (*Server).deleteBackupChain,
		},
		resetChain,
	}
}

type backupBody struct {
	ID           string     `json:"id"`
	AccountID    string     `json:"account_id"`
	ProjectID    string     `json:"project_id"`
	CreatedBy    string     `json:"created_by"`
	Region       string     `json:"region"`
	VM           string     `json:"product_vm"`
	Name         string     `json:"name"`
	StorageSize  int        `json:"storage_size"`
	Status       string     `json:"status"`
	PricePerHour string     `json:"price_per_hour"`
	ExpireDate   *time.Time `json:"expire_date,omitempty"`
	Increment    *int       `json:"increment_id"`
	CreatedAt    time.Time  `json:"created_at"`
}

func (s *Server) showBackup(prices storagePrices) func(b *backup) any {
	return func(b *backup) any { return s.backupBody(b, prices.ofBackup(b)) }
}

func (s *Server) backupBody(b *backup, monthly float64) backupBody {
	body := backupBody{
		ID:           b.ID,
		AccountID:    s.state.AccountID,
		ProjectID:    b.Project,
		CreatedBy:    b.CreatedBy,
		Region:       b.Region,
		VM:           b.VM,
		Name:         b.Name,
		StorageSize:  b.SizeMB,
		Status:       b.Status,
		PricePerHour: hourlyText(monthly),
		ExpireDate:   s.state.expiry(b),
		CreatedAt:    b.CreatedAt,
	}
	if b.Series != 0 {
		increment := b.Increment
		body.Increment = &increment
	}
	return body
}

func (s *Server) answerBackup(b *backup) any {
	return data(s.backupBody(b, s.storagePrices().ofBackup(b)))
}

func (s *Server) listBackups(c *call) (any, error) {
	return listing[*backup]{
		noun:    &backupNoun,
		id:      func(b *backup) string { return b.ID },
		project: func(b *backup) string { return b.Project },
		show:    s.showBackup(s.storagePrices()),
	}.answer(s, c, s.state.Backups.Where(func(b *backup) bool { return c.matches("vm_id", b.VM) })), nil
}

func (s *Server) getBackup(c *call) (any, error) { return s.answerBackup(s.backup(c)), nil }

func (s *Server) createBackup(c *call) (any, error) {
	source, _ := s.readVM(c, c.input.String("vm_id").Required().UUID())
	name := c.input.String("name").Len(0, 128).Value()
	if err := c.input.Err(); err != nil {
		return nil, err
	}
	if err := source.mustBe(vmActive, vmPassive); err != nil {
		return nil, err
	}
	if name == "" {
		name = s.timestamped(source.Name)
	}
	b := s.addBackup(source, backup{Name: name, CreatedBy: c.key.CreatedBy})
	c.created(&backupNoun, b.ID)
	return s.answerBackup(b), nil
}

func (s *Server) timestamped(name string) string { return name + "-" + s.now.Format(timestampForm) }

// addBackup begins a backup of a VM that is at rest. It goes on with the VM's series, or begins one.
func (s *Server) addBackup(v *vm, b backup) *backup {
	b.ID, b.VM, b.Project, b.Region = s.state.IDs.uuid(), v.ID, v.Project, v.Region
	b.stamps = s.stamped()
	b.SizeMB = v.totalStorage() * mbPerGB
	if earlier := s.state.series(v.Series); len(earlier) > 0 {
		b.Increment = earlier[len(earlier)-1].Increment + 1
		b.SizeMB /= incrementShare
	} else {
		v.Series = s.state.IDs.integer("series")
	}
	b.Series = v.Series
	s.state.Backups.Put(b.ID, &b)
	s.occupy(v)
	s.begin(&backupNoun, b.ID, backupCreate)
	return &b
}

// series lists the restore points of a series, the baseline first.
func (st *state) series(id int) []*backup {
	if id == 0 {
		return nil
	}
	points := slices.Collect(st.Backups.Where(func(b *backup) bool { return b.Series == id }))
	slices.SortFunc(points, func(a, b *backup) int { return a.Increment - b.Increment })
	return points
}

// builtOn lists the restore points that would be lost with a backup: those after it in its series.
func (st *state) builtOn(b *backup) []*backup {
	return slices.DeleteFunc(st.series(b.Series), func(other *backup) bool { return other.Increment <= b.Increment })
}

func (s *Server) deleteBackup(c *call) (any, error) {
	b := s.backup(c)
	if err := b.mustBe(backupReady, backupFailed); err != nil {
		return nil, err
	}
	if later := s.state.builtOn(b); len(later) > 0 {
		return nil, conflict("%d later restore points build on backup %q: delete the whole series with DELETE /api/v1/backups/%s/chain",
			len(later), b.Name, b.ID)
	}
	s.dropBackup(b)
	return done("Backup deleted"), nil
}

// deleteBackupChain removes all of a series, whichever member is named. A backup by itself is a series of one.
func (s *Server) deleteBackupChain(c *call) (any, error) {
	points := s.state.series(s.backup(c).Series)
	if len(points) == 0 {
		points = []*backup{s.backup(c)}
	}
	for _, b := range points {
		if err := b.mustBe(backupReady, backupFailed); err != nil {
			return nil, err
		}
	}
	for _, b := range points {
		s.dropBackup(b)
	}
	return done("Backup series deleted"), nil
}

// resetBackupChain closes the VM's series. Its restore points stay, and the next backup begins another.
func (s *Server) resetBackupChain(c *call) (any, error) {
	s.vm(c).Series = 0
	return done("The next backup starts a new series"), nil
}

// restoreBackup overwrites the VM, which returns to its state afterwards.
func (s *Server) restoreBackup(c *call) (any, error) {
	b := s.backup(c)
	if err := b.mustBe(backupReady); err != nil {
		return nil, err
	}
	v, ok := s.state.VMs.Get(b.VM)
	if !ok {
		return nil, conflict("the VM of backup %q is no more", b.Name)
	}
	if err := v.mustBe(vmActive, vmPassive); err != nil {
		return nil, err
	}
	s.occupy(v)
	s.begin(&backupNoun, b.ID, backupRestore)
	return s.answerBackup(b), nil
}

// backup is the backup that the path names; the server has found it before.
func (s *Server) backup(c *call) *backup {
	b, _ := s.state.Backups.Get(c.id())
	return b
}

// mustBe refuses a change that the backup's state does not allow.
func (b *backup) mustBe(states ...string) error {
	if !slices.Contains(states, b.Status) {
		return conflict("backup %q must be %s, it is %s", b.Name, strings.Join(states, " or "), b.Status)
	}
	return nil
}

func (s *Server) dropBackup(b *backup) {
	s.cancel(&backupNoun, b.ID)
	s.state.Backups.Remove(b.ID)
}

// removeBackups destroys the backups of a VM.
func (s *Server) removeBackups(vm string) {
	for b := range s.state.Backups.Where(func(b *backup) bool { return b.VM == vm }) {
		s.dropBackup(b)
	}
}

// abandonBackups ends what is under way between a VM that is no more and its backups: one in the making has failed,
// one that was to be restored is as good as before.
func (s *Server) abandonBackups(vm string) {
	for b := range s.state.Backups.Where(func(b *backup) bool { return b.VM == vm }) {
		switch b.Status {
		case backupPending, backupCreating:
			s.cancel(&backupNoun, b.ID)
			s.enterBackup(b.ID, backupFailed)
		case backupRestoring:
			s.cancel(&backupNoun, b.ID)
			s.enterBackup(b.ID, backupReady)
		}
	}
}

// prune removes a backup that its schedule keeps no longer. The next point of the series takes its content over.
func (s *Server) prune(b *backup) {
	for i, later := range s.state.builtOn(b) {
		if i == 0 {
			later.SizeMB += b.SizeMB
		}
		later.Increment--
	}
	s.dropBackup(b)
}

// enterBackup takes a backup to a state when its time has come, and lets its VM go when the work is over.
func (s *Server) enterBackup(id, status string) {
	b, ok := s.state.Backups.Get(id)
	if !ok {
		return
	}
	making := slices.Contains([]string{"", backupPending, backupCreating}, b.Status)
	switch {
	case status == backupFailed && making:
		b.Series, b.Increment = 0, 0 // nothing can build on what was never made
		s.noteRun(b, runFailed)
	case status == backupReady && making:
		s.noteRun(b, runSucceeded)
	}
	b.Status, b.UpdatedAt = status, s.now
	if status == backupReady || status == backupFailed {
		s.release(b.VM)
	}
	if status == backupReady {
		s.pruneSchedule(b.Schedule)
	}
}

// sizeText renders a size in MB.
func sizeText(mb int) string {
	if mb < mbPerGB {
		return fmt.Sprintf("%d MB", mb)
	}
	return fmt.Sprintf("%.1f GB", float64(mb)/mbPerGB)
}
