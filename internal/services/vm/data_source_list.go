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

var (
	_ datasource.DataSource              = (*vmsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*vmsDataSource)(nil)
)

type vmsDataSource struct {
	framework.DataSourceBase
}

// NewListDataSource returns the raff_vms data source.
func NewListDataSource() datasource.DataSource { return &vmsDataSource{} }

type listModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	Status    types.String `tfsdk:"status"`
	Region    types.String `tfsdk:"region"`
	VMs       []model      `tfsdk:"vms"`
}

func (d *vmsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vms"
}

func (d *vmsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The virtual machines of a project, or of every project that the API key can reach.",
		Attributes: map[string]schema.Attribute{
			"project_id": framework.OptionalProjectID("VMs"),
			"status": schema.StringAttribute{
				MarkdownDescription: "Only VMs in this status, for example `active`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"region": schema.StringAttribute{
				MarkdownDescription: "Only VMs in this region.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"vms": schema.ListNestedAttribute{
				MarkdownDescription: "The VMs, in the order of the API.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: dataSourceAttributes()},
			},
		},
	}
}

func (d *vmsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.VMs = []model{}
	filter := client.VMFilter{Status: m.Status.ValueString(), Region: m.Region.ValueString()}
	for vm, err := range d.Client.ReaderIn(m.ProjectID.ValueString()).ListVMs(ctx, filter) {
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to list VMs", framework.Object("VMs", "", "", m.ProjectID.ValueString()), err)
			return
		}
		var item model
		item.fromAPI(vm)
		m.VMs = append(m.VMs, item)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
