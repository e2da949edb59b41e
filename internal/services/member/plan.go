package member

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

const (
	ownerSlug        = "owner"
	managePermission = "account.members.manage"
)

var (
	pathID        = path.Root("id")
	pathRole      = path.Root("role_id")
	pathSuspended = path.Root("suspended")
)

// references are the objects that a member of a scope refers to. A member goes with its key.
func references(scope string) []tfkit.Reference {
	return []tfkit.Reference{
		{Attribute: "role_id", To: tfkit.Role, Scope: scope, IfGone: tfkit.Follows},
		{Attribute: "api_key_id", To: tfkit.APIKey, IfGone: tfkit.Replaced},
	}
}

// stage is what the planner needs of tfkit.Planning.
type stage interface {
	Replace(name string)
	Replaced(ctx context.Context) []string
	RoleSlug(ctx context.Context, roleID types.String) types.String
}

// planner works on one plan of one member, of the account or of a project.
type planner struct {
	client *client.Client // nil while it is not known
	stage  stage
	object string
	scope  string // of the role
	config *grant
	plan   *grant
	state  *grant // nil: the member is added
	diags  *diag.Diagnostics
	// last tells whether the member is the last one who can manage members; nil where that does not matter.
	last func(ctx context.Context, id string) bool
}

// run checks the plan, makes known what is, and marks as unknown what it touches.
func (p *planner) run(ctx context.Context) {
	p.checkUser(ctx)
	if p.state == nil {
		p.checkSuspension(tfkit.Known(p.config.Email))
		p.planNew()
		p.plan.RoleSlug = p.stage.RoleSlug(ctx, p.plan.RoleID)
		return
	}
	if name := p.plan.otherPerson(p.state, p.config); name != "" {
		p.stage.Replace(name)
	}
	if replaced := p.stage.Replaced(ctx); len(replaced) > 0 {
		p.protect(ctx, path.Root(replaced[0]), "replaced", true)
		return
	}
	p.checkSuspension(p.state.Status.ValueString() == client.MemberPending)
	p.runUpdate(ctx)
}

// planNew makes known what follows from how a new member is named: an address is invited, and a user or a key is
// added at once.
func (p *planner) planNew() {
	switch {
	case tfkit.Known(p.config.Email):
		p.plan.Status = types.StringValue(client.MemberPending)
		p.plan.UserID, p.plan.AcceptedAt = types.StringNull(), types.StringNull()
		return
	case tfkit.Known(p.plan.TargetUserID):
		p.plan.UserID = p.plan.TargetUserID
	case tfkit.Known(p.plan.APIKeyID):
		p.plan.UserID = types.StringNull()
	default:
		return
	}
	p.plan.Status = plannedStatus(p.plan.Suspended)
	p.plan.InvitationID, p.plan.InvitationExpiresAt = types.StringNull(), types.StringNull()
}

// runUpdate is run for a member that stays. Nothing is refused because of what is not known yet.
func (p *planner) runUpdate(ctx context.Context) {
	if !p.plan.Suspended.Equal(p.state.Suspended) {
		p.plan.Status = plannedStatus(p.plan.Suspended)
	}
	if !tfkit.SameKnown(p.plan.Suspended, p.state.Suspended) {
		p.protect(ctx, pathSuspended, "suspended", true)
	}
	if !p.plan.RoleID.Equal(p.state.RoleID) {
		p.plan.RoleSlug = p.stage.RoleSlug(ctx, p.plan.RoleID)
	}
	if !tfkit.SameKnown(p.plan.RoleID, p.state.RoleID) {
		p.protect(ctx, pathRole, "given another role", !p.keepsManaging(ctx))
	}
}

// touches tells whether the API must be called to get from the state to the plan.
func (g *grant) touches(state *grant) bool {
	return !g.RoleID.Equal(state.RoleID) || !g.Suspended.Equal(state.Suspended)
}

func plannedStatus(suspended types.Bool) types.String {
	switch {
	case suspended.IsUnknown():
		return types.StringUnknown()
	case suspended.ValueBool():
		return types.StringValue(client.MemberSuspended)
	default:
		return types.StringValue(client.MemberActive)
	}
}

// checkSuspension refuses to suspend somebody who has not joined.
func (p *planner) checkSuspension(pending bool) {
	if pending && p.plan.Suspended.ValueBool() {
		p.diags.AddAttributeError(pathSuspended, "A pending member cannot be suspended",
			p.object+" has not accepted the invitation yet. Remove suspended until then, or remove the member to take the invitation back.")
	}
}

// checkUser refuses what cannot be the id of a user, and says which id an address stands for.
func (p *planner) checkUser(ctx context.Context) {
	id := p.plan.TargetUserID
	if !tfkit.Known(id) || tfkit.IsID(id.ValueString()) || p.state != nil && id.Equal(p.state.TargetUserID) {
		return
	}
	answer := "The raff_members data source lists the users of the account with their ids."
	if p.client != nil {
		for m, err := range p.client.ListMembers(ctx, client.MemberFilter{}) {
			if err != nil {
				break
			}
			if m.UserID != "" && strings.EqualFold(m.Email, id.ValueString()) {
				answer = fmt.Sprintf("The user %s has the id %s.", m.Email, m.UserID)
			}
		}
	}
	tfkit.AddIDExpected(p.diags, path.Root("target_user_id"), "user", id.ValueString(), answer)
}

// protect refuses to do something to the Owner, to the provider's own key and, where it would lose its rights, to the
// last member who can manage members.
func (p *planner) protect(ctx context.Context, at path.Path, done string, losesRights bool) {
	switch {
	case p.scope == client.ScopeAccount && p.state.RoleSlug.ValueString() == ownerSlug:
		p.diags.AddAttributeError(at, "The Owner is protected",
			p.object+" is the Owner of the account and cannot be "+done+". Transfer the ownership on the dashboard first. "+
				"To manage it no longer, take it out of the state with terraform state rm, or a removed block.")
	case tfkit.IsOwnKey(ctx, p.client, p.state.APIKeyID):
		tfkit.AddOwnKeyError(p.diags, at, p.object, "no key can change what it may do itself, or take it away")
	case losesRights && p.last != nil && p.last(ctx, p.state.ID.ValueString()):
		p.diags.AddAttributeError(at, "The last member manager is protected",
			p.object+" is the last member with the permission "+managePermission+" and cannot be "+done+": nobody could manage members any more. "+
				"Give another member a role with that permission first.")
	}
}

// keepsManaging tells whether the planned role is known to have the permission to manage members.
func (p *planner) keepsManaging(ctx context.Context) bool {
	if p.client == nil || !tfkit.Known(p.plan.RoleID) {
		return true // the API will tell
	}
	role, err := p.client.GetRole(ctx, p.plan.RoleID.ValueString())
	return err != nil || slices.Contains(role.Permissions, managePermission)
}

// lastManager tells whether a member is the only active one who can manage members. Where the key may not look, the
// answer is false, and the API protects the member.
func lastManager(ctx context.Context, c *client.Client, id string) bool {
	if c == nil {
		return false
	}
	roles, err := client.Collect(c.ListRoles(ctx, client.RoleFilter{Scope: client.ScopeAccount}))
	if err != nil {
		return false
	}
	members, err := client.Collect(c.ListMembers(ctx, client.MemberFilter{Status: client.MemberActive}))
	if err != nil {
		return false
	}
	managers := managersAmong(members, roles)
	return len(managers) == 1 && managers[0] == id
}

// managersAmong are the ids of the active members whose role can manage members.
func managersAmong(members []*client.Member, roles []*client.Role) []string {
	var managers []string
	for _, m := range members {
		manages := slices.ContainsFunc(roles, func(r *client.Role) bool {
			return r.ID == m.RoleID && slices.Contains(r.Permissions, managePermission)
		})
		if manages && m.Status == client.MemberActive {
			managers = append(managers, m.ID)
		}
	}
	return managers
}

// addCreateError explains why somebody could not be added: a user, a key or an address can be a member once. named is
// the attribute that says who; where says which data source lists those that there are.
func addCreateError(resp *resource.CreateResponse, named path.Path, kind tfkit.Kind, where, summary, object string, err error) {
	if !errors.Is(err, client.ErrConflict) {
		tfkit.AddCreateError(resp, summary, object, err)
		return
	}
	if !tfkit.NamesHolders(err) {
		err = fmt.Errorf("%w\n\nA user, a key or an address can be a member once. Find the id of the one that there is with the %s data source, "+
			"import it, and apply again: terraform import <address of the %s> <id>", err, where, kind.Type)
	}
	tfkit.AddCreateErrorAt(resp, named, summary, object, err)
}

// namedBy is the attribute by which a configuration names its member.
func (g *grant) namedBy() path.Path {
	switch {
	case !g.TargetUserID.IsNull():
		return path.Root("target_user_id")
	case !g.APIKeyID.IsNull():
		return path.Root("api_key_id")
	default:
		return path.Root("email")
	}
}

// addError explains what the API says about a change of a member that there is: a conflict is one of its protections.
func addError(ctx context.Context, c *client.Client, diags *diag.Diagnostics, summary string, state *grant, object string, err error) {
	if step := protection(ctx, c, state, err); errors.Is(err, client.ErrConflict) && step != "" {
		err = fmt.Errorf("%w\n\n%s", err, step)
	}
	tfkit.AddError(diags, summary, object, err)
}

// protection says what protects a member, and what to do next.
func protection(ctx context.Context, c *client.Client, state *grant, err error) string {
	switch {
	case state.RoleSlug.ValueString() == ownerSlug:
		return "Raff protects the Owner. Transfer the ownership on the dashboard first."
	case tfkit.IsOwnKey(ctx, c, state.APIKeyID):
		return "No key can change what it may do itself, or take it away. Use another API key."
	case state.Status.ValueString() == client.MemberPending && !strings.Contains(err.Error(), managePermission):
		return "The invitation was not accepted yet. Cancel it, or wait until it is."
	}
	return "Raff protects the last member with the permission " + managePermission + ". Give another member a role with that permission first."
}
