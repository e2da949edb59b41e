package input

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Fields reads a JSON object strictly. Handlers ask for each field by name and type and state what it must be;
// Err then returns the first thing that was wrong, fields that nobody asked for among them:
//
//	name := c.input.String("name").Required().Len(1, 64).Value()
//	size := c.input.Int("size").Required().Min(10).Value()
//	if err := c.input.Err(); err != nil {
//		return nil, err
//	}
//
// A null is a wrong type: no request field of the API is nullable.
type Fields struct {
	prefix string // where a nested object stands: "rules[0]."
	object jsonObject
	asked  map[string]bool
	oneOf  []string  // the fields of AtLeastOne
	parts  []*Fields // nested objects
	failed *error    // the first problem, shared with nested objects
}

// New returns the fields of an empty object.
func New() *Fields {
	return &Fields{asked: map[string]bool{}, failed: new(error)}
}

// Err returns the first problem as an *Error that names the field, or nil.
func (f *Fields) Err() error {
	if *f.failed == nil {
		f.refuseUnknown()
	}
	if f.oneOf != nil && !slices.ContainsFunc(f.oneOf, f.Has) {
		f.Fail("body", "at least one of %s is required", strings.Join(f.oneOf, ", "))
	}
	return *f.failed
}

func (f *Fields) refuseUnknown() {
	for _, name := range f.object.names {
		if !f.asked[name] {
			f.Fail(name, "unknown field")
			return
		}
	}
	for _, part := range f.parts {
		part.refuseUnknown()
	}
}

// Fail notes a problem with a field, which may be one that only the handler can see. The first one counts.
func (f *Fields) Fail(name, format string, args ...any) {
	if *f.failed == nil {
		*f.failed = refuse("%s: %s", f.prefix+name, fmt.Sprintf(format, args...))
	}
}

// Has tells whether a field was sent.
func (f *Fields) Has(name string) bool {
	_, ok := f.object.values[name]
	return ok
}

// AtLeastOne demands that one of the named fields was sent; what else is wrong comes first.
func (f *Fields) AtLeastOne(names ...string) { f.oneOf = names }

// take fetches a field of one JSON type.
func take[T any](f *Fields, name, typeName string) field[T] {
	f.asked[name] = true
	value, sent := f.object.values[name]
	if !sent {
		return field[T]{in: f, name: name}
	}
	typed, ok := value.(T)
	if !ok {
		f.Fail(name, "must be %s", typeName)
	}
	return field[T]{in: f, name: name, value: typed, sent: ok}
}

// field is one field of a body: its value if it was sent with the right type.
type field[T any] struct {
	in    *Fields
	name  string
	value T
	sent  bool
}

// Fail notes a problem with the field.
func (f field[T]) Fail(format string, args ...any) { f.in.Fail(f.name, format, args...) }

func (f field[T]) require() {
	if !f.sent {
		f.Fail("required")
	}
}

// Name is the field's name in the body.
func (f field[T]) Name() string { return f.name }

// Value returns what was sent, or the zero value.
func (f field[T]) Value() T { return f.value }

// Sent tells whether the field was sent.
func (f field[T]) Sent() bool { return f.sent }

// Or returns what was sent, or the default.
func (f field[T]) Or(byDefault T) T {
	if f.sent {
		return f.value
	}
	return byDefault
}

// Pointer returns what was sent, or nil.
func (f field[T]) Pointer() *T {
	if f.sent {
		return &f.value
	}
	return nil
}

// StringField is a field that holds a string.
type StringField struct{ field[string] }

// String asks for a string.
func (f *Fields) String(name string) StringField {
	return StringField{take[string](f, name, "a string")}
}

// Required demands the field.
func (f StringField) Required() StringField { f.require(); return f }

// Len demands a number of characters.
func (f StringField) Len(least, most int) StringField {
	if n := utf8.RuneCountInString(f.value); f.sent && (n < least || n > most) {
		f.Fail("must be %d to %d characters long", least, most)
	}
	return f
}

// OneOf demands one of a few values.
func (f StringField) OneOf(values ...string) StringField {
	if f.sent && !slices.Contains(values, f.value) {
		f.Fail("must be one of %s", strings.Join(values, ", "))
	}
	return f
}

// UUID demands a UUID, and yields it in lower case.
func (f StringField) UUID() StringField {
	if f.sent && !IsUUID(f.value) {
		f.Fail("must be a UUID")
	}
	f.value = strings.ToLower(f.value)
	return f
}

// Match demands a pattern, which the message describes.
func (f StringField) Match(pattern *regexp.Regexp, description string) StringField {
	if f.sent && !pattern.MatchString(f.value) {
		f.Fail("must be %s", description)
	}
	return f
}

// Check hands the value to a function that returns what is wrong with it, or "".
func (f StringField) Check(problem func(string) string) StringField {
	if !f.sent {
		return f
	}
	if message := problem(f.value); message != "" {
		f.Fail("%s", message)
	}
	return f
}

// Time demands a date and time as of RFC 3339, and returns it; the zero time when not sent.
func (f StringField) Time() time.Time {
	if !f.sent {
		return time.Time{}
	}
	moment, err := time.Parse(time.RFC3339, f.value)
	if err != nil {
		f.Fail("must be a date and time like 2026-01-31T12:00:00Z")
	}
	return moment.UTC()
}

// IntField is a field that holds an integer.
type IntField struct{ field[int] }

// Int asks for an integer; 2.0 is one, as in JSON Schema.
func (f *Fields) Int(name string) IntField {
	number := take[json.Number](f, name, "an integer")
	if !number.sent {
		return IntField{field[int]{in: f, name: name}}
	}
	value, ok := wholeNumber(number.value)
	if !ok {
		f.Fail(name, "must be an integer")
	}
	return IntField{field[int]{in: f, name: name, value: value, sent: ok}}
}

func wholeNumber(number json.Number) (int, bool) {
	if n, err := strconv.ParseInt(number.String(), 10, 32); err == nil {
		return int(n), true
	}
	x, err := number.Float64()
	if err != nil || x != math.Trunc(x) || math.Abs(x) > math.MaxInt32 {
		return 0, false
	}
	return int(x), true
}

// Required demands the field.
func (f IntField) Required() IntField { f.require(); return f }

// Min demands a least value.
func (f IntField) Min(least int) IntField {
	if f.sent && f.value < least {
		f.Fail("must be at least %d", least)
	}
	return f
}

// Max demands a greatest value.
func (f IntField) Max(most int) IntField {
	if f.sent && f.value > most {
		f.Fail("must be at most %d", most)
	}
	return f
}

// BoolField is a field that holds true or false.
type BoolField struct{ field[bool] }

// Bool asks for a boolean.
func (f *Fields) Bool(name string) BoolField {
	return BoolField{take[bool](f, name, "true or false")}
}

// Required demands the field.
func (f BoolField) Required() BoolField { f.require(); return f }

// StringsField is a field that holds a list of strings.
type StringsField struct{ field[[]string] }

// Strings asks for a list of strings.
func (f *Fields) Strings(name string) StringsField {
	array := take[[]any](f, name, "a list of strings")
	items := make([]string, 0, len(array.value))
	for i, item := range array.value {
		text, ok := item.(string)
		if !ok {
			f.Fail(fmt.Sprintf("%s[%d]", name, i), "must be a string")
		}
		items = append(items, text)
	}
	return StringsField{field[[]string]{in: f, name: name, value: items, sent: array.sent}}
}

// Required demands the field.
func (f StringsField) Required() StringsField { f.require(); return f }

// Count demands a number of items.
func (f StringsField) Count(least, most int) StringsField {
	if n := len(f.value); f.sent && (n < least || n > most) {
		f.Fail("must have %d to %d items", least, most)
	}
	return f
}

// Each hands every item to a function that returns what is wrong with it, or "".
func (f StringsField) Each(problem func(string) string) StringsField {
	for i, item := range f.value {
		if message := problem(item); message != "" {
			f.in.Fail(fmt.Sprintf("%s[%d]", f.name, i), "%s", message)
		}
	}
	return f
}

// EachUUID demands UUIDs, and yields them in lower case.
func (f StringsField) EachUUID() StringsField {
	for i, item := range f.value {
		f.value[i] = strings.ToLower(item)
	}
	return f.Each(func(item string) string {
		if !IsUUID(item) {
			return "must be a UUID"
		}
		return ""
	})
}

// EachLen demands a number of characters of every item.
func (f StringsField) EachLen(least, most int) StringsField {
	return f.Each(func(item string) string {
		if n := utf8.RuneCountInString(item); n < least || n > most {
			return fmt.Sprintf("must be %d to %d characters long", least, most)
		}
		return ""
	})
}

// ObjectsField is a field that holds a list of objects.
type ObjectsField struct{ field[[]*Fields] }

// Objects asks for a list of objects, to be read field by field like the body itself. Problems in them come out of
// the body's Err.
func (f *Fields) Objects(name string) ObjectsField {
	array := take[[]any](f, name, "a list of objects")
	items := make([]*Fields, 0, len(array.value))
	for i, item := range array.value {
		object, ok := item.(jsonObject)
		if !ok {
			f.Fail(fmt.Sprintf("%s[%d]", name, i), "must be an object")
			continue
		}
		part := &Fields{
			prefix: fmt.Sprintf("%s%s[%d].", f.prefix, name, i),
			object: object, asked: map[string]bool{}, failed: f.failed,
		}
		f.parts = append(f.parts, part)
		items = append(items, part)
	}
	return ObjectsField{field[[]*Fields]{in: f, name: name, value: items, sent: array.sent}}
}

// Required demands the field.
func (f ObjectsField) Required() ObjectsField { f.require(); return f }

// Count demands a number of items.
func (f ObjectsField) Count(least, most int) ObjectsField {
	if n := len(f.value); f.sent && (n < least || n > most) {
		f.Fail("must have %d to %d items", least, most)
	}
	return f
}
