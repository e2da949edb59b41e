package backupschedule

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewListResource returns the list resource of backup schedules, for terraform query.
func NewListResource() list.ListResource { return tfkit.NewListResource(finding) }

var finding = tfkit.Finding{
	Kind: kind, Nouns: "backup schedules", New: NewResource,
	Filters: map[string]schema.Attribute{
		"vm_id": tfkit.QueryFilter("Only the backup schedules of this VM."),
	},
	Find: tfkit.Each(
		func(ctx context.Context, q *tfkit.Query) iter.Seq2[*client.BackupSchedule, error] {
			return q.Reader().ListBackupSchedules(q.Paged(ctx), client.BackupScheduleFilter{VMID: q.Text("vm_id")})
		},
		func(o *client.BackupSchedule) (tfkit.Found, bool) {
			return tfkit.Found{ID: tfkit.IntegerID(o.ID).ValueString(), ProjectID: o.ProjectID, Name: o.Name}, true
		}),
}
