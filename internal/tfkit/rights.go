package tfkit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// ownerSlug is the slug of the one role that spans the account and all its projects.
const ownerSlug = "owner"

// rights are what the API key of the provider may do, as far as it may look. Nil is nothing known.
type rights struct {
	owner    bool
	account  []string            // permissions of its role in the account
	known    bool                // it has a role of its own there; a membership's is not shown
	projects map[string][]string // permissions by project
}

// rights finds out once in a run what the key may do. What it may not see is not known.
func (d *ProviderData) rights(ctx context.Context) *rights {
	r, _ := d.own.get(func() (*rights, error) {
		for key, err := range d.Client.ListAPIKeys(ctx, client.APIKeyFilter{}) {
			if err != nil {
				return nil, ctx.Err() // which another plan may not have
			}
			if d.Client.Uses(key.KeyPrefix) {
				return d.rightsOf(ctx, key), ctx.Err()
			}
		}
		return nil, nil
	})
	return r
}

func (d *ProviderData) rightsOf(ctx context.Context, key *client.APIKey) *rights {
	r := &rights{projects: map[string][]string{}}
	if key.RoleID != "" {
		role, err := d.Inventory.Find(ctx, Role, "", key.RoleID)
		r.owner, r.account, r.known = err == nil && role.Name == ownerSlug, role.Permissions, err == nil
	}
	for _, access := range key.ProjectAccesses {
		if role, err := d.Inventory.Find(ctx, Role, "", access.RoleID); err == nil {
			r.projects[access.ProjectID] = role.Permissions
		}
	}
	return r
}

// lacks returns which of the permissions the key is known not to hold: in a project, in the account or, for a role that is
// for projects, in any of them.
func (r *rights) lacks(permissions []string, scope, project string) []string {
	var held []string
	known := false
	switch {
	case r == nil || r.owner:
	case scope == client.ScopeAccount:
		held, known = r.account, r.known
	case project != "":
		held, known = r.projects[project]
	default:
		for _, more := range r.projects {
			held, known = append(held, more...), true
		}
	}
	if !known {
		return nil
	}
	lacking := slices.DeleteFunc(slices.Clone(permissions), func(p string) bool { return slices.Contains(held, p) })
	slices.Sort(lacking)
	return lacking
}

// WarnGrant warns where the role that an attribute newly names has what the API key does not hold in the project, or in the
// account where project is null: nobody grants that. The API has the last word.
func (p *Planning) WarnGrant(ctx context.Context, attribute string, project types.String) {
	roleID, changed := p.changedText(ctx, attribute)
	if !changed || project.IsUnknown() || p.base.Unconfigured() || p.Diags.HasError() {
		return
	}
	p.warnRole(ctx, path.Root(attribute), roleID, project.ValueString())
}

// WarnHandOver is WarnGrant for a key that has a role in the account and gets a new secret.
func (p *Planning) WarnHandOver(ctx context.Context, attribute string, roleID types.String) {
	if !Known(roleID) || !p.Changed(ctx, attribute) || p.base.Unconfigured() || p.Diags.HasError() {
		return
	}
	p.warnRole(ctx, path.Root(attribute), roleID.ValueString(), "")
}

func (p *Planning) warnRole(ctx context.Context, at path.Path, roleID, project string) {
	role, err := p.base.Inventory.Find(ctx, Role, "", roleID)
	switch {
	case err != nil: // the key may not look, or another check has said it
	case role.Name == ownerSlug && project == "":
		p.Diags.AddAttributeWarning(at, "The Owner's role is given by nobody",
			p.object(ctx)+" is to have the role of the Owner, which the API refuses to give. Transfer the ownership on the dashboard, or choose another role.")
	default:
		p.warnLacking(ctx, at, "has a role with", p.base.rights(ctx).lacks(role.Permissions, role.Scope, project))
	}
}

// WarnPermissions is WarnGrant for the permissions that a role of a scope gets.
func (p *Planning) WarnPermissions(ctx context.Context, attribute, scope string, added []string) {
	if p.base.Unconfigured() || p.Diags.HasError() || len(added) == 0 ||
		p.base.Run.applies(p.kind.Type, p.id.ValueString(), p.req.ClientCapabilities.DeferralAllowed) {
		return
	}
	p.warnLacking(ctx, path.Root(attribute), "gets", p.base.rights(ctx).lacks(added, scope, ""))
}

func (p *Planning) warnLacking(ctx context.Context, at path.Path, how string, lacking []string) {
	if len(lacking) == 0 {
		return
	}
	p.Diags.AddAttributeWarning(at, "More than the API key holds itself", fmt.Sprintf(
		"%s %s %s, which the API key that this is applied with does not hold there. Nobody can grant what they do not hold, so the API refuses it. "+
			"Apply this with a key that holds it, or choose a role without.", p.object(ctx), how, strings.Join(lacking, ", ")))
}
