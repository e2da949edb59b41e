package tfkit

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/rafftechnologies/terraform-provider-raff/internal/effects"
)

// Add has the plan say one more effect of the change, which only the service can know of.
func (p *Planning) Add(e effects.Effect) { p.added = append(p.added, e) }

// sayChange says what a plan does that changes or replaces the object.
func (p *Planning) sayChange(ctx context.Context, replaced []string) {
	c := effects.Change{
		Type: p.kind.Type, Action: effects.Update,
		Before: effects.FromValue(p.req.State.Raw), After: effects.FromValue(p.resp.Plan.Raw), ReplacedBy: replaced,
	}
	if len(replaced) > 0 {
		c.Action = effects.Replace
	}
	p.say(ctx, c)
}

// sayEnd says what a plan does that destroys the object.
func (p *Planning) sayEnd(ctx context.Context) {
	p.say(ctx, effects.Change{Type: p.kind.Type, Action: effects.Delete, Before: effects.FromValue(p.req.State.Raw)})
}

// SayReplaced says what the end of another object does that the new one takes the place of, where a plan that creates an
// object is all that Terraform asks for, as of a tainted one. Its settings are taken for those of the new one.
func (p *Planning) SayReplaced(ctx context.Context, gone Item) {
	after := effects.FromValue(p.resp.Plan.Raw)
	p.say(ctx, effects.Change{
		Type: p.kind.Type, Action: effects.Replace,
		Before: after.With("id", gone.ID).With("name", gone.Name).With("project_id", gone.ProjectID), After: after,
	})
}

// say says the effects of a change in one warning that names the object, since Terraform shows one of several warnings
// with the same summary. What takes a protected object along is refused.
func (p *Planning) say(ctx context.Context, c effects.Change) {
	if p.Diags.HasError() || rehearsing(ctx) { // a change is said by the call that counts
		return
	}
	found := append(effects.Of(c, around{ctx: ctx, p: p}), p.added...)
	for _, e := range found {
		p.takeAll(ctx, e)
	}
	if p.Diags.HasError() {
		return
	}
	if slices.ContainsFunc(found, func(e effects.Effect) bool { return e.Kind == effects.Move }) {
		p.sayMove(c)
		found = slices.DeleteFunc(found, func(e effects.Effect) bool { return !e.Beyond })
	}
	// A new object that takes the place of another one may say what goes with that, whose own plan says the rest.
	if !slices.ContainsFunc(found, func(e effects.Effect) bool { return !e.Implied && (e.Beyond || !p.Creating) }) {
		return
	}
	lines := []string{effects.Heading(c)}
	for _, e := range found {
		lines = append(lines, e.Text)
	}
	p.warn(found[0].Attribute, effects.Title(c, found), strings.Join(lines, "\n- "))
}

// sayMove says once in a run what a change of the project does, to whichever object comes first.
func (p *Planning) sayMove(c effects.Change) {
	if p.base.Run.first("move") {
		p.warn("project_id", effects.MoveTitle, effects.MoveText(c))
	}
}

// warn adds a warning, at an attribute where the plan has one of that name.
func (p *Planning) warn(attribute, summary, detail string) {
	if _, ok := attributesOf(p.req.State.Schema)[attribute]; !ok || p.Destroying {
		p.Diags.AddWarning(summary, detail)
		return
	}
	p.Diags.AddAttributeWarning(path.Root(attribute), summary, detail)
}

// takeAll refuses an effect that takes a protected object along.
func (p *Planning) takeAll(ctx context.Context, e effects.Effect) {
	done := "which this plan destroys"
	if !p.Destroying && len(p.Replaced(ctx)) == 0 && !p.Creating {
		done = "which this plan reinstalls"
	}
	for _, item := range e.Takes {
		p.takeAlong(ctx, item, done)
	}
}

// around answers what the effects of a change ask about other objects, from lists that all plans of a run share.
type around struct {
	ctx context.Context
	p   *Planning
}

var _ effects.World = around{}

// ofVM are the kinds of objects that belong to a VM or are attached to it.
var ofVM = []Referent{Snapshot, Backup, Volume}

// OfVM implements effects.World.
func (a around) OfVM(resourceType, vmID string) effects.Found {
	at := slices.IndexFunc(ofVM, func(r Referent) bool { return r.Type == resourceType })
	if at < 0 {
		return effects.Found{Gap: "which are not listed"}
	}
	return a.those(ofVM[at], func(i Item) bool { return i.VM == vmID })
}

// those are the objects of a kind for which is holds. A list that fails is no reason to refuse a plan.
func (a around) those(of Referent, is func(Item) bool) effects.Found {
	if a.p.base.Unconfigured() {
		return effects.Found{}
	}
	all, err := a.p.base.Inventory.listedOnce(a.ctx, of)
	if err != nil {
		return effects.Found{Gap: "which could not be listed (" + err.Error() + ")"}
	}
	var found effects.Found
	for _, item := range all {
		if is(item) {
			found.Items = append(found.Items, a.item(of, item))
		}
	}
	return found
}

func (a around) item(of Referent, item Item) effects.Item {
	return effects.Item{
		Type: of.Type, ID: item.ID, Name: item.Name, ProjectID: item.ProjectID, CreatedAt: item.CreatedAt, Increment: item.Increment,
		Ends: a.p.base.Run.over(of.Type, item.ID),
	}
}

// InVPC implements effects.World. A VPC knows its addresses in use, and a VM the one that it has of its own.
func (a around) InVPC(vpcID string) effects.Found {
	if a.p.base.Unconfigured() {
		return effects.Found{}
	}
	project := a.p.text(a.ctx, a.p.req.State, "project_id").ValueString()
	vpc, err := a.p.base.Client.ReaderIn(project).GetVPC(a.ctx, vpcID)
	if err != nil || len(vpc.Leases) == 0 {
		return effects.Found{} // it may be gone; the API has the last word
	}
	leased := map[string]bool{}
	for _, l := range vpc.Leases {
		leased[l.IP] = true
	}
	found := a.those(VM, func(i Item) bool { return i.ProjectID == vpc.VPC.ProjectID && leased[i.Private] })
	for i, vm := range found.Items {
		found.Items[i].Ends = a.leaves(vm.ID, vpcID)
	}
	if more := len(vpc.Leases) - len(found.Items); more > 0 && found.Gap == "" && a.p.base.Run.endings(vpcAttachment) < more {
		found.Gap = "which have further interfaces in it"
	}
	return found
}

// vpcAttachment is the type of a further interface of a VM.
const vpcAttachment = "raff_vpc_attachment"

// leaves tells whether a VM that is in a VPC ends in this run, or is known to leave that.
func (a around) leaves(vmID, vpcID string) bool {
	run := a.p.base.Run
	return run.ending(a.ctx, VM.Type, vmID) || run.endingOn(vpcAttachment, vmID) || run.movesTo(vmID, vpcID)
}

// inProject are the kinds of objects that keep a project from being deleted.
var inProject = []Referent{VM, Volume, Snapshot, Backup, VPC, IP, SecurityGroup}

// InProject implements effects.World.
func (a around) InProject(projectID string) effects.Found {
	var all effects.Found
	for _, of := range inProject {
		found := a.those(of, func(i Item) bool { return i.ProjectID == projectID && (of.Type != IP.Type || i.Reserved) })
		for i, item := range found.Items {
			found.Items[i].Ends = a.p.base.Run.ending(a.ctx, of.Type, item.ID)
		}
		all.Items = append(all.Items, found.Items...)
		if found.Gap != "" {
			all.Gap = found.Gap
		}
	}
	return all
}

// Permissions implements effects.World.
func (a around) Permissions(roleID string) ([]string, bool) {
	if a.p.base.Unconfigured() || roleID == "" {
		return nil, false
	}
	role, err := a.p.base.Inventory.Find(a.ctx, Role, "", roleID)
	return role.Permissions, err == nil
}

// WithRole implements effects.World. It stops where there are more than a text names.
func (a around) WithRole(roleID string) effects.Found {
	var found effects.Found
	if a.p.base.Unconfigured() {
		return found
	}
	for item := range holders(a.ctx, a.p.base.Client, roleID) {
		item.Ends = a.p.base.Run.over(item.Type, item.ID)
		found.Items = append(found.Items, item)
		if len(found.Items) > mostListed {
			break
		}
	}
	return found
}
