package tfkit

import (
	"context"
	"iter"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/effects"
)

// holders yields who has a role, as far as the key may see.
func holders(ctx context.Context, c *client.Client, roleID string) iter.Seq[effects.Item] {
	return func(yield func(effects.Item) bool) {
		going := having(c.ListMembers(ctx, client.MemberFilter{}), yield, func(m *client.Member) (effects.Item, bool) {
			return effects.Item{Type: "raff_member", ID: m.ID, Name: m.Email}, m.RoleID == roleID
		}) && having(c.ListAPIKeys(ctx, client.APIKeyFilter{}), yield, func(k *client.APIKey) (effects.Item, bool) {
			return effects.Item{Type: "raff_api_key", ID: k.ID, Name: k.Name}, k.RoleID == roleID
		})
		if !going {
			return
		}
		for project, err := range c.ListProjects(ctx) {
			if err != nil {
				return
			}
			members := c.ListProjectMembers(ctx, project.ID, client.MemberFilter{})
			if !having(members, yield, func(m *client.ProjectMember) (effects.Item, bool) {
				return effects.Item{Type: "raff_project_member", ID: m.ID, Name: m.Email, ProjectID: project.ID}, m.RoleID == roleID
			}) {
				return
			}
		}
	}
}

// having yields the objects of a list that fit. A list that the key may not read has none. It returns whether more is wanted.
func having[T any](list iter.Seq2[T, error], yield func(effects.Item) bool, fits func(T) (effects.Item, bool)) bool {
	for object, err := range list {
		if err != nil {
			return true
		}
		if item, ok := fits(object); ok && !yield(item) {
			return false
		}
	}
	return true
}
