package project

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// model is what the API says of a project, and the resource and the data sources share.
type model struct {
	ID            types.String `tfsdk:"id"`
	AccountID     types.String `tfsdk:"account_id"`
	Name          types.String `tfsdk:"name"`
	Slug          types.String `tfsdk:"slug"`
	Description   types.String `tfsdk:"description"`
	DefaultRegion types.String `tfsdk:"default_region"`
	IsDefault     types.Bool   `tfsdk:"is_default"`
	IsActive      types.Bool   `tfsdk:"is_active"`
	CreatedBy     types.String `tfsdk:"created_by"`
	CreatedAt     types.String `tfsdk:"created_at"`
}

// dataModel adds what only the data sources have.
type dataModel struct {
	model
	UpdatedAt types.String `tfsdk:"updated_at"`
}

// resourceModel adds what only the resource has.
type resourceModel struct {
	model
	DeletionProtection types.Bool `tfsdk:"deletion_protection"`
}

func (m *model) fromAPI(p *client.Project) {
	m.ID = types.StringValue(p.ID)
	m.AccountID = types.StringValue(p.AccountID)
	m.Name = types.StringValue(p.Name)
	m.Slug = types.StringValue(p.Slug)
	m.Description = types.StringValue(p.Description)
	m.DefaultRegion = types.StringValue(p.DefaultRegion)
	m.IsDefault = types.BoolValue(p.IsDefault)
	m.IsActive = types.BoolValue(p.IsActive)
	m.CreatedBy = tfkit.StringOrNull(p.CreatedBy)
	m.CreatedAt = tfkit.Time(p.CreatedAt)
}

func (m *dataModel) fromAPI(p *client.Project) {
	m.model.fromAPI(p)
	m.UpdatedAt = tfkit.Time(p.UpdatedAt)
}

// Object names the project in diagnostics.
func (m *model) Object() string {
	return tfkit.Object("project", m.Name.ValueString(), m.ID.ValueString(), "")
}

// Identity implements tfkit.Model.
func (m *model) Identity() any { return tfkit.AccountIdentity{ID: m.ID} }

// touches tells whether the API must be called to get from the state to the plan.
func (m *model) touches(state *model) bool {
	return !m.Name.Equal(state.Name) || !m.Description.Equal(state.Description) || !m.DefaultRegion.Equal(state.DefaultRegion)
}
