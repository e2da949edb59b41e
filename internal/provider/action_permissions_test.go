package provider_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/reference"
)

// A key that has what the page of an action says is enough to plan and to invoke it, and nothing of it is too much.
func TestAction_permissionsOfThePages(t *testing.T) {
	recording := os.Getenv("UPDATE_PERMISSIONS") != ""
	var lines strings.Builder
	for _, typeName := range slices.Sorted(maps.Keys(newActionWorld(t).each())) {
		needed := actionPermissions(t, typeName)
		all := map[string]bool{}
		for _, stage := range []reference.Stage{reference.Plan, reference.Invoke} {
			names := slices.Sorted(maps.Keys(needed[stage]))
			fmt.Fprintf(&lines, "%s %s: %s\n", typeName, stage, strings.Join(names, " "))
			said, ok := reference.Permissions(typeName, stage)
			if !recording && (!ok || !slices.Equal(said, names)) {
				t.Errorf("%s, %s: the page says %q, it takes %q: run this test with UPDATE_PERMISSIONS=1, then make docs", typeName, stage, said, names)
			}
			maps.Copy(all, needed[stage])
		}
		if errs := actionWith(t, typeName, all); len(errs) > 0 {
			t.Errorf("%s with %v: %q", typeName, all, errs)
		}
		for name := range all {
			less := maps.Clone(all)
			delete(less, name)
			if errs := actionWith(t, typeName, less); len(errs) == 0 {
				t.Errorf("%s does not need %s", typeName, name)
			}
		}
	}
	if recording {
		if err := os.WriteFile("../reference/action_permissions.txt", []byte(lines.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// actionPermissions are the permissions of the requests that the plan and the invocation of an action take.
func actionPermissions(t *testing.T, typeName string) map[reference.Stage]map[string]bool {
	t.Helper()
	w := newActionWorld(t)
	walk, with := w.NewWalk(t, ""), w.each()[typeName].with
	needed := map[reference.Stage]map[string]bool{}
	count := func(stage reference.Stage, do func() []string) {
		before := len(w.Journal())
		if errs := do(); len(errs) > 0 {
			t.Fatalf("%s: %q", typeName, errs)
		}
		needed[stage] = map[string]bool{}
		for _, e := range w.Journal()[before:] {
			if permission := w.PermissionOf(e.Operation); permission != "" && e.Status < 300 {
				needed[stage][permission] = true
			}
		}
	}
	count(reference.Plan, func() []string {
		errs, _ := walk.PlanAction(typeName, with)
		return errs
	})
	count(reference.Invoke, func() []string { return walk.InvokeAction(typeName, with).Errors })
	return needed
}

// actionWith plans and invokes an action with a key that has some permissions in the project, and returns the errors.
func actionWith(t *testing.T, typeName string, permissions map[string]bool) []string {
	t.Helper()
	w := newActionWorld(t)
	ctx, c := t.Context(), w.Client(t)
	role := must[*client.Role](t)(c.CreateRole(ctx, client.CreateRoleRequest{
		Name: "some", Slug: "some", Scope: client.ScopeProject, Permissions: append([]string{"project.settings.view"}, slices.Sorted(maps.Keys(permissions))...),
	}))
	key := must[*client.APIKeyWithSecret](t)(c.CreateAPIKey(ctx, client.CreateAPIKeyRequest{Name: "some"}))
	must[*client.ProjectMember](t)(c.AddProjectMember(ctx, w.Production(), client.AddProjectMemberRequest{APIKeyID: key.ID, RoleID: role.ID}))
	walk, errs := w.NewWalkAs(t, "", key.Secret, nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	with := w.each()[typeName].with
	if errs, _ := walk.PlanAction(typeName, with); len(errs) > 0 {
		return errs
	}
	return walk.InvokeAction(typeName, with).Errors
}
