package backupschedule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource                     = (*scheduleDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*scheduleDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*scheduleDataSource)(nil)
)

type scheduleDataSource struct {
	framework.DataSourceBase
}

// NewDataSource returns the raff_backup_schedule data source.
func NewDataSource() datasource.DataSource { return &scheduleDataSource{} }

func (d *scheduleDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_backup_schedule"
}

func (d *scheduleDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the schedule. Either this, or `name` and `project_id`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{framework.IsIntegerID()},
	}
	attributes["name"] = schema.StringAttribute{
		MarkdownDescription: "Name of the schedule, exactly. Needs `project_id`. Names are not unique: several schedules of the name are an error.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.AlsoRequires(path.MatchRoot("project_id"))},
	}
	attributes["project_id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the project that the schedule belongs to.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A backup schedule, by id, or by name and project.",
		Attributes:          attributes,
	}
}

func (d *scheduleDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name"))}
}

func (d *scheduleDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	schedule, err := d.find(ctx, &m)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read backup schedule", m.object(), err)
		return
	}
	wanted := m.ProjectID
	m.fromAPI(schedule)
	if !framework.InProject(wanted, "Backup schedule", schedule.Name, m.ID.ValueString(), schedule.ProjectID, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (d *scheduleDataSource) find(ctx context.Context, m *model) (*client.BackupSchedule, error) {
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	if !m.ID.IsNull() {
		return getSchedule(ctx, reader, m.ID)
	}
	all := reader.ListBackupSchedules(ctx, client.BackupScheduleFilter{})
	return framework.FindByName(all, m.Name.ValueString(), func(s *client.BackupSchedule) (name, id string) {
		return s.Name, framework.IntegerID(s.ID).ValueString()
	})
}

// dataSourceAttributes are the attributes of model, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"id":             text("Id of the schedule, an integer written as a string."),
		"project_id":     text("Id of the project that the schedule belongs to."),
		"account_id":     text("Id of the account."),
		"created_by":     text("Id of the user who made the schedule."),
		"region":         text("Region of the backups."),
		"vm_id":          text("Id of the VM that is backed up."),
		"name":           text("Name of the schedule."),
		"type":           text("How often: `daily` or `weekly`."),
		"time":           text("Time of day in UTC, like `8am` or `8:30pm`."),
		"day_of_week":    text("Day of a weekly schedule, `Monday` to `Sunday`. Null for a daily one."),
		"runtime":        text("When the schedule runs, as the API renders it."),
		"keep_count":     schema.Int64Attribute{MarkdownDescription: "How many backups of this schedule are kept.", Computed: true},
		"price_per_hour": text("Price in USD an hour of the backups that are kept, as text."),
		"size":           text("Size of the backups that are kept, as the API renders it."),
		"created_at":     text("When the schedule was made, RFC 3339."),
	}
}
