package export

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	tfjson "github.com/hashicorp/terraform-json"
)

const (
	unknownText   = "(known after apply)"
	sensitiveText = "(sensitive value)"
	// maxShown is how many characters of a value are shown.
	maxShown = 200
)

// Difference is something that a plan does besides importing.
type Difference struct {
	Address   string // of the resource, as raff_vm.web
	Attribute string // as inbound[0].ports; empty where the difference is the whole resource
	Before    string // what the object has, as HCL; never a sensitive value
	After     string // what the configuration says
	Text      string // what becomes of the whole resource, or what the difference of the attribute brings about
}

// String is the difference on one line.
func (d Difference) String() string {
	if d.Attribute == "" {
		return d.Address + ": " + d.Text
	}
	line := fmt.Sprintf("%s: %s: %s -> %s", d.Address, d.Attribute, d.Before, d.After)
	if d.Text != "" {
		line += " (" + d.Text + ")"
	}
	return line
}

func compareDifferences(a, b Difference) int {
	return cmp.Or(cmp.Compare(a.Address, b.Address), cmp.Compare(a.Attribute, b.Attribute))
}

// differences is what a change does besides importing.
func differences(change *tfjson.ResourceChange) []Difference {
	whole := func(text string) []Difference { return []Difference{{Address: change.Address, Text: text}} }
	actions := change.Change.Actions
	switch {
	case actions.NoOp():
		return nil
	case actions.Read():
		return whole("would be read during the apply only")
	case actions.Create():
		return whole("would be created: nothing is imported into it")
	case actions.Delete():
		return whole("would be destroyed: the configuration does not have it")
	case actions.Update():
		return attributes(change, "would be updated")
	case actions.Replace():
		return attributes(change, "would be replaced")
	}
	return whole(fmt.Sprintf("would be changed: %v", actions))
}

// attributes are the differences of each attribute. What is done is said of the whole where no attribute shows it.
func attributes(change *tfjson.ResourceChange, done string) []Difference {
	c := change.Change
	w := walk{address: change.Address, replaces: map[string]bool{}}
	for _, path := range c.ReplacePaths {
		if steps, ok := path.([]any); ok && len(steps) > 0 {
			w.replaces[fmt.Sprint(steps[0])] = true
		}
	}
	w.value("", side{c.Before, c.BeforeSensitive, nil}, side{c.After, c.AfterSensitive, c.AfterUnknown})
	if len(w.found) == 0 {
		w.found = []Difference{{Address: change.Address, Text: done + ", though no attribute shows why"}}
	}
	return w.found
}

// side is a value as it is before or after a change, with what is known of its parts.
type side struct{ value, sensitive, unknown any }

// at is an attribute or an element.
func (s side) at(key any) side {
	return side{part(s.value, key), part(s.sensitive, key), part(s.unknown, key)}
}

// part is an attribute of an object or an element of a list; what holds for all of a value holds for its parts.
func part(v, key any) any {
	switch v := v.(type) {
	case bool:
		return v
	case map[string]any:
		if name, ok := key.(string); ok {
			return v[name]
		}
	case []any:
		if i, ok := key.(int); ok && i < len(v) {
			return v[i]
		}
	}
	return nil
}

// holds tells whether a mark is on a value, or on a part of it.
func holds(mark any) bool {
	switch mark := mark.(type) {
	case bool:
		return mark
	case map[string]any:
		for _, part := range mark {
			if holds(part) {
				return true
			}
		}
	case []any:
		for _, part := range mark {
			if holds(part) {
				return true
			}
		}
	}
	return false
}

// text is the value as it may be shown.
func (s side) text() string {
	switch {
	case holds(s.sensitive):
		return sensitiveText
	case holds(s.unknown):
		return unknownText
	}
	return shortened(valueText(s.value))
}

// walk goes through the values of a change.
type walk struct {
	address  string
	replaces map[string]bool // attributes that replace the object
	found    []Difference
}

func (w *walk) value(path string, before, after side) {
	if after.unknown == true || holds(before.sensitive) != holds(after.sensitive) && path != "" {
		w.leaf(path, before, after)
		return
	}
	was, isObject := before.value.(map[string]any)
	will, willBeObject := after.value.(map[string]any)
	if isObject && willBeObject {
		unknown, _ := after.unknown.(map[string]any)
		for _, name := range keysOf(was, will, unknown) {
			w.value(joined(path, name), before.at(name), after.at(name))
		}
		return
	}
	old, isList := before.value.([]any)
	list, willBeList := after.value.([]any)
	if isList && willBeList && len(old) == len(list) && slices.ContainsFunc(list, isCompound) {
		for i := range list {
			w.value(fmt.Sprintf("%s[%d]", path, i), before.at(i), after.at(i))
		}
		return
	}
	if !reflect.DeepEqual(before.value, after.value) || holds(after.unknown) {
		w.leaf(path, before, after)
	}
}

// isCompound tells whether a value has parts: those of a list of texts are shown together.
func isCompound(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// leaf notes a difference. Two values that may both not be shown are told apart by nothing but their names.
func (w *walk) leaf(path string, before, after side) {
	difference := Difference{Address: w.address, Attribute: path, Before: before.text(), After: after.text()}
	if name, _, _ := strings.Cut(strings.SplitN(path, "[", 2)[0], "."); w.replaces[name] {
		difference.Text = "which replaces the object"
	}
	w.found = append(w.found, difference)
}

func joined(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// valueText is a value as HCL has it, on one line.
func valueText(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return strconv.Quote(v)
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case []any:
		parts := make([]string, len(v))
		for i, element := range v {
			parts[i] = valueText(element)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var parts []string
		for _, name := range keysOf(v) {
			parts = append(parts, strconv.Quote(name)+" = "+valueText(v[name]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(v)
}

func shortened(text string) string {
	if utf8.RuneCountInString(text) <= maxShown {
		return text
	}
	return string([]rune(text)[:maxShown]) + "…"
}
