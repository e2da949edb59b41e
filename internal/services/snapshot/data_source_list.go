package snapshot

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource              = (*snapshotsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*snapshotsDataSource)(nil)
)

type snapshotsDataSource struct {
	tfkit.DataSourceBase
}

// NewListDataSource returns the raff_snapshots data source.
func NewListDataSource() datasource.DataSource { return &snapshotsDataSource{} }

type listModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	VMID      types.String `tfsdk:"vm_id"`
	VolumeID  types.String `tfsdk:"volume_id"`
	Type      types.String `tfsdk:"type"`
	Snapshots []dataModel  `tfsdk:"snapshots"`
}

func (d *snapshotsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_snapshots"
}

func (d *snapshotsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The snapshots of a project, or of every project that the API key can reach.",
		Attributes: map[string]schema.Attribute{
			"project_id": tfkit.OptionalProjectID("snapshots"),
			"vm_id":      tfkit.Filter("Only snapshots of this VM."),
			"volume_id":  tfkit.Filter("Only snapshots of this volume."),
			"type": tfkit.Filter("Only snapshots of this type: `vm` or `volume`.",
				tfkit.Choice(client.SnapshotOfVM, client.SnapshotOfVolume)),
			"snapshots": tfkit.List("The snapshots, in the order of the API.", dataSourceAttributes()),
		},
	}
}

func (d *snapshotsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[listModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	filter := client.SnapshotFilter{VMID: m.VMID.ValueString(), Type: m.Type.ValueString()}
	var err error
	if !m.VolumeID.IsNull() {
		if filter.VolumeID, err = tfkit.ParseIntegerID(m.VolumeID); err != nil {
			tfkit.AddAttributeError(&resp.Diagnostics, path.Root("volume_id"), "Unable to list snapshots", "snapshots", err)
			return
		}
	}
	fill := fillPriced(ctx, d.Catalog, tfkit.NewPricing("the snapshots", &resp.Diagnostics))
	m.Snapshots, err = tfkit.Items(d.Client.ReaderIn(m.ProjectID.ValueString()).ListSnapshots(ctx, filter), fill)
	tfkit.Listed(ctx, m, "snapshots", m.ProjectID.ValueString(), err, resp)
}
