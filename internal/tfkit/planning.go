package tfkit

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/effects"
)

// Planning is the stage of a ModifyPlan: what holds for every resource, before and after the logic of
// its own.
type Planning struct {
	// Creating and Destroying tell what the plan does; neither: it changes an object that exists.
	Creating, Destroying bool
	Diags                *diag.Diagnostics

	base     *ResourceBase
	kind     Kind
	req      resource.ModifyPlanRequest
	resp     *resource.ModifyPlanResponse
	config   map[string]tftypes.Value
	imported marks
	id       types.String // null for a new object
	project  types.String // null for an object of the account
	replace  []string     // attributes that replace the object, besides those that a Replacement does
	vmStays  bool         // the VM that it is on is known to outlive the run
	added    []effects.Effect
}

// Plan begins a ModifyPlan. It returns false where there is nothing more to do: the plan destroys the
// object, or is refused. Otherwise the plan in resp is what the service goes on with, and it must call
// Finish when it is done.
//
// Values that are not known yet are no changes. Where nothing else of an object changes, those that
// could stop, rebuild or replace it, and the ids of objects that this run does not touch, keep what the
// state has; otherwise they stay unknown, and the apply decides by the real value.
func (b *ResourceBase) Plan(ctx context.Context, kind Kind, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) (*Planning, bool) {
	p := &Planning{
		Creating: Creating(req), Destroying: Destroying(req), Diags: &resp.Diagnostics,
		base: b, kind: kind, req: req, resp: resp, id: types.StringNull(), project: types.StringNull(),
	}
	if b.ProviderData == nil { // only outside of Terraform
		return p, !p.Destroying
	}
	if b.NoKey != nil {
		b.sayOnce(p.Diags)
		return p, false
	}
	if !p.Creating {
		p.id = p.text(ctx, req.State, "id")
		b.Run.begin(kind.Type, p.id.ValueString(), p.text(ctx, req.State, "vm_id").ValueString())
		if p.protected(ctx) {
			b.Run.guard(kind.Type, p.id.ValueString())
		}
	}
	if p.refuseUnread(ctx) || !p.checkKey(ctx) {
		return p, false
	}
	if p.Destroying {
		p.planEnd(ctx)
		return p, false
	}
	if req.Config.Raw.As(&p.config) != nil {
		return p, false
	}
	if !p.Creating {
		p.imported = readMarks(ctx, req.Private, &resp.Diagnostics)
		p.keepImported()
		p.keepOutliving(ctx)
	}
	p.planProtection()
	if !p.Creating {
		p.keepUndecided(ctx)
		p.replaceFailed(ctx)
	}
	p.project = p.text(ctx, resp.Plan, "project_id")
	p.checkProject(ctx)
	p.checkIntegerIDs(ctx)
	if !resp.Diagnostics.HasError() && !b.Unconfigured() {
		p.checkReferences(ctx)
		p.checkRegion(ctx)
	}
	return p, !resp.Diagnostics.HasError()
}

// checkKey refuses to plan an object of the account with the key of another one. The project of any other
// object tells that.
func (p *Planning) checkKey(ctx context.Context) bool {
	if p.base.Unconfigured() {
		return true
	}
	if p.Creating {
		return !p.text(ctx, p.resp.Plan, "project_id").IsNull() || p.base.checkNewcomer(ctx, p.object(ctx), looking, p.Diags)
	}
	account := accountOf(ctx, p.req.Private, p.req.State, p.Diags)
	if account == "" {
		return true
	}
	p.base.Run.ofAccount(account)
	return !p.text(ctx, p.req.State, "project_id").IsNull() || p.base.sameAccount(ctx, p.object(ctx), account, looking, p.Diags)
}

// planEnd checks a plan that destroys the object.
func (p *Planning) planEnd(ctx context.Context) {
	p.refuseEnd(ctx, nil)
	p.checkLeft(ctx)
	p.markStays(ctx)
	p.base.Run.end(p.kind.Type, p.id.ValueString())
	p.sayEnd(ctx)
}

// Finish ends a ModifyPlan, after the service has written its plan into resp.
func (p *Planning) Finish(ctx context.Context) {
	if p.base.ProviderData == nil {
		return
	}
	p.checkAccount(ctx)
	if p.Creating {
		p.endReplaced(ctx)
		p.base.Run.create(p.kind.Type)
		return
	}
	p.leave(ctx)
	p.markStays(ctx)
	p.keepUndecided(ctx) // once more: the service may have found that nothing else changes
	if before, after := p.text(ctx, p.req.State, "default_region"), p.text(ctx, p.resp.Plan, "default_region"); !before.Equal(after) {
		p.base.Run.moveDefault(p.id.ValueString())
	}
	for _, name := range p.replace {
		p.resp.RequiresReplace.Append(path.Root(name))
	}
	replaced := p.Replaced(ctx)
	if len(replaced) == 0 {
		p.base.Run.stay(p.kind.Type, p.id.ValueString(), p.text(ctx, p.resp.Plan, "vm_id").ValueString())
		if p.kind.Type == VM.Type {
			p.base.Run.joins(p.id.ValueString(), p.text(ctx, p.resp.Plan, "vpc_id").ValueString())
		}
		p.refuseTaken(ctx)
		p.sayChange(ctx, nil)
		return
	}
	p.refuseEnd(ctx, replaced)
	p.base.Run.end(p.kind.Type, p.id.ValueString())
	if !p.Diags.HasError() {
		p.checkAnnounced(ctx, replaced)
	}
	p.sayChange(ctx, replaced)
}

// checkAnnounced refuses a replacement that turns out to be due during an apply: no plan has announced
// it, and Terraform cannot carry it out.
func (p *Planning) checkAnnounced(ctx context.Context, replaced []string) {
	if !p.base.Run.applies(p.kind.Type, p.id.ValueString(), p.req.ClientCapabilities.DeferralAllowed) {
		return
	}
	p.Diags.AddAttributeError(path.Root(replaced[0]), "Plan again", fmt.Sprintf(
		"The value of %s was not known when this was planned. Now it is, and it replaces %s, which the plan did not announce. "+
			"Nothing was changed about it. Plan again: the new plan shows the replacement.", replaced[0], p.object(ctx)))
}

// Replace has the plan replace the object because of an attribute.
func (p *Planning) Replace(name string) { p.replace = append(p.replace, name) }

// Replaced names the attributes that replace the object, as the plan is now.
func (p *Planning) Replaced(ctx context.Context) []string {
	if p.Creating || p.Destroying {
		return nil
	}
	names := slices.Clone(p.replace)
	plan, state, ok := p.values()
	if !ok || p.Diags.HasError() {
		slices.Sort(names)
		return names
	}
	var same comparer
	for name, a := range attributesOf(p.resp.Plan.Schema) {
		r, ok := replacementOf(a)
		if !ok || slices.Contains(names, name) {
			continue
		}
		if !plan[name].IsNull() && !plan[name].IsKnown() || same.same(plan[name], state[name]) {
			continue
		}
		if r.bears(p.config[name], plan[name], state[name]) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Unrecorded tells whether an attribute of an imported object was never given in the configuration
// before: what the API does not return of it is not known.
func (p *Planning) Unrecorded(name string) bool { return p.imported.has(name) }

// Undecided tells whether the configuration gives an attribute a value that is not known yet, or the
// provider's default of it is not.
func (p *Planning) Undecided(name string) bool {
	return !p.config[name].IsFullyKnown() || p.defaultUndecided(name)
}

func (p *Planning) defaultUndecided(name string) bool {
	return name == protection && p.config[name].IsNull() && p.base.DeletionProtection.IsUnknown()
}

// object names the object in diagnostics.
func (p *Planning) object(ctx context.Context) string {
	if p.Creating {
		return Object(p.kind.Name, p.text(ctx, p.resp.Plan, "name").ValueString(), "", p.project.ValueString())
	}
	return Object(p.kind.Name, p.text(ctx, p.req.State, "name").ValueString(), p.id.ValueString(), p.text(ctx, p.req.State, "project_id").ValueString())
}

// text returns an attribute of a plan or a state that is a text; null where the resource has none of that name.
func (p *Planning) text(_ context.Context, from Source, name string) types.String {
	raw, _ := opened(from)
	return textOf(raw, name)
}

// checkProject checks the project that the object is to be in. Another one than before is checked to be
// within reach; the one that it is in was read just now.
func (p *Planning) checkProject(ctx context.Context) {
	at := path.Root("project_id")
	if !p.Creating && !p.checkLeft(ctx) {
		return
	}
	if !p.kind.Account && (p.Creating || !p.project.Equal(p.text(ctx, p.req.State, "project_id"))) {
		p.base.Projects.Check(ctx, at, p.kind, p.project, p.Diags)
		return
	}
	p.base.Projects.CheckAllowed(at, p.project, p.Diags)
}

// checkLeft checks the project that the object is in before the plan, whatever the plan does. It returns
// whether that is allowed.
func (p *Planning) checkLeft(ctx context.Context) bool {
	before := p.text(ctx, p.req.State, "project_id")
	if p.Destroying && p.ofAccount(before) {
		return p.base.Projects.CheckAccount(p.object(ctx), p.Diags)
	}
	return p.base.Projects.CheckLeft(path.Root("project_id"), p.object(ctx), before, p.Diags)
}

// ofAccount tells whether an object that is in the project belongs to the account instead.
func (p *Planning) ofAccount(projectID types.String) bool {
	return projectID.IsNull() && p.kind.Type != Project.Type
}

// checkAccount checks a plan that changes something of the account, once the service has made its plan.
func (p *Planning) checkAccount(ctx context.Context) {
	before := types.StringUnknown()
	if !p.Creating {
		before = p.text(ctx, p.req.State, "project_id")
	}
	if !p.ofAccount(before) && !p.ofAccount(p.text(ctx, p.resp.Plan, "project_id")) {
		return
	}
	var same comparer
	if p.Creating || !same.same(p.resp.Plan.Raw, p.req.State.Raw) || len(p.Replaced(ctx)) > 0 {
		p.base.Projects.CheckAccount(p.object(ctx), p.Diags)
	}
}

// keepImported leaves attributes of an imported object as they are while the configuration has never
// given them: an import changes nothing.
func (p *Planning) keepImported() {
	plan, state, ok := p.values()
	if !ok || len(p.imported) == 0 {
		return
	}
	attributes := attributesOf(p.resp.Plan.Schema)
	for name := range plan {
		if p.imported.has(name) && p.config[name].IsNull() && attributes[name].IsComputed() {
			plan[name] = state[name]
		}
	}
	p.resp.Plan.Raw = tftypes.NewValue(p.resp.Plan.Raw.Type(), plan)
}

// references are those of the kind, and the project.
func (p *Planning) references() []Reference {
	if p.kind.Account {
		return p.kind.References
	}
	return append([]Reference{{Attribute: "project_id", To: Project, IfGone: Replaced}}, p.kind.References...)
}

// keepOutliving leaves the id of an object as it is that does not exist any more and that this one
// outlives, or that ends in this run: it may be all that is left of it, and is not given up for one that takes
// the other's place. During an apply that is so wherever the plan has not replaced it: with create_before_destroy
// the other one ends later.
func (p *Planning) keepOutliving(ctx context.Context) {
	plan, state, ok := p.values()
	if !ok || p.base.Unconfigured() || p.changesProject(plan, state) {
		return
	}
	for _, ref := range p.kind.References {
		if outlived := p.outlives(ctx, ref, plan, state); outlived != "" {
			plan[ref.Attribute] = state[ref.Attribute]
			p.withdrawWarnings(ref.Attribute)
			p.Diags.AddAttributeWarning(path.Root(ref.Attribute), "The "+p.kind.Name+" is kept", fmt.Sprintf(
				"%s is of %s: it may be all that is left of it, so it is not replaced by one of another %s. "+
					"To have it replaced, plan with -replace. To keep it without this warning, add lifecycle { ignore_changes = [%s] }.",
				p.object(ctx), outlived, ref.To.Name, ref.Attribute))
		}
	}
	p.resp.Plan.Raw = tftypes.NewValue(p.resp.Plan.Raw.Type(), plan)
}

// changesProject tells whether the object is replaced by one in another project, whatever it refers to.
func (p *Planning) changesProject(plan, state map[string]tftypes.Value) bool {
	before, after := state["project_id"], plan["project_id"]
	return after.IsKnown() && !after.IsNull() && !before.IsNull() && !after.Equal(before)
}

// outlives describes the object that a reference names in the state, where the plan changes the reference and
// the object stays although that one is gone, or goes in this run. Otherwise it is empty.
func (p *Planning) outlives(ctx context.Context, ref Reference, plan, state map[string]tftypes.Value) string {
	var id string
	if ref.IfGone != Stays || plan[ref.Attribute].Equal(state[ref.Attribute]) || plan[ref.Attribute].IsNull() ||
		state[ref.Attribute].As(&id) != nil || id == "" {
		return ""
	}
	if p.Undecided(ref.Attribute) {
		if p.ends(ctx, ref, state) {
			return ref.To.Name + " " + quote(id) + ", which comes to an end in this run"
		}
		return ""
	}
	if p.base.Run.applies(p.kind.Type, p.id.ValueString(), p.req.ClientCapabilities.DeferralAllowed) {
		// The id was not known when this was planned, or the plan would have replaced the object by now.
		return ref.To.Name + " " + quote(id) + ", and no plan has announced that it is replaced"
	}
	project := p.text(ctx, p.req.State, "project_id").ValueString()
	if _, err := p.base.Inventory.Find(ctx, ref.To, project, id); absent(err) {
		return ref.To.Name + " " + quote(id) + ", which does not exist any more"
	}
	return ""
}

// withdrawWarnings takes back what a plan modifier has said of a change that does not come.
func (p *Planning) withdrawWarnings(name string) {
	*p.Diags = slices.DeleteFunc(*p.Diags, func(d diag.Diagnostic) bool {
		at, ok := d.(diag.DiagnosticWithPath)
		return ok && d.Severity() == diag.SeverityWarning && at.Path().Equal(path.Root(name))
	})
}

// keepUndecided leaves what the configuration does not say yet as it is, if nothing else changes.
func (p *Planning) keepUndecided(ctx context.Context) {
	plan, state, ok := p.values()
	if !ok {
		return
	}
	p.followReferents(ctx, state)
	var kept []string
	var same comparer
	for name := range plan {
		if same.same(plan[name], state[name]) {
			continue
		}
		if !p.Undecided(name) || state[name].IsNull() || !p.keeps(ctx, name, state) {
			return // the object changes anyway; Terraform takes no null for a value that is to come
		}
		kept = append(kept, name)
	}
	if len(kept) == 0 {
		return
	}
	for _, name := range kept {
		plan[name] = state[name]
	}
	p.resp.Plan.Raw = tftypes.NewValue(p.resp.Plan.Raw.Type(), plan)
}

// followReferents replaces the object where one that it cannot outlive comes to an end, and the id of the
// next one is not known yet.
func (p *Planning) followReferents(ctx context.Context, state map[string]tftypes.Value) {
	for _, ref := range p.references() {
		if ref.IfGone == Replaced && p.Undecided(ref.Attribute) && p.ends(ctx, ref, state) {
			p.Replace(ref.Attribute)
		}
	}
}

// ends tells whether the object that a reference names comes to an end in this run.
func (p *Planning) ends(ctx context.Context, ref Reference, state map[string]tftypes.Value) bool {
	var id string
	if ref.Interface {
		return state["vm_id"].As(&id) == nil && p.base.Run.endingOn(ref.To.Type, id)
	}
	return state[ref.Attribute].As(&id) == nil && p.base.Run.ending(ctx, ref.To.Type, id)
}

// values are the attributes of the plan and of the state.
func (p *Planning) values() (plan, state map[string]tftypes.Value, ok bool) {
	ok = p.resp.Plan.Raw.As(&plan) == nil && p.req.State.Raw.As(&state) == nil
	return plan, state, ok
}

// keeps tells whether an attribute keeps its value while it is not known yet.
func (p *Planning) keeps(ctx context.Context, name string, state map[string]tftypes.Value) bool {
	for _, ref := range p.references() {
		switch {
		case ref.Attribute != name:
		case ref.IfGone == Stays:
			return true
		default: // it may be the id of a new object, if there is one
			return !p.ends(ctx, ref, state) && !p.base.Run.makes(ref.To.Type)
		}
	}
	if _, replaces := replacementOf(attributesOf(p.resp.Plan.Schema)[name]); replaces {
		return true
	}
	return slices.Contains(p.kind.Settled, name) || p.defaultUndecided(name)
}
