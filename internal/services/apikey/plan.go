package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// publicScope is the scope of every key that a customer creates.
const publicScope = "public"

// ModifyPlan refuses to touch the key that the provider works with, makes the role of a new key known, and marks as
// unknown what a rotation changes.
func (r *apiKeyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, kind, req, resp)
	if stage.Destroying {
		r.guard(tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics), path.Root("id"), "revoking it would end this run half way", resp)
	}
	if !ok {
		return
	}
	plan := tfkit.Get[resourceModel](ctx, resp.Plan, &resp.Diagnostics)
	tfkit.LeftOut(stage, "expires_at", &plan.ExpiresAt, types.StringNull())
	if stage.Creating {
		tfkit.LeftOut(stage, "role_id", &plan.RoleID, types.StringNull())
		plan.RoleSlug = stage.RoleSlug(ctx, plan.RoleID)
		plan.Scope = types.StringValue(publicScope)
	} else {
		r.planChange(ctx, stage, plan, tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics), resp)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	stage.WarnGrant(ctx, "role_id", types.StringNull())
	tfkit.Set(ctx, &resp.Plan, plan, &resp.Diagnostics)
	stage.Finish(ctx)
}

// planChange guards the provider's own key, and makes the secret unknown where it changes.
func (r *apiKeyResource) planChange(
	ctx context.Context, stage *tfkit.Planning, plan, state *resourceModel, resp *resource.ModifyPlanResponse,
) {
	if plan.ExpiresAt.IsNull() && !state.ExpiresAt.IsNull() { // an expiry cannot be taken away
		stage.Replace("expires_at")
	}
	if len(stage.Replaced(ctx)) > 0 {
		r.guard(state, path.Root("id"), "replacing it would end this run half way", resp)
	}
	if tfkit.Known(plan.IsActive) && !plan.IsActive.ValueBool() && state.IsActive.ValueBool() {
		r.guard(state, path.Root("is_active"), "switching it off would end this run half way", resp)
	}
	if plan.rotates(state) {
		r.guard(state, path.Root("rotation_trigger"), "regenerating it would end this run half way", resp)
		stage.WarnHandOver(ctx, "rotation_trigger", state.RoleID)
	}
	if plan.mayRotate(state) {
		plan.Secret, plan.KeyPrefix = types.StringUnknown(), types.StringUnknown()
	}
}

// guard adds an error where the key is the provider's own.
func (r *apiKeyResource) guard(state *resourceModel, p path.Path, consequence string, resp *resource.ModifyPlanResponse) {
	if !r.Unconfigured() && r.Client.Uses(state.KeyPrefix.ValueString()) {
		tfkit.AddOwnKeyError(&resp.Diagnostics, p, state.Object(), consequence)
	}
}
