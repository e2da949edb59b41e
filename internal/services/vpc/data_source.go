package vpc

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource                     = (*vpcDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*vpcDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*vpcDataSource)(nil)
)

type vpcDataSource struct {
	tfkit.DataSourceBase
}

// NewDataSource returns the raff_vpc data source.
func NewDataSource() datasource.DataSource { return &vpcDataSource{} }

// detailModel adds what the API only says of a single VPC.
type detailModel struct {
	dataModel
	IPRangeStart types.String `tfsdk:"ip_range_start"`
	IPRangeEnd   types.String `tfsdk:"ip_range_end"`
	Leases       []leaseModel `tfsdk:"leases"`
}

type leaseModel struct {
	IP    types.String `tfsdk:"ip"`
	NICID types.Int64  `tfsdk:"nic_id"`
}

func (m *detailModel) fromAPI(d *client.VPCDetail) {
	m.dataModel.fromAPI(&d.VPC)
	m.IPRangeStart = tfkit.StringOrNull(d.IPRangeStart)
	m.IPRangeEnd = tfkit.StringOrNull(d.IPRangeEnd)
	m.Leases = []leaseModel{}
	for _, l := range d.Leases {
		m.Leases = append(m.Leases, leaseModel{IP: types.StringValue(l.IP), NICID: types.Int64Value(l.NICID)})
	}
}

func (d *vpcDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vpc"
}

func (d *vpcDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := tfkit.ByIDOrName(dataSourceAttributes(), "VPC", "")
	attributes["ip_range_start"] = tfkit.Text("First address for VMs.")
	attributes["ip_range_end"] = tfkit.Text("Last address for VMs.")
	attributes["leases"] = tfkit.List("Addresses in use, one for each interface of a VM in the VPC.", map[string]schema.Attribute{
		"ip":     tfkit.Text("IP address of the interface."),
		"nic_id": tfkit.Number("Id of the interface, unique within its VM."),
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "A VPC, by id, or by name and project.",
		Attributes:          attributes,
	}
}

func (d *vpcDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return tfkit.OneOf("id", "name")
}

func (d *vpcDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[detailModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	vpc, err := d.find(ctx, m)
	if err != nil {
		tfkit.AddReadError(ctx, &d.DataSourceBase, &resp.Diagnostics, tfkit.VPC, m.ID, m.Object(), err)
		return
	}
	if !tfkit.InProject(m.ProjectID, "VPC", vpc.VPC.Name, vpc.VPC.ID, vpc.VPC.ProjectID, &resp.Diagnostics) {
		return
	}
	m.fromAPI(vpc)
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

func (d *vpcDataSource) find(ctx context.Context, m *detailModel) (*client.VPCDetail, error) {
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	id := m.ID.ValueString()
	if m.ID.IsNull() {
		vpc, err := tfkit.FindByName(reader.ListVPCs(ctx), m.Name.ValueString(), func(v *client.VPC) (name, id string) {
			return v.Name, v.ID
		})
		if err != nil {
			return nil, err
		}
		id = vpc.ID
	}
	return reader.GetVPC(ctx, id)
}

// dataSourceAttributes are the attributes of dataModel, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":               tfkit.Text("Id of the VPC."),
		"project_id":       tfkit.Text("Id of the project that the VPC belongs to."),
		"account_id":       tfkit.Text("Id of the account that it belongs to."),
		"name":             tfkit.Text("Name of the VPC."),
		"cidr":             tfkit.Text("Address range of the VPC."),
		"region":           tfkit.Text("Code of the region."),
		"gateway":          tfkit.Text("Address of the gateway, the first host of the range."),
		"dns":              tfkit.Text("Address of the DNS server."),
		"status":           tfkit.Text("Status: `active` for a VPC that can be used."),
		"total_ips":        tfkit.Number("Number of addresses in the range, those that VMs cannot have included."),
		"used_ips":         tfkit.Number("Number of addresses that interfaces of VMs hold."),
		"gateway_type":     tfkit.Text("Type of the gateway: `none` for a VPC without a way out."),
		"router_public_ip": tfkit.Text("Public address of the gateway, where there is one."),
		"router_status":    tfkit.Text("Status of the gateway's router, where there is one."),
		"created_at":       tfkit.Text("Time at which the VPC was created, in RFC 3339."),
		"updated_at":       tfkit.Text("Time at which the VPC was last changed, in RFC 3339."),
	}
}
