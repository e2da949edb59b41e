package role

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource                     = (*roleDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*roleDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*roleDataSource)(nil)
)

type roleDataSource struct {
	framework.DataSourceBase
}

// NewDataSource returns the raff_role data source.
func NewDataSource() datasource.DataSource { return &roleDataSource{} }

func (d *roleDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_role"
}

func (d *roleDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = lookup("Id of the role. One of this, `slug` and `name`.")
	attributes["slug"] = lookup("Slug of the role, for example `project-admin`. One of this, `id` and `name`.")
	attributes["name"] = lookup("Name of the role, exactly, for example `Project Admin`. It must be unique, or unique in its `scope`. One of this, `id` and `slug`.")
	attributes["scope"] = lookup("Scope of the role, `account` or `project`. With `name`: only a role of this scope.", stringvalidator.OneOf(scopes...))
	resp.Schema = schema.Schema{
		MarkdownDescription: "A role, one of the system's or one of the account, by id, slug or name. Its `id` is the `role_id` of members and API keys.",
		Attributes:          attributes,
	}
}

func lookup(description string, validators ...validator.String) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Computed:            true,
		Validators:          append(validators, stringvalidator.LengthAtLeast(1)),
	}
}

func (d *roleDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("slug"), path.MatchRoot("name")),
	}
}

func (d *roleDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	role, err := d.find(ctx, &m)
	if err != nil {
		object := framework.Object("role", m.Name.ValueString()+m.Slug.ValueString(), m.ID.ValueString(), "")
		framework.AddError(&resp.Diagnostics, "Unable to read role", object, err)
		return
	}
	m.fromAPI(role)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (d *roleDataSource) find(ctx context.Context, m *model) (*client.Role, error) {
	if !m.ID.IsNull() {
		return d.Client.GetRole(ctx, m.ID.ValueString())
	}
	roles := d.Client.ListRoles(ctx, client.RoleFilter{Scope: m.Scope.ValueString()})
	if !m.Slug.IsNull() {
		return framework.FindByName(roles, m.Slug.ValueString(), func(r *client.Role) (slug, id string) { return r.Slug, r.ID })
	}
	return framework.FindByName(roles, m.Name.ValueString(), func(r *client.Role) (name, id string) { return r.Name, r.ID })
}

// dataSourceAttributes are the attributes of model, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"id":          text("Id of the role, the `role_id` of members and API keys."),
		"account_id":  text("Id of the account. Empty for a system role."),
		"name":        text("Name for people."),
		"slug":        text("Identifier that never changes."),
		"description": text("Description."),
		"scope":       text("`account` or `project`."),
		"permissions": schema.SetAttribute{MarkdownDescription: "Names of the permissions.", ElementType: types.StringType, Computed: true},
		"is_system":   schema.BoolAttribute{MarkdownDescription: "Whether every account has the role, and nobody can change it.", Computed: true},
		"created_by":  text("Id of the user who made the role."),
		"created_at":  text("When the role was made, RFC 3339."),
		"updated_at":  text("When the role was last changed, RFC 3339."),
	}
}
