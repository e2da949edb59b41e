package refbackend

import (
	"net/http"
	"testing"
	"time"
)

// clerk is a key that may do everything with people, keys and roles of the account, and nothing else.
func (b *backend) clerk() caller {
	b.t.Helper()
	return b.keyWith("account", "account.members.view", "account.members.invite", "account.members.manage", "account.roles.view",
		"account.roles.create", "account.roles.manage", "account.apikeys.view", "account.apikeys.create", "account.apikeys.manage",
		"account.projects.view")
}

// **Privileges** **decided**: nobody grants what they do not hold. A key cannot make, invite to, or assign a role with
// permissions beyond its own: 403 that names the permission.
func TestNobodyGrantsWhatTheyDoNotHoldInTheAccount(t *testing.T) {
	b := newBackend(t, quiet())
	owner, clerk := b.owner(""), b.clerk().in("")
	admin, small := b.systemRole("admin"), owner.makeRole("small", "account", "account.members.view")
	wide := owner.makeRole("wide", "account", "account.billing.view")
	_, key := owner.makeKey("ci")
	member := owner.post(membersPath, object{"email": "ada@example.com", "role_id": small}).want(201).str("data.id")
	for _, test := range []struct {
		method, path string
		body         object
		permission   string
	}{
		{"POST", apiKeysPath, object{"name": "x", "role_id": admin}, "account.projects.create"},
		{"POST", membersPath, object{"email": "x@example.com", "role_id": wide}, "account.billing.view"},
		{"POST", membersPath, object{"api_key_id": key, "role_id": wide}, "account.billing.view"},
		{"POST", invitationsPath, object{"email": "y@example.com", "role_id": wide}, "account.billing.view"},
		{"PATCH", membersPath + "/" + member, object{"role_id": wide}, "account.billing.view"},
		{"POST", rolesPath, object{"name": "x", "slug": "x", "scope": "account", "permissions": []string{"account.audit.view"}}, "account.audit.view"},
		{"POST", rolesPath, object{"name": "y", "slug": "y", "scope": "project", "permissions": []string{"vm.view"}}, "vm.view"},
		{"PATCH", rolesPath + "/" + small, object{"permissions": []string{"account.members.view", "account.audit.view"}}, "account.audit.view"},
	} {
		clerk.send(test.method, test.path, test.body).want(http.StatusForbidden, "missing permission "+test.permission, "do not hold")
		if a := owner.send(test.method, test.path, test.body); a.status >= 300 {
			t.Errorf("the Owner may not %s %s: %s", test.method, test.path, a.text)
		}
	}
	b.checkInvariants()
}

// What one holds, one can give; what a role has already is not granted by an update of it.
func TestGrantOfWhatOneHolds(t *testing.T) {
	b := newBackend(t, quiet())
	owner, clerk := b.owner(""), b.clerk().in("")
	small := owner.makeRole("small", "account", "account.members.view")
	mixed := owner.makeRole("mixed", "account", "account.members.view", "account.audit.view")
	clerk.makeKey("with a role", "role_id", small)
	clerk.makeKey("without")
	clerk.makeRole("made", "account", "account.roles.view")
	clerk.patch(rolesPath+"/"+mixed, object{"permissions": []string{"account.audit.view", "account.roles.view"}}).want(200)
	member := clerk.post(membersPath, object{"email": "ada@example.com", "role_id": small}).want(201).str("data.id")
	clerk.patch(membersPath+"/"+member, object{"role_id": b.systemRole("member")}).want(403, "account.settings.view")
	clerk.post(invitationsPath, object{"email": "bob@example.com", "role_id": small}).want(201)
}

// The same in a project: what counts is what the key holds there.
func TestNobodyGrantsWhatTheyDoNotHoldInAProject(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	host := b.keyWith("project", "project.members.view", "project.members.invite", "project.members.manage", "vm.view").in("")
	members := b.membersOf("production")
	viewer, small := b.systemRole("viewer"), owner.makeRole("small", "project", "vm.view")
	_, key := owner.makeKey("ci")
	host.post(members, object{"api_key_id": key, "role_id": viewer}).want(403, "missing permission project.settings.view in project "+b.project("production"))
	host.post(projectsPath+"/"+b.project("production")+"/invitations", object{"email": "x@example.com", "role_id": viewer}).want(403, "project.settings.view")
	member := host.post(members, object{"api_key_id": key, "role_id": small}).want(201).str("data.id")
	host.patch(members+"/"+member, object{"role_id": viewer}).want(403, "project.settings.view")
	host.post(projectsPath+"/"+b.project("production")+"/invitations", object{"email": "x@example.com", "role_id": small}).want(201)

	// A suspended member that held more does not get it back from somebody who holds less.
	owner.patch(members+"/"+member, object{"role_id": viewer}).want(200)
	host.patch(members+"/"+member, object{"status": "suspended"}).want(200)
	host.patch(members+"/"+member, object{"status": "active"}).want(403, "project.settings.view")
	owner.patch(members+"/"+member, object{"status": "active"}).want(200)
	// A Project Admin holds everything in the project.
	_, other := owner.makeKey("other")
	b.production().in("").post(members, object{"api_key_id": other, "role_id": b.systemRole("project-admin")}).want(201)
	b.checkInvariants()
}

// A role that somebody has is extended only by who holds the addition in each project where it is given.
func TestRoleIsExtendedByWhoHoldsItEverywhere(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	role := owner.makeRole("ops", "project", "vm.view")
	editor := b.keyWith("project", "vm.view", "vm.power").in("")
	editing, _ := b.state.keyWith(editor.key)
	editing.RoleID = owner.makeRole("editor", "account", "account.roles.manage")
	add := object{"permissions": []string{"vm.view", "vm.power"}}
	_, here := owner.makeKey("here")
	_, there := owner.makeKey("there")
	owner.grant("production", here, role)
	owner.grant("staging", there, role)
	editor.patch(rolesPath+"/"+role, add).want(403, "missing permission vm.power in project "+b.project("staging"))
	owner.delete(apiKeysPath+"/"+there, nil).want(200)
	editor.patch(rolesPath+"/"+role, object{"permissions": []string{"vm.delete"}}).want(403, "vm.delete")
	editor.patch(rolesPath+"/"+role, add).want(200)
}

// Nor can one regenerate a key that holds more, or make one work again.
func TestKeyThatHoldsMoreIsNotHandedOver(t *testing.T) {
	b := newBackend(t, quiet())
	owner, clerk := b.owner(""), b.clerk().in("")
	ownerKey, _ := b.state.keyWith(owner.key)
	clerk.post(apiKeysPath+"/"+ownerKey.ID+"/regenerate", nil).want(403, "missing permission account.projects.create")
	owner.get(projectsPath).want(200) // its secret still works

	_, bare := owner.makeKey("bare")
	clerk.post(apiKeysPath+"/"+bare+"/regenerate", nil).want(200)
	owner.grant("staging", bare, b.systemRole("viewer"))
	clerk.post(apiKeysPath+"/"+bare+"/regenerate", nil).want(403, "missing permission project.settings.view in project "+b.project("staging"))
	clerk.patch(apiKeysPath+"/"+bare, object{"is_active": false}).want(200)
	clerk.patch(apiKeysPath+"/"+bare, object{"name": "renamed"}).want(200)
	clerk.patch(apiKeysPath+"/"+bare, object{"is_active": true}).want(403, "project.settings.view")
	owner.patch(apiKeysPath+"/"+bare, object{"is_active": true, "expires_at": b.clock.Now().Add(time.Hour)}).want(200)
	b.clock.Advance(2 * time.Hour)
	clerk.patch(apiKeysPath+"/"+bare, object{"expires_at": b.clock.Now().Add(time.Hour)}).want(403, "project.settings.view")

	// Whoever has all permissions of the account is still not the Owner, who reaches the projects too.
	var all []string
	for _, p := range accountPermissions {
		all = append(all, p.name)
	}
	b.keyWith("account", all...).in("").post(apiKeysPath+"/"+ownerKey.ID+"/regenerate", nil).want(403, "project.settings.view in project")
	// One's own key holds no more than oneself.
	own, _ := b.state.keyWith(clerk.key)
	clerk.post(apiKeysPath+"/"+own.ID+"/regenerate", nil).want(200)
}

// The Owner role is never given through the API, by the Owner neither.
func TestOwnerIsNeverGiven(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	role := b.systemRole("owner")
	member := owner.post(membersPath, object{"email": "ada@example.com", "role_id": b.systemRole("member")}).want(201).str("data.id")
	owner.post(apiKeysPath, object{"name": "x", "role_id": role}).want(400, "role_id: the ownership")
	owner.post(membersPath, object{"email": "x@example.com", "role_id": role}).want(400, "role_id: the ownership")
	owner.post(invitationsPath, object{"email": "x@example.com", "role_id": role}).want(400, "role_id: the ownership")
	owner.patch(membersPath+"/"+member, object{"role_id": role}).want(400, "role_id: the ownership")
}
