package refbackend

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// permissionOf is the permission that each operation needs, as the API has it: the backend's own table is held against
// this one. TestEveryOperationNeedsItsPermission fails for an operation that is not in it.
var permissionOf = map[string]string{
	"healthCheck":         anybody,
	"listRegions":         anybody,
	"listTemplates":       anybody,
	"listVMPricing":       anybody,
	"listVolumePricing":   anybody,
	"listSnapshotPricing": anybody,
	"listBackupPricing":   anybody,
	"listIPPricing":       anybody,

	"listProjects":  anyKey, // shows those that the key sees
	"createProject": "account.projects.create",
	"getProject":    anyKey, // 404 for one that the key does not see
	"updateProject": "account.projects.manage",
	"deleteProject": "account.projects.delete",

	"listProjectMembers":      "project.members.view",
	"getProjectMember":        "project.members.view",
	"addProjectMember":        "project.members.invite",
	"createProjectInvitation": "project.members.invite",
	"updateProjectMember":     "project.members.manage",
	"removeProjectMember":     "project.members.remove",

	"listMembers":             "account.members.view",
	"getMember":               "account.members.view",
	"addMember":               "account.members.invite",
	"createAccountInvitation": "account.members.invite",
	"cancelInvitation":        byInvitation,
	"updateMember":            "account.members.manage",
	"removeMember":            "account.members.remove",

	"listRoles":       "account.roles.view",
	"getRole":         "account.roles.view",
	"createRole":      "account.roles.create",
	"updateRole":      "account.roles.manage",
	"deleteRole":      "account.roles.delete",
	"listPermissions": anyKey,

	"listApiKeys":      "account.apikeys.view",
	"getApiKey":        "account.apikeys.view",
	"createApiKey":     "account.apikeys.create",
	"updateApiKey":     "account.apikeys.manage",
	"regenerateApiKey": "account.apikeys.manage",
	"revokeApiKey":     "account.apikeys.revoke",

	"listSSHKeys":  anyKey, // no permission of the account is about SSH keys
	"getSSHKey":    anyKey,
	"createSSHKey": anyKey,
	"updateSSHKey": anyKey,
	"deleteSSHKey": anyKey,

	"listVMs":            "vm.view",
	"getVM":              "vm.view",
	"listVMNetworks":     "vm.view",
	"getVMNotes":         "vm.view",
	"createVM":           "vm.create",
	"deleteVM":           "vm.delete",
	"deleteVMsBulk":      "vm.delete",
	"startVM":            "vm.power",
	"stopVM":             "vm.power",
	"rebootVM":           "vm.power",
	"hardRebootVM":       "vm.power",
	"renameVM":           "vm.manage",
	"resizeVM":           "vm.manage",
	"resizeVMDisk":       "vm.manage",
	"reinstallVM":        "vm.manage",
	"factoryResetVM":     "vm.manage",
	"resetVMPassword":    "vm.manage",
	"saveVMDiskAsImage":  "vm.manage",
	"addVMTag":           "vm.manage",
	"updateVMTag":        "vm.manage",
	"removeVMTag":        "vm.manage",
	"upsertVMNote":       "vm.manage",
	"updateVMNote":       "vm.manage",
	"appendVMNote":       "vm.manage",
	"setVMConsolePolicy": "vm.manage",
	"attachVMToVPC":      "vm.manage",
	"detachVMFromVPC":    "vm.manage",

	"attachVMIP":            "ip.manage",
	"detachVMIP":            "ip.manage",
	"attachVMSecurityGroup": "security_group.manage",
	"detachVMSecurityGroup": "security_group.manage",

	"listVPCs":               "vpc.view",
	"getVPC":                 "vpc.view",
	"listVPCCIDRSuggestions": "vpc.view",
	"createVPC":              "vpc.create",
	"updateVPC":              "vpc.manage",
	"deleteVPC":              "vpc.delete",

	"listIPs":   "ip.view",
	"getIP":     "ip.view",
	"reserveIP": "ip.create",
	"changeIP":  "ip.manage",
	"releaseIP": "ip.delete",

	"listSecurityGroups":         "security_group.view",
	"getSecurityGroup":           "security_group.view",
	"listSecurityGroupTemplates": anyKey,
	"createSecurityGroup":        "security_group.create",
	"updateSecurityGroup":        "security_group.manage",
	"deleteSecurityGroup":        "security_group.delete",

	"listVolumes":  "volume.view",
	"getVolume":    "volume.view",
	"createVolume": "volume.create",
	"resizeVolume": "volume.manage",
	"attachVolume": "volume.manage",
	"detachVolume": "volume.manage",
	"deleteVolume": "volume.delete",

	"listSnapshots":   "snapshot.view",
	"getSnapshot":     "snapshot.view",
	"createSnapshot":  "snapshot.create",
	"renameSnapshot":  "snapshot.manage",
	"restoreSnapshot": "snapshot.manage",
	"deleteSnapshot":  "snapshot.delete",

	"listBackups":       "vm.view",
	"getBackup":         "vm.view",
	"createBackup":      "vm.backup",
	"restoreBackup":     "vm.backup",
	"resetBackupChain":  "vm.backup",
	"deleteBackup":      "vm.backup",
	"deleteBackupChain": "vm.backup",

	"listBackupSchedules":  "vm.view",
	"getBackupSchedule":    "vm.view",
	"createBackupSchedule": "vm.backup",
	"updateBackupSchedule": "vm.backup",
	"deleteBackupSchedule": "vm.backup",
}

// What operations need that are not about one permission.
const (
	anybody      = "anybody"       // not even a key
	anyKey       = "any key"       // a valid one
	byInvitation = "by invitation" // TestInvitationIsCancelledByWhoMayInvite
)

// systemPermissions are the permissions of each system role, as the API has them.
var systemPermissions = map[string]string{
	"owner": `account.projects.view account.projects.create account.projects.manage account.projects.delete
		account.members.view account.members.invite account.members.manage account.members.remove
		account.roles.view account.roles.create account.roles.manage account.roles.delete
		account.apikeys.view account.apikeys.create account.apikeys.manage account.apikeys.revoke
		account.billing.view account.billing.manage account.settings.view account.settings.manage account.audit.view`,
	"admin": `account.projects.view account.projects.create account.projects.manage
		account.members.view account.members.invite account.members.manage
		account.roles.view account.roles.create account.roles.manage
		account.apikeys.view account.apikeys.create account.apikeys.manage
		account.settings.view account.settings.manage account.audit.view`,
	"billing": `account.billing.view account.billing.manage`,
	"member":  `account.projects.view account.members.view account.settings.view`,
	"project-admin": `project.settings.view project.members.view project.members.invite project.members.manage project.members.remove
		vm.view vm.create vm.delete vm.power vm.manage vm.console vm.backup vpc.view vpc.create vpc.delete vpc.manage
		volume.view volume.create volume.manage volume.delete snapshot.view snapshot.create snapshot.manage snapshot.delete
		ip.view ip.create ip.manage ip.delete
		security_group.view security_group.create security_group.manage security_group.delete`,
	"operator": `project.settings.view project.members.view project.members.invite project.members.manage
		vm.view vm.create vm.power vm.manage vm.console vm.backup vpc.view vpc.create vpc.manage
		volume.view volume.create volume.manage snapshot.view snapshot.create snapshot.manage
		ip.view ip.create ip.manage
		security_group.view security_group.create security_group.manage`,
	"project-member": `project.settings.view project.members.view vm.view vm.power vpc.view volume.view snapshot.view
		ip.view security_group.view`,
	"viewer": `project.settings.view project.members.view vm.view vpc.view volume.view snapshot.view ip.view
		security_group.view`,
}

// asker is a key with one role: of the account, or in the project production.
type asker struct {
	name  string
	scope string
	holds []string
	caller
}

func (a asker) isOwner() bool { return a.name == "owner" }

// may tells by the tables above whether the key may carry an operation out on what is in production.
func (a asker) may(op *operation) bool {
	if op.on == &projectNoun && !a.seesProduction() {
		return false
	}
	needs := permissionOf[op.id]
	return needs == anybody || needs == anyKey || a.isOwner() || slices.Contains(a.holds, needs)
}

func (a asker) seesProduction() bool {
	return a.scope == scopeProject || a.isOwner() || slices.Contains(a.holds, "account.projects.view")
}

// refusal is the status with which an operation is refused: what the key cannot see is not there.
func (a asker) refusal(op *operation) int {
	invisible := op.kind == get && a.scope == scopeAccount || op.on == &projectNoun && !a.seesProduction()
	if invisible {
		return http.StatusNotFound
	}
	return http.StatusForbidden
}

// askers are keys with each of the system roles, and for each permission one that has nothing else and one that has
// everything else.
func (b *backend) askers() []asker {
	b.t.Helper()
	var all []asker
	add := func(name, scope, roleID string, holds []string) {
		k := apiKey{Name: name, CreatedBy: first(&b.state.Users).ID}
		if scope == scopeAccount {
			k.RoleID = roleID
		}
		secret, made := b.addKey(k)
		if scope == scopeProject {
			b.addProjectMember(&projectMember{Project: b.project("production"), APIKeyID: made.ID, RoleID: roleID})
		}
		all = append(all, asker{name, scope, holds, caller{b, secret, b.project("production")}})
	}
	for slug, permissions := range systemPermissions {
		holds := strings.Fields(permissions)
		add(slug, scopeOf(holds[0]), b.systemRole(slug), holds)
	}
	for _, everything := range [][]string{strings.Fields(systemPermissions["owner"]), strings.Fields(systemPermissions["project-admin"])} {
		for _, permission := range everything {
			scope := scopeOf(permission)
			others := slices.DeleteFunc(slices.Clone(everything), func(p string) bool { return p == permission })
			for name, holds := range map[string][]string{"only " + permission: {permission}, "all but " + permission: others} {
				r := &role{ID: b.state.IDs.uuid(), Name: name, Slug: b.state.IDs.uuid(), Scope: scope, Permissions: holds}
				b.state.Roles.Put(r.ID, r)
				add(name, scope, r.ID, holds)
			}
		}
	}
	return all
}

func scopeOf(permission string) string {
	if strings.HasPrefix(permission, "account.") {
		return scopeAccount
	}
	return scopeProject
}

// knock sends an operation in a form that is refused with a 400 where everything else is fine, so that nothing changes:
// the body has a field that nothing takes. Reads have none.
func (c caller) knock(op *operation, id string) answer {
	c.t.Helper()
	path := op.at(id)
	if op.on == &projectNoun && strings.Contains(path, unknownUUID) {
		m, _ := c.state.ProjectMembers.First(func(m *projectMember) bool { return m.Project == id })
		path = strings.Replace(path, unknownUUID, m.ID, 1)
	}
	if op.method == http.MethodGet {
		return c.get(path)
	}
	return c.send(op.method, path, object{"nonsense": 1})
}

// passed tells whether an answer to a knock says that the key may.
func passed(op *operation, a answer) bool {
	if op.method == http.MethodGet {
		return a.status == http.StatusOK
	}
	beneath := a.status == http.StatusNotFound && op.on != nil && !strings.Contains(a.text, op.on.name+" not found") // a tag, a note
	return a.status == http.StatusBadRequest || beneath
}

// Every operation can be carried out by who holds its permission in the right place, and by nobody else: each system role,
// each permission by itself, and all but it, in the project of the role and in another.
func TestEveryOperationNeedsItsPermission(t *testing.T) {
	b := newWorld(t)
	askers := b.askers()
	for _, op := range operations() {
		needs, known := permissionOf[op.id]
		if !known {
			t.Errorf("%s is not in the table of permissions", op.id)
			continue
		}
		t.Run(op.id, func(t *testing.T) {
			here, there := b.someOf(t, op, "production"), b.someOf(t, op, "staging")
			for _, a := range askers {
				if needs == byInvitation || t.Failed() {
					return // the first key says enough
				}
				answered := a.knock(op, here)
				switch {
				case a.may(op) && !passed(op, answered):
					t.Errorf("%s may, and gets %d %s", a.name, answered.status, answered.text)
				case a.may(op):
				case answered.status != a.refusal(op):
					t.Errorf("%s gets %d, want %d: %s", a.name, answered.status, a.refusal(op), answered.text)
				case answered.status == http.StatusForbidden && !strings.Contains(answered.text, "missing permission "+needs) &&
					!strings.Contains(answered.text, "no access to project"):
					t.Errorf("%s is not told what is missing: %s", a.name, answered.text)
				}
				if a.scope == scopeProject && scopeOf(needs) == scopeProject && needs != anybody && needs != anyKey || op.id == "getProject" && a.scope == scopeProject {
					a.expectNothingThere(t, op, there)
				}
			}
		})
	}
	for id := range permissionOf {
		if !slices.ContainsFunc(operations(), func(op *operation) bool { return op.id == id }) {
			t.Errorf("no operation %s", id)
		}
	}
}

// expectNothingThere makes sure that a role in production is worth nothing in staging.
func (a asker) expectNothingThere(t *testing.T, op *operation, id string) {
	t.Helper()
	want := http.StatusForbidden
	if op.kind == get || op.on == &projectNoun {
		want = http.StatusNotFound
	}
	if got := a.in(a.project("staging")).knock(op, id); got.status != want {
		t.Errorf("%s, in staging: %d, want %d: %s", a.name, got.status, want, got.text)
	}
}

// someOf is the id of an object in a project that an operation can be asked about.
func (b *backend) someOf(t *testing.T, op *operation, project string) string {
	t.Helper()
	switch op.on {
	case nil:
		return ""
	case &projectNoun:
		return b.project(project)
	default:
		for _, p := range rowOf(t, op.on).placed(&b.state) {
			if p.project == "" || p.project == b.project(project) {
				return p.id
			}
		}
		t.Fatalf("no %s in %s", op.on.name, project)
		return ""
	}
}

// A role counts in the project where it was granted: who may do everything in one and only look in another cannot take
// anything away there.
func TestEveryRoleCountsWhereItWasGranted(t *testing.T) {
	b := newWorld(t)
	secret, k := b.addKey(apiKey{Name: "two roles", CreatedBy: first(&b.state.Users).ID})
	for project, slug := range map[string]string{"staging": "project-admin", "production": "viewer"} {
		b.addProjectMember(&projectMember{Project: b.project(project), APIKeyID: k.ID, RoleID: b.systemRole(slug)})
	}
	c := caller{b, secret, b.project("production")}
	for _, op := range operations() {
		needs := permissionOf[op.id]
		if scopeOf(needs) != scopeProject || slices.Contains([]string{anybody, anyKey, byInvitation}, needs) {
			continue
		}
		t.Run(op.id, func(t *testing.T) {
			if a := c.knock(op, b.someOf(t, op, "production")); passed(op, a) != strings.HasSuffix(needs, ".view") {
				t.Errorf("viewer in production: %d %s", a.status, a.text)
			}
			if a := c.in(b.project("staging")).knock(op, b.someOf(t, op, "staging")); !passed(op, a) {
				t.Errorf("admin in staging: %d %s", a.status, a.text)
			}
		})
	}
}

// Every system role holds what the API says, neither more nor less.
func TestEverySystemRoleIsAsKnown(t *testing.T) {
	b := newBackend(t, quiet())
	shown := b.owner("").get(rolesPath + "?limit=100").want(200)
	seen := 0
	for i, slug := range shown.list("data", "slug") {
		want, ok := systemPermissions[slug]
		if !ok {
			t.Errorf("the system role %s is not known", slug)
			continue
		}
		seen++
		got := fmt.Sprint(shown.at(fmt.Sprintf("data.%d.permissions", i)))
		held := strings.Fields(strings.Trim(got, "[]"))
		known := strings.Fields(want)
		slices.Sort(held)
		slices.Sort(known)
		if !slices.Equal(held, known) {
			t.Errorf("%s holds\n%v, want\n%v", slug, held, known)
		}
		shown.expect(fmt.Sprintf("data.%d.scope", i), scopeOf(known[0]), fmt.Sprintf("data.%d.is_system", i), true)
	}
	if seen != len(systemPermissions) {
		t.Errorf("%d of %d system roles", seen, len(systemPermissions))
	}
}

// Who may invite may also cancel: to the account by the permission of the account, to a project by that of the project.
func TestInvitationIsCancelledByWhoMayInvite(t *testing.T) {
	for _, test := range []struct {
		project, permission string
		status              int
	}{
		{"", "account.members.invite", 200},
		{"", "account.members.remove", 403},
		{"", "project.members.invite", 403},
		{"production", "project.members.invite", 200},
		{"production", "project.members.remove", 403},
		{"production", "account.members.invite", 404}, // sees no project
		{"staging", "project.members.invite", 404},
	} {
		t.Run(test.project+" "+test.permission, func(t *testing.T) {
			b := newBackend(t, quiet())
			path, role := invitationsPath, "member"
			if test.project != "" {
				path, role = projectsPath+"/"+b.project(test.project)+"/invitations", "viewer"
			}
			id := b.owner("").post(path, object{"email": "eve@example.com", "role_id": b.systemRole(role)}).want(201).str("data.id")
			b.keyWith(scopeOf(test.permission), test.permission).delete(invitationsPath+"/"+id, nil).want(test.status)
			if b.state.Invitations.Has(id) != (test.status != 200) {
				t.Error("the answer says something else than the state")
			}
		})
	}
}
