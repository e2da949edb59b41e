package tfkit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// ActionPlan is the stage of an action's ModifyPlan: what holds for every action, before the checks of its own.
type ActionPlan struct {
	Diags *diag.Diagnostics

	base    *ActionBase
	project types.String
	what    string // told apart from the other actions of the run by it
}

// ActionTarget is the attribute of an action that has the id of what it works on.
type ActionTarget struct {
	Action    string // type of the action
	Attribute string
	To        Referent
	ID        types.String
}

// Plan begins a ModifyPlan. It refuses a project that is not allowed or cannot be reached, and an object that does not exist
// or is in another project: no other change of the run can put that right. It returns the object, and false where there is
// nothing more to check: a value is not known yet, an error was added, or what was planned is being applied already.
func (b *ActionBase) Plan(
	ctx context.Context, req action.ModifyPlanRequest, projectID types.String, target ActionTarget, resp *action.ModifyPlanResponse,
) (*ActionPlan, Item, bool) {
	p := &ActionPlan{Diags: &resp.Diagnostics, base: b, project: projectID, what: target.Action + " " + req.Config.Raw.String()}
	if b.ProviderData == nil {
		return p, Item{}, false
	}
	if Known(target.ID) && target.To.IntegerIDs && !integerID.MatchString(target.ID.ValueString()) {
		answer := fmt.Sprintf("Find the id with the %s data source.", target.To.Type)
		if !b.Unconfigured() {
			answer = b.Inventory.idOfName(ctx, target.To, projectID.ValueString(), target.ID.ValueString())
		}
		p.Diags.AddAttributeError(path.Root(target.Attribute), "Invalid id of "+withArticle(target.To.Name), fmt.Sprintf(
			"%s must be a positive integer, written without leading zeros, got %s. %s", target.Attribute, quote(target.ID.ValueString()), answer))
		return p, Item{}, false
	}
	b.Projects.Check(ctx, path.Root("project_id"), Kind{Name: target.To.Name, List: target.To.List}, projectID, p.Diags)
	if p.Diags.HasError() || b.Unconfigured() || !Known(target.ID) || b.Run.isApply() {
		return p, Item{}, false
	}
	item, ok := p.Find(ctx, target)
	return p, item, ok
}

// Find returns the object of a known id, or adds an error where there is no such object in the project.
func (p *ActionPlan) Find(ctx context.Context, target ActionTarget) (Item, bool) {
	at, to, id := path.Root(target.Attribute), target.To, target.ID.ValueString()
	item, err := p.base.Inventory.Find(ctx, to, p.project.ValueString(), id)
	switch {
	case absent(err) && !to.isID(id):
		AddIDExpected(p.Diags, at, to.Name, id, p.base.Inventory.idOfName(ctx, to, p.project.ValueString(), id))
	case errors.Is(err, client.ErrForbidden): // the key may not look
	case absent(err):
		p.Diags.AddAttributeError(at, "Unknown "+to.Name, fmt.Sprintf(
			"There is no %s %s that the API key can reach. Find one with the %s or %ss data source.", to.Name, quote(id), to.Type, to.Type))
	case err != nil:
		AddAttributeError(p.Diags, at, "Unable to read "+to.Name, Object(to.Name, "", id, ""), err)
	case Known(p.project) && item.ProjectID != "" && item.ProjectID != p.project.ValueString():
		p.Diags.AddAttributeError(at, "The "+to.Name+" is in another project", fmt.Sprintf(
			"%s cannot be reached from project %s. Nothing was changed. Correct project_id, or the id.",
			Object(to.Name, item.Name, item.ID, item.ProjectID), p.project.ValueString()))
	default:
		return item, true
	}
	return Item{}, false
}

// Acts notes that the action changes an object.
func (p *ActionPlan) Acts(to Referent, id string) { p.base.Run.act(to.Type, id, p.what) }

// Managed tells whether an object is one of this run: Terraform has it in the state.
func (p *ActionPlan) Managed(ctx context.Context, to Referent, id string) bool {
	return p.base.Run.has(ctx, to.Type, id)
}

// Exclude refuses an action that the present state of an object excludes. Where another change of the run may change that
// state before, as one of an object that Terraform manages or another action, it only warns.
func (p *ActionPlan) Exclude(ctx context.Context, at path.Path, to Referent, id, summary, text string) {
	if !p.base.Run.mayChange(ctx, to.Type, id, p.what) {
		p.Diags.AddAttributeError(at, summary, text+" Nothing was changed.")
		return
	}
	p.Diags.AddAttributeWarning(at, summary, text+" Unless another change of this run comes first and puts that right, the action fails.")
}

// VM returns a VM as it is in the plan, nil where the key may not look.
func (p *ActionPlan) VM(ctx context.Context, id string) *client.VM {
	vm, err := p.base.Client.ReaderIn(p.project.ValueString()).ReadVM(ctx, id)
	if err != nil {
		return nil
	}
	return vm
}

// RefuseStates refuses an action on a VM that is in one of the states: now, and not only by what was read before.
func (p *ActionPlan) RefuseStates(ctx context.Context, at path.Path, vm *client.VM, action string, states ...string) {
	if !isIn(vm, states) {
		return
	}
	now, err := p.base.Client.ReaderIn(vm.ProjectID).GetVM(ctx, vm.ID)
	if err != nil || !isIn(now, states) {
		return
	}
	p.Exclude(ctx, at, VM, vm.ID, "The state of the VM excludes this", fmt.Sprintf(
		"%s is %s, and only one that is %s %s.", Object(VM.Name, now.Name, now.ID, now.ProjectID), quote(now.Status), allowed(states), action))
}

func isIn(vm *client.VM, states []string) bool {
	return vm != nil && slices.Contains(states, vm.Status)
}

// allowed are the states at rest that are left.
func allowed(excluded []string) string {
	switch {
	case slices.Contains(excluded, client.VMPassive):
		return "running (active)"
	case slices.Contains(excluded, client.VMActive):
		return "stopped (passive)"
	}
	return "running (active) or stopped (passive)"
}

// RefuseProtected refuses an action that wipes the disk of a VM which Terraform protects from deletion: what says what it
// does. It returns whether it did.
func (b *ActionBase) RefuseProtected(at path.Path, vmID, object, what string, diags *diag.Diagnostics) bool {
	if b.ProviderData == nil || !b.Run.guards(VM.Type, vmID) {
		return false
	}
	diags.AddAttributeError(at, protectedSummary, "The action "+what+". "+refusal(object, "is left as it is")+
		"\n\nIf that is what you want:\n  1. Set deletion_protection = false in the block of the "+VM.Type+", and apply. Do so without this action.\n"+
		"  2. Then plan it again.")
	return true
}
