package ip

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var pathProject = path.Root("project_id")

// model is what the API says of a public address. The resource and the data sources share it.
type model struct {
	ID        types.String `tfsdk:"id"`
	ProjectID types.String `tfsdk:"project_id"`
	AccountID types.String `tfsdk:"account_id"`
	Address   types.String `tfsdk:"ip_address"`
	Type      types.String `tfsdk:"type"`
	Status    types.String `tfsdk:"status"`
	Reserved  types.Bool   `tfsdk:"reserved"`
	Region    types.String `tfsdk:"region"`
	CreatedBy types.String `tfsdk:"created_by"`
	CreatedAt types.String `tfsdk:"created_at"`
	UpdatedAt types.String `tfsdk:"updated_at"`
}

// resourceModel adds what only the resource has.
type resourceModel struct {
	model
	BillingPeriod      types.String   `tfsdk:"billing_period"`
	DeletionProtection types.Bool     `tfsdk:"deletion_protection"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

func (m *model) fromAPI(ip *client.IP) {
	m.ID = types.StringValue(ip.ID)
	m.ProjectID = framework.StringOrNull(ip.ProjectID)
	m.AccountID = framework.StringOrNull(ip.AccountID)
	m.Address = types.StringValue(ip.Address)
	m.Type = types.StringValue(ip.Type)
	m.Status = types.StringValue(ip.Status)
	m.Reserved = types.BoolValue(ip.Reserved)
	m.Region = framework.StringOrNull(ip.Region)
	m.CreatedBy = framework.StringOrNull(ip.CreatedBy)
	m.CreatedAt = framework.OptionalTime(ip.CreatedAt)
	m.UpdatedAt = framework.OptionalTime(ip.UpdatedAt)
}

// object names the address in diagnostics.
func (m *model) object() string {
	return framework.Object("IP", m.Address.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
}

// getter is a plan, a state or a configuration.
type getter interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

func readModel(ctx context.Context, from getter, diags *diag.Diagnostics) *resourceModel {
	var m resourceModel
	diags.Append(from.Get(ctx, &m)...)
	return &m
}
