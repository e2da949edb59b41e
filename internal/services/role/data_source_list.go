package role

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource              = (*rolesDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*rolesDataSource)(nil)
)

type rolesDataSource struct {
	framework.DataSourceBase
}

// NewListDataSource returns the raff_roles data source.
func NewListDataSource() datasource.DataSource { return &rolesDataSource{} }

type listModel struct {
	Scope types.String `tfsdk:"scope"`
	Roles []model      `tfsdk:"roles"`
}

func (d *rolesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_roles"
}

func (d *rolesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The roles that there are: those of the system, and those of the account.",
		Attributes: map[string]schema.Attribute{
			"scope": scopeFilter("Only roles of this scope: `account` or `project`."),
			"roles": schema.ListNestedAttribute{
				MarkdownDescription: "The roles, in the order of the API.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: dataSourceAttributes()},
			},
		},
	}
}

func scopeFilter(description string) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Validators:          []validator.String{stringvalidator.OneOf(scopes...)},
	}
}

func (d *rolesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.Roles = []model{}
	for role, err := range d.Client.ListRoles(ctx, client.RoleFilter{Scope: m.Scope.ValueString()}) {
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to list roles", "roles", err)
			return
		}
		var item model
		item.fromAPI(role)
		m.Roles = append(m.Roles, item)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
