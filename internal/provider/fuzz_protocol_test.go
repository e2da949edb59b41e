package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

// hostile is one provider RPC after the other with values that Terraform would hardly send.
type hostile struct {
	*fuzzed
	*source
	w *acctest.Walk
}

func newHostile(t *testing.T, data []byte) *hostile {
	t.Helper()
	f := newFuzzed(t)
	all := slices.Concat(words, slices.Sorted(maps.Values(f.ids)), []string{f.b.Production(), f.b.Staging()})
	return &hostile{fuzzed: f, source: &source{t: t, bytes: data, words: all}, w: f.walk()}
}

// Any state, configuration, private state and import: a diagnostic, or an answer that Terraform takes. Never a panic.
func FuzzResource(f *testing.F) {
	for typ := range uint8(20) {
		for step := range byte(6) {
			f.Add(typ, step, []byte{0, 1, 0, typ, 0, 0, step * 11, typ * 7, 0, step, 1, 2, 3})
		}
	}
	f.Fuzz(func(t *testing.T, typ uint8, step byte, data []byte) {
		h := newHostile(t, data)
		o := h.object(h.types[int(typ)%len(h.types)])
		o = h.complete(o.Type, o)
		hostileStep(h, o, step)
	})
}

// hostileStep makes one kind of call with an object.
func hostileStep(h *hostile, o acctest.Object, step byte) {
	h.fuzzed.t.Helper()
	switch step % 6 {
	case 0:
		h.upgrade(o)
	case 1:
		h.refresh(o)
	case 2:
		h.importAnything(o)
	case 3:
		o.State = tftypes.NewValue(o.State.Type(), nil)
		h.change(o, h.with(h.w.Config(h.complete(o.Type, h.object(o.Type))), true))
	case 4:
		config := h.with(h.w.Config(o), true)
		o.State, o.Private = h.with(o.State, false), h.source.private(o.Private)
		h.change(o, config)
	default:
		o.State, o.Private = h.with(o.State, false), h.source.private(o.Private)
		h.change(o, tftypes.NewValue(o.State.Type(), nil))
	}
}

// upgrade gives back a state that another version has written, or nobody.
func (h *hostile) upgrade(o acctest.Object) {
	t := h.fuzzed.t
	t.Helper()
	raw, err := json.Marshal(plain(t, h.with(o.State, false)))
	if err != nil {
		t.Fatal(err)
	}
	m := &acctest.Mutation{Node: uint16(h.below(100)), How: h.next()} // #nosec G115 -- below 100
	raw = m.Apply(raw)
	if h.next()%4 == 1 {
		raw = h.bytes
	}
	response, err := h.w.Server().UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: o.Type, Version: int64(h.next() % 3), RawState: &tfprotov6.RawState{JSON: raw},
	})
	h.judge(o.Type, response, err)
	if len(errorsOf(response.Diagnostics)) == 0 {
		h.decode(o.Type, response.UpgradedState)
	}
}

func (h *hostile) refresh(o acctest.Object) {
	t := h.fuzzed.t
	t.Helper()
	before := o
	before.State, before.Private = h.with(o.State, false), h.source.private(o.Private)
	after, errs, _ := h.w.Refresh(before)
	h.sound(o.Type, "read", errs)
	if len(errs) > 0 || after.State.IsNull() {
		return
	}
	if !after.State.IsFullyKnown() {
		t.Errorf("%s: the state is not known: %s", o.Type, after.State)
	}
	// The id of an attachment is made of attributes, which say what it is about.
	if asked, got := text(h.w, before, "id"), text(h.w, after, "id"); !attached(o.Type) && !strings.EqualFold(asked, got) {
		t.Errorf("%s: the id is %q, asked for was %q", o.Type, got, asked)
	}
}

// importAnything imports by any text or any identity.
func (h *hostile) importAnything(o acctest.Object) {
	t := h.fuzzed.t
	t.Helper()
	request := &tfprotov6.ImportResourceStateRequest{TypeName: o.Type, ID: h.source.text()}
	switch h.next() % 4 {
	case 1:
		request.ID += "/" + h.source.text()
	case 2:
		request.ID += ":" + h.source.text()
	case 3:
		request.ID = ""
		schemas, err := h.w.Server().GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
		if err != nil {
			t.Fatal(err)
		}
		typ := schemas.IdentitySchemas[o.Type].ValueType()
		request.Identity = &tfprotov6.ResourceIdentityData{IdentityData: h.encode(h.source.value(typ, false))}
	}
	response, err := h.w.Server().ImportResourceState(t.Context(), request)
	h.judge(o.Type, response, err)
	if len(errorsOf(response.Diagnostics)) > 0 {
		return
	}
	for _, imported := range response.ImportedResources {
		state := h.decode(o.Type, imported.State)
		after, errs, _ := h.w.Refresh(acctest.Object{Type: o.Type, State: state, Private: imported.Private})
		h.sound(o.Type, "read after import", errs)
		asked := text(h.w, acctest.Object{Type: o.Type, State: state}, "id")
		if got := text(h.w, after, "id"); len(errs) == 0 && !after.State.IsNull() && !strings.EqualFold(got, asked) {
			t.Errorf("%s: the id is %q, imported was %q as %q", o.Type, got, request.ID, asked)
		}
	}
}

// change validates, plans and applies a configuration; what is not valid is not planned, and what is not known not applied.
func (h *hostile) change(o acctest.Object, config tftypes.Value) {
	t := h.fuzzed.t
	t.Helper()
	o.Name = "fuzz"
	if !config.IsNull() {
		response, err := h.w.Server().ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
			TypeName: o.Type, Config: h.encode(config), ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
		})
		h.judge(o.Type, response, err)
		if len(errorsOf(response.Diagnostics)) > 0 || lacking(h.w.Schemas[o.Type], config) {
			return
		}
	}
	p := h.w.Plan(o, config)
	h.sound(o.Type, "plan", p.Errors)
	if len(p.Errors) > 0 || !config.IsFullyKnown() || len(p.Replaces) > 0 {
		return
	}
	after, errs, _ := h.w.Apply(p)
	h.sound(o.Type, "apply", errs)
	nameless := !o.State.IsNull() && text(h.w, o, "id") == ""
	if len(errs) == 0 && !config.IsNull() && !nameless && text(h.w, after, "id") == "" {
		t.Errorf("%s: the state has no id", o.Type)
	}
}

// lacking tells whether a configuration lacks what is required, which Terraform does not let pass.
func lacking(s *tfprotov6.Schema, config tftypes.Value) bool {
	var attributes map[string]tftypes.Value
	if config.As(&attributes) != nil {
		return true
	}
	return slices.ContainsFunc(s.Block.Attributes, func(a *tfprotov6.SchemaAttribute) bool {
		readOnly := a.Computed && !a.Optional && !attributes[a.Name].IsNull()
		return readOnly || a.Required && attributes[a.Name].IsNull()
	})
}

// Any configuration of a data source.
func FuzzDataSourceConfig(f *testing.F) {
	for source := range uint8(41) {
		f.Add(source, []byte{0, 0, 0, source, 1, 0, 0, 42, 2, 1})
	}
	f.Fuzz(func(t *testing.T, source uint8, data []byte) {
		h := newHostile(t, data)
		schemas := h.dataSchemas()
		name := slices.Sorted(maps.Keys(schemas))[int(source)%len(schemas)]
		config := h.sparse(schemas[name])
		validated, err := h.w.Server().ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: h.encode(config)})
		h.judge(name, validated, err)
		if len(errorsOf(validated.Diagnostics)) > 0 || lacking(schemas[name], config) || !config.IsFullyKnown() {
			return
		}
		response, err := h.w.Server().ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: h.encode(config)})
		h.judge(name, response, err)
		if len(errorsOf(response.Diagnostics)) > 0 {
			return
		}
		if state, err := response.State.Unmarshal(config.Type()); err != nil || !state.IsFullyKnown() {
			t.Errorf("%s: %v: %s", name, err, state)
		}
	})
}

// Any configuration and private data of the ephemeral key.
func FuzzEphemeral(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 0, 0, 0, 2})
	f.Add([]byte{0, 0, 0, 3, 1, 1, 1, 1, 1, 0, 0, 12})
	f.Fuzz(func(t *testing.T, data []byte) {
		const name = "raff_api_key"
		h := newHostile(t, data)
		schemas, err := h.w.Server().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
		if err != nil {
			t.Fatal(err)
		}
		schema := schemas.EphemeralResourceSchemas[name]
		config := h.sparse(schema)
		validated, err := h.w.Server().ValidateEphemeralResourceConfig(t.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: h.encode(config)})
		h.judge(name, validated, err)
		private := h.source.private(nil)
		if len(errorsOf(validated.Diagnostics)) == 0 && !lacking(schema, config) && config.IsFullyKnown() {
			opened, err := h.w.Server().OpenEphemeralResource(t.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: h.encode(config)})
			h.judge(name, opened, err)
			if h.next()%2 == 0 {
				private = opened.Private
			}
		}
		renewed, err := h.w.Server().RenewEphemeralResource(t.Context(), &tfprotov6.RenewEphemeralResourceRequest{TypeName: name, Private: private})
		h.judge(name, renewed, err)
		closed, err := h.w.Server().CloseEphemeralResource(t.Context(), &tfprotov6.CloseEphemeralResourceRequest{TypeName: name, Private: private})
		h.judge(name, closed, err)
	})
}

// sparse is a configuration in which most attributes are null.
func (h *hostile) sparse(s *tfprotov6.Schema) tftypes.Value {
	h.fuzzed.t.Helper()
	typ, ok := s.ValueType().(tftypes.Object)
	if !ok {
		h.fuzzed.t.Fatal("no object")
	}
	attributes := map[string]tftypes.Value{}
	for _, a := range s.Block.Attributes {
		attributes[a.Name] = tftypes.NewValue(typ.AttributeTypes[a.Name], nil)
		if a.Required || a.Optional && h.next()%2 == 0 {
			attributes[a.Name] = h.source.value(typ.AttributeTypes[a.Name], true)
		}
	}
	return tftypes.NewValue(typ, attributes)
}

func (h *hostile) encode(v tftypes.Value) *tfprotov6.DynamicValue {
	h.fuzzed.t.Helper()
	d, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		h.fuzzed.t.Fatal(err)
	}
	return &d
}

func (h *hostile) decode(typeName string, d *tfprotov6.DynamicValue) tftypes.Value {
	h.fuzzed.t.Helper()
	v, err := d.Unmarshal(h.w.Schemas[typeName].ValueType())
	if err != nil {
		h.fuzzed.t.Fatal(err)
	}
	return v
}

// judge checks an answer of the provider.
func (h *hostile) judge(what string, response any, err error) {
	h.fuzzed.t.Helper()
	if err != nil {
		h.fuzzed.t.Fatalf("%s: %T: %v", what, response, err)
	}
	switch r := response.(type) {
	case *tfprotov6.ValidateResourceConfigResponse:
		h.sound(what, "validate", errorsOf(r.Diagnostics))
	case *tfprotov6.ValidateDataResourceConfigResponse:
		h.sound(what, "validate", errorsOf(r.Diagnostics))
	case *tfprotov6.ReadDataSourceResponse:
		h.sound(what, "read", errorsOf(r.Diagnostics))
	case *tfprotov6.ValidateEphemeralResourceConfigResponse:
		h.sound(what, "validate", errorsOf(r.Diagnostics))
	case *tfprotov6.OpenEphemeralResourceResponse:
		h.sound(what, "open", errorsOf(r.Diagnostics))
	case *tfprotov6.CloseEphemeralResourceResponse:
		h.sound(what, "close", errorsOf(r.Diagnostics))
	}
}

func errorsOf(diagnostics []*tfprotov6.Diagnostic) []string {
	var errs []string
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			errs = append(errs, d.Summary+": "+d.Detail)
		}
	}
	return errs
}

// plain is a value as JSON has it.
func plain(t *testing.T, v tftypes.Value) any {
	t.Helper()
	var str string
	var flag bool
	number := new(big.Float)
	var list []tftypes.Value
	var object map[string]tftypes.Value
	switch {
	case v.IsNull():
		return nil
	case v.As(&str) == nil:
		return str
	case v.As(&flag) == nil:
		return flag
	case v.As(number) == nil:
		return json.RawMessage(number.Text('g', -1))
	case v.As(&list) == nil:
		items := make([]any, len(list))
		for i, item := range list {
			items[i] = plain(t, item)
		}
		return items
	case v.As(&object) == nil:
		fields := map[string]any{}
		for name, item := range object {
			fields[name] = plain(t, item)
		}
		return fields
	}
	t.Fatal(fmt.Sprint("no JSON of ", v))
	return nil
}
