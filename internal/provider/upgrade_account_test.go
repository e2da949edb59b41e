package provider_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// oldAccount has the objects that testdata/sdkv2 has states of. What is known of them stands for $NAME there, and for "#NAME"
// where it is a number.
type oldAccount struct {
	t                   *testing.T
	ctx                 context.Context //nolint:containedctx // of the test, as t is
	b                   *acctest.Backend
	c                   *client.Client
	production, staging *client.Scoped
	words               map[string]string
}

// furnishOld makes the objects through the API.
func furnishOld(t *testing.T, b *acctest.Backend) *oldAccount {
	t.Helper()
	c := b.Client(t)
	a := &oldAccount{t: t, ctx: t.Context(), b: b, c: c, production: c.Project(b.Production()), staging: c.Project(b.Staging()), words: map[string]string{
		"PRODUCTION": b.Production(), "STAGING": b.Staging(), "DEFAULT": b.Projects["default"], "ACCOUNT": b.ID,
	}}
	a.catalogue()
	a.networks()
	a.machines()
	a.storage()
	a.people()
	return a
}

// fill puts what is known of the account into a text.
func (a *oldAccount) fill(text string) string {
	a.t.Helper()
	var pairs []string
	for _, name := range longestFirst(a.words) {
		pairs = append(pairs, `"#`+name+`"`, a.words[name], "$"+name, a.words[name])
	}
	filled := strings.NewReplacer(pairs...).Replace(text)
	if at := strings.IndexAny(filled, "$#"); at >= 0 {
		a.t.Fatalf("nothing is known of %.30s", filled[at:])
	}
	return filled
}

// made ends the test where something could not be made.
func made[T any](a *oldAccount) func(T, error) T {
	a.t.Helper()
	return func(value T, err error) T {
		a.t.Helper()
		if err != nil {
			a.t.Fatal(err)
		}
		return value
	}
}

func (a *oldAccount) catalogue() {
	a.t.Helper()
	for template, err := range a.c.ListTemplates(a.ctx, client.TemplateFilter{}) {
		switch {
		case err != nil:
			a.t.Fatal(err)
		case template.IsWindows:
			a.words["WINDOWS"] = template.ID
		case template.Name == "Ubuntu" && strings.HasPrefix(template.Version, "24.04"):
			a.words["UBUNTU"] = template.ID
		}
	}
	a.words["WINDOWS_PLAN"] = strconv.Itoa(windowsPlan)
	a.words["SSH_KEY_OTHER_TEXT"] = strings.Replace(acctest.SSHKey, " test", " another comment", 1)
}

func (a *oldAccount) networks() {
	a.t.Helper()
	for _, one := range []struct {
		name, in, cidr string
		project        *client.Scoped
	}{{"MAIN", "main", "10.20.0.0/24", a.production}, {"BARE", "bare", "10.40.0.0/24", a.staging}} {
		vpc := made[*client.VPC](a)(one.project.CreateVPC(a.ctx, client.CreateVPCRequest{Name: one.in, CIDR: one.cidr, Region: "us-east"}))
		a.words["VPC_"+one.name] = vpc.ID
	}
	for _, one := range []struct {
		name, family string
		project      *client.Scoped
	}{{"FREE", client.IPv4, a.production}, {"TAKEN", client.IPv4, a.production}, {"SIX", client.IPv6, a.staging}} {
		ip := made[*client.IP](a)(one.project.ReserveIP(a.ctx, client.ReserveIPRequest{Type: one.family, Region: "us-east"}))
		a.words["IP_"+one.name], a.words["IP_"+one.name+"_ADDRESS"] = ip.ID, ip.Address
	}
	number := func(n int64) *int64 { return &n }
	web := made[*client.SecurityGroup](a)(a.production.CreateSecurityGroup(a.ctx, client.CreateSecurityGroupRequest{Name: "web", Description: "Web", Rules: []client.SecurityGroupRule{
		{RuleType: "INBOUND", Protocol: "TCP", Range: "22", IP: "192.0.2.0", Size: number(24)},
		{RuleType: "INBOUND", Protocol: "TCP", Range: "443,80"},
		{RuleType: "OUTBOUND", Protocol: "ALL"},
		{RuleType: "INBOUND", Protocol: "ICMP", ICMPType: number(8)},
	}}))
	seeded := made[*client.SecurityGroup](a)(a.staging.CreateSecurityGroup(a.ctx, client.CreateSecurityGroupRequest{Name: "seeded", TemplateID: "web-server"}))
	none := made[*client.SecurityGroup](a)(a.production.CreateSecurityGroup(a.ctx, client.CreateSecurityGroupRequest{Name: "none"}))
	a.words["SG_WEB"], a.words["SG_SEEDED"], a.words["SG_NONE"] = web.ID, seeded.ID, none.ID
}

// machine makes a VM. Its addresses are known, too.
func (a *oldAccount) machine(project, name string, change func(*client.CreateVMRequest)) *client.VM {
	a.t.Helper()
	vm := a.b.MakeVM(a.t, project, name, change)
	a.words["VM_"+strings.ToUpper(name)] = vm.ID
	a.remember(vm)
	return vm
}

func (a *oldAccount) remember(vm *client.VM) {
	name := "VM_" + strings.ToUpper(vm.Name)
	a.words[name+"_IPV4"], a.words[name+"_IPV6"], a.words[name+"_PRIVATE"] = vm.PublicIPv4Address, vm.PublicIPv6Address, vm.PrivateIPv4Address
}

const (
	oldPassword = "Correct-Horse-42"
	windowsPlan = 80
)

func (a *oldAccount) machines() {
	a.t.Helper()
	production := a.b.Production()
	a.machine(production, "web", func(r *client.CreateVMRequest) { r.Tags = []string{"a", "b"} })
	a.machine(a.b.Staging(), "bare", func(r *client.CreateVMRequest) { r.SSHKeys, r.Password = nil, oldPassword })
	db := a.machine(production, "db", func(r *client.CreateVMRequest) {
		r.SkipVPC, r.VPCID, r.Password, r.ExtraStorage, r.ExtraStorageType = false, a.words["VPC_MAIN"], oldPassword, 20, "xfs"
	})
	made[*client.AttachedIP](a)(a.production.AttachVMIP(a.ctx, db.ID, client.AttachIPRequest{Type: client.IPv6}))
	if err := a.production.SetVMConsolePolicy(a.ctx, db.ID, true); err != nil {
		a.t.Fatal(err)
	}
	a.remember(made[*client.VM](a)(a.production.WaitForVM(a.ctx, db.ID, client.VMActive)))
	aside := a.machine(production, "aside", func(r *client.CreateVMRequest) { r.SkipVPC, r.VPCName, r.VPCCIDR = false, "aside-net", "10.30.0.0/24" })
	a.words["VPC_ASIDE"] = a.vpcNamed("aside-net")
	a.words["VM_ASIDE_PRIVATE"] = aside.PrivateIPv4Address
	reserved := a.machine(production, "reserved", func(r *client.CreateVMRequest) { r.SkipVPC, r.VPCID, r.SkipPublicIP = false, a.words["VPC_MAIN"], true })
	made[*client.AttachedIP](a)(a.production.AttachVMIP(a.ctx, reserved.ID, client.AttachIPRequest{IPID: a.words["IP_TAKEN"]}))
	if err := a.production.StopVM(a.ctx, reserved.ID); err != nil {
		a.t.Fatal(err)
	}
	a.remember(made[*client.VM](a)(a.production.WaitForVM(a.ctx, reserved.ID, client.VMPassive)))
	a.machine(production, "windows", func(r *client.CreateVMRequest) {
		r.TemplateID, r.PricingID, r.SSHKeys, r.Password = a.words["WINDOWS"], windowsPlan, nil, oldPassword
	})
}

func (a *oldAccount) vpcNamed(name string) string {
	a.t.Helper()
	for vpc, err := range a.production.ListVPCs(a.ctx) {
		if err != nil {
			a.t.Fatal(err)
		}
		if vpc.Name == name {
			return vpc.ID
		}
	}
	a.t.Fatalf("there is no VPC %s", name)
	return ""
}

func (a *oldAccount) storage() {
	a.t.Helper()
	web, bare := a.words["VM_WEB"], a.words["VM_BARE"]
	data := made[*client.Volume](a)(a.production.CreateVolume(a.ctx, client.CreateVolumeRequest{Name: "data", Size: 20, VolumeType: "nvme", FilesystemType: "xfs"}))
	made[*client.Volume](a)(a.production.WaitForVolume(a.ctx, data.ID))
	made[*client.Volume](a)(a.production.AttachVolume(a.ctx, data.ID, web))
	spare := made[*client.Volume](a)(a.staging.CreateVolume(a.ctx, client.CreateVolumeRequest{Name: "spare", Size: 10, VolumeType: "nvme"}))
	made[*client.Volume](a)(a.staging.WaitForVolume(a.ctx, spare.ID))
	ofVM := made[*client.Snapshot](a)(a.production.CreateSnapshot(a.ctx, client.CreateSnapshotRequest{ResourceType: client.SnapshotOfVM, VMID: web, Name: "of-web"}))
	ofVolume := made[*client.Snapshot](a)(a.staging.CreateSnapshot(a.ctx, client.CreateSnapshotRequest{ResourceType: client.SnapshotOfVolume, VolumeID: spare.ID, Name: "of-spare"}))
	made[*client.VM](a)(a.production.WaitForVM(a.ctx, web, client.VMActive))
	named := made[*client.Backup](a)(a.production.CreateBackup(a.ctx, client.CreateBackupRequest{VMID: web, Name: "named"}))
	made[*client.Backup](a)(a.production.WaitForBackup(a.ctx, named.ID))
	unnamed := made[*client.Backup](a)(a.staging.CreateBackup(a.ctx, client.CreateBackupRequest{VMID: bare}))
	made[*client.Backup](a)(a.staging.WaitForBackup(a.ctx, unnamed.ID))
	daily := made[*client.BackupSchedule](a)(a.production.CreateBackupSchedule(a.ctx, client.CreateBackupScheduleRequest{
		VMID: web, Type: client.ScheduleDaily, Time: "8am", KeepCount: 3,
	}))
	weekly := made[*client.BackupSchedule](a)(a.staging.CreateBackupSchedule(a.ctx, client.CreateBackupScheduleRequest{
		VMID: bare, Type: client.ScheduleWeekly, Time: "20:30", DayOfWeek: "Saturday", KeepCount: 2,
	}))
	for name, id := range map[string]int64{
		"VOLUME_DATA": data.ID, "VOLUME_SPARE": spare.ID, "SNAPSHOT_VM": ofVM.ID, "SNAPSHOT_VOLUME": ofVolume.ID,
		"SCHEDULE_DAILY": daily.ID, "SCHEDULE_WEEKLY": weekly.ID,
	} {
		a.words[name] = strconv.FormatInt(id, 10)
	}
	a.words["BACKUP_NAMED"], a.words["BACKUP_UNNAMED"], a.words["BACKUP_UNNAMED_NAME"] = named.ID, unnamed.ID, unnamed.Name
}

func (a *oldAccount) people() {
	a.t.Helper()
	shop := made[*client.Project](a)(a.c.CreateProject(a.ctx, client.CreateProjectRequest{Name: "shop", Description: "The shop", DefaultRegion: "us-east"}))
	bare := made[*client.Project](a)(a.c.CreateProject(a.ctx, client.CreateProjectRequest{Name: "bare"}))
	laptop := made[*client.SSHKey](a)(a.c.CreateSSHKey(a.ctx, client.CreateSSHKeyRequest{Name: "laptop", PublicKey: acctest.SSHKey}))
	other := made[*client.SSHKey](a)(a.c.CreateSSHKey(a.ctx, client.CreateSSHKeyRequest{Name: "other", PublicKey: a.words["SSH_KEY_OTHER_TEXT"]}))
	inProjects := made[*client.Role](a)(a.c.CreateRole(a.ctx, client.CreateRoleRequest{
		Name: "Operators", Slug: "operators", Description: "Who operates", Scope: client.ScopeProject, Permissions: []string{"vm.view", "vm.power"},
	}))
	inAccount := made[*client.Role](a)(a.c.CreateRole(a.ctx, client.CreateRoleRequest{
		Name: "Viewers", Slug: "viewers", Scope: client.ScopeAccount, Permissions: []string{"account.projects.view"},
	}))
	expiry := time.Date(2040, 1, 2, 3, 4, 5, 0, time.UTC)
	ci := made[*client.APIKeyWithSecret](a)(a.c.CreateAPIKey(a.ctx, client.CreateAPIKeyRequest{Name: "ci", ExpiresAt: &expiry}))
	off := made[*client.APIKeyWithSecret](a)(a.c.CreateAPIKey(a.ctx, client.CreateAPIKeyRequest{Name: "off"}))
	on := false
	made[*client.APIKey](a)(a.c.UpdateAPIKey(a.ctx, off.ID, client.UpdateAPIKeyRequest{IsActive: &on}))
	pending := made[*client.Member](a)(a.c.AddMember(a.ctx, client.AddMemberRequest{Email: "ann@example.com", RoleID: inAccount.ID}))
	bob := made[*client.Member](a)(a.c.AddMember(a.ctx, client.AddMemberRequest{Email: "bob@example.com", RoleID: inAccount.ID}))
	if err := a.b.AcceptInvitation(bob.InvitationID); err != nil {
		a.t.Fatal(err)
	}
	suspended := client.MemberSuspended
	bob = made[*client.Member](a)(a.c.UpdateMember(a.ctx, bob.ID, client.UpdateMemberRequest{Status: &suspended}))
	key := made[*client.Member](a)(a.c.AddMember(a.ctx, client.AddMemberRequest{APIKeyID: ci.ID, RoleID: inAccount.ID}))
	keyInProject := made[*client.ProjectMember](a)(a.c.AddProjectMember(a.ctx, a.b.Production(), client.AddProjectMemberRequest{APIKeyID: ci.ID, RoleID: inProjects.ID}))
	bobInProject := made[*client.ProjectMember](a)(a.c.AddProjectMember(a.ctx, a.b.Staging(), client.AddProjectMemberRequest{TargetUserID: bob.UserID, RoleID: inProjects.ID}))
	made[*client.ProjectMember](a)(a.c.UpdateProjectMember(a.ctx, a.b.Staging(), bobInProject.ID, client.UpdateMemberRequest{Status: &suspended}))
	for name, id := range map[string]string{
		"PROJECT_SHOP": shop.ID, "PROJECT_BARE": bare.ID, "SSH_KEY_LAPTOP": laptop.ID, "SSH_KEY_OTHER": other.ID, "ROLE_PROJECT": inProjects.ID,
		"ROLE_ACCOUNT": inAccount.ID, "API_KEY_CI": ci.ID, "API_KEY_OFF": off.ID, "MEMBER_PENDING": pending.ID, "MEMBER_SUSPENDED": bob.ID,
		"MEMBER_KEY": key.ID, "USER_BOB": bob.UserID, "PROJECT_MEMBER_KEY": keyInProject.ID, "PROJECT_MEMBER_USER": bobInProject.ID,
	} {
		a.words[name] = id
	}
}
