package snapshot

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewListResource returns the list resource of snapshots, for terraform query.
func NewListResource() list.ListResource { return tfkit.NewListResource(finding) }

var finding = tfkit.Finding{
	Kind: kind, Nouns: "snapshots", New: NewResource,
	Filters: map[string]schema.Attribute{
		"vm_id": tfkit.QueryFilter("Only the snapshots of this VM."),
		"type":  tfkit.QueryFilter("Only those of VMs (`vm`) or of volumes (`volume`).", tfkit.Choice(client.SnapshotOfVM, client.SnapshotOfVolume)),
	},
	Find: tfkit.Each(
		func(ctx context.Context, q *tfkit.Query) iter.Seq2[*client.Snapshot, error] {
			return q.Reader().ListSnapshots(q.Paged(ctx), client.SnapshotFilter{VMID: q.Text("vm_id"), Type: q.Text("type")})
		},
		func(o *client.Snapshot) (tfkit.Found, bool) {
			return tfkit.Found{ID: tfkit.IntegerID(o.ID).ValueString(), ProjectID: o.ProjectID, Name: o.Name}, true
		}),
}
