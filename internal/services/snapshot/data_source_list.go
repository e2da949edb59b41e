package snapshot

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
	_ datasource.DataSource              = (*snapshotsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*snapshotsDataSource)(nil)
)

type snapshotsDataSource struct {
	framework.DataSourceBase
}

// NewListDataSource returns the raff_snapshots data source.
func NewListDataSource() datasource.DataSource { return &snapshotsDataSource{} }

type listModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	VMID      types.String `tfsdk:"vm_id"`
	VolumeID  types.String `tfsdk:"volume_id"`
	Type      types.String `tfsdk:"type"`
	Snapshots []model      `tfsdk:"snapshots"`
}

func (d *snapshotsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_snapshots"
}

func (d *snapshotsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The snapshots of a project, or of every project that the API key can reach.",
		Attributes: map[string]schema.Attribute{
			"project_id": framework.OptionalProjectID("snapshots"),
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Only snapshots of this VM.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"volume_id": schema.StringAttribute{
				MarkdownDescription: "Only snapshots of this volume.",
				Optional:            true,
				Validators:          []validator.String{framework.IsIntegerID()},
			},
			"type": schema.StringAttribute{
				MarkdownDescription: "Only snapshots of this type: `vm` or `volume`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf(client.SnapshotOfVM, client.SnapshotOfVolume)},
			},
			"snapshots": schema.ListNestedAttribute{
				MarkdownDescription: "The snapshots, in the order of the API.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: dataSourceAttributes()},
			},
		},
	}
}

func (d *snapshotsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	filter := client.SnapshotFilter{VMID: m.VMID.ValueString(), Type: m.Type.ValueString()}
	if !m.VolumeID.IsNull() {
		var err error
		if filter.VolumeID, err = framework.ParseIntegerID(m.VolumeID); err != nil {
			framework.AddAttributeError(&resp.Diagnostics, pathVolume, "Invalid volume id", "snapshots", err)
			return
		}
	}
	m.Snapshots = []model{}
	for snapshot, err := range d.Client.ReaderIn(m.ProjectID.ValueString()).ListSnapshots(ctx, filter) {
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to list snapshots", framework.Object("snapshots", "", "", m.ProjectID.ValueString()), err)
			return
		}
		var item model
		item.fromAPI(snapshot)
		m.Snapshots = append(m.Snapshots, item)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
