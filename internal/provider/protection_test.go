package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// guarded are the resource types that hold data or reach.
var guarded = []string{
	"raff_api_key", "raff_backup", "raff_backup_schedule", "raff_ip", "raff_project", "raff_security_group", "raff_snapshot", "raff_vm",
	"raff_volume", "raff_vpc",
}

func boolean(value any) tftypes.Value { return tftypes.NewValue(tftypes.Bool, value) }

func null(o acctest.Object) tftypes.Value { return tftypes.NewValue(o.State.Type(), nil) }

// guardedObjects are all objects that have the attribute, protected or not.
func guardedObjects(t *testing.T, w *acctest.Walk, objects []acctest.Object, protected bool) []acctest.Object {
	t.Helper()
	var found []acctest.Object
	var types []string
	for _, o := range objects {
		if _, ok := w.Attributes(o.State)["deletion_protection"]; ok {
			o.State = w.With(o.State, map[string]tftypes.Value{"deletion_protection": boolean(protected)})
			found, types = append(found, o), append(types, o.Type)
		}
	}
	slices.Sort(types)
	if types = slices.Compact(types); !slices.Equal(types, guarded) {
		t.Fatalf("deletion_protection is on %v, want it on %v", types, guarded)
	}
	return found
}

// refusal checks that there is one error, that it refuses, and that it gives both steps.
func refusal(t *testing.T, o acctest.Object, what string, errs []string, steps ...string) {
	t.Helper()
	if len(errs) != 1 || !strings.Contains(errs[0], "Deletion is protected") {
		t.Errorf("%s, %s: want one refusal, got %q", o.Address(), what, errs)
		return
	}
	for _, step := range append(steps, o.Type) {
		if !strings.Contains(errs[0], step) {
			t.Errorf("%s, %s: the refusal lacks %q: %s", o.Address(), what, step, errs[0])
		}
	}
}

var twoSteps = []string{"1. Set deletion_protection = false in the block of this ", ", and apply.", "2. Then plan this change again."}

// Whatever would end a protected object is refused, at plan where Terraform asks for one. The state decides, not what is
// planned for the attribute at the same time.
func TestAccProtection_everyTypeEveryWay(t *testing.T) {
	b, objects := applied(t)
	w := b.NewWalk(t, "")
	before := len(b.Mutations())
	for _, o := range guardedObjects(t, w, objects, true) {
		refusal(t, o, "destroyed", w.Plan(o, null(o)).Errors, append(twoSteps, "put that back", "destroy = false")...)
		refusal(t, o, "forced", w.Force(o, w.Config(o)).Errors, twoSteps...)
		_, errs, _ := w.Destroy(o)
		refusal(t, o, "tainted", errs, "1. Run terraform untaint, set deletion_protection = false", "2. Then plan its replacement")
		if attribute, value := replacing(t, b, o); attribute != "" {
			for _, planned := range []bool{true, false} {
				config := w.With(w.Config(o), map[string]tftypes.Value{attribute: value, "deletion_protection": boolean(planned)})
				refusal(t, o, "replaced", w.Plan(o, config).Errors, append(twoSteps, "A change of "+attribute+" replaces the object", "without this change")...)
			}
		}
	}
	for _, m := range b.Mutations()[before:] {
		t.Errorf("something was changed: %s", m.Operation)
	}
}

// replacing is a change that replaces an object, if there is one.
func replacing(t *testing.T, b *acctest.Backend, o acctest.Object) (attribute string, value tftypes.Value) {
	t.Helper()
	text := func(value string) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }
	switch o.Type {
	case "raff_project": // nothing replaces a project
		return "", tftypes.Value{}
	case "raff_api_key":
		return "role_id", text(newDrift(t, b).roles[client.ScopeAccount])
	}
	var project string
	var attributes map[string]tftypes.Value
	if o.State.As(&attributes) == nil && attributes["project_id"].As(&project) == nil && project == b.Production() {
		return "project_id", text(b.Staging())
	}
	return "project_id", text(b.Production())
}

// Without protection nothing of it is in the way.
func TestAccProtection_offRefusesNothing(t *testing.T) {
	b, objects := applied(t)
	w := b.NewWalk(t, "")
	for _, o := range guardedObjects(t, w, objects, false) {
		for what, errs := range map[string][]string{"destroyed": w.Plan(o, null(o)).Errors, "forced": w.Force(o, w.Config(o)).Errors} {
			if len(errs) > 0 {
				t.Errorf("%s, %s: %q", o.Address(), what, errs)
			}
		}
	}
}

// setting is the provider with a default.
func setting(value any) map[string]tftypes.Value {
	return map[string]tftypes.Value{"deletion_protection": boolean(value)}
}

// The provider's default is the value of all objects that do not say otherwise: new ones and those that exist. A change of it is an update that
// changes nothing else and sends nothing.
func TestAccProtection_providerDefault(t *testing.T) {
	b, objects := applied(t)
	before := len(b.Mutations())
	for _, test := range []struct {
		byDefault, configured, state, want any
	}{
		{nil, nil, false, false},
		{nil, nil, true, false},
		{nil, true, false, true},
		{false, nil, true, false},
		{true, nil, false, true},
		{true, nil, true, true},
		{true, false, true, false},
		{true, true, false, true},
		{false, true, false, true},
		{tftypes.UnknownValue, nil, true, true},
		{tftypes.UnknownValue, nil, false, false},
		{tftypes.UnknownValue, false, true, false},
	} {
		w := b.NewWalkWith(t, "", setting(test.byDefault))
		for _, o := range guardedObjects(t, w, objects, test.state == true) {
			config := w.With(w.Config(o), map[string]tftypes.Value{"deletion_protection": boolean(test.configured)})
			p := w.Plan(o, config)
			if got := w.Attributes(p.Planned)["deletion_protection"]; len(p.Errors) > 0 || !got.Equal(boolean(test.want)) {
				t.Errorf("%s, %v: planned as %s, errors %q", o.Address(), test, got, p.Errors)
				continue
			}
			changes := w.Changes(p)
			if want := test.state != test.want; want && !slices.Equal(changes, []string{"deletion_protection"}) || !want && len(changes) > 0 {
				t.Errorf("%s, %v: the plan changes %v", o.Address(), test, changes)
			}
			if len(changes) == 0 {
				continue
			}
			after, errs, warnings := w.Apply(p)
			if got := w.Attributes(after.State)["deletion_protection"]; len(errs) > 0 || len(warnings) > 0 || !got.Equal(boolean(test.want)) {
				t.Errorf("%s, %v: applied as %s: %q %q", o.Address(), test, got, errs, warnings)
			}
		}
	}
	for _, m := range b.Mutations()[before:] {
		t.Errorf("something was changed: %s", m.Operation)
	}
}

// A default that is not known yet makes nothing unknown of an object that stays as it is, and a new one waits for it.
func TestAccProtection_defaultNotKnownYet(t *testing.T) {
	b, objects := applied(t)
	w := b.NewWalkWith(t, "", setting(tftypes.UnknownValue))
	for _, o := range guardedObjects(t, w, objects, false) {
		nothing := map[string]tftypes.Value{"deletion_protection": boolean(nil)}
		p := w.Plan(acctest.Object{Type: o.Type, Name: "new", State: null(o)}, w.With(w.Config(o), nothing))
		if got := w.Attributes(p.Planned)["deletion_protection"]; len(p.Errors) > 0 || got.IsKnown() {
			t.Errorf("%s: a new one is planned with %s, errors %q", o.Address(), got, p.Errors)
		}
		changes := map[string]string{"raff_vm": "name", "raff_vpc": "name", "raff_snapshot": "name", "raff_project": "name", "raff_api_key": "name"}
		if name, ok := changes[o.Type]; ok {
			nothing[name] = tftypes.NewValue(tftypes.String, "renamed")
			p := w.Plan(o, w.With(w.Config(o), nothing))
			if got := w.Attributes(p.Planned)["deletion_protection"]; len(p.Errors) > 0 || got.IsKnown() {
				t.Errorf("%s: renamed, it is planned with %s, errors %q", o.Address(), got, p.Errors)
			}
		}
	}
}

// The refusal says where the value comes from: the provider block is not what is to be changed for one object.
func TestAccProtection_refusalNamesTheProvider(t *testing.T) {
	b, objects := applied(t)
	for _, byDefault := range []bool{false, true} {
		w := b.NewWalkWith(t, "", setting(byDefault))
		for _, o := range guardedObjects(t, w, objects, true) {
			destroyed := strings.Join(w.Plan(o, null(o)).Errors, "\n")
			if got := strings.Contains(destroyed, "The provider block has deletion_protection = true"); got != byDefault {
				t.Errorf("%s, default %v: %s", o.Address(), byDefault, destroyed)
			}
			forced := func(value any) string {
				return strings.Join(w.Force(o, w.With(w.Config(o), map[string]tftypes.Value{"deletion_protection": boolean(value)})).Errors, "\n")
			}
			if strings.Contains(forced(true), "provider block") || strings.Contains(forced(nil), "comes from deletion_protection = true in the provider block") != byDefault {
				t.Errorf("%s, default %v: %s\n%s", o.Address(), byDefault, forced(true), forced(nil))
			}
		}
	}
}

// An import is not protected, and plans nothing: but for a default, which it then gets.
func TestAccProtection_imports(t *testing.T) {
	b, objects := applied(t)
	for _, byDefault := range []any{nil, true} {
		w := b.NewWalkWith(t, "", setting(byDefault))
		for _, o := range guardedObjects(t, w, objects, false) {
			imported, errs := w.Import(o.Type, text(w, o, "id"))
			if len(errs) > 0 || !w.Attributes(imported.State)["deletion_protection"].Equal(boolean(false)) {
				t.Errorf("%s: %q, %s", o.Address(), errs, imported.State)
				continue
			}
			p := w.Plan(imported, w.With(w.Config(imported), map[string]tftypes.Value{"deletion_protection": boolean(nil)}))
			var want []string
			if byDefault != nil {
				want = []string{"deletion_protection"}
			}
			if changes := w.Changes(p); len(p.Errors) > 0 || !slices.Equal(changes, want) {
				t.Errorf("%s, default %v: the plan changes %v, errors %q", o.Address(), byDefault, changes, p.Errors)
			}
		}
	}
}

// A state of a version without the attribute is refreshed as one that is not protected, and plans nothing.
func TestAccProtection_stateWithoutIt(t *testing.T) {
	b, objects := applied(t)
	w := b.NewWalk(t, "")
	for _, o := range guardedObjects(t, w, objects, false) {
		o.State = w.With(o.State, map[string]tftypes.Value{"deletion_protection": boolean(nil)})
		fresh, errs, _ := w.Refresh(o)
		if len(errs) > 0 {
			t.Errorf("%s: %q", o.Address(), errs)
			continue
		}
		unchanged(t, w, fresh)
	}
}

// What destroys the data of a protected object in place is refused as well.
func TestAccProtection_inPlace(t *testing.T) {
	b, objects := applied(t)
	w := b.NewWalk(t, "")
	for _, o := range guardedObjects(t, w, objects, true) {
		changes := map[string]tftypes.Value{}
		switch {
		case o.Address() == "raff_vm.most": // with rebuild_policy = reinstall
			changes["password_wo_version"] = tftypes.NewValue(tftypes.Number, 2)
			changes["template_id"] = w.Attributes(o.State)["template_id"]
			changes["password_wo"] = tftypes.NewValue(tftypes.String, "Correct-Horse-43")
		case o.Type == "raff_backup_schedule":
			changes["keep_count"] = tftypes.NewValue(tftypes.Number, 2)
		default:
			continue
		}
		for _, planned := range []bool{true, false} {
			changes["deletion_protection"] = boolean(planned)
			refusal(t, o, "in place", w.Plan(o, w.With(w.Config(o), changes)).Errors, append(twoSteps, "is left as it is")...)
		}
		o.State = w.With(o.State, map[string]tftypes.Value{"deletion_protection": boolean(false)})
		if errs := w.Plan(o, w.With(w.Config(o), changes)).Errors; len(errs) > 0 {
			t.Errorf("%s is not protected: %q", o.Address(), errs)
		}
	}
}

const protectedModule = `
resource "raff_vpc" "net" {
  project_id          = %q
  name                = "net"
  cidr                = "10.9.0.0/24"
  deletion_protection = true
}
`

// Through Terraform itself: the module is gone, the object is the target, it is to be replaced or tainted.
func TestAccProtection_terraform(t *testing.T) {
	b := acctest.New(t)
	cli := acctest.NewCLI(t, b.Config("module \"m\" {\n  source = \"./m\"\n}\n"))
	whole := cli.Read(t, "main.tf")
	if err := os.Mkdir(filepath.Join(cli.Dir, "m"), 0o700); err != nil {
		t.Fatal(err)
	}
	cli.Write(t, "m/main.tf", required+fmt.Sprintf(protectedModule, b.Production()))
	cli.MustRun(t, "get")
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	before := len(b.Mutations())
	refused := func(what string, steps string, args ...string) {
		t.Helper()
		output, err := cli.Run(t.Context(), append(args, "-no-color")...)
		said := acctest.Flat(output)
		if err == nil || strings.Count(said, "Error: ") != 1 || !strings.Contains(said, "Deletion is protected") || !strings.Contains(said, steps) {
			t.Errorf("%s: %v\n%s", what, err, output)
		}
	}
	refused("target", "1. Set deletion_protection = false", "plan", "-destroy", "-target=module.m.raff_vpc.net")
	refused("destroy", "1. Set deletion_protection = false", "destroy", "-auto-approve")
	refused("replace", "1. Set deletion_protection = false", "plan", "-replace=module.m.raff_vpc.net")
	cli.MustRun(t, "taint", "module.m.raff_vpc.net")
	refused("taint", "1. Run terraform untaint", "apply", "-auto-approve")
	cli.MustRun(t, "untaint", "module.m.raff_vpc.net")
	cli.Write(t, "main.tf", strings.Replace(whole, "module \"m\" {\n  source = \"./m\"\n}\n", "", 1))
	refused("module removed", "put that back for this", "apply", "-auto-approve")
	if n := len(b.Mutations()) - before; n > 0 {
		t.Errorf("%d requests changed something", n)
	}
	// The two steps.
	cli.Write(t, "main.tf", whole)
	cli.Write(t, "m/main.tf", required+strings.Replace(fmt.Sprintf(protectedModule, b.Production()), "= true", "= false", 1))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	cli.Write(t, "main.tf", strings.Replace(whole, "module \"m\" {\n  source = \"./m\"\n}\n", "", 1))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	if n := len(b.Requests("deleteVPC")); n != 1 {
		t.Errorf("the VPC was deleted %d times", n)
	}
}
