package vm_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

const policyAttribute = "console_require_mfa"

func flag(b bool) tftypes.Value { return tftypes.NewValue(tftypes.Bool, b) }

// plainVM is a VM of one call, besides what is given.
func plainVM(t *testing.T, b *acctest.Backend, w *acctest.Walk, extra map[string]tftypes.Value) (acctest.Object, tftypes.Value) {
	t.Helper()
	o, config := newVM(t, b, w, "")
	changes := map[string]tftypes.Value{"disk_size": tftypes.NewValue(tftypes.Number, nil), "public_ipv6": tftypes.NewValue(tftypes.Bool, nil)}
	for name, value := range extra {
		changes[name] = value
	}
	return o, w.With(config, changes)
}

// policyOf is what the API says.
func policyOf(t *testing.T, b *acctest.Backend, w *acctest.Walk, o acctest.Object) bool {
	t.Helper()
	vm, err := b.Client(t).GetVM(t.Context(), id(t, w, o))
	if err != nil {
		t.Fatal(err)
	}
	return vm.ConsoleRequireMFA
}

// The console policy is set after the create, and changed in place by one call that stops nothing.
func TestVM_consolePolicy(t *testing.T) {
	b := acctest.New(t)
	w := b.NewWalk(t, "")
	o, on := plainVM(t, b, w, map[string]tftypes.Value{policyAttribute: flag(true)})
	vm := applied(t, w, w.Plan(o, on))
	if !policyOf(t, b, w, vm) {
		t.Error("the policy of the new VM is off")
	}
	off := w.With(on, map[string]tftypes.Value{policyAttribute: tftypes.NewValue(tftypes.Bool, nil)})
	p := w.Plan(vm, off)
	if changes := w.Changes(p); !slices.Equal(changes, []string{policyAttribute}) {
		t.Errorf("turning it off changes %v", changes)
	}
	vm = applied(t, w, p)
	if policyOf(t, b, w, vm) {
		t.Error("the policy is still on")
	}
	if n := len(b.Requests("setVMConsolePolicy")); n != 2 || len(b.Requests("stopVM")) > 0 {
		t.Errorf("the policy was set %d times, and the VM was stopped %d times", n, len(b.Requests("stopVM")))
	}
	b.ExpectProject(t, b.Production())
}

// A VM whose policy was set elsewhere is imported as it is, and keeps it until the configuration says otherwise.
func TestVM_consolePolicyOfAnImport(t *testing.T) {
	b := acctest.New(t)
	w := b.NewWalk(t, "")
	o, config := plainVM(t, b, w, nil)
	made := applied(t, w, w.Plan(o, config))
	if err := b.Client(t).Project(b.Production()).SetVMConsolePolicy(t.Context(), id(t, w, made), true); err != nil {
		t.Fatal(err)
	}
	w = b.NewWalk(t, "")
	vm, errs := w.Import("raff_vm", id(t, w, made))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if changes := w.Changes(w.Plan(vm, config)); slices.Contains(changes, policyAttribute) {
		t.Errorf("the import plans %v", changes)
	}
	if changes := w.Changes(w.Plan(vm, w.With(config, map[string]tftypes.Value{policyAttribute: flag(false)}))); !slices.Contains(changes, policyAttribute) {
		t.Errorf("turning it off plans %v", changes)
	}
}

// A state of before the attribute, and answers of before the field, plan nothing; a policy that was set meanwhile stays.
func TestVM_consolePolicyOfEarlier(t *testing.T) {
	b := acctest.New(t)
	i := b.Intercept(t)
	w := b.NewWalk(t, i.URL)
	o, config := plainVM(t, b, w, nil)
	vm := applied(t, w, w.Plan(o, config))
	vm.State = w.With(vm.State, map[string]tftypes.Value{policyAttribute: tftypes.NewValue(tftypes.Bool, nil)})
	refreshedAndEmpty := func() {
		t.Helper()
		w := b.NewWalk(t, i.URL)
		old, errs, warnings := w.Refresh(vm)
		if len(errs)+len(warnings) > 0 {
			t.Fatal(errs, warnings)
		}
		if changes := w.Changes(w.Plan(old, config)); len(changes) > 0 {
			t.Errorf("the plan changes %v", changes)
		}
	}
	i.Set(func(rw http.ResponseWriter, r *http.Request) bool { return b.Without(rw, r, policyAttribute) })
	refreshedAndEmpty()
	i.Set(nil)
	refreshedAndEmpty()
	if err := b.Client(t).Project(b.Production()).SetVMConsolePolicy(t.Context(), id(t, w, vm), true); err != nil {
		t.Fatal(err)
	}
	refreshedAndEmpty()
}

// A policy that cannot be set costs no VM: it is recorded without a taint, and the next apply sets the policy.
func TestVM_consolePolicyFailsAfterTheCreate(t *testing.T) {
	for name, status := range map[string]int{"refused": http.StatusForbidden, "broken": http.StatusNotImplemented} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			i := b.Intercept(t)
			i.Set(func(rw http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.URL.Path, "/console-policy") {
					return false
				}
				rw.Header().Set("Content-Type", "application/json")
				rw.WriteHeader(status)
				_, _ = rw.Write([]byte(`{"error":"Error","message":"missing permission vm.manage"}`))
				return true
			})
			w := b.NewWalk(t, i.URL)
			o, config := plainVM(t, b, w, map[string]tftypes.Value{
				policyAttribute: flag(true), "disk_size": tftypes.NewValue(tftypes.Number, 70), "power_state": text("passive"),
			})
			vm, errs, warnings := w.Apply(w.Plan(o, config))
			if len(errs) > 0 {
				t.Fatalf("the VM is tainted: %s", errs)
			}
			if len(warnings) != 1 || !strings.Contains(warnings[0], "not finished") || !strings.Contains(warnings[0], "console_require_mfa is false, planned was true") {
				t.Errorf("warnings: %q", warnings)
			}
			made, err := b.Client(t).GetVM(t.Context(), id(t, w, vm))
			if err != nil || made.TotalStorage != 70 || made.Status != client.VMPassive {
				t.Errorf("the rest was not done: %+v, %v", made, err)
			}
			w = b.NewWalk(t, "")
			vm, errs, _ = w.Refresh(vm)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			p := w.Plan(vm, config)
			if changes := w.Changes(p); !slices.Equal(changes, []string{policyAttribute}) {
				t.Errorf("the next plan changes %v", changes)
			}
			if vm = applied(t, w, p); !policyOf(t, b, w, vm) {
				t.Error("the policy is still off")
			}
		})
	}
}

// applied applies a plan without an error.
func applied(t *testing.T, w *acctest.Walk, p acctest.Planned) acctest.Object {
	t.Helper()
	if len(p.Errors) > 0 {
		t.Fatal(p.Errors)
	}
	o, errs, _ := w.Apply(p)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return o
}
