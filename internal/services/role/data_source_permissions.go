package role

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource              = (*permissionsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*permissionsDataSource)(nil)
)

type permissionsDataSource struct {
	framework.DataSourceBase
}

// NewPermissionsDataSource returns the raff_permissions data source.
func NewPermissionsDataSource() datasource.DataSource { return &permissionsDataSource{} }

type permissionModel struct {
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	Scope       types.String `tfsdk:"scope"`
	Category    types.String `tfsdk:"category"`
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
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The permissions that a role can have. They are the same for every account, and any API key can read them.",
		Attributes: map[string]schema.Attribute{
			"scope": scopeFilter("Only permissions of this scope: `account` or `project`."),
			"names": schema.SetAttribute{
				MarkdownDescription: "The names alone, for the `permissions` of a `raff_role`.",
				ElementType:         types.StringType,
				Computed:            true,
			},
			"permissions": schema.ListNestedAttribute{
				MarkdownDescription: "The permissions, in the order of the API.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"name":        text("Name, for example `vm.create`."),
					"description": text("What it allows."),
					"scope":       text("`account` or `project`."),
					"category":    text("What it is about, for example `vm`."),
				}},
			},
		},
	}
}

func (d *permissionsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m permissionsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	all, err := d.Catalog.Permissions(ctx)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to list permissions", "permissions", err)
		return
	}
	m.Permissions = []permissionModel{}
	var names []string
	for _, p := range all {
		if !m.Scope.IsNull() && p.Scope != m.Scope.ValueString() {
			continue
		}
		names = append(names, p.Name)
		m.Permissions = append(m.Permissions, permissionModel{
			Name:        types.StringValue(p.Name),
			Description: framework.StringOrNull(p.Description),
			Scope:       types.StringValue(p.Scope),
			Category:    types.StringValue(p.Category),
		})
	}
	m.Names = stringSet(names)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
