package review

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Values that stand for others.
const (
	hidden = mark("(sensitive)")
	later  = mark("(known after the apply)")
)

// mark is a value that is no text of the plan.
type mark string

// masked is a value without what is sensitive or not known yet, each as far as the plan marks it.
func masked(value, unknown, sensitive any) any {
	switch {
	case sensitive == true && (value != nil || unknown == true):
		return hidden
	case unknown == true:
		return later
	}
	switch v := value.(type) {
	case map[string]any:
		return maskedObject(v, unknown, sensitive)
	case []any:
		return maskedList(v, unknown, sensitive)
	case nil:
		switch u := unknown.(type) { // all that there is, is not known
		case map[string]any:
			if anyTrue(u) {
				return maskedObject(nil, u, sensitive)
			}
		case []any:
			if anyTrue(u) {
				return maskedList(nil, u, sensitive)
			}
		}
	}
	return value
}

func maskedObject(v map[string]any, unknown, sensitive any) map[string]any {
	u, s := attributesOf(unknown), attributesOf(sensitive)
	all := make(map[string]any, len(v))
	for _, name := range names(v, u) {
		all[name] = masked(v[name], u[name], s[name])
	}
	return all
}

func maskedList(v []any, unknown, sensitive any) []any {
	u, _ := unknown.([]any)
	s, _ := sensitive.([]any)
	all := make([]any, max(len(v), len(u)))
	for i := range all {
		all[i] = masked(at(v, i), at(u, i), at(s, i))
	}
	return all
}

func at(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

// anyTrue tells whether a part of `after_unknown` marks anything.
func anyTrue(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case []any:
		return slices.ContainsFunc(v, anyTrue)
	case map[string]any:
		for _, part := range v {
			if anyTrue(part) {
				return true
			}
		}
	}
	return false
}

// names are the names in any of the maps, sorted.
func names(all ...map[string]any) []string {
	found := map[string]bool{}
	for _, one := range all {
		for name := range one {
			found[name] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// show writes a value as a configuration has it, in one line. Attributes without a value are left out.
func show(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case mark:
		return string(v)
	case string:
		return strconv.Quote(v)
	case json.Number:
		return v.String()
	case []any:
		parts := make([]string, len(v))
		for i, part := range v {
			parts[i] = show(part)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var parts []string
		for _, name := range names(v) {
			if v[name] != nil {
				parts = append(parts, name+" = "+show(v[name]))
			}
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	}
	return fmt.Sprint(value)
}

// Attribute is a changed attribute of an object.
type Attribute struct {
	Name string `json:"name"`
	// Before and After are its values, with texts in parentheses for what is sensitive or not known yet.
	Before any `json:"before"`
	After  any `json:"after"`
	// Unknown tells that no part of the new value is known before the apply.
	Unknown bool `json:"unknown,omitempty"`
	// Replaces tells that its change replaces the object.
	Replaces bool `json:"replaces,omitempty"`

	before, after string   // names of the objects that the values refer to
	from          []string // what a value that is not known yet comes from
}

// attributesChanged are the attributes that a change gives other values, sorted.
func attributesChanged(c objectChange) []Attribute {
	before, after, unknown := attributesOf(c.Before), attributesOf(c.After), attributesOf(c.AfterUnknown)
	replacing := replacedBy(c)
	var all []Attribute
	for _, name := range names(before, after, unknown) {
		if !anyTrue(unknown[name]) && reflect.DeepEqual(before[name], after[name]) {
			continue
		}
		all = append(all, Attribute{
			Name:     name,
			Before:   masked(before[name], nil, part(c.BeforeSensitive, name)),
			After:    masked(after[name], unknown[name], part(c.AfterSensitive, name)),
			Unknown:  unknown[name] == true,
			Replaces: slices.Contains(replacing, name),
		})
	}
	return all
}

// part is what a mark of a whole object says of one attribute.
func part(sensitive any, name string) any {
	if sensitive == true {
		return true
	}
	return attributesOf(sensitive)[name]
}

// replacedBy names the attributes that replace an object, in the order of the plan.
func replacedBy(c objectChange) []string {
	var all []string
	for _, path := range c.ReplacePaths {
		if len(path) == 0 {
			continue
		}
		if name := text(path[0]); name != "" && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// listChange is what is added to a list and removed from it; ok is false where a value is none, or is hidden.
func listChange(a Attribute) (added, removed []any, ok bool) {
	before, both := a.Before.([]any)
	after, ok := a.After.([]any)
	if !ok || !both || len(before)+len(after) == 0 {
		return nil, nil, false
	}
	removed = without(before, after)
	added = without(after, before)
	return added, removed, len(added)+len(removed) > 0
}

// without are the elements of one list that are not in another, by what they show.
func without(list, other []any) []any {
	there := map[string]int{}
	for _, element := range other {
		there[show(element)]++
	}
	var all []any
	for _, element := range list {
		if s := show(element); there[s] > 0 {
			there[s]--
			continue
		}
		all = append(all, element)
	}
	return all
}
