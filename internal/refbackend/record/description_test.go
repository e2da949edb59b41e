package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// Every GET of the description is called, or there is a reason why not; and nothing else is.
func TestReadsAreTheGets(t *testing.T) {
	gets := ownDescription(t).gets
	for _, id := range sorted(gets) {
		if _, never := untouched[id]; slices.Contains(reads, id) == never {
			t.Errorf("%s must be either in reads or in untouched", id)
		}
	}
	for i, id := range reads {
		if gets[id] == nil || slices.Contains(reads[:i], id) {
			t.Errorf("%s in reads is no GET of the description, or there twice", id)
		}
	}
	for _, id := range slices.Concat(catalogue, namedLists) {
		if !slices.Contains(reads, id) {
			t.Errorf("%s is not called", id)
		}
	}
	for id := range entries {
		if !slices.Contains(catalogue, id) {
			t.Errorf("%s is not compared", id)
		}
	}
}

// The walk over the schemas says of any answer what kin-openapi says of it: for every read, the answer of a backend and
// everything that one change makes of it.
func TestCheckAgreesWithLibrary(t *testing.T) {
	s := newSource(t)
	s.prepare(t)
	d := ownDescription(t)
	document, err := openapi3.NewLoader().LoadFromData(refbackend.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	formats := map[string]openapi3.StringFormatValidator{
		"uuid":  openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringForUUIDOfRFC9562),
		"email": openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringForEmail),
	}
	answers := map[string]map[string]any{}
	r := newReading(inside{s.Server}, d, newMasker())
	if err := r.all(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, id := range reads {
		op := d.gets[id]
		targets := r.targets(op)
		if len(targets) == 0 {
			t.Fatalf("%s: nothing to call", id)
		}
		got, err := (inside{s.Server}).get(t.Context(), targets[0].path)
		if err != nil {
			t.Fatal(err)
		}
		answers[id] = got.value.(map[string]any)
		reference := document.Paths.Value(op.path).Get.Responses.Status(200).Value.Content.Get("application/json").Schema.Value
		own, _ := d.answer(op, 200)
		compared := 0
		for _, changed := range mutations(t, answers[id]) {
			compared++
			found := d.check("", decode(t, changed, true), own)
			theirs := reference.VisitJSON(decode(t, changed, false), openapi3.EnableFormatValidation(), openapi3.WithStringFormatValidators(formats))
			if (len(found) == 0) != (theirs == nil) {
				t.Errorf("%s: the walk finds %v, kin-openapi %v in\n%s", id, found, theirs, changed)
			}
		}
		if compared < 4 {
			t.Errorf("%s: only %d answers were compared", id, compared)
		}
	}
}

func decode(t *testing.T, text []byte, exact bool) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	if exact {
		decoder.UseNumber()
	}
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// mutations are an answer as it is, and with one thing changed: each field gone, null, of another type or value, and one
// field more in each object.
func mutations(t *testing.T, answer map[string]any) [][]byte {
	t.Helper()
	out := [][]byte{encode(t, answer)}
	var visit func(value any)
	change := func(object map[string]any, field string, values ...any) {
		before, there := object[field]
		for _, value := range values {
			object[field] = value
			out = append(out, encode(t, answer))
		}
		delete(object, field)
		out = append(out, encode(t, answer))
		if there {
			object[field] = before
		}
	}
	visit = func(value any) {
		switch value := value.(type) {
		case map[string]any:
			for _, field := range sorted(value) {
				change(value, field, nil, "text", "", json.Number("-1"), json.Number("0.5"), true, []any{}, map[string]any{},
					"2026-01-01T00:00:00Z", "a@b.example", "6562a1a4-7c43-4c51-8707-88081f4d326e")
				visit(value[field])
			}
			change(value, "unheard_of", json.Number("1"))
		case []any:
			if len(value) > 0 {
				visit(value[0])
			}
		}
	}
	visit(answer)
	return out
}

func encode(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// What the description does not use today is understood all the same.
func TestCheckSchemas(t *testing.T) {
	d, err := readDescription([]byte(`
paths: {}
components:
  schemas:
    Named: {type: object, required: [name], properties: {name: {type: string, maxLength: 3}}}
    Loop: {$ref: '#/components/schemas/Loop'}
`))
	if err != nil {
		t.Fatal(err)
	}
	named := schema{"$ref": "#/components/schemas/Named"}
	size := schema{"type": "object", "properties": schema{"size": schema{"type": "integer", "minimum": 1, "maximum": 3}}}
	both := schema{"allOf": []any{named, size}}
	for _, test := range []struct {
		s    schema
		text string
		want string
	}{
		{both, `{"name": "a", "size": 2}`, ""},
		{both, `{"size": 4}`, "name missing field, size out of bounds"},
		{both, `{"name": "long", "x": 1}`, "name out of bounds, x unknown field"},
		{schema{"oneOf": []any{named, schema{"type": "string"}}}, `"text"`, ""},
		{schema{"oneOf": []any{named, schema{"type": "string"}}}, `{"name": 1}`, "name wrong type"},
		{schema{"anyOf": []any{named, size}}, `{"size": 1}`, ""},
		{schema{"type": "object", "additionalProperties": schema{"type": "integer"}}, `{"a": 1, "b": "x"}`, "b wrong type"},
		{schema{"type": "object", "additionalProperties": true, "properties": schema{"a": named}}, `{"b": 1}`, ""},
		{schema{"type": "object", "additionalProperties": false}, `{"b": 1}`, "b unknown field"},
		{schema{"type": "object"}, `{"b": 1}`, ""},
		{schema{}, `[1, null]`, ""},
		{schema{"type": "array", "minItems": 2, "items": schema{"type": "number"}}, `[1]`, " out of bounds"},
		{schema{"type": "array", "items": schema{"type": "number"}}, `[1, 2.5, "x"]`, "[2] wrong type"},
		{schema{"type": "string", "nullable": true}, `null`, ""},
		{schema{"type": "string", "pattern": "^a+$"}, `"b"`, " wrong format"},
		{schema{"type": "integer", "enum": []any{1, 2}}, `3`, " unknown value"},
		{schema{"$ref": "#/components/schemas/Loop"}, `{"a": 1}`, ""},
		{schema{"$ref": "#/nowhere"}, `1`, ""},
	} {
		var got []string
		for _, found := range d.check("", decode(t, []byte(test.text), true), test.s) {
			got = append(got, fmt.Sprint(found.path, " ", found.kind))
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%v %s: %q, want %q", test.s, test.text, got, test.want)
		}
	}
	for _, text := range []string{"a: [", "- x"} {
		if _, err := readDescription([]byte(text)); err == nil {
			t.Errorf("%q is a description", text)
		}
	}
}
