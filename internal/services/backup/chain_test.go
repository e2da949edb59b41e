package backup_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// What else goes, or stands in the way, is in the plan already. plugin-testing does not show warnings, so Terraform
// itself is asked.
func TestAccBackup_planWarnsOfTheSeries(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	makeBackup(t, b, vm.ID, "the-baseline")
	point := config(b.Production(), vm.ID, "name = \"a-point\"")
	cli := acctest.NewCLI(t, b.Config(point))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	plan := func() string {
		return acctest.Flat(cli.MustRun(t, "plan", "-destroy", "-no-color"))
	}
	if output := plan(); strings.Contains(output, "restore points") {
		t.Errorf("nothing builds on the last point, but: %s", output)
	}
	makeBackup(t, b, vm.ID, "later-point")
	if output := plan(); !strings.Contains(output, "Later restore points build on it: ") ||
		!strings.Contains(output, `backup "later-point"`) || strings.Contains(output, "the-baseline") {
		t.Errorf("the plan does not name the later point: %s", output)
	}
	cli.Write(t, "main.tf", strings.Replace(cli.Read(t, "main.tf"), point, config(b.Production(), vm.ID, "name = \"a-point\"\n delete_series = true"), 1))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	if output := plan(); !strings.Contains(output, "the whole series is deleted") ||
		!strings.Contains(output, `backup "later-point"`) || !strings.Contains(output, `backup "the-baseline"`) {
		t.Errorf("the plan does not name the rest of the series: %s", output)
	}
	cli.MustRun(t, "destroy", "-auto-approve", "-no-color")
	left, err := client.Collect(b.Client(t).ListBackups(t.Context(), client.BackupFilter{}))
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// The error names what is in the way and, for delete_series, what else would go.
func TestAccBackup_errorNamesTheSeries(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	makeBackup(t, b, vm.ID, "the-baseline")
	step := b.Config(config(b.Production(), vm.ID, "name = \"a-point\"\n timeouts = { delete = \"1s\" }"))
	var later *client.Backup
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: step},
			{
				PreConfig:   func() { later = makeBackup(t, b, vm.ID, "later-point") },
				Config:      b.Config(),
				ExpectError: acctest.Says(`that deletes the whole series, which also has backup "the-baseline"`),
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
}

// A refusal that has nothing to do with later points is waited for: the series stays.
func TestAccBackup_seriesStaysWhileBusy(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	makeBackup(t, b, vm.ID, "b1")
	makeBackup(t, b, vm.ID, "b2")
	b3 := makeBackup(t, b, vm.ID, "b3")
	w := b.NewWalk(t, "")
	o, errs := w.Import("raff_backup", b3.ID)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	o.State = w.With(o.State, map[string]tftypes.Value{"delete_series": tftypes.NewValue(tftypes.Bool, true)})
	b.AddFault(refbackend.Fault{Operation: "deleteBackup", Status: 409, Message: "busy", Count: 1})
	p := w.Plan(o, tftypes.NewValue(o.State.Type(), nil))
	if len(p.Errors) > 0 || len(p.Warnings) != 1 || strings.Contains(p.Warnings[0], "series") {
		t.Fatalf("%q %q", p.Errors, p.Warnings)
	}
	if _, errs, _ := w.Apply(p); len(errs) > 0 {
		t.Fatal(errs)
	}
	left, err := client.Collect(b.Client(t).ListBackups(t.Context(), client.BackupFilter{}))
	if err != nil || len(left) != 2 || slices.ContainsFunc(left, func(x *client.Backup) bool { return x.ID == b3.ID }) {
		t.Errorf("left: %v, %v", left, err)
	}
	if n := len(b.Requests("deleteBackupChain")); n > 0 {
		t.Errorf("the whole series was deleted")
	}
}

// A backup outlives its VM, and can be destroyed without it.
func TestAccBackup_outlivesItsVM(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web")
	step := b.Config(config(b.Production(), vm.ID, ""))
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_backup", getBackup),
		Steps: []resource.TestStep{
			{Config: step},
			{
				PreConfig: func() {
					project := b.Client(t).Project(b.Production())
					if err := project.DeleteVM(t.Context(), vm.ID, client.DeleteVMRequest{VolumeAction: client.VolumeActionDetach}); err != nil {
						t.Fatal(err)
					}
				},
				Config:           step,
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
			},
			{ResourceName: address, ImportState: true, ImportStateVerify: true},
		},
	})
}

// States take their time: backups of one VM are made one after the other, also of one that is stopped, and another
// project is another backup.
func TestAccBackup_serialised(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.Pace = []refbackend.PaceRule{{Step: 50 * time.Millisecond}} })
	vm, elsewhere := b.MakeVM(t, b.Production(), "web"), b.MakeVM(t, b.Staging(), "elsewhere")
	project := b.Client(t).Project(b.Production())
	if err := project.StopVM(t.Context(), vm.ID); err != nil {
		t.Fatal(err)
	}
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_backup", getBackup),
		Steps: []resource.TestStep{
			{
				Config: b.Config(config(b.Production(), vm.ID, ""), strings.Replace(config(b.Production(), vm.ID, ""), "\"test\"", "\"second\"", 1)),
				Check:  b.Exists(t, "raff_backup", getBackup),
			},
			{
				Config:            b.Config(config(b.Staging(), elsewhere.ID, "")),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "project_id", knownvalue.StringExact(b.Staging()))},
			},
		},
	})
	for _, e := range b.Requests("createBackup") {
		if e.Status >= 400 {
			t.Errorf("%s was refused: %d", e.Operation, e.Status)
		}
	}
	if vm, err := project.GetVM(t.Context(), vm.ID); err != nil || vm.Status != client.VMPassive {
		t.Errorf("the VM did not return to its state: %v", fmt.Sprint(vm, err))
	}
}
