package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var _ datasource.DataSourceWithConfigure = (*networksDataSource)(nil)

type networksDataSource struct {
	framework.DataSourceBase
}

// NewNetworksDataSource returns the raff_vm_networks data source.
func NewNetworksDataSource() datasource.DataSource { return &networksDataSource{} }

type networksModel struct {
	VMID      types.String   `tfsdk:"vm_id"`
	ProjectID types.String   `tfsdk:"project_id"`
	Type      types.String   `tfsdk:"type"`
	Networks  []networkModel `tfsdk:"networks"`
}

type networkModel struct {
	NICID           types.Int64  `tfsdk:"nic_id"`
	NetworkName     types.String `tfsdk:"network_name"`
	IP              types.String `tfsdk:"ip"`
	MAC             types.String `tfsdk:"mac"`
	Gateway         types.String `tfsdk:"gateway"`
	Type            types.String `tfsdk:"type"`
	SecurityGroupID types.String `tfsdk:"security_group_id"`
}

func (m *networkModel) fromAPI(n *client.VMNetwork) {
	m.NICID = types.Int64Value(n.NICID)
	m.NetworkName = types.StringValue(n.NetworkName)
	m.IP = types.StringValue(n.IP)
	m.MAC = framework.StringOrNull(n.MAC)
	m.Gateway = framework.StringOrNull(n.Gateway)
	m.Type = types.StringValue(n.Type)
	m.SecurityGroupID = framework.StringOrNull(n.SecurityGroupID)
}

func (d *networksDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vm_networks"
}

func (d *networksDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The network interfaces of a VM.",
		Attributes: map[string]schema.Attribute{
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"project_id": schema.StringAttribute{
				MarkdownDescription: "Id of the project that the VM belongs to. Found by the id of the VM when left out.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"type": schema.StringAttribute{
				MarkdownDescription: "Only interfaces of this type: `public` (IPv4), `ipv6` (public) or `vpc`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf(client.NetworkPublic, client.NetworkIPv6, client.NetworkVPC)},
			},
			"networks": schema.ListNestedAttribute{
				MarkdownDescription: "The interfaces, in the order of the API.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"nic_id":            schema.Int64Attribute{MarkdownDescription: "Id of the interface within the VM; 0 is a valid one.", Computed: true},
					"network_name":      text("Name of the network; that of the VPC for a `vpc` interface."),
					"ip":                text("Address."),
					"mac":               text("MAC address."),
					"gateway":           text("Gateway of the network."),
					"type":              text("`public`, `ipv6` or `vpc`."),
					"security_group_id": text("Id of the security group on the interface, if there is one."),
				}},
			},
		},
	}
}

func (d *networksDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m networksModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.Networks = []networkModel{}
	for nic, err := range d.Client.ReaderIn(m.ProjectID.ValueString()).ListVMNetworks(ctx, m.VMID.ValueString(), m.Type.ValueString()) {
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to read the VM's networks",
				framework.Object("VM", "", m.VMID.ValueString(), m.ProjectID.ValueString()), err)
			return
		}
		var item networkModel
		item.fromAPI(nic)
		m.Networks = append(m.Networks, item)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
