package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// What is there already may be another instance's, which goes in the same run: the keys of a for_each
// have changed. Terraform creates the new one before it destroys the old one, or after.
func TestAccCombinations_takenOverIsNotUndone(t *testing.T) {
	b, objects := applied(t)
	// Addresses come last: a group may be on the interface of one.
	slices.SortStableFunc(objects, func(x, y acctest.Object) int { return strings.Compare(y.Type, x.Type) })
	for _, o := range objects {
		if o.Type != "raff_vm_note" && !strings.HasSuffix(o.Type, "_attachment") || o.Type == "raff_vpc_attachment" {
			continue // the API does not let a VM join a VPC twice
		}
		w := b.NewWalk(t, "")
		null := tftypes.NewValue(o.State.Type(), nil)
		taker, errs, _ := w.Apply(w.Plan(acctest.Object{Type: o.Type, Name: "taker", State: null}, w.Config(o)))
		if len(errs) > 0 {
			t.Errorf("%s is not taken over: %s", o.Address(), errs)
			continue
		}
		if _, errs, _ := w.Apply(w.Plan(o, null)); len(errs) > 0 {
			t.Errorf("%s: %s", o.Address(), errs)
		}
		fresh, errs, _ := b.NewWalk(t, "").Refresh(taker)
		if len(errs) > 0 || fresh.State.IsNull() {
			t.Errorf("%s went with the instance that it has taken over from: %s", o.Address(), errs)
			continue
		}
		// The taker itself can be destroyed, in that very run too.
		if _, errs, _ := w.Apply(w.Plan(taker, null)); len(errs) > 0 {
			t.Errorf("%s: %s", o.Address(), errs)
		}
		if gone, errs, _ := b.NewWalk(t, "").Refresh(taker); len(errs) > 0 || !gone.State.IsNull() {
			t.Errorf("%s is still there: %s", o.Address(), errs)
		}
	}
}

const note = `
resource "raff_vm_note" "web" {
  project_id = local.project
  vm_id      = raff_vm.%s.id
  content    = "x"
}
`

// A reference that moves to a new object is not hidden: its id is not known yet, and may be another one.
func TestAccCombinations_referenceMovesToANewObject(t *testing.T) {
	s := newStack(t)
	s.apply(vmBlock("a", "a"), fmt.Sprintf(note, "a"))
	s.write(vmBlock("a", "a"), vmBlock("b", "b"), fmt.Sprintf(note, "b"))
	if changes := planned(t, s.cli); changes["raff_vm_note.web"] != "update" {
		t.Errorf("the plan changes %v", changes)
	}
	output, err := s.cli.Run(t.Context(), "apply", "-auto-approve", "-no-color")
	if err == nil || !strings.Contains(output, "Plan again") || strings.Count(output, "Error: ") != 1 {
		t.Errorf("%v\n%s", err, output)
	}
	s.apply(vmBlock("a", "a"), vmBlock("b", "b"), fmt.Sprintf(note, "b"))
	s.empty()
}

// What is in a project is replaced with it.
func TestAccCombinations_projectIsReplacedWithItsContents(t *testing.T) {
	s := newStack(t)
	s.apply(`
resource "raff_project" "x" {
  name = "x"
}

resource "raff_vpc" "net" {
  project_id = raff_project.x.id
  name       = "net"
  cidr       = "10.9.0.0/24"
}
`)
	s.cli.MustRun(t, "apply", "-auto-approve", "-no-color", "-replace=raff_project.x")
	s.empty()
}

// One of several equal objects is replaced: what refers to the others stays.
func TestAccCombinations_oneOfEqualObjectsIsReplaced(t *testing.T) {
	s := newStack(t)
	s.apply(network, vmBlock("x", "x", "public_ipv4 = false", "vpc_id = raff_vpc.net.id"),
		vmBlock("y", "y", "public_ipv4 = false", "vpc_id = raff_vpc.net.id"), `
resource "raff_ip" "web" {
  count      = 2
  project_id = local.project
}

resource "terraform_data" "ids" {
  input = raff_ip.web[*].id
}

resource "raff_ip_attachment" "x" {
  project_id = local.project
  ip_id      = terraform_data.ids.output[0]
  vm_id      = raff_vm.x.id
}

resource "raff_ip_attachment" "y" {
  project_id = local.project
  ip_id      = terraform_data.ids.output[1]
  vm_id      = raff_vm.y.id
}
`)
	changes := planned(t, s.cli, "-replace=raff_ip.web[0]")
	if changes["raff_ip_attachment.x"] != "delete and create" || strings.Contains(changes["raff_ip_attachment.y"], "delete") {
		t.Errorf("the plan changes %v", changes)
	}
}

// grouped is a VM that takes its address from an attachment, and a group on the interface of that.
var grouped = network + reserved + vmBlock("web", "web", "public_ipv4 = false", "vpc_id = raff_vpc.net.id") + `
resource "raff_ip" "second" {
  project_id = local.project
}

resource "raff_security_group" "web" {
  project_id = local.project
  name       = "web"
}

resource "raff_security_group_attachment" "web" {
  project_id        = local.project
  vm_id             = raff_vm.web.id
  security_group_id = raff_security_group.web.id
  nic_id            = raff_ip_attachment.web.nic_id
}
`

// The group of an interface goes along when another address makes it another interface, and when the
// attachment of the address is tainted: the VM is not left without its rules until somebody plans again.
func TestAccCombinations_groupFollowsTheAddress(t *testing.T) {
	s := newStack(t)
	s.apply(grouped, addressOn("web"))
	s.empty()
	second := strings.Replace(addressOn("web"), "raff_ip.web", "raff_ip.second", 1)
	s.apply(grouped, second)
	s.empty()
	s.cli.MustRun(t, "taint", "raff_ip_attachment.web")
	s.apply(grouped, second)
	s.empty()
	if n := len(s.b.Requests("attachVMSecurityGroup")); n != 3 {
		t.Errorf("the group was attached %d times instead of once to each interface", n)
	}
}

// A policy that is not known yet refuses nothing; it is applied when it is known.
func TestAccCombinations_policyIsNotKnownYet(t *testing.T) {
	s := newStack(t)
	vm := func(policy, template string) string {
		return strings.Replace(vmBlock("web", "web", "rebuild_policy = terraform_data.policy.output"),
			"data.raff_template.ubuntu", "data.raff_template."+template, 1) + fmt.Sprintf(`
resource "terraform_data" "policy" {
  input = %q
}

data "raff_template" "debian" {
  name    = "Debian"
  version = "12"
}
`, policy)
	}
	s.apply(vm("error", "ubuntu"))
	s.apply(vm("reinstall", "debian"))
	s.empty()
	if n := len(s.b.Requests("reinstallVM")); n != 1 {
		t.Errorf("the VM was reinstalled %d times", n)
	}
}

// A VPC that turns out not to exist is refused before anything of the VM is changed.
func TestAccCombinations_nothingIsTouchedBeforeARefusal(t *testing.T) {
	s := newStack(t)
	vm := func(name, vpc string) string {
		return vmBlock("web", name, "vpc_id = terraform_data.vpc.output") + fmt.Sprintf("resource \"terraform_data\" \"vpc\" {\n  input = %s\n}\n", vpc)
	}
	s.apply(network, vm("web", "raff_vpc.net.id"))
	s.write(network, vm("renamed", `"00000000-0000-4000-8000-000000000000"`))
	output, err := s.cli.Run(t.Context(), "apply", "-auto-approve", "-no-color")
	if err == nil || !strings.Contains(output, "Unable to update VM") {
		t.Errorf("%v\n%s", err, output)
	}
	if n := len(s.b.Requests("renameVM")); n > 0 {
		t.Errorf("the VM was renamed %d times", n)
	}
}

// What the API does not return is recorded once, its default included; a later value is a change.
func TestAccCombinations_recordedOnceThenChanged(t *testing.T) {
	b, objects := applied(t)
	for typeName, name := range map[string]string{"raff_vpc": "description", "raff_vm": "password_wo_version"} {
		i := slices.IndexFunc(objects, func(o acctest.Object) bool { return o.Type == typeName })
		w := b.NewWalk(t, "")
		imported, errs := w.Import(typeName, text(w, objects[i], "id"))
		if len(errs) > 0 {
			t.Fatalf("%s: %s", typeName, errs)
		}
		first := tftypes.NewValue(w.Attributes(imported.State)[name].Type(), map[string]any{"raff_vpc": "", "raff_vm": 0}[typeName])
		p := w.Plan(imported, w.With(w.Config(imported), map[string]tftypes.Value{name: first}))
		if changes := w.Changes(p); !slices.Equal(changes, []string{name}) {
			t.Errorf("%s: the first value changes %v", typeName, changes)
		}
		before := len(b.Mutations())
		recorded, errs, _ := w.Apply(p)
		if sent := b.Mutations()[before:]; len(errs) > 0 || len(sent) > 0 {
			t.Errorf("%s: recording sent %v: %s", typeName, sent, errs)
		}
		if typeName != "raff_vpc" {
			continue // the password of a VM follows its policy
		}
		second := map[string]tftypes.Value{name: tftypes.NewValue(tftypes.String, "another")}
		if _, errs, _ := w.Apply(w.Plan(recorded, w.With(w.Config(recorded), second))); len(errs) > 0 {
			t.Errorf("%s: %s", typeName, errs)
		}
		if sent := b.Mutations()[before:]; len(sent) != 1 {
			t.Errorf("%s: the change sent %v", typeName, sent)
		}
	}
}

// An id is the same in upper case: it imports the same object.
func TestAccCombinations_upperCaseIDsImportTheSame(t *testing.T) {
	b, objects := applied(t)
	for _, o := range objects {
		w := b.NewWalk(t, "")
		id := text(w, o, "id")
		lower, errs := w.Import(o.Type, id)
		if len(errs) > 0 {
			t.Errorf("%s: %s", o.Address(), errs)
			continue
		}
		upper := strings.ToUpper(id)
		if at := strings.LastIndexByte(id, ':'); o.Type == "raff_vm_note" {
			upper = strings.ToUpper(id[:at]) + id[at:]
		}
		same, errs := w.Import(o.Type, upper)
		if len(errs) > 0 || !maps.EqualFunc(w.Attributes(lower.State), w.Attributes(same.State), tftypes.Value.Equal) {
			t.Errorf("%s: %s imports something else than %s: %s", o.Address(), upper, id, errs)
		}
	}
}

// A project that the key cannot see is not forgotten: it may exist.
func TestAccCombinations_hiddenProjectIsKept(t *testing.T) {
	s := newStack(t)
	s.apply("resource \"raff_project\" \"x\" {\n  name = \"x\"\n}\n")
	s.cli.Write(t, "main.tf", strings.Replace(s.cli.Read(t, "main.tf"), s.b.OwnerKey, s.b.ProductionKey, 1))
	for _, command := range []string{"plan", "refresh"} {
		output, err := s.cli.Run(t.Context(), command, "-no-color")
		if err == nil || !strings.Contains(acctest.Flat(output), "Project cannot be reached") || strings.Count(output, "Error: ") != 1 {
			t.Errorf("%s: %v\n%s", command, err, output)
		}
	}
	if list := s.cli.MustRun(t, "state", "list"); !strings.Contains(list, "raff_project.x") {
		t.Errorf("the state has %s", list)
	}
}

// A backup, and a volume's snapshot, that change in the run that replaces their source with create_before_destroy are changed
// and kept: the old source is still there when they are applied.
func TestAccCombination_sourceReplacedCreateBeforeDestroy(t *testing.T) {
	s := newStack(t)
	blocks := func(name string, change bool) []string {
		first := "lifecycle { create_before_destroy = true }"
		return []string{vmBlock("web", name, first), fmt.Sprintf(`
resource "raff_volume" "data" {
  project_id = local.project
  name       = %q
  size       = 10
  %s
}
resource "raff_backup" "web" {
  project_id    = local.project
  vm_id         = raff_vm.web.id
  delete_series = %v
}
resource "raff_snapshot" "data" {
  project_id = local.project
  volume_id  = raff_volume.data.id
  name       = "before %v"
}
`, name, first, change, change)}
	}
	s.apply(blocks("old", false)...)
	c := s.b.Client(t)
	before := idsOf(t, c)
	s.write(blocks("new", true)...)
	said := acctest.Flat(s.cli.MustRun(t, "apply", "-auto-approve", "-no-color", "-replace=raff_vm.web", "-replace=raff_volume.data"))
	if !strings.Contains(said, "The backup is kept") || !strings.Contains(said, "The snapshot is kept") {
		t.Errorf("nothing says that they are kept:\n%s", said)
	}
	if after := idsOf(t, c); after != before {
		t.Errorf("%s became %s", before, after)
	}
	s.empty()
}

// idsOf are the ids of all backups and snapshots.
func idsOf(t *testing.T, c *client.Client) string {
	t.Helper()
	backups, err := client.Collect(c.ListBackups(t.Context(), client.BackupFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	snapshots, err := client.Collect(c.ListSnapshots(t.Context(), client.SnapshotFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, b := range backups {
		ids = append(ids, b.ID)
	}
	for _, s := range snapshots {
		ids = append(ids, fmt.Sprint(s.ID))
	}
	return strings.Join(ids, " ")
}
