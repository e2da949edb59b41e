package refbackend

import (
	"net/http"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

var (
	vmReinstall    = flow{"vm.reinstall", rebuildStages}
	vmFactoryReset = flow{"vm.factory_reset", rebuildStages}
	rebuildStages  = []stage{
		{vmProvisioning, 18 * time.Second, 50 * time.Second},
		{vmBooting, 10 * time.Second, 30 * time.Second},
		{state: vmActive},
	}
)

// image is a template of the account's own, saved from a VM's disk.
type image struct {
	ID          string
	Name        string
	Version     string
	Description string
	OSType      string
	Storage     int // GB
	stamps
}

func (i *image) template() template {
	return template{
		id: i.ID, name: i.Name, version: i.Version, osType: i.OSType, category: categoryOS,
		cpu: 1, ram: 1, storage: i.Storage,
	}
}

func vmImageOperations() []*operation {
	saveImage := vmOperation("saveVMDiskAsImage", http.MethodPost, "/save-image", "vm.manage", requiredBody, (*Server).saveImage)
	saveImage.status = http.StatusCreated
	return []*operation{
		vmOperation("reinstallVM", http.MethodPost, "/reinstall", "vm.manage", requiredBody, (*Server).reinstallVM),
		vmOperation("factoryResetVM", http.MethodPost, "/factory-reset", "vm.manage", noBody, (*Server).factoryResetVM),
		vmOperation("resetVMPassword", http.MethodPost, "/reset-password", "vm.manage", noBody, (*Server).resetVMPassword),
		saveImage,
	}
}

// reinstallVM puts a new system on the OS disk. Snapshots and backups of the old one go; addresses, volumes, VPC and
// tags stay.
func (s *Server) reinstallVM(c *call) (any, error) {
	v := s.vm(c)
	in := c.input
	t := s.readTemplate(in, v.Template)
	if t.id != v.Template { // the one that it has already runs there
		checkPlan(in, "template_id", planOf(v.Plan), t, v.totalStorage())
	}
	readAccess(in, t, in.Bool("auto_generate_password").Value())
	if err := in.Err(); err != nil {
		return nil, err
	}
	if err := v.mustBe(vmActive, vmPassive); err != nil {
		return nil, err
	}
	v.Template = t.id
	s.removeVMSnapshots(v.ID)
	s.removeBackups(v.ID)
	s.begin(&vmNoun, v.ID, vmReinstall)
	return done("VM reinstall initiated"), nil
}

// factoryResetVM goes back to the template of the creation. Backups stay, and snapshots unless the options say otherwise.
func (s *Server) factoryResetVM(c *call) (any, error) {
	v := s.vm(c)
	if err := v.mustBe(vmActive, vmPassive); err != nil {
		return nil, err
	}
	v.Template = v.FirstTemplate
	if s.options.SnapshotsGoAtReset {
		s.removeVMSnapshots(v.ID)
	}
	s.begin(&vmNoun, v.ID, vmFactoryReset)
	return done("Factory reset initiated"), nil
}

// resetVMPassword leaves no trace: the service sends the new password by email.
func (s *Server) resetVMPassword(c *call) (any, error) {
	v := s.vm(c)
	if err := v.mustBe(vmActive, vmPassive); err != nil {
		return nil, err
	}
	v.UpdatedAt = s.now
	return done("Password reset initiated"), nil
}

type imageBody struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Version     string    `json:"version"`
	Description string    `json:"description"`
	OSType      string    `json:"os_type"`
	IsWindows   bool      `json:"is_windows"`
	Region      string    `json:"region"`
	CreatedAt   time.Time `json:"created_at"`
}

// osDisk and liveState are what save-image captures by default.
const (
	osDisk    = 0
	liveState = -1
)

// saveImage makes a template of a disk. It belongs to the account and outlives the VM.
func (s *Server) saveImage(c *call) (any, error) {
	v := s.vm(c)
	in := c.input
	name := in.String("name").Required().Len(1, 128).Value()
	description := in.String("description").Value()
	size := s.readImageSource(in, v)
	if err := in.Err(); err != nil {
		return nil, err
	}
	if err := v.mustBe(vmActive, vmPassive); err != nil {
		return nil, err
	}
	t := s.state.templateOf(v.Template)
	i := &image{
		ID: s.state.IDs.uuid(), Name: name, Version: t.version, Description: description, OSType: t.osType, Storage: size,
		stamps: s.stamped(),
	}
	s.state.Images.Put(i.ID, i)
	c.object = i.ID
	return data(imageBody{
		ID: i.ID, Name: i.Name, Version: i.Version, Description: i.Description, OSType: i.OSType,
		IsWindows: t.isWindows(), Region: regionCode, CreatedAt: i.CreatedAt,
	}), nil
}

// readImageSource reads which disk is to be captured, as it is or as a snapshot of it has it, and returns its size in
// GB.
func (s *Server) readImageSource(in *input.Fields, v *vm) int {
	disk := in.Int("disk_id").Min(osDisk).Value()
	source := in.Int("snapshot_id").Min(liveState).Or(liveState)
	size, volumeID := v.totalStorage(), 0
	switch volumes := s.state.volumesOf(v.ID); {
	case disk > len(volumes):
		in.Fail("disk_id", "the VM has no disk %d", disk)
	case disk > osDisk:
		size, volumeID = volumes[disk-1].Size, volumes[disk-1].ID
	}
	if source == liveState {
		return size
	}
	sn, ok := s.state.Snapshots.Get(source)
	if !ok || volumeID == 0 && sn.VM != v.ID || sn.Volume != volumeID {
		in.Fail("snapshot_id", "there is no snapshot %d of this disk", source)
		return size
	}
	return sn.Size
}
