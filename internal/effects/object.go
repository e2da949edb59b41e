package effects

import (
	"encoding/json"
	"maps"
	"math/big"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Object has the attributes of an object. The zero value has none.
type Object struct {
	values  map[string]any // texts, json.Number, bool, []any, map[string]any; nil for null
	unknown map[string]bool
	raw     map[string]tftypes.Value // in place of both, where it is of the protocol: few attributes are ever looked at
}

// FromJSON returns the object of a plan in JSON: its values, decoded with UseNumber, and which of them are known only after the apply.
func FromJSON(values, unknown map[string]any) Object {
	o := Object{values: values, unknown: map[string]bool{}}
	for name, u := range unknown {
		o.unknown[name] = holds(u)
	}
	return o
}

// holds tells whether a part of `after_unknown` marks anything.
func holds(u any) bool {
	switch u := u.(type) {
	case bool:
		return u
	case []any:
		for _, part := range u {
			if holds(part) {
				return true
			}
		}
	case map[string]any:
		for _, part := range u {
			if holds(part) {
				return true
			}
		}
	}
	return false
}

// FromValue returns the object of a state or a plan in Terraform's protocol.
func FromValue(v tftypes.Value) Object {
	var attributes map[string]tftypes.Value
	if v.IsNull() || !v.IsKnown() || v.As(&attributes) != nil {
		return Object{}
	}
	return Object{raw: attributes}
}

// value is that of an attribute, as JSON has it; nil where it is null or not known.
func (o Object) value(name string) any {
	if v, ok := o.raw[name]; ok {
		return plain(v)
	}
	return o.values[name]
}

// plain is a value as JSON has it; nil for one that is null or not known.
func plain(v tftypes.Value) any {
	if v.IsNull() || !v.IsKnown() {
		return nil
	}
	switch t := v.Type(); {
	case t.Is(tftypes.String):
		var s string
		_ = v.As(&s)
		return s
	case t.Is(tftypes.Bool):
		var b bool
		_ = v.As(&b)
		return b
	case t.Is(tftypes.Number):
		var n big.Float
		_ = v.As(&n)
		return json.Number(n.Text('f', -1))
	case t.Is(tftypes.Map{}), t.Is(tftypes.Object{}):
		var parts map[string]tftypes.Value
		_ = v.As(&parts)
		all := make(map[string]any, len(parts))
		for name, part := range parts {
			all[name] = plain(part)
		}
		return all
	default:
		var parts []tftypes.Value
		_ = v.As(&parts)
		all := make([]any, len(parts))
		for i, part := range parts {
			all[i] = plain(part)
		}
		return all
	}
}

// With returns the object with another value of an attribute: a text.
func (o Object) With(name, value string) Object {
	with := Object{values: maps.Clone(o.values), unknown: maps.Clone(o.unknown), raw: maps.Clone(o.raw)}
	if with.values == nil {
		with.values = map[string]any{}
	}
	delete(with.raw, name)
	delete(with.unknown, name)
	with.values[name] = value
	return with
}

// Exists tells whether there is an object at all.
func (o Object) Exists() bool { return o.values != nil || o.raw != nil }

// Unknown tells whether an attribute is known only after the apply, in whole or in part.
func (o Object) Unknown(name string) bool {
	if v, ok := o.raw[name]; ok {
		return !v.IsFullyKnown()
	}
	return o.unknown[name]
}

// Null tells whether an attribute is known to have no value.
func (o Object) Null(name string) bool { return o.value(name) == nil && !o.Unknown(name) }

// Text returns an attribute that is a text; empty where it is null or not known.
func (o Object) Text(name string) string {
	s, _ := o.value(name).(string)
	return s
}

// Integer returns an attribute that is an integer; 0 where it is null or not known.
func (o Object) Integer(name string) int64 {
	n, _ := o.value(name).(json.Number)
	i, _ := n.Int64()
	return i
}

// Bool returns an attribute that is true or false; false where it is null or not known.
func (o Object) Bool(name string) bool {
	b, _ := o.value(name).(bool)
	return b
}

// Texts returns the texts of an attribute that is a list or a set of them; nothing where it is null or not known.
func (o Object) Texts(name string) []string {
	parts, _ := o.value(name).([]any)
	var all []string
	for _, part := range parts {
		if s, ok := part.(string); ok {
			all = append(all, s)
		}
	}
	return all
}

// Len is the number of elements of a list or a set; 0 where it is null or not known.
func (o Object) Len(name string) int {
	parts, _ := o.value(name).([]any)
	return len(parts)
}

// changes tells whether an attribute had a value and gets another one that is known. A value that is given for the first
// time, as after an import, is none.
func (c Change) changes(name string) bool {
	before, after := c.Before.value(name), c.After.value(name)
	return before != nil && after != nil && !same(before, after) && !c.Before.Unknown(name) && !c.After.Unknown(name)
}

// ends tells whether the object is destroyed, by itself or to be replaced.
func (c Change) ends() bool { return c.Action == Delete || c.Action == Replace }

// same compares values, sets without regard to their order.
func same(a, b any) bool {
	as, ok := a.([]any)
	bs, both := b.([]any)
	if !ok || !both {
		return reflect.DeepEqual(a, b)
	}
	if len(as) != len(bs) {
		return false
	}
	for _, part := range as {
		if !slices.ContainsFunc(bs, func(other any) bool { return reflect.DeepEqual(part, other) }) {
			return false
		}
	}
	return true
}
