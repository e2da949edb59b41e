package refbackend

// Statuses of a membership, of the account or of a project.
const (
	memberPending   = "pending"
	memberActive    = "active"
	memberSuspended = "suspended"
)

// member is a user or key with a role in the account.
type member struct {
	ID       string
	UserID   string // "" for keys and pending members
	APIKeyID string // "" for users
	Email    string
	RoleID   string
	Status   string
	stamps
}

var memberNoun = noun{
	kind: "member", name: "member", plural: "members",
	find: func(st *state, id string) (string, bool) { return "", st.Members.has(id) },
}

func memberOperations() []*operation { return nil }

// addMember adds an active member.
func (s *Server) addMember(m *member) {
	m.ID = s.state.IDs.uuid()
	m.Status = memberActive
	m.stamps = s.stamped()
	s.state.Members.put(m.ID, m)
}
