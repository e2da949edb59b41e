package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// SecurityGroup is a set of firewall rules for public interfaces.
type SecurityGroup struct {
	ID          string              `json:"id" api:"required"`
	Name        string              `json:"name" api:"required"`
	Description string              `json:"description"`
	Rules       []SecurityGroupRule `json:"rules" api:"required"`
	VMCount     *int64              `json:"vm_count"` // interfaces that use it
	ProjectID   string              `json:"project_id"`
	CreatedAt   *time.Time          `json:"created_at"`
	UpdatedAt   *time.Time          `json:"updated_at"`
}

func (g SecurityGroup) identity() string { return g.ID }

// SecurityGroupRule allows traffic. In Size and ICMPType 0 is a value; nil is none.
type SecurityGroupRule struct {
	Protocol string `json:"protocol" api:"required"`  // TCP, UDP, ICMP, ICMPV6, IPSEC or ALL
	RuleType string `json:"rule_type" api:"required"` // INBOUND or OUTBOUND
	Range    string `json:"range,omitempty"`          // ports: "22", "80,443", "3000:4000"; empty for ICMP and ALL
	IP       string `json:"ip,omitempty"`             // empty means any
	Size     *int64 `json:"size,omitempty"`           // prefix length that goes with IP
	ICMPType *int64 `json:"icmp_type,omitempty"`      // only with ICMP and ICMPV6
}

// SecurityGroupTemplate is a set of rules to begin with.
type SecurityGroupTemplate struct {
	ID          string              `json:"id" api:"required"`
	Name        string              `json:"name" api:"required"`
	Description string              `json:"description"`
	Rules       []SecurityGroupRule `json:"rules" api:"required"`
}

func (t SecurityGroupTemplate) identity() string { return t.ID }

// CreateSecurityGroupRequest describes a new group. Name is required, 1 to 64 characters, unique in the account.
// The rules of the template are copied and merged with Rules.
type CreateSecurityGroupRequest struct {
	Name        string              `json:"name"`
	Description string              `json:"description,omitempty"`
	TemplateID  string              `json:"template_id,omitempty"`
	Rules       []SecurityGroupRule `json:"rules,omitempty"`
}

// UpdateSecurityGroupRequest changes a group; fields that are nil stay. At least one is needed.
type UpdateSecurityGroupRequest struct {
	Name        *string `json:"name,omitempty"`
	Description *string `json:"description,omitempty"`
	// Rules replaces the whole set; a pointer to an empty, non-nil list removes all rules.
	Rules *[]SecurityGroupRule `json:"rules,omitempty"`
}

// GetSecurityGroup returns the group with the given id.
func (r Reader) GetSecurityGroup(ctx context.Context, id string) (*SecurityGroup, error) {
	return payload[SecurityGroup](ctx, r, request{method: http.MethodGet, path: v1("security-groups", id), about: id})
}

// ReadSecurityGroup is [Reader.GetSecurityGroup] for reading many; see [Reader.ReadVM].
func (r Reader) ReadSecurityGroup(ctx context.Context, id string) (*SecurityGroup, error) {
	return r.fleets.groups.getInProject(ctx, r, id, func(ctx context.Context) (*SecurityGroup, error) { return r.GetSecurityGroup(ctx, id) })
}

// ListSecurityGroups yields the groups in the reader's scope. The API does not page them.
func (r Reader) ListSecurityGroups(ctx context.Context) iter.Seq2[*SecurityGroup, error] {
	return whole[SecurityGroup](ctx, r, v1("security-groups"), nil)
}

// ListSecurityGroupTemplates yields the templates. They belong to no project.
func (c *Client) ListSecurityGroupTemplates(ctx context.Context) iter.Seq2[*SecurityGroupTemplate, error] {
	return whole[SecurityGroupTemplate](ctx, c.Reader, v1("security-groups", "templates"), nil)
}

// CreateSecurityGroup creates a group in the project. The API may rewrite the rules.
func (s *Scoped) CreateSecurityGroup(ctx context.Context, body CreateSecurityGroupRequest) (*SecurityGroup, error) {
	req := request{method: http.MethodPost, path: v1("security-groups"), body: body}
	return payload[SecurityGroup](ctx, s.Reader, req)
}

// UpdateSecurityGroup changes a group. The API may rewrite the rules.
func (s *Scoped) UpdateSecurityGroup(
	ctx context.Context, id string, body UpdateSecurityGroupRequest,
) (*SecurityGroup, error) {
	req := request{method: http.MethodPut, path: v1("security-groups", id), about: id, body: body}
	return payload[SecurityGroup](ctx, s.Reader, req)
}

// DeleteSecurityGroup deletes a group. [ErrConflict]: it is attached to an interface.
func (s *Scoped) DeleteSecurityGroup(ctx context.Context, id string) error {
	return nothing(ctx, s.Reader, request{method: http.MethodDelete, path: v1("security-groups", id)})
}
