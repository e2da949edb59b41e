package provider_test

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// Each action is planned without a word, does what it is for with one mutation, says what it does, and leaves everything
// at rest.
func TestAction_does(t *testing.T) {
	every := newActionWorld(t).NewWalk(t, "").ActionSchemas()
	for typeName := range every {
		t.Run(typeName, func(t *testing.T) {
			w := newActionWorld(t)
			test, ok := w.each()[typeName]
			if !ok {
				t.Fatal("the action has no test")
			}
			walk := w.NewWalk(t, "")
			if errs, warnings := walk.PlanAction(typeName, test.with); len(errs)+len(warnings) > 0 {
				t.Fatalf("%q %q", errs, warnings)
			}
			if m := w.operations(); len(m) > 0 {
				t.Fatalf("the plan has sent %q", m)
			}
			said := walk.InvokeAction(typeName, test.with)
			if len(said.Errors)+len(said.Warnings) > 0 || !said.Completed || len(said.Progress) == 0 {
				t.Fatalf("%+v", said)
			}
			if m := w.operations(); !slices.Equal(m, []string{test.want}) {
				t.Errorf("sent %q, want %q", m, test.want)
			}
			for vm, err := range w.project.ListVMs(t.Context(), client.VMFilter{}) {
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Contains([]string{client.VMActive, client.VMPassive, client.VMFailure}, vm.Status) {
					t.Errorf("VM %s is left %s", vm.Name, vm.Status)
				}
			}
		})
	}
}

// What the actions leave.
func TestAction_outcome(t *testing.T) {
	w := newActionWorld(t)
	walk, ctx := w.NewWalk(t, ""), t.Context()
	invoke := func(typeName string, with map[string]tftypes.Value) acctest.Invoked {
		t.Helper()
		said := walk.InvokeAction(typeName, with)
		if len(said.Errors) > 0 {
			t.Fatalf("%s: %q", typeName, said.Errors)
		}
		return said
	}
	for _, operation := range []string{"reboot", "hard_reboot", "stop", "start"} {
		invoke("raff_vm_power", w.onVM(w.running, attrs("operation", operation)))
		want := map[bool]string{true: client.VMPassive, false: client.VMActive}[operation == "stop"]
		if got := w.status(w.running); got != want {
			t.Errorf("%s: the VM is %s", operation, got)
		}
	}
	invoke("raff_vm_reinstall", w.onVM(w.running, map[string]tftypes.Value{
		"template_id": str(w.ubuntuBefore), "auto_generate_password": boolean(true),
	}))
	if vm := must[*client.VM](t)(w.project.GetVM(ctx, w.running.ID)); vm.TemplateID != w.ubuntuBefore {
		t.Errorf("the template is %s", vm.TemplateID)
	}
	invoke("raff_vm_factory_reset", w.onVM(w.running, nil))
	if vm := must[*client.VM](t)(w.project.GetVM(ctx, w.running.ID)); vm.TemplateID != w.running.TemplateID {
		t.Errorf("the template after the reset is %s", vm.TemplateID)
	}
	invoke("raff_snapshot_restore", w.in(attrs("snapshot_id", idText(w.ofStopped.ID))))
	invoke("raff_snapshot_restore", w.in(attrs("snapshot_id", idText(w.ofDisk.ID))))
	for _, id := range []int64{w.ofStopped.ID, w.ofDisk.ID} {
		if s := must[*client.Snapshot](t)(w.project.GetSnapshot(ctx, id)); s.Status != client.SnapshotActive {
			t.Errorf("snapshot %d is %q", id, s.Status)
		}
	}
	said := strings.Join(invoke("raff_ip_change", w.in(attrs("ip_id", w.free.ID))).Progress, "\n")
	found := false
	for ip, err := range w.project.ListIPs(ctx, client.IPFilter{Status: client.IPFree}) {
		found = found || err == nil && strings.Contains(said, fmt.Sprintf("IP %s (%s) takes the place of %s", ip.Address, ip.ID, w.free.Address))
	}
	if !found {
		t.Errorf("nothing of the new address: %s", said)
	}
}

// What is so already is left as it is.
func TestAction_alreadyThere(t *testing.T) {
	w := newActionWorld(t)
	walk := w.NewWalk(t, "")
	for name, test := range map[string]struct {
		typeName string
		with     map[string]tftypes.Value
	}{
		"is stopped already": {"raff_vm_power", w.onVM(w.stopped, attrs("operation", "stop"))},
		"runs already":       {"raff_vm_power", w.onVM(w.running, attrs("operation", "start"))},
		"has no series":      {"raff_backup_series_reset", w.onVM(w.stopped, nil)},
	} {
		if errs, warnings := walk.PlanAction(test.typeName, test.with); len(errs)+len(warnings) > 0 {
			t.Errorf("%s: %q %q", name, errs, warnings)
		}
		said := walk.InvokeAction(test.typeName, test.with)
		if len(said.Errors) > 0 || !strings.Contains(strings.Join(said.Progress, "\n"), name) {
			t.Errorf("%s: %+v", name, said)
		}
	}
	if m := w.operations(); len(m) > 0 {
		t.Errorf("sent %q", m)
	}
}

// stuck has every change stay in its first state.
func (w *actionWorld) stuck() {
	w.SetPace(refbackend.PaceRule{Step: time.Hour})
}

// waits are the actions that wait for something, by type.
func (w *actionWorld) waits() map[string]map[string]tftypes.Value {
	all := map[string]map[string]tftypes.Value{}
	for typeName, test := range w.each() {
		if !slices.Contains([]string{"raff_vm_reset_password", "raff_vm_save_image", "raff_backup_series_reset", "raff_ip_change"}, typeName) {
			all[typeName] = test.with
		}
	}
	return all
}

// An action that takes longer than its timeout says so, and how to raise it.
func TestAction_timeout(t *testing.T) {
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"invoke": tftypes.String}}
	for typeName := range newActionWorld(t).waits() {
		w := newActionWorld(t)
		with := w.waits()[typeName]
		with["timeouts"] = tftypes.NewValue(typ, map[string]tftypes.Value{"invoke": str("300ms")})
		w.stuck()
		said := w.NewWalk(t, "").InvokeAction(typeName, with)
		if len(said.Errors) != 1 || !strings.Contains(said.Errors[0], "raise invoke in the timeouts attribute") ||
			!strings.Contains(said.Errors[0], "terraform apply -invoke=action."+typeName) {
			t.Errorf("%s: %q", typeName, said.Errors)
		}
	}
}

// An interrupt ends the wait at once. Terraform hears of it, and nothing goes on in the provider.
func TestAction_interrupt(t *testing.T) {
	for typeName := range newActionWorld(t).waits() {
		w := newActionWorld(t)
		with := w.waits()[typeName]
		w.stuck()
		walk := w.NewWalk(t, "")
		said, took := walk.InterruptAction(typeName, with, func() bool { return len(w.Mutations()) > 0 })
		if len(said.Errors) != 1 || !strings.Contains(said.Errors[0], "The run was interrupted") || !said.Completed {
			t.Errorf("%s: %+v", typeName, said)
		}
		if took > 3*time.Second {
			t.Errorf("%s ended %s after the interrupt", typeName, took)
		}
		nothingGoesOn(t)
	}
}

// Where nobody listens any more, the action ends, and leaves nothing behind.
func TestAction_nobodyListens(t *testing.T) {
	w := newActionWorld(t)
	w.stuck()
	walk := w.NewWalk(t, "")
	began := time.Now()
	said := walk.InvokeActionIn(t.Context(), "raff_vm_power", w.onVM(w.running, attrs("operation", "stop")), func(string) bool { return false })
	if said.Completed || time.Since(began) > 5*time.Second {
		t.Errorf("%+v after %s", said, time.Since(began))
	}
	ctx, cancel := context.WithCancel(t.Context())
	said = walk.InvokeActionIn(ctx, "raff_vm_power", w.onVM(w.running, attrs("operation", "stop")), func(string) bool {
		cancel()
		return true
	})
	if len(said.Errors) != 1 || !strings.Contains(said.Errors[0], "interrupted") {
		t.Errorf("%+v", said)
	}
	nothingGoesOn(t)
}

// nothingGoesOn fails where a goroutine of an action is left.
func nothingGoesOn(t *testing.T) {
	t.Helper()
	var stacks string
	for range 100 {
		buffer := make([]byte, 1<<20)
		stacks = string(buffer[:runtime.Stack(buffer, true)])
		if !strings.Contains(stacks, "tfkit.perform") && !strings.Contains(stacks, "tfkit.(*Progress)") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("something of an action goes on:\n%s", stacks)
}

// An object that fails while it is waited for is an error.
func TestAction_objectFails(t *testing.T) {
	for typeName, rule := range map[string]refbackend.PaceRule{
		"raff_vm_power":         {Flow: "vm.stop", FailAt: client.VMPassive},
		"raff_vm_reinstall":     {Flow: "vm.reinstall", FailAt: client.VMActive},
		"raff_vm_factory_reset": {Flow: "vm.factory_reset", FailAt: client.VMBooting},
		"raff_snapshot_restore": {Flow: "snapshot.restore", FailAt: client.SnapshotActive},
		"raff_backup_create":    {Flow: "backup.create", FailAt: client.BackupReady},
		"raff_backup_restore":   {Flow: "backup.restore", FailAt: client.BackupReady},
	} {
		w := newActionWorld(t)
		w.SetPace(rule)
		said := w.NewWalk(t, "").InvokeAction(typeName, w.each()[typeName].with)
		if len(said.Errors) != 1 || !strings.Contains(said.Errors[0], "fail") && !strings.Contains(said.Errors[0], "could not restore") {
			t.Errorf("%s: %q", typeName, said.Errors)
		}
	}
}

// A request of which the answer is lost is not sent again. Where the object shows that it was carried out, the action goes on.
func TestAction_answerIsLost(t *testing.T) {
	for typeName, known := range map[string]bool{
		"raff_vm_power": true, "raff_vm_reinstall": true, "raff_vm_factory_reset": true, "raff_snapshot_restore": true,
		"raff_backup_restore": true, "raff_ip_change": true,
		"raff_vm_reset_password": false, "raff_vm_save_image": false, "raff_backup_series_reset": false,
	} {
		w := newActionWorld(t)
		test := w.each()[typeName]
		w.AddFault(refbackend.Fault{Operation: test.want, HTML: true, Commit: true})
		w.SetPace(refbackend.PaceRule{Step: 500 * time.Millisecond})
		said := w.NewWalk(t, "").InvokeAction(typeName, test.with)
		if known == (len(said.Errors) > 0) || !known && !strings.Contains(said.Errors[0], "Whether the request was carried out is unknown") {
			t.Errorf("%s: %q", typeName, said.Errors)
		}
		if m := w.operations(); !slices.Equal(m, []string{test.want}) {
			t.Errorf("%s: sent %q", typeName, m)
		}
	}
}

// A password reaches the API, and neither a message nor a diagnostic.
func TestAction_password(t *testing.T) {
	const password = "AAbb11+-cccc"
	w := newActionWorld(t)
	walk := w.NewWalk(t, "")
	with := w.onVM(w.windows, attrs("password_wo", password))
	if errs, warnings := walk.PlanAction("raff_vm_reinstall", with); len(errs)+len(warnings) > 0 {
		t.Fatalf("%q %q", errs, warnings)
	}
	said := walk.InvokeAction("raff_vm_reinstall", with)
	if len(said.Errors) > 0 {
		t.Fatal(said.Errors)
	}
	w.AddFault(refbackend.Fault{Operation: "reinstallVM", Status: 400, Message: "password is not good"})
	failed := walk.InvokeAction("raff_vm_reinstall", with)
	if len(failed.Errors) != 1 {
		t.Errorf("%q", failed.Errors)
	}
	if all := fmt.Sprint(said, failed); strings.Contains(all, password) {
		t.Errorf("the password is in %s", all)
	}
	if w.ActionSchemasWriteOnly(walk) != "raff_vm_reinstall.password_wo" {
		t.Error("the password is no write-only attribute")
	}
}

// ActionSchemasWriteOnly names the write-only attributes of all actions.
func (w *actionWorld) ActionSchemasWriteOnly(walk *acctest.Walk) string {
	var names []string
	for typeName, schema := range walk.ActionSchemas() {
		for _, a := range schema.Schema.Block.Attributes {
			if a.WriteOnly {
				names = append(names, typeName+"."+a.Name)
			}
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// Values that are not known yet are no reason to refuse or to warn, and take few requests.
func TestAction_unknownAtPlan(t *testing.T) {
	w := newActionWorld(t)
	for typeName, test := range w.each() {
		schema := w.NewWalk(t, "").ActionSchemas()[typeName].Schema
		names := []string{""}
		for _, a := range schema.Block.Attributes {
			names = append(names, a.Name)
		}
		for _, name := range names {
			walk, with := w.NewWalk(t, ""), maps.Clone(test.with)
			for _, a := range schema.Block.Attributes {
				if name == "" || a.Name == name {
					with[a.Name] = tftypes.NewValue(a.ValueType(), tftypes.UnknownValue)
				}
			}
			before := len(w.Journal())
			if errs, warnings := walk.PlanAction(typeName, with); len(errs)+len(warnings) > 0 {
				t.Errorf("%s with %q unknown: %q %q", typeName, name, errs, warnings)
			}
			if n := len(w.Journal()) - before; n > 12 {
				t.Errorf("%s with %q unknown: %d requests", typeName, name, n)
			}
		}
	}
}
