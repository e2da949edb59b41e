package member

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource              = (*membersDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*membersDataSource)(nil)
)

type membersDataSource struct {
	tfkit.DataSourceBase
}

// NewListDataSource returns the raff_members data source.
func NewListDataSource() datasource.DataSource { return &membersDataSource{} }

type membersModel struct {
	Status  types.String  `tfsdk:"status"`
	Members []memberModel `tfsdk:"members"`
}

func (d *membersDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_members"
}

func (d *membersDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The members of the account, people and API keys, pending ones too.",
		Attributes: map[string]schema.Attribute{
			"status":  statusFilter(),
			"members": tfkit.List("The members, in the order of the API.", memberAttributes()),
		},
	}
}

func statusFilter() schema.Attribute {
	return tfkit.Filter("Only members of this status: `pending`, `active` or `suspended`.",
		tfkit.Choice(client.MemberPending, client.MemberActive, client.MemberSuspended))
}

func (d *membersDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[membersModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	var err error
	m.Members, err = tfkit.Items(d.Client.ListMembers(ctx, client.MemberFilter{Status: m.Status.ValueString()}), (*memberModel).fromAPI)
	tfkit.Listed(ctx, m, "members", "", err, resp)
}
