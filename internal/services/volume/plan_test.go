package volume_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// makeVolume makes a volume behind Terraform's back, and attaches it to a VM if one is given.
func makeVolume(t *testing.T, b *acctest.Backend, vmID string) string {
	t.Helper()
	project := b.Client(t).Project(b.Production())
	volume, err := project.CreateVolume(t.Context(), client.CreateVolumeRequest{Name: "data", Size: 10, VolumeType: client.VolumeTypeNVMe})
	if err == nil {
		volume, err = project.WaitForVolume(t.Context(), volume.ID, client.VolumeAvailable)
	}
	if err == nil && vmID != "" {
		_, err = project.AttachVolume(t.Context(), volume.ID, vmID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(volume.ID)
}

// A volume that another VM holds is one warning with the command that imports that attachment.
func TestAccVolumeAttachment_warnsOfTheHolder(t *testing.T) {
	b := acctest.New(t)
	one, two := b.MakeVM(t, b.Production(), "one"), b.MakeVM(t, b.Production(), "two")
	held, free := makeVolume(t, b, one.ID), makeVolume(t, b, "")
	for name, test := range map[string]struct {
		volume, vm string
		want       []string
	}{
		"free":        {free, strconv.Quote(two.ID), nil},
		"of this VM":  {held, strconv.Quote(one.ID), nil},
		"of another":  {held, strconv.Quote(two.ID), []string{"Warning: The volume is attached to another VM"}},
		"of a new VM": {held, "raff_vm.test.id", []string{"Warning: The volume is attached to another VM"}},
	} {
		t.Run(name, func(t *testing.T) {
			output := b.PlanOf(t, vmConfig(b.Production(), "web", ""), attachmentConfig(b.Production(), strconv.Quote(test.volume), test.vm))
			if len(test.want) == 0 && strings.Contains(output, "Warning: The volume") {
				t.Errorf("a warning of nothing: %s", output)
			}
			if len(test.want) > 0 {
				test.want = append(test.want, fmt.Sprintf(`is attached to VM "one" (%s) in project %s`, one.ID, b.Production()),
					"terraform import <address of the raff_volume_attachment> "+held)
			}
			for _, want := range test.want {
				if strings.Count(output, want) != 1 {
					t.Errorf("want %q once in %s", want, output)
				}
			}
		})
	}
}

// A volume changes hands in one apply, without a warning, by a move as by another attachment.
func TestAccVolumeAttachment_changesHands(t *testing.T) {
	b := acctest.New(t)
	one, two := b.MakeVM(t, b.Production(), "one"), b.MakeVM(t, b.Production(), "two")
	x, y := makeVolume(t, b, ""), makeVolume(t, b, "")
	keyed := func(key string, first, second *client.VM) string {
		return fmt.Sprintf(`
resource "raff_volume_attachment" "test" {
  for_each   = { %[1]s1 = [%[2]q, %[3]q], %[1]s2 = [%[4]q, %[5]q] }
  project_id = %[6]q
  volume_id  = each.value[0]
  vm_id      = each.value[1]
}
`, key, x, first.ID, y, second.ID, b.Production())
	}
	cli := acctest.NewCLI(t, b.Config(keyed("a", one, two)))
	before := keyed("a", one, two)
	for _, after := range []string{keyed("a", two, one), keyed("b", one, two)} {
		cli.MustRun(t, "apply", "-auto-approve", "-no-color")
		cli.Write(t, "main.tf", strings.Replace(cli.Read(t, "main.tf"), before, after, 1))
		before = after
		if output := acctest.Flat(cli.MustRun(t, "plan", "-no-color")); strings.Contains(output, "Warning: The volume") {
			t.Errorf("a warning of an attachment of this run: %s", output)
		}
	}
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	if output := acctest.Flat(cli.MustRun(t, "plan", "-no-color")); !strings.Contains(output, "No changes") {
		t.Errorf("the second plan is not empty: %s", output)
	}
}

// What does not exist, or is in another project, is refused at plan.
func TestAccVolumeAttachment_unknownReferents(t *testing.T) {
	b := acctest.New(t)
	vm, volume := b.MakeVM(t, b.Production(), "web"), makeVolume(t, b, "")
	made := len(b.Mutations())
	for name, test := range map[string]struct{ config, want string }{
		"no such VM":     {attachmentConfig(b.Production(), strconv.Quote(volume), strconv.Quote(unknown)), `Unknown VM`},
		"no such volume": {attachmentConfig(b.Production(), `"2147483646"`, strconv.Quote(vm.ID)), `Unknown volume`},
		"elsewhere":      {attachmentConfig(b.Staging(), strconv.Quote(volume), strconv.Quote(vm.ID)), `is in another project`},
	} {
		t.Run(name, func(t *testing.T) {
			b.Test(t, resource.TestCase{Steps: []resource.TestStep{{Config: b.Config(test.config), ExpectError: acctest.Says(test.want), PlanOnly: true}}})
		})
	}
	if n := len(b.Mutations()) - made; n != 0 {
		t.Errorf("%d changes", n)
	}
}

// Ids that are not known yet, because something that the module depends on changes, are no change.
func TestAccVolumeAttachment_undecided(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	step := func(version int) string {
		return b.Config(fmt.Sprintf(`
resource "terraform_data" "net" {
  input = %d
}

data "raff_vm" "web" {
  id         = %q
  depends_on = [terraform_data.net]
}
`, version, vm.ID), attached(b.Production(), "data.raff_vm.web.id"))
	}
	noop := func(address string) plancheck.PlanCheck {
		return plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)
	}
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_volume", getVolume),
		Steps: []resource.TestStep{
			{Config: step(1)},
			{Config: step(2), ConfigPlanChecks: acctest.Before(noop(attachment), noop(address))},
		},
	})
}

// An import into a configuration that leaves out what may be left out changes nothing. The file system,
// which the API does not return, is recorded when it is given first.
func TestAccVolume_import(t *testing.T) {
	b := acctest.New(t)
	id := makeVolume(t, b, "")
	made := len(b.Mutations())
	plain, formatted := b.Config(config(b.Production(), "")), b.Config(config(b.Production(), "filesystem_type = \"xfs\"\n deletion_protection = true"))
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: plain, ResourceName: address, ImportState: true, ImportStateId: b.Staging() + "/" + id, ExpectError: acctest.Says("in another project")},
			{Config: plain, ResourceName: address, ImportState: true, ImportStateId: id, ImportStatePersist: true},
			{Config: plain, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{Config: formatted, ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate))},
			{Config: formatted, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			// Left out later, the default holds again.
			{Config: plain, ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate))},
		},
	})
	if n := len(b.Mutations()) - made; n != 1 { // the destruction at the end
		t.Errorf("%d changes", n)
	}
}
