package framework

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// ReplaceWithWarning replaces the object when the attribute changes from one value to another, and
// says so with a warning in the plan. A value that is only left out, or that was not known before
// (after an import, where the API does not return it), replaces nothing.
func ReplaceWithWarning(summary, detail string) planmodifier.String {
	return loudReplace{summary, detail}
}

type loudReplace struct{ summary, detail string }

var _ planmodifier.String = loudReplace{}

func (m loudReplace) Description(context.Context) string { return m.detail }

func (m loudReplace) MarkdownDescription(context.Context) string { return m.detail }

func (m loudReplace) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.State.Raw.IsNull() || req.Plan.Raw.IsNull() || req.StateValue.IsNull() || req.PlanValue.IsNull() || req.PlanValue.Equal(req.StateValue) {
		return
	}
	resp.RequiresReplace = true
	resp.Diagnostics.AddAttributeWarning(req.Path, m.summary, m.detail)
}
