package protocol

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Object is an object of a state.
type Object struct {
	Type    string
	State   tftypes.Value // null: there is none
	Private []byte
}

// Upgrade brings the attributes of a stored state, which are JSON, to the schema of today. It needs no configured
// provider.
func (p *Provider) Upgrade(ctx context.Context, typeName string, version int64, attributes []byte) (tftypes.Value, []*tfprotov6.Diagnostic, error) {
	response, err := p.Server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: typeName, Version: version, RawState: &tfprotov6.RawState{JSON: attributes},
	})
	if err != nil {
		return tftypes.Value{}, nil, err
	}
	if HasError(response.Diagnostics) {
		return tftypes.Value{}, response.Diagnostics, nil
	}
	value, err := p.Value(typeName, response.UpgradedState)
	return value, response.Diagnostics, err
}

// Import imports an object by its id, and does not read it yet.
func (p *Provider) Import(ctx context.Context, typeName, id string) (Object, []*tfprotov6.Diagnostic, error) {
	response, err := p.Server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
	if err != nil {
		return Object{}, nil, err
	}
	if HasError(response.Diagnostics) {
		return Object{Type: typeName}, response.Diagnostics, nil
	}
	imported := response.ImportedResources[0]
	value, err := p.Value(typeName, imported.State)
	return Object{Type: typeName, State: value, Private: imported.Private}, response.Diagnostics, err
}

// Read reads an object as Terraform does before a plan. Its state is null where it is gone.
func (p *Provider) Read(ctx context.Context, o Object) (Object, []*tfprotov6.Diagnostic, error) {
	state, err := Dynamic(o.State)
	if err != nil {
		return o, nil, err
	}
	response, err := p.Server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: o.Type, CurrentState: state, Private: o.Private})
	if err != nil {
		return o, nil, err
	}
	if !HasError(response.Diagnostics) {
		o.Private = response.Private
		o.State, err = p.Value(o.Type, response.NewState)
	}
	return o, response.Diagnostics, err
}

// Propose merges a configuration with the prior state, as Terraform does: what the configuration leaves out and the
// provider computes keeps its prior value.
func (p *Provider) Propose(o Object, config tftypes.Value) tftypes.Value {
	if config.IsNull() || o.State.IsNull() {
		return config
	}
	proposed, prior := Attributes(config), Attributes(o.State)
	for _, a := range p.Schema(o.Type).Block.Attributes {
		if a.Computed && proposed[a.Name].IsNull() {
			proposed[a.Name] = prior[a.Name]
		}
	}
	return tftypes.NewValue(config.Type(), proposed)
}

// Planned is what the provider plans for an object.
type Planned struct {
	State       tftypes.Value
	Private     []byte
	Replaces    []*tftypes.AttributePath
	Diagnostics []*tfprotov6.Diagnostic
}

// Plan plans a configuration of an object. A null configuration destroys it.
func (p *Provider) Plan(ctx context.Context, o Object, config tftypes.Value, deferralAllowed bool) (Planned, error) {
	var values [3]*tfprotov6.DynamicValue
	for i, v := range []tftypes.Value{o.State, p.Propose(o, config), config} {
		var err error
		if values[i], err = Dynamic(v); err != nil {
			return Planned{}, err
		}
	}
	response, err := p.Server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: o.Type, PriorState: values[0], ProposedNewState: values[1], Config: values[2], PriorPrivate: o.Private,
		ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{DeferralAllowed: deferralAllowed},
	})
	if err != nil {
		return Planned{}, err
	}
	state, err := p.Value(o.Type, response.PlannedState)
	return Planned{State: state, Private: response.PlannedPrivate, Replaces: response.RequiresReplace, Diagnostics: response.Diagnostics}, err
}
