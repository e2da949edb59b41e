package role

import (
	"context"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// maxHolders is how many holders of a role a diagnostic names.
const maxHolders = 10

// addInUseError names who has a role that was to be deleted.
func addInUseError(diags *diag.Diagnostics, object string, err error, holders []string) {
	detail := object + " was not deleted: " + err.Error() + "\n\n"
	if len(holders) > 0 {
		detail += "It is the role of " + strings.Join(holders, ", ") + ". "
	}
	diags.AddError("Role is in use", detail+"Give them another role first, or remove them. "+
		"Where the role is replaced by one with another slug, lifecycle { create_before_destroy = true } moves its holders over in between.")
}

// holders describes who has a role, as far as the key can see, and at most maxHolders of them.
func holders(ctx context.Context, c *client.Client, roleID string) []string {
	var found []string
	found = append(found, having(c.ListMembers(ctx, client.MemberFilter{}), func(m *client.Member) (string, bool) {
		return tfkit.Object("member", m.Email, m.ID, ""), m.RoleID == roleID
	})...)
	found = append(found, having(c.ListAPIKeys(ctx, client.APIKeyFilter{}), func(k *client.APIKey) (string, bool) {
		return tfkit.Object("API key", k.Name, k.ID, ""), k.RoleID == roleID
	})...)
	for project, err := range c.ListProjects(ctx) {
		if err != nil {
			break
		}
		members := c.ListProjectMembers(ctx, project.ID, client.MemberFilter{})
		found = append(found, having(members, func(m *client.ProjectMember) (string, bool) {
			return tfkit.Object("project member", m.Email, m.ID, project.ID), m.RoleID == roleID
		})...)
		if len(found) > maxHolders {
			break
		}
	}
	if len(found) > maxHolders {
		return append(found[:maxHolders], "others")
	}
	return found
}

// having describes the objects of a list that fit. A list that the key may not read has none.
func having[T any](list iter.Seq2[T, error], fits func(T) (description string, ok bool)) []string {
	var found []string
	for object, err := range list {
		if err != nil {
			return found
		}
		if description, ok := fits(object); ok {
			found = append(found, description)
		}
	}
	return found
}
