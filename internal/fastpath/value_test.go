package fastpath

import (
	"encoding/json"
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"
)

var attributeTypes = []tftypes.Type{
	tftypes.String, tftypes.Bool, tftypes.Number,
	tftypes.Set{ElementType: tftypes.String},
	tftypes.List{ElementType: tftypes.Number},
	tftypes.Map{ElementType: tftypes.Bool},
	tftypes.Set{ElementType: tftypes.Object{AttributeTypes: map[string]tftypes.Type{"a": tftypes.String, "b": tftypes.Number}}},
	tftypes.Object{AttributeTypes: map[string]tftypes.Type{"a": tftypes.Set{ElementType: tftypes.Bool}}},
}

// values draws from so few that equal ones are common.
func values(typ tftypes.Type) *rapid.Generator[tftypes.Value] {
	return rapid.Custom(func(t *rapid.T) tftypes.Value {
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			return tftypes.NewValue(typ, nil)
		case 1:
			return tftypes.NewValue(typ, tftypes.UnknownValue)
		}
		few := rapid.IntRange(0, 1).Draw(t, "value")
		switch typ := typ.(type) {
		case tftypes.Set:
			return tftypes.NewValue(typ, rapid.SliceOfN(values(typ.ElementType), 0, 2).Draw(t, "elements"))
		case tftypes.List:
			return tftypes.NewValue(typ, rapid.SliceOfN(values(typ.ElementType), 0, 2).Draw(t, "elements"))
		case tftypes.Map:
			return tftypes.NewValue(typ, map[string]tftypes.Value{"ab"[few : few+1]: values(typ.ElementType).Draw(t, "element")})
		case tftypes.Object:
			attributes := map[string]tftypes.Value{}
			for name, of := range typ.AttributeTypes {
				attributes[name] = values(of).Draw(t, name)
			}
			return tftypes.NewValue(typ, attributes)
		}
		switch {
		case typ.Is(tftypes.String):
			return tftypes.NewValue(typ, "ab"[few:few+1])
		case typ.Is(tftypes.Bool):
			return tftypes.NewValue(typ, few == 0)
		}
		return tftypes.NewValue(typ, big.NewFloat(float64(few)))
	})
}

// Two values are the same exactly where tftypes says so, but for sets: in a set of tftypes, the order counts where unknown
// elements are in it.
func TestSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom(attributeTypes).Draw(t, "type")
		a, b := values(typ).Draw(t, "a"), values(typ).Draw(t, "b")
		if got, want := same(a, b), a.Equal(b); got != want && (got || !hasUnknownInSet(a) && !hasUnknownInSet(b)) {
			t.Fatalf("%s and %s: got %t, want %t", a, b, got, want)
		}
		if !same(a, a) {
			t.Fatalf("%s is not the same as itself", a)
		}
	})
}

func hasUnknownInSet(v tftypes.Value) bool { return !v.IsFullyKnown() }

// Elements of a set come in any order, and each counts once.
func TestSame_sets(t *testing.T) {
	set := func(elements ...string) tftypes.Value {
		of := make([]tftypes.Value, len(elements))
		for i, element := range elements {
			of[i] = tftypes.NewValue(tftypes.String, element)
		}
		return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, of)
	}
	for _, test := range []struct {
		a, b tftypes.Value
		want bool
	}{
		{set("a", "b", "c"), set("c", "a", "b"), true},
		{set("a", "b"), set("a"), false},
		{set("a", "a", "b"), set("a", "b", "b"), false},
		{set(), set(), true},
		{set("a", "b"), set("a", "c"), false},
	} {
		if got := same(test.a, test.b); got != test.want {
			t.Errorf("%s and %s: got %t", test.a, test.b, got)
		}
	}
}

func TestFits(t *testing.T) {
	for _, test := range []struct {
		typ  tftypes.Type
		text string
		want bool
	}{
		{tftypes.String, `"x"`, true},
		{tftypes.String, `7`, false},
		{tftypes.Number, `-7.5`, true},
		{tftypes.Number, `"7"`, false},
		{tftypes.Bool, `true`, true},
		{tftypes.Bool, `"true"`, false},
		{tftypes.Set{ElementType: tftypes.String}, `["x","y"]`, true},
		{tftypes.Set{ElementType: tftypes.String}, `[]`, true},
		{tftypes.Set{ElementType: tftypes.String}, `["x",null]`, false},
		{tftypes.Set{ElementType: tftypes.String}, `[7]`, false},
		{tftypes.Set{ElementType: tftypes.String}, `{}`, false},
		{tftypes.Set{ElementType: tftypes.Number}, `[7]`, false},
		{tftypes.Object{AttributeTypes: map[string]tftypes.Type{"a": tftypes.String}}, `{"a":"x"}`, false},
	} {
		if got := fits(test.typ, json.RawMessage(test.text)); got != test.want {
			t.Errorf("%s as %s: got %t", test.text, test.typ, got)
		}
	}
}
