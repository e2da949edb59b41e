package vpc

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource                     = (*vpcDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*vpcDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*vpcDataSource)(nil)
)

type vpcDataSource struct {
	framework.DataSourceBase
}

// NewDataSource returns the raff_vpc data source.
func NewDataSource() datasource.DataSource { return &vpcDataSource{} }

// detailModel adds what the API only says of a single VPC.
type detailModel struct {
	model
	IPRangeStart types.String `tfsdk:"ip_range_start"`
	IPRangeEnd   types.String `tfsdk:"ip_range_end"`
	Leases       []leaseModel `tfsdk:"leases"`
}

type leaseModel struct {
	IP    types.String `tfsdk:"ip"`
	NICID types.Int64  `tfsdk:"nic_id"`
}

func (m *detailModel) fromAPI(d *client.VPCDetail) {
	m.model.fromAPI(&d.VPC)
	m.IPRangeStart = framework.StringOrNull(d.IPRangeStart)
	m.IPRangeEnd = framework.StringOrNull(d.IPRangeEnd)
	m.Leases = []leaseModel{}
	for _, l := range d.Leases {
		m.Leases = append(m.Leases, leaseModel{IP: types.StringValue(l.IP), NICID: types.Int64Value(l.NICID)})
	}
}

func (d *vpcDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vpc"
}

func (d *vpcDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the VPC. Either this, or `name` and `project_id`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	attributes["name"] = schema.StringAttribute{
		MarkdownDescription: "Name of the VPC, exactly. Needs `project_id`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.AlsoRequires(path.MatchRoot("project_id"))},
	}
	attributes["project_id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the project that the VPC belongs to.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	attributes["ip_range_start"] = schema.StringAttribute{MarkdownDescription: "First address for VMs.", Computed: true}
	attributes["ip_range_end"] = schema.StringAttribute{MarkdownDescription: "Last address for VMs.", Computed: true}
	attributes["leases"] = schema.ListNestedAttribute{
		MarkdownDescription: "Addresses in use, one for each interface in the VPC.",
		Computed:            true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"ip":     schema.StringAttribute{MarkdownDescription: "Address.", Computed: true},
			"nic_id": schema.Int64Attribute{MarkdownDescription: "Id of the interface within its VM.", Computed: true},
		}},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A VPC, by id, or by name and project.",
		Attributes:          attributes,
	}
}

func (d *vpcDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name"))}
}

func (d *vpcDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m detailModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	vpc, err := d.find(ctx, &m)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read VPC", m.object(), err)
		return
	}
	if !framework.InProject(m.ProjectID, "VPC", vpc.VPC.Name, vpc.VPC.ID, vpc.VPC.ProjectID, &resp.Diagnostics) {
		return
	}
	m.fromAPI(vpc)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (d *vpcDataSource) find(ctx context.Context, m *detailModel) (*client.VPCDetail, error) {
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	id := m.ID.ValueString()
	if m.ID.IsNull() {
		vpc, err := framework.FindByName(reader.ListVPCs(ctx), m.Name.ValueString(), func(v *client.VPC) (name, id string) {
			return v.Name, v.ID
		})
		if err != nil {
			return nil, err
		}
		id = vpc.ID
	}
	return reader.GetVPC(ctx, id)
}

// dataSourceAttributes are the attributes of model, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	number := func(description string) schema.Attribute {
		return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"id":               text("Id of the VPC."),
		"project_id":       text("Id of the project that the VPC belongs to."),
		"account_id":       text("Id of the account."),
		"name":             text("Name of the VPC."),
		"cidr":             text("Address range."),
		"region":           text("Region."),
		"gateway":          text("Address of the gateway, the first host of the range."),
		"dns":              text("Address of the DNS server."),
		"status":           text("Status, `active` for a VPC that can be used."),
		"total_ips":        number("Number of addresses in the range, reserved ones included."),
		"used_ips":         number("Number of addresses that interfaces of VMs hold."),
		"gateway_type":     text("Type of the gateway, `none` for a VPC that has no way out."),
		"router_public_ip": text("Public address of the gateway, where there is one."),
		"router_status":    text("Status of the gateway's router, where there is one."),
		"created_at":       text("When the VPC was made, RFC 3339."),
		"updated_at":       text("When the VPC was last changed, RFC 3339."),
	}
}
