package backupschedule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource              = (*schedulesDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*schedulesDataSource)(nil)
)

type schedulesDataSource struct {
	tfkit.DataSourceBase
}

// NewListDataSource returns the raff_backup_schedules data source.
func NewListDataSource() datasource.DataSource { return &schedulesDataSource{} }

type listModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	VMID      types.String `tfsdk:"vm_id"`
	Schedules []dataModel  `tfsdk:"schedules"`
}

func (d *schedulesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_backup_schedules"
}

func (d *schedulesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The backup schedules of a project, or of every project that the API key can reach.",
		Attributes: map[string]schema.Attribute{
			"project_id": tfkit.OptionalProjectID("schedules"),
			"vm_id":      tfkit.Filter("Only schedules of this VM."),
			"schedules":  tfkit.List("The backup schedules, in the order of the API.", dataSourceAttributes()),
		},
	}
}

func (d *schedulesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[listModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	filter := client.BackupScheduleFilter{VMID: m.VMID.ValueString()}
	var err error
	m.Schedules, err = tfkit.Items(d.Client.ReaderIn(m.ProjectID.ValueString()).ListBackupSchedules(ctx, filter), (*dataModel).fromAPI)
	tfkit.Listed(ctx, m, "backup schedules", m.ProjectID.ValueString(), err, resp)
}
