package volume

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewAttachmentListResource returns the list resource of attached volumes, for terraform query.
func NewAttachmentListResource() list.ListResource { return tfkit.NewListResource(attachmentFinding) }

var attachmentFinding = tfkit.Finding{
	Kind: attachmentKind, Nouns: "attached volumes", New: NewAttachmentResource,
	Filters: map[string]schema.Attribute{
		"vm_id": tfkit.QueryFilter("Only the volumes of this VM."),
	},
	Find: tfkit.Each(
		func(ctx context.Context, q *tfkit.Query) iter.Seq2[*client.Volume, error] {
			return q.Reader().ListVolumes(ctx, client.VolumeFilter{VMID: q.Text("vm_id")})
		},
		func(o *client.Volume) (tfkit.Found, bool) {
			return tfkit.Found{ID: tfkit.IntegerID(o.ID).ValueString(), ProjectID: o.ProjectID, Name: o.Name + " on " + o.VMID}, o.VMID != ""
		}),
}
