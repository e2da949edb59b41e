package project

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource                     = (*projectDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*projectDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*projectDataSource)(nil)
)

type projectDataSource struct {
	tfkit.DataSourceBase
}

// NewDataSource returns the raff_project data source.
func NewDataSource() datasource.DataSource { return &projectDataSource{} }

func (d *projectDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_project"
}

func (d *projectDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = tfkit.Lookup("Id of the project. Either this or `name`.")
	attributes["name"] = tfkit.Lookup("Name of the project, exactly. Either this or `id`.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "A project, by id or by name.",
		Attributes:          attributes,
	}
}

func (d *projectDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return tfkit.OneOf("id", "name")
}

func (d *projectDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[dataModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	project, err := d.find(ctx, m)
	if err != nil {
		tfkit.AddReadError(ctx, &d.DataSourceBase, &resp.Diagnostics, tfkit.Project, m.ID, m.Object(), err)
		return
	}
	m.fromAPI(project)
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

func (d *projectDataSource) find(ctx context.Context, m *dataModel) (*client.Project, error) {
	if !m.ID.IsNull() {
		return d.Client.GetProject(ctx, m.ID.ValueString())
	}
	return tfkit.FindByName(d.Client.ListProjects(ctx), m.Name.ValueString(), func(p *client.Project) (name, id string) {
		return p.Name, p.ID
	})
}

// dataSourceAttributes are the attributes of dataModel, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":             tfkit.Text("Id of the project."),
		"account_id":     tfkit.Text("Id of the account that it belongs to."),
		"name":           tfkit.Text("Name of the project."),
		"slug":           tfkit.Text("Identifier that was made of the first name. It never changes."),
		"description":    tfkit.Text("Description."),
		"default_region": tfkit.Text("Code of the region that new objects of the project get when they name none."),
		"is_default":     tfkit.Flag("Whether this is the account's default project."),
		"is_active":      tfkit.Flag("Whether the project is active."),
		"created_by":     tfkit.Text("Id of the user who created the project."),
		"created_at":     tfkit.Text("Time at which the project was created, in RFC 3339."),
		"updated_at":     tfkit.Text("Time at which the project was last changed, in RFC 3339."),
	}
}
