package client

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"sync"
)

// ownAccount remembers which account the client's key belongs to, which never changes.
type ownAccount struct {
	mu sync.Mutex
	id string
}

// Check asks the API for the first project that the key sees. It fails where the address does not answer as the Raff
// API does, or does not take the key; where it succeeds, [Client.AccountID] may know the account by it.
func (c *Client) Check(ctx context.Context) error {
	c.account.mu.Lock()
	defer c.account.mu.Unlock()
	project, err := first[Project](ctx, c.Reader, v1("projects"))
	if errors.Is(err, ErrForbidden) { // it is the API, and the key may not see projects
		return nil
	}
	if err == nil && project != nil {
		c.account.id = project.AccountID
	}
	return err
}

// AccountID returns the id of the account that the key belongs to, which is asked for once. It is found by whatever
// the key may see, and empty where that is nothing that tells.
func (c *Client) AccountID(ctx context.Context) (string, error) {
	c.account.mu.Lock()
	defer c.account.mu.Unlock()
	sources := []func() (string, error){
		func() (string, error) {
			p, err := first[Project](ctx, c.Reader, v1("projects"))
			return field(p, err, func(p *Project) string { return p.AccountID })
		},
		func() (string, error) {
			m, err := first[Member](ctx, c.Reader, v1("members"))
			return field(m, err, func(m *Member) string { return m.AccountID })
		},
		func() (string, error) {
			k, err := first[APIKey](ctx, c.Reader, v1("api-keys"))
			return field(k, err, func(k *APIKey) string { return k.AccountID })
		},
		func() (string, error) { return accountOfRoles(c.ListRoles(ctx, RoleFilter{})) },
	}
	for _, ask := range sources {
		if c.account.id != "" {
			break
		}
		id, err := ask()
		if err != nil && !errors.Is(err, ErrForbidden) {
			return "", err
		}
		c.account.id = id
	}
	return c.account.id, nil
}

// accountOfRoles finds the account of the first role that is not the platform's own.
func accountOfRoles(roles iter.Seq2[*Role, error]) (string, error) {
	for role, err := range roles {
		if err != nil {
			return "", err
		}
		if role.AccountID != "" {
			return role.AccountID, nil
		}
	}
	return "", nil
}

// first returns the first element of a list, or nil.
func first[T object](ctx context.Context, r Reader, path []string) (*T, error) {
	var out page[T]
	query := url.Values{"limit": {"1"}}
	if err := r.do(ctx, request{method: http.MethodGet, path: path, query: query}, &out); err != nil {
		return nil, err
	}
	if len(out.Data.items) == 0 {
		return nil, nil
	}
	return &out.Data.items[0], nil
}

// field is a field of an object that may be nil.
func field[T any](object *T, err error, of func(*T) string) (string, error) {
	if err != nil || object == nil {
		return "", err
	}
	return of(object), nil
}

// UserID returns the id of the user whose key this is, as created_by of what it creates has it. It is empty where the
// key may not see API keys.
func (c *Client) UserID(ctx context.Context) (string, error) {
	for key, err := range c.ListAPIKeys(ctx, APIKeyFilter{}) {
		if errors.Is(err, ErrForbidden) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		if c.Uses(key.KeyPrefix) {
			return key.CreatedBy, nil
		}
	}
	return "", nil
}
