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
	r := k.configured(ctx, data)
	identity, identified := k.identityOf(req.PriorIdentity)
	if r == nil || !identified {
		return nil, false
	}
	resp := &tfprotov6.PlanResourceChangeResponse{PlannedState: req.PriorState, PlannedPrivate: req.PriorPrivate, PlannedIdentity: req.PriorIdentity}
	if modifier, ok := r.(resource.ResourceWithModifyPlan); ok {
		planReq := resource.ModifyPlanRequest{
			Config: tfsdk.Config{Schema: k.schema, Raw: config}, Plan: tfsdk.Plan{Schema: k.schema, Raw: k.copied(prior)},
			State: tfsdk.State{Schema: k.schema, Raw: k.copied(prior)}, Identity: copyOf(identity),
		}
		if c := req.ClientCapabilities; c != nil {
			planReq.ClientCapabilities.DeferralAllowed = c.DeferralAllowed
		}
		planReq.Private = newOf(planReq.Private)
		if !fill(ctx, planReq.Private, private) {
			return nil, false
		}
		planResp := resource.ModifyPlanResponse{Plan: tfsdk.Plan{Schema: k.schema, Raw: k.copied(prior)}, Private: planReq.Private, Identity: copyOf(identity)}
		modifier.ModifyPlan(tfkit.Rehearse(ctx), planReq, &planResp)
		if len(planResp.Diagnostics) > 0 || len(planResp.RequiresReplace) > 0 || planResp.Deferred != nil ||
			!same(planResp.Plan.Raw, state) || identity != nil && !same(planResp.Identity.Raw, identity.Raw) {
			return nil, false
		}
		if resp.PlannedPrivate, ok = stored(ctx, planResp.Private, newOf(planResp.Private), private); !ok {
			return nil, false
		}
	}
	if resp.PlannedIdentity == nil && identity != nil {
		value, err := tfprotov6.NewDynamicValue(k.identityType, identity.Raw)
		if err != nil {
			return nil, false
		}
		resp.PlannedIdentity = &tfprotov6.ResourceIdentityData{IdentityData: &value}
	}
	return resp, true
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
