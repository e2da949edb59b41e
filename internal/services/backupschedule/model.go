package backupschedule

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	pathProject = path.Root("project_id")
	pathDay     = path.Root("day_of_week")
)

// model is what the API says of a schedule. The resource and the data sources share it.
type model struct {
	ID           types.String `tfsdk:"id"`
	ProjectID    types.String `tfsdk:"project_id"`
	AccountID    types.String `tfsdk:"account_id"`
	CreatedBy    types.String `tfsdk:"created_by"`
	Region       types.String `tfsdk:"region"`
	VMID         types.String `tfsdk:"vm_id"`
	Name         types.String `tfsdk:"name"`
	Type         types.String `tfsdk:"type"`
	Time         types.String `tfsdk:"time"`
	DayOfWeek    types.String `tfsdk:"day_of_week"`
	Runtime      types.String `tfsdk:"runtime"`
	KeepCount    types.Int64  `tfsdk:"keep_count"`
	PricePerHour types.String `tfsdk:"price_per_hour"`
	Size         types.String `tfsdk:"size"`
	CreatedAt    types.String `tfsdk:"created_at"`
}

// fromAPI fills the model. The API returns time and day only as runtime, from which they are read back; where that is
// not understood they keep the values they had.
func (m *model) fromAPI(s *client.BackupSchedule) {
	m.ID = framework.IntegerID(s.ID)
	m.ProjectID = framework.StringOrNull(s.ProjectID)
	m.AccountID = framework.StringOrNull(s.AccountID)
	m.CreatedBy = framework.StringOrNull(s.CreatedBy)
	m.Region = framework.StringOrNull(s.Region)
	m.VMID = framework.StringOrNull(s.VMID)
	m.Name = types.StringValue(s.Name)
	m.Type = types.StringValue(s.Type)
	m.Runtime = framework.StringOrNull(s.Runtime)
	m.KeepCount = types.Int64Value(s.KeepCount)
	m.PricePerHour = framework.StringOrNull(s.PricePerHour)
	m.Size = framework.StringOrNull(s.Size)
	m.CreatedAt = framework.OptionalTime(s.CreatedAt)
	if day, at, ok := parseRuntime(s.Runtime); ok {
		m.Time = timeText.Keep(m.Time, at.String())
		m.DayOfWeek = framework.StringOrNull(day)
	}
}

// object names the schedule in diagnostics.
func (m *model) object() string {
	return framework.Object("backup schedule", m.Name.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
}
