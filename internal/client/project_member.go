package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// ProjectMember is a user or an API key with a role in a project.
type ProjectMember struct {
	ID                  string     `json:"id" api:"required"`
	ProjectID           string     `json:"project_id"`
	UserID              string     `json:"user_id"` // empty until an invitation is accepted
	Email               string     `json:"email" api:"required"`
	Role                string     `json:"role"` // slug; the API prefers RoleID
	RoleID              string     `json:"role_id"`
	RoleName            string     `json:"role_name"`
	Status              string     `json:"status" api:"required"` // MemberPending, MemberActive or MemberSuspended
	InvitedBy           string     `json:"invited_by"`
	InvitedAt           *time.Time `json:"invited_at"`
	AcceptedAt          *time.Time `json:"accepted_at"`
	InvitationID        string     `json:"invitation_id"` // while pending
	InvitationExpiresAt *time.Time `json:"invitation_expires_at"`
	CreatedAt           *time.Time `json:"created_at"`
}

func (m ProjectMember) identity() string { return m.ID }

// AddProjectMemberRequest gives a member of the account, or an API key, a role in a project: by exactly one of
// TargetUserID and APIKeyID. RoleID, of a role with project scope, is required.
type AddProjectMemberRequest struct {
	TargetUserID string `json:"target_user_id,omitempty"`
	APIKeyID     string `json:"api_key_id,omitempty"`
	RoleID       string `json:"role_id"`
}

// GetProjectMember returns the member with the given id of a project.
func (c *Client) GetProjectMember(ctx context.Context, projectID, id string) (*ProjectMember, error) {
	return payload[ProjectMember](ctx, c.Reader, request{method: http.MethodGet, path: projectMembers(projectID, id), about: id})
}

// ReadProjectMember is [Client.GetProjectMember] for reading many; see [Reader.ReadVM].
func (c *Client) ReadProjectMember(ctx context.Context, projectID, id string) (*ProjectMember, error) {
	return c.fleets.projectMembers.get(ctx, c.Reader, projectID, id, func(ctx context.Context) (*ProjectMember, error) {
		return c.GetProjectMember(ctx, projectID, id)
	})
}

// ListProjectMembers yields the members of a project.
func (c *Client) ListProjectMembers(
	ctx context.Context, projectID string, f MemberFilter,
) iter.Seq2[*ProjectMember, error] {
	return pages[ProjectMember](ctx, c.Reader, projectMembers(projectID), filter("status", f.Status))
}

// AddProjectMember adds a member to a project.
func (c *Client) AddProjectMember(
	ctx context.Context, projectID string, body AddProjectMemberRequest,
) (*ProjectMember, error) {
	req := request{method: http.MethodPost, path: projectMembers(projectID), body: body}
	return payload[ProjectMember](ctx, c.Reader, req)
}

// UpdateProjectMember changes a member's role or status in a project.
func (c *Client) UpdateProjectMember(
	ctx context.Context, projectID, id string, body UpdateMemberRequest,
) (*ProjectMember, error) {
	req := request{method: http.MethodPatch, path: projectMembers(projectID, id), about: id, body: body}
	return payload[ProjectMember](ctx, c.Reader, req)
}

// RemoveProjectMember removes a member from a project, who stays a member of the account.
func (c *Client) RemoveProjectMember(ctx context.Context, projectID, id string) error {
	return nothing(ctx, c.Reader, request{method: http.MethodDelete, path: projectMembers(projectID, id), about: id})
}

func projectMembers(projectID string, rest ...string) []string {
	return append(v1("projects", projectID, "members"), rest...)
}
