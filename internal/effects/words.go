package effects

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// noun is how texts call an object of a type.
type noun struct {
	name   string
	by     []string // attributes that people know it by, the first that has a value
	unique bool     // no other object has that, so that it does without its id
}

var nouns = map[string]noun{
	"raff_api_key":                   {"API key", []string{"name"}, false},
	"raff_backup":                    {"backup", []string{"name"}, false},
	"raff_backup_schedule":           {"backup schedule", []string{"name"}, false},
	"raff_invitation":                {"invitation", []string{"email"}, false},
	"raff_ip":                        {"address", []string{"ip_address"}, true},
	"raff_ip_attachment":             {"address attachment", []string{"ip_address"}, false},
	"raff_member":                    {"member", []string{"email", "user_id", "api_key_id"}, false},
	"raff_project":                   {"project", []string{"name"}, true},
	"raff_project_member":            {"project member", []string{"email", "user_id", "api_key_id"}, false},
	"raff_role":                      {"role", []string{"slug"}, true},
	"raff_security_group":            {"security group", []string{"name"}, true},
	"raff_security_group_attachment": {"security group attachment", nil, false},
	"raff_snapshot":                  {"snapshot", []string{"name"}, false},
	"raff_ssh_key":                   {"SSH key", []string{"name"}, false},
	"raff_vm":                        {"VM", []string{"name"}, true},
	"raff_vm_note":                   {"VM note", nil, false},
	"raff_volume":                    {"volume", []string{"name"}, false},
	"raff_volume_attachment":         {"volume attachment", nil, false},
	"raff_vpc":                       {"VPC", []string{"name"}, true},
	"raff_vpc_attachment":            {"VPC attachment", nil, false},
}

// Noun is how texts call an object of a type of resource.
func Noun(resourceType string) string {
	if n, ok := nouns[resourceType]; ok {
		return n.name
	}
	return resourceType
}

// object is the one that a change is about: as it is or, where it is new, as it will be.
func (c Change) object() Object {
	if c.Before.Exists() {
		return c.Before
	}
	return c.After
}

func (c Change) name() string {
	for _, attribute := range nouns[c.Type].by {
		if name := c.object().Text(attribute); name != "" {
			return name
		}
	}
	return ""
}

// Label names the object of a change so that no other one can be meant: VM "web", volume "data" (12).
func Label(c Change) string {
	id := c.object().Text("id")
	if nouns[c.Type].unique && c.name() != "" {
		id = ""
	}
	return describe(Noun(c.Type), c.name(), id, "")
}

// Describe names the object of a change with all that is known: VM "web" (5f…) in project 7a….
func Describe(c Change) string {
	return describe(Noun(c.Type), c.name(), c.object().Text("id"), c.object().Text("project_id"))
}

func describe(noun, name, id, project string) string {
	text := noun
	if name != "" {
		text += fmt.Sprintf(" %q", name)
	}
	if id != "" {
		text += " (" + id + ")"
	}
	if project != "" {
		text += " in project " + project
	}
	return text
}

// Title is one line that names the object and the gravest of its effects. No two objects have the same.
func Title(c Change, found []Effect) string {
	label := upper(Label(c))
	switch {
	case len(found) == 0:
		return label
	case found[0].Kind == Fails || c.Action == Update:
		return label + " " + found[0].Short
	case c.Action == Replace:
		return label + " is replaced"
	}
	return label + " is destroyed"
}

// Heading says what is done to the object, and because of what: the sentence before its effects.
func Heading(c Change) string {
	object := upper(Describe(c))
	switch c.Action {
	case Create:
		return object + " is created by this plan."
	case Delete:
		return object + " is destroyed by this plan."
	case Replace:
		if len(c.ReplacedBy) == 0 {
			return object + " is replaced by this plan: it is destroyed, and a new one is created."
		}
		return object + " is replaced by this plan, because of " + reasons(c) + ": it is destroyed, and a new one is created."
	case Update:
	}
	return object + " is changed by this plan."
}

// reasons names the attributes that replace an object, with their values where these are short.
func reasons(c Change) string {
	var all []string
	for _, name := range c.ReplacedBy {
		all = append(all, name+from(c, name))
	}
	return strings.Join(all, ", ")
}

// longest is how long a value may be that is shown.
const longest = 48

// from shows the change of an attribute, where its values are short texts or numbers.
func from(c Change, name string) string {
	before, after := shown(c.Before.value(name)), shown(c.After.value(name))
	switch {
	case c.After.Unknown(name) && before != "":
		return " (" + before + ", the new one is known after the apply)"
	case before == "" || after == "" || before == after:
		return ""
	}
	return " (" + before + " becomes " + after + ")"
}

func shown(value any) string {
	switch v := value.(type) {
	case string:
		if len(v) <= longest {
			return fmt.Sprintf("%q", v)
		}
	case json.Number:
		return v.String()
	case bool:
		return fmt.Sprint(v)
	}
	return ""
}

// upper begins a sentence.
func upper(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// mostNamed is how many objects a text names.
const mostNamed = 10

// list names objects: snapshot "a" (1), snapshot "b" (2). what names them where none is known.
func list(found Found, what string) string {
	var names []string
	for _, item := range found.Items[:min(len(found.Items), mostNamed)] {
		names = append(names, describe(Noun(item.Type), item.Name, item.ID, ""))
	}
	if more := len(found.Items) - mostNamed; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	text := strings.Join(names, ", ")
	switch {
	case found.Gap == "":
		return text
	case text == "":
		return what + ", " + found.Gap
	}
	return text + ", and perhaps others, " + found.Gap
}

// there tells whether there is anything, or may be.
func (f Found) there() bool { return len(f.Items) > 0 || f.Gap != "" }

// created is when an object was created; the zero time where that is not known.
func (i Item) created() time.Time {
	t, _ := time.Parse(time.RFC3339, i.CreatedAt)
	return t
}

// staying are the objects that the same plan does not destroy or replace.
func (f Found) staying() Found {
	f.Items = slices.DeleteFunc(slices.Clone(f.Items), func(i Item) bool { return i.Ends })
	return f
}

// and joins clauses: a, b and c.
func and(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}
