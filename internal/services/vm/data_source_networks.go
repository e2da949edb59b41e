package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var _ datasource.DataSourceWithConfigure = (*networksDataSource)(nil)

type networksDataSource struct {
	tfkit.DataSourceBase
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
	IsPrimary       types.Bool   `tfsdk:"is_primary"`
}

func (m *networkModel) fromAPI(n *client.VMNetwork) {
	m.NICID = types.Int64Value(n.NICID)
	m.NetworkName = types.StringValue(n.NetworkName)
	m.IP = types.StringValue(n.IP)
	m.MAC = tfkit.StringOrNull(n.MAC)
	m.Gateway = tfkit.StringOrNull(n.Gateway)
	m.Type = types.StringValue(n.Type)
	m.IsPrimary = types.BoolPointerValue(n.IsPrimary)
	m.SecurityGroupID = tfkit.StringOrNull(n.SecurityGroupID)
}

func (d *networksDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vm_networks"
}

func (d *networksDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The network interfaces of a VM.",
		Attributes: map[string]schema.Attribute{
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"project_id": schema.StringAttribute{
				MarkdownDescription: "Id of the project that the VM belongs to. Default: that of the VM.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"type": schema.StringAttribute{
				MarkdownDescription: "Only interfaces of this type: `public` (IPv4), `ipv6` (public) or `vpc`. Default: every type.",
				Optional:            true,
				Validators:          []validator.String{tfkit.Choice(client.NetworkPublic, client.NetworkIPv6, client.NetworkVPC)},
			},
			"networks": tfkit.List("The interfaces, in the order of the API.", map[string]schema.Attribute{
				"nic_id":            tfkit.Number("Id of the interface, unique within the VM. `0` is a valid id."),
				"network_name":      tfkit.Text("Name of the network, which is that of the VPC for a `vpc` interface."),
				"ip":                tfkit.Text("IP address of the interface."),
				"mac":               tfkit.Text("MAC address of the interface."),
				"gateway":           tfkit.Text("Address of the gateway of the network."),
				"type":              tfkit.Text("Type of the interface: `public` (IPv4), `ipv6` (public) or `vpc`."),
				"security_group_id": tfkit.Text("Id of the security group on the interface. Null for none."),
				"is_primary":        tfkit.Flag("Whether the primary address of the VM is on the interface. Null where the API does not say."),
			}),
		},
	}
}

func (d *networksDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[networksModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	if !m.ProjectID.IsNull() && !d.inProject(ctx, m, &resp.Diagnostics) {
		return
	}
	networks, err := tfkit.Items(reader.ListVMNetworks(ctx, m.VMID.ValueString(), m.Type.ValueString()), (*networkModel).fromAPI)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read the VM's networks",
			tfkit.Object("VM", "", m.VMID.ValueString(), m.ProjectID.ValueString()), err)
		return
	}
	m.Networks = networks
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

// inProject tells whether the VM is in the project that is named.
func (d *networksDataSource) inProject(ctx context.Context, m *networksModel, diags *diag.Diagnostics) bool {
	vm, err := d.Client.GetVM(ctx, m.VMID.ValueString())
	if err != nil {
		tfkit.AddError(diags, "Unable to read VM", tfkit.Object("VM", "", m.VMID.ValueString(), ""), err)
		return false
	}
	return tfkit.InProject(m.ProjectID, "VM", vm.Name, vm.ID, vm.ProjectID, diags)
}
