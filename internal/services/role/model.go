package role

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

// model is what the API says of a role. The resource and the data sources share it.
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
	UpdatedAt   types.String `tfsdk:"updated_at"`
}

func (m *model) fromAPI(r *client.Role) {
	m.ID = types.StringValue(r.ID)
	m.AccountID = framework.StringOrNull(r.AccountID)
	m.Name = types.StringValue(r.Name)
	m.Slug = types.StringValue(r.Slug)
	m.Description = types.StringValue(r.Description)
	m.Scope = types.StringValue(r.Scope)
	m.Permissions = stringSet(r.Permissions)
	m.IsSystem = types.BoolValue(r.IsSystem)
	m.CreatedBy = framework.StringOrNull(r.CreatedBy)
	m.CreatedAt = framework.OptionalTime(r.CreatedAt)
	m.UpdatedAt = framework.OptionalTime(r.UpdatedAt)
}

// object names the role in diagnostics.
func (m *model) object() string {
	return framework.Object("role", m.Name.ValueString(), m.ID.ValueString(), "")
}

// touches tells whether the API must be called to get from the state to the plan.
func (m *model) touches(state *model) bool {
	return !m.Name.Equal(state.Name) || !m.Description.Equal(state.Description) || !m.Permissions.Equal(state.Permissions)
}

// stringSet makes a set of the distinct strings.
func stringSet(values []string) types.Set {
	values = slices.Clone(values)
	slices.Sort(values)
	elements := make([]attr.Value, 0, len(values))
	for _, v := range slices.Compact(values) {
		elements = append(elements, types.StringValue(v))
	}
	return types.SetValueMust(types.StringType, elements)
}

// setStrings returns the known strings of a set, sorted.
func setStrings(set types.Set) []string {
	values := make([]string, 0, len(set.Elements()))
	for _, element := range set.Elements() {
		if s, ok := element.(types.String); ok && framework.Known(s) {
			values = append(values, s.ValueString())
		}
	}
	slices.Sort(values)
	return values
}
