package backup_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

const address = "raff_backup.test"

func config(projectID, vmID, settings string) string {
	return fmt.Sprintf("resource \"raff_backup\" \"test\" {\n  project_id = %q\n  vm_id = %q\n  %s\n}\n", projectID, vmID, settings)
}

func getBackup(ctx context.Context, c *client.Client, id string) error {
	_, err := c.GetBackup(ctx, id)
	return err
}

// makeBackup makes a backup behind Terraform's back and waits for it.
func makeBackup(t *testing.T, b *acctest.Backend, vmID, name string) *client.Backup {
	t.Helper()
	project := b.Client(t).Project(b.Production())
	backup, err := project.CreateBackup(t.Context(), client.CreateBackupRequest{VMID: vmID, Name: name})
	if err != nil {
		t.Fatal(err)
	}
	if backup, err = project.WaitForBackup(t.Context(), backup.ID, client.BackupReady); err != nil {
		t.Fatal(err)
	}
	return backup
}

func TestAccBackup(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	step := func(settings string) string { return b.Config(config(b.Production(), vm.ID, settings)) }
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_backup", getBackup),
		Steps: []resource.TestStep{
			{
				Config: step(""),
				Check:  b.Exists(t, "raff_backup", getBackup),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "status", knownvalue.StringExact("ready")),
					acctest.Attribute(address, "name", knownvalue.NotNull()),
					acctest.Attribute(address, "deletion_protection", knownvalue.Bool(false)),
				},
			},
			{Config: step(""), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{ResourceName: address, ImportState: true, ImportStateVerify: true},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: acctest.ProjectAndID(address)},
			{
				// Terraform's own setting: nothing is sent, and nothing else changes.
				Config: step("delete_series = true"),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(address, tfjsonpath.New("status"), knownvalue.StringExact("ready")),
				),
			},
			{
				Config:           step("name = \"another\"\n timeouts = { create = \"5m\" }"),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)),
			},
		},
	})
	for _, e := range b.Mutations() {
		if e.HeaderProject != b.Production() || e.ObjectProject != b.Production() {
			t.Errorf("%s %s carried project %q for an object of %q", e.Method, e.Path, e.HeaderProject, e.ObjectProject)
		}
	}
}

// A point that later ones build on is not deleted by default, and the error names them.
func TestAccBackup_laterPointsAreNamed(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	var later *client.Backup
	short := b.Config(config(b.Production(), vm.ID, "name = \"base\"\n timeouts = { delete = \"2s\" }"))
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: short},
			{
				PreConfig: func() { later = makeBackup(t, b, vm.ID, "later-point") },
				Config:    b.Config(),
				ExpectError: acctest.Says(
					`still in use by backup "later-point"`),
			},
			{
				PreConfig: func() {
					if err := b.Client(t).Project(b.Production()).DeleteBackup(t.Context(), later.ID); err != nil {
						t.Fatal(err)
					}
				},
				Config: b.Config(),
			},
		},
	})
	if n := len(b.Requests("deleteBackupChain")); n != 0 {
		t.Errorf("a series was deleted %d times without leave", n)
	}
}

// With leave, the whole series goes.
func TestAccBackup_deleteSeries(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_backup", getBackup),
		Steps: []resource.TestStep{
			{Config: b.Config(config(b.Production(), vm.ID, "delete_series = true"))},
			{
				PreConfig: func() { makeBackup(t, b, vm.ID, "later") },
				Config:    b.Config(),
			},
		},
	})
	left, err := client.Collect(b.Client(t).ListBackups(t.Context(), client.BackupFilter{}))
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// Points of one series that are destroyed together go in whatever order works.
func TestAccBackup_seriesIsDestroyedTogether(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_backup", getBackup),
		Steps: []resource.TestStep{{
			Config: b.Config(fmt.Sprintf(`
resource "raff_backup" "test" {
  count      = 3
  project_id = %q
  vm_id      = %q
}
`, b.Production(), vm.ID)),
		}},
	})
}

func TestAccBackup_disappears(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	var id string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(config(b.Production(), vm.ID, "")), Check: acctest.IDOf(address, &id)},
			{
				PreConfig: func() {
					if err := b.Client(t).Project(b.Production()).DeleteBackup(t.Context(), id); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			},
		},
	})
}

// A backup that fails is an error that names it, and stays in the state to be destroyed.
func TestAccBackup_waiterFailure(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Pace = []refbackend.PaceRule{{Flow: "backup.create", FailAt: "creating"}}
	})
	vm := b.MakeVM(t, b.Production(), "web")
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config:      b.Config(config(b.Production(), vm.ID, `name = "broken"`)),
			ExpectError: acctest.Says("is kept in the state"),
		}},
	})
	if n := len(b.Requests("deleteBackup")); n != 1 {
		t.Errorf("the failed backup was not in the state: it was deleted %d times", n)
	}
}

func TestAccBackup_badInput(t *testing.T) {
	const nowhere = "11111111-1111-4111-8111-111111111111"
	t.Run("empty name", func(t *testing.T) {
		b := acctest.New(t)
		b.Refused(t, b.Config(config(b.Production(), nowhere, `name = ""`)), `Attribute name UTF-8 character count must be between 1 and 128`)
	})
	t.Run("unreachable project", func(t *testing.T) {
		b := acctest.New(t)
		b.Refused(t, b.ConfigAs(b.ProductionKey, "", config(b.Staging(), nowhere, "")), `Project cannot be reached`)
	})
}

func TestAccBackup_dataSources(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	lists := fmt.Sprintf(`
data "raff_backup" "by_id" { id = raff_backup.test.id }
data "raff_backup" "by_name" {
  name       = raff_backup.test.name
  project_id = %[1]q
}
data "raff_backups" "project" {
  project_id = %[1]q
  depends_on = [raff_backup.test]
}
data "raff_backups" "staging" {
  project_id = %[2]q
  depends_on = [raff_backup.test]
}
data "raff_backups" "of_vm" {
  vm_id      = %[3]q
  depends_on = [raff_backup.test]
}
`, b.Production(), b.Staging(), vm.ID)
	size := func(name string, want int) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.raff_backups."+name, tfjsonpath.New("backups"), knownvalue.ListSizeExact(want))
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config: b.Config(config(b.Production(), vm.ID, `name = "nightly"`), lists),
			ConfigStateChecks: []statecheck.StateCheck{
				size("project", 1), size("staging", 0), size("of_vm", 1),
				statecheck.ExpectKnownValue("data.raff_backup.by_id", tfjsonpath.New("name"), knownvalue.StringExact("nightly")),
				statecheck.ExpectKnownValue("data.raff_backup.by_id", tfjsonpath.New("increment_id"), knownvalue.Int64Exact(0)),
				statecheck.ExpectKnownValue("data.raff_backup.by_id", tfjsonpath.New("storage_size"), knownvalue.NotNull()),
				statecheck.ExpectKnownValue("data.raff_backup.by_name", tfjsonpath.New("vm_id"), knownvalue.StringExact(vm.ID)),
			},
		}},
	})
}
