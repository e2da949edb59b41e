package refbackend

import (
	"maps"
)

// SeededAccount is how to connect to a new backend.
type SeededAccount struct {
	OwnerKey      string            `json:"-"` // reaches every project and everything in the account
	ProductionKey string            `json:"-"` // Project Admin of "production", without any role in the account
	Projects      map[string]string // ids by name: "default" (the default project), "production", "staging"
}

// Account returns the keys and projects of the account that the backend started with. A key that does not work any
// more, or is not known in clear, is left out.
func (s *Server) Account() SeededAccount {
	s.mu.Lock()
	defer s.mu.Unlock()
	seeded := s.state.Seeded
	seeded.Projects = maps.Clone(seeded.Projects)
	for _, key := range []*string{&seeded.OwnerKey, &seeded.ProductionKey} {
		if _, err := s.validKey(*key); err != nil {
			*key = ""
		}
	}
	return seeded
}

// seed fills an empty backend.
func (s *Server) seed(seed uint64) {
	s.state = state{IDs: newGenerator(seed), Jitter: newRandom(seed, 2), AccountName: "Reference account"}
	st := &s.state
	st.AccountID = st.IDs.uuid()
	for _, r := range systemRoles() {
		st.Roles.put(r.ID, r)
	}
	owner := &user{ID: st.IDs.uuid(), Email: "owner@example.com", Name: "Account Owner"}
	st.Users.put(owner.ID, owner)
	s.addMember(&member{UserID: owner.ID, Email: owner.Email, RoleID: roleOwner})

	st.Seeded.Projects = map[string]string{}
	for _, name := range []string{"default", "production", "staging"} {
		p := s.addProject(project{Name: name, IsDefault: name == "default", CreatedBy: owner.ID})
		st.Seeded.Projects[name] = p.ID
	}
	st.Seeded.OwnerKey, _ = s.addKey(apiKey{Name: "owner", RoleID: roleOwner, CreatedBy: owner.ID})
	var production *apiKey
	st.Seeded.ProductionKey, production = s.addKey(apiKey{Name: "production only", CreatedBy: owner.ID})
	s.addProjectMember(&projectMember{
		Project: st.Seeded.Projects["production"], APIKeyID: production.ID, RoleID: roleProjectAdmin,
	})
}

// addKey creates a key and returns its secret, which is kept nowhere.
func (s *Server) addKey(k apiKey) (secret string, created *apiKey) {
	k.ID = s.state.IDs.uuid()
	k.Active = true
	k.CreatedAt = s.now
	if k.Tier == "" {
		k.Tier = tierStandard
	}
	secret = s.state.IDs.secret()
	k.setSecret(secret)
	s.state.APIKeys.put(k.ID, &k)
	return secret, &k
}
