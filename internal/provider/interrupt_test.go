package provider_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

func str(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

// waiting are the types whose Create waits after its request, with what makes them wait. The wait of a VM
// is a test of its own.
func waiting(t *testing.T, b *acctest.Backend) map[string]struct {
	flow, operation string
	values          map[string]tftypes.Value
} {
	t.Helper()
	vm := b.MakeVM(t, b.Production(), "web")
	volume, err := b.Client(t).Project(b.Production()).CreateVolume(t.Context(), client.CreateVolumeRequest{
		Name: "data", Size: 10, VolumeType: client.VolumeTypeNVMe, FilesystemType: "ext4", Region: "us-east",
	})
	if err != nil {
		t.Fatal(err)
	}
	project := str(b.Production())
	return map[string]struct {
		flow, operation string
		values          map[string]tftypes.Value
	}{
		"raff_volume": {"volume.create", "createVolume", map[string]tftypes.Value{
			"project_id": project, "name": str("new"), "size": tftypes.NewValue(tftypes.Number, 10),
		}},
		"raff_volume_attachment": {"volume.attach", "attachVolume", map[string]tftypes.Value{
			"project_id": project, "volume_id": str(strconv.FormatInt(volume.ID, 10)), "vm_id": str(vm.ID),
		}},
		"raff_snapshot": {"vm.snapshot", "createSnapshot", map[string]tftypes.Value{
			"project_id": project, "name": str("before"), "vm_id": str(vm.ID),
		}},
		"raff_backup": {"backup.create", "createBackup", map[string]tftypes.Value{
			"project_id": project, "vm_id": str(vm.ID),
		}},
	}
}

// Whatever waits after its request records the object when it is interrupted, and does not taint it. The
// next plan has nothing to do.
func TestAccInterrupt_doesNotTaint(t *testing.T) {
	for _, typeName := range []string{"raff_volume", "raff_volume_attachment", "raff_snapshot", "raff_backup"} {
		t.Run(typeName, func(t *testing.T) {
			b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
			test := waiting(t, b)[typeName]
			b.ClearJournal()
			b.SetPace(refbackend.PaceRule{Flow: test.flow, Step: 700 * time.Millisecond})
			w := b.NewWalk(t, "")
			o, config := w.New(typeName, "test", test.values)
			o, errs, warnings := w.Interrupt(w.Plan(o, config), func() bool { return len(b.Requests(test.operation)) > 0 })
			if len(errs) > 0 || o.State.IsNull() {
				t.Fatalf("it is tainted, or lost: %s", errs)
			}
			if len(warnings) != 1 || !strings.Contains(warnings[0], "not finished") || !strings.Contains(warnings[0], "Apply again") {
				t.Errorf("warnings: %q", warnings)
			}
			w = b.NewWalk(t, "")
			if o, errs, _ = w.Refresh(o); len(errs) > 0 || o.State.IsNull() {
				t.Fatalf("it is gone: %s", errs)
			}
			if p := w.Plan(o, config); len(p.Errors) > 0 || len(w.Changes(p)) > 0 {
				t.Errorf("%s, the plan changes %v", p.Errors, w.Changes(p))
			}
			if n := len(b.Requests(test.operation)); n != 1 {
				t.Errorf("%d requests, want 1", n)
			}
		})
	}
}

// What failed after an interrupt had ended the wait for it was never ready, and is replaced, as Terraform does with what it
// has tainted (seed 10018); what is protected is left as it is.
func TestAccInterrupt_whatNeverGotReadyIsReplaced(t *testing.T) {
	for typeName, failAt := range map[string]string{"raff_volume": "available", "raff_backup": "ready"} {
		for _, protected := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, protected %v", typeName, protected), func(t *testing.T) {
				b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
				test := waiting(t, b)[typeName]
				test.values["deletion_protection"] = tftypes.NewValue(tftypes.Bool, protected)
				b.SetPace(refbackend.PaceRule{Flow: test.flow, Step: 1500 * time.Millisecond, FailAt: failAt})
				w := b.NewWalk(t, "")
				o, config := w.New(typeName, "test", test.values)
				o, errs, _ := w.Interrupt(w.Plan(o, config), func() bool { return len(b.Requests(test.operation)) > 0 })
				if len(errs) > 0 || o.State.IsNull() {
					t.Fatalf("it is tainted, or lost: %s", errs)
				}
				o = failing(t, b, o)
				w = b.NewWalk(t, "") // it is said again, and planned, until it is done
				o, errs, warnings := w.Refresh(o)
				if said := strings.Join(warnings, " "); len(errs) > 0 || !strings.Contains(said, "failed before it was ready") {
					t.Errorf("%s, nothing says why: %q", errs, said)
				}
				p := w.Plan(o, config)
				if len(p.Errors) > 0 || (len(p.Replaces) > 0) == protected {
					t.Errorf("%s, the plan replaces because of %v", p.Errors, p.Replaces)
				}
			})
		}
	}
}

// failing refreshes an object until it is seen to have failed.
func failing(t *testing.T, b *acctest.Backend, o acctest.Object) acctest.Object {
	t.Helper()
	for range 100 {
		var warnings []string
		o, _, warnings = b.NewWalk(t, "").Refresh(o)
		if strings.Contains(strings.Join(warnings, " "), "has failed") {
			return o
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("it does not fail")
	return o
}

// What was ready once is left as it is when it fails later, although its Create was interrupted.
func TestAccInterrupt_whatWasReadyIsNotReplaced(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	tests := waiting(t, b)
	test := tests["raff_volume"]
	b.SetPace(refbackend.PaceRule{Flow: test.flow, Step: 200 * time.Millisecond})
	w := b.NewWalk(t, "")
	o, config := w.New("raff_volume", "test", test.values)
	o, errs, _ := w.Interrupt(w.Plan(o, config), func() bool { return len(b.Requests(test.operation)) > 0 })
	if len(errs) > 0 || o.State.IsNull() {
		t.Fatalf("it is tainted, or lost: %s", errs)
	}
	var id, vmID string
	if err := errors.Join(w.Attributes(o.State)["id"].As(&id), tests["raff_volume_attachment"].values["vm_id"].As(&vmID)); err != nil {
		t.Fatal(err)
	}
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	project := b.Client(t).Project(b.Production())
	if _, err := project.WaitForVolume(t.Context(), number, client.VolumeAvailable); err != nil {
		t.Fatal(err)
	}
	o, _, _ = b.NewWalk(t, "").Refresh(o)
	b.SetPace(refbackend.PaceRule{Flow: "volume.attach", FailAt: "attached"})
	if _, err := project.AttachVolume(t.Context(), number, vmID); err != nil {
		t.Fatal(err)
	}
	o = failing(t, b, o)
	if p := b.NewWalk(t, "").Plan(o, config); len(p.Errors)+len(p.Replaces) > 0 {
		t.Errorf("%s, it is replaced because of %v", p.Errors, p.Replaces)
	}
}

// What was not begun when the interrupt came is an error, and nothing is in the state.
func TestAccInterrupt_beforeTheRequest(t *testing.T) {
	for _, typeName := range []string{"raff_volume_attachment", "raff_snapshot", "raff_backup"} {
		t.Run(typeName, func(t *testing.T) {
			b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
			test := waiting(t, b)[typeName]
			var vmID string
			if err := test.values["vm_id"].As(&vmID); err != nil {
				t.Fatal(err)
			}
			b.SetPace(refbackend.PaceRule{Flow: "vm.reboot", StuckIn: "booting"})
			if err := b.Client(t).Project(b.Production()).RebootVM(t.Context(), vmID); err != nil {
				t.Fatal(err)
			}
			w := b.NewWalk(t, "")
			o, config := w.New(typeName, "test", test.values)
			p := w.Plan(o, config)
			b.ClearJournal()
			o, errs, _ := w.Interrupt(p, func() bool { return len(b.Requests("getVM")) > 0 })
			if !o.State.IsNull() || len(errs) != 1 || !strings.Contains(errs[0], "interrupted") || !strings.Contains(errs[0], "nothing was tainted") {
				t.Errorf("got %s, %q", o.State, errs)
			}
			if m := b.Mutations(); len(m) > 0 {
				t.Errorf("something was changed: %v", m)
			}
		})
	}
}

// A create that timed out is tainted, and the message says so; an update or a deletion taints nothing.
func TestAccTimeout_messagesAreTrue(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	test := waiting(t, b)["raff_volume"]
	w := b.NewWalk(t, "")
	timeouts := map[string]tftypes.Type{"create": tftypes.String, "update": tftypes.String, "delete": tftypes.String}
	test.values["timeouts"] = tftypes.NewValue(tftypes.Object{AttributeTypes: timeouts}, map[string]tftypes.Value{
		"create": str("1s"), "update": str("1s"), "delete": str("1s"),
	})
	o, config := w.New("raff_volume", "test", test.values)
	expect := func(what string, errs []string, wants ...string) {
		t.Helper()
		if len(errs) != 1 {
			t.Fatalf("%s: %q", what, errs)
		}
		for _, want := range wants {
			if !strings.Contains(errs[0], want) {
				t.Errorf("%s: %q lacks %q", what, errs[0], want)
			}
		}
	}
	b.SetPace(refbackend.PaceRule{Flow: "volume.create", StuckIn: "creating"})
	o, errs, _ := w.Apply(w.Plan(o, config))
	expect("create", errs, `"new"`, "timed out", "longer than its timeout", "tainted: the next apply destroys it", "untaint", "raise create")
	if o.State.IsNull() {
		t.Fatal("the volume is lost")
	}
	_, errs, _ = w.Apply(w.Plan(o, w.With(config, map[string]tftypes.Value{"size": tftypes.NewValue(tftypes.Number, 20)})))
	expect("update", errs, "Unable to grow volume", "timed out", "Nothing was tainted")
	b.SetPace(refbackend.PaceRule{Flow: "volume.delete", StuckIn: "deleting"})
	test.values["name"] = str("another")
	o, config = w.New("raff_volume", "another", test.values)
	if o, errs, _ = w.Apply(w.Plan(o, config)); len(errs) > 0 {
		t.Fatal(errs)
	}
	_, errs, _ = w.Apply(w.Plan(o, w.Null(o)))
	expect("delete", errs, "Unable to delete volume", "timed out", "Nothing was tainted")
}
