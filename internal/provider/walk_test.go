package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// applied creates everything that there is, and returns its state.
func applied(t *testing.T) (*acctest.Backend, []acctest.Object) {
	t.Helper()
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	cli := acctest.NewCLI(t, b.Config(everything(t, b, "")))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	w := b.NewWalk(t, "")
	objects := w.Load(cli)
	for typeName := range w.Schemas {
		if !slices.ContainsFunc(objects, func(o acctest.Object) bool { return o.Type == typeName }) {
			t.Errorf("testdata/everything.tf has no %s", typeName)
		}
	}
	return b, objects
}

// settled reads and plans all objects, as a plan in which nothing changes does.
func settled(t *testing.T, w *acctest.Walk, objects []acctest.Object) []acctest.Object {
	t.Helper()
	refreshed := make([]acctest.Object, len(objects))
	for i, o := range objects {
		fresh, errs, _ := w.Refresh(o)
		if len(errs) > 0 {
			t.Errorf("%s: %s", o.Address(), errs)
		}
		refreshed[i] = fresh
	}
	for _, o := range refreshed {
		unchanged(t, w, o)
	}
	return refreshed
}

// unchanged plans the configuration of an object as it is, and expects no change.
func unchanged(t *testing.T, w *acctest.Walk, o acctest.Object) {
	t.Helper()
	p := w.Plan(o, w.Config(o))
	if len(p.Errors) > 0 || len(p.Replaces) > 0 || len(p.Warnings) > 0 {
		t.Errorf("%s: errors %q, warnings %q, replaced because of %v", o.Address(), p.Errors, p.Warnings, p.Replaces)
	}
	if changes := w.Changes(p); len(changes) > 0 {
		t.Errorf("%s: the plan changes %v", o.Address(), changes)
	}
}

// A refresh right after the apply finds nothing: no attribute of a resource is changed by another one, so
// that the second plan is empty, outputs included.
func TestAccEveryResource_refreshFindsNothing(t *testing.T) {
	b, objects := applied(t)
	w := b.NewWalk(t, "")
	for i, o := range settled(t, w, objects) {
		before, after := w.Attributes(objects[i].State), w.Attributes(o.State)
		for name := range before {
			if !before[name].Equal(after[name]) {
				t.Errorf("%s: %s was %s after the apply, and is %s", o.Address(), name, before[name], after[name])
			}
		}
	}
}

// Whatever the state of an object is called, an unchanged configuration plans nothing.
func TestAccEveryResource_anyStatusPlansNothing(t *testing.T) {
	b, objects := applied(t)
	altered := b.Alter(t)
	statuses := []string{
		"initiating", "provisioning", "booting", "active", "finalizing", "passive", "failure", "creating", "available", "attached",
		"deleting", "failed", "pending", "ready", "restoring", "suspended", "expired", "free", "in-use", "", "an invented status",
	}
	for _, status := range statuses {
		altered.Set("status", status)
		w := b.NewWalk(t, altered.URL)
		for _, o := range objects {
			if released(o, status) {
				continue
			}
			fresh, errs, warnings := w.Refresh(o)
			if len(errs) > 0 {
				t.Errorf("%s with status %q: %s", o.Address(), status, errs)
				continue
			}
			reported(t, o, status, warnings)
			if fresh.State.IsNull() {
				t.Errorf("%s with status %q is forgotten", o.Address(), status)
				continue
			}
			kept(t, w, o, fresh, status)
		}
	}
}

// released tells whether a status says that what the resource stands for has ended.
func released(o acctest.Object, status string) bool {
	return o.Type == "raff_ip_attachment" && status == "free"
}

// reported checks that a failed object is reported, and nothing else.
func reported(t *testing.T, o acctest.Object, status string, warnings []string) {
	t.Helper()
	failure := map[string]string{"raff_vm": "failure", "raff_volume": "failed", "raff_backup": "failed"}[o.Type]
	want := 0
	if failure == status && status != "" {
		want = 1
	}
	if len(warnings) != want {
		t.Errorf("%s with status %q: warnings %q", o.Address(), status, warnings)
	}
}

// kept plans the configuration from before with what was read now.
func kept(t *testing.T, w *acctest.Walk, before, now acctest.Object, status string) {
	t.Helper()
	if before.Type == "raff_member" || before.Type == "raff_project_member" {
		if status == "suspended" { // which is what suspended = false is against
			return
		}
	}
	if before.Type == "raff_vm" && status == "passive" && text(w, before, "power_state") == "active" {
		return // it is to be started
	}
	p := w.Plan(now, w.Config(before))
	if len(p.Errors) > 0 || len(p.Replaces) > 0 {
		t.Errorf("%s with status %q: errors %q, replaced because of %v", before.Address(), status, p.Errors, p.Replaces)
	}
	if changes := w.Changes(p); len(changes) > 0 {
		t.Errorf("%s with status %q: the plan changes %v", before.Address(), status, changes)
	}
	again, errs, warnings := w.Refresh(now)
	if len(errs) > 0 || len(warnings) > 0 {
		t.Errorf("%s with status %q is reported twice: %q %q", again.Address(), status, errs, warnings)
	}
}

// settable are the attributes that a configuration can give, but for write-only ones and timeouts.
func settable(w *acctest.Walk, o acctest.Object) []*tfprotov6.SchemaAttribute {
	var found []*tfprotov6.SchemaAttribute
	for _, a := range w.Schemas[o.Type].Block.Attributes {
		if (a.Optional || a.Required) && !a.WriteOnly && a.Name != "timeouts" {
			found = append(found, a)
		}
	}
	return found
}

func unknown(v tftypes.Value) tftypes.Value { return tftypes.NewValue(v.Type(), tftypes.UnknownValue) }

// Not known yet is not changed: for every attribute, and for all at once, under every policy.
func TestAccEveryResource_unknownIsNoChange(t *testing.T) {
	b, objects := applied(t)
	w := b.NewWalk(t, "")
	before := len(b.Mutations())
	for _, o := range settled(t, w, objects) {
		for _, variant := range variants(w, o) {
			config := w.Config(variant)
			all := map[string]tftypes.Value{}
			for _, a := range settable(w, o) {
				value := unknown(w.Attributes(config)[a.Name])
				if !counterpart(o, a.Name) {
					all[a.Name] = value
				}
				undecided(t, w, variant, config, map[string]tftypes.Value{a.Name: value})
				other := otherChange(w, variant, a.Name)
				if other != nil {
					other[a.Name] = value
					undecided(t, w, variant, config, other)
				}
			}
			undecided(t, w, variant, config, all)
		}
	}
	if after := len(b.Mutations()); after != before {
		t.Error("something was changed")
	}
}

// counterpart tells whether an attribute is the alternative of one that the object has.
func counterpart(o acctest.Object, name string) bool {
	var attributes map[string]tftypes.Value
	return o.State.As(&attributes) == nil && attributes[name].IsNull()
}

// variants are the objects under each policy that decides what a change does.
func variants(w *acctest.Walk, o acctest.Object) []acctest.Object {
	if o.Type != "raff_vm" {
		return []acctest.Object{o}
	}
	var found []acctest.Object
	for _, policy := range []string{"error", "reinstall", "replace", "ignore"} {
		for _, stopping := range []bool{false, true} {
			variant := o
			variant.Name += " with " + policy
			variant.State = w.With(o.State, map[string]tftypes.Value{
				"rebuild_policy":            tftypes.NewValue(tftypes.String, policy),
				"allow_stopping_for_update": tftypes.NewValue(tftypes.Bool, stopping),
			})
			found = append(found, variant)
		}
	}
	return found
}

// otherChange is a harmless change of another attribute, which makes the plan an update anyway.
func otherChange(w *acctest.Walk, o acctest.Object, but string) map[string]tftypes.Value {
	for _, name := range []string{"description", "deletion_protection", "content", "name", "tags", "keep_count"} {
		value, ok := w.Attributes(o.State)[name]
		if !ok || name == but || name == "name" && o.Type != "raff_vm" && o.Type != "raff_snapshot" && o.Type != "raff_api_key" {
			continue
		}
		switch {
		case value.Type().Is(tftypes.Bool):
			return map[string]tftypes.Value{name: tftypes.NewValue(tftypes.Bool, true)}
		case value.Type().Is(tftypes.String):
			return map[string]tftypes.Value{name: tftypes.NewValue(tftypes.String, "another one")}
		case value.Type().Is(tftypes.Number):
			return map[string]tftypes.Value{name: tftypes.NewValue(tftypes.Number, 7)}
		}
	}
	return nil
}

// undecided plans values that are not known yet, beside those that are. Nothing is refused or replaced,
// and each attribute stays as it is or is unknown.
func undecided(t *testing.T, w *acctest.Walk, o acctest.Object, config tftypes.Value, changes map[string]tftypes.Value) {
	t.Helper()
	p := w.Plan(o, w.With(config, changes))
	names := slices.Sorted(maps.Keys(changes))
	if len(p.Errors) > 0 || len(p.Replaces) > 0 || len(p.Warnings) > 0 {
		t.Errorf("%s, %v: errors %q, warnings %q, replaced because of %v", o.Address(), names, p.Errors, p.Warnings, p.Replaces)
		return
	}
	prior, planned := w.Attributes(o.State), w.Attributes(p.Planned)
	for name, value := range changes {
		if !value.IsKnown() && planned[name].IsKnown() && !planned[name].Equal(prior[name]) {
			t.Errorf("%s: %s is not known and planned as %s", o.Address(), name, planned[name])
		}
	}
}

// An import names a project or not; either way it changes nothing of a configuration that says no more
// than it has to.
func TestAccEveryResource_importChangesNothing(t *testing.T) {
	b, objects := applied(t)
	w := b.NewWalk(t, "")
	before := len(b.Mutations())
	for _, o := range objects {
		id := text(w, o, "id")
		ids := []string{id}
		if project := text(w, o, "project_id"); project != "" && o.Type != "raff_project" {
			ids = append(ids, project+"/"+id)
			elsewhere := b.Staging()
			if project == elsewhere {
				elsewhere = b.Production()
			}
			if _, errs := w.Import(o.Type, elsewhere+"/"+id); len(errs) != 1 {
				t.Errorf("%s: an import that names another project gave errors %q", o.Address(), errs)
			}
		}
		for _, id := range ids {
			imported, errs := w.Import(o.Type, id)
			if len(errs) > 0 {
				t.Errorf("%s: %s", o.Address(), errs)
				continue
			}
			least(t, w, o, imported)
		}
	}
	for _, m := range b.Mutations()[before:] {
		t.Errorf("something was changed: %s", m.Operation)
	}
}

// least plans the shortest configuration of an imported object, and one that gives everything.
func least(t *testing.T, w *acctest.Walk, o, imported acctest.Object) {
	t.Helper()
	attributes := w.Attributes(w.Config(imported))
	for _, a := range w.Schemas[o.Type].Block.Attributes {
		if a.Optional && !needed(o, a.Name) {
			attributes[a.Name] = tftypes.NewValue(attributes[a.Name].Type(), nil)
		}
	}
	p := w.Plan(imported, tftypes.NewValue(imported.State.Type(), attributes))
	if changes := w.Changes(p); len(p.Errors) > 0 || len(p.Replaces) > 0 || len(changes) > 0 {
		t.Errorf("%s: errors %q, replaced because of %v, changes %v", o.Address(), p.Errors, p.Replaces, changes)
	}
	// What the API does not return is recorded, and nothing is sent for it.
	p = w.Plan(imported, w.Config(o))
	if len(p.Errors) > 0 || len(p.Replaces) > 0 {
		t.Errorf("%s with everything: errors %q, replaced because of %v", o.Address(), p.Errors, p.Replaces)
		return
	}
	if len(w.Changes(p)) == 0 {
		return
	}
	recorded, errs, warnings := w.Apply(p)
	if len(errs) > 0 || len(warnings) > 0 {
		t.Errorf("%s with everything: errors %q, warnings %q", o.Address(), errs, warnings)
		return
	}
	again := w.Plan(recorded, w.Config(o))
	if changes := w.Changes(again); len(changes) > 0 {
		t.Errorf("%s with everything: the second plan changes %v", o.Address(), changes)
	}
}

// needed are the optional attributes that say which object is meant.
func needed(o acctest.Object, name string) bool {
	switch o.Type {
	case "raff_snapshot":
		return name == "vm_id" || name == "volume_id"
	case "raff_member", "raff_project_member":
		return name == "email"
	case "raff_invitation":
		return name == "project_id"
	case "raff_backup_schedule":
		return name == "day_of_week"
	case "raff_vm_note":
		return name == "type"
	}
	return false
}

func text(w *acctest.Walk, o acctest.Object, name string) string {
	var value string
	v, ok := w.Attributes(o.State)[name]
	if !ok || v.IsNull() {
		return ""
	}
	if err := v.As(&value); err != nil {
		return fmt.Sprint(err)
	}
	return value
}
