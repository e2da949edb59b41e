package refbackend

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// apiKey lets a program in. The secret is not kept, only its hash.
type apiKey struct {
	ID        string
	Name      string
	Prefix    string // what may be shown of the secret
	Hash      string
	Tier      string // rate limit tier
	RoleID    string // account role, "" for none
	ExpiresAt *time.Time
	UsedAt    *time.Time
	Active    bool
	CreatedBy string // user
	CreatedAt time.Time
}

// role is a set of permissions, of the account or of projects.
type role struct {
	ID          string
	Name        string
	Slug        string
	Description string
	Scope       string // scopeAccount or scopeProject
	Permissions []string
	System      bool
	CreatedBy   string
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

const (
	scopeAccount = "account"
	scopeProject = "project"
)

// user is a person of the account.
type user struct {
	ID    string
	Email string
	Name  string
}

// keyPrefixLength is how much of a secret may be shown: raff_ and 8 characters.
const keyPrefixLength = 13

// setSecret gives a key a new secret; the old one is dead at once.
func (k *apiKey) setSecret(secret string) {
	k.Prefix = secret[:keyPrefixLength]
	k.Hash = hashSecret(secret)
}

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// keyWith returns the key with that secret.
func (st *state) keyWith(secret string) (*apiKey, bool) {
	hash := hashSecret(secret)
	return st.APIKeys.First(func(k *apiKey) bool { return k.Hash == hash })
}

// authenticate finds the key of a call. A public call goes without one, and a valid key tells whose images it may see.
func (s *Server) authenticate(c *call) error {
	key, err := s.validKey(c.request.Header.Get("X-API-Key"))
	if err == nil {
		c.key = key
		now := s.now
		key.UsedAt = &now
	}
	if c.op != nil && c.op.kind == public {
		return nil
	}
	return err
}

func (s *Server) validKey(secret string) (*apiKey, error) {
	if secret == "" {
		return nil, unauthorized("X-API-Key required")
	}
	key, ok := s.state.keyWith(secret)
	switch {
	case !ok || !key.Active:
		return nil, unauthorized("invalid API key")
	case key.ExpiresAt != nil && !s.now.Before(*key.ExpiresAt):
		return nil, unauthorized("API key expired")
	}
	return key, nil
}

// accountRole is the key's role in the account: its own, or that of its active membership.
func (st *state) accountRole(k *apiKey) (*role, bool) {
	if r, ok := st.Roles.Get(k.RoleID); ok {
		return r, true
	}
	m, ok := st.Members.First(func(m *member) bool { return m.APIKeyID == k.ID && m.Status == memberActive })
	if !ok {
		return nil, false
	}
	return st.Roles.Get(m.RoleID)
}

// projectRole is the role that a key was granted in a project.
func (st *state) projectRole(k *apiKey, project string) (*role, bool) {
	m, ok := st.ProjectMembers.First(func(m *projectMember) bool {
		return m.APIKeyID == k.ID && m.Project == project && m.Status == memberActive
	})
	if !ok {
		return nil, false
	}
	return st.Roles.Get(m.RoleID)
}

// isOwner tells whether a key has the Owner's role, the only one that spans the account and every project.
func (st *state) isOwner(k *apiKey) bool {
	r, ok := st.accountRole(k)
	return ok && r.isOwner()
}

// reaches tells whether a key may work in a project at all.
func (s *Server) reaches(k *apiKey, project string) bool {
	if k == nil || !s.state.Projects.Has(project) {
		return false
	}
	if s.state.isOwner(k) {
		return true
	}
	_, ok := s.state.projectRole(k, project)
	return ok
}

// seesProject tells whether a project itself exists for a key: every one with account.projects.view, else those that
// it reaches.
func (s *Server) seesProject(k *apiKey, project string) bool {
	return s.state.Projects.Has(project) && s.holds(k, "account.projects.view", "") || s.reaches(k, project)
}

// holds tells whether a key has a permission: one of the account by its account role, any other by its role in the
// project.
func (s *Server) holds(k *apiKey, permission, project string) bool {
	if k == nil {
		return false
	}
	if s.state.isOwner(k) {
		return true
	}
	find := s.state.accountRole
	if !isAccountPermission(permission) {
		find = func(k *apiKey) (*role, bool) { return s.state.projectRole(k, project) }
	}
	r, ok := find(k)
	return ok && slices.Contains(r.Permissions, permission)
}

func isAccountPermission(permission string) bool { return strings.HasPrefix(permission, "account.") }

// checkPermission refuses a call whose key lacks the operation's permission. A list without X-Project-ID passes: it
// leaves out the projects where the permission is missing.
func (s *Server) checkPermission(c *call) error {
	permission := c.op.permission
	if permission == "" || c.op.kind == list && c.project == "" && !isAccountPermission(permission) {
		return nil
	}
	return s.demand(c.key, permission, cmp.Or(c.objectProject, c.project))
}

// demand refuses a key without a permission, in a project or in the account. The message names what it lacks, where,
// and the role that would have to hold it.
func (s *Server) demand(k *apiKey, permission, project string) error {
	if s.holds(k, permission, project) {
		return nil
	}
	if isAccountPermission(permission) {
		r, ok := s.state.accountRole(k)
		return forbidden("missing permission %s: %s", permission, heldRole("account", r, ok))
	}
	r, ok := s.state.projectRole(k, project)
	return forbidden("missing permission %s in project %s: %s", permission, project, heldRole("project", r, ok))
}

func heldRole(where string, r *role, ok bool) string {
	if !ok {
		return "the API key has no role in the " + where
	}
	return fmt.Sprintf("the API key's %s role %q does not have it", where, r.Name)
}

// inScope tells whether a list covers the objects of a project.
func (s *Server) inScope(c *call, project string) bool {
	if c.op.kind == account {
		return true
	}
	if c.scope == nil {
		c.scope = map[string]bool{}
		for p := range s.state.Projects.All() {
			c.scope[p.ID] = (c.project == "" || c.project == p.ID) && s.holds(c.key, c.op.permission, p.ID)
		}
	}
	return c.scope[project]
}
