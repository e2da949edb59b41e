package client

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"time"
)

// Invitation asks someone by email to join the account or a project.
type Invitation struct {
	ID             string     `json:"id" api:"required"`
	Type           string     `json:"type" api:"required"` // ScopeAccount or ScopeProject
	AccountID      string     `json:"account_id"`
	AccountName    string     `json:"account_name"`
	ProjectID      string     `json:"project_id"` // with ScopeProject
	ProjectName    string     `json:"project_name"`
	Email          string     `json:"email" api:"required"`
	RoleID         string     `json:"role_id"`
	RoleName       string     `json:"role_name"`
	InvitedByID    string     `json:"invited_by_id"`
	InvitedByEmail string     `json:"invited_by_email"`
	InvitedByName  string     `json:"invited_by_name"`
	ExpiresAt      *time.Time `json:"expires_at"`
	CreatedAt      *time.Time `json:"created_at"`
}

func (i Invitation) identity() string { return i.ID }

// CreateInvitationRequest invites someone who is no member yet; both fields are required. The role's scope must be
// that of the invitation.
type CreateInvitationRequest struct {
	Email  string `json:"email"`
	RoleID string `json:"role_id"`
}

// CreateInvitation invites someone to the account. Until accepted, it shows as a pending member.
func (c *Client) CreateInvitation(ctx context.Context, body CreateInvitationRequest) (*Invitation, error) {
	return payload[Invitation](ctx, c.Reader, request{method: http.MethodPost, path: v1("invitations"), body: body})
}

// CreateProjectInvitation invites someone to a project.
func (c *Client) CreateProjectInvitation(
	ctx context.Context, projectID string, body CreateInvitationRequest,
) (*Invitation, error) {
	req := request{method: http.MethodPost, path: v1("projects", projectID, "invitations"), body: body}
	return payload[Invitation](ctx, c.Reader, req)
}

// CancelInvitation makes an invitation's link invalid.
func (c *Client) CancelInvitation(ctx context.Context, id string) error {
	return nothing(ctx, c.Reader, request{method: http.MethodDelete, path: v1("invitations", id)})
}

// InvitedMember returns the pending member that an invitation to the account made. A new one is waited for a moment,
// since lists can lag behind. [ErrNotFound]: the invitation is over, or was accepted.
func (c *Client) InvitedMember(ctx context.Context, invitationID string) (*Member, error) {
	return invited(ctx, c, invitationID, func(ctx context.Context) iter.Seq2[*Member, error] {
		return c.ListMembers(ctx, MemberFilter{Status: MemberPending})
	}, func(m *Member) string { return m.InvitationID })
}

// InvitedProjectMember is [Client.InvitedMember] for an invitation to a project.
func (c *Client) InvitedProjectMember(ctx context.Context, projectID, invitationID string) (*ProjectMember, error) {
	return invited(ctx, c, invitationID, func(ctx context.Context) iter.Seq2[*ProjectMember, error] {
		return c.ListProjectMembers(ctx, projectID, MemberFilter{Status: MemberPending})
	}, func(m *ProjectMember) string { return m.InvitationID })
}

func invited[T any](
	ctx context.Context, c *Client, invitationID string,
	list func(context.Context) iter.Seq2[*T, error], invitationOf func(*T) string,
) (*T, error) {
	return Waiter[*T]{
		Subject: "the pending member of invitation " + invitationID,
		Target:  []string{MemberPending},
		Clock:   c.clock,
		Refresh: func(ctx context.Context) (*T, string, error) {
			for member, err := range list(ctx) {
				if err != nil {
					return nil, "", err
				}
				if invitationOf(member) == invitationID {
					return member, MemberPending, nil
				}
			}
			return nil, "", fmt.Errorf("no member is pending with invitation %s: %w", invitationID, ErrNotFound)
		},
	}.Wait(ctx)
}
