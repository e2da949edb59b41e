package apikey

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// model is what the API says of a key, and the resource and the data sources share.
type model struct {
	ID            types.String `tfsdk:"id"`
	AccountID     types.String `tfsdk:"account_id"`
	Name          types.String `tfsdk:"name"`
	KeyPrefix     types.String `tfsdk:"key_prefix"`
	Scope         types.String `tfsdk:"scope"`
	RateLimitTier types.String `tfsdk:"rate_limit_tier"`
	ExpiresAt     types.String `tfsdk:"expires_at"`
	IsActive      types.Bool   `tfsdk:"is_active"`
	RoleID        types.String `tfsdk:"role_id"`
	RoleSlug      types.String `tfsdk:"role_slug"`
	CreatedBy     types.String `tfsdk:"created_by"`
	CreatedAt     types.String `tfsdk:"created_at"`
}

// resourceModel adds what only the resource has.
type resourceModel struct {
	model
	RotationTrigger    types.String `tfsdk:"rotation_trigger"`
	DeletionProtection types.Bool   `tfsdk:"deletion_protection"`
	Secret             types.String `tfsdk:"secret"`
}

// dataModel adds what other resources, or the use of the key, change.
type dataModel struct {
	model
	RoleName        types.String         `tfsdk:"role_name"`
	LastUsedAt      types.String         `tfsdk:"last_used_at"`
	ProjectAccesses []projectAccessModel `tfsdk:"project_accesses"`
}

type projectAccessModel struct {
	ProjectID   types.String `tfsdk:"project_id"`
	ProjectName types.String `tfsdk:"project_name"`
	RoleID      types.String `tfsdk:"role_id"`
	RoleName    types.String `tfsdk:"role_name"`
	RoleSlug    types.String `tfsdk:"role_slug"`
}

// fromAPI fills the model. An expiry that is only written in another way stays as it was.
func (m *model) fromAPI(k *client.APIKey) {
	m.ID = types.StringValue(k.ID)
	m.AccountID = tfkit.StringOrNull(k.AccountID)
	m.Name = types.StringValue(k.Name)
	m.KeyPrefix = types.StringValue(k.KeyPrefix)
	m.Scope = tfkit.StringOrNull(k.Scope)
	m.RateLimitTier = tfkit.StringOrNull(k.RateLimitTier)
	m.ExpiresAt = expiry(m.ExpiresAt, k.ExpiresAt)
	m.IsActive = types.BoolValue(k.IsActive)
	m.RoleID = tfkit.StringOrNull(k.RoleID)
	m.RoleSlug = tfkit.StringOrNull(k.RoleSlug)
	m.CreatedBy = tfkit.StringOrNull(k.CreatedBy)
	m.CreatedAt = tfkit.OptionalTime(k.CreatedAt)
}

func expiry(known types.String, fromAPI *time.Time) types.String {
	if fromAPI == nil {
		return types.StringNull()
	}
	return tfkit.TimeText.Keep(known, fromAPI.UTC().Format(time.RFC3339Nano))
}

// fromAPI fills the data source's model.
func (m *dataModel) fromAPI(k *client.APIKey) {
	m.model.fromAPI(k)
	m.RoleName = tfkit.StringOrNull(k.RoleName)
	m.LastUsedAt = tfkit.OptionalTime(k.LastUsedAt)
	m.ProjectAccesses = make([]projectAccessModel, len(k.ProjectAccesses))
	for i, a := range k.ProjectAccesses {
		m.ProjectAccesses[i] = projectAccessModel{
			ProjectID:   types.StringValue(a.ProjectID),
			ProjectName: tfkit.StringOrNull(a.ProjectName),
			RoleID:      tfkit.StringOrNull(a.RoleID),
			RoleName:    tfkit.StringOrNull(a.RoleName),
			RoleSlug:    tfkit.StringOrNull(a.RoleSlug),
		}
	}
}

// keepRole leaves the role at the one that the key was created with, which never changes: a role that it has
// as a member is an attribute of the member.
func (m *resourceModel) keepRole(from *resourceModel) {
	m.RoleID = from.RoleID
	if !from.RoleSlug.IsUnknown() {
		m.RoleSlug = from.RoleSlug
	}
}

// Object names the key in diagnostics.
func (m *model) Object() string {
	return tfkit.Object("API key", m.Name.ValueString(), m.ID.ValueString(), "")
}

// Identity implements tfkit.Model.
func (m *model) Identity() any { return tfkit.AccountIdentity{ID: m.ID} }

// touches tells whether the API must be called to update the key from the state to the plan, its secret apart.
func (m *resourceModel) touches(state *resourceModel) bool {
	return !m.Name.Equal(state.Name) || !m.RateLimitTier.Equal(state.RateLimitTier) || !m.ExpiresAt.Equal(state.ExpiresAt) ||
		!m.IsActive.Equal(state.IsActive)
}

// rotates tells whether the plan gives the key a new secret: rotation_trigger changed to another value. A trigger
// that is not known yet is none.
func (m *resourceModel) rotates(state *resourceModel) bool {
	return tfkit.Known(m.RotationTrigger) && m.mayRotate(state)
}

// mayRotate is rotates for a trigger that may not be known yet. A key that was imported keeps the secret that
// somebody else knows when it gets its first trigger.
func (m *resourceModel) mayRotate(state *resourceModel) bool {
	changed := !m.RotationTrigger.IsNull() && !m.RotationTrigger.Equal(state.RotationTrigger)
	imported := state.Secret.IsNull() && state.RotationTrigger.IsNull()
	return changed && !imported
}

// parseTime reads a moment that the validator has accepted; nil for none.
func parseTime(s types.String) *time.Time {
	if !tfkit.Known(s) {
		return nil
	}
	t, err := time.Parse(time.RFC3339, s.ValueString())
	if err != nil {
		return nil
	}
	return &t
}
