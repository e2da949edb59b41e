package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
	"github.com/rafftechnologies/terraform-provider-raff/internal/reference"
)

// permissionsPath is what the pages say of permissions.
const permissionsPath = "../reference/permissions.txt"

// A key that has what a page says is enough to plan, create, change and destroy an object, and nothing of it is too
// much. What the backend demands is what the client would name.
func TestProtocol_permissionsOfThePages(t *testing.T) {
	recording := os.Getenv("UPDATE_PERMISSIONS") != ""
	b := acctest.NewInProcess(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	w := b.NewWalk(t, "")
	var objects []acctest.Object
	for typeName, id := range b.Furnish(t) {
		o, errs := w.Import(typeName, id)
		if len(errs) > 0 {
			t.Fatalf("%s: %s", typeName, errs)
		}
		objects = append(objects, o)
	}
	slices.SortFunc(objects, func(a, b acctest.Object) int { return strings.Compare(a.Type, b.Type) })
	q := newQuiet(t, b, w, objects)
	for scope, permission := range map[string]string{client.ScopeAccount: "account.projects.view", client.ScopeProject: "vm.view"} {
		role, err := b.Client(t).CreateRole(t.Context(), client.CreateRoleRequest{
			Name: "small " + scope, Slug: "small-" + scope, Scope: scope, Permissions: []string{permission},
		})
		if err != nil {
			t.Fatal(err)
		}
		q.roles[scope] = role.ID
	}
	before, err := b.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for _, o := range objects {
		needed := q.counted(o, before, recording)
		for _, stage := range reference.Stages {
			names := slices.Sorted(maps.Keys(needed[stage]))
			said, ok := reference.Permissions(o.Type, stage)
			if recording {
				if needed[stage] != nil {
					lines.WriteString(strings.TrimSpace(o.Type+" "+string(stage)+": "+strings.Join(names, " ")) + "\n")
				}
			} else if !slices.Equal(said, names) || ok != (needed[stage] != nil) {
				t.Errorf("%s, %s: the page says %q, it takes %q: run this test with UPDATE_PERMISSIONS=1, then make docs", o.Type, stage, said, names)
			}
		}
	}
	if recording {
		if err := os.WriteFile(permissionsPath, []byte(lines.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// counted are the permissions that the life of an object takes, with a key that has no others. Where they are recorded,
// those without which it goes as well are left out.
func (q *quiet) counted(o acctest.Object, before []byte, recording bool) map[reference.Stage]map[string]bool {
	q.t.Helper()
	said := map[string]bool{}
	for _, stage := range reference.Stages {
		names, _ := reference.Permissions(o.Type, stage)
		for _, name := range names {
			said[name] = true
		}
	}
	try := func(permissions map[string]bool) *lifecycle {
		q.t.Helper()
		if err := q.b.Restore(before); err != nil {
			q.t.Fatal(err)
		}
		key := q.b.OwnerKey
		if permissions != nil {
			key = q.keyWith(permissions, slices.Contains(granting, o.Type))
		}
		l := &lifecycle{q: q, key: key, needed: map[reference.Stage]map[string]bool{}}
		l.run(o)
		return l
	}
	if recording {
		said = map[string]bool{}
		for _, names := range try(nil).needed {
			maps.Copy(said, names)
		}
		for _, name := range slices.Sorted(maps.Keys(said)) {
			less := maps.Clone(said)
			delete(less, name)
			if len(try(less).errs) == 0 {
				said = less
			}
		}
	}
	l := try(said)
	for _, err := range l.errs {
		q.t.Errorf("%s, with %v: %s", o.Type, slices.Sorted(maps.Keys(said)), err)
	}
	for _, names := range l.needed {
		maps.DeleteFunc(names, func(name string, _ bool) bool { return !said[name] && slices.Contains(granted, name) })
	}
	return l.needed
}

// granted are what every key of the test has beside: the roles that it gives have no more than these, since nobody
// grants what they do not hold, and a key that sees no project does not know its account.
var granted = []string{"account.projects.view", "project.settings.view", "vm.view", "vm.power", "vpc.view"}

// granting are the resources that give somebody a role.
var granting = []string{"raff_api_key", "raff_invitation", "raff_member", "raff_project_member", "raff_role"}

// keyWith is a key with some permissions, in the account and in the project of the test. Where it grants roles, it has
// what they have.
func (q *quiet) keyWith(permissions map[string]bool, grants bool) string {
	q.t.Helper()
	permissions = maps.Clone(permissions)
	permissions["project.settings.view"] = true
	if grants {
		for _, name := range granted {
			permissions[name] = true
		}
	}
	ctx, c := q.t.Context(), q.b.Client(q.t)
	names := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(permissions)) {
		scope := client.ScopeProject
		if strings.HasPrefix(name, "account.") {
			scope = client.ScopeAccount
		}
		names[scope] = append(names[scope], name)
	}
	roles := map[string]string{}
	q.keys++
	for scope, of := range names {
		slug := fmt.Sprintf("some-%d-%s", q.keys, scope)
		role, err := c.CreateRole(ctx, client.CreateRoleRequest{Name: slug, Slug: slug, Scope: scope, Permissions: of})
		if err != nil {
			q.t.Fatal(err)
		}
		roles[scope] = role.ID
	}
	key, err := c.CreateAPIKey(ctx, client.CreateAPIKeyRequest{Name: fmt.Sprint("some-", q.keys), RoleID: roles[client.ScopeAccount]})
	if err != nil {
		q.t.Fatal(err)
	}
	if role := roles[client.ScopeProject]; role != "" {
		if _, err := c.AddProjectMember(ctx, q.b.Production(), client.AddProjectMemberRequest{APIKeyID: key.ID, RoleID: role}); err != nil {
			q.t.Fatal(err)
		}
	}
	return key.Secret
}

// lifecycle takes an object like another one through its life, and counts the permissions that it takes.
type lifecycle struct {
	q      *quiet
	key    string
	needed map[reference.Stage]map[string]bool
	errs   []string
}

func (l *lifecycle) run(like acctest.Object) {
	l.q.t.Helper()
	null, config := l.q.w.New(like.Type, "new", l.configOf(like))
	l.stage(reference.Plan, func(w *acctest.Walk) {
		o, errs, _ := w.Refresh(like)
		l.check("refresh", errs)
		l.check("plan", w.Plan(o, w.Config(o)).Errors)
		l.check("plan of a new one", w.Plan(null, config).Errors)
	})
	o := null
	l.stage(reference.Create, func(w *acctest.Walk) { o = l.apply(w, w.Plan(null, config)) })
	if o.State.IsNull() {
		return
	}
	for _, a := range settable(l.q.w, o) {
		l.update(&o, config, a.Name, l.q.w.Attributes(like.State)[a.Name])
	}
	unprotected := l.walk() // as the last change may have protected it
	o.State = unprotected.With(o.State, protection(unprotected, o))
	destroy := l.walk()
	p := destroy.Plan(o, destroy.Null(o))
	l.check("plan of the destroy", p.Errors)
	l.counted(reference.Destroy, func() { l.apply(destroy, p) })
}

// protection takes the deletion protection off an object that has it.
func protection(w *acctest.Walk, o acctest.Object) map[string]tftypes.Value {
	if _, ok := w.Attributes(o.State)["deletion_protection"]; !ok {
		return nil
	}
	return map[string]tftypes.Value{"deletion_protection": boolean(false)}
}

// configOf is a configuration of a new object: other names and other referents.
func (l *lifecycle) configOf(o acctest.Object) map[string]tftypes.Value {
	l.q.t.Helper()
	q := l.q
	config := q.w.Attributes(q.nameOne(o, q.w.Config(o)))
	for name, value := range config {
		unique := slices.Contains([]string{"name", "slug", "cidr", "email"}, name) && !value.IsNull()
		refers := q.others[q.project(o)][name] != "" && !value.IsNull()
		if unique || refers {
			maps.Copy(config, q.another(o, name))
		}
	}
	switch o.Type {
	case "raff_vm":
		config["ssh_keys"] = tftypes.NewValue(config["ssh_keys"].Type(), []tftypes.Value{str(acctest.SSHKey)})
		config["allow_stopping_for_update"], config["rebuild_policy"] = boolean(true), str("reinstall")
		config["vpc_id"] = str(q.others[q.b.Production()]["vpc_id"])
	case "raff_project_member":
		config["api_key_id"], config["email"] = str(q.others[""]["api_key_id"]), tftypes.NewValue(tftypes.String, nil)
	case "raff_snapshot":
		config["volume_id"] = tftypes.NewValue(tftypes.String, nil)
	}
	return config
}

// update changes an attribute in place, where that can be. other is the value of the object that this one is like.
func (l *lifecycle) update(o *acctest.Object, config tftypes.Value, name string, other tftypes.Value) {
	l.q.t.Helper()
	w := l.walk()
	changed := w.With(config, l.q.another(*o, name))
	if changed.Equal(config) {
		changed = w.With(config, map[string]tftypes.Value{name: other})
	}
	if slices.Contains([]string{"name", "description", "content"}, name) {
		changed = w.With(config, map[string]tftypes.Value{name: str("changed")})
	}
	if !l.q.valid(*o, changed) {
		return
	}
	p := w.Plan(*o, changed)
	if len(p.Errors) > 0 || len(p.Replaces) > 0 || len(w.Changes(p)) == 0 {
		return
	}
	l.counted(reference.Update, func() { *o = l.apply(w, p) })
}

func (l *lifecycle) walk() *acctest.Walk {
	l.q.t.Helper()
	w, errs := l.q.b.NewWalkAs(l.q.t, "", l.key, nil)
	if len(errs) > 0 {
		l.q.t.Fatal(errs)
	}
	return w
}

func (l *lifecycle) stage(stage reference.Stage, do func(*acctest.Walk)) {
	l.q.t.Helper()
	w := l.walk()
	l.counted(stage, func() { do(w) })
}

// counted counts the permissions of the requests of a stage that were answered.
func (l *lifecycle) counted(stage reference.Stage, do func()) {
	l.q.t.Helper()
	before := len(l.q.b.Journal())
	do()
	if l.needed[stage] == nil {
		l.needed[stage] = map[string]bool{}
	}
	for _, e := range l.q.b.Journal()[before:] {
		permission := l.q.b.PermissionOf(e.Operation)
		hint := (&client.Error{Status: http.StatusForbidden, Method: e.Method, Path: e.Path}).MissingPermission()
		if permission == "" && strings.HasSuffix(e.Operation, "Project") {
			permission = hint // a project is also seen by whoever has a role in it
		}
		if e.Status < 200 || e.Status > 299 || permission == "" {
			continue
		}
		if hint != permission {
			l.q.t.Errorf("%s %s needs %s, and the client would say %q", e.Method, e.Path, permission, hint)
		}
		l.needed[stage][permission] = true
	}
}

func (l *lifecycle) apply(w *acctest.Walk, p acctest.Planned) acctest.Object {
	l.q.t.Helper()
	l.check("plan", p.Errors)
	o, errs, _ := w.Apply(p)
	l.check("apply", errs)
	return o
}

func (l *lifecycle) check(what string, errs []string) {
	l.q.t.Helper()
	if len(errs) > 0 {
		l.errs = append(l.errs, fmt.Sprintf("%s: %s", what, errs))
	}
}
