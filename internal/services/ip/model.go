package ip

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// model is what the API says of a public address, and the resource and the data sources share.
type model struct {
	ID        types.String `tfsdk:"id"`
	ProjectID types.String `tfsdk:"project_id"`
	AccountID types.String `tfsdk:"account_id"`
	Address   types.String `tfsdk:"ip_address"`
	Type      types.String `tfsdk:"type"`
	Reserved  types.Bool   `tfsdk:"reserved"`
	Region    types.String `tfsdk:"region"`
	CreatedBy types.String `tfsdk:"created_by"`
	CreatedAt types.String `tfsdk:"created_at"`
	tfkit.Prices
}

// dataModel adds what an attachment changes of an address.
type dataModel struct {
	model
	Status    types.String `tfsdk:"status"`
	UpdatedAt types.String `tfsdk:"updated_at"`
}

// resourceModel adds what only the resource has.
type resourceModel struct {
	model
	BillingPeriod      types.String   `tfsdk:"billing_period"`
	DeletionProtection types.Bool     `tfsdk:"deletion_protection"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

// fromAPI fills the model, but for the prices.
func (m *model) fromAPI(ip *client.IP) {
	m.ID = types.StringValue(ip.ID)
	m.ProjectID = tfkit.StringOrNull(ip.ProjectID)
	m.AccountID = tfkit.StringOrNull(ip.AccountID)
	m.Address = tfkit.AddressText.Keep(m.Address, ip.Address)
	m.Type = types.StringValue(ip.Type)
	m.Reserved = types.BoolValue(ip.Reserved)
	m.Region = tfkit.StringOrNull(ip.Region)
	m.CreatedBy = tfkit.StringOrNull(ip.CreatedBy)
	m.CreatedAt = tfkit.OptionalTime(ip.CreatedAt)
}

func (m *dataModel) fromAPI(ip *client.IP) {
	m.model.fromAPI(ip)
	m.Status = types.StringValue(ip.Status)
	m.UpdatedAt = tfkit.OptionalTime(ip.UpdatedAt)
}

// Object names the address in diagnostics.
func (m *model) Object() string {
	return tfkit.Object("IP", m.Address.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
}

// Identity implements tfkit.Model.
func (m *model) Identity() any { return tfkit.Identity{ID: m.ID, ProjectID: m.ProjectID} }
