package apikey

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

// model is what the API says of a key and no use of it changes. The resource and the data sources share it.
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
	RoleName      types.String `tfsdk:"role_name"`
	RoleSlug      types.String `tfsdk:"role_slug"`
	CreatedBy     types.String `tfsdk:"created_by"`
	CreatedAt     types.String `tfsdk:"created_at"`
}

// resourceModel adds what only the resource has.
type resourceModel struct {
	model
	RotationTrigger types.String `tfsdk:"rotation_trigger"`
	Secret          types.String `tfsdk:"secret"`
}

// dataModel adds what changes as the key is used and granted, which would be drift in a resource.
type dataModel struct {
	model
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
	m.AccountID = framework.StringOrNull(k.AccountID)
	m.Name = types.StringValue(k.Name)
	m.KeyPrefix = types.StringValue(k.KeyPrefix)
	m.Scope = framework.StringOrNull(k.Scope)
	m.RateLimitTier = framework.StringOrNull(k.RateLimitTier)
	m.ExpiresAt = expiry(m.ExpiresAt, k.ExpiresAt)
	m.IsActive = types.BoolValue(k.IsActive)
	m.RoleID = framework.StringOrNull(k.RoleID)
	m.RoleName = framework.StringOrNull(k.RoleName)
	m.RoleSlug = framework.StringOrNull(k.RoleSlug)
	m.CreatedBy = framework.StringOrNull(k.CreatedBy)
	m.CreatedAt = framework.OptionalTime(k.CreatedAt)
}

func expiry(known types.String, fromAPI *time.Time) types.String {
	if fromAPI == nil {
		return types.StringNull()
	}
	return framework.TimeText.Keep(known, fromAPI.UTC().Format(time.RFC3339Nano))
}

// fromAPI fills the data source's model.
func (m *dataModel) fromAPI(k *client.APIKey) {
	m.model.fromAPI(k)
	m.LastUsedAt = framework.OptionalTime(k.LastUsedAt)
	m.ProjectAccesses = make([]projectAccessModel, len(k.ProjectAccesses))
	for i, a := range k.ProjectAccesses {
		m.ProjectAccesses[i] = projectAccessModel{
			ProjectID:   types.StringValue(a.ProjectID),
			ProjectName: framework.StringOrNull(a.ProjectName),
			RoleID:      framework.StringOrNull(a.RoleID),
			RoleName:    framework.StringOrNull(a.RoleName),
			RoleSlug:    framework.StringOrNull(a.RoleSlug),
		}
	}
}

// object names the key in diagnostics.
func (m *model) object() string {
	return framework.Object("API key", m.Name.ValueString(), m.ID.ValueString(), "")
}

// touches tells whether the API must be called to update the key from the state to the plan, its secret apart.
func (m *resourceModel) touches(state *resourceModel) bool {
	return !m.Name.Equal(state.Name) || !m.RateLimitTier.Equal(state.RateLimitTier) || !m.ExpiresAt.Equal(state.ExpiresAt) ||
		!m.IsActive.Equal(state.IsActive)
}

// rotates tells whether the plan gives the key a new secret: rotation_trigger changed to another value. A key that was
// imported keeps the secret that somebody else knows when it gets its first trigger.
func (m *resourceModel) rotates(state *resourceModel) bool {
	changed := !m.RotationTrigger.IsNull() && !m.RotationTrigger.Equal(state.RotationTrigger)
	imported := state.Secret.IsNull() && state.RotationTrigger.IsNull()
	return changed && !imported
}

// parseTime reads a moment that the validator has accepted; nil for none.
func parseTime(s types.String) *time.Time {
	if !framework.Known(s) {
		return nil
	}
	t, err := time.Parse(time.RFC3339, s.ValueString())
	if err != nil {
		return nil
	}
	return &t
}
