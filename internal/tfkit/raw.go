package tfkit

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The framework finds a single attribute by a walk over the schema, which it copies at each step. These look into the value.

// The types that most attributes have. As constants they would be allocated at each use.
var (
	textType   tftypes.Type = tftypes.String
	flagType   tftypes.Type = tftypes.Bool
	numberType tftypes.Type = tftypes.Number
	setType    tftypes.Type = tftypes.Set{}
	listType   tftypes.Type = tftypes.List{}
	objectType tftypes.Type = tftypes.Object{}
)

// attributesOf returns the attributes of a resource's schema, and none of another one's.
func attributesOf(s any) map[string]schema.Attribute {
	of, _ := s.(schema.Schema)
	return of.Attributes
}

// attribute returns an attribute of a plan, a state or a configuration; false where there is none of that name, or no object.
func attribute(raw tftypes.Value, name string) (tftypes.Value, bool) {
	var values map[string]tftypes.Value
	if !raw.IsKnown() || raw.As(&values) != nil {
		return tftypes.Value{}, false
	}
	value, ok := values[name]
	return value, ok
}

// textOf returns an attribute that is a text; null where there is none of that name, or no object.
func textOf(raw tftypes.Value, name string) types.String {
	value, ok := attribute(raw, name)
	var text string
	switch {
	case !ok || value.IsNull() || !value.Type().Is(textType):
		return types.StringNull()
	case !value.IsKnown():
		return types.StringUnknown()
	case value.As(&text) != nil:
		return types.StringNull()
	}
	return types.StringValue(text)
}

// isSet tells whether an attribute that is a flag is true.
func isSet(raw tftypes.Value, name string) bool {
	value, ok := attribute(raw, name)
	var flag bool
	return ok && value.IsKnown() && value.As(&flag) == nil && flag
}

// comparer compares values. It keeps the room that the values are unpacked into.
type comparer struct{ a, b scratch }

// same tells whether two values of one attribute are the same. It is Equal, which walks over both values by their paths,
// for the types that most attributes have.
func (c *comparer) same(a, b tftypes.Value) bool {
	if a.Type() == nil || b.Type() == nil {
		return a.Equal(b)
	}
	switch {
	case a.IsNull() || b.IsNull():
		return a.IsNull() && b.IsNull()
	case !a.IsKnown() || !b.IsKnown():
		return !a.IsKnown() && !b.IsKnown()
	case a.Type().Is(textType) && a.As(&c.a.text) == nil && b.As(&c.b.text) == nil:
		return c.a.text == c.b.text
	case a.Type().Is(flagType) && a.As(&c.a.flag) == nil && b.As(&c.b.flag) == nil:
		return c.a.flag == c.b.flag
	case a.Type().Is(numberType) && a.As(&c.a.number) == nil && b.As(&c.b.number) == nil:
		return c.a.number.Cmp(&c.b.number) == 0
	case a.Type().Is(objectType):
		return c.sameAttributes(a, b)
	case (a.Type().Is(setType) || a.Type().Is(listType)) && c.sameElements(a, b):
		return true // otherwise the order of a set may be another one
	}
	return a.Equal(b)
}

// sameAttributes compares two objects.
func (c *comparer) sameAttributes(a, b tftypes.Value) bool {
	var x, y map[string]tftypes.Value
	if a.As(&x) != nil || b.As(&y) != nil {
		return a.Equal(b)
	}
	return maps.EqualFunc(x, y, c.same)
}

// sameElements tells whether two sets or lists of the same type have the same elements in the same order.
func (c *comparer) sameElements(a, b tftypes.Value) bool {
	var x, y []tftypes.Value
	if !b.Type().Equal(a.Type()) || a.As(&x) != nil || b.As(&y) != nil {
		return false
	}
	return slices.EqualFunc(x, y, c.same)
}
