package vm_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// templateOf is the id of a template of the catalogue.
func templateOf(t *testing.T, b *acctest.Backend, name, version string) tftypes.Value {
	t.Helper()
	for o, err := range b.Client(t).ListTemplates(t.Context(), client.TemplateFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if o.Name == name && strings.HasPrefix(o.Version, version) {
			return text(o.ID)
		}
	}
	t.Fatalf("the catalogue has no %s %s", name, version)
	return tftypes.Value{}
}

func pricing(id int64) tftypes.Value { return tftypes.NewValue(tftypes.Number, id) }

// Template and plan of a VM that exists are held together wherever one of them changes, as the catalogue has them.
func TestVM_templateAndPlanFit(t *testing.T) {
	b := acctest.New(t)
	w := b.NewWalk(t, "")
	stop := map[string]tftypes.Value{"allow_stopping_for_update": flag(true), "rebuild_policy": text("reinstall")}
	o, config := plainVM(t, b, w, stop)
	config = w.With(config, map[string]tftypes.Value{"template_id": templateOf(t, b, "Fedora", "44")})
	fedora := applied(t, w, w.Plan(o, config))
	small, config2 := plainVM(t, b, w, stop)
	config2 = w.With(config2, map[string]tftypes.Value{"name": text("small"), "pricing_id": pricing(77)})
	ubuntu := applied(t, w, w.Plan(acctest.Object{Type: small.Type, Name: "small", State: small.State}, config2))
	windows, password := templateOf(t, b, "Windows Server Standard", "2025"), map[string]tftypes.Value{
		"ssh_keys": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{}), "password_wo": text("Correct-Horse-42"),
	}
	for name, test := range map[string]struct {
		o       acctest.Object
		config  tftypes.Value
		changes map[string]tftypes.Value
		want    string // the error; empty for none
	}{
		"a smaller plan":                {fedora, config, map[string]tftypes.Value{"pricing_id": pricing(77)}, "needs 2 GiB of RAM"},
		"a plan for Windows":            {fedora, config, map[string]tftypes.Value{"pricing_id": pricing(80)}, "Only Windows takes a Windows plan"},
		"a larger plan":                 {fedora, config, map[string]tftypes.Value{"pricing_id": pricing(78)}, ""},
		"a template that needs more":    {ubuntu, config2, map[string]tftypes.Value{"template_id": templateOf(t, b, "Fedora", "44")}, "needs 2 GiB of RAM"},
		"with a plan that has it":       {ubuntu, config2, map[string]tftypes.Value{"template_id": templateOf(t, b, "Fedora", "44"), "pricing_id": pricing(78)}, ""},
		"Windows on a standard plan":    {fedora, w.With(config, password), map[string]tftypes.Value{"template_id": windows}, "Windows needs a Windows plan"},
		"Windows in place":              {fedora, w.With(config, password), map[string]tftypes.Value{"template_id": windows, "pricing_id": pricing(80)}, "Only a replacement can do this"},
		"Windows in its place":          {fedora, w.With(config, password), map[string]tftypes.Value{"template_id": windows, "pricing_id": pricing(80), "rebuild_policy": text("replace")}, ""},
		"a plan that is not known yet":  {fedora, config, map[string]tftypes.Value{"pricing_id": tftypes.NewValue(tftypes.Number, tftypes.UnknownValue), "name": text("x")}, ""},
		"a plan that is out of stock":   {fedora, config, map[string]tftypes.Value{"pricing_id": pricing(79)}, ""},
		"nothing of the two is changed": {fedora, config, map[string]tftypes.Value{"name": text("x")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := b.NewWalk(t, "")
			p := w.Plan(test.o, w.With(test.config, test.changes))
			if test.want == "" && len(p.Errors) > 0 || test.want != "" && (len(p.Errors) != 1 || !strings.Contains(p.Errors[0], test.want)) {
				t.Errorf("want %q: %q", test.want, p.Errors)
			}
			stock := slices.ContainsFunc(p.Warnings, func(s string) bool { return strings.Contains(s, "out of stock") })
			if stock != (name == "a plan that is out of stock") {
				t.Errorf("warnings: %q", p.Warnings)
			}
		})
	}
	// What the new template needs is there before it is installed.
	w = b.NewWalk(t, "")
	grown := applied(t, w, w.Plan(ubuntu, w.With(config2, map[string]tftypes.Value{
		"template_id": templateOf(t, b, "Fedora", "44"), "pricing_id": pricing(78),
	})))
	if vm, err := b.Client(t).GetVM(t.Context(), id(t, w, grown)); err != nil || vm.TemplateName != "Fedora" || vm.PricingID != 78 {
		t.Errorf("%+v, %v", vm, err)
	}
}

// Reserved addresses beside the VM's own change nothing about it, and a change of its own says what becomes of the primary
// address.
func TestVM_ownAddressBesideReservedOnes(t *testing.T) {
	b := acctest.New(t)
	project := b.Client(t).Project(b.Production())
	vpc, err := project.CreateVPC(t.Context(), client.CreateVPCRequest{Name: "net", CIDR: "10.9.0.0/24"})
	if err != nil {
		t.Fatal(err)
	}
	w := b.NewWalk(t, "")
	o, on := plainVM(t, b, w, map[string]tftypes.Value{"vpc_id": text(vpc.ID)})
	vm := applied(t, w, w.Plan(o, on))
	ip, err := project.ReserveIP(t.Context(), client.ReserveIPRequest{Type: client.IPv4})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := project.AttachVMIP(t.Context(), id(t, w, vm), client.AttachIPRequest{IPID: ip.ID}); err != nil {
		t.Fatal(err)
	}
	w = b.NewWalk(t, "")
	fresh, errs, _ := w.Refresh(vm)
	if len(errs) > 0 || !fresh.State.Equal(vm.State) || len(w.Changes(w.Plan(fresh, on))) > 0 {
		t.Errorf("an attachment changes the VM: %v", errs)
	}
	imported, errs := w.Import("raff_vm", id(t, w, vm))
	if len(errs) > 0 || !w.Attributes(imported.State)["public_ipv4_address"].Equal(w.Attributes(vm.State)["public_ipv4_address"]) {
		t.Errorf("%v: the import takes another address", errs)
	}
	off := w.With(on, map[string]tftypes.Value{"public_ipv4": flag(false)})
	p := w.Plan(fresh, off)
	if len(p.Errors) > 0 || len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "The primary address changes") || !strings.Contains(p.Warnings[0], ip.Address) {
		t.Errorf("turned off: %q %q", p.Errors, p.Warnings)
	}
	vm = applied(t, w, p)
	w = b.NewWalk(t, "")
	if vm, errs, _ = w.Refresh(vm); len(errs) > 0 || len(w.Changes(w.Plan(vm, off))) > 0 {
		t.Errorf("turned off, the plan changes %v: %v", w.Changes(w.Plan(vm, off)), errs)
	}
	p = w.Plan(vm, on)
	if len(p.Errors) > 0 || len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "can only be the first one") {
		t.Errorf("turned on: %q %q", p.Errors, p.Warnings)
	}
	if _, errs, _ = w.Apply(p); len(errs) != 1 || !strings.Contains(errs[0], "409") {
		t.Errorf("turned on: %q", errs)
	}
}
