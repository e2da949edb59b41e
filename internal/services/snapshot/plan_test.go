package snapshot_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

func TestAccSnapshot_deletionProtection(t *testing.T) {
	b := acctest.New(t)
	volume, other := makeVolume(t, b, "data"), makeVolume(t, b, "other")
	step := func(volume int64, settings string) string {
		return b.Config(config(b.Production(), ofVolume(volume)+"\n"+settings, "before"))
	}
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_snapshot", getSnapshot),
		Steps: []resource.TestStep{
			{
				Config:            step(volume.ID, ""),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "deletion_protection", knownvalue.Bool(false))},
			},
			{Config: step(volume.ID, "deletion_protection = true")},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"deletion_protection"}},
			{Config: step(other.ID, "deletion_protection = true"), ExpectError: acctest.Says("Deletion is protected")},
			{Config: b.Config(), ExpectError: acctest.Says("Deletion is protected")},
			{Config: step(volume.ID, "")},
		},
	})
}

// What a snapshot is to be taken of has to exist in its project.
func TestAccSnapshot_unknownSource(t *testing.T) {
	b := acctest.New(t)
	elsewhere := b.MakeVM(t, b.Staging(), "elsewhere")
	for source, want := range map[string]string{
		ofVM("11111111-1111-4111-8111-111111111111"): "Unknown VM",
		ofVolume(2147483646):                         "Unknown volume",
		ofVM(elsewhere.ID):                           "The VM is in another project",
	} {
		b.Test(t, resource.TestCase{Steps: []resource.TestStep{{
			Config: b.Config(config(b.Production(), source, "x")), PlanOnly: true, ExpectError: acctest.Says(want),
		}}})
	}
}

const replaceableVM = `
data "raff_template" "ubuntu" {
  name    = "Ubuntu"
  version = "24.04"
}

resource "raff_vm" "test" {
  project_id     = %q
  name           = "web"
  template_id    = data.raff_template.ubuntu.id
  pricing_id     = 9
  ssh_keys       = [%q]
  rebuild_policy = "replace"
  extra_storage  = %d
}

resource "raff_snapshot" "test" {
  project_id = %q
  vm_id      = raff_vm.test.id
  name       = "before"
}
`

// A snapshot of a VM goes with the VM, and the plan says so. One of a volume stays where its volume is
// replaced.
func TestAccSnapshot_sourceIsReplaced(t *testing.T) {
	b := acctest.New(t)
	vm := func(extraStorage int) string {
		return fmt.Sprintf(replaceableVM, b.Production(), acctest.SSHKey, extraStorage, b.Production())
	}
	cli := acctest.NewCLI(t, b.Config(vm(0)))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	cli.Write(t, "main.tf", strings.Replace(cli.Read(t, "main.tf"), vm(0), vm(10), 1))
	output := acctest.Flat(cli.MustRun(t, "plan", "-no-color"))
	for _, want := range []string{"Warning: Snapshot \"before\" (", "Its VM is destroyed by this plan", "raff_snapshot.test must be replaced"} {
		if strings.Count(output, want) != 1 {
			t.Errorf("want %q once in %s", want, output)
		}
	}
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")

	volume := func(name string) string {
		return b.Config(fmt.Sprintf("resource \"raff_volume\" \"test\" {\n project_id = %q\n name = %q\n size = 10\n}\n", b.Production(), name),
			config(b.Production(), "volume_id = raff_volume.test.id", "before"))
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: volume("data")},
			{
				Config: volume("other"), // and the next plan, which knows the id of the new volume, is empty
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction("raff_volume.test", plancheck.ResourceActionReplace),
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop),
				),
			},
		},
	})
}
