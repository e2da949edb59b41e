package vpc

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

// model is what the API says of a VPC. The resource and the data sources share it.
type model struct {
	ID             types.String `tfsdk:"id"`
	ProjectID      types.String `tfsdk:"project_id"`
	AccountID      types.String `tfsdk:"account_id"`
	Name           types.String `tfsdk:"name"`
	CIDR           types.String `tfsdk:"cidr"`
	Region         types.String `tfsdk:"region"`
	Gateway        types.String `tfsdk:"gateway"`
	DNS            types.String `tfsdk:"dns"`
	Status         types.String `tfsdk:"status"`
	TotalIPs       types.Int64  `tfsdk:"total_ips"`
	UsedIPs        types.Int64  `tfsdk:"used_ips"`
	GatewayType    types.String `tfsdk:"gateway_type"`
	RouterPublicIP types.String `tfsdk:"router_public_ip"`
	RouterStatus   types.String `tfsdk:"router_status"`
	CreatedAt      types.String `tfsdk:"created_at"`
	UpdatedAt      types.String `tfsdk:"updated_at"`
}

// resourceModel adds what only the resource has.
type resourceModel struct {
	model
	Description types.String   `tfsdk:"description"`
	Timeouts    timeouts.Value `tfsdk:"timeouts"`
}

func (m *model) fromAPI(v *client.VPC) {
	m.ID = types.StringValue(v.ID)
	m.ProjectID = framework.StringOrNull(v.ProjectID)
	m.AccountID = framework.StringOrNull(v.AccountID)
	m.Name = types.StringValue(v.Name)
	m.CIDR = types.StringValue(v.CIDR)
	m.Region = types.StringValue(v.Region)
	m.Gateway = framework.StringOrNull(v.Gateway)
	m.DNS = framework.StringOrNull(v.DNS)
	m.Status = types.StringValue(v.Status)
	m.TotalIPs = types.Int64Value(v.TotalIPs)
	m.UsedIPs = types.Int64Value(v.UsedIPs)
	m.GatewayType = framework.StringOrNull(v.GatewayType)
	m.RouterPublicIP = framework.StringOrNull(v.RouterPublicIP)
	m.RouterStatus = framework.StringOrNull(v.RouterStatus)
	m.CreatedAt = framework.OptionalTime(v.CreatedAt)
	m.UpdatedAt = framework.OptionalTime(v.UpdatedAt)
}

// object names the VPC in diagnostics.
func (m *model) object() string {
	return framework.Object("VPC", m.Name.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
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
