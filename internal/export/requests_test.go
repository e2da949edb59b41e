package export_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
)

// large creates an account with many objects of most types in two projects.
func large(t *testing.T, b *acctest.Backend, vms int) {
	t.Helper()
	c := b.Client(t)
	sample := b.MakeVM(t, b.Production(), "sample")
	for _, place := range []string{b.Production(), b.Staging()} {
		project := c.Project(place)
		vpc := ok[*client.VPC](t)(project.CreateVPC(t.Context(), client.CreateVPCRequest{Name: "net-" + place, CIDR: map[bool]string{true: "10.1.0.0/20", false: "10.2.0.0/20"}[place == b.Production()], Region: "us-east"}))
		for i := range vms / 2 {
			name := fmt.Sprintf("vm-%s-%d", place, i)
			vm := ok[*client.VM](t)(project.CreateVM(t.Context(), client.CreateVMRequest{
				Name: name, TemplateID: sample.TemplateID, PricingID: sample.PricingID, Region: "us-east", SSHKeys: []string{acctest.SSHKey}, VPCID: vpc.ID,
			}))
			for j := range 2 {
				volume := ok[*client.Volume](t)(project.CreateVolume(t.Context(), client.CreateVolumeRequest{Name: fmt.Sprintf("%s-%d", name, j), Size: 10, VolumeType: client.VolumeTypeNVMe}))
				if j == 0 {
					ok[*client.Volume](t)(project.AttachVolume(t.Context(), volume.ID, vm.ID))
				}
			}
			ok[*client.BackupSchedule](t)(project.CreateBackupSchedule(t.Context(), client.CreateBackupScheduleRequest{VMID: vm.ID, Type: client.ScheduleDaily, Time: "8am", KeepCount: 2}))
			if i%4 == 0 {
				ok[*client.Snapshot](t)(project.CreateSnapshot(t.Context(), client.CreateSnapshotRequest{ResourceType: client.SnapshotOfVM, VMID: vm.ID, Name: name}))
				ok[*client.IP](t)(project.ReserveIP(t.Context(), client.ReserveIPRequest{Type: "IPv4", Region: "us-east"}))
				ok[*client.SSHKey](t)(c.CreateSSHKey(t.Context(), client.CreateSSHKeyRequest{Name: name, PublicKey: acctest.SSHKey}))
				ok[*client.Member](t)(c.AddMember(t.Context(), client.AddMemberRequest{Email: fmt.Sprintf("m%d@%s.example.com", i, place), RoleID: viewerRole(t, c)}))
			}
		}
		ok[*client.SecurityGroup](t)(project.CreateSecurityGroup(t.Context(), client.CreateSecurityGroupRequest{Name: "group-" + place, TemplateID: "web-server"}))
	}
}

// ok ends the test where something could not be created.
func ok[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(created T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return created
	}
}

func viewerRole(t *testing.T, c *client.Client) string {
	t.Helper()
	for role, err := range c.ListRoles(t.Context(), client.RoleFilter{Scope: client.ScopeAccount}) {
		if err != nil {
			t.Fatal(err)
		}
		if role.Slug == "member" {
			return role.ID
		}
	}
	t.Fatal("there is no role")
	return ""
}

// asked are the requests of a read, by operation.
func asked(t *testing.T, b *acctest.Backend, o export.Options) (map[string]int, export.Account) {
	t.Helper()
	b.ClearJournal()
	a := read(t, b, o)
	if h := holes(a); len(h) > 0 {
		t.Errorf("there are holes in %q", h)
	}
	counts := map[string]int{}
	for _, e := range b.Journal() {
		counts[e.Operation]++
	}
	return counts, a
}

func sum(counts map[string]int) (n int) {
	for _, count := range counts {
		n += count
	}
	return n
}

// A thousand objects take 30 requests at most, the prices and the check of the key included, but for what no list of the API
// has. Notes cost a request for each VM: they have to be asked for, or to have been exported before.
func TestRead_requests(t *testing.T) {
	const vms = 200
	b := acctest.NewInProcess(t, unlimited)
	large(t, b, vms)
	counts, a := asked(t, b, export.Options{})
	objects := 0
	for _, c := range a.Coverage {
		objects += c.Found
	}
	t.Logf("%d objects in %d requests: %v", objects, sum(counts), counts)
	if objects < 1000 || sum(counts) > 30 {
		t.Errorf("%d objects in %d requests: %v", objects, sum(counts), counts)
	}

	if reasons := coverageOf(t, a, "raff_vm_note").Reasons; len(reasons) != 1 || !strings.Contains(reasons[0], "--with raff_vm_note") {
		t.Errorf("of the notes, %q is said", reasons)
	}

	before := map[string][]byte{"imports.tf": []byte("import {\n  to = raff_vm_note.web\n  id = \"x:account\"\n}\n")}
	for name, o := range map[string]export.Options{"asked for": {With: []string{"raff_vm_note"}}, "exported before": {Existing: before}} {
		all, _ := asked(t, b, o)
		if extra := sum(all) - sum(counts); all["getVMNotes"] != vms+1 || extra > vms+2 {
			t.Errorf("%s: %d more requests: %v", name, extra, all)
		}
	}

	// A group in use has the VMs of its project asked, those with a public address, until it is found.
	project := b.Client(t).Project(b.Staging())
	var group *client.SecurityGroup
	for g, err := range project.ListSecurityGroups(t.Context()) {
		group = ok[*client.SecurityGroup](t)(g, err)
	}
	b.ClearJournal()
	furnished := client.VM{}
	for vm, err := range project.ListVMs(t.Context(), client.VMFilter{}) {
		furnished = *ok[*client.VM](t)(vm, err)
		break
	}
	nics := ok[[]*client.VMNetwork](t)(client.Collect(project.ListVMNetworks(t.Context(), furnished.ID, client.NetworkPublic)))
	if err := project.AttachVMSecurityGroup(t.Context(), furnished.ID, client.AttachSecurityGroupRequest{SecurityGroupID: group.ID, NICID: nics[0].NICID}); err != nil {
		t.Fatal(err)
	}
	grouped, a := asked(t, b, export.Options{})
	if extra := sum(grouped) - sum(counts); extra > vms/2+1 || coverageOf(t, a, "raff_security_group_attachment").Found != 1 {
		t.Errorf("with a group %d more requests: %v", extra, slices.Collect(maps.Keys(grouped)))
	}
}
