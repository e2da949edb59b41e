package refbackend

import (
	"net/http"
	"time"
)

// keyScope is the scope of every key that a customer makes.
const keyScope = "public"

var apiKeyNoun = noun{
	kind: "api_key", name: "API key", plural: "API keys",
	find: func(st *state, id string) (string, bool) { return "", st.APIKeys.Has(id) },
}

func apiKeyOperations() []*operation {
	const path = "/api/v1/api-keys"
	return []*operation{
		{
			id: "listApiKeys", method: http.MethodGet, path: path, kind: account, permission: "account.apikeys.view",
			query: []filter{{name: "scope", values: []string{keyScope}}}, page: 50, handle: (*Server).listAPIKeys,
		},
		{
			id: "createApiKey", method: http.MethodPost, path: path, kind: account, permission: "account.apikeys.create",
			body: requiredBody, status: http.StatusCreated, handle: (*Server).createAPIKey,
		},
		{
			id: "getApiKey", method: http.MethodGet, path: path + "/{id}", kind: account, on: &apiKeyNoun,
			permission: "account.apikeys.view", handle: (*Server).getAPIKey,
		},
		{
			id: "updateApiKey", method: http.MethodPatch, path: path + "/{id}", kind: account, on: &apiKeyNoun,
			permission: "account.apikeys.manage", body: requiredBody, handle: (*Server).updateAPIKey,
		},
		{
			id: "revokeApiKey", method: http.MethodDelete, path: path + "/{id}", kind: account, on: &apiKeyNoun,
			permission: "account.apikeys.revoke", handle: (*Server).revokeAPIKey,
		},
		{
			id: "regenerateApiKey", method: http.MethodPost, path: path + "/{id}/regenerate", kind: account, on: &apiKeyNoun,
			permission: "account.apikeys.manage", handle: (*Server).regenerateAPIKey,
		},
	}
}

type apiKeyBody struct {
	ID              string          `json:"id"`
	AccountID       string          `json:"account_id"`
	Name            string          `json:"name"`
	KeyPrefix       string          `json:"key_prefix"`
	Scope           string          `json:"scope"`
	RateLimitTier   string          `json:"rate_limit_tier"`
	ExpiresAt       *time.Time      `json:"expires_at,omitempty"`
	LastUsedAt      *time.Time      `json:"last_used_at,omitempty"`
	IsActive        bool            `json:"is_active"`
	RoleID          string          `json:"role_id,omitempty"`
	RoleName        string          `json:"role_name,omitempty"`
	RoleSlug        string          `json:"role_slug,omitempty"`
	ProjectAccesses []keyAccessBody `json:"project_accesses"`
	CreatedBy       string          `json:"created_by"`
	CreatedAt       time.Time       `json:"created_at"`
	Secret          string          `json:"secret,omitempty"` // when it was made just now
}

type keyAccessBody struct {
	ProjectID   string `json:"project_id"`
	ProjectName string `json:"project_name"`
	RoleID      string `json:"role_id,omitempty"`
	RoleName    string `json:"role_name,omitempty"`
	RoleSlug    string `json:"role_slug,omitempty"`
}

func (s *Server) showAPIKey(k *apiKey) any { return s.apiKeyBody(k) }

func (s *Server) apiKeyBody(k *apiKey) apiKeyBody {
	body := apiKeyBody{
		ID: k.ID, AccountID: s.state.AccountID, Name: k.Name, KeyPrefix: k.Prefix, Scope: keyScope, RateLimitTier: k.Tier,
		ExpiresAt: copyTime(k.ExpiresAt), LastUsedAt: copyTime(k.UsedAt), IsActive: k.Active,
		ProjectAccesses: s.keyAccesses(k), CreatedBy: k.CreatedBy, CreatedAt: k.CreatedAt,
	}
	if r, ok := s.state.accountRole(k); ok {
		body.RoleID, body.RoleName, body.RoleSlug = r.ID, r.Name, r.Slug
	}
	return body
}

// keyAccesses lists the projects that a key was added to as an active member.
func (s *Server) keyAccesses(k *apiKey) []keyAccessBody {
	accesses := []keyAccessBody{}
	for m := range s.state.ProjectMembers.Where(func(m *projectMember) bool {
		return m.APIKeyID == k.ID && m.Status == memberActive
	}) {
		access := keyAccessBody{ProjectID: m.Project}
		if p, ok := s.state.Projects.Get(m.Project); ok {
			access.ProjectName = p.Name
		}
		if r, ok := s.state.Roles.Get(m.RoleID); ok {
			access.RoleID, access.RoleName, access.RoleSlug = r.ID, r.Name, r.Slug
		}
		accesses = append(accesses, access)
	}
	return accesses
}

func copyTime(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	c := *t
	return &c
}

func (s *Server) listAPIKeys(c *call) (any, error) {
	return listing[*apiKey]{
		noun: &apiKeyNoun,
		id:   func(k *apiKey) string { return k.ID },
		show: s.showAPIKey,
	}.answer(s, c, s.state.APIKeys.All()), nil
}

func (s *Server) getAPIKey(c *call) (any, error) {
	k, _ := s.state.APIKeys.Get(c.id())
	return data(s.showAPIKey(k)), nil
}

func (s *Server) createAPIKey(c *call) (any, error) {
	in := c.input
	k := apiKey{
		Name:      in.String("name").Required().Len(1, maxLabel).Value(),
		Tier:      in.String("rate_limit_tier").OneOf(tierStandard, tierHigh).Or(tierStandard),
		CreatedBy: c.key.CreatedBy,
	}
	if expiry := in.String("expires_at"); expiry.Sent() {
		at := expiry.Time()
		k.ExpiresAt = &at
	}
	r := s.readMemberRole(in.String("role_id").UUID(), scopeAccount)
	if err := in.Err(); err != nil {
		return nil, err
	}
	if err := s.mayAssign(c.key, r, ""); err != nil {
		return nil, err
	}
	if r != nil {
		k.RoleID = r.ID
	}
	secret, created := s.addKey(k)
	c.created(&apiKeyNoun, created.ID)
	return data(s.showSecret(created, secret)), nil
}

// showSecret shows a key together with its secret: the only time that anybody sees it.
func (s *Server) showSecret(k *apiKey, secret string) any {
	body := s.apiKeyBody(k)
	body.Secret = secret
	return body
}

func (s *Server) updateAPIKey(c *call) (any, error) {
	k, _ := s.state.APIKeys.Get(c.id())
	in := c.input
	in.AtLeastOne("name", "rate_limit_tier", "expires_at", "is_active")
	name := in.String("name").Len(1, maxLabel).Or(k.Name)
	tier := in.String("rate_limit_tier").OneOf(tierStandard, tierHigh).Or(k.Tier)
	active := in.Bool("is_active").Or(k.Active)
	expiresAt := k.ExpiresAt
	if expiry := in.String("expires_at"); expiry.Sent() {
		at := expiry.Time()
		expiresAt = &at
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	changed := *k
	changed.Name, changed.Tier, changed.Active, changed.ExpiresAt = name, tier, active, expiresAt
	if s.works(&changed) && !s.works(k) {
		if err := s.mayHandOver(c.key, k); err != nil {
			return nil, err
		}
	}
	*k = changed
	return data(s.showAPIKey(k)), nil
}

// regenerateAPIKey replaces the secret; name, tier, role, grants and expiry stay.
func (s *Server) regenerateAPIKey(c *call) (any, error) {
	k, _ := s.state.APIKeys.Get(c.id())
	if err := s.mayHandOver(c.key, k); err != nil {
		return nil, err
	}
	secret := s.state.IDs.secret()
	k.setSecret(secret)
	return data(s.showSecret(k, secret)), nil
}

// revokeAPIKey ends a key for good, and everything that was granted to it.
func (s *Server) revokeAPIKey(c *call) (any, error) {
	k, _ := s.state.APIKeys.Get(c.id())
	for m := range s.state.Members.Where(func(m *member) bool { return m.APIKeyID == k.ID }) {
		s.state.Members.Remove(m.ID)
	}
	for m := range s.state.ProjectMembers.Where(func(m *projectMember) bool { return m.APIKeyID == k.ID }) {
		s.state.ProjectMembers.Remove(m.ID)
	}
	s.state.APIKeys.Remove(k.ID)
	delete(s.buckets, k.ID)
	return done("API key revoked"), nil
}
