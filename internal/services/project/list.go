package project

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewListResource returns the list resource of projects, for terraform query.
func NewListResource() list.ListResource { return tfkit.NewListResource(finding) }

var finding = tfkit.Finding{
	Kind: kind, Nouns: "projects", New: NewResource,
	Find: tfkit.Each(
		func(ctx context.Context, q *tfkit.Query) iter.Seq2[*client.Project, error] {
			return q.Client.ListProjects(q.Paged(ctx))
		},
		func(o *client.Project) (tfkit.Found, bool) {
			return tfkit.Found{ID: o.ID, Name: o.Name}, true
		}),
}
