package acctest

import (
	"strconv"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// Volume creates a volume.
func (f *Furnished) Volume(project, name string, size int64) *client.Volume {
	f.t.Helper()
	in := f.c.Project(project)
	volume := must[*client.Volume](f.t)(in.CreateVolume(f.t.Context(), client.CreateVolumeRequest{
		Name: name, Size: size, VolumeType: client.VolumeTypeNVMe, Region: vmRegion,
	}))
	volume = must[*client.Volume](f.t)(in.WaitForVolume(f.t.Context(), volume.ID))
	f.note("raff_volume", project, strconv.FormatInt(volume.ID, 10), name)
	return volume
}

// AttachVolume attaches a volume to a VM.
func (f *Furnished) AttachVolume(vm *client.VM, volume *client.Volume) {
	f.t.Helper()
	in := f.c.Project(vm.ProjectID)
	must[*client.Volume](f.t)(in.AttachVolume(f.t.Context(), volume.ID, vm.ID))
	must[*client.Volume](f.t)(in.WaitForVolume(f.t.Context(), volume.ID, client.VolumeAttached))
	f.note("raff_volume_attachment", vm.ProjectID, strconv.FormatInt(volume.ID, 10), volume.Name+" on "+vm.Name)
}

// SnapshotVM creates a snapshot of a VM.
func (f *Furnished) SnapshotVM(vm *client.VM, name string) {
	f.t.Helper()
	f.snapshot(vm.ProjectID, client.CreateSnapshotRequest{ResourceType: client.SnapshotOfVM, VMID: vm.ID, Name: name})
	f.settled(vm)
}

// SnapshotVolume creates a snapshot of a volume.
func (f *Furnished) SnapshotVolume(volume *client.Volume, name string) {
	f.t.Helper()
	f.snapshot(volume.ProjectID, client.CreateSnapshotRequest{ResourceType: client.SnapshotOfVolume, VolumeID: volume.ID, Name: name})
}

func (f *Furnished) snapshot(project string, request client.CreateSnapshotRequest) {
	f.t.Helper()
	snapshot := must[*client.Snapshot](f.t)(f.c.Project(project).CreateSnapshot(f.t.Context(), request))
	f.note("raff_snapshot", project, strconv.FormatInt(snapshot.ID, 10), request.Name)
}

// settled waits until a VM is at rest.
func (f *Furnished) settled(vm *client.VM) {
	f.t.Helper()
	must[*client.VM](f.t)(f.c.Project(vm.ProjectID).WaitForVM(f.t.Context(), vm.ID, client.VMActive, client.VMPassive))
}

// Backup creates a backup of a VM. Without a name, the API gives it one.
func (f *Furnished) Backup(vm *client.VM, name string) {
	f.t.Helper()
	in := f.c.Project(vm.ProjectID)
	backup := must[*client.Backup](f.t)(in.CreateBackup(f.t.Context(), client.CreateBackupRequest{VMID: vm.ID, Name: name}))
	backup = must[*client.Backup](f.t)(in.WaitForBackup(f.t.Context(), backup.ID))
	f.settled(vm)
	f.note("raff_backup", vm.ProjectID, backup.ID, backup.Name)
}

// Daily has a VM be backed up every day.
func (f *Furnished) Daily(vm *client.VM, at string, keep int64) {
	f.t.Helper()
	f.schedule(vm, client.CreateBackupScheduleRequest{Type: client.ScheduleDaily, Time: at, KeepCount: keep})
}

// Weekly has a VM be backed up every week.
func (f *Furnished) Weekly(vm *client.VM, day, at string, keep int64) {
	f.t.Helper()
	f.schedule(vm, client.CreateBackupScheduleRequest{Type: client.ScheduleWeekly, DayOfWeek: day, Time: at, KeepCount: keep})
}

func (f *Furnished) schedule(vm *client.VM, request client.CreateBackupScheduleRequest) {
	f.t.Helper()
	request.VMID = vm.ID
	schedule := must[*client.BackupSchedule](f.t)(f.c.Project(vm.ProjectID).CreateBackupSchedule(f.t.Context(), request))
	f.note("raff_backup_schedule", vm.ProjectID, strconv.FormatInt(schedule.ID, 10), schedule.Name)
}

// Project creates a project.
func (f *Furnished) Project(name, description string) *client.Project {
	f.t.Helper()
	project := must[*client.Project](f.t)(f.c.CreateProject(f.t.Context(), client.CreateProjectRequest{
		Name: name, Description: description, DefaultRegion: vmRegion,
	}))
	f.note("raff_project", "", project.ID, name)
	return project
}

// SSHKey stores a public key; comment is the end of it.
func (f *Furnished) SSHKey(name, comment string) {
	f.t.Helper()
	key := must[*client.SSHKey](f.t)(f.c.CreateSSHKey(f.t.Context(), client.CreateSSHKeyRequest{Name: name, PublicKey: SSHKey + comment}))
	f.note("raff_ssh_key", "", key.ID, name)
}

// Role creates a role.
func (f *Furnished) Role(name, slug, scope string, permissions ...string) *client.Role {
	f.t.Helper()
	role := must[*client.Role](f.t)(f.c.CreateRole(f.t.Context(), client.CreateRoleRequest{
		Name: name, Slug: slug, Description: "What " + name + " may do", Scope: scope, Permissions: permissions,
	}))
	f.note("raff_role", "", role.ID, name)
	return role
}

// SystemRole is the role of the platform with a slug.
func (f *Furnished) SystemRole(slug string) *client.Role {
	f.t.Helper()
	for role, err := range f.c.ListRoles(f.t.Context(), client.RoleFilter{}) {
		f.do(err)
		if role.IsSystem && role.Slug == slug {
			return role
		}
	}
	f.t.Fatalf("there is no system role %s", slug)
	return nil
}

// APIKey creates an API key.
func (f *Furnished) APIKey(name, roleID string, expires *time.Time) *client.APIKey {
	f.t.Helper()
	key := must[*client.APIKeyWithSecret](f.t)(f.c.CreateAPIKey(f.t.Context(), client.CreateAPIKeyRequest{
		Name: name, RoleID: roleID, ExpiresAt: expires,
	}))
	f.note("raff_api_key", "", key.ID, name)
	return &key.APIKey
}

// KeyMember has a key be a member of the account.
func (f *Furnished) KeyMember(key *client.APIKey, roleID string) {
	f.t.Helper()
	member := must[*client.Member](f.t)(f.c.AddMember(f.t.Context(), client.AddMemberRequest{APIKeyID: key.ID, RoleID: roleID}))
	f.note("raff_member", "", member.ID, key.Name)
}

// Pending adds a member of the account who has not joined yet: the list of invitations has one, and that of members none.
func (f *Furnished) Pending(email, roleID string) {
	f.t.Helper()
	member := must[*client.Member](f.t)(f.c.AddMember(f.t.Context(), client.AddMemberRequest{Email: email, RoleID: roleID}))
	f.note("raff_invitation", "", member.InvitationID, email)
}

// Joined adds a member of the account who has accepted the invitation.
func (f *Furnished) Joined(email, roleID string) *client.Member {
	f.t.Helper()
	member := must[*client.Member](f.t)(f.c.AddMember(f.t.Context(), client.AddMemberRequest{Email: email, RoleID: roleID}))
	f.do(f.AcceptInvitation(member.InvitationID))
	f.note("raff_member", "", member.ID, email)
	return must[*client.Member](f.t)(f.c.GetMember(f.t.Context(), member.ID))
}

// InProject adds a member of a project.
func (f *Furnished) InProject(project string, request client.AddProjectMemberRequest, name string) *client.ProjectMember {
	f.t.Helper()
	member := must[*client.ProjectMember](f.t)(f.c.AddProjectMember(f.t.Context(), project, request))
	f.note("raff_project_member", project, member.ID, name)
	return member
}

// Invite invites somebody to the account, or to a project.
func (f *Furnished) Invite(project, email, roleID string) {
	f.t.Helper()
	request := client.CreateInvitationRequest{Email: email, RoleID: roleID}
	if project == "" {
		invitation := must[*client.Invitation](f.t)(f.c.CreateInvitation(f.t.Context(), request))
		f.note("raff_invitation", "", invitation.ID, email)
		return
	}
	invitation := must[*client.Invitation](f.t)(f.c.CreateProjectInvitation(f.t.Context(), project, request))
	f.note("raff_invitation", project, invitation.ID, email)
}
