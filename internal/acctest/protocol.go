package acctest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// Walk does over the provider protocol what Terraform does in one walk, a plan or an apply: it has a
// provider of its own. A step takes milliseconds where Terraform takes seconds, and the answers are held
// to what Terraform demands of them.
type Walk struct {
	t        testing.TB
	server   tfprotov6.ProviderServer
	provider *protocol.Provider
	Schemas  map[string]*tfprotov6.Schema
	// Applying has the plans be those that Terraform makes once more during an apply.
	Applying bool
	// Limit is how long a call may take before it is cancelled; 0: as long as it wants.
	Limit time.Duration
}

// Object is an object of a state.
type Object struct {
	Type, Name string
	State      tftypes.Value // null: there is none
	Private    []byte
}

// Address is how a configuration names the object.
func (o Object) Address() string { return o.Type + "." + o.Name }

// Planned is what a plan shows of one object.
type Planned struct {
	Object   // as it was
	Config   tftypes.Value
	Planned  tftypes.Value
	private  []byte
	Replaces []string // attributes
	Errors   []string
	Warnings []string
}

// NewWalk begins a walk with the Owner's key, against url where that is not the backend's own address.
func (b *Backend) NewWalk(t testing.TB, url string) *Walk {
	t.Helper()
	return b.NewWalkWith(t, url, nil)
}

// NewWalkWith is NewWalk with more settings of the provider.
func (b *Backend) NewWalkWith(t testing.TB, url string, settings map[string]tftypes.Value) *Walk {
	t.Helper()
	w, errs := b.NewWalkAs(t, url, b.OwnerKey, settings)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return w
}

// NewWalkAs is NewWalk with another key and more settings of the provider, which may refuse them.
func (b *Backend) NewWalkAs(t testing.TB, url, key string, settings map[string]tftypes.Value) (_ *Walk, errs []string) {
	t.Helper()
	p, err := protocol.New(t.Context(), provider.NewServer("test")())
	if err != nil {
		t.Fatal(err)
	}
	w := &Walk{t: t, server: p.Server, provider: p, Schemas: p.Schemas.ResourceSchemas}
	return w, b.configure(t, p, url, key, settings)
}

// Configure configures a provider, and returns the errors of that.
func (b *Backend) Configure(t testing.TB, server tfprotov6.ProviderServer, url, key string, settings map[string]tftypes.Value) (errs []string) {
	t.Helper()
	p, err := protocol.New(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	return b.configure(t, p, url, key, settings)
}

func (b *Backend) configure(t testing.TB, p *protocol.Provider, url, key string, settings map[string]tftypes.Value) (errs []string) {
	t.Helper()
	if url == "" {
		url = b.URL
	}
	values := map[string]tftypes.Value{
		"api_url": tftypes.NewValue(tftypes.String, url),
		"api_key": tftypes.NewValue(tftypes.String, key),
		// The walks ask far more than any plan does.
		"requests_per_second": tftypes.NewValue(tftypes.Number, 100_000),
	}
	maps.Copy(values, settings)
	diagnostics, err := p.Configure(t.Context(), values)
	if err != nil {
		t.Fatal(err)
	}
	errs, _ = protocol.Sort(diagnostics)
	return errs
}

// New is a new object, and a configuration of it: null attributes, but for some.
func (w *Walk) New(typeName, name string, values map[string]tftypes.Value) (_ Object, config tftypes.Value) {
	typ := w.Schemas[typeName].ValueType()
	return Object{Type: typeName, Name: name, State: tftypes.NewValue(typ, nil)}, protocol.Empty(typ, values)
}

// Null is a configuration without the object, which destroys it.
func (w *Walk) Null(o Object) tftypes.Value {
	return tftypes.NewValue(w.Schemas[o.Type].ValueType(), nil)
}

// Dynamic is a value as the protocol has it.
func (w *Walk) Dynamic(v tftypes.Value) *tfprotov6.DynamicValue {
	w.t.Helper()
	d, err := protocol.Dynamic(v)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// JSON is a value as a state file has it.
func (w *Walk) JSON(v tftypes.Value) []byte {
	w.t.Helper()
	text, err := json.Marshal(w.plain(v))
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

// plain is a value in the terms of JSON.
func (w *Walk) plain(v tftypes.Value) any {
	w.t.Helper()
	var text string
	var flag bool
	var number big.Float
	var elements []tftypes.Value
	var attributes map[string]tftypes.Value
	switch {
	case v.IsNull():
		return nil
	case v.As(&text) == nil:
		return text
	case v.As(&flag) == nil:
		return flag
	case v.As(&number) == nil:
		return json.Number(number.Text('f', -1))
	case v.As(&elements) == nil:
		list := make([]any, len(elements))
		for i, element := range elements {
			list[i] = w.plain(element)
		}
		return list
	case v.As(&attributes) == nil:
		object := map[string]any{}
		for name, attribute := range attributes {
			object[name] = w.plain(attribute)
		}
		return object
	}
	w.t.Fatalf("no state has the value %s", v)
	return nil
}

// Value is a value of a resource type that came by the protocol.
func (w *Walk) Value(typeName string, d *tfprotov6.DynamicValue) tftypes.Value {
	w.t.Helper()
	v, err := w.provider.Value(typeName, d)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// Attributes are the attributes of an object.
func (w *Walk) Attributes(v tftypes.Value) map[string]tftypes.Value {
	return protocol.Attributes(v)
}

// With is an object with some other attributes.
func (w *Walk) With(v tftypes.Value, changes map[string]tftypes.Value) tftypes.Value {
	attributes := w.Attributes(v)
	maps.Copy(attributes, changes)
	return tftypes.NewValue(v.Type(), attributes)
}

// Load reads a state that a CLI has written.
func (w *Walk) Load(cli *CLI) []Object {
	w.t.Helper()
	var state struct {
		Resources []struct {
			Mode, Type, Name string
			Instances        []struct {
				Attributes    json.RawMessage
				Private       string
				SchemaVersion int64 `json:"schema_version"`
			}
		}
	}
	if err := json.Unmarshal([]byte(cli.MustRun(w.t, "state", "pull")), &state); err != nil {
		w.t.Fatal(err)
	}
	var objects []Object
	for _, r := range state.Resources {
		if r.Mode != "managed" || !strings.HasPrefix(r.Type, "raff_") {
			continue
		}
		for _, instance := range r.Instances {
			upgraded, err := w.server.UpgradeResourceState(w.t.Context(), &tfprotov6.UpgradeResourceStateRequest{
				TypeName: r.Type, Version: instance.SchemaVersion, RawState: &tfprotov6.RawState{JSON: instance.Attributes},
			})
			if err != nil {
				w.t.Fatal(err)
			}
			private, err := base64.StdEncoding.DecodeString(instance.Private)
			if err != nil {
				w.t.Fatal(err)
			}
			objects = append(objects, Object{Type: r.Type, Name: r.Name, State: w.Value(r.Type, upgraded.UpgradedState), Private: private})
		}
	}
	return objects
}

// Aged is the object as if it had been created long ago: what is new is looked for with patience.
func (w *Walk) Aged(o Object) Object {
	var private map[string][]byte
	if err := json.Unmarshal(o.Private, &private); err != nil {
		w.t.Fatal(err)
	}
	delete(private, "born")
	aged, err := json.Marshal(private)
	if err != nil {
		w.t.Fatal(err)
	}
	o.Private = aged
	return o
}

// Config is a configuration that an object could have come from: all that can be set, as it is.
func (w *Walk) Config(o Object) tftypes.Value {
	return w.given(w.Schemas[o.Type].Block.Attributes, o.State)
}

// given is what can be set of an object.
func (w *Walk) given(schema []*tfprotov6.SchemaAttribute, v tftypes.Value) tftypes.Value {
	attributes := w.Attributes(v)
	if attributes == nil {
		return v
	}
	for _, a := range schema {
		value := attributes[a.Name]
		var elements []tftypes.Value
		switch {
		case a.WriteOnly || a.Computed && !a.Optional:
			attributes[a.Name] = tftypes.NewValue(value.Type(), nil)
		case a.NestedType == nil || value.IsNull():
		case value.As(&elements) == nil:
			given := make([]tftypes.Value, len(elements))
			for i, element := range elements {
				given[i] = w.given(a.NestedType.Attributes, element)
			}
			attributes[a.Name] = tftypes.NewValue(value.Type(), given)
		default:
			attributes[a.Name] = w.given(a.NestedType.Attributes, value)
		}
	}
	return tftypes.NewValue(v.Type(), attributes)
}

// Refresh reads an object as Terraform does before a plan.
func (w *Walk) Refresh(o Object) (_ Object, errs, warnings []string) {
	w.t.Helper()
	ctx, cancel := w.limited()
	defer cancel()
	response, err := w.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: o.Type, CurrentState: w.Dynamic(o.State), Private: o.Private,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	errs, warnings = protocol.Sort(response.Diagnostics)
	if len(errs) == 0 {
		o.State, o.Private = w.Value(o.Type, response.NewState), response.Private
	}
	return o, errs, warnings
}

// Import imports an object by its id, and reads it.
func (w *Walk) Import(typeName, id string) (_ Object, errs []string) {
	w.t.Helper()
	ctx, cancel := w.limited()
	defer cancel()
	response, err := w.server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
	if err != nil {
		w.t.Fatal(err)
	}
	if errs, _ = protocol.Sort(response.Diagnostics); len(errs) > 0 {
		return Object{}, errs
	}
	imported := response.ImportedResources[0]
	o, errs, _ := w.Refresh(Object{Type: typeName, Name: "imported", State: w.Value(typeName, imported.State), Private: imported.Private})
	if len(errs) == 0 && o.State.IsNull() {
		errs = []string{"Cannot import non-existent remote object"} // as Terraform says
	}
	return o, errs
}

// Plan plans a configuration of an object. A null configuration destroys it.
func (w *Walk) Plan(o Object, config tftypes.Value) Planned {
	w.t.Helper()
	p := Planned{Object: o, Config: config}
	ctx, cancel := w.limited()
	defer cancel()
	response, err := w.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: o.Type, PriorState: w.Dynamic(o.State), ProposedNewState: w.Dynamic(w.Propose(o, config)),
		Config: w.Dynamic(config), PriorPrivate: o.Private,
		ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{DeferralAllowed: w.Applying},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	p.Errors, p.Warnings = protocol.Sort(response.Diagnostics)
	checkLegible(w.t, p.Errors)
	checkLegible(w.t, p.Warnings)
	for _, path := range response.RequiresReplace {
		p.Replaces = append(p.Replaces, strings.Join(protocol.Names(path), "."))
	}
	p.Planned, p.private = w.Value(o.Type, response.PlannedState), response.PlannedPrivate
	if len(p.Errors) == 0 {
		w.checkPlan(p)
	}
	return p
}

// Force plans a configuration of an object as -replace does: once as ever, and once as a new object that has the
// private state of that plan. The second plan is returned, or the first one where that has errors.
func (w *Walk) Force(o Object, config tftypes.Value) Planned {
	w.t.Helper()
	first := w.Plan(o, config)
	if len(first.Errors) > 0 {
		return first
	}
	return w.Plan(Object{Type: o.Type, Name: o.Name, State: tftypes.NewValue(o.State.Type(), nil), Private: first.private}, config)
}

// Destroy applies the destruction of an object that was not planned, as Terraform does with a tainted one.
func (w *Walk) Destroy(o Object) (_ Object, errs, warnings []string) {
	w.t.Helper()
	null := tftypes.NewValue(o.State.Type(), nil)
	applying := w.Applying
	w.Applying = false
	defer func() { w.Applying = applying }()
	return w.Apply(Planned{Object: o, Config: null, Planned: null})
}

// Propose merges the configuration with the prior state, as Terraform does: what the configuration leaves
// out and the provider computes keeps its prior value.
func (w *Walk) Propose(o Object, config tftypes.Value) tftypes.Value {
	return w.provider.Propose(protocol.Object{Type: o.Type, State: o.State}, config)
}

// checkPlan demands what Terraform does: what is configured is planned, or the prior value is kept.
func (w *Walk) checkPlan(p Planned) {
	w.t.Helper()
	config, prior, planned := w.Attributes(p.Config), w.Attributes(p.State), w.Attributes(p.Planned)
	for _, a := range w.Schemas[p.Type].Block.Attributes {
		kept := prior != nil && planned[a.Name].Equal(prior[a.Name])
		switch {
		case config == nil || a.WriteOnly || kept:
		case config[a.Name].IsNull() && a.Computed:
		case !planned[a.Name].Equal(config[a.Name]):
			w.t.Errorf("%s: Provider produced invalid plan: %s is planned as %s and configured as %s", p.Address(), a.Name, planned[a.Name], config[a.Name])
		}
	}
}

// Apply carries a plan out. The answer is held to what the plan has shown. Where the walk is an apply, the
// object is planned once more first, as Terraform does, and that plan is held to the first one, too.
func (w *Walk) Apply(p Planned) (_ Object, errs, warnings []string) {
	w.t.Helper()
	if w.Applying {
		again := w.Plan(p.Object, p.Config)
		if len(again.Errors) > 0 {
			return p.Object, again.Errors, again.Warnings
		}
		for _, problem := range inconsistent(w.Attributes(p.Planned), w.Attributes(again.Planned), false) {
			w.t.Errorf("%s: Provider produced inconsistent final plan: %s", p.Address(), problem)
		}
		if !slices.Equal(p.Replaces, again.Replaces) {
			w.t.Errorf("%s: Provider produced inconsistent final plan: replaced because of %v, but now of %v", p.Address(), p.Replaces, again.Replaces)
		}
		p = again
	}
	ctx, cancel := w.limited()
	defer cancel()
	response, err := w.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: p.Type, PriorState: w.Dynamic(p.State), PlannedState: w.Dynamic(p.Planned), Config: w.Dynamic(p.Config), PlannedPrivate: p.private,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	errs, warnings = protocol.Sort(response.Diagnostics)
	o := p.Object
	o.State, o.Private = w.Value(p.Type, response.NewState), response.Private
	if len(errs) == 0 {
		for _, problem := range inconsistent(w.Attributes(p.Planned), w.Attributes(o.State), true) {
			w.t.Errorf("%s: Provider produced inconsistent result after apply: %s", p.Address(), problem)
		}
	}
	return o, errs, warnings
}

// Interrupt is Apply that Terraform stops, as after an interrupt, once when says so.
func (w *Walk) Interrupt(p Planned, when func() bool) (_ Object, errs, warnings []string) {
	w.t.Helper()
	stopped := make(chan error, 1)
	go func() {
		for !when() {
			select {
			case <-w.t.Context().Done():
				stopped <- w.t.Context().Err()
				return
			case <-time.After(time.Millisecond):
			}
		}
		_, err := w.server.StopProvider(w.t.Context(), &tfprotov6.StopProviderRequest{})
		stopped <- err
	}()
	o, errs, warnings := w.Apply(p)
	select {
	case err := <-stopped:
		if err != nil {
			w.t.Fatal(err)
		}
	default:
		w.t.Errorf("%s: the apply ended before it was interrupted", p.Address())
	}
	return o, errs, warnings
}

// inconsistent describes where a state, or a second plan, is not what a plan has shown. A state has to be
// known.
func inconsistent(planned, then map[string]tftypes.Value, known bool) []string {
	var problems []string
	for name, want := range planned {
		switch {
		case known && !then[name].IsFullyKnown():
			problems = append(problems, fmt.Sprintf("%s is still unknown", name))
		case want.IsFullyKnown() && !want.Equal(then[name]):
			problems = append(problems, fmt.Sprintf("%s: was %s, but now %s", name, want, then[name]))
		}
	}
	slices.Sort(problems)
	return problems
}

// Changes names the attributes that a plan changes.
func (w *Walk) Changes(p Planned) []string {
	prior, planned := w.Attributes(p.State), w.Attributes(p.Planned)
	var changed []string
	for name := range planned {
		if prior == nil || !planned[name].Equal(prior[name]) {
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	return changed
}

// Context is the context of the walk's test.
func (w *Walk) Context() context.Context { return w.t.Context() }

// Server is the provider, for calls that no step of a walk makes.
func (w *Walk) Server() tfprotov6.ProviderServer { return w.server }

// limited is the context of one call.
func (w *Walk) limited() (context.Context, context.CancelFunc) {
	if w.Limit == 0 {
		return w.t.Context(), func() {}
	}
	return context.WithTimeout(w.t.Context(), w.Limit)
}
