package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

// ModifyPlan refuses to touch the key that the provider works with, and marks as unknown what a rotation changes.
func (r *apiKeyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state resourceModel
	if !framework.Creating(req) {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if framework.Destroying(req) {
		r.guard(&state, path.Root("id"), "revoking it would end this run half way", resp)
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !framework.Creating(req) {
		r.planChange(ctx, &plan, &state, resp)
	}
	if !r.Unconfigured() && !plan.RoleID.Equal(state.RoleID) && !resp.Diagnostics.HasError() {
		framework.CheckRole(ctx, r.Client, path.Root("role_id"), plan.RoleID, client.ScopeAccount, &resp.Diagnostics)
	}
}

// planChange guards the provider's own key, and makes the secret unknown where it changes.
func (r *apiKeyResource) planChange(ctx context.Context, plan, state *resourceModel, resp *resource.ModifyPlanResponse) {
	if !plan.IsActive.ValueBool() && state.IsActive.ValueBool() && !plan.IsActive.IsUnknown() {
		r.guard(state, path.Root("is_active"), "switching it off would end this run half way", resp)
	}
	if !plan.RoleID.Equal(state.RoleID) || plan.ExpiresAt.IsNull() && !state.ExpiresAt.IsNull() {
		r.guard(state, path.Root("id"), "replacing it would end this run half way", resp)
	}
	if !plan.rotates(state) {
		return
	}
	r.guard(state, path.Root("rotation_trigger"), "regenerating it would end this run half way", resp)
	plan.Secret, plan.KeyPrefix = types.StringUnknown(), types.StringUnknown()
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// guard adds an error where the key is the provider's own.
func (r *apiKeyResource) guard(state *resourceModel, p path.Path, consequence string, resp *resource.ModifyPlanResponse) {
	if !r.Unconfigured() && r.Client.Uses(state.KeyPrefix.ValueString()) {
		framework.AddOwnKeyError(&resp.Diagnostics, p, state.object(), consequence)
	}
}
