package role

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// model is what the API says of a role, and the resource and the data sources share.
type model struct {
	ID          types.String `tfsdk:"id"`
	AccountID   types.String `tfsdk:"account_id"`
	Name        types.String `tfsdk:"name"`
	Slug        types.String `tfsdk:"slug"`
	Description types.String `tfsdk:"description"`
	Scope       types.String `tfsdk:"scope"`
	Permissions types.Set    `tfsdk:"permissions"`
	IsSystem    types.Bool   `tfsdk:"is_system"`
	CreatedBy   types.String `tfsdk:"created_by"`
	CreatedAt   types.String `tfsdk:"created_at"`
}

// dataModel adds what only the data sources have.
type dataModel struct {
	model
	UpdatedAt types.String `tfsdk:"updated_at"`
}

func (m *model) fromAPI(r *client.Role) {
	m.ID = types.StringValue(r.ID)
	m.AccountID = tfkit.StringOrNull(r.AccountID)
	m.Name = types.StringValue(r.Name)
	m.Slug = types.StringValue(r.Slug)
	m.Description = types.StringValue(r.Description)
	m.Scope = types.StringValue(r.Scope)
	m.Permissions = tfkit.StringSet(r.Permissions)
	m.IsSystem = types.BoolValue(r.IsSystem)
	m.CreatedBy = tfkit.StringOrNull(r.CreatedBy)
	m.CreatedAt = tfkit.OptionalTime(r.CreatedAt)
}

func (m *dataModel) fromAPI(r *client.Role) {
	m.model.fromAPI(r)
	m.UpdatedAt = tfkit.OptionalTime(r.UpdatedAt)
}

// Object names the role in diagnostics.
func (m *model) Object() string {
	return tfkit.Object("role", m.Name.ValueString(), m.ID.ValueString(), "")
}

// Identity implements tfkit.Model.
func (m *model) Identity() any { return tfkit.AccountIdentity{ID: m.ID} }

// changes tells whether the plan changes the role in place, as far as is known.
func (m *model) changes(state *model) bool {
	return !tfkit.SameKnown(m.Name, state.Name) || !tfkit.SameKnown(m.Description, state.Description) ||
		!tfkit.SameKnown(m.Permissions, state.Permissions)
}
