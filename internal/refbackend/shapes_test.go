package refbackend

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// shapeOf says what a value of an answer is made of: "id:uuid name:text size:int". What is null is "null"; texts with a
// form of their own have its name.
func shapeOf(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return "bool"
	case json.Number:
		return "number"
	case float64:
		if value == math.Trunc(value) {
			return "int"
		}
		return "decimal"
	case string:
		return formOf(value)
	case []any:
		inner := map[string]bool{}
		for _, item := range value {
			inner[shapeOf(item)] = true
		}
		return "[" + strings.Join(sortedKeys(inner), "|") + "]"
	case map[string]any:
		var fields []string
		for _, name := range sortedKeys(value) {
			fields = append(fields, name+":"+shapeOf(value[name]))
		}
		return "{" + strings.Join(fields, " ") + "}"
	}
	return fmt.Sprintf("%T", value)
}

func formOf(text string) string {
	_, err := time.Parse(time.RFC3339Nano, text)
	switch {
	case text == "":
		return "empty"
	case isUUID(text):
		return "uuid"
	case err == nil && strings.HasSuffix(text, "Z"):
		return "time"
	case err == nil:
		return "time of another zone"
	}
	return "text"
}

// shapes are the fields of each type of object and what they hold, over all objects of a world: every field always there,
// or with a question mark.
func TestPrintShapes(t *testing.T) {
	b := newListWorld(t)
	for _, row := range registry {
		fmt.Printf("%q: %q,\n", row.noun.kind, strings.Join(b.shape(row), " "))
	}
}

// shape is the shape of all objects of a type in one.
func (b *backend) shape(row nounRow) []string {
	b.t.Helper()
	var of []any
	c := b.owner("production")
	if row.list == "" {
		of = append(of, c.post(invitationsPath, object{"email": "shape@example.com", "role_id": b.systemRole("member")}).want(201).at("data"))
	} else {
		for _, op := range operations() {
			if op.id == row.list {
				list, _ := c.get(strings.Replace(op.path, "{id}", c.header, 1) + map[bool]string{true: "?limit=100"}[op.page > 0]).want(200).at("data").([]any)
				of = append(of, list...)
			}
		}
	}
	kinds, counts := map[string]map[string]bool{}, map[string]int{}
	for _, one := range of {
		for name, value := range one.(map[string]any) {
			if kinds[name] == nil {
				kinds[name] = map[string]bool{}
			}
			kinds[name][shapeOf(value)] = true
			counts[name]++
		}
	}
	var fields []string
	for _, name := range sortedKeys(kinds) {
		optional := ""
		if counts[name] < len(of) {
			optional = "?"
		}
		fields = append(fields, name+optional+":"+strings.Join(sortedKeys(kinds[name]), "|"))
	}
	slices.Sort(fields)
	return fields
}
