package project

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource              = (*projectsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*projectsDataSource)(nil)
)

type projectsDataSource struct {
	framework.DataSourceBase
}

// NewListDataSource returns the raff_projects data source.
func NewListDataSource() datasource.DataSource { return &projectsDataSource{} }

type listModel struct {
	Projects []model `tfsdk:"projects"`
}

func (d *projectsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_projects"
}

func (d *projectsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The projects that the API key can see.",
		Attributes: map[string]schema.Attribute{
			"projects": schema.ListNestedAttribute{
				MarkdownDescription: "The projects, in the order of the API.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: dataSourceAttributes()},
			},
		},
	}
}

func (d *projectsDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	m := listModel{Projects: []model{}}
	for project, err := range d.Client.ListProjects(ctx) {
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to list projects", "projects", err)
			return
		}
		var item model
		item.fromAPI(project)
		m.Projects = append(m.Projects, item)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
