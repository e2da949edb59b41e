package refbackend

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxBody is the largest body that is read.
const maxBody = 1 << 20

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

func isUUID(s string) bool { return uuidPattern.MatchString(s) }

func isInteger(s string) bool {
	_, err := strconv.ParseInt(s, 10, 32)
	return err == nil
}

// readBody reads a body up to the limit.
func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, badRequest("body: could not be read")
	}
	if len(raw) > maxBody {
		return nil, badRequest("body: larger than %d bytes", maxBody)
	}
	return bytes.TrimSpace(raw), nil
}

// checkContentType accepts JSON in UTF-8, and a body that does not say what it is.
func checkContentType(h http.Header) error {
	sent := h.Get("Content-Type")
	if sent == "" {
		return nil
	}
	if media, _, err := mime.ParseMediaType(sent); err != nil || media != "application/json" {
		return badRequest("Content-Type: must be application/json")
	}
	return nil
}

// fields reads a JSON object strictly. Handlers ask for each field by name and type and state what it must be;
// Err then returns the first thing that was wrong, fields that nobody asked for among them:
//
//	name := c.input.String("name").Required().Len(1, 64).Value()
//	size := c.input.Int("size").Required().Min(10).Value()
//	if err := c.input.Err(); err != nil {
//		return nil, err
//	}
//
// A null is a wrong type: no request field of the API is nullable.
type fields struct {
	prefix string // where a nested object stands: "rules[0]."
	object jsonObject
	asked  map[string]bool
	oneOf  []string  // the fields of AtLeastOne
	parts  []*fields // nested objects
	failed *error    // the first problem, shared with nested objects
}

// jsonObject is a decoded object with its names in the order sent.
type jsonObject struct {
	names  []string
	values map[string]any
}

func newFields() *fields {
	return &fields{asked: map[string]bool{}, failed: new(error)}
}

// parseFields decodes a body that must be one JSON object.
func parseFields(raw []byte) (*fields, error) {
	if !utf8.Valid(raw) {
		return nil, badRequest("body: not valid UTF-8")
	}
	if !json.Valid(raw) {
		return nil, badRequest("body: not valid JSON")
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	value, err := decodeValue(decoder, "")
	if err != nil {
		return nil, err
	}
	object, ok := value.(jsonObject)
	if !ok {
		return nil, badRequest("body: must be a JSON object")
	}
	f := newFields()
	f.object = object
	return f, nil
}

// decodeValue reads one value of input that is known to be valid JSON, and refuses names that appear twice.
func decodeValue(d *json.Decoder, path string) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, badRequest("body: not valid JSON")
	}
	switch token {
	case json.Delim('{'):
		return decodeObject(d, path)
	case json.Delim('['):
		return decodeArray(d, path)
	}
	return token, nil
}

func decodeObject(d *json.Decoder, path string) (any, error) {
	object := jsonObject{values: map[string]any{}}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, badRequest("body: not valid JSON")
		}
		name, _ := token.(string)
		if _, twice := object.values[name]; twice {
			return nil, badRequest("%s: given more than once", path+name)
		}
		value, err := decodeValue(d, path+name+".")
		if err != nil {
			return nil, err
		}
		object.names = append(object.names, name)
		object.values[name] = value
	}
	_, _ = d.Token() // the closing brace
	return object, nil
}

func decodeArray(d *json.Decoder, path string) (any, error) {
	array := []any{}
	for d.More() {
		value, err := decodeValue(d, path)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, _ = d.Token() // the closing bracket
	return array, nil
}

// Err returns the first problem as a 400 that names the field, or nil.
func (f *fields) Err() error {
	if *f.failed == nil {
		f.refuseUnknown()
	}
	if f.oneOf != nil && !slices.ContainsFunc(f.oneOf, f.Has) {
		f.fail("body", "at least one of %s is required", strings.Join(f.oneOf, ", "))
	}
	return *f.failed
}

func (f *fields) refuseUnknown() {
	for _, name := range f.object.names {
		if !f.asked[name] {
			f.fail(name, "unknown field")
			return
		}
	}
	for _, part := range f.parts {
		part.refuseUnknown()
	}
}

// Fail records a problem with a field that only the handler can see.
func (f *fields) Fail(name, format string, args ...any) { f.fail(name, format, args...) }

func (f *fields) fail(name, format string, args ...any) {
	if *f.failed == nil {
		*f.failed = badRequest("%s: %s", f.prefix+name, fmt.Sprintf(format, args...))
	}
}

// Has tells whether a field was sent.
func (f *fields) Has(name string) bool {
	_, ok := f.object.values[name]
	return ok
}

// AtLeastOne demands that one of the named fields was sent; what else is wrong comes first.
func (f *fields) AtLeastOne(names ...string) { f.oneOf = names }

// take fetches a field of one JSON type.
func take[T any](f *fields, name, typeName string) field[T] {
	f.asked[name] = true
	value, sent := f.object.values[name]
	if !sent {
		return field[T]{in: f, name: name}
	}
	typed, ok := value.(T)
	if !ok {
		f.fail(name, "must be %s", typeName)
	}
	return field[T]{in: f, name: name, value: typed, sent: ok}
}

// field is one field of a body: its value if it was sent with the right type.
type field[T any] struct {
	in    *fields
	name  string
	value T
	sent  bool
}

func (f field[T]) fail(format string, args ...any) { f.in.fail(f.name, format, args...) }

func (f field[T]) require() {
	if !f.sent {
		f.fail("required")
	}
}

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

// stringField is a field that holds a string.
type stringField struct{ field[string] }

// String asks for a string.
func (f *fields) String(name string) stringField {
	return stringField{take[string](f, name, "a string")}
}

// Required demands the field.
func (f stringField) Required() stringField { f.require(); return f }

// Len demands a number of characters.
func (f stringField) Len(least, most int) stringField {
	if n := utf8.RuneCountInString(f.value); f.sent && (n < least || n > most) {
		f.fail("must be %d to %d characters long", least, most)
	}
	return f
}

// OneOf demands one of a few values.
func (f stringField) OneOf(values ...string) stringField {
	if f.sent && !slices.Contains(values, f.value) {
		f.fail("must be one of %s", strings.Join(values, ", "))
	}
	return f
}

// UUID demands a UUID, and yields it in lower case.
func (f stringField) UUID() stringField {
	if f.sent && !isUUID(f.value) {
		f.fail("must be a UUID")
	}
	f.value = strings.ToLower(f.value)
	return f
}

// Match demands a pattern, which the message describes.
func (f stringField) Match(pattern *regexp.Regexp, description string) stringField {
	if f.sent && !pattern.MatchString(f.value) {
		f.fail("must be %s", description)
	}
	return f
}

// Check hands the value to a function that returns what is wrong with it, or "".
func (f stringField) Check(problem func(string) string) stringField {
	if !f.sent {
		return f
	}
	if message := problem(f.value); message != "" {
		f.fail("%s", message)
	}
	return f
}

// Time demands a date and time as of RFC 3339, and returns it; the zero time when not sent.
func (f stringField) Time() time.Time {
	if !f.sent {
		return time.Time{}
	}
	moment, err := time.Parse(time.RFC3339, f.value)
	if err != nil {
		f.fail("must be a date and time like 2026-01-31T12:00:00Z")
	}
	return moment.UTC()
}

// intField is a field that holds an integer.
type intField struct{ field[int] }

// Int asks for an integer; 2.0 is one, as in JSON Schema.
func (f *fields) Int(name string) intField {
	number := take[json.Number](f, name, "an integer")
	if !number.sent {
		return intField{field[int]{in: f, name: name}}
	}
	value, ok := wholeNumber(number.value)
	if !ok {
		f.fail(name, "must be an integer")
	}
	return intField{field[int]{in: f, name: name, value: value, sent: ok}}
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
func (f intField) Required() intField { f.require(); return f }

// Min demands a least value.
func (f intField) Min(least int) intField {
	if f.sent && f.value < least {
		f.fail("must be at least %d", least)
	}
	return f
}

// Max demands a greatest value.
func (f intField) Max(most int) intField {
	if f.sent && f.value > most {
		f.fail("must be at most %d", most)
	}
	return f
}

// boolField is a field that holds true or false.
type boolField struct{ field[bool] }

// Bool asks for a boolean.
func (f *fields) Bool(name string) boolField {
	return boolField{take[bool](f, name, "true or false")}
}

// Required demands the field.
func (f boolField) Required() boolField { f.require(); return f }

// stringsField is a field that holds a list of strings.
type stringsField struct{ field[[]string] }

// Strings asks for a list of strings.
func (f *fields) Strings(name string) stringsField {
	array := take[[]any](f, name, "a list of strings")
	items := make([]string, 0, len(array.value))
	for i, item := range array.value {
		text, ok := item.(string)
		if !ok {
			f.fail(fmt.Sprintf("%s[%d]", name, i), "must be a string")
		}
		items = append(items, text)
	}
	return stringsField{field[[]string]{in: f, name: name, value: items, sent: array.sent}}
}

// Required demands the field.
func (f stringsField) Required() stringsField { f.require(); return f }

// Count demands a number of items.
func (f stringsField) Count(least, most int) stringsField {
	if n := len(f.value); f.sent && (n < least || n > most) {
		f.fail("must have %d to %d items", least, most)
	}
	return f
}

// Each hands every item to a function that returns what is wrong with it, or "".
func (f stringsField) Each(problem func(string) string) stringsField {
	for i, item := range f.value {
		if message := problem(item); message != "" {
			f.in.fail(fmt.Sprintf("%s[%d]", f.name, i), "%s", message)
		}
	}
	return f
}

// EachUUID demands UUIDs, and yields them in lower case.
func (f stringsField) EachUUID() stringsField {
	for i, item := range f.value {
		f.value[i] = strings.ToLower(item)
	}
	return f.Each(func(item string) string {
		if !isUUID(item) {
			return "must be a UUID"
		}
		return ""
	})
}

// EachLen demands a number of characters of every item.
func (f stringsField) EachLen(least, most int) stringsField {
	return f.Each(func(item string) string {
		if n := utf8.RuneCountInString(item); n < least || n > most {
			return fmt.Sprintf("must be %d to %d characters long", least, most)
		}
		return ""
	})
}

// objectsField is a field that holds a list of objects.
type objectsField struct{ field[[]*fields] }

// Objects asks for a list of objects, to be read field by field like the body itself. Problems in them come out of
// the body's Err.
func (f *fields) Objects(name string) objectsField {
	array := take[[]any](f, name, "a list of objects")
	items := make([]*fields, 0, len(array.value))
	for i, item := range array.value {
		object, ok := item.(jsonObject)
		if !ok {
			f.fail(fmt.Sprintf("%s[%d]", name, i), "must be an object")
			continue
		}
		part := &fields{
			prefix: fmt.Sprintf("%s%s[%d].", f.prefix, name, i),
			object: object, asked: map[string]bool{}, failed: f.failed,
		}
		f.parts = append(f.parts, part)
		items = append(items, part)
	}
	return objectsField{field[[]*fields]{in: f, name: name, value: items, sent: array.sent}}
}

// Required demands the field.
func (f objectsField) Required() objectsField { f.require(); return f }

// Count demands a number of items.
func (f objectsField) Count(least, most int) objectsField {
	if n := len(f.value); f.sent && (n < least || n > most) {
		f.fail("must have %d to %d items", least, most)
	}
	return f
}
