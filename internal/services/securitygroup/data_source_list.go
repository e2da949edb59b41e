package securitygroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource              = (*groupsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*groupsDataSource)(nil)
)

type groupsDataSource struct {
	tfkit.DataSourceBase
}

// NewListDataSource returns the raff_security_groups data source.
func NewListDataSource() datasource.DataSource { return &groupsDataSource{} }

type listModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	Groups    []dataModel  `tfsdk:"security_groups"`
}

func (d *groupsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_security_groups"
}

func (d *groupsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The security groups of a project, or of every project that the API key can reach.",
		Attributes: map[string]schema.Attribute{
			"project_id":      tfkit.OptionalProjectID("security groups"),
			"security_groups": tfkit.List("The security groups, in the order of the API.", dataSourceAttributes()),
		},
	}
}

func (d *groupsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[listModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	var err error
	m.Groups, err = tfkit.Items(d.Client.ReaderIn(m.ProjectID.ValueString()).ListSecurityGroups(ctx), (*dataModel).fromAPI)
	tfkit.Listed(ctx, m, "security groups", m.ProjectID.ValueString(), err, resp)
}
