package refbackend

import (
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	membersPath     = "/api/v1/members"
	invitationsPath = "/api/v1/invitations"
)

// invite adds a pending member and returns the ids of the member and of its invitation.
func (c caller) inviteMember(email, role string) (member, invitation string) {
	c.t.Helper()
	made := c.post(membersPath, object{"email": email, "role_id": c.systemRole(role)}).want(201)
	return made.str("data.id"), made.str("data.invitation_id")
}

// join adds an active member, who has accepted an invitation, and returns the ids of the member and the user.
func (c caller) join(email, role string) (member, user string) {
	c.t.Helper()
	member, invitation := c.inviteMember(email, role)
	if err := c.AcceptInvitation(invitation); err != nil {
		c.t.Fatal(err)
	}
	return member, c.get(membersPath + "/" + member).want(200).str("data.user_id")
}

func (b *backend) membersOf(project string) string {
	return projectsPath + "/" + b.project(project) + "/members"
}

// Exactly one of email, `target_user_id`, `api_key_id` when adding a member; email makes a pending member with
// `invitation_id`.
func TestMemberIsAddedByOneOfThree(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	role := b.systemRole("member")
	_, key := owner.makeKey("ci")
	_, user := owner.join("ann@example.com", "member")
	for _, body := range []object{
		{},
		{"email": "b@example.com", "api_key_id": key},
		{"email": "b@example.com", "target_user_id": user},
		{"target_user_id": user, "api_key_id": key},
	} {
		owner.post(membersPath, body.with("role_id", role)).want(400, "email: exactly one of email, target_user_id, api_key_id")
	}

	pending := owner.post(membersPath, object{"email": "Bob@example.com", "role_id": role}).want(201)
	pending.expect("data.status", "pending", "data.email", "Bob@example.com", "data.user_id", nil, "data.role", "member",
		"data.role_id", role, "data.role_name", "Member", "data.invitation_expires_at", "2026-03-09T12:00:00Z",
		"data.invited_by", first(&b.state.Users).ID, "data.accepted_at", nil)
	if !strings.Contains(pending.text, `"user_id":null`) {
		t.Error("user_id of a pending member is left out")
	}
	pending.str("data.invitation_id")

	added := owner.post(membersPath, object{"api_key_id": key, "role_id": role}).want(201)
	added.expect("data.status", "active", "data.user_id", nil, "data.email", "api-key-"+key+"@keys.invalid", "data.invitation_id", nil)
	owner.get(apiKeysPath+"/"+key).want(200).expect("data.role_slug", "member")

	// A user who is in a project only joins the account at once.
	guest := owner.post(projectsPath+"/"+b.project("staging")+"/invitations", object{"email": "guest@example.com", "role_id": b.systemRole("viewer")})
	if err := b.AcceptInvitation(guest.want(201).str("data.id")); err != nil {
		t.Fatal(err)
	}
	guestID := owner.get(b.membersOf("staging")).want(200).str("data.0.user_id")
	owner.post(membersPath, object{"target_user_id": guestID, "role_id": role}).want(201).
		expect("data.email", "guest@example.com", "data.user_id", guestID, "data.status", "active")
	b.checkInvariants()
}

func TestMemberForms(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	role := b.systemRole("member")
	_, withRole := owner.makeKey("with role", "role_id", role)
	_, user := owner.join("ann@example.com", "member")
	for name, test := range map[string]struct {
		body   object
		status int
		want   string
	}{
		"no role":         {object{"email": "b@example.com"}, 400, "role_id: required"},
		"project role":    {object{"email": "b@example.com", "role_id": b.systemRole("viewer")}, 400, "role_id: "},
		"ownership":       {object{"email": "b@example.com", "role_id": roleOwner}, 400, "role_id: the ownership"},
		"no address":      {object{"email": "b", "role_id": role}, 400, "email: must be"},
		"two addresses":   {object{"email": "b@example.com, c@example.com", "role_id": role}, 400, "email: must be"},
		"name":            {object{"email": "B <b@example.com>", "role_id": role}, 400, "email: must be"},
		"unknown user":    {object{"target_user_id": unknownUUID, "role_id": role}, 400, "target_user_id: no such user"},
		"unknown key":     {object{"api_key_id": unknownUUID, "role_id": role}, 400, "api_key_id: no such API key"},
		"member twice":    {object{"target_user_id": user, "role_id": role}, 409, "already"},
		"invited twice":   {object{"email": "ANN@example.com", "role_id": role}, 409, "already"},
		"key with a role": {object{"api_key_id": withRole, "role_id": role}, 409, "account role"},
	} {
		t.Run(name, func(t *testing.T) { owner.post(membersPath, test.body).want(test.status, test.want) })
	}
}

func TestMemberChanges(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	id, _ := owner.join("ann@example.com", "member")
	path := membersPath + "/" + id
	b.clock.Advance(time.Second)
	owner.patch(path, object{"role_id": b.systemRole("admin")}).want(200).expect("data.role", "admin", "data.status", "active",
		"data.updated_at", "2026-03-02T12:00:01Z")
	owner.patch(path, object{"status": "suspended"}).want(200).expect("data.role", "admin", "data.status", "suspended")
	owner.patch(path, object{"status": "pending"}).want(400, "status: must be one of")
	owner.patch(path, object{}).want(400, "at least one of")
	owner.patch(path, object{"role_id": b.systemRole("operator")}).want(400, "role_id: ")
	owner.patch(path, object{"email": "x@example.com"}).want(400, "email: unknown field")

	for status, want := range map[string]int{"active": 1, "suspended": 1, "pending": 0} {
		owner.get(membersPath+"?status="+status).want(200).expect("total", want)
	}
	owner.get(membersPath+"?status=gone").want(400, "status: ")
	owner.delete(path, nil).want(200)
	owner.get(path).want(404)

	pending, invitation := owner.inviteMember("bob@example.com", "member")
	owner.patch(membersPath+"/"+pending, object{"status": "active"}).want(409, "not accepted")
	owner.patch(membersPath+"/"+pending, object{"role_id": b.systemRole("billing")}).want(200).expect("data.role", "billing")
	if i, _ := b.state.Invitations.Get(invitation); i.RoleID != b.systemRole("billing") {
		t.Error("the invitation has kept the old role")
	}
	owner.delete(membersPath+"/"+pending, nil).want(200)
	if b.state.Invitations.Has(invitation) {
		t.Error("the invitation of a removed pending member is still there")
	}
	b.checkInvariants()
}

// A key that is a member of the account has the role's permissions while it is active.
func TestKeyMemberHoldsItsRole(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	secret, key := owner.makeKey("ci")
	c := caller{b, secret, ""}
	c.get(membersPath).want(403, "account.members.view")
	id := owner.post(membersPath, object{"api_key_id": key, "role_id": b.systemRole("member")}).want(201).str("data.id")
	c.get(membersPath).want(200)
	owner.patch(membersPath+"/"+id, object{"status": "suspended"}).want(200)
	c.get(membersPath).want(403)
}

// The Owner, the last holder of `account.members.manage`, and one's own role cannot be removed or changed.
func TestProtectedMembers(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	ownerMember := membersPath + "/" + owner.get(membersPath).want(200).str("data.0.id")
	t.Run("the Owner", func(t *testing.T) {
		owner.delete(ownerMember, nil).want(409, "Owner", "transfer")
		owner.patch(ownerMember, object{"status": "suspended"}).want(409, "Owner")
		owner.patch(ownerMember, object{"role_id": b.systemRole("admin")}).want(409, "Owner")
	})
	t.Run("one's own role", func(t *testing.T) {
		secret, key := owner.makeKey("ci")
		role := owner.makeRole("people", "account", "account.members.view", "account.members.manage", "account.members.remove")
		own := membersPath + "/" + owner.post(membersPath, object{"api_key_id": key, "role_id": role}).want(201).str("data.id")
		c := caller{b, secret, ""}
		c.delete(own, nil).want(409, "its own role")
		c.patch(own, object{"role_id": b.systemRole("admin")}).want(409, "its own role")
		grant := owner.grant("staging", key, b.systemRole("project-admin"))
		c.delete(grant, nil).want(409, "its own role")
		c.patch(grant, object{"status": "suspended"}).want(409, "its own role")
		owner.delete(grant, nil).want(200)
		owner.delete(own, nil).want(200)
	})
	t.Run("the last holder", func(t *testing.T) {
		// The Owner holds every permission, so that there is a last one only in an account whose Owner has left.
		role := owner.makeRole("managers", "account", "account.members.manage")
		a, _ := owner.join("a@example.com", "member")
		z, _ := owner.join("z@example.com", "member")
		owner.patch(membersPath+"/"+a, object{"role_id": role}).want(200)
		owner.patch(membersPath+"/"+z, object{"role_id": role}).want(200)
		b.state.Members.Remove(strings.TrimPrefix(ownerMember, membersPath+"/"))
		owner.patch(membersPath+"/"+z, object{"status": "suspended"}).want(200)
		owner.delete(membersPath+"/"+a, nil).want(409, "last member with account.members.manage")
		owner.patch(membersPath+"/"+a, object{"status": "suspended"}).want(409, "last member")
		owner.patch(membersPath+"/"+a, object{"role_id": b.systemRole("member")}).want(409, "last member")
		owner.patch(rolesPath+"/"+role, object{"permissions": []string{"account.members.view"}}).want(409, "last member")
		owner.patch(membersPath+"/"+a, object{"role_id": b.systemRole("admin")}).want(200)
		owner.delete(membersPath+"/"+z, nil).want(200)
	})
}

func TestProjectMembers(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	path := b.membersOf("staging")
	_, ann := owner.join("ann@example.com", "member")
	viewer := b.systemRole("viewer")
	added := owner.post(path, object{"target_user_id": ann, "role_id": viewer}).want(201)
	added.expect("data.project_id", b.project("staging"), "data.email", "ann@example.com", "data.user_id", ann, "data.role", "viewer",
		"data.status", "active")
	one := path + "/" + added.str("data.id")
	owner.get(one).want(200).expect("data.email", "ann@example.com")
	owner.get(b.membersOf("production")+"/"+added.str("data.id")).want(404, "project member not found")
	owner.patch(one, object{"role_id": b.systemRole("operator")}).want(200).expect("data.role", "operator")
	owner.patch(one, object{"status": "suspended"}).want(200).expect("data.status", "suspended")
	owner.get(path+"?status=suspended").want(200).expect("total", 1)
	owner.get(path+"?status=active").want(200).expect("total", 0)

	_, key := owner.makeKey("ci")
	for name, test := range map[string]struct {
		body   object
		status int
		want   string
	}{
		"nobody":       {object{"role_id": viewer}, 400, "exactly one of target_user_id, api_key_id"},
		"both":         {object{"role_id": viewer, "target_user_id": ann, "api_key_id": key}, 400, "exactly one of"},
		"email":        {object{"role_id": viewer, "email": "b@example.com", "api_key_id": key}, 400, "email: unknown field"},
		"no role":      {object{"api_key_id": key}, 400, "role_id: required"},
		"account role": {object{"api_key_id": key, "role_id": b.systemRole("member")}, 400, "role_id: "},
		"unknown key":  {object{"api_key_id": unknownUUID, "role_id": viewer}, 400, "api_key_id: "},
		"no member":    {object{"target_user_id": unknownUUID, "role_id": viewer}, 400, "target_user_id: no member"},
		"twice":        {object{"target_user_id": ann, "role_id": viewer}, 409, "already"},
	} {
		t.Run(name, func(t *testing.T) { owner.post(path, test.body).want(test.status, test.want) })
	}
	owner.delete(one, nil).want(200)
	owner.get(one).want(404)
	owner.get(membersPath+"?status=active").want(200).expect("total", 2)
	entry := b.Journal()[len(b.Journal())-3]
	if entry.Operation != "removeProjectMember" || entry.Object != added.str("data.id") || entry.ObjectProject != b.project("staging") {
		t.Errorf("the journal has %+v", entry)
	}
	b.checkInvariants()
}

// Missing permission: 403. In another project than the role's, and outside, the project does not exist for the key.
func TestProjectMemberPermissions(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	_, key := owner.makeKey("ci")
	grant := owner.grant("production", key, b.systemRole("viewer"))
	c := b.keyWith("project", "project.members.view")
	body := object{"role_id": b.systemRole("viewer"), "api_key_id": key}
	c.get(b.membersOf("production")).want(200)
	c.get(grant).want(200)
	c.post(b.membersOf("production"), body).want(403, "project.members.invite")
	c.patch(grant, object{"status": "suspended"}).want(403, "project.members.manage")
	c.delete(grant, nil).want(403, "project.members.remove")
	c.get(b.membersOf("staging")).want(404, "project not found")
	c.post(projectsPath+"/"+b.project("staging")+"/invitations", object{}).want(404)
	b.keyWith("account", "account.members.view", "account.projects.view").get(b.membersOf("staging")).want(403, "project.members.view")
}

func TestInvitations(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	body := object{"email": "ann@example.com", "role_id": b.systemRole("member")}
	made := owner.post(invitationsPath, body).want(201)
	made.expect("data.type", "account", "data.account_name", "Reference account", "data.project_id", nil, "data.email", "ann@example.com",
		"data.role_name", "Member", "data.invited_by_email", "owner@example.com", "data.expires_at", "2026-03-09T12:00:00Z")
	owner.get(membersPath+"?status=pending").want(200).expect("total", 1, "data.0.invitation_id", made.str("data.id"))
	owner.post(invitationsPath, body).want(409, "already")
	owner.post(invitationsPath, object{"email": "x", "role_id": b.systemRole("member")}).want(400, "email: ")
	owner.post(invitationsPath, object{"email": "x@example.com", "role_id": b.systemRole("viewer")}).want(400, "role_id: ")
	owner.delete(invitationsPath+"/"+made.str("data.id"), nil).want(200)
	owner.delete(invitationsPath+"/"+made.str("data.id"), nil).want(404)
	owner.get(membersPath+"?status=pending").want(200).expect("total", 0)
	b.checkInvariants()
}

func TestProjectInvitations(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	path := projectsPath + "/" + b.project("staging") + "/invitations"
	body := object{"email": "ann@example.com", "role_id": b.systemRole("viewer")}
	made := owner.post(path, body).want(201).expect("data.type", "project", "data.project_name", "staging", "data.project_id", b.project("staging"))
	owner.get(b.membersOf("staging")).want(200).expect("data.0.status", "pending", "data.0.invitation_id", made.str("data.id"))
	owner.post(path, body).want(409, "already")
	owner.post(path, body.with("role_id", b.systemRole("member"))).want(400, "role_id: ")

	// Who may invite to the project may cancel; others do not see it, or lack the permission.
	c := b.keyWith("project", "vm.view")
	c.delete(invitationsPath+"/"+made.str("data.id"), nil).want(404)
	account := b.keyWith("account", "account.members.invite", "account.projects.view")
	account.delete(invitationsPath+"/"+made.str("data.id"), nil).want(403, "project.members.invite", b.project("staging"))
	if err := b.AcceptInvitation(made.str("data.id")); err != nil {
		t.Fatal(err)
	}
	owner.get(b.membersOf("staging")).want(200).expect("data.0.status", "active", "data.0.invitation_id", nil, "data.0.accepted_at", "2026-03-02T12:00:00Z")
	owner.get(membersPath).want(200).expect("total", 1) // a guest of the project is no member of the account
	if err := b.AcceptInvitation(made.str("data.id")); err == nil {
		t.Error("accepted twice")
	}

	other := owner.post(path, body.with("email", "bob@example.com")).want(201)
	c.delete(invitationsPath+"/"+unknownUUID, nil).want(404)
	owner.delete(projectsPath+"/"+b.project("staging"), nil).want(200)
	if err := b.AcceptInvitation(other.str("data.id")); err == nil {
		t.Error("accepted into a project that is no more")
	}
	b.checkInvariants()
}

// Past its time an invitation and its pending member are cleaned up.
func TestInvitationsExpire(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	owner.inviteMember("ann@example.com", "member")
	b.clock.Advance(7*24*time.Hour - time.Second)
	owner.get(membersPath+"?status=pending").want(200).expect("total", 1)
	b.clock.Advance(time.Second)
	owner.get(membersPath+"?status=pending").want(200).expect("total", 0)
	b.checkInvariants()
}

// Default 50: volumes, snapshots, backups, schedules, members, roles, API keys.
func TestMemberPages(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	for range 60 {
		_, key := owner.makeKey("k")
		owner.post(membersPath, object{"api_key_id": key, "role_id": b.systemRole("member")}).want(201)
		owner.grant("staging", key, b.systemRole("viewer"))
	}
	for path, total := range map[string]int{membersPath: 61, b.membersOf("staging"): 60} {
		if n := len(owner.get(path).want(200).expect("total", total).list("data", "id")); n != 50 {
			t.Errorf("%s: %d on a page, want 50", path, n)
		}
		rest := owner.get(path+"?limit=100&offset=55").want(200).list("data", "id")
		if len(rest) != total-55 || slices.Contains(rest, "") {
			t.Errorf("%s: %d after the first 55", path, len(rest))
		}
	}
}

// A new project member can be missing from reads for a while.
func TestHiddenProjectMember(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	b.AddFault(Fault{Operation: "addProjectMember", HideNew: 2})
	_, key := owner.makeKey("ci")
	grant := owner.grant("staging", key, b.systemRole("viewer"))
	owner.get(grant).want(404)
	owner.get(b.membersOf("staging")).want(200).expect("total", 0)
	owner.get(grant).want(200)
}
