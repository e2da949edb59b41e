package client

import (
	"context"
	"iter"
	"net/http"
	"strings"
	"time"
)

// Rate limit tiers of API keys.
const (
	TierStandard = "standard" // 30 requests a second
	TierHigh     = "high"     // 100 requests a second; granted on request only
)

// APIKey is a key of the account, without its secret.
type APIKey struct {
	ID              string                `json:"id" api:"required"`
	AccountID       string                `json:"account_id"`
	Name            string                `json:"name" api:"required"`
	KeyPrefix       string                `json:"key_prefix" api:"required"` // the key's first 13 characters
	Scope           string                `json:"scope"`
	RateLimitTier   string                `json:"rate_limit_tier"`
	ExpiresAt       *time.Time            `json:"expires_at"` // nil for never
	LastUsedAt      *time.Time            `json:"last_used_at"`
	IsActive        bool                  `json:"is_active" api:"required"`
	RoleID          string                `json:"role_id"`
	RoleName        string                `json:"role_name"`
	RoleSlug        string                `json:"role_slug"`
	ProjectAccesses []APIKeyProjectAccess `json:"project_accesses"`
	CreatedBy       string                `json:"created_by"`
	CreatedAt       *time.Time            `json:"created_at"`
}

func (k APIKey) identity() string { return k.ID }

// APIKeyProjectAccess is a project that a key can reach, and the role it has there.
type APIKeyProjectAccess struct {
	ProjectID   string `json:"project_id"`
	ProjectName string `json:"project_name"`
	RoleID      string `json:"role_id"`
	RoleName    string `json:"role_name"`
	RoleSlug    string `json:"role_slug"`
}

// APIKeyWithSecret is a key as it is shown once, after it was created or regenerated.
type APIKeyWithSecret struct {
	APIKey
	Secret string `json:"secret"`
}

// identity is empty without a secret too: such an answer is of no use, and the key is lost.
func (k APIKeyWithSecret) identity() string {
	if k.Secret == "" {
		return ""
	}
	return k.ID
}

// APIKeyFilter narrows a list of keys; empty fields do not.
type APIKeyFilter struct {
	Scope string
}

// CreateAPIKeyRequest describes a new key. Name is required. The role cannot be changed later; projects are reached
// by adding the key as a project member.
type CreateAPIKeyRequest struct {
	Name          string     `json:"name"` // 1 to 128 characters
	RateLimitTier string     `json:"rate_limit_tier,omitempty"`
	ExpiresAt     *time.Time `json:"expires_at,omitempty"` // nil for never
	RoleID        string     `json:"role_id,omitempty"`    // of a role with account scope
}

// UpdateAPIKeyRequest changes a key; fields that are nil stay. At least one is needed.
type UpdateAPIKeyRequest struct {
	Name          *string    `json:"name,omitempty"`
	RateLimitTier *string    `json:"rate_limit_tier,omitempty"`
	ExpiresAt     *time.Time `json:"expires_at,omitempty"`
	IsActive      *bool      `json:"is_active,omitempty"`
}

// GetAPIKey returns the key with the given id.
func (c *Client) GetAPIKey(ctx context.Context, id string) (*APIKey, error) {
	return payload[APIKey](ctx, c.Reader, request{method: http.MethodGet, path: v1("api-keys", id), about: id})
}

// ReadAPIKey is [Client.GetAPIKey] for reading many; see [Reader.ReadVM].
func (c *Client) ReadAPIKey(ctx context.Context, id string) (*APIKey, error) {
	return c.fleets.apiKeys.get(ctx, c.Reader, "", id, func(ctx context.Context) (*APIKey, error) { return c.GetAPIKey(ctx, id) })
}

// ListAPIKeys yields the keys of the account.
func (c *Client) ListAPIKeys(ctx context.Context, f APIKeyFilter) iter.Seq2[*APIKey, error] {
	return pages[APIKey](ctx, c.Reader, v1("api-keys"), filter("scope", f.Scope))
}

// CreateAPIKey creates a key. Its secret is shown this once.
func (c *Client) CreateAPIKey(ctx context.Context, body CreateAPIKeyRequest) (*APIKeyWithSecret, error) {
	req := request{method: http.MethodPost, path: v1("api-keys"), body: body}
	return payload[APIKeyWithSecret](ctx, c.Reader, req)
}

// UpdateAPIKey changes a key.
func (c *Client) UpdateAPIKey(ctx context.Context, id string, body UpdateAPIKeyRequest) (*APIKey, error) {
	return payload[APIKey](ctx, c.Reader, request{method: http.MethodPatch, path: v1("api-keys", id), about: id, body: body})
}

// RegenerateAPIKey gives a key a new secret, shown this once; the old one ends at once.
func (c *Client) RegenerateAPIKey(ctx context.Context, id string) (*APIKeyWithSecret, error) {
	req := request{method: http.MethodPost, path: v1("api-keys", id, "regenerate"), about: id}
	return payload[APIKeyWithSecret](ctx, c.Reader, req)
}

// RevokeAPIKey ends a key for good.
func (c *Client) RevokeAPIKey(ctx context.Context, id string) error {
	return nothing(ctx, c.Reader, request{method: http.MethodDelete, path: v1("api-keys", id)})
}

// keyPrefixLength is how much of a key the API shows: raff_ and 8 characters.
const keyPrefixLength = 13

// Uses reports whether the key with the given KeyPrefix is the one that this client sends. An empty prefix is none.
func (c *Client) Uses(keyPrefix string) bool {
	return len(keyPrefix) == keyPrefixLength && strings.HasPrefix(c.apiKey, keyPrefix)
}
