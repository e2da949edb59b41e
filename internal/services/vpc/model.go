package vpc

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// model is what the API says of a VPC, and the resource and the data sources share.
type model struct {
	ID          types.String `tfsdk:"id"`
	ProjectID   types.String `tfsdk:"project_id"`
	AccountID   types.String `tfsdk:"account_id"`
	Name        types.String `tfsdk:"name"`
	CIDR        types.String `tfsdk:"cidr"`
	Region      types.String `tfsdk:"region"`
	Gateway     types.String `tfsdk:"gateway"`
	DNS         types.String `tfsdk:"dns"`
	Status      types.String `tfsdk:"status"`
	TotalIPs    types.Int64  `tfsdk:"total_ips"`
	GatewayType types.String `tfsdk:"gateway_type"`
	CreatedAt   types.String `tfsdk:"created_at"`
}

// dataModel adds what VMs, or the platform by itself, change of a VPC.
type dataModel struct {
	model
	UsedIPs        types.Int64  `tfsdk:"used_ips"`
	RouterPublicIP types.String `tfsdk:"router_public_ip"`
	RouterStatus   types.String `tfsdk:"router_status"`
	UpdatedAt      types.String `tfsdk:"updated_at"`
}

// resourceModel adds what only the resource has.
type resourceModel struct {
	model
	Description        types.String   `tfsdk:"description"`
	DeletionProtection types.Bool     `tfsdk:"deletion_protection"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

func (m *model) fromAPI(v *client.VPC) {
	m.ID = types.StringValue(v.ID)
	m.ProjectID = tfkit.StringOrNull(v.ProjectID)
	m.AccountID = tfkit.StringOrNull(v.AccountID)
	m.Name = types.StringValue(v.Name)
	m.CIDR = types.StringValue(v.CIDR)
	m.Region = types.StringValue(v.Region)
	m.Gateway = tfkit.StringOrNull(v.Gateway)
	m.DNS = tfkit.StringOrNull(v.DNS)
	m.Status = types.StringValue(v.Status)
	m.TotalIPs = types.Int64PointerValue(v.TotalIPs)
	m.GatewayType = tfkit.StringOrNull(v.GatewayType)
	m.CreatedAt = tfkit.OptionalTime(v.CreatedAt)
}

func (m *dataModel) fromAPI(v *client.VPC) {
	m.model.fromAPI(v)
	m.UsedIPs = types.Int64PointerValue(v.UsedIPs)
	m.RouterPublicIP = tfkit.StringOrNull(v.RouterPublicIP)
	m.RouterStatus = tfkit.StringOrNull(v.RouterStatus)
	m.UpdatedAt = tfkit.OptionalTime(v.UpdatedAt)
}

// Object names the VPC in diagnostics.
func (m *model) Object() string {
	return tfkit.Object("VPC", m.Name.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
}

// Identity implements tfkit.Model.
func (m *model) Identity() any { return tfkit.Identity{ID: m.ID, ProjectID: m.ProjectID} }
