package refbackend

import (
	"net/http"
	"strings"
	"time"
)

// projectMember is a user or key with a role in one project.
type projectMember struct {
	ID         string
	Project    string
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

var projectMemberNoun = noun{
	kind: "project_member", name: "project member", plural: "project members",
	find: func(st *state, id string) (string, bool) {
		m, ok := st.ProjectMembers.Get(id)
		if !ok {
			return "", false
		}
		return m.Project, true
	},
}

func projectMemberOperations() []*operation {
	const (
		path = "/api/v1/projects/{id}/members"
		one  = path + "/{member_id}"
	)
	return []*operation{
		{
			id: "listProjectMembers", method: http.MethodGet, path: path, kind: account, on: &projectNoun,
			permission: "project.members.view", query: []filter{memberStatus}, page: 50, handle: (*Server).listProjectMembers,
		},
		{
			id: "addProjectMember", method: http.MethodPost, path: path, kind: account, on: &projectNoun,
			permission: "project.members.invite", body: requiredBody, status: http.StatusCreated,
			handle: (*Server).createProjectMember,
		},
		{
			id: "getProjectMember", method: http.MethodGet, path: one, kind: account, on: &projectNoun,
			permission: "project.members.view", handle: (*Server).getProjectMember,
		},
		{
			id: "updateProjectMember", method: http.MethodPatch, path: one, kind: account, on: &projectNoun,
			permission: "project.members.manage", body: requiredBody, handle: (*Server).updateProjectMember,
		},
		{
			id: "removeProjectMember", method: http.MethodDelete, path: one, kind: account, on: &projectNoun,
			permission: "project.members.remove", handle: (*Server).removeProjectMember,
		},
	}
}

type projectMemberBody struct {
	ID        string `json:"id"`
	ProjectID string `json:"project_id"`
	membershipBody
}

func (s *Server) showProjectMember(m *projectMember) any {
	return projectMemberBody{ID: m.ID, ProjectID: m.Project, membershipBody: s.membership(&member{
		UserID: m.UserID, APIKeyID: m.APIKeyID, Email: m.Email, RoleID: m.RoleID, Status: m.Status, InvitedBy: m.InvitedBy,
		Invitation: m.Invitation, AcceptedAt: m.AcceptedAt, stamps: m.stamps,
	})}
}

func (s *Server) listProjectMembers(c *call) (any, error) {
	return listing[*projectMember]{
		noun: &projectMemberNoun,
		id:   func(m *projectMember) string { return m.ID },
		show: s.showProjectMember,
	}.answer(s, c, s.state.ProjectMembers.Where(func(m *projectMember) bool {
		return m.Project == c.id() && c.matches("status", m.Status)
	})), nil
}

// projectMember finds the member that {member_id} names in the project that {id} names.
func (s *Server) projectMember(c *call) (*projectMember, error) {
	id := c.params["member_id"]
	m, ok := s.state.ProjectMembers.Get(id)
	if !ok || m.Project != c.id() {
		return nil, notFound("%s not found", projectMemberNoun.name)
	}
	c.object = id
	return m, nil
}

func (s *Server) getProjectMember(c *call) (any, error) {
	m, err := s.projectMember(c)
	if err != nil {
		return nil, err
	}
	if s.hides(c, &projectMemberNoun, m.ID) {
		return nil, notFound("%s not found", projectMemberNoun.name)
	}
	return data(s.showProjectMember(m)), nil
}

// createProjectMember grants a role to a member of the account or to a key.
func (s *Server) createProjectMember(c *call) (any, error) {
	in := c.input
	user := in.String("target_user_id").UUID()
	key := in.String("api_key_id").UUID()
	exactlyOne(in, user, key)
	r := s.readMemberRole(in.String("role_id").Required().UUID(), scopeProject)
	s.checkKeyExists(key)
	if user.Sent() && !s.state.isMember(user.Value()) {
		user.Fail("no member of the account")
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	if err := s.mayAssign(c.key, r, c.id()); err != nil {
		return nil, err
	}
	m := &projectMember{
		Project: c.id(), UserID: user.Value(), APIKeyID: key.Value(), Email: s.emailOf(user.Value()), RoleID: r.ID,
		InvitedBy: c.key.CreatedBy,
	}
	same := func(other *projectMember) bool {
		return other.Project == m.Project &&
			(m.Email != "" && strings.EqualFold(other.Email, m.Email) || m.APIKeyID != "" && other.APIKeyID == m.APIKeyID)
	}
	if _, ok := s.state.ProjectMembers.First(same); ok {
		return nil, conflict("already a member of the project, or invited")
	}
	s.addProjectMember(m)
	c.created(&projectMemberNoun, m.ID)
	return data(s.showProjectMember(m)), nil
}

// isMember tells whether a user has joined the account.
func (st *state) isMember(userID string) bool {
	_, ok := st.Members.First(func(m *member) bool { return m.UserID == userID })
	return ok
}

func (s *Server) updateProjectMember(c *call) (any, error) {
	m, err := s.projectMember(c)
	if err != nil {
		return nil, err
	}
	roleID, status, err := s.readMemberUpdate(c, m.RoleID, m.Status, scopeProject)
	if err != nil {
		return nil, err
	}
	if err := s.checkOwnMembership(c, m.RoleID, m.APIKeyID); err != nil {
		return nil, err
	}
	if err := s.mayRaise(c.key, standing{m.RoleID, m.Status}, standing{roleID, status}, m.Project); err != nil {
		return nil, err
	}
	m.RoleID, m.Status, m.UpdatedAt = roleID, status, s.now
	s.reinvite(m.Invitation, roleID)
	return data(s.showProjectMember(m)), nil
}

// removeProjectMember takes one grant back. A user stays a member of the account, and a key stays a key.
func (s *Server) removeProjectMember(c *call) (any, error) {
	m, err := s.projectMember(c)
	if err != nil {
		return nil, err
	}
	if err := s.checkOwnMembership(c, m.RoleID, m.APIKeyID); err != nil {
		return nil, err
	}
	s.state.ProjectMembers.Remove(m.ID)
	s.dropInvitation(m.Invitation)
	return done("Project member removed"), nil
}

// addProjectMember adds an active member.
func (s *Server) addProjectMember(m *projectMember) {
	m.ID = s.state.IDs.uuid()
	m.Status = memberActive
	m.stamps = s.stamped()
	m.AcceptedAt = copyTime(&m.CreatedAt)
	s.state.ProjectMembers.Put(m.ID, m)
}

// removeProjectMembers takes all rights in a project away, with the project.
func (s *Server) removeProjectMembers(project string) {
	for m := range s.state.ProjectMembers.Where(func(m *projectMember) bool { return m.Project == project }) {
		s.state.ProjectMembers.Remove(m.ID)
	}
}
