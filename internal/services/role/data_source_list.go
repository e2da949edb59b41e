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
	_ datasource.DataSource              = (*rolesDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*rolesDataSource)(nil)
)

type rolesDataSource struct {
	tfkit.DataSourceBase
}

// NewListDataSource returns the raff_roles data source.
func NewListDataSource() datasource.DataSource { return &rolesDataSource{} }

type listModel struct {
	Scope types.String `tfsdk:"scope"`
	Roles []dataModel  `tfsdk:"roles"`
}

func (d *rolesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_roles"
}

func (d *rolesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "All roles: those of the system and those of the account.",
		Attributes: map[string]schema.Attribute{
			"scope": scopeFilter("Only roles of this scope: `account` or `project`."),
			"roles": tfkit.List("The roles, in the order of the API.", dataSourceAttributes()),
		},
	}
}

func scopeFilter(description string) schema.Attribute {
	return tfkit.Filter(description, tfkit.Choice(scopes...))
}

func (d *rolesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[listModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	var err error
	m.Roles, err = tfkit.Items(d.Client.ListRoles(ctx, client.RoleFilter{Scope: m.Scope.ValueString()}), (*dataModel).fromAPI)
	tfkit.Listed(ctx, m, "roles", "", err, resp)
}
