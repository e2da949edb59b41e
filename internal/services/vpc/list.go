package vpc

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewListResource returns the list resource of VPCs, for terraform query.
func NewListResource() list.ListResource { return tfkit.NewListResource(finding) }

var finding = tfkit.Finding{
	Kind: kind, Nouns: "VPCs", New: NewResource,
	Find: tfkit.Each(
		func(ctx context.Context, q *tfkit.Query) iter.Seq2[*client.VPC, error] {
			return q.Reader().ListVPCs(q.Paged(ctx))
		},
		func(o *client.VPC) (tfkit.Found, bool) {
			return tfkit.Found{ID: o.ID, ProjectID: o.ProjectID, Name: o.Name}, true
		}),
}
