package member

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewInvitationListResource returns the list resource of invitations that nobody has accepted yet, for terraform query.
func NewInvitationListResource() list.ListResource { return tfkit.NewListResource(invitationFinding) }

var invitationFinding = tfkit.Finding{
	Kind: invitationKind("any"), Nouns: "invitations", New: NewInvitationResource,
	Find: func(ctx context.Context, q *tfkit.Query) iter.Seq2[tfkit.Found, error] {
		return func(yield func(tfkit.Found, error) bool) {
			if q.ProjectID == "" {
				for found, err := range toAccount(ctx, q) {
					if !yield(found, err) {
						return
					}
				}
			}
			for found, err := range toProjects(ctx, q) {
				if !yield(found, err) {
					return
				}
			}
		}
	},
}

// toAccount finds the invitations to the account.
var toAccount = tfkit.Each(
	func(ctx context.Context, q *tfkit.Query) iter.Seq2[*client.Member, error] {
		return q.Client.ListMembers(ctx, client.MemberFilter{Status: client.MemberPending})
	},
	func(m *client.Member) (tfkit.Found, bool) {
		return tfkit.Found{ID: m.InvitationID, Name: m.Email}, m.InvitationID != ""
	})

// toProjects finds the invitations to projects.
var toProjects = inProjects(func(ctx context.Context, q *tfkit.Query, project *client.Project) (found []tfkit.Found, err error) {
	for m, err := range q.Client.ListProjectMembers(ctx, project.ID, client.MemberFilter{Status: client.MemberPending}) {
		if err != nil {
			return nil, err
		}
		if m.InvitationID != "" {
			found = append(found, tfkit.Found{ID: m.InvitationID, ProjectID: project.ID, Name: m.Email})
		}
	}
	return found, nil
})
