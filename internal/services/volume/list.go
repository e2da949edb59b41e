package volume

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewListResource returns the list resource of volumes, for terraform query.
func NewListResource() list.ListResource { return tfkit.NewListResource(finding) }

var finding = tfkit.Finding{
	Kind: kind, Nouns: "volumes", New: NewResource,
	Filters: map[string]schema.Attribute{
		"vm_id":  tfkit.QueryFilter("Only volumes that are attached to this VM."),
		"region": tfkit.QueryFilter("Only volumes in this region."),
	},
	Find: tfkit.Each(
		func(ctx context.Context, q *tfkit.Query) iter.Seq2[*client.Volume, error] {
			return q.Reader().ListVolumes(q.Paged(ctx), client.VolumeFilter{VMID: q.Text("vm_id"), Region: q.Text("region")})
		},
		func(o *client.Volume) (tfkit.Found, bool) {
			return tfkit.Found{ID: tfkit.IntegerID(o.ID).ValueString(), ProjectID: o.ProjectID, Name: o.Name}, true
		}),
}
