package fastpath

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// decode returns an object that a call came with, and its attributes; false where there is none.
func (k *kind) decode(from *tfprotov6.DynamicValue) (tftypes.Value, map[string]tftypes.Value, bool) {
	if from == nil {
		return tftypes.Value{}, nil, false
	}
	value, err := from.Unmarshal(k.typ)
	var attributes map[string]tftypes.Value
	if err != nil || value.IsNull() || !value.IsKnown() || value.As(&attributes) != nil {
		return tftypes.Value{}, nil, false
	}
	return value, attributes, true
}

// copied returns an object that can be changed without the other one.
func (k *kind) copied(attributes map[string]tftypes.Value) tftypes.Value {
	return tftypes.NewValue(k.typ, maps.Clone(attributes))
}

// same tells whether two values of a type are equal, as tftypes.Value.Equal does, without paths.
func same(a, b tftypes.Value) bool {
	switch {
	case !a.IsKnown() || !b.IsKnown():
		return a.IsKnown() == b.IsKnown()
	case a.IsNull() || b.IsNull():
		return a.IsNull() == b.IsNull()
	}
	switch typ := a.Type().(type) {
	case tftypes.Object, tftypes.Map:
		var of, other map[string]tftypes.Value
		return a.As(&of) == nil && b.As(&other) == nil && maps.EqualFunc(of, other, same)
	case tftypes.Set:
		var of, other []tftypes.Value
		return a.As(&of) == nil && b.As(&other) == nil && sameElements(of, other)
	case tftypes.List, tftypes.Tuple:
		var of, other []tftypes.Value
		if a.As(&of) != nil || b.As(&other) != nil || len(of) != len(other) {
			return false
		}
		for i := range of {
			if !same(of[i], other[i]) {
				return false
			}
		}
		return true
	default:
		return samePrimitive(typ, a, b)
	}
}

func samePrimitive(typ tftypes.Type, a, b tftypes.Value) bool {
	switch {
	case typ.Is(tftypes.String):
		var of, other string
		return a.As(&of) == nil && b.As(&other) == nil && of == other
	case typ.Is(tftypes.Bool):
		var of, other bool
		return a.As(&of) == nil && b.As(&other) == nil && of == other
	case typ.Is(tftypes.Number):
		var of, other big.Float
		return a.As(&of) == nil && b.As(&other) == nil && of.Cmp(&other) == 0
	}
	return a.Equal(b)
}

// sameElements tells whether two sets have the same elements, in whatever order they came.
func sameElements(a, b []tftypes.Value) bool {
	if len(a) != len(b) {
		return false
	}
	taken := make([]bool, len(b))
	for i, element := range a {
		found := same(element, b[i]) && !taken[i]
		at := i
		for j := 0; !found && j < len(b); j++ {
			at, found = j, !taken[j] && same(element, b[j])
		}
		if !found {
			return false
		}
		taken[at] = true
	}
	return true
}

// isNull tells whether a JSON text is null.
func isNull(text json.RawMessage) bool { return bytes.Equal(text, []byte("null")) }
