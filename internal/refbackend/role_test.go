package refbackend

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const (
	rolesPath       = "/api/v1/roles"
	permissionsPath = "/api/v1/permissions"
)

// roleRequest is a role that may look at virtual machines.
func roleRequest(slug string) object {
	return object{"name": slug, "slug": slug, "scope": "project", "permissions": []string{"vm.view"}}
}

// makeRole creates a role of a scope and returns its id.
func (c caller) makeRole(slug, scope string, permissions ...string) string {
	c.t.Helper()
	return c.post(rolesPath, roleRequest(slug).with("scope", scope, "permissions", permissions)).want(201).str("data.id")
}

// systemRole is the id of a role that every account has.
func (b *backend) systemRole(slug string) string { return catalogID("role", slug) }

func TestRoleLifecycle(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.owner("")
	made := c.post(rolesPath, roleRequest("ops").with("name", "Ops", "description", "On call",
		"permissions", []string{"vm.power", "vm.view", "vm.power"})).want(201)
	made.expect("data.name", "Ops", "data.slug", "ops", "data.scope", "project", "data.is_system", false,
		"data.permissions", "[vm.view vm.power]", "data.account_id", b.state.AccountID, "data.description", "On call",
		"data.created_by", first(&b.state.Users).ID, "data.created_at", "2026-03-02T12:00:00Z")
	path := rolesPath + "/" + made.str("data.id")

	b.clock.Advance(1e9)
	c.patch(path, object{"name": "Operators"}).want(200).expect("data.name", "Operators", "data.permissions", "[vm.view vm.power]",
		"data.updated_at", "2026-03-02T12:00:01Z")
	c.patch(path, object{"description": "", "permissions": []string{"vpc.view"}}).want(200).
		expect("data.description", "", "data.permissions", "[vpc.view]", "data.name", "Operators")
	c.patch(path, object{}).want(400, "at least one of")
	c.get(path).want(200).expect("data.slug", "ops")
	c.delete(path, nil).want(200).expect("success", true)
	c.get(path).want(404, "role not found")
}

func TestRoleForms(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.owner("")
	for name, test := range map[string]struct {
		field string
		value any
		want  string
	}{
		"no name":            {"name", nil, "name: required"},
		"long name":          {"name", strings.Repeat("n", 65), "name: must be"},
		"no slug":            {"slug", nil, "slug: required"},
		"slug in capitals":   {"slug", "Ops", "slug: must be lower case"},
		"long slug":          {"slug", strings.Repeat("s", 65), "slug: must be"},
		"no scope":           {"scope", nil, "scope: required"},
		"other scope":        {"scope", "global", "scope: must be one of"},
		"no permissions":     {"permissions", []string{}, "permissions: must have at least 1"},
		"unknown permission": {"permissions", []string{"vm.view", "vm.fly"}, `permissions[1]: no such permission`},
		"account permission": {"permissions", []string{"account.audit.view"}, "no permission of scope project"},
	} {
		t.Run(name, func(t *testing.T) {
			c.post(rolesPath, roleRequest("ops").with(test.field, test.value)).want(400, test.want)
		})
	}
	c.post(rolesPath, roleRequest("ops").with("scope", "account")).want(400, "no permission of scope account")
	c.post(rolesPath, roleRequest("owner")).want(409, "owner")
	c.makeRole("ops", "project", "vm.view")
	c.post(rolesPath, roleRequest("ops")).want(409, "slug")
}

// System roles cannot be edited or deleted (400); a role in use cannot be deleted (409); slug and scope never change.
func TestRolesThatStay(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.owner("")
	for r := range b.state.Roles.All() {
		c.patch(rolesPath+"/"+r.ID, object{"name": "mine"}).want(400, "cannot be edited")
		c.delete(rolesPath+"/"+r.ID, nil).want(400, "cannot be deleted")
	}
	inProject := c.makeRole("in-project", "project", "vm.view")
	c.patch(rolesPath+"/"+inProject, object{"slug": "other"}).want(400, "slug: unknown field")
	c.patch(rolesPath+"/"+inProject, object{"scope": "account"}).want(400, "scope: unknown field")

	_, key := c.makeKey("ci")
	grant := c.grant("staging", key, inProject)
	c.delete(rolesPath+"/"+inProject, nil).want(409, "in use: 1 project member")
	c.delete(grant, nil).want(200)
	c.delete(rolesPath+"/"+inProject, nil).want(200)

	inAccount := c.makeRole("in-account", "account", "account.audit.view")
	c.makeKey("audit", "role_id", inAccount)
	c.makeKey("audit too", "role_id", inAccount)
	c.post(membersPath, object{"email": "a@example.com", "role_id": inAccount}).want(201)
	c.delete(rolesPath+"/"+inAccount, nil).want(409, "in use: 1 member, 2 API keys")
	b.checkInvariants()
}

// Editing a role changes every holder at its next request; a deleted role leaves its holders without rights.
func TestRoleEditHoldsAtOnce(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	role := owner.makeRole("ops", "project", "vm.view")
	secret, key := owner.makeKey("ci")
	owner.grant("production", key, role)
	c := caller{b, secret, b.project("production")}
	c.get("/api/v1/vms").want(200)
	c.get("/api/v1/vpcs").want(403, "missing permission vpc.view", b.project("production"), `role \"ops\"`)
	owner.patch(rolesPath+"/"+role, object{"permissions": []string{"vpc.view"}}).want(200)
	c.get("/api/v1/vms").want(403, "missing permission vm.view")
	c.get("/api/v1/vpcs").want(200)
}

// One's own role cannot be removed or changed: no key gives itself permissions.
func TestOwnRoleCannotBeEdited(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.keyWith("account", "account.roles.manage", "account.roles.view")
	own, _ := b.state.Roles.First(func(r *role) bool { return !r.System })
	c.patch(rolesPath+"/"+own.ID, object{"permissions": []string{"account.billing.manage"}}).want(409, "own")
	b.owner("").patch(rolesPath+"/"+own.ID, object{"permissions": []string{"account.audit.view"}}).want(200)
}

// Default 50: volumes, snapshots, backups, schedules, members, roles, API keys. They filter by scope.
func TestRoleList(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.owner("")
	for i := range 60 {
		c.makeRole(fmt.Sprintf("role-%d", i), "project", "vm.view")
	}
	for path, count := range map[string]int{rolesPath: 50, rolesPath + "?offset=50": 18} {
		if n := len(c.get(path).want(200).expect("total", nil).list("data", "id")); n != count {
			t.Errorf("%s: %d roles on a page, want %d", path, n, count)
		}
	}
	if got := c.get(rolesPath+"?scope=account").want(200).list("data", "slug"); !slices.Equal(got, []string{"owner", "admin", "billing", "member"}) {
		t.Errorf("account roles: %v", got)
	}
	c.get(rolesPath+"?scope=global").want(400, "scope: ")
	b.keyWith("account", "account.audit.view").get(rolesPath).want(403, "account.roles.view")
}

// Account permissions (21): `account.projects.{view,create,manage,delete}` and so on. The catalogue is open to any valid key, whole, and filtered by scope.
func TestPermissionCatalogue(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.keyWith("project", "vm.view")
	all := c.get(permissionsPath).want(200)
	names := all.list("data", "name")
	if len(names) != 21+32 || !slices.Contains(names, "vm.console") {
		t.Errorf("%d permissions: %v", len(names), names)
	}
	account := c.get(permissionsPath + "?scope=account").want(200)
	for i, name := range account.list("data", "name") {
		if !strings.HasPrefix(name, "account.") || account.list("data", "scope")[i] != "account" {
			t.Errorf("%s is no account permission", name)
		}
	}
	if n := len(account.list("data", "name")); n != 21 {
		t.Errorf("%d account permissions, want 21", n)
	}
	account.expect("data.0.category", "account.projects")
	c.get(permissionsPath+"?scope=project").want(200).expect("data.5.name", "vm.view", "data.5.category", "vm")
	c.get(permissionsPath+"?limit=1").want(400, "limit: ")
	caller{backend: b}.get(permissionsPath).want(401)
}

// System account roles: Owner (all), Admin (15: all but the delete/remove/revoke ones and billing), Billing (the two
// billing ones), Member (`account.settings.view`, `account.members.view`, `account.projects.view`).
//
// System project roles: Project Admin (all), Operator (all but deletes and removals), Project Member (views plus
// `vm.power`), Viewer (views).
//
// Known names: `project.settings.view`, `project.members.{view,invite,manage,remove}`, and those of VMs and VPCs; the
// other scoped types follow the same pattern.
func TestSystemRolesAsShown(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.owner("")
	counts := map[string]int{
		"owner": 21, "admin": 15, "billing": 2, "member": 3,
		"project-admin": 32, "operator": 25, "project-member": 9, "viewer": 8,
	}
	list := c.get(rolesPath).want(200)
	for i, slug := range list.list("data", "slug") {
		item := list.at("data").([]any)[i].(map[string]any)
		if n := len(item["permissions"].([]any)); n != counts[slug] {
			t.Errorf("%s: %d permissions, want %d", slug, n, counts[slug])
		}
		if item["is_system"] != true || item["account_id"] != nil || item["created_at"] != nil {
			t.Errorf("%s is shown as no system role: %v", slug, item)
		}
	}
	for _, name := range []string{"volume.create", "snapshot.manage", "vm.backup", "ip.view", "security_group.manage"} {
		if !isPermission(name) {
			t.Errorf("no permission %s", name)
		}
	}
}
