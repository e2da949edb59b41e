package refbackend

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// invitationLasts is how long an invitation can be accepted.
const invitationLasts = 7 * 24 * time.Hour

// invitation asks somebody by email to join the account or one project. There is a pending member of it, which goes
// when it goes.
type invitation struct {
	ID        string
	Project   string // "" for the account
	Email     string
	RoleID    string
	InvitedBy string // user
	ExpiresAt time.Time
	stamps
}

var invitationNoun = noun{
	kind: "invitation", name: "invitation", plural: "invitations",
	find: func(st *state, id string) (string, bool) { return "", st.Invitations.Has(id) },
}

func invitationOperations() []*operation {
	const path = "/api/v1/invitations"
	return []*operation{
		{
			id: "createAccountInvitation", method: http.MethodPost, path: path, kind: account,
			permission: "account.members.invite", body: requiredBody, status: http.StatusCreated,
			handle: (*Server).createInvitation,
		},
		{
			id: "createProjectInvitation", method: http.MethodPost, path: "/api/v1/projects/{id}/invitations", kind: account,
			on: &projectNoun, permission: "project.members.invite", body: requiredBody, status: http.StatusCreated,
			handle: (*Server).createProjectInvitation,
		},
		{ // who may invite may also cancel; the permission depends on where to
			id: "cancelInvitation", method: http.MethodDelete, path: path + "/{id}", kind: account, on: &invitationNoun,
			handle: (*Server).cancelInvitation,
		},
	}
}

type invitationBody struct {
	ID             string    `json:"id"`
	Type           string    `json:"type"`
	AccountID      string    `json:"account_id"`
	AccountName    string    `json:"account_name"`
	ProjectID      string    `json:"project_id,omitempty"`
	ProjectName    string    `json:"project_name,omitempty"`
	Email          string    `json:"email"`
	RoleID         string    `json:"role_id"`
	RoleName       string    `json:"role_name"`
	InvitedByID    string    `json:"invited_by_id,omitempty"`
	InvitedByEmail string    `json:"invited_by_email,omitempty"`
	InvitedByName  string    `json:"invited_by_name,omitempty"`
	ExpiresAt      time.Time `json:"expires_at"`
	CreatedAt      time.Time `json:"created_at"`
}

func (s *Server) showInvitation(i *invitation) any {
	body := invitationBody{
		ID: i.ID, Type: scopeAccount, AccountID: s.state.AccountID, AccountName: s.state.AccountName, Email: i.Email,
		RoleID: i.RoleID, InvitedByID: i.InvitedBy, ExpiresAt: i.ExpiresAt, CreatedAt: i.CreatedAt,
	}
	if p, ok := s.state.Projects.Get(i.Project); ok {
		body.Type, body.ProjectID, body.ProjectName = scopeProject, p.ID, p.Name
	}
	if r, ok := s.state.Roles.Get(i.RoleID); ok {
		body.RoleName = r.Name
	}
	if u, ok := s.state.Users.Get(i.InvitedBy); ok {
		body.InvitedByEmail, body.InvitedByName = u.Email, u.Name
	}
	return body
}

func (s *Server) createInvitation(c *call) (any, error) {
	return s.answerInvitation(c, "", scopeAccount)
}

func (s *Server) createProjectInvitation(c *call) (any, error) {
	return s.answerInvitation(c, c.id(), scopeProject)
}

func (s *Server) answerInvitation(c *call, project, scope string) (any, error) {
	in := c.input
	email := in.String("email").Required().Check(emailProblem).Value()
	r := s.readMemberRole(in.String("role_id").Required().UUID(), scope)
	if err := in.Err(); err != nil {
		return nil, err
	}
	if err := s.mayAssign(c.key, r, project); err != nil {
		return nil, err
	}
	i, err := s.invite(c, project, email, r)
	if err != nil {
		return nil, err
	}
	c.created(&invitationNoun, i.ID)
	return data(s.showInvitation(i)), nil
}

// invite makes an invitation and its pending member, for the account when project is empty.
func (s *Server) invite(c *call, project, email string, r *role) (*invitation, error) {
	if s.state.hasJoined(project, email) {
		return nil, conflict("%s is a member or invited already", email)
	}
	i := &invitation{
		ID: s.state.IDs.uuid(), Project: project, Email: email, RoleID: r.ID, InvitedBy: c.key.CreatedBy,
		ExpiresAt: s.now.Add(invitationLasts), stamps: s.stamped(),
	}
	s.state.Invitations.Put(i.ID, i)
	s.alarm(&invitationNoun, i.ID, i.ExpiresAt)
	id := s.state.IDs.uuid()
	if project == "" {
		s.state.Members.Put(id, &member{
			ID: id, Email: email, RoleID: r.ID, Status: memberPending, InvitedBy: i.InvitedBy, Invitation: i.ID, stamps: i.stamps,
		})
	} else {
		s.state.ProjectMembers.Put(id, &projectMember{
			ID: id, Project: project, Email: email, RoleID: r.ID, Status: memberPending, InvitedBy: i.InvitedBy, Invitation: i.ID,
			stamps: i.stamps,
		})
	}
	return i, nil
}

// hasJoined tells whether an address is that of a member, pending or not, of the account or of a project.
func (st *state) hasJoined(project, email string) bool {
	if project == "" {
		_, ok := st.Members.First(func(m *member) bool { return strings.EqualFold(m.Email, email) })
		return ok
	}
	_, ok := st.ProjectMembers.First(func(m *projectMember) bool {
		return m.Project == project && strings.EqualFold(m.Email, email)
	})
	return ok
}

// cancelInvitation takes an invitation back, and its pending member.
func (s *Server) cancelInvitation(c *call) (any, error) {
	i, _ := s.state.Invitations.Get(c.id())
	permission := "account.members.invite"
	if i.Project != "" {
		if !s.seesProject(c.key, i.Project) {
			return nil, notFound("%s not found", invitationNoun.name)
		}
		permission = "project.members.invite"
	}
	if err := s.demand(c.key, permission, i.Project); err != nil {
		return nil, err
	}
	c.objectProject = i.Project
	s.dropInvitation(i.ID)
	return done("Invitation cancelled"), nil
}

// reinvite gives an invitation the role that its pending member got.
func (s *Server) reinvite(id, roleID string) {
	if i, ok := s.state.Invitations.Get(id); ok {
		i.RoleID, i.UpdatedAt = roleID, s.now
	}
}

// dropInvitation ends an invitation and removes its pending member; no invitation of that id is no error.
func (s *Server) dropInvitation(id string) {
	if !s.state.Invitations.Has(id) {
		return
	}
	s.cancel(&invitationNoun, id)
	s.state.Invitations.Remove(id)
	for m := range s.state.Members.Where(func(m *member) bool { return m.Invitation == id }) {
		s.state.Members.Remove(m.ID)
	}
	for m := range s.state.ProjectMembers.Where(func(m *projectMember) bool { return m.Invitation == id }) {
		s.state.ProjectMembers.Remove(m.ID)
	}
}

// enterInvitation cleans an invitation up once it has expired.
func (s *Server) enterInvitation(id, status string) {
	if status == due {
		s.dropInvitation(id)
	}
}

// removeInvitations withdraws the invitations to a project, with the project.
func (s *Server) removeInvitations(project string) {
	for i := range s.state.Invitations.Where(func(i *invitation) bool { return i.Project == project }) {
		s.dropInvitation(i.ID)
	}
}

// AcceptInvitation does what the recipient of an invitation does by its link, for which the API has no call: the
// pending member becomes active, as a user of the invited address. It returns an error when there is no such
// invitation, or no more.
func (s *Server) AcceptInvitation(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(s.moment())
	i, ok := s.state.Invitations.Get(id)
	if !ok {
		return fmt.Errorf("no invitation %q", id)
	}
	u := s.userOf(i.Email)
	now := s.now
	for m := range s.state.Members.Where(func(m *member) bool { return m.Invitation == id }) {
		m.UserID, m.Status, m.Invitation, m.AcceptedAt, m.UpdatedAt = u.ID, memberActive, "", &now, now
	}
	for m := range s.state.ProjectMembers.Where(func(m *projectMember) bool { return m.Invitation == id }) {
		m.UserID, m.Status, m.Invitation, m.AcceptedAt, m.UpdatedAt = u.ID, memberActive, "", &now, now
	}
	s.dropInvitation(id)
	return nil
}

// userOf returns the user with an address, or makes one.
func (s *Server) userOf(email string) *user {
	u, ok := s.state.Users.First(func(u *user) bool { return strings.EqualFold(u.Email, email) })
	if !ok {
		name, _, _ := strings.Cut(email, "@")
		u = &user{ID: s.state.IDs.uuid(), Email: email, Name: name}
		s.state.Users.Put(u.ID, u)
	}
	return u
}
