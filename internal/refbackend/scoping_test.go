package refbackend

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// sample is an object of each type in production, as the walk over all operations needs it.
func (c caller) sample(n *noun) string {
	c.t.Helper()
	switch n {
	case &vmNoun:
		return c.makeVM("sample")
	case &vpcNoun:
		return c.makeVPC("sample", "10.99.0.0/24")
	case &projectNoun:
		return c.header
	case &volumeNoun:
		c.makeVM("with-volume", "extra_storage", 10)
		return fmt.Sprint(first(&c.state.Volumes).ID)
	case &scheduleNoun:
		c.makeVM("with-schedule", "backup_type", "daily")
		return fmt.Sprint(first(&c.state.Schedules).ID)
	case &snapshotNoun:
		return c.makeSnapshot(c.makeVM("with-snapshot"))
	case &backupNoun:
		return c.makeBackup(c.makeVM("with-backup"))
	case &ipNoun:
		c.makeVM("with-address")
		return first(&c.state.IPs).ID
	case &securityGroupNoun:
		return c.makeGroup("sample")
	case &sshKeyNoun:
		return c.makeSSHKey("sample")
	case &memberNoun:
		return first(&c.state.Members).ID
	case &roleNoun:
		return roleProjectAdmin
	case &apiKeyNoun:
		return first(&c.state.APIKeys).ID
	}
	c.t.Fatalf("no sample of %s", n.plural)
	return ""
}

// path fills the pattern of an operation with an id and well-formed values for everything else.
func (op *operation) at(id string) string {
	path := op.path
	for _, name := range pathNames(op.path) {
		value := unknownUUID
		switch {
		case name == "id" && id != "":
			value = id
		case name == "id" && op.on.integer:
			value = "2147483647"
		case name == "nic_id":
			value = "0"
		case name == "type":
			value = "account"
		}
		path = strings.Replace(path, "{"+name+"}", value, 1)
	}
	return path
}

const unknownUUID = "00000000-0000-4000-8000-000000000000"

// forEachOperation runs a test per operation of some kinds, each with a backend of its own.
func forEachOperation(t *testing.T, kinds []kind, test func(t *testing.T, b *backend, op *operation)) {
	t.Helper()
	for _, op := range operations() {
		if !slices.Contains(kinds, op.kind) {
			continue
		}
		t.Run(op.id, func(t *testing.T) { test(t, newBackend(t, quiet()), op) })
	}
}

// Missing, unknown, revoked or expired key: 401. Catalogue paths need no key.
func TestScopingKeyIsNeeded(t *testing.T) {
	all := []kind{public, account, list, get, mutation}
	forEachOperation(t, all, func(t *testing.T, b *backend, op *operation) {
		anonymous := caller{backend: b}
		unknown := caller{backend: b, key: "raff_" + strings.Repeat("0", 64)}
		if op.kind == public {
			anonymous.send(op.method, op.at(""), nil).want(200)
			unknown.send(op.method, op.at(""), nil).want(200)
			return
		}
		anonymous.send(op.method, op.at(""), nil).want(401, "X-API-Key required").expect("error", "Unauthorized")
		unknown.send(op.method, op.at(""), nil).want(401, "invalid API key")
	})
}

// | create, delete, update, power, resize, attach, detach, restore, rename | required |: without it a 400 in the service's
// own words.
func TestScopingMutationsRequireTheHeader(t *testing.T) {
	forEachOperation(t, []kind{mutation}, func(t *testing.T, b *backend, op *operation) {
		id := ""
		if op.on != nil {
			id = b.production().sample(op.on)
		}
		answer := b.owner("").send(op.method, op.at(id), nil).want(400)
		if want := `{"error":"Bad Request","message":"X-Project-ID required"}`; strings.TrimSpace(answer.text) != want {
			t.Errorf("got %s, want %s", answer.text, want)
		}
	})
}

// Header names a project that does not exist or that the key cannot reach: 403 on lists and mutations.
// The vendor's prose also shows `prj_…` identifiers: they are as good as any other that does not exist.
func TestScopingHeaderOutOfReach(t *testing.T) {
	forEachOperation(t, []kind{list, mutation}, func(t *testing.T, b *backend, op *operation) {
		c := b.production()
		id := ""
		if op.on != nil {
			id = c.sample(op.on)
		}
		for _, header := range []string{b.project("staging"), unknownUUID, "prj_unknown"} {
			c.in(header).send(op.method, op.at(id), nil).want(403, header)
		}
	})
}

// A mutation whose header names another reachable project than the object's: 404.
func TestScopingMutationInAnotherProject(t *testing.T) {
	forEachOperation(t, []kind{mutation}, func(t *testing.T, b *backend, op *operation) {
		if op.on == nil {
			t.Skip("names no object in the path")
		}
		id := b.owner("production").sample(op.on)
		b.owner("staging").send(op.method, op.at(id), nil).want(404, op.on.name+" not found")
		b.owner("staging").send(op.method, op.at(""), nil).want(404)
	})
}

// | get by id | not taken: the object is found by its id alone | a header that is sent anyway is ignored |.
// Get by id of an object in a project that the key cannot reach: 404. **decided** (the vendor: unreachable ids answer 404)
// The service's own description marks the header as required on several GETs. **decided**: never required on a GET.
func TestScopingGetIgnoresTheHeader(t *testing.T) {
	forEachOperation(t, []kind{get}, func(t *testing.T, b *backend, op *operation) {
		id := b.owner("production").sample(op.on)
		for _, header := range []string{"", b.project("production"), b.project("staging"), unknownUUID, "nonsense"} {
			b.production().in(header).send(op.method, op.at(id), nil).want(200)
			b.owner("").in(header).send(op.method, op.at(id), nil).want(200)
		}
		b.owner("").send(op.method, op.at(""), nil).want(404)
	})
	forEachOperation(t, []kind{get}, func(t *testing.T, b *backend, op *operation) {
		id := b.owner("staging").sample(op.on)
		for _, header := range []string{"", b.project("production"), b.project("staging")} {
			b.production().in(header).send(op.method, op.at(id), nil).want(404)
		}
	})
}

// | list of a project-scoped type | optional: scopes the list |: without it everything in every project that the key can
// reach.
func TestScopingLists(t *testing.T) {
	b := newBackend(t, quiet())
	for i, name := range []string{"default", "production", "staging"} {
		c := b.owner(name)
		c.makeVM("vm-" + name)
		c.makeVPC("vpc-"+name, fmt.Sprintf("10.%d.0.0/24", i))
	}
	all := []string{"default", "production", "staging"}
	for _, test := range []struct {
		name string
		c    caller
		want []string
	}{
		{"owner, no header", b.owner(""), all},
		{"owner, staging", b.owner("staging"), []string{"staging"}},
		{"production key, no header", b.production().in(""), []string{"production"}},
		{"production key, production", b.production(), []string{"production"}},
	} {
		for _, noun := range []string{"vm", "vpc"} {
			t.Run(test.name+", "+noun, func(t *testing.T) {
				var want []string
				for _, project := range test.want {
					want = append(want, noun+"-"+project)
				}
				if got := test.c.get("/api/v1/"+noun+"s").want(200).list("data", "name"); !slices.Equal(got, want) {
					t.Errorf("got %v, want %v", got, want)
				}
			})
		}
	}
	b.checkInvariants()
}

// | projects, SSH keys, members, roles, permissions, API keys, invitations | not taken |: whatever it names, the answer is
// the same.
func TestScopingAccountLevelIgnoresTheHeader(t *testing.T) {
	forEachOperation(t, []kind{account}, func(t *testing.T, b *backend, op *operation) {
		if op.method != http.MethodGet {
			t.Skip("only reads can be repeated")
		}
		id := ""
		if op.on != nil {
			id = b.owner("production").sample(op.on)
		}
		path := op.at(id)
		if strings.Contains(op.path, "{member_id}") {
			members := b.owner("").get("/api/v1/projects/"+id+"/members").list("data", "id")
			path = strings.Replace(path, unknownUUID, members[0], 1)
		}
		plain := b.owner("").get(path).want(200)
		for _, header := range []string{b.project("staging"), unknownUUID, "nonsense"} {
			if with := b.owner("").in(header).get(path); with.status != plain.status || with.text != plain.text {
				t.Errorf("header %s: %d %s, without: %d %s", header, with.status, with.text, plain.status, plain.text)
			}
		}
	})
}

// A permission missing on an object in a reachable project is a 403 that names it.
func TestPermissionsAreNamed(t *testing.T) {
	forEachOperation(t, []kind{get, list, mutation}, func(t *testing.T, b *backend, op *operation) {
		id := ""
		if op.on != nil {
			id = b.owner("production").sample(op.on)
		}
		c := b.keyWith("project", projectPermissionsBut(op.permission)...)
		c.send(op.method, op.at(id), nil).want(403, "missing permission "+op.permission, b.project("production"))
	})
	forEachOperation(t, []kind{account}, func(t *testing.T, b *backend, op *operation) {
		if op.permission == "" || op.on != nil && op.on != &projectNoun {
			t.Skip("needs no permission, or an object")
		}
		c := b.keyWith("project", "vm.view")
		c.send(op.method, op.at(b.project("production")), nil).want(403, "missing permission "+op.permission)
	})
}

func projectPermissionsBut(missing string) []string {
	var names []string
	for _, p := range projectPermissions {
		if p.name != missing {
			names = append(names, p.name)
		}
	}
	return names
}

// keyWith makes a key with a custom role in production, or in the account.
func (b *backend) keyWith(scope string, permissions ...string) caller {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	custom := &role{ID: b.state.IDs.uuid(), Name: "custom", Slug: "custom", Scope: scope, Permissions: permissions}
	b.state.Roles.Put(custom.ID, custom)
	k := apiKey{Name: "custom", CreatedBy: first(&b.state.Users).ID}
	if scope == scopeAccount {
		k.RoleID = custom.ID
	}
	secret, created := b.addKey(k)
	if scope == scopeProject {
		b.addProjectMember(&projectMember{Project: b.project("production"), APIKeyID: created.ID, RoleID: custom.ID})
	}
	return caller{b, secret, b.project("production")}
}

// A list without X-Project-ID leaves out the projects where the permission is missing.
func TestFleetListNeedsThePermissionInEachProject(t *testing.T) {
	b := newBackend(t, quiet())
	b.owner("production").makeVM("web")
	b.keyWith("project", "vm.view").in("").get("/api/v1/vms").want(200).expect("total", 1)
	b.keyWith("project", "vpc.view").in("").get("/api/v1/vms").want(200).expect("total", 0)
}

// An account role gives no access to any project's contents; only the Owner spans both.
func TestAccountRoleReachesNoProject(t *testing.T) {
	b := newBackend(t, quiet())
	id := b.owner("production").makeVM("web")
	var names []string
	for _, p := range accountPermissions {
		names = append(names, p.name)
	}
	c := b.keyWith("account", names...)
	c.get("/api/v1/vms/" + id).want(404)
	c.get("/api/v1/vms").want(403)
	c.in("").get("/api/v1/vms").want(200).expect("total", 0)
	c.get("/api/v1/projects").want(200).expect("total", 3)
}

// Editing a role changes every holder at its next request; a deleted role leaves its holders without rights.
func TestRolesHoldAtOnce(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.keyWith("project", "vm.view")
	c.get("/api/v1/vms").want(200)
	custom, _ := b.state.Roles.First(func(r *role) bool { return !r.System })
	custom.Permissions = []string{"vpc.view"}
	c.get("/api/v1/vms").want(403)
	c.get("/api/v1/vpcs").want(200)
	b.state.Roles.Remove(custom.ID)
	c.get("/api/v1/vpcs").want(403)
}

// A key that expired, or was switched off, is as good as none; its prefix is 13 characters of 69.
func TestKeyExpiry(t *testing.T) {
	b := newBackend(t, quiet())
	if key := b.account.OwnerKey; len(key) != 69 || !strings.HasPrefix(key, "raff_") {
		t.Errorf("key %q is not raff_ and 64 hex characters", key)
	}
	c := b.production()
	key, _ := b.state.keyWith(c.key)
	if len(key.Prefix) != 13 || !strings.HasPrefix(c.key, key.Prefix) {
		t.Errorf("prefix %q of %q", key.Prefix, c.key)
	}
	expiry := epoch.Add(60e9)
	key.ExpiresAt = &expiry
	c.get("/api/v1/vms").want(200)
	b.clock.Advance(60e9)
	c.get("/api/v1/vms").want(401, "expired")
	key.ExpiresAt, key.Active = nil, false
	c.get("/api/v1/vms").want(401, "invalid")
}

// The order of the checks is part of the contract.
func TestOrderOfChecks(t *testing.T) {
	b := newBackend(t, Options{Seed: 1})
	id := b.owner("production").makeVM("web")
	path := "/api/v1/vms/" + id + "/rename"
	viewer := b.keyWith("project", "vm.view")
	anonymous := caller{backend: b}

	anonymous.patch("/api/v1/vms/nonsense/rename", "{").want(401)                      // key before route
	viewer.in("").patch("/api/v1/vms/nonsense/rename", "{").want(400, "id: must be")   // path before project
	viewer.in("").patch(path, "{").want(400, "X-Project-ID required")                  // project first
	viewer.in(unknownUUID).patch(path, "{").want(403, "no access")                     // then its reach
	viewer.patch("/api/v1/vms/"+unknownUUID+"/rename", "{").want(404)                  // object before permission
	viewer.patch(path, "{").want(403, "vm.manage")                                     // permission before body
	b.owner("production").patch(path, "{").want(400, "body: not valid JSON")           // body
	b.owner("production").post("/api/v1/vms/"+id+"/resize", object{}).want(400)        // body before state
	b.owner("production").post("/api/v1/vms/"+id+"/start", nil).want(409, "must be")   // state
	b.owner("production").post("/api/v1/vms/"+id+"/start", `{"x":1}`).want(400, "x: ") // also for an empty body
}

// The system roles hold what the service says they hold.
func TestSystemRoles(t *testing.T) {
	b := newBackend(t, quiet())
	want := map[string]int{
		"owner": 21, "admin": 15, "billing": 2, "member": 3,
		"project-admin": len(projectPermissions), "viewer": 8, "project-member": 9,
	}
	for r := range b.state.Roles.All() {
		if n, ok := want[r.Slug]; ok && len(r.Permissions) != n {
			t.Errorf("%s has %d permissions, want %d: %v", r.Slug, len(r.Permissions), n, r.Permissions)
		}
		if r.Slug == "operator" {
			for _, p := range r.Permissions {
				if strings.HasSuffix(p, ".delete") || strings.HasSuffix(p, ".remove") {
					t.Errorf("operator holds %s", p)
				}
			}
		}
	}
	if len(accountPermissions) != 21 {
		t.Errorf("%d account permissions, want 21", len(accountPermissions))
	}
}
