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
	_ datasource.DataSource              = (*permissionsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*permissionsDataSource)(nil)
)

type permissionsDataSource struct {
	tfkit.DataSourceBase
}

// NewPermissionsDataSource returns the raff_permissions data source.
func NewPermissionsDataSource() datasource.DataSource { return &permissionsDataSource{} }

type permissionModel struct {
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	Scope       types.String `tfsdk:"scope"`
	Category    types.String `tfsdk:"category"`
}

func (m *permissionModel) fromAPI(p *client.Permission) {
	m.Name = types.StringValue(p.Name)
	m.Description = tfkit.StringOrNull(p.Description)
	m.Scope = types.StringValue(p.Scope)
	m.Category = types.StringValue(p.Category)
}

type permissionsModel struct {
	Scope       types.String      `tfsdk:"scope"`
	Names       types.Set         `tfsdk:"names"`
	Permissions []permissionModel `tfsdk:"permissions"`
}

func (d *permissionsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_permissions"
}

func (d *permissionsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The permissions that a role can have. They are the same for every account, and any API key can read them.",
		Attributes: map[string]schema.Attribute{
			"scope": scopeFilter("Only permissions of this scope: `account` or `project`."),
			"names": schema.SetAttribute{
				MarkdownDescription: "Names of the permissions alone, for `permissions` of a `raff_role`.",
				ElementType:         types.StringType,
				Computed:            true,
			},
			"permissions": tfkit.List("The permissions, in the order of the API.", map[string]schema.Attribute{
				"name":        tfkit.Text("Name of the permission, for example `vm.create`."),
				"description": tfkit.Text("What the permission allows."),
				"scope":       tfkit.Text("Scope: `account` or `project`."),
				"category":    tfkit.Text("Category: what the permission is about, for example `vm`."),
			}),
		},
	}
}

func (d *permissionsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[permissionsModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	var err error
	m.Permissions, err = tfkit.Items(d.Client.ListPermissions(ctx, client.RoleFilter{Scope: m.Scope.ValueString()}), (*permissionModel).fromAPI)
	names := make([]string, len(m.Permissions))
	for i, p := range m.Permissions {
		names[i] = p.Name.ValueString()
	}
	m.Names = tfkit.StringSet(names)
	tfkit.Listed(ctx, m, "permissions", "", err, resp)
}
