package vpc

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource              = (*vpcsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*vpcsDataSource)(nil)
)

type vpcsDataSource struct {
	framework.DataSourceBase
}

// NewListDataSource returns the raff_vpcs data source.
func NewListDataSource() datasource.DataSource { return &vpcsDataSource{} }

type listModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	VPCs      []model      `tfsdk:"vpcs"`
}

func (d *vpcsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vpcs"
}

func (d *vpcsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The VPCs of a project, or of every project that the API key can reach.",
		Attributes: map[string]schema.Attribute{
			"project_id": framework.OptionalProjectID("VPCs"),
			"vpcs": schema.ListNestedAttribute{
				MarkdownDescription: "The VPCs, in the order of the API.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: dataSourceAttributes()},
			},
		},
	}
}

func (d *vpcsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.VPCs = []model{}
	for vpc, err := range d.Client.ReaderIn(m.ProjectID.ValueString()).ListVPCs(ctx) {
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to list VPCs", framework.Object("VPCs", "", "", m.ProjectID.ValueString()), err)
			return
		}
		var item model
		item.fromAPI(vpc)
		m.VPCs = append(m.VPCs, item)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
