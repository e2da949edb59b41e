package volume

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
	_ datasource.DataSource              = (*volumesDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*volumesDataSource)(nil)
)

type volumesDataSource struct {
	framework.DataSourceBase
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
			"project_id": framework.OptionalProjectID("volumes"),
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Only volumes that are attached to this VM.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"region": schema.StringAttribute{
				MarkdownDescription: "Only volumes in this region.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"volumes": schema.ListNestedAttribute{
				MarkdownDescription: "The volumes, in the order of the API.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: dataSourceAttributes()},
			},
		},
	}
}

func (d *volumesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.Volumes = []dataModel{}
	filter := client.VolumeFilter{VMID: m.VMID.ValueString(), Region: m.Region.ValueString()}
	for volume, err := range d.Client.ReaderIn(m.ProjectID.ValueString()).ListVolumes(ctx, filter) {
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to list volumes", framework.Object("volumes", "", "", m.ProjectID.ValueString()), err)
			return
		}
		var item dataModel
		item.fromAPI(volume)
		m.Volumes = append(m.Volumes, item)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
