package project

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource              = (*projectsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*projectsDataSource)(nil)
)

type projectsDataSource struct {
	tfkit.DataSourceBase
}

// NewListDataSource returns the raff_projects data source.
func NewListDataSource() datasource.DataSource { return &projectsDataSource{} }

type listModel struct {
	Projects []dataModel `tfsdk:"projects"`
}

func (d *projectsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_projects"
}

func (d *projectsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The projects that the API key can see.",
		Attributes: map[string]schema.Attribute{
			"projects": tfkit.List("The projects, in the order of the API.", dataSourceAttributes()),
		},
	}
}

func (d *projectsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[listModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	var err error
	m.Projects, err = tfkit.Items(d.Client.ListProjects(ctx), (*dataModel).fromAPI)
	tfkit.Listed(ctx, m, "projects", "", err, resp)
}
