package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource              = (*vmsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*vmsDataSource)(nil)
)

type vmsDataSource struct {
	tfkit.DataSourceBase
}

// NewListDataSource returns the raff_vms data source.
func NewListDataSource() datasource.DataSource { return &vmsDataSource{} }

type listModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	Status    types.String `tfsdk:"status"`
	Region    types.String `tfsdk:"region"`
	VMs       []dataModel  `tfsdk:"vms"`
}

func (d *vmsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vms"
}

func (d *vmsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The virtual machines of a project, or of every project that the API key can reach.",
		Attributes: map[string]schema.Attribute{
			"project_id": tfkit.OptionalProjectID("VMs"),
			"status":     tfkit.Filter("Only VMs in this status, for example `active`."),
			"region":     tfkit.Filter("Only VMs in this region."),
			"vms":        tfkit.List("The VMs, in the order of the API.", dataSourceAttributes()),
		},
	}
}

func (d *vmsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[listModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	filter := client.VMFilter{Status: m.Status.ValueString(), Region: m.Region.ValueString()}
	fill := fillPriced(ctx, d.Catalog, tfkit.NewPricing("the VMs", &resp.Diagnostics))
	var err error
	m.VMs, err = tfkit.Items(d.Client.ReaderIn(m.ProjectID.ValueString()).ListVMs(ctx, filter), fill)
	tfkit.Listed(ctx, m, "VMs", m.ProjectID.ValueString(), err, resp)
}
