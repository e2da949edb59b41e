package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// A1: Terraform destroys an attachment before it changes the VM that it was on. What the plan showed of
// the VM holds all the same.
func TestAccCases_attachmentGoesWithAChangeOfItsVM(t *testing.T) {
	private := []string{"public_ipv4 = false", "vpc_id = raff_vpc.net.id"}
	for name, test := range map[string]struct {
		around     string   // that stays
		settings   []string // of the VM
		attachment string   // that goes
	}{
		"address": {network + reserved, private, addressOn("web")},
		"VPC": {network, nil, `
resource "raff_vpc_attachment" "web" {
  project_id = local.project
  vm_id      = raff_vm.web.id
  vpc_id     = raff_vpc.net.id
}
`},
		"schedule": {"", nil, `
resource "raff_backup_schedule" "web" {
  project_id = local.project
  vm_id      = raff_vm.web.id
  type       = "daily"
  time       = "8am"
  keep_count = 2
}
`},
		"volume": {`
resource "raff_volume" "data" {
  project_id = local.project
  name       = "data"
  size       = 10
}
`, nil, `
resource "raff_volume_attachment" "web" {
  project_id = local.project
  volume_id  = raff_volume.data.id
  vm_id      = raff_vm.web.id
}
`},
		"security group": {`
resource "raff_security_group" "web" {
  project_id = local.project
  name       = "web"
}
`, nil, `
resource "raff_security_group_attachment" "web" {
  project_id        = local.project
  vm_id             = raff_vm.web.id
  security_group_id = raff_security_group.web.id
}
`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStack(t)
			s.apply(test.around, vmBlock("web", "web", test.settings...), test.attachment)
			s.empty()
			said := s.apply(test.around, vmBlock("web", "renamed", append(test.settings, `tags = ["new"]`)...))
			if warned(said) {
				t.Errorf("a warning: %s", said)
			}
			s.empty()
		})
	}
}

// A reserved address moves from one VM to another, both of which change in the same apply.
func TestAccCases_addressMovesBetweenChangingVMs(t *testing.T) {
	s := newStack(t)
	vms := func(tag string) string {
		settings := []string{"public_ipv4 = false", "vpc_id = raff_vpc.net.id", fmt.Sprintf("tags = [%q]", tag)}
		return vmBlock("x", "x", settings...) + vmBlock("y", "y", settings...)
	}
	for round, vm := range []string{"x", "y", "x", "y"} {
		said := s.apply(network, reserved, vms(fmt.Sprint("round", round)), addressOn(vm))
		if warned(said) {
			t.Errorf("a warning: %s", said)
		}
		s.empty()
	}
}

// A2: a VM under backup, one that failed, and one that somebody is working on are no changes.
func TestAccCases_busyVMPlansNothing(t *testing.T) {
	s := newStack(t, func(o *refbackend.Options) {
		o.Pace = []refbackend.PaceRule{{Flow: "backup.create", Step: time.Hour}}
	})
	web := vmBlock("web", "web", `rebuild_policy = "replace"`, `power_state = "active"`) + `
output "status" {
  value = raff_vm.web.status
}
`
	s.apply(web)
	s.empty()
	vm := onlyVM(t, s.b)
	project := s.b.Client(t).Project(s.b.Production())
	if _, err := project.CreateBackup(t.Context(), client.CreateBackupRequest{VMID: vm.ID}); err != nil {
		t.Fatal(err)
	}
	if now := onlyVM(t, s.b); now.Status != client.VMProvisioning {
		t.Fatalf("the VM is %s", now.Status)
	}
	if changes := planned(t, s.cli); len(changes) > 0 {
		t.Errorf("the plan changes %v", changes)
	}
}

func onlyVM(t *testing.T, b *acctest.Backend) *client.VM {
	t.Helper()
	vms, err := client.Collect(b.Client(t).ListVMs(t.Context(), client.VMFilter{}))
	if err != nil || len(vms) != 1 {
		t.Fatalf("%d VMs, %v", len(vms), err)
	}
	return vms[0]
}

// A4: another comment, other line ends and spaces are the same key.
func TestAccCases_sameSSHKeysAreNoChange(t *testing.T) {
	s := newStack(t)
	fields := strings.Fields(acctest.SSHKey)
	s.apply(vmBlock("web", "web"))
	for _, key := range []string{
		fields[0] + " " + fields[1], fields[0] + " " + fields[1] + ` someone@else\r\n`, "  " + fields[0] + "  " + fields[1] + `\n`,
	} {
		s.write(strings.Replace(vmBlock("web", "web"), "local.key", `"`+key+`"`, 1))
		s.empty()
	}
	s.write(strings.Replace(vmBlock("web", "web"), "[local.key]", `[local.key, "`+fields[0]+" "+fields[1]+` again"]`, 1))
	s.empty()
}

// A5: the second plan of a web tier with reserved addresses is empty, with an output of all that there is.
func TestAccCases_secondPlanIsEmptyWithOutputs(t *testing.T) {
	s := newStack(t)
	said := s.apply(network, reserved, vmBlock("web", "web", "public_ipv4 = false", "vpc_id = raff_vpc.net.id"), addressOn("web"), `
output "everything" {
  value = [raff_vm.web, raff_vpc.net, raff_ip.web, raff_ip_attachment.web]
  sensitive = true
}

output "addresses" {
  value = [raff_vm.web.public_ipv4_address, raff_ip_attachment.web.ip_address]
}
`)
	if warned(said) {
		t.Errorf("a warning: %s", said)
	}
	s.empty()
}

// B3: a backup is kept when its VM was deleted elsewhere, by the plan that creates the VM anew and by the next.
func TestAccCases_backupOutlivesItsVM(t *testing.T) {
	s := newStack(t)
	const backup = `
resource "raff_backup" "web" {
  project_id = local.project
  vm_id      = raff_vm.web.id
  name       = "before"
}
`
	s.apply(vmBlock("web", "web"), backup)
	deleteVM(t, s.b, onlyVM(t, s.b))
	changes := planned(t, s.cli)
	if changes["raff_vm.web"] != "create" || changes["raff_backup.web"] != "" {
		t.Errorf("the plan changes %v", changes)
	}
	s.apply(vmBlock("web", "web"), backup)
	if said := s.empty(); !strings.Contains(said, "Warning: The backup is kept") {
		t.Errorf("the plan does not say why the backup stays: %s", said)
	}
	s.write(vmBlock("web", "web"), strings.Replace(backup, "}\n", "  lifecycle {\n    ignore_changes = [vm_id]\n  }\n}\n", 1))
	if said := s.empty(); warned(said) {
		t.Errorf("a warning: %s", said)
	}
}

func deleteVM(t *testing.T, b *acctest.Backend, vm *client.VM) {
	t.Helper()
	project := b.Client(t).Project(vm.ProjectID)
	if err := project.DeleteVM(t.Context(), vm.ID, client.DeleteVMRequest{VolumeAction: client.VolumeActionDetach}); err != nil {
		t.Fatal(err)
	}
	if _, err := project.WaitForVMGone(t.Context(), vm.ID); err != nil {
		t.Fatal(err)
	}
}

// B4: a typo in a region destroys nothing, whatever has a region.
func TestAccCases_unknownRegionIsRefused(t *testing.T) {
	s := newStack(t)
	blocks := func(region string) map[string]string {
		attribute := fmt.Sprintf("region = %q", region)
		return map[string]string{
			"VM":      vmBlock("web", "web", attribute),
			"volume":  "resource \"raff_volume\" \"x\" {\n project_id = local.project\n name = \"x\"\n size = 10\n " + attribute + "\n}\n",
			"address": "resource \"raff_ip\" \"x\" {\n project_id = local.project\n " + attribute + "\n}\n",
			"VPC":     "resource \"raff_vpc\" \"x\" {\n project_id = local.project\n name = \"x\"\n cidr = \"10.8.0.0/24\"\n " + attribute + "\n}\n",
			"project": "resource \"raff_project\" \"x\" {\n name = \"x\"\n default_" + attribute + "\n}\n",
		}
	}
	all := blocks("us-east")
	s.apply(all["VM"], all["volume"], all["address"], all["VPC"], all["project"])
	for noun, typo := range blocks("us-eats") {
		wrong := blocks("us-east")
		wrong[noun] = typo
		s.refuses(`There is no region "us-eats". There are: us-east.`, wrong["VM"], wrong["volume"], wrong["address"], wrong["VPC"], wrong["project"])
	}
}

// B5: a VM cannot move to another project without its VPC.
func TestAccCases_moveThatCannotArriveIsRefused(t *testing.T) {
	s := newStack(t)
	s.apply(network, vmBlock("web", "web", "vpc_id = raff_vpc.net.id"))
	moved := strings.Replace(vmBlock("web", "web", "vpc_id = raff_vpc.net.id"), "local.project", `"`+s.b.Staging()+`"`, 1)
	s.refuses("The VPC is in another project", network, moved)
}

// C8: a project that was deleted takes its objects out of the state, with one warning that counts them.
func TestAccCases_deletedProjectTakesItsObjects(t *testing.T) {
	s := newStack(t)
	const project = `
resource "raff_project" "x" {
  name = "short-lived"
}
`
	volumes := `
resource "raff_volume" "x" {
  count      = 7
  project_id = raff_project.x.id
  name       = "x-${count.index}"
  size       = 10
}
`
	s.apply(project, volumes)
	c := s.b.Client(t)
	for volume, err := range c.ListVolumes(t.Context(), client.VolumeFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		scoped := c.Project(volume.ProjectID)
		if err := scoped.DeleteVolume(t.Context(), volume.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := scoped.WaitForVolumeGone(t.Context(), volume.ID); err != nil {
			t.Fatal(err)
		}
	}
	for p, err := range c.ListProjects(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if p.Name == "short-lived" {
			if err := c.DeleteProject(t.Context(), p.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	output := acctest.Flat(s.cli.MustRun(t, "plan", "-no-color", "-refresh-only"))
	if n := strings.Count(output, "Warning: A project was deleted"); n != 1 {
		t.Errorf("%d warnings in\n%s", n, output)
	}
	if !regexp.MustCompile(`7 objects that were in it are removed from the state`).MatchString(output) {
		t.Errorf("the objects are not counted in\n%s", output)
	}
	s.apply(project, volumes)
	s.empty()
}

// Names, addresses and volumes change hands in one apply, and a VM is replaced with all that hangs on it:
// no plan is refused for it, and none warns.
func TestAccCases_thingsChangeHandsWithoutAWarning(t *testing.T) {
	steps := map[string][2]string{
		"a name passes on to a new VM": {vmBlock("old", "web"), vmBlock("new", "web")},
		"keys of for_each change": {
			strings.Replace(vmBlock("x", "${each.value}"), "{\n", "{\n  for_each = { one = \"a\", two = \"b\" }\n", 1),
			strings.Replace(vmBlock("x", "${each.value}"), "{\n", "{\n  for_each = { uno = \"a\", two = \"b\" }\n", 1),
		},
		"a VM is replaced": {
			network + vmBlock("web", "web", `rebuild_policy = "replace"`, "extra_storage = 0") + hanging,
			network + vmBlock("web", "web", `rebuild_policy = "replace"`, "extra_storage = 10") + hanging,
		},
		"a volume changes hands": {
			vmBlock("x", "x") + vmBlock("y", "y") + volumeOn("x"), vmBlock("x", "x") + vmBlock("y", "y") + volumeOn("y"),
		},
		"a volume goes to a new VM": {vmBlock("x", "x") + volumeOn("x"), vmBlock("x", "x") + vmBlock("y", "y") + volumeOn("y")},
		"a VPC's name passes on":    {network, strings.NewReplacer(`"net" {`, `"next" {`, "10.9.", "10.10.").Replace(network)},
	}
	for name, step := range steps {
		t.Run(name, func(t *testing.T) {
			s := newStack(t)
			s.apply(step[0])
			said := s.apply(step[1])
			// Nothing is said to be in the way. What the end of the VM loses is said where the configuration does not show it.
			said = strings.Replace(said, "Warning: VM \"web\" is replaced", "", 1)
			if warned(said) {
				t.Errorf("a warning: %s", said)
			}
			s.empty()
		})
	}
}

// A name passes on to a new VM in one apply, however long the deletion of the old one takes: Terraform begins both at once.
// One that stays is still in the way, and named.
func TestAccCases_aNameWaitsForTheDeletion(t *testing.T) {
	s := newStack(t)
	s.apply(vmBlock("old", "web"))
	s.b.SetPace(refbackend.PaceRule{Flow: "vm.delete", Step: 2 * time.Second})
	s.apply(vmBlock("new", "web"))
	s.empty()
	s.write(vmBlock("new", "web") + vmBlock("another", "web"))
	output, err := s.cli.Run(t.Context(), "apply", "-auto-approve", "-no-color")
	if err == nil || !strings.Contains(acctest.Flat(output), "This is in its way") {
		t.Errorf("got %v, %s", err, output)
	}
}

// hanging is what can hang on a VM.
const hanging = `
resource "raff_vpc_attachment" "web" {
  project_id = local.project
  vm_id      = raff_vm.web.id
  vpc_id     = raff_vpc.net.id
}

resource "raff_vm_note" "web" {
  project_id = local.project
  vm_id      = raff_vm.web.id
  content    = "hangs on it"
}

resource "raff_backup_schedule" "web" {
  project_id = local.project
  vm_id      = raff_vm.web.id
  type       = "daily"
  time       = "8am"
  keep_count = 2
}

resource "raff_security_group" "web" {
  project_id = local.project
  name       = "web"
}

resource "raff_security_group_attachment" "web" {
  project_id        = local.project
  vm_id             = raff_vm.web.id
  security_group_id = raff_security_group.web.id
}
`

func volumeOn(vm string) string {
	return `
resource "raff_volume" "data" {
  project_id = local.project
  name       = "data"
  size       = 10
}

resource "raff_volume_attachment" "data" {
  project_id = local.project
  volume_id  = raff_volume.data.id
  vm_id      = raff_vm.` + vm + `.id
}
`
}

// Swapped names cannot be applied in one go, since the first of them is taken. They are planned without a
// refusal or a warning all the same, because both VMs are of this run.
func TestAccCases_swappedNamesAreNotRefusedAtPlan(t *testing.T) {
	s := newStack(t)
	s.apply(vmBlock("x", "x"), vmBlock("y", "y"))
	s.write(vmBlock("x", "y"), vmBlock("y", "x"))
	output := acctest.Flat(s.cli.MustRun(t, "plan", "-no-color"))
	if warned(output) {
		t.Errorf("a warning: %s", output)
	}
}

// A name that somebody else's object has is no refusal either: a warning says whose, and how to import it.
func TestAccCases_takenNamesAreWarnedOf(t *testing.T) {
	s := newStack(t)
	vm := s.b.MakeVM(t, s.b.Staging(), "web")
	s.write(vmBlock("web", "web"))
	output := acctest.Flat(s.cli.MustRun(t, "plan", "-no-color"))
	for _, want := range []string{"Warning: The name is taken", vm.ID, "project " + s.b.Staging(), "terraform import <address of the raff_vm> " + vm.ID} {
		if !strings.Contains(output, want) {
			t.Errorf("expected %q in\n%s", want, output)
		}
	}
}

// One request per list and run tells what is taken, however many objects ask.
func TestAccCases_checksAskOncePerList(t *testing.T) {
	s := newStack(t)
	vm := s.b.MakeVM(t, s.b.Production(), "db")
	before := len(s.b.Journal())
	s.write(strings.Replace(vmBlock("web", "web-${count.index}"), "{\n", "{\n  count = 40\n", 1), `
resource "raff_backup_schedule" "db" {
  count      = 40
  project_id = local.project
  vm_id      = "`+vm.ID+`"
  type       = "daily"
  time       = "${count.index % 12 + 1}am"
  keep_count = 2
}
`)
	s.cli.MustRun(t, "plan", "-no-color")
	if asked := s.b.Journal()[before:]; len(asked) > 20 {
		t.Errorf("the plan of 80 new objects asked %d times", len(asked))
		for _, e := range asked {
			t.Log(e.Operation, e.Query)
		}
	}
}
