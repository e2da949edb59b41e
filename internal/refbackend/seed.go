package refbackend

import (
	"maps"
)

// SeededAccount is how to connect to a new backend.
type SeededAccount struct {
	ID            string            `json:"-"`
	OwnerKey      string            `json:"-"` // reaches every project and everything in the account
	ProductionKey string            `json:"-"` // Project Admin of "production" alone; "" with a seed file
	Projects      map[string]string // ids by name, the default project's also by "default"
}

// Account returns the keys and projects of the account that the backend started with. A key that does not work any
// more, or is not known in clear, is left out.
func (s *Server) Account() SeededAccount {
	s.mu.Lock()
	defer s.mu.Unlock()
	seeded := s.state.Seeded
	seeded.ID = s.state.AccountID
	seeded.Projects = maps.Clone(seeded.Projects)
	for _, key := range []*string{&seeded.OwnerKey, &seeded.ProductionKey} {
		if _, err := s.validKey(*key); err != nil {
			*key = ""
		}
	}
	return seeded
}

// seed fills an empty backend with three projects, and a key that reaches only one of them.
func (s *Server) seed(seed uint64) {
	owner := s.seedOwner(seed)
	st := &s.state
	for _, name := range []string{"default", "production", "staging"} {
		p := s.addProject(project{Name: name, IsDefault: name == "default", CreatedBy: owner.CreatedBy})
		st.Seeded.Projects[name] = p.ID
	}
	var production *apiKey
	st.Seeded.ProductionKey, production = s.addKey(apiKey{Name: "production only", CreatedBy: owner.CreatedBy})
	s.addProjectMember(&projectMember{
		Project: st.Seeded.Projects["production"], APIKeyID: production.ID, RoleID: roleProjectAdmin,
	})
}

// seedOwner makes an account with nothing in it but its Owner, and returns the Owner's key.
func (s *Server) seedOwner(seed uint64) *apiKey {
	s.state = state{IDs: newGenerator(seed), Jitter: newRandom(seed, 2), AccountName: "Reference account"}
	st := &s.state
	st.AccountID = st.IDs.uuid()
	for _, r := range systemRoles() {
		st.Roles.Put(r.ID, r)
	}
	owner := &user{ID: st.IDs.uuid(), Email: "owner@example.com", Name: "Account Owner"}
	st.Users.Put(owner.ID, owner)
	s.addMember(&member{UserID: owner.ID, Email: owner.Email, RoleID: roleOwner})
	st.Seeded.Projects = map[string]string{}
	var key *apiKey
	st.Seeded.OwnerKey, key = s.addKey(apiKey{Name: "owner", RoleID: roleOwner, CreatedBy: owner.ID})
	return key
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
	s.state.APIKeys.Put(k.ID, &k)
	return secret, &k
}
