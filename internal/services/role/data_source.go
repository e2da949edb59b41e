package role

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource                     = (*roleDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*roleDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*roleDataSource)(nil)
)

type roleDataSource struct {
	tfkit.DataSourceBase
}

// NewDataSource returns the raff_role data source.
func NewDataSource() datasource.DataSource { return &roleDataSource{} }

func (d *roleDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_role"
}

func (d *roleDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = tfkit.Lookup("Id of the role. One of this, `slug` and `name`.")
	attributes["slug"] = tfkit.Lookup("Slug of the role, for example `project-admin`. One of this, `id` and `name`.")
	attributes["name"] = tfkit.Lookup("Name of the role, exactly, for example `Project Admin`. It must be unique, or unique in its `scope`. One of this, `id` and `slug`.")
	attributes["scope"] = tfkit.Lookup("Scope of the role, `account` or `project`. With `name`: only a role of this scope.", tfkit.Choice(scopes...))
	resp.Schema = schema.Schema{
		MarkdownDescription: "A role, one of the system's or one of the account, by id, slug or name. Its `id` is the `role_id` of members and API keys.",
		Attributes:          attributes,
	}
}

func (d *roleDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return tfkit.OneOf("id", "slug", "name")
}

func (d *roleDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[dataModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	role, err := d.find(ctx, m)
	if err != nil {
		object := tfkit.Object("role", m.Name.ValueString()+m.Slug.ValueString(), m.ID.ValueString(), "")
		tfkit.AddReadError(ctx, &d.DataSourceBase, &resp.Diagnostics, tfkit.Role, m.ID, object, err)
		return
	}
	m.fromAPI(role)
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

func (d *roleDataSource) find(ctx context.Context, m *dataModel) (*client.Role, error) {
	if !m.ID.IsNull() {
		return d.Client.GetRole(ctx, m.ID.ValueString())
	}
	roles := d.Client.ListRoles(ctx, client.RoleFilter{Scope: m.Scope.ValueString()})
	if !m.Slug.IsNull() {
		return tfkit.FindByName(roles, m.Slug.ValueString(), func(r *client.Role) (slug, id string) { return r.Slug, r.ID })
	}
	return tfkit.FindByName(roles, m.Name.ValueString(), func(r *client.Role) (name, id string) { return r.Name, r.ID })
}

// dataSourceAttributes are the attributes of dataModel, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":          tfkit.Text("Id of the role, the `role_id` of members and API keys."),
		"account_id":  tfkit.Text("Id of the account. Empty for a system role."),
		"name":        tfkit.Text("Display name."),
		"slug":        tfkit.Text("Identifier of the role, which never changes."),
		"description": tfkit.Text("Description."),
		"scope":       tfkit.Text("Scope: `account` or `project`."),
		"permissions": schema.SetAttribute{MarkdownDescription: "Names of the permissions.", ElementType: types.StringType, Computed: true},
		"is_system":   tfkit.Flag("Whether every account has the role, and nobody can change it."),
		"created_by":  tfkit.Text("Id of the user who created the role."),
		"created_at":  tfkit.Text("Time at which the role was created, in RFC 3339."),
		"updated_at":  tfkit.Text("Time at which the role was last changed, in RFC 3339."),
	}
}
