package backupschedule

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// model is what the API says of a schedule, and the resource and the data sources share.
type model struct {
	ID        types.String `tfsdk:"id"`
	ProjectID types.String `tfsdk:"project_id"`
	AccountID types.String `tfsdk:"account_id"`
	CreatedBy types.String `tfsdk:"created_by"`
	Region    types.String `tfsdk:"region"`
	VMID      types.String `tfsdk:"vm_id"`
	Name      types.String `tfsdk:"name"`
	Type      types.String `tfsdk:"type"`
	Time      types.String `tfsdk:"time"`
	DayOfWeek types.String `tfsdk:"day_of_week"`
	Runtime   types.String `tfsdk:"runtime"`
	KeepCount types.Int64  `tfsdk:"keep_count"`
	CreatedAt types.String `tfsdk:"created_at"`
}

// dataModel adds what changes whenever a backup of the schedule comes or goes, and when it runs. A resource has none of it:
// every refresh would find it changed.
type dataModel struct {
	model
	PricePerHour types.String `tfsdk:"price_per_hour"`
	Size         types.String `tfsdk:"size"`

	Enabled             types.Bool   `tfsdk:"enabled"`
	NextRunAt           types.String `tfsdk:"next_run_at"`
	LastRunAt           types.String `tfsdk:"last_run_at"`
	LastRunStatus       types.String `tfsdk:"last_run_status"`
	ConsecutiveFailures types.Int64  `tfsdk:"consecutive_failures"`
}

// resourceModel adds what only the resource has.
type resourceModel struct {
	model
	DeletionProtection types.Bool `tfsdk:"deletion_protection"`
}

// Object names the schedule in diagnostics.
func (m *model) Object() string {
	return tfkit.Object("backup schedule", m.Name.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
}

// Identity implements tfkit.Model.
func (m *model) Identity() any { return tfkit.Identity{ID: m.ID, ProjectID: m.ProjectID} }

// fromAPI fills the model. The API returns time and day only as runtime, from which they are read back; where that is
// not understood they keep the values they had.
func (m *model) fromAPI(s *client.BackupSchedule) {
	m.ID = tfkit.IntegerID(s.ID)
	m.ProjectID = tfkit.StringOrNull(s.ProjectID)
	m.AccountID = tfkit.StringOrNull(s.AccountID)
	m.CreatedBy = tfkit.StringOrNull(s.CreatedBy)
	m.Region = tfkit.StringOrNull(s.Region)
	m.VMID = tfkit.StringOrNull(s.VMID)
	m.Name = types.StringValue(s.Name)
	m.Type = types.StringValue(s.Type)
	m.Runtime = tfkit.StringOrNull(s.Runtime)
	m.KeepCount = types.Int64Value(s.KeepCount)
	m.CreatedAt = tfkit.OptionalTime(s.CreatedAt)
	if day, at, ok := parseRuntime(s.Runtime); ok {
		m.Time = timeText.Keep(m.Time, at.String())
		m.DayOfWeek = tfkit.StringOrNull(day)
	}
}

func (m *dataModel) fromAPI(s *client.BackupSchedule) {
	m.model.fromAPI(s)
	m.PricePerHour = tfkit.StringOrNull(s.PricePerHour)
	m.Size = tfkit.StringOrNull(s.Size)
	m.Enabled = types.BoolPointerValue(s.Enabled)
	m.NextRunAt = tfkit.OptionalTime(s.NextRunAt)
	m.LastRunAt = tfkit.OptionalTime(s.LastRunAt)
	m.LastRunStatus = tfkit.StringOrNull(s.LastRunStatus)
	m.ConsecutiveFailures = types.Int64PointerValue(s.ConsecutiveFailures)
}
