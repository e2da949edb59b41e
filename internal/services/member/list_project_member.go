package member

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewProjectMemberListResource returns the list resource of members of projects, for terraform query.
func NewProjectMemberListResource() list.ListResource {
	return tfkit.NewListResource(projectMemberFinding)
}

var projectMemberFinding = tfkit.Finding{
	Kind: projectMemberKind, Nouns: "members of projects", New: NewProjectMemberResource,
	Filters: map[string]schema.Attribute{"status": tfkit.QueryFilter("`active` or `suspended`.", tfkit.Choice(client.MemberActive, client.MemberSuspended))},
	Find: inProjects(func(ctx context.Context, q *tfkit.Query, project *client.Project) (found []tfkit.Found, err error) {
		for m, err := range q.Client.ListProjectMembers(ctx, project.ID, client.MemberFilter{Status: q.Text("status")}) {
			if err != nil {
				return nil, err
			}
			if m.Status != client.MemberPending { // whose invitation is listed as one
				found = append(found, tfkit.Found{ID: m.ID, ProjectID: project.ID, Name: m.Email})
			}
		}
		return found, nil
	}),
}

// inProjects finds what the members of projects show.
func inProjects(
	parts func(ctx context.Context, q *tfkit.Query, project *client.Project) ([]tfkit.Found, error),
) func(ctx context.Context, q *tfkit.Query) iter.Seq2[tfkit.Found, error] {
	return func(ctx context.Context, q *tfkit.Query) iter.Seq2[tfkit.Found, error] {
		return tfkit.EachOf(projectsOf, parts,
			func(p *client.Project) string { return tfkit.Object("project", p.Name, p.ID, "") })(ctx, q)
	}
}

// projectsOf yields the project of a query, or all projects.
func projectsOf(ctx context.Context, q *tfkit.Query) iter.Seq2[*client.Project, error] {
	if q.ProjectID == "" {
		return q.Client.ListProjects(ctx)
	}
	return func(yield func(*client.Project, error) bool) {
		yield(q.Client.ReadProject(ctx, q.ProjectID))
	}
}
