package tfkit

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"
)

// values of each type that an attribute can have.
func values() map[string][]tftypes.Value {
	set, list := tftypes.Set{ElementType: tftypes.String}, tftypes.List{ElementType: tftypes.String}
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"a": tftypes.String, "b": tftypes.String}}
	a, b := tftypes.NewValue(tftypes.String, "a"), tftypes.NewValue(tftypes.String, "b")
	all := map[string][]tftypes.Value{
		"text":   {a, b, tftypes.NewValue(tftypes.String, "")},
		"flag":   {tftypes.NewValue(tftypes.Bool, true), tftypes.NewValue(tftypes.Bool, false)},
		"number": {tftypes.NewValue(tftypes.Number, 0), tftypes.NewValue(tftypes.Number, 1), tftypes.NewValue(tftypes.Number, 1.5)},
		"set":    {tftypes.NewValue(set, []tftypes.Value{a}), tftypes.NewValue(set, []tftypes.Value{a, b}), tftypes.NewValue(set, []tftypes.Value{b, a})},
		"list": {
			tftypes.NewValue(list, []tftypes.Value{a, b}), tftypes.NewValue(list, []tftypes.Value{b, a}), tftypes.NewValue(list, []tftypes.Value{}),
		},
		"object": {
			tftypes.NewValue(object, map[string]tftypes.Value{"a": a, "b": b}), tftypes.NewValue(object, map[string]tftypes.Value{"a": a, "b": a}),
			tftypes.NewValue(object, map[string]tftypes.Value{"a": a, "b": tftypes.NewValue(tftypes.String, nil)}),
		},
	}
	for name, of := range all {
		typ := of[0].Type()
		all[name] = append(of, tftypes.NewValue(typ, nil), tftypes.NewValue(typ, tftypes.UnknownValue))
	}
	return all
}

func TestSame(t *testing.T) {
	var c comparer
	for name, of := range values() {
		for _, a := range of {
			for _, b := range of {
				if got := c.same(a, b); got != a.Equal(b) {
					t.Errorf("%s: same(%s, %s) is %v", name, a, b, got)
				}
			}
			if c.same(a, tftypes.Value{}) {
				t.Errorf("%s: %s is the same as nothing", name, a)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		draw := rapid.SampledFrom([]int64{0, 1, -1, 1 << 53, 1<<53 + 1, 1<<63 - 1})
		a, b := tftypes.NewValue(tftypes.Number, draw.Draw(t, "a")), tftypes.NewValue(tftypes.Number, draw.Draw(t, "b"))
		if got := c.same(a, b); got != a.Equal(b) {
			t.Fatalf("same(%s, %s) is %v", a, b, got)
		}
	})
}

func TestAttribute(t *testing.T) {
	for name, of := range values() {
		typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"x": of[0].Type()}}
		for _, value := range of {
			raw := tftypes.NewValue(typ, map[string]tftypes.Value{"x": value})
			text, flag := types.StringNull(), false
			switch {
			case name == "text" && !value.IsKnown():
				text = types.StringUnknown()
			case name == "text" && !value.IsNull():
				var known string
				if err := value.As(&known); err != nil {
					t.Fatal(err)
				}
				text = types.StringValue(known)
			case name == "flag" && value.Equal(tftypes.NewValue(tftypes.Bool, true)):
				flag = true
			}
			if got := textOf(raw, "x"); !got.Equal(text) {
				t.Errorf("%s %s: the text is %s", name, value, got)
			}
			if got := isSet(raw, "x"); got != flag {
				t.Errorf("%s %s: the flag is %v", name, value, got)
			}
			if got := textOf(raw, "y"); !got.IsNull() || isSet(raw, "y") {
				t.Errorf("%s: another attribute is %s", name, got)
			}
		}
		for _, none := range []tftypes.Value{tftypes.NewValue(typ, nil), tftypes.NewValue(typ, tftypes.UnknownValue), {}} {
			if got := textOf(none, "x"); !got.IsNull() || isSet(none, "x") {
				t.Errorf("%s: an attribute of nothing is %s", name, got)
			}
		}
	}
}
