package refbackend

import (
	"slices"
	"strings"
	"testing"
)

// account checks the account level: members, grants, roles, keys and invitations.
func (v *violations) account() {
	v.roles()
	v.members()
	v.grants()
	v.invitations()
	unique(v, "API key", &v.st.APIKeys, func(k *apiKey) string { return k.Hash })
	for k := range v.st.APIKeys.All() {
		v.check(len(k.Prefix) == keyPrefixLength, "API key %s has the prefix %q", k.Name, k.Prefix)
		v.check(k.RoleID == "" || v.hasRole(k.RoleID, scopeAccount), "API key %s has a role that is none", k.Name)
	}
}

func (v *violations) roles() {
	for r := range v.st.Roles.All() {
		for _, name := range r.Permissions {
			v.check(isPermission(name) && isAccountPermission(name) == (r.Scope == scopeAccount), "role %s has %s", r.Name, name)
		}
	}
}

func (v *violations) hasRole(id, scope string) bool {
	r, ok := v.st.Roles.Get(id)
	return ok && r.Scope == scope
}

func (v *violations) members() {
	seen := map[string]bool{}
	for m := range v.st.Members.All() {
		v.membership("member", m, scopeAccount)
		who := strings.ToLower(m.Email) + m.APIKeyID
		v.check(!seen[who], "member %s twice", who)
		seen[who] = true
	}
}

func (v *violations) grants() {
	seen := map[string]bool{}
	for m := range v.st.ProjectMembers.All() {
		v.inProject("project member "+m.ID, m.Project)
		v.membership("project member", &member{
			ID: m.ID, UserID: m.UserID, APIKeyID: m.APIKeyID, RoleID: m.RoleID, Status: m.Status, Invitation: m.Invitation, Email: m.Email,
		}, scopeProject)
		who := m.Project + " " + strings.ToLower(m.Email) + m.APIKeyID
		v.check(!seen[who], "project member %s twice", who)
		seen[who] = true
	}
}

// membership demands somebody, a role of the right scope, and an invitation while pending.
func (v *violations) membership(what string, m *member, scope string) {
	v.check(m.RoleID == "" || v.hasRole(m.RoleID, scope), "%s %s without role", what, m.ID)
	v.check(m.APIKeyID == "" || v.st.APIKeys.Has(m.APIKeyID), "%s %s without key", what, m.ID)
	v.check(m.UserID == "" || v.st.Users.Has(m.UserID), "%s %s without user", what, m.ID)
	v.check((m.Status == memberPending) == (m.UserID == "" && m.APIKeyID == ""), "%s %s is %s and somebody", what, m.ID, m.Status)
	v.check((m.Status == memberPending) == v.st.Invitations.Has(m.Invitation), "%s %s is %s with invitation %q", what, m.ID, m.Status, m.Invitation)
}

func (v *violations) invitations() {
	for i := range v.st.Invitations.All() {
		ofMember := v.st.Members.Count(func(m *member) bool { return m.Invitation == i.ID })
		ofProject := v.st.ProjectMembers.Count(func(m *projectMember) bool { return m.Invitation == i.ID && m.Project == i.Project })
		v.check(ofMember+ofProject == 1 && (ofProject == 1) == (i.Project != ""), "invitation %s without pending member", i.ID)
		v.check(slices.ContainsFunc(v.st.Processes.Timed, func(p *process) bool {
			return p.Kind == invitationNoun.kind && p.ID == i.ID
		}), "invitation %s never expires", i.ID)
	}
}

// TestAccountInvariantsAreChecked makes sure that the checker sees what it is for.
func TestAccountInvariantsAreChecked(t *testing.T) {
	for name, breakIt := range map[string]func(*state){
		"grant without key":             func(st *state) { st.APIKeys.Remove(first(&st.ProjectMembers).APIKeyID) },
		"grant with an account role":    func(st *state) { first(&st.ProjectMembers).RoleID = roleOwner },
		"role of mixed scopes":          func(st *state) { first(&st.Roles).Permissions = []string{"vm.view"} },
		"active member who is nobody":   func(st *state) { first(&st.Members).UserID = "" },
		"member twice":                  func(st *state) { m := *first(&st.Members); st.Members.Put("copy", &m) },
		"invitation without member":     func(st *state) { st.Members.Remove(pendingMember(st).ID) },
		"pending member, no invitation": func(st *state) { st.Invitations.Remove(first(&st.Invitations).ID) },
		"invitation for ever":           func(st *state) { st.Processes.Timed = nil },
		"key of no role":                func(st *state) { first(&st.APIKeys).RoleID = "gone" },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t, quiet())
			b.owner("").inviteMember("ann@example.com", "member")
			b.checkInvariants()
			breakIt(&b.state)
			if len(b.violations()) == 0 {
				t.Error("not noticed")
			}
		})
	}
}

func pendingMember(st *state) *member {
	m, _ := st.Members.First(func(m *member) bool { return m.Status == memberPending })
	return m
}
