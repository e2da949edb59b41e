package apikey

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewListResource returns the list resource of API keys, for terraform query.
func NewListResource() list.ListResource { return tfkit.NewListResource(finding) }

var finding = tfkit.Finding{
	Kind: kind, Nouns: "API keys", New: NewResource,
	Find: tfkit.Each(
		func(ctx context.Context, q *tfkit.Query) iter.Seq2[*client.APIKey, error] {
			return q.Client.ListAPIKeys(q.Paged(ctx), client.APIKeyFilter{})
		},
		func(o *client.APIKey) (tfkit.Found, bool) {
			return tfkit.Found{ID: o.ID, Name: o.Name}, true
		}),
}
