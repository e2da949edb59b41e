package effects

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func num(text string) json.Number { return json.Number(text) }

// The two ways to an object come to the same.
func TestObject(t *testing.T) {
	set := tftypes.Set{ElementType: tftypes.String}
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"name": tftypes.String, "size": tftypes.Number, "on": tftypes.Bool, "tags": set, "later": tftypes.String, "none": tftypes.String,
	}}
	value := tftypes.NewValue(typ, map[string]tftypes.Value{
		"name": tftypes.NewValue(tftypes.String, "web"), "size": tftypes.NewValue(tftypes.Number, 50), "on": tftypes.NewValue(tftypes.Bool, true),
		"tags":  tftypes.NewValue(set, []tftypes.Value{tftypes.NewValue(tftypes.String, "a"), tftypes.NewValue(tftypes.String, "b")}),
		"later": tftypes.NewValue(tftypes.String, tftypes.UnknownValue), "none": tftypes.NewValue(tftypes.String, nil),
	})
	for what, o := range map[string]Object{
		"value": FromValue(value),
		"JSON": FromJSON(attributes{"name": "web", "size": num("50"), "on": true, "tags": []any{"b", "a"}, "none": nil},
			attributes{"later": true, "tags": []any{false, false}}),
	} {
		if !o.Exists() || o.Text("name") != "web" || o.Integer("size") != 50 || !o.Bool("on") || o.Len("tags") != 2 || len(o.Texts("tags")) != 2 ||
			!o.Unknown("later") || o.Null("later") || !o.Null("none") || o.Unknown("tags") || o.Text("later") != "" {
			t.Errorf("%s: %+v", what, o)
		}
	}
	if FromValue(tftypes.NewValue(typ, nil)).Exists() || (Object{}).Exists() || !(Object{}).With("id", "1").Exists() {
		t.Error("there is an object where there is none, or none where there is one")
	}
}

// A set in another order, a first value and one that is to come are no changes.
func TestChange_changes(t *testing.T) {
	c := Change{
		Before: FromJSON(attributes{"set": []any{"a", "b"}, "first": nil, "later": "x", "gone": "x", "other": num("1")}, nil),
		After:  FromJSON(attributes{"set": []any{"b", "a"}, "first": "x", "gone": nil, "other": num("2")}, attributes{"later": true}),
	}
	for name, want := range map[string]bool{"set": false, "first": false, "later": false, "gone": false, "other": true} {
		if got := c.changes(name); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
