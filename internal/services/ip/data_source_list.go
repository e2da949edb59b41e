package ip

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource              = (*ipsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*ipsDataSource)(nil)
)

type ipsDataSource struct {
	tfkit.DataSourceBase
}

// NewListDataSource returns the raff_ips data source.
func NewListDataSource() datasource.DataSource { return &ipsDataSource{} }

type listModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	Reserved  types.Bool   `tfsdk:"reserved"`
	Status    types.String `tfsdk:"status"`
	IPs       []dataModel  `tfsdk:"ips"`
}

func (d *ipsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ips"
}

func (d *ipsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The public addresses of a project, or of every project that the API key can reach.",
		Attributes: map[string]schema.Attribute{
			"project_id": tfkit.OptionalProjectID("addresses"),
			"reserved": schema.BoolAttribute{
				MarkdownDescription: "`true`: only reserved addresses, attached or not. `false`: only those that VMs got from the pool.",
				Optional:            true,
			},
			"status": tfkit.Filter("Only addresses in this status, `free` or `in-use`.", tfkit.Choice(client.IPFree, client.IPInUse)),
			"ips":    tfkit.List("The addresses, in the order of the API.", dataSourceAttributes()),
		},
	}
}

func (d *ipsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[listModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	filter := client.IPFilter{Reserved: m.Reserved.ValueBoolPointer(), Status: m.Status.ValueString()}
	fill := fillPriced(ctx, d.Catalog, tfkit.NewPricing("the addresses", &resp.Diagnostics))
	var err error
	m.IPs, err = tfkit.Items(d.Client.ReaderIn(m.ProjectID.ValueString()).ListIPs(ctx, filter), fill)
	tfkit.Listed(ctx, m, "IPs", m.ProjectID.ValueString(), err, resp)
}
