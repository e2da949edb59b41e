package provider_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// awkward is a text in which a configuration that is written naively goes wrong.
const awkward = "line one\n\tsays \"${var.x}\" and %{ if true }, \\n, ünïcode\n"

// oddAccount has objects of every type, made through the API, and what a person or the platform leaves behind: VMs that are
// stopped, that run Windows or that somebody else gave their keys, a VPC that came with a VM, rules for ICMPV6, reserved
// addresses, keys as members, and texts that need escapes.
func oddAccount(t *testing.T) *acctest.Backend {
	t.Helper()
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	b.Furnish(t)
	o := odd{t: t, b: b, c: b.Client(t)}
	o.project = o.c.Project(b.Staging())
	o.network()
	o.storage()
	o.account()
	return b
}

type odd struct {
	t       *testing.T
	b       *acctest.Backend
	c       *client.Client
	project *client.Scoped
}

// mustMake ends the test where something could not be made.
func mustMake[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(object T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return object
	}
}

func (o *odd) do(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// vm creates a VM in staging.
func (o *odd) vm(name string, changes ...func(*client.CreateVMRequest)) *client.VM {
	o.t.Helper()
	return o.b.MakeVM(o.t, o.b.Staging(), name, changes...)
}

func (o *odd) network() {
	o.t.Helper()
	ctx, t := o.t.Context(), o.t
	first := mustMake[*client.VPC](t)(o.project.CreateVPC(ctx, client.CreateVPCRequest{Name: "first", CIDR: "10.1.0.0/24"}))
	second := mustMake[*client.VPC](t)(o.project.CreateVPC(ctx, client.CreateVPCRequest{Name: "second", CIDR: "10.2.0.0/24"}))
	private := o.vm("private", func(r *client.CreateVMRequest) {
		r.SkipVPC, r.VPCID, r.SkipPublicIP = false, first.ID, true
	})
	o.do(o.project.AttachVMToVPC(ctx, private.ID, client.AttachVPCRequest{VPCID: second.ID}))
	address := mustMake[*client.IP](t)(o.project.ReserveIP(ctx, client.ReserveIPRequest{BillingPeriod: "yearly"}))
	mustMake[*client.AttachedIP](t)(o.project.AttachVMIP(ctx, private.ID, client.AttachIPRequest{IPID: address.ID}))
	mustMake[*client.IP](t)(o.project.ReserveIP(ctx, client.ReserveIPRequest{Type: "IPv6"}))

	stopped := o.vm("stopped", func(r *client.CreateVMRequest) {
		r.SSHKeys, r.Password, r.SkipVPC = nil, "Correct-Horse-42", false // and a VPC that the API makes
		r.Tags, r.ExtraStorage = []string{`a "b" ${c}`}, 20
	})
	mustMake[*client.VMNote](t)(o.project.PutVMNote(ctx, stopped.ID, client.NotePersonal, awkward))
	mustMake[*client.VMNote](t)(o.project.PutVMNote(ctx, stopped.ID, client.NoteAccount, "plain"))
	o.do(o.project.StopVM(ctx, stopped.ID))
	mustMake[*client.VM](t)(o.project.WaitForVM(ctx, stopped.ID, client.VMPassive))
	windows := o.vm("windows", func(r *client.CreateVMRequest) {
		r.TemplateID, r.PricingID, r.SSHKeys, r.Password = o.windows(), 80, nil, "Correct-Horse-42"
	})
	o.do(o.project.SetVMConsolePolicy(ctx, windows.ID, true))
	o.groups(private, windows)
}

// windows is the id of a template of Windows.
func (o *odd) windows() string {
	o.t.Helper()
	templates := mustMake[[]*client.Template](o.t)(client.Collect(o.c.ListTemplates(o.t.Context(), client.TemplateFilter{})))
	at := slices.IndexFunc(templates, func(t *client.Template) bool { return t.IsWindows })
	return templates[at].ID
}

func (o *odd) groups(private, windows *client.VM) {
	o.t.Helper()
	ctx, t := o.t.Context(), o.t
	zero, length, echo := int64(0), int64(64), int64(128)
	ruled := mustMake[*client.SecurityGroup](t)(o.project.CreateSecurityGroup(ctx, client.CreateSecurityGroupRequest{
		Name: "ruled", Description: awkward, Rules: []client.SecurityGroupRule{
			{Protocol: "ICMPV6", RuleType: "INBOUND", ICMPType: &echo},
			{Protocol: "ICMP", RuleType: "INBOUND", ICMPType: &zero},
			{Protocol: "TCP", RuleType: "INBOUND", Range: "80,443,3000:4000", IP: "2001:db8::", Size: &length},
			{Protocol: "UDP", RuleType: "INBOUND", IP: "192.0.2.7"},
			{Protocol: "TCP", RuleType: "INBOUND", Range: "22", IP: "0.0.0.0", Size: &zero},
			{Protocol: "IPSEC", RuleType: "OUTBOUND"},
			{Protocol: "ALL", RuleType: "OUTBOUND"},
		},
	}))
	mustMake[*client.SecurityGroup](t)(o.project.CreateSecurityGroup(ctx, client.CreateSecurityGroupRequest{Name: "empty"}))
	for _, vm := range []*client.VM{private, windows} {
		for _, nic := range mustMake[[]*client.VMNetwork](t)(client.Collect(o.project.ListVMNetworks(ctx, vm.ID, ""))) {
			if nic.Type != client.NetworkVPC {
				o.do(o.project.AttachVMSecurityGroup(ctx, vm.ID, client.AttachSecurityGroupRequest{SecurityGroupID: ruled.ID, NICID: nic.NICID}))
			}
		}
	}
}

func (o *odd) storage() {
	o.t.Helper()
	ctx, t := o.t.Context(), o.t
	vm := o.vm("backed-up", func(r *client.CreateVMRequest) { r.BackupType, r.BackupTime = "daily", "8am" })
	detached := mustMake[*client.Volume](t)(o.project.CreateVolume(ctx, client.CreateVolumeRequest{
		Name: "detached", Size: 10, VolumeType: client.VolumeTypeNVMe, FilesystemType: "xfs",
	}))
	mustMake[*client.Volume](t)(o.project.WaitForVolume(ctx, detached.ID))
	mustMake[*client.Snapshot](t)(o.project.CreateSnapshot(ctx, client.CreateSnapshotRequest{
		ResourceType: client.SnapshotOfVolume, VolumeID: detached.ID, Name: "odd \"name\" ${x}",
	}))
	for range 2 { // the later one builds upon the first
		backup := mustMake[*client.Backup](t)(o.project.CreateBackup(ctx, client.CreateBackupRequest{VMID: vm.ID}))
		mustMake[*client.Backup](t)(o.project.WaitForBackup(ctx, backup.ID))
		mustMake[*client.VM](t)(o.project.WaitForVM(ctx, vm.ID, client.VMActive))
	}
}

func (o *odd) account() {
	o.t.Helper()
	ctx, t := o.t.Context(), o.t
	mustMake[*client.SSHKey](t)(o.c.CreateSSHKey(ctx, client.CreateSSHKeyRequest{
		Name: "laptop", PublicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPsxJc5JmPHyh8s0kRPjHzhbbM5LzTzsFZqBTSEHaG1Y me@laptop",
	}))
	people := mustMake[*client.Role](t)(o.c.CreateRole(ctx, client.CreateRoleRequest{
		Name: "People", Slug: "people", Scope: client.ScopeAccount, Permissions: []string{"account.members.view", "account.audit.view"},
	}))
	power := mustMake[*client.Role](t)(o.c.CreateRole(ctx, client.CreateRoleRequest{
		Name: "Power", Slug: "power", Description: awkward, Scope: client.ScopeProject, Permissions: []string{"vm.power"},
	}))
	key := mustMake[*client.APIKeyWithSecret](t)(o.c.CreateAPIKey(ctx, client.CreateAPIKeyRequest{Name: "idle"}))
	inactive := false
	mustMake[*client.APIKey](t)(o.c.UpdateAPIKey(ctx, key.ID, client.UpdateAPIKeyRequest{IsActive: &inactive}))
	mustMake[*client.Member](t)(o.c.AddMember(ctx, client.AddMemberRequest{APIKeyID: key.ID, RoleID: people.ID}))
	mustMake[*client.ProjectMember](t)(o.c.AddProjectMember(ctx, o.b.Staging(), client.AddProjectMemberRequest{APIKeyID: key.ID, RoleID: power.ID}))
	joined := mustMake[*client.Member](t)(o.c.AddMember(ctx, client.AddMemberRequest{Email: "bob@example.com", RoleID: people.ID}))
	o.do(o.b.AcceptInvitation(joined.InvitationID))
	joined = mustMake[*client.Member](t)(o.c.GetMember(ctx, joined.ID))
	mustMake[*client.ProjectMember](t)(o.c.AddProjectMember(ctx, o.b.Staging(), client.AddProjectMemberRequest{TargetUserID: joined.UserID, RoleID: power.ID}))
	mustMake[*client.Invitation](t)(o.c.CreateProjectInvitation(ctx, o.b.Staging(), client.CreateInvitationRequest{Email: "Guest@example.com", RoleID: power.ID}))
}

// thing is an object that an import can take.
type thing struct {
	typeName, id string
	identity     map[string]string
	name         string // what people call it
}

// things are all objects of the account, in a fixed order.
func things(t *testing.T, w *acctest.Walk) (all []thing) {
	t.Helper()
	for _, typeName := range slices.Sorted(maps.Keys(w.Schemas)) {
		for _, listed := range w.List(typeName, nil, 0, false) {
			if len(listed.Errors)+len(listed.Warnings) > 0 {
				t.Fatalf("%s: %q %q", typeName, listed.Errors, listed.Warnings)
			}
			id := listed.Identity["id"]
			if project := listed.Identity["project_id"]; project != "" {
				id = project + "/" + id
			}
			all = append(all, thing{typeName: typeName, id: id, identity: listed.Identity, name: listed.Name})
		}
	}
	for typeName := range w.Schemas {
		if !slices.ContainsFunc(all, func(o thing) bool { return o.typeName == typeName }) {
			t.Fatalf("the account has no %s", typeName)
		}
	}
	return all
}
