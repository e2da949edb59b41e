package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

// Replacement is the plan modifier of an attribute whose change replaces the object. A value that is not
// known yet is no change: it is planned again when it is known.
type Replacement struct {
	ifConfigured  bool
	betweenValues bool
	toNull        bool
}

var (
	_ planmodifier.String = Replacement{}
	_ planmodifier.Int64  = Replacement{}
)

// Replaces makes every change replace the object.
func Replaces() Replacement { return Replacement{} }

// IfConfigured leaves out the changes that come of removing the attribute from the configuration.
func (r Replacement) IfConfigured() Replacement {
	r.ifConfigured = true
	return r
}

// BetweenValues leaves out the changes from and to null: an attribute that the API does not return, and
// that is given for the first time or no longer.
func (r Replacement) BetweenValues() Replacement {
	r.betweenValues = true
	return r
}

// ToNull leaves out all changes but those to null: what can be changed and cannot be taken away.
func (r Replacement) ToNull() Replacement {
	r.toNull = true
	return r
}

// due tells whether the change of an attribute of an object that exists replaces it.
func (r Replacement) due(config, plan, state attr.Value) bool {
	return !plan.IsUnknown() && !plan.Equal(state) && r.bears(config, plan, state)
}

// bears tells whether a change to another known value replaces the object.
func (r Replacement) bears(config, plan, state interface{ IsNull() bool }) bool {
	switch {
	case r.ifConfigured:
		return !config.IsNull()
	case r.betweenValues:
		return !plan.IsNull() && !state.IsNull()
	case r.toNull:
		return plan.IsNull()
	}
	return true
}

// Description implements planmodifier.Describer.
func (r Replacement) Description(context.Context) string {
	return "A change replaces the object."
}

// MarkdownDescription implements planmodifier.Describer.
func (r Replacement) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

// PlanModifyString implements planmodifier.String.
func (r Replacement) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if updates(req.State, req.Plan) && r.due(req.ConfigValue, req.PlanValue, req.StateValue) {
		resp.RequiresReplace = true
	}
}

// PlanModifyInt64 implements planmodifier.Int64.
func (r Replacement) PlanModifyInt64(_ context.Context, req planmodifier.Int64Request, resp *planmodifier.Int64Response) {
	if updates(req.State, req.Plan) && r.due(req.ConfigValue, req.PlanValue, req.StateValue) {
		resp.RequiresReplace = true
	}
}

// updates tells whether there is an object before and after the plan.
func updates(state tfsdk.State, plan tfsdk.Plan) bool {
	return !state.Raw.IsNull() && !plan.Raw.IsNull()
}

// replacementOf returns the Replacement of an attribute, if a change of it can replace the object.
func replacementOf(a any) (Replacement, bool) {
	switch a := a.(type) {
	case schema.StringAttribute:
		return findReplacement(a.PlanModifiers)
	case schema.Int64Attribute:
		return findReplacement(a.PlanModifiers)
	}
	return Replacement{}, false
}

func findReplacement[M any](modifiers []M) (Replacement, bool) {
	for _, m := range modifiers {
		if r, ok := any(m).(Replacement); ok {
			return r, true
		}
	}
	return Replacement{}, false
}
