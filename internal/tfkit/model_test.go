package tfkit_test

import (
	"context"
	"math/big"
	"reflect"
	"slices"
	"testing"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// used returns all models of the provider with their schemas, each once: it has every resource read and planned, and every data
// source read.
func used(t *testing.T) []tfkit.Pair {
	t.Helper()
	b := acctest.NewInProcess(t)
	w := b.NewWalk(t, "")
	for typeName, id := range b.Furnish(t) {
		o, errs := w.Import(typeName, id)
		if len(errs) > 0 {
			t.Fatal(typeName, errs)
		}
		w.Plan(o, w.Config(o))
	}
	schemas, err := w.Server().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for typeName, schema := range schemas.DataSourceSchemas {
		values := map[string]tftypes.Value{}
		typ := schema.ValueType().(tftypes.Object)
		for name, a := range typ.AttributeTypes {
			values[name] = tftypes.NewValue(a, nil)
		}
		config, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, values))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Server().ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: &config}); err != nil {
			t.Fatal(err)
		}
	}
	pairs := tfkit.Pairs()
	// Three kinds of pricing share a model.
	if want := len(w.Schemas) + len(schemas.DataSourceSchemas) - 2; len(pairs) < want {
		t.Fatalf("there are %d models for %d types", len(pairs), want)
	}
	return pairs
}

// The framework is asked about few models only, and it has to be a decision.
func TestModels_lean(t *testing.T) {
	var others []string
	for _, p := range used(t) {
		if !p.Lean {
			others = append(others, p.Model.String())
		}
	}
	slices.Sort(others)
	if want := []string{"catalog.ipPricingModel"}; !slices.Equal(others, want) {
		t.Errorf("the framework's reflection is used for %q, expected was %q", others, want)
	}
}

// Whatever the values are, a model is what the framework makes of them, or has the same diagnostics; and what is written of it is
// the same, too.
func TestModels_sameAsFramework(t *testing.T) {
	for _, p := range used(t) {
		t.Run(p.Model.String(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { compare(t, p) })
		})
	}
}

func compare(t *rapid.T, p tfkit.Pair) {
	ctx := context.Background()
	var state tfsdk.State
	switch s := p.Schema.(type) {
	case resource.Schema:
		state.Schema = s
	case datasource.Schema:
		state.Schema = s
	case identityschema.Schema:
		compareIdentity(t, p, s)
		return
	}
	state.Raw = anyValue(t, state.Schema.Type().TerraformType(ctx), true)
	lean, want := reflect.New(p.Model).Interface(), reflect.New(p.Model).Interface()
	var diags diag.Diagnostics
	tfkit.Fill(ctx, state, lean, &diags)
	wantDiags := state.Get(ctx, want)
	if !reflect.DeepEqual(lean, want) {
		t.Errorf("got %+v, want %+v", lean, want)
	}
	if len(diags) != len(wantDiags) || !diags.HasError() && !diags.Equal(wantDiags) {
		t.Errorf("got %v, want %v", diags, wantDiags)
	}
	if diags.HasError() {
		return
	}
	written, wantWritten := state, state
	tfkit.Set(ctx, &written, lean, &diags)
	wantDiags = append(wantDiags, wantWritten.Set(ctx, want)...)
	if !diags.Equal(wantDiags) {
		t.Errorf("got %v, want %v", diags, wantDiags)
	}
	if !written.Raw.Equal(wantWritten.Raw) || !written.Raw.Type().Equal(wantWritten.Raw.Type()) {
		t.Errorf("got %s, want %s", written.Raw, wantWritten.Raw)
	}
}

func compareIdentity(t *rapid.T, p tfkit.Pair, schema identityschema.Schema) {
	ctx := context.Background()
	want := tfsdk.ResourceIdentity{Schema: schema, Raw: anyValue(t, schema.Type().TerraformType(ctx), true)}
	model := reflect.New(p.Model).Interface()
	if diags := want.Get(ctx, model); diags.HasError() {
		t.Fatal(diags)
	}
	written := tfsdk.ResourceIdentity{Schema: schema}
	var diags diag.Diagnostics
	tfkit.Set(ctx, &written, model, &diags)
	if diags.HasError() || !written.Raw.Equal(want.Raw) {
		t.Errorf("got %s, want %s: %v", written.Raw, want.Raw, diags)
	}
}

// anyValue draws a value of a type: sometimes null or unknown, and sometimes what the framework refuses, such as a set that has
// an element twice, or a number that is no integer.
func anyValue(t *rapid.T, typ tftypes.Type, whole bool) tftypes.Value {
	if !whole {
		switch rapid.IntRange(0, 5).Draw(t, "null or unknown") {
		case 0:
			return tftypes.NewValue(typ, nil)
		case 1:
			return tftypes.NewValue(typ, tftypes.UnknownValue)
		}
	}
	elements := func(typ tftypes.Type) []tftypes.Value {
		values := make([]tftypes.Value, rapid.IntRange(0, 3).Draw(t, "length"))
		for i := range values {
			values[i] = anyValue(t, typ, false)
		}
		return values
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		values := map[string]tftypes.Value{}
		names := make([]string, 0, len(typ.AttributeTypes))
		for name := range typ.AttributeTypes {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			values[name] = anyValue(t, typ.AttributeTypes[name], false)
		}
		return tftypes.NewValue(typ, values)
	case tftypes.Set:
		return tftypes.NewValue(typ, elements(typ.ElementType))
	case tftypes.List:
		return tftypes.NewValue(typ, elements(typ.ElementType))
	}
	switch {
	case typ.Is(tftypes.String):
		return tftypes.NewValue(typ, rapid.StringN(0, 3, -1).Draw(t, "text"))
	case typ.Is(tftypes.Bool):
		return tftypes.NewValue(typ, rapid.Bool().Draw(t, "flag"))
	case typ.Is(tftypes.Number) && rapid.IntRange(0, 40).Draw(t, "number") == 0:
		return tftypes.NewValue(typ, big.NewFloat(0.5))
	case typ.Is(tftypes.Number):
		return tftypes.NewValue(typ, rapid.Int64().Draw(t, "integer"))
	}
	t.Fatalf("there is an attribute of type %s", typ)
	return tftypes.Value{}
}

// What does not go together has the framework's own diagnostics.
func TestGet_notOfThisSchema(t *testing.T) {
	type known struct {
		Name types.String `tfsdk:"name"`
	}
	type other struct {
		Name types.Int64 `tfsdk:"name"`
	}
	type more struct {
		known
		Other types.String `tfsdk:"other"`
	}
	type untagged struct {
		Name types.String
	}
	schema := resource.Schema{Attributes: map[string]resource.Attribute{"name": resource.StringAttribute{}}}
	typ := schema.Type().TerraformType(t.Context())
	full := tfsdk.State{Schema: schema, Raw: tftypes.NewValue(typ, map[string]tftypes.Value{"name": tftypes.NewValue(tftypes.String, "x")})}
	null := tfsdk.State{Schema: schema, Raw: tftypes.NewValue(typ, nil)}
	for _, model := range []any{&known{}, &other{}, &more{}, &untagged{}} {
		for _, state := range []tfsdk.State{full, null} {
			want := state.Get(t.Context(), reflect.New(reflect.TypeOf(model).Elem()).Interface())
			var got diag.Diagnostics
			tfkit.Fill(t.Context(), state, model, &got)
			if !got.Equal(want) {
				t.Errorf("%T: got %v, want %v", model, got, want)
			}
			if got.HasError() && !reflect.ValueOf(model).Elem().IsZero() {
				t.Errorf("%T: it is %+v after an error", model, model)
			}
			want = state.Set(t.Context(), model)
			got = nil
			tfkit.Set(t.Context(), &state, model, &got)
			if !got.Equal(want) {
				t.Errorf("%T: got %v, want %v when writing", model, got, want)
			}
		}
	}
}

// Two schemas that look alike are not taken for each other.
func TestGet_anotherSchema(t *testing.T) {
	type model struct {
		Name types.String `tfsdk:"name"`
	}
	for range 3 {
		for _, name := range []string{"name", "title"} {
			schema := resource.Schema{Attributes: map[string]resource.Attribute{name: resource.StringAttribute{}}}
			typ := schema.Type().TerraformType(t.Context())
			state := tfsdk.State{Schema: schema, Raw: tftypes.NewValue(typ, map[string]tftypes.Value{name: tftypes.NewValue(tftypes.String, "x")})}
			var diags diag.Diagnostics
			m := tfkit.Get[model](t.Context(), state, &diags)
			if fits := name == "name"; diags.HasError() == fits || fits && m.Name.ValueString() != "x" {
				t.Errorf("%s: got %+v with %v", name, m, diags)
			}
		}
	}
}
