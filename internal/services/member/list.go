package member

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewListResource returns the list resource of members of the account, for terraform query.
func NewListResource() list.ListResource { return tfkit.NewListResource(finding) }

var finding = tfkit.Finding{
	Kind: memberKind, Nouns: "members of the account", New: NewResource,
	Filters: map[string]schema.Attribute{
		"status": tfkit.QueryFilter("`active` or `suspended`.", tfkit.Choice(client.MemberActive, client.MemberSuspended)),
	},
	Find: tfkit.Each(
		func(ctx context.Context, q *tfkit.Query) iter.Seq2[*client.Member, error] {
			return q.Client.ListMembers(ctx, client.MemberFilter{Status: q.Text("status")})
		},
		func(o *client.Member) (tfkit.Found, bool) {
			return tfkit.Found{ID: o.ID, Name: o.Email}, o.Status != client.MemberPending // whose invitation is listed as one
		}),
}
