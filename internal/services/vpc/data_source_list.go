package vpc

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource              = (*vpcsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*vpcsDataSource)(nil)
)

type vpcsDataSource struct {
	tfkit.DataSourceBase
}

// NewListDataSource returns the raff_vpcs data source.
func NewListDataSource() datasource.DataSource { return &vpcsDataSource{} }

type listModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	VPCs      []dataModel  `tfsdk:"vpcs"`
}

func (d *vpcsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vpcs"
}

func (d *vpcsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The VPCs of a project, or of every project that the API key can reach.",
		Attributes: map[string]schema.Attribute{
			"project_id": tfkit.OptionalProjectID("VPCs"),
			"vpcs":       tfkit.List("The VPCs, in the order of the API.", dataSourceAttributes()),
		},
	}
}

func (d *vpcsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[listModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	var err error
	m.VPCs, err = tfkit.Items(d.Client.ReaderIn(m.ProjectID.ValueString()).ListVPCs(ctx), (*dataModel).fromAPI)
	tfkit.Listed(ctx, m, "VPCs", m.ProjectID.ValueString(), err, resp)
}
