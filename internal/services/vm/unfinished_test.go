package vm_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

// newVM is a VM whose create call does only half of what is configured.
func newVM(t *testing.T, b *acctest.Backend, w *acctest.Walk, power string) (acctest.Object, tftypes.Value) {
	t.Helper()
	templates, err := client.Collect(b.Client(t).ListTemplates(t.Context(), client.TemplateFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(templates, func(o *client.Template) bool { return o.Name == "Ubuntu" })
	values := map[string]tftypes.Value{
		"project_id":  text(b.Production()),
		"name":        text("web"),
		"template_id": text(templates[at].ID),
		"pricing_id":  tftypes.NewValue(tftypes.Number, 9),
		"ssh_keys":    tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{text(sshKey)}),
		"disk_size":   tftypes.NewValue(tftypes.Number, 70),
		"public_ipv6": tftypes.NewValue(tftypes.Bool, true),
	}
	if power != "" {
		values["power_state"] = text(power)
	}
	return w.New("raff_vm", "web", values)
}

// A create that is interrupted, wherever that is, records the VM without tainting it. The next plan sees
// what is missing, while the VM is still on its way as well as later, and its apply does it.
func TestAccVM_interruptedCreateIsFinishedLater(t *testing.T) {
	for name, test := range map[string]struct {
		flow      string // that takes its time
		operation string // after which the run is interrupted
		power     string
		missing   []string // what the first plan changes, with the VM still on its way
	}{
		"while it is made":             {"vm.create", "createVM", "", []string{"disk_size", "public_ipv6"}},
		"while it is made, to be off":  {"vm.create", "createVM", "passive", []string{"disk_size", "power_state", "public_ipv6"}},
		"before the disk grows":        {"vm.stop", "stopVM", "", []string{"disk_size"}},
		"before the disk grows, off":   {"vm.stop", "stopVM", "passive", []string{"disk_size"}},
		"while it starts again":        {"vm.start", "startVM", "", nil},
		"while it starts, to be on":    {"vm.start", "startVM", "active", nil},
		"after an address is attached": {"vm.stop", "attachVMIP", "", []string{"disk_size"}},
	} {
		for _, later := range []bool{false, true} {
			label := name + ", planned at once"
			if later {
				label = name + ", planned later"
			}
			t.Run(label, func(t *testing.T) {
				b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
				pace := refbackend.PaceRule{Flow: test.flow, Step: 700 * time.Millisecond}
				b.SetPace(pace)
				w := b.NewWalk(t, "")
				o, config := newVM(t, b, w, test.power)
				vm, errs, warnings := w.Interrupt(w.Plan(o, config), func() bool { return len(b.Requests(test.operation)) > 0 })
				if len(errs) > 0 {
					t.Fatalf("the VM is tainted: %s", errs)
				}
				if len(warnings) != 1 || !strings.Contains(warnings[0], "not finished") || !strings.Contains(warnings[0], "interrupted") {
					t.Errorf("warnings: %q", warnings)
				}
				b.SetPace()
				if later {
					made, err := client.Collect(b.Client(t).ListVMs(t.Context(), client.VMFilter{}))
					if err != nil || len(made) != 1 {
						t.Fatal(made, err)
					}
					if _, err := b.Client(t).ReaderIn(b.Production()).WaitForVM(t.Context(), made[0].ID, client.VMActive, client.VMPassive); err != nil {
						t.Fatal(err)
					}
				}
				w = b.NewWalk(t, "")
				vm, errs, _ = w.Refresh(vm)
				if len(errs) > 0 {
					t.Fatal(errs)
				}
				p := w.Plan(vm, config)
				if len(p.Errors) > 0 {
					t.Fatal(p.Errors)
				}
				changes := w.Changes(p)
				for _, want := range test.missing {
					if !slices.Contains(changes, want) {
						t.Errorf("the plan changes %v, not %s", changes, want)
					}
				}
				if len(changes) > 0 {
					if vm, errs, _ = w.Apply(p); len(errs) > 0 {
						t.Fatal(errs)
					}
				}
				w = b.NewWalk(t, "")
				if _, err := b.Client(t).ReaderIn(b.Production()).WaitForVM(t.Context(), id(t, w, vm), client.VMActive, client.VMPassive); err != nil {
					t.Fatal(err)
				}
				if vm, errs, _ = w.Refresh(vm); len(errs) > 0 {
					t.Fatal(errs)
				}
				if changes := w.Changes(w.Plan(vm, config)); len(changes) > 0 {
					t.Errorf("after the apply there is still %v to do", changes)
				}
				actual, err := b.Client(t).GetVM(t.Context(), id(t, w, vm))
				wanted := client.VMActive
				if test.power != "" {
					wanted = test.power
				}
				if err != nil || actual.TotalStorage != 70 || actual.PublicIPv6Address == "" || actual.Status != wanted {
					t.Errorf("got %+v, %v", actual, err)
				}
			})
		}
	}
}

func id(t *testing.T, w *acctest.Walk, o acctest.Object) string {
	t.Helper()
	var id string
	if err := w.Attributes(o.State)["id"].As(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// A VM that fails after an interrupt had ended the wait for it was never ready: the next plan replaces it.
func TestAccVM_interruptedCreateThatFailed(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	b.SetPace(refbackend.PaceRule{Flow: "vm.create", Step: 100 * time.Millisecond, FailAt: "booting"})
	w := b.NewWalk(t, "")
	o, config := newVM(t, b, w, "")
	o, errs, _ := w.Interrupt(w.Plan(o, config), func() bool { return len(b.Requests("createVM")) > 0 })
	if len(errs) > 0 || o.State.IsNull() {
		t.Fatalf("it is tainted, or lost: %s", errs)
	}
	project := b.Client(t).Project(b.Production())
	vms, err := client.Collect(project.ListVMs(t.Context(), client.VMFilter{}))
	if err != nil || len(vms) != 1 {
		t.Fatalf("%v, %v", vms, err)
	}
	if _, err := project.WaitForVM(t.Context(), vms[0].ID, client.VMFailure); err != nil {
		t.Fatal(err)
	}
	o, _, warnings := b.NewWalk(t, "").Refresh(o)
	p := b.NewWalk(t, "").Plan(o, config)
	if len(p.Errors) > 0 || !slices.Equal(p.Replaces, []string{"id"}) || !strings.Contains(strings.Join(warnings, " "), "failed before it was ready") {
		t.Errorf("%s, the plan replaces because of %v; %q", p.Errors, p.Replaces, warnings)
	}
}
