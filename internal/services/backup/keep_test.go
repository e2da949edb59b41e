package backup_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

func TestAccBackup_deletionProtection(t *testing.T) {
	b := acctest.New(t)
	vm, other := b.MakeVM(t, b.Production(), "web"), b.MakeVM(t, b.Production(), "db")
	step := func(vmID, settings string) string { return b.Config(config(b.Production(), vmID, settings)) }
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_backup", getBackup),
		Steps: []resource.TestStep{
			{Config: step(vm.ID, "deletion_protection = true")},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"deletion_protection"}},
			{Config: step(other.ID, "deletion_protection = true"), ExpectError: acctest.Says("Deletion is protected")},
			{Config: b.Config(), ExpectError: acctest.Says("Deletion is protected")},
			{
				Config:            step(vm.ID, ""),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "deletion_protection", knownvalue.Bool(false))},
			},
		},
	})
}

const withVM = `
data "raff_template" "ubuntu" {
  name    = "Ubuntu"
  version = "24.04"
}

resource "raff_vm" "test" {
  project_id  = %[1]q
  name        = "web"
  template_id = data.raff_template.ubuntu.id
  pricing_id  = 9
  ssh_keys    = [%[2]q]
}

resource "raff_backup" "test" {
  project_id = %[1]q
  vm_id      = raff_vm.test.id
}
`

// The VM is gone: a plan that creates it anew leaves its backup alone, which is the only copy now.
func TestAccBackup_vmIsGone(t *testing.T) {
	b := acctest.New(t)
	step := b.Config(fmt.Sprintf(withVM, b.Production(), acctest.SSHKey))
	var vmID string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: step, Check: acctest.IDOf("raff_vm.test", &vmID)},
			{
				PreConfig: func() {
					project := b.Client(t).Project(b.Production())
					if err := project.DeleteVM(t.Context(), vmID, client.DeleteVMRequest{VolumeAction: client.VolumeActionDetach}); err != nil {
						t.Fatal(err)
					}
				},
				Config: step, // and the next plan, which knows the id of the new VM, is empty
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction("raff_vm.test", plancheck.ResourceActionCreate),
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop),
				),
			},
		},
	})
}

// The VM is replaced while something else of the backup changes: it keeps the id of the VM that it is of.
func TestAccBackup_vmIsReplacedAndItChanges(t *testing.T) {
	b := acctest.New(t)
	was := fmt.Sprintf(withVM, b.Production(), acctest.SSHKey)
	cli := acctest.NewCLI(t, b.Config(was))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	changed := strings.Replace(was, "raff_vm.test.id\n", "raff_vm.test.id\n  delete_series = true\n", 1)
	cli.Write(t, "main.tf", strings.Replace(cli.Read(t, "main.tf"), was, changed, 1))
	cli.MustRun(t, "taint", "raff_vm.test")
	output := acctest.Flat(cli.MustRun(t, "plan", "-no-color", "-out=plan"))
	for _, want := range []string{
		"raff_backup.test will be updated in-place", `Warning: VM "web" is replaced`, "Perhaps deleted with it", "Warning: The backup is kept",
		"comes to an end in this run",
	} {
		if !strings.Contains(output, want) {
			t.Errorf("want %q in %s", want, output)
		}
	}
	cli.MustRun(t, "apply", "-no-color", "plan")
	cli.MustRun(t, "plan", "-no-color", "-detailed-exitcode")
	if n := len(b.Requests("deleteBackup")); n > 0 {
		t.Errorf("the backup was deleted %d times", n)
	}
}

// Another VM or name destroys the backup, and the plan says so, and how to keep it.
func TestAccBackup_replacementWarns(t *testing.T) {
	b := acctest.New(t)
	vm, other := b.MakeVM(t, b.Production(), "web"), b.MakeVM(t, b.Production(), "db")
	was := config(b.Production(), vm.ID, "")
	cli := acctest.NewCLI(t, b.Config(was))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	for attribute, is := range map[string]string{
		"because of vm_id":   config(b.Production(), other.ID, ""),
		`because of name ("`: config(b.Production(), vm.ID, `name = "another"`),
	} {
		cli.Write(t, "main.tf", strings.Replace(cli.Read(t, "main.tf"), was, is, 1))
		output := acctest.Flat(cli.MustRun(t, "plan", "-no-color"))
		for _, want := range []string{"Warning: Backup ", attribute, "is deleted for good", "removed block"} {
			if strings.Count(output, want) != 1 {
				t.Errorf("want %q once in %s", want, output)
			}
		}
		was = is
	}
}
