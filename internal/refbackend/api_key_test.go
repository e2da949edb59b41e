package refbackend

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

const apiKeysPath = "/api/v1/api-keys"

// makeKey creates a key and returns its secret and its id.
func (c caller) makeKey(name string, settings ...any) (secret, id string) {
	c.t.Helper()
	made := c.post(apiKeysPath, object{"name": name}.with(settings...)).want(201)
	return made.str("data.secret"), made.str("data.id")
}

// grant adds a key to a seeded project and returns the path of the membership.
func (c caller) grant(project, key, role string) string {
	c.t.Helper()
	path := projectsPath + "/" + c.project(project) + "/members"
	return path + "/" + c.post(path, object{"api_key_id": key, "role_id": role}).want(201).str("data.id")
}

// API key: `raff_` + 64 hex characters; `key_prefix` is the first 13 characters.
func TestAPIKeyForm(t *testing.T) {
	b := newBackend(t, quiet())
	made := b.owner("").post(apiKeysPath, object{"name": "ci"}).want(201)
	secret := made.str("data.secret")
	if !regexp.MustCompile(`^raff_[0-9a-f]{64}$`).MatchString(secret) {
		t.Errorf("secret %q", secret)
	}
	made.expect("data.key_prefix", secret[:13], "data.scope", "public", "data.rate_limit_tier", "standard",
		"data.is_active", true, "data.expires_at", nil, "data.role_id", nil, "data.last_used_at", nil,
		"data.project_accesses", "[]", "data.account_id", b.state.AccountID)
}

// The secret is shown once, at create or regenerate; regenerate kills the old value at once.
func TestAPIKeySecretIsShownOnce(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	secret, id := owner.makeKey("ci", "rate_limit_tier", "high", "expires_at", "2026-03-03T00:00:00+01:00",
		"role_id", b.systemRole("member"))
	path := apiKeysPath + "/" + id
	for _, a := range []answer{
		owner.get(path).want(200), owner.get(apiKeysPath).want(200), owner.patch(path, object{"name": "build"}).want(200),
	} {
		if strings.Contains(a.text, secret) || strings.Contains(a.text, `"secret"`) {
			t.Errorf("%s shows the secret", a.what)
		}
	}
	caller{b, secret, ""}.get(projectsPath).want(200)

	again := owner.post(path+"/regenerate", nil).want(200)
	renewed := again.str("data.secret")
	again.expect("data.id", id, "data.name", "build", "data.key_prefix", renewed[:13], "data.rate_limit_tier", "high",
		"data.expires_at", "2026-03-02T23:00:00Z", "data.role_slug", "member")
	caller{b, secret, ""}.get(projectsPath).want(401, "invalid API key")
	caller{b, renewed, ""}.get(projectsPath).want(200)
	for _, e := range b.Journal() {
		if line := strings.Join([]string{e.Path, e.Query, e.KeyPrefix, e.Object}, " "); strings.Contains(line, secret) || strings.Contains(line, renewed) {
			t.Errorf("the journal holds a secret: %+v", e)
		}
	}
}

// `role_id` (account role) only at create.
func TestAPIKeyRole(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	secret, id := owner.makeKey("ci", "role_id", b.systemRole("billing"))
	owner.get(apiKeysPath+"/"+id).want(200).expect("data.role_name", "Billing", "data.role_id", b.systemRole("billing"))
	owner.patch(apiKeysPath+"/"+id, object{"role_id": b.systemRole("admin")}).want(400, "role_id: unknown field")
	owner.post(apiKeysPath, object{"name": "x", "role_id": b.systemRole("viewer")}).want(400, "role_id: ", "scope project")
	owner.post(apiKeysPath, object{"name": "x", "role_id": unknownUUID}).want(400, "role_id: no such role")
	caller{b, secret, ""}.get(rolesPath).want(403, "missing permission account.roles.view", `account role \"Billing\"`)
	bare, _ := owner.makeKey("bare")
	caller{b, bare, ""}.get(rolesPath).want(403, "no role in the account")
}

// Project access comes from adding the key as project member (`api_key_id`).
func TestAPIKeyProjectAccess(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	secret, id := owner.makeKey("ci")
	c := caller{b, secret, b.project("staging")}
	c.get("/api/v1/vms").want(403, "no access to project")
	grant := owner.grant("staging", id, b.systemRole("viewer"))
	owner.get(apiKeysPath+"/"+id).want(200).expect("data.project_accesses.0.project_name", "staging",
		"data.project_accesses.0.project_id", b.project("staging"), "data.project_accesses.0.role_slug", "viewer")
	c.get("/api/v1/vms").want(200)
	c.in(b.project("production")).get("/api/v1/vms").want(403)
	owner.patch(grant, object{"status": "suspended"}).want(200)
	c.get("/api/v1/vms").want(403)
	owner.get(apiKeysPath+"/"+id).want(200).expect("data.project_accesses", "[]")
	owner.patch(grant, object{"status": "active"}).want(200)
	c.get("/api/v1/vms").want(200)
	owner.delete(grant, nil).want(200)
	c.get("/api/v1/vms").want(403)
}

// Two domains. Account permissions `account.*`; project permissions hold only in the projects where they were granted.
func TestTwoDomainsOfPermissions(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	secret, id := owner.makeKey("ci", "role_id", b.systemRole("admin"))
	owner.grant("staging", id, b.systemRole("project-admin"))
	c := caller{b, secret, ""}
	c.get(rolesPath).want(200)
	c.delete(apiKeysPath+"/"+id, nil).want(403, "account.apikeys.revoke")
	c.get(projectsPath+"/"+b.project("staging")+"/members").want(200).expect("total", 1)
	c.get(projectsPath+"/"+b.project("production")+"/members").want(403, "project.members.view", b.project("production"))
}

func TestAPIKeyLifecycle(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	secret, id := owner.makeKey("ci")
	path := apiKeysPath + "/" + id
	c := caller{b, secret, ""}
	owner.patch(path, object{}).want(400, "at least one of")
	owner.patch(path, object{"is_active": false}).want(200).expect("data.is_active", false)
	c.get(projectsPath).want(401)
	owner.patch(path, object{"is_active": true, "rate_limit_tier": "high"}).want(200).expect("data.rate_limit_tier", "high")
	c.get(projectsPath).want(200)
	owner.get(path).want(200).expect("data.last_used_at", "2026-03-02T12:00:00Z")
	owner.patch(path, object{"expires_at": "2026-03-02T12:01:00Z"}).want(200).expect("data.expires_at", "2026-03-02T12:01:00Z")
	c.get(projectsPath).want(200)
	b.clock.Advance(time.Minute)
	c.get(projectsPath).want(401, "expired")

	grant := owner.grant("staging", id, b.systemRole("viewer"))
	owner.post(membersPath, object{"api_key_id": id, "role_id": b.systemRole("member")}).want(201)
	owner.delete(path, nil).want(200)
	owner.get(path).want(404)
	owner.get(grant).want(404)
	owner.get(membersPath).want(200).expect("total", 1)
	c.get(projectsPath).want(401)
	b.checkInvariants()
}

func TestAPIKeyForms(t *testing.T) {
	b := newBackend(t, quiet())
	owner := b.owner("")
	for name, test := range map[string]struct {
		body object
		want string
	}{
		"no name":      {object{}, "name: required"},
		"empty name":   {object{"name": ""}, "name: must be"},
		"long name":    {object{"name": strings.Repeat("n", 129)}, "name: must be"},
		"unknown tier": {object{"name": "x", "rate_limit_tier": "ludicrous"}, "rate_limit_tier: must be one of"},
		"odd expiry":   {object{"name": "x", "expires_at": "tomorrow"}, "expires_at: must be"},
		"odd role":     {object{"name": "x", "role_id": "admin"}, "role_id: must be a UUID"},
		"is_active":    {object{"name": "x", "is_active": false}, "is_active: unknown field"},
	} {
		t.Run(name, func(t *testing.T) { owner.post(apiKeysPath, test.body).want(400, test.want) })
	}
	for range 60 {
		owner.makeKey("k")
	}
	list := owner.get(apiKeysPath+"?scope=public").want(200).expect("total", 62)
	if n := len(list.list("data", "id")); n != 50 {
		t.Errorf("%d keys on a page, want 50", n)
	}
	owner.get(apiKeysPath+"?scope=private").want(400, "scope: ")
}
