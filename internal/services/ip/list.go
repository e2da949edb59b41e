package ip

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewListResource returns the list resource of reserved addresses, for terraform query.
func NewListResource() list.ListResource { return tfkit.NewListResource(finding) }

var finding = tfkit.Finding{
	Kind: kind, Nouns: "reserved addresses", New: NewResource,
	Filters: map[string]schema.Attribute{
		"status": tfkit.QueryFilter("`free` or `in-use`.", tfkit.Choice(client.IPFree, client.IPInUse)),
	},
	Find: tfkit.Each(
		func(ctx context.Context, q *tfkit.Query) iter.Seq2[*client.IP, error] {
			reserved := true
			return q.Reader().ListIPs(q.Paged(ctx), client.IPFilter{Reserved: &reserved, Status: q.Text("status")})
		},
		func(o *client.IP) (tfkit.Found, bool) {
			return tfkit.Found{ID: o.ID, ProjectID: o.ProjectID, Name: o.Address}, true
		}),
}
