package backup

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewListResource returns the list resource of backups, for terraform query.
func NewListResource() list.ListResource { return tfkit.NewListResource(finding) }

var finding = tfkit.Finding{
	Kind: kind, Nouns: "backups", New: NewResource,
	Filters: map[string]schema.Attribute{
		"vm_id": tfkit.QueryFilter("Only the backups of this VM."),
	},
	Find: tfkit.Each(
		func(ctx context.Context, q *tfkit.Query) iter.Seq2[*client.Backup, error] {
			return q.Reader().ListBackups(q.Paged(ctx), client.BackupFilter{VMID: q.Text("vm_id")})
		},
		func(o *client.Backup) (tfkit.Found, bool) {
			return tfkit.Found{ID: o.ID, ProjectID: o.ProjectID, Name: o.Name}, true
		}),
}
