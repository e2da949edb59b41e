package refbackend

// projectMember is a user or key with a role in one project.
type projectMember struct {
	ID       string
	Project  string
	UserID   string // "" for keys and pending members
	APIKeyID string // "" for users
	Email    string
	RoleID   string
	Status   string
	stamps
}

var projectMemberNoun = noun{
	kind: "project_member", name: "project member", plural: "project members",
	find: func(st *state, id string) (string, bool) {
		m, ok := st.ProjectMembers.get(id)
		if !ok {
			return "", false
		}
		return m.Project, true
	},
}

func projectMemberOperations() []*operation { return nil }

// addProjectMember adds an active member.
func (s *Server) addProjectMember(m *projectMember) {
	m.ID = s.state.IDs.uuid()
	m.Status = memberActive
	m.stamps = s.stamped()
	s.state.ProjectMembers.put(m.ID, m)
}

// removeProjectMembers takes all rights in a project away, with the project.
func (s *Server) removeProjectMembers(project string) {
	for m := range s.state.ProjectMembers.where(func(m *projectMember) bool { return m.Project == project }) {
		s.state.ProjectMembers.remove(m.ID)
	}
}
