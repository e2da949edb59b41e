package snapshot_test

import (
	"context"
	"fmt"
	"strconv"
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

const address = "raff_snapshot.test"

func config(projectID, source, name string) string {
	return fmt.Sprintf("resource \"raff_snapshot\" \"test\" {\n  project_id = %q\n  %s\n  name = %q\n}\n", projectID, source, name)
}

func ofVM(id string) string { return fmt.Sprintf("vm_id = %q", id) }

func ofVolume(id int64) string { return fmt.Sprintf("volume_id = \"%d\"", id) }

func getSnapshot(ctx context.Context, c *client.Client, id string) error {
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return err
	}
	_, err = c.GetSnapshot(ctx, number)
	return err
}

func makeVolume(t *testing.T, b *acctest.Backend, name string) *client.Volume {
	t.Helper()
	project := b.Client(t).Project(b.Production())
	volume, err := project.CreateVolume(t.Context(), client.CreateVolumeRequest{Name: name, Size: 10, VolumeType: client.VolumeTypeNVMe})
	if err != nil {
		t.Fatal(err)
	}
	if volume, err = project.WaitForVolume(t.Context(), volume.ID, client.VolumeAvailable); err != nil {
		t.Fatal(err)
	}
	return volume
}

func TestAccSnapshot_ofVM(t *testing.T) {
	b := acctest.New(t)
	vm, other := b.MakeVM(t, b.Production(), "web"), b.MakeVM(t, b.Production(), "db")
	step := func(vmID, name string) string { return b.Config(config(b.Production(), ofVM(vmID), name)) }
	var id, same string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_snapshot", getSnapshot),
		Steps: []resource.TestStep{
			{
				Config: step(vm.ID, "before"),
				Check:  resource.ComposeTestCheckFunc(b.Exists(t, "raff_snapshot", getSnapshot), acctest.IDOf(address, &id)),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectKnownValue(address, tfjsonpath.New("type"), knownvalue.StringExact("vm")),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "volume_id", knownvalue.Null()),
					acctest.Attribute(address, "created_at", knownvalue.NotNull()),
				},
			},
			{Config: step(vm.ID, "before"), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{ResourceName: address, ImportState: true, ImportStateVerify: true},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: acctest.ProjectAndID(address)},
			{ResourceName: address, ImportState: true, ImportStateId: "no-number", ExpectError: acctest.Says("Invalid import id")},
			{
				Config: step(vm.ID, "renamed"),
				Check:  acctest.IDOf(address, &same),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(address, tfjsonpath.New("size"), knownvalue.NotNull()),
				),
			},
			{
				Config:           step(other.ID, "renamed"),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)),
			},
		},
	})
	if id != same {
		t.Errorf("renaming made another snapshot: %s became %s", id, same)
	}
	for _, e := range b.Mutations() {
		if e.HeaderProject != b.Production() {
			t.Errorf("%s %s carried project %q", e.Method, e.Path, e.HeaderProject)
		}
	}
}

// A snapshot of a volume knows its volume, though the API does not return it, even after an import.
func TestAccSnapshot_ofVolume(t *testing.T) {
	b := acctest.New(t)
	makeVolume(t, b, "other")
	volume := makeVolume(t, b, "data")
	step := b.Config(config(b.Production(), ofVolume(volume.ID), "before"))
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_snapshot", getSnapshot),
		Steps: []resource.TestStep{
			{
				Config: step,
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "type", knownvalue.StringExact("volume")),
					acctest.Attribute(address, "vm_id", knownvalue.Null()),
				},
			},
			{ResourceName: address, ImportState: true, ImportStateVerify: true},
			{Config: step, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
		},
	})
}

// A snapshot that its source runs on is not destroyed, and the error says what to do.
func TestAccSnapshot_active(t *testing.T) {
	b := acctest.New(t)
	volume := makeVolume(t, b, "data")
	step := b.Config(config(b.Production(), ofVolume(volume.ID), "before"))
	project := b.Client(t).Project(b.Production())
	var id string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_snapshot", getSnapshot),
		Steps: []resource.TestStep{
			{Config: step, Check: acctest.IDOf(address, &id)},
			{
				PreConfig: func() {
					if err := restore(t, project, id); err != nil {
						t.Fatal(err)
					}
				},
				Config:      b.Config(),
				ExpectError: acctest.Says("is active, so Raff does not delete it. The volume was reverted to it and runs on it. Restore another snapshot"),
			},
			{
				// It is when the volume runs on another one.
				PreConfig: func() {
					another, err := project.CreateSnapshot(t.Context(), client.CreateSnapshotRequest{
						ResourceType: client.SnapshotOfVolume, VolumeID: volume.ID, Name: "another",
					})
					if err == nil {
						err = restore(t, project, strconv.FormatInt(another.ID, 10))
					}
					if err != nil {
						t.Fatal(err)
					}
				},
				Config: b.Config(),
			},
		},
	})
}

func restore(t *testing.T, project *client.Scoped, id string) error {
	t.Helper()
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return err
	}
	return project.RestoreSnapshot(t.Context(), number)
}

func TestAccSnapshot_disappears(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	var id string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(config(b.Production(), ofVM(vm.ID), "gone")), Check: acctest.IDOf(address, &id)},
			{
				PreConfig: func() {
					number, err := strconv.ParseInt(id, 10, 64)
					if err == nil {
						err = b.Client(t).Project(b.Production()).DeleteSnapshot(t.Context(), number)
					}
					if err != nil {
						t.Fatal(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			},
		},
	})
}

// A VM that does not come back from its snapshot is an error; the snapshot stays in the state.
func TestAccSnapshot_waiterFailure(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	b.SetPace(refbackend.PaceRule{Flow: "snapshot.create", StuckIn: "provisioning"}, refbackend.PaceRule{StuckIn: "provisioning"})
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(fmt.Sprintf(
					"resource \"raff_snapshot\" \"test\" {\n project_id = %q\n vm_id = %q\n name = \"stuck\"\n timeouts = { create = \"1s\" }\n}\n",
					b.Production(), vm.ID)),
				ExpectError: acctest.Says("is kept in the state"),
			},
		},
	})
	if n := len(b.Requests("deleteSnapshot")); n != 1 {
		t.Errorf("the snapshot was not in the state: it was deleted %d times", n)
	}
}

func TestAccSnapshot_badInput(t *testing.T) {
	const nowhere = "11111111-1111-4111-8111-111111111111"
	for name, test := range map[string]struct{ source, name, want string }{
		"no source":   {"", "x", `Exactly one of these attributes must be configured`},
		"two sources": {ofVM(nowhere) + "\n" + ofVolume(1), "x", `Exactly one of these attributes must be configured`},
		"empty name":  {ofVM(nowhere), "", `Attribute name UTF-8 character count must be between 1 and 128`},
		"odd volume":  {`volume_id = "data"`, "x", `Invalid id of a volume.*volume_id must be a positive integer.*got "data"`},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, b.Config(config(b.Production(), test.source, test.name)), test.want)
		})
	}
	t.Run("unreachable project", func(t *testing.T) {
		b := acctest.New(t)
		b.Refused(t, b.ConfigAs(b.ProductionKey, "", config(b.Staging(), ofVM(nowhere), "x")), `Project cannot be reached`)
	})
	t.Run("stopped VM", func(t *testing.T) {
		b := acctest.New(t)
		vm := b.MakeVM(t, b.Production(), "web")
		if err := b.Client(t).Project(b.Production()).StopVM(t.Context(), vm.ID); err != nil {
			t.Fatal(err)
		}
		b.Test(t, resource.TestCase{
			Steps: []resource.TestStep{
				{
					Config:      b.Config(config(b.Production(), ofVM(vm.ID), "x")),
					ExpectError: acctest.Says("is stopped, and only a running VM can be copied"),
				},
				{Config: b.Config()},
			},
		})
		if n := len(b.Requests("createSnapshot")); n != 0 {
			t.Errorf("a snapshot was asked for %d times", n)
		}
	})
}

func TestAccSnapshot_dataSources(t *testing.T) {
	b := acctest.New(t)
	vm, volume := b.MakeVM(t, b.Production(), "web"), makeVolume(t, b, "data")
	lists := fmt.Sprintf(`
resource "raff_snapshot" "volume" {
  project_id = %[1]q
  volume_id  = "%[2]d"
  name       = "of-volume"
}

data "raff_snapshot" "by_id" { id = raff_snapshot.test.id }
data "raff_snapshot" "by_name" {
  name       = raff_snapshot.test.name
  project_id = %[1]q
}
data "raff_snapshots" "project" {
  project_id = %[1]q
  depends_on = [raff_snapshot.test, raff_snapshot.volume]
}
data "raff_snapshots" "staging" {
  project_id = %[3]q
  depends_on = [raff_snapshot.test, raff_snapshot.volume]
}
data "raff_snapshots" "fleet" {
  depends_on = [raff_snapshot.test, raff_snapshot.volume]
}
data "raff_snapshots" "of_vm" {
  vm_id      = %[4]q
  depends_on = [raff_snapshot.test, raff_snapshot.volume]
}
data "raff_snapshots" "of_volume" {
  volume_id  = "%[2]d"
  type       = "volume"
  depends_on = [raff_snapshot.test, raff_snapshot.volume]
}
`, b.Production(), volume.ID, b.Staging(), vm.ID)
	size := func(name string, want int) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.raff_snapshots."+name, tfjsonpath.New("snapshots"), knownvalue.ListSizeExact(want))
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(config(b.Production(), ofVM(vm.ID), "of-vm"), lists),
				ConfigStateChecks: []statecheck.StateCheck{
					size("project", 2), size("staging", 0), size("fleet", 2), size("of_vm", 1), size("of_volume", 1),
					statecheck.ExpectKnownValue("data.raff_snapshot.by_id", tfjsonpath.New("name"), knownvalue.StringExact("of-vm")),
					statecheck.ExpectKnownValue("data.raff_snapshot.by_name", tfjsonpath.New("vm_id"), knownvalue.StringExact(vm.ID)),
				},
			},
		},
	})
}
