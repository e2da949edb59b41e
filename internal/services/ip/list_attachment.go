package ip

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewAttachmentListResource returns the list resource of attached addresses, for terraform query.
func NewAttachmentListResource() list.ListResource { return tfkit.NewListResource(attachmentFinding) }

var attachmentFinding = tfkit.Finding{
	Kind: attachmentKind, Nouns: "attached addresses", New: NewAttachmentResource,
	Find: tfkit.Each(
		func(ctx context.Context, q *tfkit.Query) iter.Seq2[*client.IP, error] {
			reserved := true
			return q.Reader().ListIPs(q.Paged(ctx), client.IPFilter{Reserved: &reserved, Status: client.IPInUse})
		},
		func(o *client.IP) (tfkit.Found, bool) {
			return tfkit.Found{ID: o.ID, ProjectID: o.ProjectID, Name: o.Address}, true
		}),
}
