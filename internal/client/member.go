package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// States of a membership.
const (
	MemberPending   = "pending" // invited, not accepted yet
	MemberActive    = "active"
	MemberSuspended = "suspended"
)

// Member is a user or an API key with a role in the account.
type Member struct {
	ID                  string     `json:"id" api:"required"`
	AccountID           string     `json:"account_id"`
	UserID              string     `json:"user_id"` // empty until an invitation is accepted
	Email               string     `json:"email" api:"required"`
	Role                string     `json:"role"` // slug; the API prefers RoleID
	RoleID              string     `json:"role_id"`
	RoleName            string     `json:"role_name"`
	Status              string     `json:"status" api:"required"`
	InvitedBy           string     `json:"invited_by"`
	InvitedAt           *time.Time `json:"invited_at"`
	AcceptedAt          *time.Time `json:"accepted_at"`
	InvitationID        string     `json:"invitation_id"` // while pending
	InvitationExpiresAt *time.Time `json:"invitation_expires_at"`
	CreatedAt           *time.Time `json:"created_at"`
	UpdatedAt           *time.Time `json:"updated_at"`
}

func (m Member) identity() string { return m.ID }

// MemberFilter narrows a list of members; empty fields do not.
type MemberFilter struct {
	Status string
}

// AddMemberRequest adds a member: by exactly one of Email, TargetUserID and APIKeyID. RoleID is required.
type AddMemberRequest struct {
	Email        string `json:"email,omitempty"` // sends an invitation
	TargetUserID string `json:"target_user_id,omitempty"`
	APIKeyID     string `json:"api_key_id,omitempty"`
	RoleID       string `json:"role_id"`
}

// UpdateMemberRequest changes a member of the account or of a project; fields that are nil stay. At least one is
// needed.
type UpdateMemberRequest struct {
	RoleID *string `json:"role_id,omitempty"`
	Status *string `json:"status,omitempty"` // MemberActive or MemberSuspended
}

// GetMember returns the account member with the given id.
func (c *Client) GetMember(ctx context.Context, id string) (*Member, error) {
	return payload[Member](ctx, c.Reader, request{method: http.MethodGet, path: v1("members", id), about: id})
}

// ReadMember is [Client.GetMember] for reading many; see [Reader.ReadVM].
func (c *Client) ReadMember(ctx context.Context, id string) (*Member, error) {
	return c.fleets.members.get(ctx, c.Reader, "", id, func(ctx context.Context) (*Member, error) { return c.GetMember(ctx, id) })
}

// ListMembers yields the members of the account, pending ones too.
func (c *Client) ListMembers(ctx context.Context, f MemberFilter) iter.Seq2[*Member, error] {
	return pages[Member](ctx, c.Reader, v1("members"), filter("status", f.Status))
}

// AddMember adds a member to the account, or invites one.
func (c *Client) AddMember(ctx context.Context, body AddMemberRequest) (*Member, error) {
	return payload[Member](ctx, c.Reader, request{method: http.MethodPost, path: v1("members"), body: body})
}

// UpdateMember changes a member's role or status.
func (c *Client) UpdateMember(ctx context.Context, id string, body UpdateMemberRequest) (*Member, error) {
	return payload[Member](ctx, c.Reader, request{method: http.MethodPatch, path: v1("members", id), about: id, body: body})
}

// RemoveMember removes a member from the account.
func (c *Client) RemoveMember(ctx context.Context, id string) error {
	return nothing(ctx, c.Reader, request{method: http.MethodDelete, path: v1("members", id)})
}
