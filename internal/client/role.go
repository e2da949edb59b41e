package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Scopes of roles and permissions.
const (
	ScopeAccount = "account"
	ScopeProject = "project"
)

// Role is a set of permissions, of the account or of projects.
type Role struct {
	ID          string     `json:"id" api:"required"`
	AccountID   string     `json:"account_id"` // empty for system roles
	Name        string     `json:"name" api:"required"`
	Slug        string     `json:"slug" api:"required"` // never changes
	Description string     `json:"description"`
	Scope       string     `json:"scope" api:"required"` // ScopeAccount or ScopeProject; never changes
	Permissions []string   `json:"permissions" api:"required"`
	IsSystem    bool       `json:"is_system" api:"required"` // cannot be changed or deleted
	CreatedBy   string     `json:"created_by"`
	CreatedAt   *time.Time `json:"created_at"`
	UpdatedAt   *time.Time `json:"updated_at"`
}

func (r Role) identity() string { return r.ID }

// Permission is what a role can contain.
type Permission struct {
	Name        string `json:"name" api:"required"` // such as vm.create
	Description string `json:"description"`
	Scope       string `json:"scope" api:"required"` // ScopeAccount or ScopeProject
	Category    string `json:"category" api:"required"`
}

func (p Permission) identity() string { return p.Name }

// RoleFilter narrows a list of roles or permissions; empty fields do not.
type RoleFilter struct {
	Scope string // ScopeAccount or ScopeProject
}

// CreateRoleRequest describes a new role. All but Description are required, and at least one permission.
type CreateRoleRequest struct {
	Name        string   `json:"name"` // 1 to 64 characters
	Slug        string   `json:"slug"` // lower case letters, digits and hyphens
	Description string   `json:"description,omitempty"`
	Scope       string   `json:"scope"`
	Permissions []string `json:"permissions"`
}

// UpdateRoleRequest changes a role; fields that are nil stay. At least one is needed.
type UpdateRoleRequest struct {
	Name        *string   `json:"name,omitempty"`
	Description *string   `json:"description,omitempty"`
	Permissions *[]string `json:"permissions,omitempty"` // replaces them all
}

// GetRole returns the role with the given id.
func (c *Client) GetRole(ctx context.Context, id string) (*Role, error) {
	return payload[Role](ctx, c.Reader, request{method: http.MethodGet, path: v1("roles", id), about: id})
}

// ReadRole is [Client.GetRole] for reading many; see [Reader.ReadVM].
func (c *Client) ReadRole(ctx context.Context, id string) (*Role, error) {
	return c.fleets.roles.get(ctx, c.Reader, "", id, func(ctx context.Context) (*Role, error) { return c.GetRole(ctx, id) })
}

// ListRoles yields the roles, those of the system and those of the account.
func (c *Client) ListRoles(ctx context.Context, f RoleFilter) iter.Seq2[*Role, error] {
	return pages[Role](ctx, c.Reader, v1("roles"), filter("scope", f.Scope))
}

// ListPermissions yields all permissions there are. The API does not page them.
func (c *Client) ListPermissions(ctx context.Context, f RoleFilter) iter.Seq2[*Permission, error] {
	return whole[Permission](ctx, c.Reader, v1("permissions"), filter("scope", f.Scope))
}

// CreateRole creates a role.
func (c *Client) CreateRole(ctx context.Context, body CreateRoleRequest) (*Role, error) {
	return payload[Role](ctx, c.Reader, request{method: http.MethodPost, path: v1("roles"), body: body})
}

// UpdateRole changes a role, for all who have it from their next request on.
func (c *Client) UpdateRole(ctx context.Context, id string, body UpdateRoleRequest) (*Role, error) {
	return payload[Role](ctx, c.Reader, request{method: http.MethodPatch, path: v1("roles", id), about: id, body: body})
}

// DeleteRole deletes a role. [ErrConflict]: it is in use.
func (c *Client) DeleteRole(ctx context.Context, id string) error {
	return nothing(ctx, c.Reader, request{method: http.MethodDelete, path: v1("roles", id)})
}
