package backupschedule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource                     = (*scheduleDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*scheduleDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*scheduleDataSource)(nil)
)

type scheduleDataSource struct {
	tfkit.DataSourceBase
}

// NewDataSource returns the raff_backup_schedule data source.
func NewDataSource() datasource.DataSource { return &scheduleDataSource{} }

func (d *scheduleDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_backup_schedule"
}

func (d *scheduleDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A backup schedule, by id, or by name and project.",
		Attributes: tfkit.ByIDOrName(dataSourceAttributes(), "schedule",
			" Names are not unique: several schedules of the name are an error."),
	}
}

func (d *scheduleDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return tfkit.OneOf("id", "name")
}

func (d *scheduleDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[dataModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	schedule, err := d.find(ctx, m)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read backup schedule", m.Object(), err)
		return
	}
	wanted := m.ProjectID
	m.fromAPI(schedule)
	if !tfkit.InProject(wanted, "Backup schedule", schedule.Name, m.ID.ValueString(), schedule.ProjectID, &resp.Diagnostics) {
		return
	}
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

func (d *scheduleDataSource) find(ctx context.Context, m *dataModel) (*client.BackupSchedule, error) {
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	if !m.ID.IsNull() {
		return tfkit.ByIntegerID(ctx, m.ID, reader.GetBackupSchedule)
	}
	all := reader.ListBackupSchedules(ctx, client.BackupScheduleFilter{})
	return tfkit.FindByName(all, m.Name.ValueString(), func(s *client.BackupSchedule) (name, id string) {
		return s.Name, tfkit.IntegerID(s.ID).ValueString()
	})
}

// dataSourceAttributes are the attributes of dataModel, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":             tfkit.Text("Id of the schedule, an integer written as a string."),
		"project_id":     tfkit.Text("Id of the project that the schedule belongs to."),
		"account_id":     tfkit.Text("Id of the account that it belongs to."),
		"created_by":     tfkit.Text("Id of the user who created the schedule."),
		"region":         tfkit.Text("Code of the region of the backups."),
		"vm_id":          tfkit.Text("Id of the VM that is backed up."),
		"name":           tfkit.Text("Name of the schedule."),
		"type":           tfkit.Text("How often the schedule runs: `daily` or `weekly`."),
		"time":           tfkit.Text("Time of day in UTC, such as `8am` or `8:30pm`."),
		"day_of_week":    tfkit.Text("Day of a weekly schedule, `Monday` to `Sunday`. Null for a daily one."),
		"runtime":        tfkit.Text("When the schedule runs, as the API writes it."),
		"keep_count":     tfkit.Number("Number of backups of this schedule that are kept."),
		"price_per_hour": tfkit.Text("Price in USD an hour of the backups that are kept, as text."),
		"size":           tfkit.Text("Size of the backups that are kept, with its unit, as the API writes it."),
		"created_at":     tfkit.Text("Time at which the schedule was created, in RFC 3339."),

		"enabled":              tfkit.Flag("Whether the schedule runs. Only the platform turns one on or off. Null where the API does not say."),
		"next_run_at":          tfkit.Text("Time at which the schedule runs next, in RFC 3339. Null where the API does not say."),
		"last_run_at":          tfkit.Text("Time at which the schedule ran last, in RFC 3339. Null before the first run."),
		"last_run_status":      tfkit.Text("What became of the last run: `succeeded`, `failed` or `skipped`. Null before the first one."),
		"consecutive_failures": tfkit.Number("Number of runs that have failed one after the other until now. Null where the API does not say."),
	}
}
