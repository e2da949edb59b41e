package ip

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

var (
	_ datasource.DataSource              = (*ipsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*ipsDataSource)(nil)
)

type ipsDataSource struct {
	framework.DataSourceBase
}

// NewListDataSource returns the raff_ips data source.
func NewListDataSource() datasource.DataSource { return &ipsDataSource{} }

type listModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	Reserved  types.Bool   `tfsdk:"reserved"`
	Status    types.String `tfsdk:"status"`
	IPs       []model      `tfsdk:"ips"`
}

func (d *ipsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ips"
}

func (d *ipsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The public addresses of a project, or of every project that the API key can reach.",
		Attributes: map[string]schema.Attribute{
			"project_id": framework.OptionalProjectID("addresses"),
			"reserved": schema.BoolAttribute{
				MarkdownDescription: "`true`: only reserved addresses, attached or not. `false`: only those that VMs got from the pool.",
				Optional:            true,
			},
			"status": schema.StringAttribute{
				MarkdownDescription: "Only addresses in this status, `free` or `in-use`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf(client.IPFree, client.IPInUse)},
			},
			"ips": schema.ListNestedAttribute{
				MarkdownDescription: "The addresses, in the order of the API.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: dataSourceAttributes()},
			},
		},
	}
}

func (d *ipsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.IPs = []model{}
	filter := client.IPFilter{Reserved: m.Reserved.ValueBoolPointer(), Status: m.Status.ValueString()}
	for ip, err := range d.Client.ReaderIn(m.ProjectID.ValueString()).ListIPs(ctx, filter) {
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to list IPs", framework.Object("IPs", "", "", m.ProjectID.ValueString()), err)
			return
		}
		var item model
		item.fromAPI(ip)
		m.IPs = append(m.IPs, item)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
