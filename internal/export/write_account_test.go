package export_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// awkward is a text that a careless writer would get wrong.
const awkward = "a \"quoted\" ${name}, 100%{if} \\ of\tit\n$${it} ü"

// awkwardName is one for a name.
const awkwardName = "P\"${e}ople %{x} ü"

// odd makes an account with objects that are not as usual, beside those of Furnish.
func odd(t *testing.T, b *acctest.Backend) {
	t.Helper()
	b.Furnish(t)
	ctx, production := t.Context(), b.Client(t).Project(b.Production())
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	// A stopped VM in two private networks, with a larger disk and a group on a reserved address.
	stopped := b.MakeVM(t, b.Production(), "web 1", func(r *client.CreateVMRequest) { r.SkipPublicIP, r.SkipVPC = true, false })
	_, err := production.PutVMNote(ctx, stopped.ID, client.NotePersonal, awkward)
	must(err)
	must(production.SetVMConsolePolicy(ctx, stopped.ID, true))
	ip, err := production.ReserveIP(ctx, client.ReserveIPRequest{Type: "IPv4"})
	must(err)
	attached, err := production.AttachVMIP(ctx, stopped.ID, client.AttachIPRequest{IPID: ip.ID})
	must(err)
	second, err := production.CreateVPC(ctx, client.CreateVPCRequest{Name: "second", CIDR: "10.99.0.0/24"})
	must(err)
	must(production.AttachVMToVPC(ctx, stopped.ID, client.AttachVPCRequest{VPCID: second.ID, IP: "10.99.0.77"}))
	echo, everything := int64(128), int64(0)
	group, err := production.CreateSecurityGroup(ctx, client.CreateSecurityGroupRequest{Name: "icmp", Rules: []client.SecurityGroupRule{
		{Protocol: "ICMPV6", RuleType: "INBOUND", ICMPType: &echo}, {Protocol: "TCP", RuleType: "OUTBOUND", Range: "443", IP: "0.0.0.0", Size: &everything},
	}})
	must(err)
	must(production.AttachVMSecurityGroup(ctx, stopped.ID, client.AttachSecurityGroupRequest{SecurityGroupID: group.ID, NICID: attached.NICID}))
	must(production.StopVM(ctx, stopped.ID))
	_, err = production.WaitForVM(ctx, stopped.ID, client.VMPassive)
	must(err)
	_, err = production.ResizeVMDisk(ctx, stopped.ID, 77)
	must(err)
	_, err = production.WaitForVM(ctx, stopped.ID, client.VMPassive)
	must(err)

	key, err := b.Client(t).CreateAPIKey(ctx, client.CreateAPIKeyRequest{Name: "CI"})
	must(err)
	role, err := b.Client(t).CreateRole(ctx, client.CreateRoleRequest{
		Name: awkwardName, Slug: "people", Scope: client.ScopeAccount, Permissions: []string{"account.members.view"},
	})
	must(err)
	_, err = b.Client(t).AddMember(ctx, client.AddMemberRequest{APIKeyID: key.ID, RoleID: role.ID})
	must(err)

	staging := b.Client(t).Project(b.Staging())
	windows(t, b)
	for range 2 { // volumes of one name
		_, err = staging.CreateVolume(ctx, client.CreateVolumeRequest{Name: "data", Size: 10, VolumeType: client.VolumeTypeNVMe, Region: "us-east"})
		must(err)
	}
	volume, err := production.CreateVolume(ctx, client.CreateVolumeRequest{Name: "data", Size: 10, VolumeType: client.VolumeTypeNVMe})
	must(err)
	_, err = production.WaitForVolume(ctx, volume.ID)
	must(err)
	_, err = production.CreateSnapshot(ctx, client.CreateSnapshotRequest{ResourceType: client.SnapshotOfVolume, VolumeID: volume.ID, Name: "1st"})
	must(err)
}

// windows makes a VM that needs a password.
func windows(t *testing.T, b *acctest.Backend) {
	t.Helper()
	templates, err := client.Collect(b.Client(t).ListTemplates(t.Context(), client.TemplateFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(templates, func(o *client.Template) bool { return strings.Contains(o.Name, "Windows") })
	b.MakeVM(t, b.Staging(), "desktop", func(r *client.CreateVMRequest) {
		r.TemplateID, r.PricingID, r.SSHKeys, r.Password = templates[at].ID, 80, nil, "Correct-Horse-42"
	})
}

// joined makes a member of the account who has accepted, and one who was suspended since.
func joined(t *testing.T, b *acctest.Backend) {
	t.Helper()
	c := b.Client(t)
	roles, err := client.Collect(c.ListRoles(t.Context(), client.RoleFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(roles, func(o *client.Role) bool { return o.Slug == "billing" })
	for _, email := range []string{"ann@example.com", "ann@example.org"} {
		member, err := c.AddMember(t.Context(), client.AddMemberRequest{Email: email, RoleID: roles[at].ID})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.AcceptInvitation(member.InvitationID); err != nil {
			t.Fatal(err)
		}
		if suspended := client.MemberSuspended; email == "ann@example.org" {
			if _, err := c.UpdateMember(t.Context(), member.ID, client.UpdateMemberRequest{Status: &suspended}); err != nil {
				t.Fatal(err)
			}
		}
	}
}
