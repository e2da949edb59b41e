package refbackend

import (
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

// Statuses of a membership, of the account or of a project.
const (
	memberPending   = "pending"
	memberActive    = "active"
	memberSuspended = "suspended"
)

// managePermission is what somebody in the account must hold at all times.
const managePermission = "account.members.manage"

// member is a user or key with a role in the account.
type member struct {
	ID         string
	UserID     string // "" for keys and pending members
	APIKeyID   string // "" for users
	Email      string // "" for keys
	RoleID     string
	Status     string
	InvitedBy  string     // user
	Invitation string     // while pending
	AcceptedAt *time.Time // nil while pending
	stamps
}

var memberNoun = noun{
	kind: "member", name: "member", plural: "members",
	find: func(st *state, id string) (string, bool) { return "", st.Members.Has(id) },
}

// memberStatus is the filter of both member lists.
var memberStatus = filter{name: "status", values: []string{memberPending, memberActive, memberSuspended}}

func memberOperations() []*operation {
	const path = "/api/v1/members"
	return []*operation{
		{
			id: "listMembers", method: http.MethodGet, path: path, kind: account, permission: "account.members.view",
			query: []filter{memberStatus}, page: 50, handle: (*Server).listMembers,
		},
		{
			id: "addMember", method: http.MethodPost, path: path, kind: account, permission: "account.members.invite",
			body: requiredBody, status: http.StatusCreated, handle: (*Server).createMember,
		},
		{
			id: "getMember", method: http.MethodGet, path: path + "/{id}", kind: account, on: &memberNoun,
			permission: "account.members.view", handle: (*Server).getMember,
		},
		{
			id: "updateMember", method: http.MethodPatch, path: path + "/{id}", kind: account, on: &memberNoun,
			permission: managePermission, body: requiredBody, handle: (*Server).updateMember,
		},
		{
			id: "removeMember", method: http.MethodDelete, path: path + "/{id}", kind: account, on: &memberNoun,
			permission: "account.members.remove", handle: (*Server).removeMember,
		},
	}
}

// membershipBody is what members of the account and of projects show alike.
type membershipBody struct {
	UserID              *string    `json:"user_id"`
	Email               string     `json:"email"`
	Role                string     `json:"role,omitempty"`
	RoleID              string     `json:"role_id,omitempty"`
	RoleName            string     `json:"role_name,omitempty"`
	Status              string     `json:"status"`
	InvitedBy           string     `json:"invited_by,omitempty"`
	InvitedAt           *time.Time `json:"invited_at,omitempty"`
	AcceptedAt          *time.Time `json:"accepted_at,omitempty"`
	InvitationID        string     `json:"invitation_id,omitempty"`
	InvitationExpiresAt *time.Time `json:"invitation_expires_at,omitempty"`
	CreatedAt           time.Time  `json:"created_at"`
}

type memberBody struct {
	ID        string `json:"id"`
	AccountID string `json:"account_id"`
	membershipBody
	UpdatedAt time.Time `json:"updated_at"`
}

func (s *Server) showMember(m *member) any {
	return memberBody{ID: m.ID, AccountID: s.state.AccountID, membershipBody: s.membership(m), UpdatedAt: m.UpdatedAt}
}

// membership shows what a membership consists of; those of projects come as one of the account.
func (s *Server) membership(m *member) membershipBody {
	body := membershipBody{
		Email: m.Email, Status: m.Status, InvitedBy: m.InvitedBy, AcceptedAt: copyTime(m.AcceptedAt),
		InvitationID: m.Invitation, CreatedAt: m.CreatedAt,
	}
	if m.UserID != "" {
		id := m.UserID
		body.UserID = &id
	}
	if m.APIKeyID != "" {
		body.Email = keyEmail(m.APIKeyID)
	}
	if m.InvitedBy != "" {
		at := m.CreatedAt
		body.InvitedAt = &at
	}
	if r, ok := s.state.Roles.Get(m.RoleID); ok {
		body.Role, body.RoleID, body.RoleName = r.Slug, r.ID, r.Name
	}
	if i, ok := s.state.Invitations.Get(m.Invitation); ok {
		at := i.ExpiresAt
		body.InvitationExpiresAt = &at
	}
	return body
}

// keyEmail stands in for the address that every member must have and no key has. Nobody can receive mail there.
func keyEmail(keyID string) string { return "api-key-" + keyID + "@keys.invalid" }

func (s *Server) listMembers(c *call) (any, error) {
	return listing[*member]{
		noun: &memberNoun,
		id:   func(m *member) string { return m.ID },
		show: s.showMember,
	}.answer(s, c, s.state.Members.Where(func(m *member) bool { return c.matches("status", m.Status) })), nil
}

func (s *Server) getMember(c *call) (any, error) {
	m, _ := s.state.Members.Get(c.id())
	return data(s.showMember(m)), nil
}

// createMember adds a user or key at once, and invites an address.
func (s *Server) createMember(c *call) (any, error) {
	in := c.input
	email := in.String("email").Check(emailProblem)
	user := in.String("target_user_id").UUID()
	key := in.String("api_key_id").UUID()
	exactlyOne(in, email, user, key)
	r := s.readMemberRole(in.String("role_id").Required().UUID(), scopeAccount)
	s.checkUserExists(user)
	s.checkKeyExists(key)
	if err := in.Err(); err != nil {
		return nil, err
	}
	if err := s.mayAssign(c.key, r, ""); err != nil {
		return nil, err
	}
	m := &member{
		UserID: user.Value(), APIKeyID: key.Value(), Email: s.emailOf(user.Value()), RoleID: r.ID, InvitedBy: c.key.CreatedBy,
	}
	if err := s.checkNewMember(m); err != nil {
		return nil, err
	}
	if email.Sent() {
		i, err := s.invite(c, "", email.Value(), r)
		if err != nil {
			return nil, err
		}
		m, _ = s.state.Members.First(func(m *member) bool { return m.Invitation == i.ID })
	} else {
		s.addMember(m)
	}
	c.created(&memberNoun, m.ID)
	return data(s.showMember(m)), nil
}

// exactlyOne demands one of several fields, and not more.
func exactlyOne(in *input.Fields, choices ...input.StringField) {
	names := make([]string, 0, len(choices))
	sent := 0
	for _, f := range choices {
		names = append(names, f.Name())
		if f.Sent() {
			sent++
		}
	}
	if sent != 1 {
		in.Fail(names[0], "exactly one of %s is required", strings.Join(names, ", "))
	}
}

// emailProblem says why a string is not one address, or is empty.
func emailProblem(email string) string {
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email {
		return "must be an email address"
	}
	return ""
}

// readMemberRole reads the role of a membership. Ownership is not given away by adding or changing members.
func (s *Server) readMemberRole(field input.StringField, scope string) *role {
	r := s.readRole(field, scope)
	if r != nil && r.isOwner() {
		field.Fail("the ownership of an account is transferred on the dashboard")
	}
	return r
}

func (s *Server) checkUserExists(field input.StringField) {
	if field.Sent() && !s.state.Users.Has(field.Value()) {
		field.Fail("no such user")
	}
}

func (s *Server) checkKeyExists(field input.StringField) {
	if field.Sent() && !s.state.APIKeys.Has(field.Value()) {
		field.Fail("no such API key")
	}
}

// checkNewMember refuses a second role in the account: of a member, or of a key that was made with one.
func (s *Server) checkNewMember(m *member) error {
	same := func(other *member) bool {
		return m.Email != "" && strings.EqualFold(other.Email, m.Email) || m.APIKeyID != "" && other.APIKeyID == m.APIKeyID
	}
	if _, ok := s.state.Members.First(same); ok {
		return conflict("already a member of the account, or invited")
	}
	if k, ok := s.state.APIKeys.Get(m.APIKeyID); ok && k.RoleID != "" {
		return conflict("the API key %q was made with an account role, which stays", k.Name)
	}
	return nil
}

func (s *Server) emailOf(userID string) string {
	if u, ok := s.state.Users.Get(userID); ok {
		return u.Email
	}
	return ""
}

func (s *Server) updateMember(c *call) (any, error) {
	m, _ := s.state.Members.Get(c.id())
	roleID, status, err := s.readMemberUpdate(c, m.RoleID, m.Status, scopeAccount)
	if err != nil {
		return nil, err
	}
	if err := s.checkOwnMembership(c, m.RoleID, m.APIKeyID); err != nil {
		return nil, err
	}
	if err := s.mayRaise(c.key, standing{m.RoleID, m.Status}, standing{roleID, status}, ""); err != nil {
		return nil, err
	}
	changed := *m
	changed.RoleID, changed.Status = roleID, status
	if err := s.checkManaged(func(other *member) []string {
		if other == m {
			other = &changed
		}
		return s.state.permissionsOf(other)
	}); err != nil {
		return nil, err
	}
	m.RoleID, m.Status, m.UpdatedAt = roleID, status, s.now
	s.reinvite(m.Invitation, roleID)
	return data(s.showMember(m)), nil
}

// readMemberUpdate reads a new role, a new status or both, for a member of the account or of a project.
func (s *Server) readMemberUpdate(c *call, roleID, status, scope string) (newRole, newStatus string, err error) {
	in := c.input
	in.AtLeastOne("role_id", "status")
	r := s.readMemberRole(in.String("role_id").UUID(), scope)
	wanted := in.String("status").OneOf(memberActive, memberSuspended)
	if err := in.Err(); err != nil {
		return "", "", err
	}
	if status == memberPending && wanted.Sent() {
		return "", "", conflict("the invitation was not accepted yet: a pending member has no other status")
	}
	if r != nil {
		roleID = r.ID
	}
	return roleID, wanted.Or(status), nil
}

func (s *Server) removeMember(c *call) (any, error) {
	m, _ := s.state.Members.Get(c.id())
	if err := s.checkOwnMembership(c, m.RoleID, m.APIKeyID); err != nil {
		return nil, err
	}
	if err := s.checkManaged(func(other *member) []string {
		if other == m {
			return nil
		}
		return s.state.permissionsOf(other)
	}); err != nil {
		return nil, err
	}
	s.state.Members.Remove(m.ID)
	s.dropInvitation(m.Invitation)
	return done("Member removed"), nil
}

// checkOwnMembership protects the Owner, and the role of the key that is asking.
func (s *Server) checkOwnMembership(c *call, roleID, keyID string) error {
	switch {
	case s.state.isOwnerRole(roleID):
		return conflict("the Owner cannot be removed or changed: transfer the ownership on the dashboard first")
	case keyID != "" && keyID == c.key.ID:
		return conflict("an API key cannot remove or change its own role")
	}
	return nil
}

func (st *state) isOwnerRole(id string) bool {
	r, ok := st.Roles.Get(id)
	return ok && r.isOwner()
}

// permissionsOf are the account permissions that a member has now.
func (st *state) permissionsOf(m *member) []string {
	r, ok := st.Roles.Get(m.RoleID)
	if !ok || m.Status != memberActive {
		return nil
	}
	return r.Permissions
}

// checkManaged refuses a change that would leave nobody who can manage members. after tells which permissions a
// member has once the change is made.
func (s *Server) checkManaged(after func(*member) []string) error {
	manages := func(permissions func(*member) []string) bool {
		_, ok := s.state.Members.First(func(m *member) bool { return slices.Contains(permissions(m), managePermission) })
		return ok
	}
	if manages(s.state.permissionsOf) && !manages(after) {
		return conflict("the last member with %s cannot be removed or changed", managePermission)
	}
	return nil
}

// addMember adds an active member.
func (s *Server) addMember(m *member) {
	m.ID = s.state.IDs.uuid()
	m.Status = memberActive
	m.stamps = s.stamped()
	m.AcceptedAt = copyTime(&m.CreatedAt)
	s.state.Members.Put(m.ID, m)
}
