package member

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// membership is what the API says of a member of the account and of a project alike, and the resources and the data
// sources share.
type membership struct {
	ID                  types.String `tfsdk:"id"`
	Email               types.String `tfsdk:"email"`
	UserID              types.String `tfsdk:"user_id"`
	RoleID              types.String `tfsdk:"role_id"`
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
	m.Email = tfkit.EmailText.Keep(m.Email, a.Email)
	m.UserID = tfkit.StringOrNull(a.UserID)
	m.RoleID = tfkit.StringOrNull(a.RoleID)
	m.RoleSlug = tfkit.StringOrNull(a.Role)
	m.Status = types.StringValue(a.Status)
	m.InvitationID = tfkit.StringOrNull(a.InvitationID)
	m.InvitationExpiresAt = tfkit.OptionalTime(a.InvitationExpiresAt)
	m.InvitedBy = tfkit.StringOrNull(a.InvitedBy)
	m.InvitedAt = tfkit.OptionalTime(a.InvitedAt)
	m.AcceptedAt = tfkit.OptionalTime(a.AcceptedAt)
	m.CreatedAt = tfkit.OptionalTime(a.CreatedAt)
}

// dataMembership adds what only the data sources have: another resource can rename the role.
type dataMembership struct {
	membership
	RoleName types.String `tfsdk:"role_name"`
}

func (m *dataMembership) fromAPI(a *client.Member) {
	m.membership.fromAPI(a)
	m.RoleName = tfkit.StringOrNull(a.RoleName)
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

// fromAPI fills the model. A status that this version does not know says nothing about the suspension.
func (g *grant) fromAPI(a *client.Member) {
	g.membership.fromAPI(a)
	switch a.Status {
	case client.MemberSuspended:
		g.Suspended = types.BoolValue(true)
	case client.MemberActive, client.MemberPending:
		g.Suspended = types.BoolValue(false)
	default:
		g.Suspended = types.BoolValue(g.Suspended.ValueBool())
	}
}

// who names the member in diagnostics.
func (g *grant) who() string {
	for _, name := range []types.String{g.Email, g.TargetUserID, g.APIKeyID} {
		if tfkit.Known(name) {
			return name.ValueString()
		}
	}
	return ""
}

// otherPerson names the attribute by which the plan means somebody else than the state, or is empty. What the server
// filled in, an import left out, or is not known yet, is no difference.
func (g *grant) otherPerson(state, config *grant) string {
	if tfkit.Known(config.Email) && !tfkit.EmailText.Same(config.Email, state.Email) {
		return "email"
	}
	if tfkit.Known(config.TargetUserID) && !config.TargetUserID.Equal(state.UserID) && !config.TargetUserID.Equal(state.TargetUserID) {
		return "target_user_id"
	}
	// The API does not say which key a member is, so that the first one named for an imported member is believed.
	imported := state.APIKeyID.IsNull() && state.UserID.IsNull() && state.InvitationID.IsNull()
	if tfkit.Known(config.APIKeyID) && !config.APIKeyID.Equal(state.APIKeyID) && !imported {
		return "api_key_id"
	}
	return ""
}

// isNamed tells whether an answer of the API is about the member that the plan names. The API does not say which key
// a member is, only that it is no user.
func (g *grant) isNamed(m *client.Member) bool {
	switch {
	case tfkit.Known(g.TargetUserID):
		return m.UserID == g.TargetUserID.ValueString()
	case tfkit.Known(g.APIKeyID):
		return m.UserID == "" && m.Status != client.MemberPending && m.RoleID == g.RoleID.ValueString()
	default:
		return strings.EqualFold(m.Email, g.Email.ValueString())
	}
}

// candidate describes a member that adding the one of the plan may have made, or that is in its way. Which key a member
// is the API does not say.
func (g *grant) candidate(m *client.Member, id, project string) tfkit.Candidate {
	named := g.isNamed(m)
	return tfkit.Candidate{
		ID: id, Name: m.Email, ProjectID: project, CreatedAt: tfkit.TimeOrZero(m.CreatedAt), CreatedBy: m.InvitedBy,
		Taken: named && !tfkit.Known(g.APIKeyID), MayBeTaken: named, Same: named && m.RoleID == g.RoleID.ValueString(),
	}
}

// memberModel is a member of the account.
type memberModel struct {
	dataMembership
	AccountID types.String `tfsdk:"account_id"`
	UpdatedAt types.String `tfsdk:"updated_at"`
}

func (m *memberModel) fromAPI(a *client.Member) {
	m.dataMembership.fromAPI(a)
	m.AccountID = tfkit.StringOrNull(a.AccountID)
	m.UpdatedAt = tfkit.OptionalTime(a.UpdatedAt)
}

// memberResourceModel is the raff_member resource.
type memberResourceModel struct {
	grant
	AccountID types.String `tfsdk:"account_id"`
}

func (m *memberResourceModel) fromAPI(a *client.Member) {
	m.grant.fromAPI(a)
	m.AccountID = tfkit.StringOrNull(a.AccountID)
}

// Object names the member in diagnostics.
func (m *memberResourceModel) Object() string {
	return tfkit.Object("member", m.who(), m.ID.ValueString(), "")
}

// Identity implements tfkit.Model.
func (m *memberResourceModel) Identity() any { return tfkit.AccountIdentity{ID: m.ID} }

// projectMemberModel is a member of a project.
type projectMemberModel struct {
	dataMembership
	ProjectID types.String `tfsdk:"project_id"`
}

func (m *projectMemberModel) fromAPI(a *client.ProjectMember) {
	m.dataMembership.fromAPI(projectMembership(a))
	m.ProjectID = tfkit.StringOrNull(a.ProjectID)
}

// projectMemberResourceModel is the raff_project_member resource.
type projectMemberResourceModel struct {
	grant
	ProjectID types.String `tfsdk:"project_id"`
}

func (m *projectMemberResourceModel) fromAPI(a *client.ProjectMember) {
	m.grant.fromAPI(projectMembership(a))
	m.ProjectID = tfkit.StringOrNull(a.ProjectID)
}

// Object names the member in diagnostics.
func (m *projectMemberResourceModel) Object() string {
	return tfkit.Object("project member", m.who(), m.ID.ValueString(), m.ProjectID.ValueString())
}

// Identity implements tfkit.Model.
func (m *projectMemberResourceModel) Identity() any {
	return tfkit.Identity{ID: m.ID, ProjectID: m.ProjectID}
}
