package acctest

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// furnisher makes objects through the API, without Terraform.
type furnisher struct {
	t       *testing.T
	ctx     context.Context //nolint:containedctx // of the test, as t is
	b       *Backend
	c       *client.Client
	project *client.Scoped
	ids     map[string]string
}

// Furnish makes an object of every resource type in the production project and the account, through the API, and returns
// the import id of each by its type. No CLI is needed.
func (b *Backend) Furnish(t *testing.T) map[string]string {
	t.Helper()
	f := &furnisher{t: t, ctx: t.Context(), b: b, c: b.Client(t), ids: map[string]string{}}
	f.project = f.c.Project(b.Production())
	f.network()
	f.storage()
	f.account()
	return f.ids
}

// must ends the test where something could not be made.
func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(made T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
}

func (f *furnisher) do(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// network makes a VM with a private network, a reserved address, a security group and a note.
func (f *furnisher) network() {
	f.t.Helper()
	vpc := must[*client.VPC](f.t)(f.project.CreateVPC(f.ctx, client.CreateVPCRequest{Name: "fuzz", CIDR: "10.77.0.0/24", Region: "us-east"}))
	vm := f.b.MakeVM(f.t, f.b.Production(), "fuzz", func(r *client.CreateVMRequest) {
		r.SkipVPC, r.VPCID, r.Tags = false, vpc.ID, []string{"a", "b"}
	})
	ip := must[*client.IP](f.t)(f.project.ReserveIP(f.ctx, client.ReserveIPRequest{Type: "IPv6"}))
	must[*client.AttachedIP](f.t)(f.project.AttachVMIP(f.ctx, vm.ID, client.AttachIPRequest{IPID: ip.ID}))
	group := must[*client.SecurityGroup](f.t)(f.project.CreateSecurityGroup(f.ctx, client.CreateSecurityGroupRequest{
		Name: "fuzz", Description: "x", TemplateID: "web-server",
	}))
	public := f.interfaceOf(vm.ID, client.NetworkPublic)
	f.do(f.project.AttachVMSecurityGroup(f.ctx, vm.ID, client.AttachSecurityGroupRequest{SecurityGroupID: group.ID, NICID: public}))
	must[*client.VMNote](f.t)(f.project.PutVMNote(f.ctx, vm.ID, client.NoteAccount, "what this is for"))
	f.ids["raff_vpc"], f.ids["raff_vm"], f.ids["raff_ip"], f.ids["raff_security_group"] = vpc.ID, vm.ID, ip.ID, group.ID
	f.ids["raff_vpc_attachment"] = vm.ID + ":" + vpc.ID
	f.ids["raff_ip_attachment"] = ip.ID
	f.ids["raff_vm_note"] = vm.ID + ":" + client.NoteAccount
	f.ids["raff_security_group_attachment"] = vm.ID + ":" + strconv.FormatInt(public, 10) + ":" + group.ID
}

func (f *furnisher) interfaceOf(vmID, kind string) int64 {
	f.t.Helper()
	nics := must[[]*client.VMNetwork](f.t)(client.Collect(f.project.ListVMNetworks(f.ctx, vmID, kind)))
	if len(nics) == 0 {
		f.t.Fatalf("the VM has no interface of the type %s", kind)
	}
	return nics[0].NICID
}

// storage makes a volume on the VM, and a snapshot, a backup and a schedule of it.
func (f *furnisher) storage() {
	f.t.Helper()
	vmID := f.ids["raff_vm"]
	volume := must[*client.Volume](f.t)(f.project.CreateVolume(f.ctx, client.CreateVolumeRequest{Name: "fuzz", Size: 20, VolumeType: client.VolumeTypeNVMe}))
	must[*client.Volume](f.t)(f.project.WaitForVolume(f.ctx, volume.ID))
	must[*client.Volume](f.t)(f.project.AttachVolume(f.ctx, volume.ID, vmID))
	snapshot := must[*client.Snapshot](f.t)(f.project.CreateSnapshot(f.ctx, client.CreateSnapshotRequest{
		ResourceType: client.SnapshotOfVM, VMID: vmID, Name: "fuzz",
	}))
	must[*client.VM](f.t)(f.project.WaitForVM(f.ctx, vmID, client.VMActive))
	backup := must[*client.Backup](f.t)(f.project.CreateBackup(f.ctx, client.CreateBackupRequest{VMID: vmID, Name: "fuzz"}))
	must[*client.Backup](f.t)(f.project.WaitForBackup(f.ctx, backup.ID))
	must[*client.VM](f.t)(f.project.WaitForVM(f.ctx, vmID, client.VMActive))
	schedule := must[*client.BackupSchedule](f.t)(f.project.CreateBackupSchedule(f.ctx, client.CreateBackupScheduleRequest{
		VMID: vmID, Type: client.ScheduleWeekly, Time: "13:00", DayOfWeek: "Saturday", KeepCount: 2,
	}))
	f.ids["raff_volume"] = strconv.FormatInt(volume.ID, 10)
	f.ids["raff_volume_attachment"] = f.ids["raff_volume"]
	f.ids["raff_snapshot"] = strconv.FormatInt(snapshot.ID, 10)
	f.ids["raff_backup"] = backup.ID
	f.ids["raff_backup_schedule"] = strconv.FormatInt(schedule.ID, 10)
}

// account makes what is in no project, and who is in one.
func (f *furnisher) account() {
	f.t.Helper()
	project := must[*client.Project](f.t)(f.c.CreateProject(f.ctx, client.CreateProjectRequest{Name: "fuzz", Description: "x", DefaultRegion: "us-east"}))
	key := must[*client.SSHKey](f.t)(f.c.CreateSSHKey(f.ctx, client.CreateSSHKeyRequest{Name: "fuzz", PublicKey: SSHKey}))
	role := must[*client.Role](f.t)(f.c.CreateRole(f.ctx, client.CreateRoleRequest{
		Name: "fuzz", Slug: "fuzz", Description: "x", Scope: client.ScopeProject, Permissions: []string{"vm.view", "vm.power"},
	}))
	accountRole := must[*client.Role](f.t)(f.c.CreateRole(f.ctx, client.CreateRoleRequest{
		Name: "fuzz account", Slug: "fuzz-account", Scope: client.ScopeAccount, Permissions: []string{"account.projects.view"},
	}))
	expiry := time.Date(2040, 1, 2, 3, 4, 5, 0, time.UTC)
	apiKey := must[*client.APIKeyWithSecret](f.t)(f.c.CreateAPIKey(f.ctx, client.CreateAPIKeyRequest{Name: "fuzz", ExpiresAt: &expiry, RoleID: accountRole.ID}))
	projectMember := must[*client.ProjectMember](f.t)(f.c.AddProjectMember(f.ctx, f.b.Production(), client.AddProjectMemberRequest{
		APIKeyID: apiKey.ID, RoleID: role.ID,
	}))
	member := must[*client.Member](f.t)(f.c.AddMember(f.ctx, client.AddMemberRequest{Email: "fuzz@example.com", RoleID: accountRole.ID}))
	invitation := must[*client.Invitation](f.t)(f.c.CreateInvitation(f.ctx, client.CreateInvitationRequest{Email: "invited@example.com", RoleID: accountRole.ID}))
	f.ids["raff_project"], f.ids["raff_ssh_key"], f.ids["raff_role"], f.ids["raff_api_key"] = project.ID, key.ID, role.ID, apiKey.ID
	f.ids["raff_member"], f.ids["raff_invitation"] = member.ID, invitation.ID
	f.ids["raff_project_member"] = f.b.Production() + "/" + projectMember.ID
}
