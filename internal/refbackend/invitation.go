package refbackend

// invitation asks somebody by email to join the account or one project.
type invitation struct {
	ID      string
	Project string // "" for the account
	Email   string
	RoleID  string
	stamps
}

var invitationNoun = noun{
	kind: "invitation", name: "invitation", plural: "invitations",
	find: func(st *state, id string) (string, bool) { return "", st.Invitations.has(id) },
}

func invitationOperations() []*operation { return nil }

// removeInvitations withdraws the invitations to a project, with the project.
func (s *Server) removeInvitations(project string) {
	for i := range s.state.Invitations.where(func(i *invitation) bool { return i.Project == project }) {
		s.state.Invitations.remove(i.ID)
	}
}
