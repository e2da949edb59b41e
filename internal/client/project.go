package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Project groups objects; each project-scoped object belongs to exactly one, for good.
type Project struct {
	ID            string    `json:"id" api:"required"`
	AccountID     string    `json:"account_id" api:"required"`
	Name          string    `json:"name" api:"required"`
	Slug          string    `json:"slug" api:"required"` // made from the first name, never changes
	Description   string    `json:"description"`
	DefaultRegion string    `json:"default_region" api:"required"`
	IsDefault     bool      `json:"is_default" api:"required"` // one per account; it cannot be deleted
	IsActive      bool      `json:"is_active" api:"required"`
	CreatedBy     string    `json:"created_by"`
	CreatedAt     time.Time `json:"created_at" api:"required"`
	UpdatedAt     time.Time `json:"updated_at" api:"required"`
}

func (p Project) identity() string { return p.ID }

// CreateProjectRequest describes a new project. Name is required, 1 to 64 characters, unique in the account.
type CreateProjectRequest struct {
	Name          string `json:"name"`
	Description   string `json:"description,omitempty"`
	DefaultRegion string `json:"default_region,omitempty"`
}

// UpdateProjectRequest changes a project; fields that are nil stay.
type UpdateProjectRequest struct {
	Name          *string `json:"name,omitempty"`
	Description   *string `json:"description,omitempty"`
	DefaultRegion *string `json:"default_region,omitempty"`
}

// GetProject returns the project with the given id.
func (c *Client) GetProject(ctx context.Context, id string) (*Project, error) {
	return payload[Project](ctx, c.Reader, request{method: http.MethodGet, path: v1("projects", id), about: id})
}

// ReadProject is [Client.GetProject] for reading many; see [Reader.ReadVM].
func (c *Client) ReadProject(ctx context.Context, id string) (*Project, error) {
	return c.fleets.projects.get(ctx, c.Reader, "", id, func(ctx context.Context) (*Project, error) { return c.GetProject(ctx, id) })
}

// ListProjects yields the projects that the key can see.
func (c *Client) ListProjects(ctx context.Context) iter.Seq2[*Project, error] {
	return pages[Project](ctx, c.Reader, v1("projects"), nil)
}

// CreateProject creates a project.
func (c *Client) CreateProject(ctx context.Context, body CreateProjectRequest) (*Project, error) {
	return payload[Project](ctx, c.Reader, request{method: http.MethodPost, path: v1("projects"), body: body})
}

// UpdateProject changes a project.
func (c *Client) UpdateProject(ctx context.Context, id string, body UpdateProjectRequest) (*Project, error) {
	return payload[Project](ctx, c.Reader, request{method: http.MethodPut, path: v1("projects", id), about: id, body: body})
}

// DeleteProject deletes an empty project that is not the default one. [ErrConflict]: something is left in it.
func (c *Client) DeleteProject(ctx context.Context, id string) error {
	return nothing(ctx, c.Reader, request{method: http.MethodDelete, path: v1("projects", id)})
}
