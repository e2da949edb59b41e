package fastpath

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// read answers a Read that leaves the object, and all that is stored with it, as it is.
func (k *kind) read(ctx context.Context, data any, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, bool) {
	if k == nil || data == nil || req.ProviderMeta != nil {
		return nil, false
	}
	state, attributes, ok := k.decode(req.CurrentState)
	private, plain := privateData(req.Private)
	if !ok || !plain {
		return nil, false
	}
	r := k.configured(ctx, data)
	identity, identified := k.identityOf(req.CurrentIdentity)
	if r == nil || !identified {
		return nil, false
	}
	readReq := resource.ReadRequest{State: tfsdk.State{Schema: k.schema, Raw: k.copied(attributes)}, Identity: identity}
	if c := req.ClientCapabilities; c != nil {
		readReq.ClientCapabilities.DeferralAllowed = c.DeferralAllowed
	}
	readResp := resource.ReadResponse{
		State:    tfsdk.State{Schema: k.schema, Raw: k.copied(attributes)},
		Identity: copyOf(identity),
		Private:  newOf(readReq.Private),
	}
	if !fill(ctx, readResp.Private, private) {
		return nil, false
	}
	readReq.Private = readResp.Private // one and the same, as the framework has it
	before := newOf(readReq.Private)
	fill(ctx, before, private)

	r.Read(tfkit.Rehearse(ctx), readReq, &readResp)
	if len(readResp.Diagnostics) > 0 || readResp.Deferred != nil || !same(readResp.State.Raw, state) || !readResp.Private.Equal(before) {
		return nil, false
	}
	resp := &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, Private: req.Private, NewIdentity: req.CurrentIdentity}
	if k.identityType == nil {
		return resp, true
	}
	if readResp.Identity.Raw.IsFullyNull() {
		return nil, false
	}
	if same(readResp.Identity.Raw, identity.Raw) {
		return resp, true
	}
	if !identity.Raw.IsFullyNull() { // the framework says what is wrong with it
		return nil, false
	}
	value, err := tfprotov6.NewDynamicValue(k.identityType, readResp.Identity.Raw)
	resp.NewIdentity = &tfprotov6.ResourceIdentityData{IdentityData: &value}
	return resp, err == nil
}

// identityOf returns the identity that a call came with, with null in it where it came without.
func (k *kind) identityOf(from *tfprotov6.ResourceIdentityData) (*tfsdk.ResourceIdentity, bool) {
	if k.identityType == nil {
		return nil, from == nil
	}
	identity := &tfsdk.ResourceIdentity{Schema: k.identity, Raw: tftypes.NewValue(k.identityType, nil)}
	if from == nil || from.IdentityData == nil {
		return identity, true
	}
	value, err := from.IdentityData.Unmarshal(k.identityType)
	identity.Raw = value
	return identity, err == nil
}

func copyOf(identity *tfsdk.ResourceIdentity) *tfsdk.ResourceIdentity {
	if identity == nil {
		return nil
	}
	return &tfsdk.ResourceIdentity{Schema: identity.Schema, Raw: identity.Raw.Copy()}
}
