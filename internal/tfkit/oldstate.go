package tfkit

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// OldState is a state of the SDKv2 provider on its way to today's words: attributes by name. Those that are missing are null,
// and so are empty texts and sets, since that provider writes one where the API says nothing. Only a description is never
// null, as today's are not, and nothing is protected.
type OldState struct {
	values  map[string]tftypes.Value
	types   map[string]tftypes.Type // of today
	problem string
}

// tidy makes empty texts and sets null, has each element of a set in it once, and settles what all resources have alike.
func (s *OldState) tidy() {
	for name, value := range s.values {
		switch {
		case value.Type().Is(textType) && TextIn(value) == "":
			s.Clear(name)
		case value.Type().Is(setType):
			s.tidySet(name, value)
		}
	}
	for name, none := range map[string]any{"description": "", protection: false} {
		if _, ok := s.types[name]; ok {
			s.Default(name, none)
		}
	}
}

func (s *OldState) tidySet(name string, value tftypes.Value) {
	var elements []tftypes.Value
	if value.As(&elements) != nil || len(elements) == 0 {
		s.Clear(name)
		return
	}
	s.SetElements(name, elements...)
}

// Text returns a text; empty where it is null.
func (s *OldState) Text(name string) string { return TextIn(s.values[name]) }

// Elements returns the elements of a list or a set, each of them the attributes of an object.
func (s *OldState) Elements(name string) []map[string]tftypes.Value {
	var elements []tftypes.Value
	if value, ok := s.values[name]; !ok || value.As(&elements) != nil {
		return nil
	}
	var objects []map[string]tftypes.Value
	for _, element := range elements {
		var object map[string]tftypes.Value
		if element.As(&object) == nil && object != nil {
			objects = append(objects, object)
		}
	}
	return objects
}

// Has tells whether an attribute is not null.
func (s *OldState) Has(name string) bool {
	value, ok := s.values[name]
	return ok && !value.IsNull()
}

// Set gives an attribute of today's schema a value: a text, a flag or a number.
func (s *OldState) Set(name string, value any) {
	s.values[name] = tftypes.NewValue(s.types[name], value)
}

// SetElements gives an attribute of today's schema, a set, its elements. They may be the same.
func (s *OldState) SetElements(name string, elements ...tftypes.Value) {
	s.values[name] = tftypes.NewValue(s.types[name], distinct(elements))
}

// Copy gives an attribute of today's schema the value of another one of the same type.
func (s *OldState) Copy(to, from string) {
	if s.Has(from) {
		s.values[to] = s.values[from]
	}
}

// Clear makes attributes null: the next refresh fills them in.
func (s *OldState) Clear(names ...string) {
	for _, name := range names {
		delete(s.values, name)
	}
}

// Default gives an attribute of today's schema that is null a value, as Set does.
func (s *OldState) Default(name string, value any) {
	if !s.Has(name) {
		s.Set(name, value)
	}
}

// Refuse has the upgrade end with an error that says what is wrong with the state: "the id has too many parts".
func (s *OldState) Refuse(problem string) { s.problem = problem }

// value is the state in today's schema.
func (s *OldState) value(today tftypes.Object) tftypes.Value {
	values := make(map[string]tftypes.Value, len(today.AttributeTypes))
	for name, typ := range today.AttributeTypes {
		value, ok := s.values[name]
		if !ok {
			value = tftypes.NewValue(typ, nil)
		}
		values[name] = value
	}
	return tftypes.NewValue(today, values)
}

// TextIn returns the text of a value; empty where it is null, or no text.
func TextIn(value tftypes.Value) string {
	var text string
	if value.Type() == nil || !value.Type().Is(textType) || !value.IsKnown() || value.IsNull() || value.As(&text) != nil {
		return ""
	}
	return text
}

// distinct are the elements that are not null, each of them once.
func distinct(elements []tftypes.Value) []tftypes.Value {
	kept := []tftypes.Value{}
	var same comparer
	for _, element := range elements {
		known := func(other tftypes.Value) bool { return same.same(element, other) }
		if !element.IsNull() && !slices.ContainsFunc(kept, known) {
			kept = append(kept, element)
		}
	}
	return kept
}
