package volume

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource              = (*volumesDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*volumesDataSource)(nil)
)

type volumesDataSource struct {
	tfkit.DataSourceBase
}

// NewListDataSource returns the raff_volumes data source.
func NewListDataSource() datasource.DataSource { return &volumesDataSource{} }

type listModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	VMID      types.String `tfsdk:"vm_id"`
	Region    types.String `tfsdk:"region"`
	Volumes   []dataModel  `tfsdk:"volumes"`
}

func (d *volumesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_volumes"
}

func (d *volumesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The block storage volumes of a project, or of every project that the API key can reach.",
		Attributes: map[string]schema.Attribute{
			"project_id": tfkit.OptionalProjectID("volumes"),
			"vm_id":      tfkit.Filter("Only volumes that are attached to this VM."),
			"region":     tfkit.Filter("Only volumes in this region."),
			"volumes":    tfkit.List("The volumes, in the order of the API.", dataSourceAttributes()),
		},
	}
}

func (d *volumesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[listModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	filter := client.VolumeFilter{VMID: m.VMID.ValueString(), Region: m.Region.ValueString()}
	fill := fillPriced(ctx, d.Catalog, tfkit.NewPricing("the volumes", &resp.Diagnostics))
	var err error
	m.Volumes, err = tfkit.Items(d.Client.ReaderIn(m.ProjectID.ValueString()).ListVolumes(ctx, filter), fill)
	tfkit.Listed(ctx, m, "volumes", m.ProjectID.ValueString(), err, resp)
}
