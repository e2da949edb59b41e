package refbackend

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// badMessage is a request that breaks the description in one place.
type badMessage struct {
	message
	what   string // for people
	field  string // what a refusal has to name; "" when there is nothing to name
	status int    // of the refusal; 0 for any
	own    bool   // no fault by the library's judgement, but by ours
}

// badMessages breaks a good request in every way that the description forbids: every required field left out, and
// every type, format, enum, bound and pattern of the body, the path, the query and the header broken in turn.
func badMessages(t testing.TB, o *describedOperation, good message) []badMessage {
	t.Helper()
	var all []badMessage
	all = append(all, badPaths(o, good)...)
	all = append(all, badQueries(o, good)...)
	all = append(all, badHeaders(o, good)...)
	return append(all, badBodies(t, o, good)...)
}

func badPaths(o *describedOperation, good message) []badMessage {
	var all []badMessage
	for _, p := range o.takes("path") {
		for _, value := range brokenTexts(p.Schema.Value) {
			if value == "" {
				continue // another path
			}
			bad := good
			bad.path = maps.Clone(good.path)
			bad.path[p.Name] = value
			all = append(all, badMessage{message: bad, what: fmt.Sprintf("path %s=%q", p.Name, value), field: p.Name, status: 400})
		}
	}
	return all
}

func badQueries(o *describedOperation, good message) []badMessage {
	var all []badMessage
	add := func(name, value string, own bool) {
		bad := good
		bad.query = maps.Clone(good.query)
		if bad.query == nil {
			bad.query = url.Values{}
		}
		bad.query.Set(name, value)
		all = append(all, badMessage{message: bad, what: fmt.Sprintf("query %s=%q", name, value), field: name, status: 400, own: own})
	}
	for _, p := range o.takes("query") {
		for _, value := range brokenTexts(p.Schema.Value) {
			add(p.Name, value, value == "")
		}
	}
	add("nonsense", "1", false)
	return all
}

// badHeaders breaks X-Project-ID where it is taken; on a GET of one object it never is. Without a key, nothing but the
// public operations is answered.
func badHeaders(o *describedOperation, good message) []badMessage {
	var all []badMessage
	with := func(name, value string) message {
		bad := good
		bad.header = good.header.Clone()
		bad.header.Del(name)
		if value != "" {
			bad.header.Set(name, value)
		}
		return bad
	}
	if o.Security == nil || len(*o.Security) > 0 {
		all = append(all,
			badMessage{message: with("X-API-Key", ""), what: "no key", status: 401, own: true},
			badMessage{message: with("X-API-Key", "raff_"+strings.Repeat("0", 64)), what: "unknown key", status: 401, own: true})
	}
	header := o.parameters.GetByInAndName("header", projectHeader)
	if header == nil || o.method == http.MethodGet && len(o.takes("path")) > 0 {
		return all
	}
	all = append(all,
		badMessage{message: with(projectHeader, "not-a-uuid"), what: "malformed project", status: 403},
		badMessage{message: with(projectHeader, unknownUUID), what: "unknown project", status: 403, own: true})
	if o.method != http.MethodGet {
		all = append(all, badMessage{message: with(projectHeader, ""), what: "no project", field: projectHeader, status: 400})
	}
	return all
}

func badBodies(t testing.TB, o *describedOperation, good message) []badMessage {
	t.Helper()
	raw := func(body, what string, own bool) badMessage {
		bad := good
		bad.body = []byte(body)
		if body == "" {
			bad.body = nil
		}
		return badMessage{message: bad, what: what, status: 400, own: own}
	}
	schema := o.body()
	if schema == nil {
		return []badMessage{raw(`{"nonsense":1}`, "a body where none is taken", false)}
	}
	all := []badMessage{
		raw(`[]`, "a list as body", false), raw(`"text"`, "a string as body", false), raw(`null`, "null as body", false),
		raw(`{"a"`, "half a body", false), raw(`{} {}`, "two bodies", true),
	}
	if o.RequestBody.Value.Required {
		all = append(all, raw("", "no body", false))
	}
	value := map[string]any{}
	if good.body != nil {
		if err := json.Unmarshal(good.body, &value); err != nil {
			t.Fatal(err)
		}
	}
	for _, broken := range brokenObjects(schema, value, "") {
		encoded, err := json.Marshal(broken.value)
		if err != nil {
			t.Fatal(err)
		}
		bad := raw(string(encoded), "body "+broken.what, false)
		bad.field = broken.field
		all = append(all, bad)
	}
	return all
}

// brokenValue is a value that breaks its schema in one place.
type brokenValue struct {
	value any
	what  string
	field string
}

// brokenObjects breaks an object: each required property left out, each property broken, one that is not declared.
func brokenObjects(schema *openapi3.Schema, good map[string]any, at string) []brokenValue {
	var all []brokenValue
	with := func(name string, value any) map[string]any {
		changed := maps.Clone(good)
		changed[name] = value
		return changed
	}
	for _, name := range schema.Required {
		without := maps.Clone(good)
		delete(without, name)
		all = append(all, brokenValue{without, "without " + at + name, name})
	}
	for _, name := range sortedKeys(schema.Properties) {
		for _, broken := range brokenValues(schema.Properties[name].Value, good[name], at+name) {
			broken.value = with(name, broken.value)
			if broken.field == "" {
				broken.field = name
			}
			all = append(all, broken)
		}
	}
	return append(all, brokenValue{with("nonsense", 1), "with " + at + "nonsense", "nonsense"})
}

// brokenValues breaks a value of a property.
func brokenValues(schema *openapi3.Schema, good any, at string) []brokenValue {
	var all []brokenValue
	for _, value := range brokenScalars(schema) {
		text, _ := json.Marshal(value)
		all = append(all, brokenValue{value: value, what: fmt.Sprintf("%s=%.80s", at, text)})
	}
	if schema.Type.Is("array") {
		all = append(all, brokenArrays(schema, good, at)...)
	}
	return all
}

// brokenArrays breaks an array: too few, too many, and one broken item.
func brokenArrays(schema *openapi3.Schema, good any, at string) []brokenValue {
	var all []brokenValue
	items, _ := good.([]any)
	if len(items) == 0 {
		items = []any{goodValue(schema.Items.Value)}
	}
	if schema.MinItems > 0 {
		all = append(all, brokenValue{value: items[:0], what: at + " with too few items"})
	}
	if schema.MaxItems != nil {
		many := slices.Repeat(items[:1], int(*schema.MaxItems)+1)
		all = append(all, brokenValue{value: many, what: at + " with too many items"})
	}
	item, isObject := items[0].(map[string]any)
	if isObject {
		for _, broken := range brokenObjects(schema.Items.Value, item, at+"[0].") {
			broken.value = append([]any{broken.value}, items[1:]...)
			all = append(all, broken)
		}
	}
	for _, broken := range brokenValues(schema.Items.Value, items[0], at+"[0]") {
		broken.value = append([]any{broken.value}, items[1:]...)
		all = append(all, broken)
	}
	return all
}

// goodValue makes up a value that fits a schema.
func goodValue(schema *openapi3.Schema) any {
	switch {
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case schema.Type.Is("object"):
		object := map[string]any{}
		for _, name := range schema.Required {
			object[name] = goodValue(schema.Properties[name].Value)
		}
		return object
	case schema.Format == "uuid":
		return unknownUUID
	case schema.Type.Is("integer"):
		return 1
	case schema.Type.Is("boolean"):
		return true
	}
	return "text"
}

// wrongTypes are values of other JSON types, by type.
var wrongTypes = map[string][]any{
	"string":  {12345, true, []any{}, map[string]any{}},
	"integer": {"text", "1", 1.5, true, []any{}, map[string]any{}},
	"boolean": {"true", 1, []any{}, map[string]any{}},
	"array":   {"text", 7, true, map[string]any{}},
	"object":  {"text", 7, true, []any{}},
}

// formatBreakers are texts that do not have a format.
var formatBreakers = map[string][]any{
	"uuid":      {"not-a-uuid", "", "00000000-0000-0000-0000-00000000000g", unknownUUID + "0"},
	"date-time": {"tomorrow", "", "2026-13-01T00:00:00Z", "2026-01-01"},
	"email":     {"nobody", "", "a b@example.com", "Ada <ada@example.com>"},
}

// brokenScalars breaks type, enum, format, pattern, length and bounds.
func brokenScalars(schema *openapi3.Schema) []any {
	var all []any
	for _, name := range schema.Type.Slice() {
		all = append(all, wrongTypes[name]...)
	}
	if !schema.Nullable {
		all = append(all, nil)
	}
	if len(schema.Enum) > 0 && schema.Type.Is("string") {
		all = append(all, "no-such-value")
		for _, value := range schema.Enum {
			text, _ := value.(string)
			for _, other := range []string{strings.ToUpper(text), strings.ToLower(text), text + " "} {
				if !slices.Contains(schema.Enum, any(other)) {
					all = append(all, other)
				}
			}
		}
	}
	all = append(all, formatBreakers[schema.Format]...)
	if schema.Pattern != "" {
		pattern := regexp.MustCompile(schema.Pattern)
		for _, text := range []string{"", "A B", "%", "ümlaut", "10.0.0.0", "text\n"} {
			if !pattern.MatchString(text) {
				all = append(all, text)
			}
		}
	}
	if schema.MinLength > 0 {
		all = append(all, strings.Repeat("a", int(schema.MinLength)-1))
	}
	if schema.MaxLength != nil {
		all = append(all, strings.Repeat("a", int(*schema.MaxLength)+1))
	}
	if schema.Min != nil {
		all = append(all, *schema.Min-1)
	}
	if schema.Max != nil {
		all = append(all, *schema.Max+1)
	}
	return all
}

// brokenTexts are texts that a path or query parameter must not be.
func brokenTexts(schema *openapi3.Schema) []string {
	var all []string
	switch {
	case schema.Type.Is("integer"):
		all = []string{"text", "1.5", "0x10", "true", ""}
		if schema.Min != nil {
			all = append(all, fmt.Sprint(*schema.Min-1))
		}
	case schema.Type.Is("boolean"):
		all = []string{"maybe", "1x", ""}
	default:
		for _, value := range brokenScalars(schema) {
			if text, ok := value.(string); ok {
				all = append(all, text)
			}
		}
	}
	return slices.Compact(all)
}
