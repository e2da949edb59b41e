package member

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
	_ datasource.DataSource              = (*membersDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*membersDataSource)(nil)
)

type membersDataSource struct {
	framework.DataSourceBase
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
			"status": statusFilter(),
			"members": schema.ListNestedAttribute{
				MarkdownDescription: "The members, in the order of the API.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: memberAttributes()},
			},
		},
	}
}

func statusFilter() schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "Only members of this status: `pending`, `active` or `suspended`.",
		Optional:            true,
		Validators: []validator.String{
			stringvalidator.OneOf(client.MemberPending, client.MemberActive, client.MemberSuspended),
		},
	}
}

func (d *membersDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m membersModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.Members = []memberModel{}
	for member, err := range d.Client.ListMembers(ctx, client.MemberFilter{Status: m.Status.ValueString()}) {
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to list members", "members", err)
			return
		}
		var item memberModel
		item.fromAPI(member)
		m.Members = append(m.Members, item)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
