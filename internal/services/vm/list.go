package vm

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewListResource returns the list resource of VMs, for terraform query.
func NewListResource() list.ListResource { return tfkit.NewListResource(finding) }

var finding = tfkit.Finding{
	Kind: kind, Nouns: "VMs", New: NewResource,
	Filters: map[string]schema.Attribute{
		"status": tfkit.QueryFilter("Only VMs in this status, for example `active`."),
		"region": tfkit.QueryFilter("Only VMs in this region."),
	},
	Find: tfkit.Each(
		func(ctx context.Context, q *tfkit.Query) iter.Seq2[*client.VM, error] {
			return q.Reader().ListVMs(q.Paged(ctx), client.VMFilter{Status: q.Text("status"), Region: q.Text("region")})
		},
		func(o *client.VM) (tfkit.Found, bool) {
			return tfkit.Found{ID: o.ID, ProjectID: o.ProjectID, Name: o.Name}, true
		}),
}
