package fastpath

import (
	"bytes"
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// plan answers a plan that leaves the object as it is. Where nothing is proposed to change, the framework marks nothing as
// unknown, and no plan modifier of an attribute has anything to do; ModifyPlan of the resource is left.
func (k *kind) plan(ctx context.Context, data any, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, bool) {
	if k == nil || data == nil || req.ProviderMeta != nil {
		return nil, false
	}
	state, prior, ok := k.decode(req.PriorState)
	if !ok || !k.proposesNothing(req, prior) {
		return nil, false
	}
	config, given, ok := k.decode(req.Config)
	private, plain := privateData(req.PriorPrivate)
	if !ok || !plain || !k.keepsDefaults(given, prior) {
		return nil, false
	}
	identity, identified := k.identityOf(req.PriorIdentity)
	if !identified {
		return nil, false
	}
	request := resource.ModifyPlanRequest{
		Config: tfsdk.Config{Schema: k.schema, Raw: config}, Plan: tfsdk.Plan{Schema: k.schema, Raw: k.copied(prior)},
		State: tfsdk.State{Schema: k.schema, Raw: k.copied(prior)}, Identity: copyOf(identity),
	}
	if c := req.ClientCapabilities; c != nil {
		request.ClientCapabilities.DeferralAllowed = c.DeferralAllowed
	}
	request.Private = newOf(request.Private)
	if !fill(ctx, request.Private, private) {
		return nil, false
	}
	planned := resource.ModifyPlanResponse{
		Plan: tfsdk.Plan{Schema: k.schema, Raw: k.copied(prior)}, Private: request.Private, Identity: copyOf(identity),
	}
	if !k.modifiesNothing(ctx, data, request, &planned, state) {
		return nil, false
	}
	resp := &tfprotov6.PlanResourceChangeResponse{PlannedState: req.PriorState}
	if resp.PlannedPrivate, ok = stored(ctx, planned.Private, newOf(planned.Private), private); !ok {
		return nil, false
	}
	resp.PlannedIdentity, ok = k.plannedIdentity(req.PriorIdentity, identity)
	return resp, ok
}

// modifiesNothing tells whether ModifyPlan has nothing to do or to say.
func (k *kind) modifiesNothing(ctx context.Context, data any, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, state tftypes.Value) bool {
	r := k.configured(ctx, data)
	if r == nil {
		return false
	}
	modifier, ok := r.(resource.ResourceWithModifyPlan)
	if !ok {
		return true
	}
	modifier.ModifyPlan(tfkit.Rehearse(ctx), req, resp)
	return len(resp.Diagnostics) == 0 && len(resp.RequiresReplace) == 0 && resp.Deferred == nil &&
		same(resp.Plan.Raw, state) && (req.Identity == nil || same(resp.Identity.Raw, req.Identity.Raw))
}

// plannedIdentity is the identity as it was, with null in it where there was none.
func (k *kind) plannedIdentity(prior *tfprotov6.ResourceIdentityData, identity *tfsdk.ResourceIdentity) (*tfprotov6.ResourceIdentityData, bool) {
	if prior != nil || identity == nil {
		return prior, true
	}
	value, err := tfprotov6.NewDynamicValue(k.identityType, identity.Raw)
	return &tfprotov6.ResourceIdentityData{IdentityData: &value}, err == nil
}

// proposesNothing tells whether what Terraform proposes is what there is. Values that are only ever written are in no state.
func (k *kind) proposesNothing(req *tfprotov6.PlanResourceChangeRequest, prior map[string]tftypes.Value) bool {
	if req.ProposedNewState == nil {
		return false
	}
	if len(req.PriorState.MsgPack) > 0 && bytes.Equal(req.PriorState.MsgPack, req.ProposedNewState.MsgPack) {
		return true
	}
	_, proposed, ok := k.decode(req.ProposedNewState)
	return ok && maps.EqualFunc(proposed, prior, same) || ok && k.sameButWriteOnly(proposed, prior)
}

func (k *kind) sameButWriteOnly(proposed, prior map[string]tftypes.Value) bool {
	for name, value := range proposed {
		if !k.attributes[name].IsWriteOnly() && !same(value, prior[name]) {
			return false
		}
	}
	return true
}

// keepsDefaults tells whether the defaults of what the configuration leaves out are what there is.
func (k *kind) keepsDefaults(config, prior map[string]tftypes.Value) bool {
	for name, a := range k.attributes {
		switch {
		case a.byDefault != nil && config[name].IsNull() && !same(*a.byDefault, prior[name]):
			return false
		case a.nestedDefault && !config[name].IsNull():
			return false
		}
	}
	return true
}
