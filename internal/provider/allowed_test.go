package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

// only restricts the provider to projects.
func only(account any, projects ...string) map[string]tftypes.Value {
	ids := make([]tftypes.Value, len(projects))
	for i, id := range projects {
		ids[i] = tftypes.NewValue(tftypes.String, id)
	}
	return map[string]tftypes.Value{
		"allowed_project_ids": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, ids), "allow_account_changes": boolean(account),
	}
}

// ofAccount tells whether an object is in no project.
func ofAccount(w *acctest.Walk, o acctest.Object) bool {
	return o.Type != "raff_project" && text(w, o, "project_id") == ""
}

// ends is every way to end an object, or to change what it belongs to, with the errors of each.
func ends(w *acctest.Walk, o acctest.Object) map[string][]string {
	_, tainted, _ := w.Destroy(o)
	found := map[string][]string{
		"destroyed": w.Plan(o, null(o)).Errors,
		"forced":    w.Force(o, w.Config(o)).Errors,
		"tainted":   tainted,
	}
	for _, name := range []string{"name", "description", "keep_count", "content", "size", "public_key"} {
		value, ok := w.Attributes(o.State)[name]
		switch {
		case !ok || value.IsNull():
		case value.Type().Is(tftypes.String):
			found["another "+name] = w.Plan(o, w.With(w.Config(o), map[string]tftypes.Value{name: tftypes.NewValue(tftypes.String, "another")})).Errors
		case value.Type().Is(tftypes.Number):
			found["another "+name] = w.Plan(o, w.With(w.Config(o), map[string]tftypes.Value{name: tftypes.NewValue(tftypes.Number, 42)})).Errors
		}
	}
	return found
}

// all expects one error with the text of every end.
func all(t *testing.T, o acctest.Object, found map[string][]string, want string) {
	t.Helper()
	for what, errs := range found {
		if len(errs) != 1 || !strings.Contains(errs[0], want) || !strings.Contains(errs[0], "allowed_project_ids") {
			t.Errorf("%s, %s: %q, want one error %q", o.Address(), what, errs, want)
		}
	}
}

// With allowed_project_ids nothing outside of them changes: not in other projects, not out of them, and not in the
// account.
func TestAccAllowedProjects_everyType(t *testing.T) {
	b, objects := applied(t)
	before := len(b.Mutations())
	w := b.NewWalkWith(t, "", only(nil, b.Staging()))
	var account []string
	for _, o := range objects {
		switch {
		case ofAccount(w, o):
			account = append(account, o.Type)
			unchanged(t, w, o)
			found := ends(w, o)
			found["created"] = w.Plan(acctest.Object{Type: o.Type, Name: "new", State: null(o)}, w.Config(o)).Errors
			all(t, o, found, "The account is not allowed")
		case text(w, o, "project_id") == b.Staging():
			unchanged(t, w, o)
		default:
			all(t, o, ends(w, o), "Project is not allowed")
			all(t, o, map[string][]string{"unchanged": w.Plan(o, w.Config(o)).Errors}, "Project is not allowed")
		}
		if project := text(w, o, "project_id"); project == b.Production() {
			out := w.With(w.Config(o), map[string]tftypes.Value{"project_id": tftypes.NewValue(tftypes.String, b.Staging())})
			all(t, o, map[string][]string{"moved out": w.Plan(o, out).Errors}, "not even to move it")
		}
	}
	slices.Sort(account)
	if want := []string{"raff_api_key", "raff_invitation", "raff_member", "raff_role", "raff_ssh_key"}; !slices.Equal(slices.Compact(account), want) {
		t.Errorf("of the account: %v, want %v", account, want)
	}
	for _, m := range b.Mutations()[before:] {
		t.Errorf("something was changed: %s", m.Operation)
	}
}

// allow_account_changes opens the account, and nothing else. A new project stays refused: its id cannot be on the list.
func TestAccAllowedProjects_accountChanges(t *testing.T) {
	b, objects := applied(t)
	w := b.NewWalkWith(t, "", only(true, b.Staging()))
	for _, o := range objects {
		p := w.Plan(o, null(o))
		if ofAccount(w, o) || text(w, o, "project_id") == b.Staging() {
			if strings.Contains(strings.Join(p.Errors, ""), "not allowed") {
				t.Errorf("%s: %q", o.Address(), p.Errors)
			}
			continue
		}
		all(t, o, map[string][]string{"destroyed": p.Errors}, "Project is not allowed")
		if o.Type == "raff_project" {
			all(t, o, map[string][]string{"created": w.Plan(acctest.Object{Type: o.Type, State: null(o)}, w.Config(o)).Errors}, "Project is not allowed")
		}
	}
}

// A project on the list may be changed and destroyed.
func TestAccAllowedProjects_listedProject(t *testing.T) {
	b, objects := applied(t)
	for _, o := range objects {
		if o.Type != "raff_project" {
			continue
		}
		w := b.NewWalkWith(t, "", only(nil, text(b.NewWalk(t, ""), o, "id")))
		for _, config := range []tftypes.Value{w.With(w.Config(o), map[string]tftypes.Value{"name": tftypes.NewValue(tftypes.String, "renamed")}), null(o)} {
			p := w.Plan(o, config)
			if len(p.Errors) > 0 {
				t.Errorf("%s: %q", o.Address(), p.Errors)
				continue
			}
			after, errs, _ := w.Apply(p)
			if len(errs) > 0 {
				t.Errorf("%s: %q", o.Address(), errs)
			}
			o = after
		}
	}
}
