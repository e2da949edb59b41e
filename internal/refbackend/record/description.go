package record

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// schema is a schema of the description, as the YAML has it.
type schema = map[string]any

// description is an OpenAPI 3.0 description, as far as answers are concerned.
type description struct {
	root schema
	gets map[string]*operation // by operationId
}

// operation is a GET of the description.
type operation struct {
	id, path  string
	paged     bool // takes limit and offset
	responses schema
}

// readDescription reads an OpenAPI description in YAML.
func readDescription(text []byte) (*description, error) {
	d := &description{gets: map[string]*operation{}}
	if err := yaml.Unmarshal(text, &d.root); err != nil {
		return nil, fmt.Errorf("reading the description of the API: %w", err)
	}
	for path, item := range child(d.root, "paths") {
		get := child(asSchema(item), "get")
		id, _ := get["operationId"].(string)
		if id == "" {
			continue
		}
		op := &operation{id: id, path: path, responses: child(get, "responses")}
		parameters, _ := get["parameters"].([]any)
		for _, p := range parameters {
			op.paged = op.paged || d.resolve(asSchema(p))["name"] == "offset"
		}
		d.gets[id] = op
	}
	return d, nil
}

func asSchema(value any) schema {
	s, _ := value.(schema)
	return s
}

func child(s schema, name string) schema { return asSchema(s[name]) }

// resolve follows references inside the description; nil where one leads nowhere.
func (d *description) resolve(s schema) schema {
	for range 16 {
		reference, ok := s["$ref"].(string)
		if !ok {
			return s
		}
		s = d.root
		for part := range strings.SplitSeq(strings.TrimPrefix(reference, "#/"), "/") {
			s = child(s, part)
		}
	}
	return nil
}

// answer returns the schema of an answer with that status, and whether the status is described.
func (d *description) answer(op *operation, status int) (schema, bool) {
	for name, response := range op.responses {
		if name == strconv.Itoa(status) {
			content := child(d.resolve(asSchema(response)), "content")
			return child(child(content, "application/json"), "schema"), true
		}
	}
	return nil, false
}

// object is a schema of an object with the parts of its allOf merged in.
type object struct {
	properties map[string]schema
	required   []string
	additional schema // of any other property; nil when there must be none
	open       bool   // any other property may be there
}

func (d *description) object(s schema) object {
	o := object{properties: map[string]schema{}}
	d.addTo(&o, s)
	o.open = o.open || len(o.properties) == 0 && o.additional == nil && s["additionalProperties"] == nil
	return o
}

func (d *description) addTo(o *object, s schema) {
	s = d.resolve(s)
	for name, property := range child(s, "properties") {
		o.properties[name] = asSchema(property)
	}
	required, _ := s["required"].([]any)
	for _, name := range required {
		o.required = append(o.required, fmt.Sprint(name))
	}
	switch additional := s["additionalProperties"].(type) {
	case bool:
		o.open = o.open || additional
	case schema:
		o.additional = additional
	}
	parts, _ := s["allOf"].([]any)
	for _, part := range parts {
		d.addTo(o, asSchema(part))
	}
}

// The kinds of departure from a schema.
const (
	kindUnknownField = "unknown field"
	kindMissing      = "missing field"
	kindType         = "wrong type"
	kindEnum         = "unknown value"
	kindFormat       = "wrong format"
	kindLimit        = "out of bounds"
)

// departure is one place where an answer is not as its schema says.
type departure struct{ path, kind, detail string }

// check compares a value, decoded with json.Number for numbers, with a schema. What it says about a value never holds
// the value itself, but for one that is not in an enum.
func (d *description) check(path string, value any, s schema) []departure {
	s = d.resolve(s)
	if alternatives, ok := firstList(s, "oneOf", "anyOf"); ok {
		return d.closest(path, value, alternatives)
	}
	if value == nil {
		if s["nullable"] == true || len(s) == 0 {
			return nil
		}
		return []departure{{path, kindType, "null, the description says " + typeOf(s)}}
	}
	if fits := hasType(value, typeOf(s)); !fits {
		return []departure{{path, kindType, fmt.Sprintf("%s, the description says %s", nameOf(value), typeOf(s))}}
	}
	found := d.checkEnum(path, value, s)
	switch value := value.(type) {
	case map[string]any:
		found = append(found, d.checkObject(path, value, s)...)
	case []any:
		for i, item := range value {
			found = append(found, d.check(fmt.Sprintf("%s[%d]", path, i), item, child(s, "items"))...)
		}
		found = append(found, checkBounds(path, float64(len(value)), s, "minItems", "maxItems")...)
	case string:
		found = append(found, checkString(path, value, s)...)
	case json.Number:
		number, _ := value.Float64()
		found = append(found, checkBounds(path, number, s, "minimum", "maximum")...)
	}
	return found
}

func firstList(s schema, names ...string) ([]any, bool) {
	for _, name := range names {
		if list, ok := s[name].([]any); ok {
			return list, true
		}
	}
	return nil, false
}

// closest is what is wrong with a value by the alternative that it fits best.
func (d *description) closest(path string, value any, alternatives []any) []departure {
	var best []departure
	for i, alternative := range alternatives {
		if found := d.check(path, value, asSchema(alternative)); i == 0 || len(found) < len(best) {
			best = found
		}
	}
	return best
}

func (d *description) checkEnum(path string, value any, s schema) []departure {
	enum, ok := s["enum"].([]any)
	if !ok || slices.ContainsFunc(enum, func(allowed any) bool { return fmt.Sprint(allowed) == fmt.Sprint(value) }) {
		return nil
	}
	return []departure{{path, kindEnum, fmt.Sprintf("%q is none of %v", fmt.Sprint(value), enum)}}
}

func (d *description) checkObject(path string, value map[string]any, s schema) []departure {
	var found []departure
	o := d.object(s)
	for _, name := range o.required {
		if _, ok := value[name]; !ok {
			found = append(found, departure{join(path, name), kindMissing, "the description requires it"})
		}
	}
	for _, name := range sorted(value) {
		property, known := o.properties[name]
		switch {
		case known:
			found = append(found, d.check(join(path, name), value[name], property)...)
		case o.additional != nil:
			found = append(found, d.check(join(path, name), value[name], o.additional)...)
		case !o.open:
			found = append(found, departure{join(path, name), kindUnknownField, nameOf(value[name])})
		}
	}
	return found
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

var emailPattern = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)

// formats are those that an answer is held against; any other passes.
var formats = map[string]func(string) bool{
	"uuid":      uuidPattern.MatchString,
	"date-time": func(text string) bool { _, err := time.Parse(time.RFC3339, text); return err == nil },
	"email":     emailPattern.MatchString,
	"ipv4":      func(text string) bool { a, err := netip.ParseAddr(text); return err == nil && a.Is4() },
	"ipv6":      func(text string) bool { a, err := netip.ParseAddr(text); return err == nil && a.Is6() },
}

func checkString(path, value string, s schema) []departure {
	found := checkBounds(path, float64(utf8.RuneCountInString(value)), s, "minLength", "maxLength")
	format, _ := s["format"].(string)
	if fits, ok := formats[format]; ok && !fits(value) {
		found = append(found, departure{path, kindFormat, "not a " + format})
	}
	if pattern, ok := s["pattern"].(string); ok {
		if expression, err := regexp.Compile(pattern); err == nil && !expression.MatchString(value) {
			found = append(found, departure{path, kindFormat, "does not match " + pattern})
		}
	}
	return found
}

func checkBounds(path string, value float64, s schema, least, most string) []departure {
	if bound, ok := number(s[least]); ok && value < bound {
		return []departure{{path, kindLimit, fmt.Sprintf("below %s %v", least, bound)}}
	}
	if bound, ok := number(s[most]); ok && value > bound {
		return []departure{{path, kindLimit, fmt.Sprintf("above %s %v", most, bound)}}
	}
	return nil
}

func number(value any) (float64, bool) {
	switch value := value.(type) {
	case int:
		return float64(value), true
	case float64:
		return value, true
	}
	return 0, false
}

// typeOf is the type that a schema demands; "" for any.
func typeOf(s schema) string {
	name, _ := s["type"].(string)
	if name == "" && (s["properties"] != nil || s["allOf"] != nil) {
		return "object"
	}
	return name
}

// nameOf is the type of a value.
func nameOf(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case json.Number:
		if strings.ContainsAny(value.String(), ".eE") {
			return "number"
		}
		return "integer"
	case []any:
		return "array"
	}
	return "object"
}

func hasType(value any, want string) bool {
	got := nameOf(value)
	return want == "" || got == want || want == "number" && got == "integer"
}

// described returns a value without the fields that its schema does not know.
func (d *description) described(value any, s schema) any {
	s = d.resolve(s)
	if alternatives, ok := firstList(s, "oneOf", "anyOf"); ok {
		for _, alternative := range alternatives {
			if hasType(value, typeOf(d.resolve(asSchema(alternative)))) {
				return d.described(value, asSchema(alternative))
			}
		}
	}
	switch value := value.(type) {
	case map[string]any:
		o, kept := d.object(s), map[string]any{}
		for name, inner := range value {
			if property, ok := o.properties[name]; ok {
				kept[name] = d.described(inner, property)
			}
		}
		return kept
	case []any:
		kept := make([]any, len(value))
		for i, item := range value {
			kept[i] = d.described(item, child(s, "items"))
		}
		return kept
	}
	return value
}

// isSuccess tells statuses whose answers hold what was asked for.
func isSuccess(status int) bool {
	return status >= http.StatusOK && status < http.StatusMultipleChoices
}
