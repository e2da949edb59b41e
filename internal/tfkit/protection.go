package tfkit

import (
	"context"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Destroying tells whether a plan destroys the object.
func Destroying(req resource.ModifyPlanRequest) bool { return req.Plan.Raw.IsNull() }

// Creating tells whether a plan makes a new object.
func Creating(req resource.ModifyPlanRequest) bool { return req.State.Raw.IsNull() }

// protection is the attribute of an object that no plan may destroy.
const protection = "deletion_protection"

// protectedSummary heads every refusal.
const protectedSummary = "Deletion is protected"

// DeletionProtectionAttribute blocks what destroys the object, or what it holds, while it is true in the
// state. The stages do the rest: the default of a plan, the refusals, and the value after an import.
// also says what else it blocks, and may be empty.
func DeletionProtectionAttribute(noun, also string) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: "While `true`, a plan that would destroy or replace the " + noun + also + " is refused, even if the block or its module was removed, " +
			"and with `-target` and `-replace`. An apply does not destroy a tainted one either. To destroy it, set this to `false` and apply first. " +
			"A change sends nothing to the API: only Terraform knows this, so it does not stop anybody from deleting the " + noun + " elsewhere. " +
			"Default: `deletion_protection` of the provider, or `false`.",
		Optional: true,
		Computed: true,
	}
}

// protectedIn tells whether a state says that its object is protected.
func protectedIn(state tfsdk.State) bool {
	return isSet(state.Raw, protection)
}

// planProtection gives an object whose configuration says nothing of it the provider's default. While
// that is not known yet, this is not either.
func (p *Planning) planProtection() {
	var plan map[string]tftypes.Value
	if !p.config[protection].IsNull() || p.resp.Plan.Raw.As(&plan) != nil {
		return
	}
	if _, ok := plan[protection]; !ok {
		return
	}
	plan[protection] = tftypes.NewValue(tftypes.Bool, p.base.DeletionProtection.ValueBool())
	if p.base.DeletionProtection.IsUnknown() {
		plan[protection] = tftypes.NewValue(tftypes.Bool, tftypes.UnknownValue)
	}
	p.resp.Plan.Raw = tftypes.NewValue(p.resp.Plan.Raw.Type(), plan)
}

// protected tells whether the object is protected: the state says so, not what is planned.
func (p *Planning) protected(context.Context) bool { return protectedIn(p.req.State) }

// refuseEnd refuses a plan that destroys a protected object, or replaces it because of the named
// attributes.
func (p *Planning) refuseEnd(ctx context.Context, replaced []string) {
	switch {
	case !p.protected(ctx):
	case p.Destroying:
		p.Diags.AddAttributeError(path.Root(protection), protectedSummary,
			refusal(p.object(ctx), "is not destroyed")+p.steps("If its block or module was removed, put that back for this. ")+forget)
	default:
		p.Diags.AddAttributeError(path.Root(replaced[0]), protectedSummary,
			"A change of "+strings.Join(replaced, ", ")+" replaces the object. "+refusal(p.object(ctx), "is not replaced")+p.steps(withoutChange))
	}
}

// RefuseLoss refuses a change of a protected object that destroys what it holds: the change of the
// attribute does what is named, as "reinstalls the VM". It returns whether it did.
func (p *Planning) RefuseLoss(ctx context.Context, attribute, what string) bool {
	if p.Creating || !p.protected(ctx) {
		return false
	}
	p.Diags.AddAttributeError(path.Root(attribute), protectedSummary,
		"A change of "+attribute+" "+what+". "+refusal(p.object(ctx), "is left as it is")+p.steps(withoutChange))
	return true
}

const (
	withoutChange = "Do so without this change. "
	forget        = "\n\nTo have Terraform forget the object and leave it as it is, use a removed block with destroy = false instead."
)

func refusal(object, outcome string) string {
	return object + " has deletion_protection = true and " + outcome + "."
}

// steps are the two steps to what was refused. how adds to the first one.
func (p *Planning) steps(how string) string {
	return "\n\nIf that is what you want:\n  1. Set deletion_protection = false in the block of this " + p.kind.Type + ", and apply. " + how +
		p.source() + "\n  2. Then plan this change again."
}

// source says where the value came from, or may have come from where the plan has no configuration, if
// that is not the block.
func (p *Planning) source() string {
	value, configured := p.config[protection]
	switch {
	case !p.base.DeletionProtection.ValueBool() || configured && !value.IsNull():
		return ""
	case configured:
		return "The value comes from deletion_protection = true in the provider block, and the block's own goes before it. "
	}
	return "The provider block has deletion_protection = true for all objects that do not say otherwise; the block's own value goes before it. "
}

// former is what the plan that replaces an object knows of the one that goes. Terraform plans the new
// object with the private state of the plan before, and an object that is only new without any.
type former struct {
	id, object string
	protected  bool
}

// text is what a private state takes: a string of JSON.
func (f former) text() []byte {
	return []byte(strconv.Quote(strings.Join([]string{f.id, strconv.FormatBool(f.protected), f.object}, "|")))
}

func parseFormer(data []byte) (former, bool) {
	text, err := strconv.Unquote(string(data))
	parts := strings.SplitN(text, "|", 3)
	if err != nil || len(parts) != 3 || parts[0] == "" {
		return former{}, false
	}
	return former{id: parts[0], protected: parts[1] == "true", object: parts[2]}, true
}

// plannedKey is where the private state of a plan has it.
const plannedKey = "planned"

// leave notes what the plan of a replacement will have to know.
func (p *Planning) leave(ctx context.Context) {
	gone := former{id: p.id.ValueString(), object: p.object(ctx), protected: p.protected(ctx)}
	p.Diags.Append(p.resp.Private.SetKey(ctx, plannedKey, gone.text())...)
}

// endReplaced notes that the object goes which a new one replaces, and refuses it for a protected one:
// where -replace names it, nothing else tells.
func (p *Planning) endReplaced(ctx context.Context) {
	data, diags := p.req.Private.GetKey(ctx, plannedKey)
	p.Diags.Append(diags...)
	gone, ok := parseFormer(data)
	if !ok {
		return
	}
	p.base.Run.end(p.kind.Type, gone.id)
	if gone.protected {
		p.Diags.AddAttributeError(path.Root(protection), protectedSummary, refusal(gone.object, "is not replaced")+p.steps(withoutChange))
	}
}

// Unprotected is the first stage of a Delete. It refuses to delete a protected object: a plan has done so
// already, except for a tainted one, which Terraform plans as if it were not there.
func (b *ResourceBase) Unprotected(ctx context.Context, kind Kind, m Model, req resource.DeleteRequest, diags *diag.Diagnostics) {
	if !protectedIn(req.State) {
		return
	}
	diags.AddAttributeError(path.Root(protection), protectedSummary, m.Object()+" has deletion_protection = true and is not destroyed. "+
		"It is tainted, or the plan would have been refused. To keep it, run terraform untaint with the address of this "+kind.Type+"."+
		"\n\nIf it is to go:\n  1. Run terraform untaint, set deletion_protection = false in its block, and apply.\n"+
		"  2. Then plan its replacement with -replace, or its destruction.")
}

// settleProtection has an object that was imported, or that comes from a version without the attribute,
// be not protected.
func settleProtection(ctx context.Context, state *tfsdk.State) diag.Diagnostics {
	if value, ok := attribute(state.Raw, protection); !ok || state.Raw.IsNull() || !value.IsNull() {
		return nil
	}
	return state.SetAttribute(ctx, path.Root(protection), false)
}
