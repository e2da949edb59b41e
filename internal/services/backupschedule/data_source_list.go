package backupschedule

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
	_ datasource.DataSource              = (*schedulesDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*schedulesDataSource)(nil)
)

type schedulesDataSource struct {
	framework.DataSourceBase
}

// NewListDataSource returns the raff_backup_schedules data source.
func NewListDataSource() datasource.DataSource { return &schedulesDataSource{} }

type listModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	VMID      types.String `tfsdk:"vm_id"`
	Schedules []model      `tfsdk:"schedules"`
}

func (d *schedulesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_backup_schedules"
}

func (d *schedulesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The backup schedules of a project, or of every project that the API key can reach.",
		Attributes: map[string]schema.Attribute{
			"project_id": framework.OptionalProjectID("schedules"),
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Only schedules of this VM.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"schedules": schema.ListNestedAttribute{
				MarkdownDescription: "The backup schedules, in the order of the API.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: dataSourceAttributes()},
			},
		},
	}
}

func (d *schedulesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.Schedules = []model{}
	filter := client.BackupScheduleFilter{VMID: m.VMID.ValueString()}
	for schedule, err := range d.Client.ReaderIn(m.ProjectID.ValueString()).ListBackupSchedules(ctx, filter) {
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to list backup schedules", framework.Object("backup schedules", "", "", m.ProjectID.ValueString()), err)
			return
		}
		var item model
		item.fromAPI(schedule)
		m.Schedules = append(m.Schedules, item)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
