package snapshot_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

func TestMain(m *testing.M) { acctest.Main(m) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A snapshot outlives its volume. An import cannot find that volume any more, and naming it afterwards changes nothing.
func TestAccSnapshot_outlivesItsVolume(t *testing.T) {
	b := acctest.New(t)
	volume := makeVolume(t, b, "data")
	step := b.Config(config(b.Production(), ofVolume(volume.ID), "before"))
	var id string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_snapshot", getSnapshot),
		Steps: []resource.TestStep{
			{Config: step, Check: acctest.IDOf(address, &id)},
			{
				PreConfig: func() {
					must(t, b.Client(t).Project(b.Production()).DeleteVolume(t.Context(), volume.ID))
				},
				Config:           step,
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
			},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"volume_id"}},
		},
	})

	volume = makeVolume(t, b, "data")
	project := b.Client(t).Project(b.Production())
	snapshot, err := project.CreateSnapshot(t.Context(), client.CreateSnapshotRequest{
		ResourceType: client.SnapshotOfVolume, VolumeID: volume.ID, Name: "before",
	})
	must(t, err)
	must(t, project.DeleteVolume(t.Context(), volume.ID))
	step = b.Config(config(b.Production(), ofVolume(volume.ID), "before"))
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_snapshot", getSnapshot),
		Steps: []resource.TestStep{
			{Config: step, ResourceName: address, ImportState: true, ImportStateId: fmt.Sprint(snapshot.ID), ImportStatePersist: true},
			{Config: step, ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate))},
			{
				// It may be all that is left of its volume, and is not given up for another one.
				Config:           b.Config(config(b.Production(), ofVolume(makeVolume(t, b, "other").ID), "before")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
			},
		},
	})
}

// The snapshot that a VM runs on is not replaced either, and where the VM goes as well there is another way out.
func TestAccSnapshot_activeOfVM(t *testing.T) {
	b := acctest.New(t)
	vm, other := b.MakeVM(t, b.Production(), "web"), b.MakeVM(t, b.Production(), "db")
	project := b.Client(t).Project(b.Production())
	step := b.Config(config(b.Production(), ofVM(vm.ID), "before"))
	var id string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_snapshot", getSnapshot),
		Steps: []resource.TestStep{
			{Config: step, Check: acctest.IDOf(address, &id)},
			{
				PreConfig: func() {
					must(t, project.StopVM(t.Context(), vm.ID))
					_, err := project.WaitForVM(t.Context(), vm.ID, client.VMPassive)
					must(t, err)
					must(t, restore(t, project, id))
				},
				Config:           step,
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
			},
			{
				Config:      b.Config(config(b.Production(), ofVM(other.ID), "before")),
				ExpectError: acctest.Says("The VM was reverted to it and runs on it."),
			},
			{Config: b.Config(), ExpectError: acctest.Says("take this one out of the state first, with terraform state rm or a removed block.")},
			{
				// A new one takes its place.
				PreConfig: func() {
					must(t, project.StartVM(t.Context(), vm.ID))
					_, err := project.WaitForVM(t.Context(), vm.ID, client.VMActive)
					must(t, err)
					_, err = project.CreateSnapshot(t.Context(), client.CreateSnapshotRequest{
						ResourceType: client.SnapshotOfVM, VMID: vm.ID, Name: "fresh",
					})
					must(t, err)
				},
				Config: step,
			},
		},
	})
}

// One that becomes active after the plan is refused with the same words, and at once.
func TestAccSnapshot_activeAfterThePlan(t *testing.T) {
	b := acctest.New(t)
	volume := makeVolume(t, b, "data")
	project := b.Client(t).Project(b.Production())
	cli := acctest.NewCLI(t, b.Config(config(b.Production(), ofVolume(volume.ID), "before")))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	cli.MustRun(t, "plan", "-destroy", "-out=plan", "-no-color")
	for snapshot, err := range project.ListSnapshots(t.Context(), client.SnapshotFilter{}) {
		must(t, err)
		must(t, restore(t, project, strconv.FormatInt(snapshot.ID, 10)))
	}
	output, err := cli.Run(t.Context(), "apply", "-no-color", "plan")
	if err == nil || !acctest.Says("The volume was reverted to it").MatchString(strings.ReplaceAll(output, "│", "")) {
		t.Errorf("%v: %s", err, output)
	}
}

// Snapshots of one VM are taken one after the other: none is refused because another one is under way.
func TestAccSnapshot_serialised(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.Pace = []refbackend.PaceRule{{Step: 50 * time.Millisecond}} })
	vm := b.MakeVM(t, b.Production(), "web")
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_snapshot", getSnapshot),
		Steps: []resource.TestStep{{
			Config: b.Config(config(b.Production(), "count = 3\n  "+ofVM(vm.ID), "before")),
			Check:  b.Exists(t, "raff_snapshot", getSnapshot),
		}},
	})
	for _, e := range b.Mutations() {
		if e.Status >= 400 {
			t.Errorf("%s was refused: %d", e.Operation, e.Status)
		}
	}
}

// A VM that fails under its snapshot is named, and so is the snapshot.
func TestAccSnapshot_vmFails(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Pace = []refbackend.PaceRule{{Flow: "vm.snapshot", FailAt: "active"}}
	})
	vm := b.MakeVM(t, b.Production(), "web")
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_snapshot", getSnapshot),
		Steps: []resource.TestStep{
			{
				Config:      b.Config(config(b.Production(), ofVM(vm.ID), "before")),
				ExpectError: acctest.Says(`VM `+vm.ID+` failed: it is in state "failure"`, "kept in the state", "tainted"),
			},
			{Config: b.Config()},
		},
	})
}
