package project

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource                     = (*projectDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*projectDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*projectDataSource)(nil)
)

type projectDataSource struct {
	framework.DataSourceBase
}

// NewDataSource returns the raff_project data source.
func NewDataSource() datasource.DataSource { return &projectDataSource{} }

func (d *projectDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_project"
}

func (d *projectDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the project. Either this or `name`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	attributes["name"] = schema.StringAttribute{
		MarkdownDescription: "Name of the project, exactly. Either this or `id`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A project, by id or by name.",
		Attributes:          attributes,
	}
}

func (d *projectDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name"))}
}

func (d *projectDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	project, err := d.find(ctx, &m)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read project", m.object(), err)
		return
	}
	m.fromAPI(project)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (d *projectDataSource) find(ctx context.Context, m *model) (*client.Project, error) {
	if !m.ID.IsNull() {
		return d.Client.GetProject(ctx, m.ID.ValueString())
	}
	return framework.FindByName(d.Client.ListProjects(ctx), m.Name.ValueString(), func(p *client.Project) (name, id string) {
		return p.Name, p.ID
	})
}

// dataSourceAttributes are the attributes of model, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"id":             text("Id of the project."),
		"account_id":     text("Id of the account."),
		"name":           text("Name of the project."),
		"slug":           text("Identifier made from the first name. It never changes."),
		"description":    text("Description."),
		"default_region": text("Region that new objects of the project get when they name none."),
		"is_default":     schema.BoolAttribute{MarkdownDescription: "Whether this is the account's default project.", Computed: true},
		"is_active":      schema.BoolAttribute{MarkdownDescription: "Whether the project is active.", Computed: true},
		"created_by":     text("Id of the user who made the project."),
		"created_at":     text("When the project was made, RFC 3339."),
		"updated_at":     text("When the project was last changed, RFC 3339."),
	}
}
