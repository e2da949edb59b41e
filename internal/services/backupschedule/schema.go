package backupschedule

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// Limits of keep_count. Schedules of earlier may have 1, until they are changed.
const (
	leastKept = 2
	mostKept  = 100
)

func (r *scheduleResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Version: tfkit.StateVersion,
		MarkdownDescription: "A schedule that backs a VM up every day or every week, and deletes old backups. A VM can have several.\n\n" +
			"Destroying the schedule keeps the backups that it has created, for good. The schedule itself goes with its VM. " +
			"Size and price of the backups, and whether and when the schedule ran, are in the `raff_backup_schedule` data source: they change by themselves. " +
			"A plan warns where the last runs have failed, or the platform has turned the schedule off.",
		Attributes: map[string]schema.Attribute{
			"id":         tfkit.IDAttribute("schedule, an integer written as a string"),
			"project_id": tfkit.ProjectIDAttribute("backup schedule"),
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM to back up. Another VM replaces the schedule.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{tfkit.Replaces()},
			},
			"type": schema.StringAttribute{
				MarkdownDescription: "How often the schedule runs: `daily` or `weekly`. Changed in place.",
				Required:            true,
				Validators:          []validator.String{tfkit.Choice(client.ScheduleDaily, client.ScheduleWeekly)},
			},
			"time": schema.StringAttribute{
				MarkdownDescription: "Time of day in UTC, such as `8am`, `8:30pm` or `13:00`. Changed in place. Another way to write the same time is no change: `8am` equals `08:00`.",
				Required:            true,
				Validators:          []validator.String{isDayTime{}},
				PlanModifiers:       []planmodifier.String{timeText.KeepInPlan()},
			},
			"day_of_week": schema.StringAttribute{
				MarkdownDescription: "Day of a weekly schedule: " + weekdayList() + ". Changed in place. A daily schedule has none. Default: none.",
				Optional:            true,
				Validators:          []validator.String{tfkit.Choice(weekdays...)},
			},
			"keep_count": schema.Int64Attribute{
				MarkdownDescription: "Number of backups of this schedule that are kept, 2 to 100. A schedule that has 1 from earlier may keep it. " +
					"Raff deletes older ones automatically. Changed in place: a smaller number deletes backups.",
				Required:   true,
				Validators: []validator.Int64{int64validator.Between(1, mostKept)}, // the plan knows whether 1 is what there is
			},
			"deletion_protection": tfkit.DeletionProtectionAttribute("schedule", ", or delete backups with a smaller `keep_count`,"),
			"account_id":          tfkit.ComputedString("Id of the account that it belongs to."),
			"created_by":          tfkit.ComputedString("Id of the user who created the schedule."),
			"region":              tfkit.ComputedString("Code of the region of the backups."),
			"name":                tfkit.ComputedString("Name of the schedule, chosen by the API."),
			"runtime":             tfkit.ComputedString("When the schedule runs, as the API writes it: `Daily at 8am`, `Saturday 8am`."),
			"created_at":          tfkit.ComputedString("Time at which the schedule was created, in RFC 3339."),
		},
	}
}

// weekdayList are the days of a week as descriptions list them.
func weekdayList() string {
	last := len(weekdays) - 1
	return "`" + strings.Join(weekdays[:last], "`, `") + "` or `" + weekdays[last] + "`"
}
