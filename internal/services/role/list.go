package role

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewListResource returns the list resource of roles, for terraform query.
func NewListResource() list.ListResource { return tfkit.NewListResource(finding) }

var finding = tfkit.Finding{
	Kind: kind, Nouns: "roles", New: NewResource,
	Filters: map[string]schema.Attribute{
		"scope": tfkit.QueryFilter("`account` or `project`.", tfkit.Choice(scopes...)),
	},
	Find: tfkit.Each(
		func(ctx context.Context, q *tfkit.Query) iter.Seq2[*client.Role, error] {
			return q.Client.ListRoles(q.Paged(ctx), client.RoleFilter{Scope: q.Text("scope")})
		},
		func(o *client.Role) (tfkit.Found, bool) {
			return tfkit.Found{ID: o.ID, Name: o.Name}, true
		}),
}
