package member

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

// membership is what the API says of a member of the account and of a project alike.
type membership struct {
	ID                  types.String `tfsdk:"id"`
	Email               types.String `tfsdk:"email"`
	UserID              types.String `tfsdk:"user_id"`
	RoleID              types.String `tfsdk:"role_id"`
	RoleName            types.String `tfsdk:"role_name"`
	RoleSlug            types.String `tfsdk:"role_slug"`
	Status              types.String `tfsdk:"status"`
	InvitationID        types.String `tfsdk:"invitation_id"`
	InvitationExpiresAt types.String `tfsdk:"invitation_expires_at"`
	InvitedBy           types.String `tfsdk:"invited_by"`
	InvitedAt           types.String `tfsdk:"invited_at"`
	AcceptedAt          types.String `tfsdk:"accepted_at"`
	CreatedAt           types.String `tfsdk:"created_at"`
}

// fromAPI fills the model. An address that only differs in letter case stays as it was.
func (m *membership) fromAPI(a *client.Member) {
	m.ID = types.StringValue(a.ID)
	m.Email = framework.EmailText.Keep(m.Email, a.Email)
	m.UserID = framework.StringOrNull(a.UserID)
	m.RoleID = framework.StringOrNull(a.RoleID)
	m.RoleName = framework.StringOrNull(a.RoleName)
	m.RoleSlug = framework.StringOrNull(a.Role)
	m.Status = types.StringValue(a.Status)
	m.InvitationID = framework.StringOrNull(a.InvitationID)
	m.InvitationExpiresAt = framework.OptionalTime(a.InvitationExpiresAt)
	m.InvitedBy = framework.StringOrNull(a.InvitedBy)
	m.InvitedAt = framework.OptionalTime(a.InvitedAt)
	m.AcceptedAt = framework.OptionalTime(a.AcceptedAt)
	m.CreatedAt = framework.OptionalTime(a.CreatedAt)
}

// projectMembership gives a member of a project the form of one of the account.
func projectMembership(m *client.ProjectMember) *client.Member {
	return &client.Member{
		ID: m.ID, UserID: m.UserID, Email: m.Email, Role: m.Role, RoleID: m.RoleID, RoleName: m.RoleName, Status: m.Status,
		InvitedBy: m.InvitedBy, InvitedAt: m.InvitedAt, AcceptedAt: m.AcceptedAt, InvitationID: m.InvitationID,
		InvitationExpiresAt: m.InvitationExpiresAt, CreatedAt: m.CreatedAt,
	}
}

// grant adds to a membership how Terraform names its member, and whether it is suspended.
type grant struct {
	membership
	TargetUserID types.String `tfsdk:"target_user_id"`
	APIKeyID     types.String `tfsdk:"api_key_id"`
	Suspended    types.Bool   `tfsdk:"suspended"`
}

func (g *grant) fromAPI(a *client.Member) {
	g.membership.fromAPI(a)
	g.Suspended = types.BoolValue(a.Status == client.MemberSuspended)
}

// who names the member in diagnostics.
func (g *grant) who() string {
	for _, name := range []types.String{g.Email, g.TargetUserID, g.APIKeyID} {
		if framework.Known(name) {
			return name.ValueString()
		}
	}
	return ""
}

// otherPerson names the attribute by which the plan means somebody else than the state, or is empty. What the server
// filled in, or an import left out, is no difference.
func (g *grant) otherPerson(state, config *grant) string {
	if !config.Email.IsNull() && !framework.EmailText.Same(config.Email, state.Email) {
		return "email"
	}
	if !config.TargetUserID.IsNull() && !config.TargetUserID.Equal(state.UserID) && !config.TargetUserID.Equal(state.TargetUserID) {
		return "target_user_id"
	}
	// The API does not say which key a member is, so that the first one named for an imported member is believed.
	imported := state.APIKeyID.IsNull() && state.UserID.IsNull() && state.InvitationID.IsNull()
	if !config.APIKeyID.IsNull() && !config.APIKeyID.Equal(state.APIKeyID) && !imported {
		return "api_key_id"
	}
	return ""
}

// isNamed tells whether an answer of the API is about the member that the plan names. The API does not say which key
// a member is, only that it is no user.
func (g *grant) isNamed(m *client.Member) bool {
	switch {
	case framework.Known(g.TargetUserID):
		return m.UserID == g.TargetUserID.ValueString()
	case framework.Known(g.APIKeyID):
		return m.UserID == "" && m.Status != client.MemberPending && m.RoleID == g.RoleID.ValueString()
	default:
		return strings.EqualFold(m.Email, g.Email.ValueString())
	}
}

// memberModel is a member of the account.
type memberModel struct {
	membership
	AccountID types.String `tfsdk:"account_id"`
	UpdatedAt types.String `tfsdk:"updated_at"`
}

func (m *memberModel) fromAPI(a *client.Member) {
	m.membership.fromAPI(a)
	m.AccountID = framework.StringOrNull(a.AccountID)
	m.UpdatedAt = framework.OptionalTime(a.UpdatedAt)
}

// memberResourceModel is the raff_member resource.
type memberResourceModel struct {
	grant
	AccountID types.String `tfsdk:"account_id"`
	UpdatedAt types.String `tfsdk:"updated_at"`
}

func (m *memberResourceModel) fromAPI(a *client.Member) {
	m.grant.fromAPI(a)
	m.AccountID = framework.StringOrNull(a.AccountID)
	m.UpdatedAt = framework.OptionalTime(a.UpdatedAt)
}

func (m *memberResourceModel) object() string {
	return framework.Object("member", m.who(), m.ID.ValueString(), "")
}

// projectMemberModel is a member of a project.
type projectMemberModel struct {
	membership
	ProjectID types.String `tfsdk:"project_id"`
}

func (m *projectMemberModel) fromAPI(a *client.ProjectMember) {
	m.membership.fromAPI(projectMembership(a))
	m.ProjectID = types.StringValue(a.ProjectID)
}

// projectMemberResourceModel is the raff_project_member resource.
type projectMemberResourceModel struct {
	grant
	ProjectID types.String `tfsdk:"project_id"`
}

func (m *projectMemberResourceModel) fromAPI(a *client.ProjectMember) {
	m.grant.fromAPI(projectMembership(a))
	m.ProjectID = types.StringValue(a.ProjectID)
}

func (m *projectMemberResourceModel) object() string {
	return framework.Object("project member", m.who(), m.ID.ValueString(), m.ProjectID.ValueString())
}
