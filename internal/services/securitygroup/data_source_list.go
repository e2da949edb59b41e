package securitygroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource              = (*groupsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*groupsDataSource)(nil)
)

type groupsDataSource struct {
	framework.DataSourceBase
}

// NewListDataSource returns the raff_security_groups data source.
func NewListDataSource() datasource.DataSource { return &groupsDataSource{} }

type listModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	Groups    []model      `tfsdk:"security_groups"`
}

func (d *groupsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_security_groups"
}

func (d *groupsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The security groups of a project, or of every project that the API key can reach.",
		Attributes: map[string]schema.Attribute{
			"project_id": framework.OptionalProjectID("security groups"),
			"security_groups": schema.ListNestedAttribute{
				MarkdownDescription: "The security groups, in the order of the API.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: dataSourceAttributes()},
			},
		},
	}
}

func (d *groupsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.Groups = []model{}
	for group, err := range d.Client.ReaderIn(m.ProjectID.ValueString()).ListSecurityGroups(ctx) {
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to list security groups",
				framework.Object("security groups", "", "", m.ProjectID.ValueString()), err)
			return
		}
		var item model
		item.fromAPI(group)
		m.Groups = append(m.Groups, item)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
