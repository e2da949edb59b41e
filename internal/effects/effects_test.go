package effects

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// attributes are those of an object, as JSON has them.
type attributes = map[string]any

// known is a World of what a test says.
type known struct {
	ofVM                      map[string]Found
	inVPC, inProject, holders Found
	permissions               map[string][]string
}

func (k known) OfVM(resourceType, _ string) Found { return k.ofVM[resourceType] }
func (k known) InVPC(string) Found                { return k.inVPC }
func (k known) InProject(string) Found            { return k.inProject }
func (k known) WithRole(string) Found             { return k.holders }

func (k known) Permissions(id string) ([]string, bool) {
	p, ok := k.permissions[id]
	return p, ok
}

func items(resourceType string, names ...string) Found {
	var f Found
	for i, name := range names {
		f.Items = append(f.Items, Item{Type: resourceType, ID: "id-" + name, Name: name, CreatedAt: "2026-11-0" + string(rune('1'+i)) + "T00:00:00Z"})
	}
	return f
}

// row is a change, and what is said of it.
type row struct {
	action   Action
	before   attributes
	change   attributes // of an update or a replacement: what is other afterwards
	unknown  []string
	replaced []string
	order    Order
	world    known
	want     []Kind
	says     []string // all in the texts
	lacks    []string // none in the texts
	title    string   // empty: not looked at
}

func (r row) of(resourceType string) Change {
	c := Change{Type: resourceType, Action: r.action, Before: FromJSON(r.before, nil), ReplacedBy: r.replaced, Order: r.order}
	if r.action == Delete {
		return c
	}
	after, unknown := maps.Clone(r.before), map[string]any{}
	maps.Copy(after, r.change)
	for _, name := range r.unknown {
		delete(after, name)
		unknown[name] = true
	}
	c.After = FromJSON(after, unknown)
	return c
}

// check holds what is said of each row to what it wants.
func check(t *testing.T, resourceType string, rows map[string]row) {
	t.Helper()
	for name, r := range rows {
		t.Run(name, func(t *testing.T) {
			c := r.of(resourceType)
			found := Of(c, r.world)
			var kinds []Kind
			text := Heading(c)
			for _, e := range found {
				kinds, text = append(kinds, e.Kind), text+"\n"+e.Text
				if e.Short == "" || !strings.HasSuffix(e.Text, ".") || strings.Contains(e.Text, "  ") {
					t.Errorf("%s: the effect is badly worded: %q, %q", e.Kind, e.Short, e.Text)
				}
			}
			if !slices.Equal(kinds, r.want) {
				t.Errorf("got %v, want %v\n%s", kinds, r.want, text)
			}
			for _, want := range r.says {
				if !strings.Contains(text, want) {
					t.Errorf("lacks %q: %s", want, text)
				}
			}
			for _, not := range r.lacks {
				if strings.Contains(text, not) {
					t.Errorf("says %q: %s", not, text)
				}
			}
			if got := Title(c, found); r.title != "" && got != r.title {
				t.Errorf("the title is %q, want %q", got, r.title)
			}
		})
	}
}

// What is created has lost nothing yet, and a type that is not known has no effects.
func TestOf_nothing(t *testing.T) {
	for _, c := range []Change{
		{Type: "raff_vm", Action: Create, After: FromJSON(attributes{"name": "web"}, nil)},
		{Type: "raff_volume_attachment", Action: Delete, Before: FromJSON(attributes{"id": "12"}, nil)},
		{Type: "other_thing", Action: Replace, Before: FromJSON(attributes{"id": "1"}, nil)},
	} {
		if found := Of(c, known{}); len(found) > 0 {
			t.Errorf("%s of %s: %v", c.Action, c.Type, found)
		}
	}
}

// A move is said of every type that is in a project, besides what else the object loses.
func TestOf_move(t *testing.T) {
	check(t, "raff_volume", map[string]row{
		"to a known project": {
			action: Replace, before: attributes{"id": "12", "name": "data", "size": num("10"), "project_id": "a"}, change: attributes{"project_id": "b"},
			replaced: []string{"project_id"}, want: []Kind{DataLoss, Move},
			says: []string{"from project a to project b", "because of project_id (\"a\" becomes \"b\")"}, title: `Volume "data" (12) is replaced`,
		},
		"to one that is not known": {
			action: Replace, before: attributes{"id": "12", "size": num("10"), "project_id": "a"}, unknown: []string{"project_id"},
			replaced: []string{"project_id"}, want: []Kind{DataLoss, Move}, says: []string{"from project a to another project"},
		},
	})
	check(t, "raff_security_group", map[string]row{
		"without data": {
			action: Replace, before: attributes{"id": "g", "name": "web", "project_id": "a"}, change: attributes{"project_id": "b"},
			replaced: []string{"project_id"}, want: []Kind{Move},
		},
	})
}

// Titles name objects so that no two are the same.
func TestTitle(t *testing.T) {
	for want, c := range map[string]Change{
		`VM "web"`:                {Type: "raff_vm", Before: FromJSON(attributes{"id": "v", "name": "web"}, nil)},
		`Volume "data" (12)`:      {Type: "raff_volume", Before: FromJSON(attributes{"id": "12", "name": "data"}, nil)},
		`Address "203.0.113.7"`:   {Type: "raff_ip", Before: FromJSON(attributes{"id": "i", "ip_address": "203.0.113.7"}, nil)},
		`VM (v)`:                  {Type: "raff_vm", Before: FromJSON(attributes{"id": "v"}, nil)},
		`Member "a@b.c" (m)`:      {Type: "raff_member", Before: FromJSON(attributes{"id": "m", "email": "a@b.c"}, nil)},
		`Role "ops"`:              {Type: "raff_role", Before: FromJSON(attributes{"id": "r", "slug": "ops", "name": "Operations"}, nil)},
		`VPC attachment (v:net)`:  {Type: "raff_vpc_attachment", Before: FromJSON(attributes{"id": "v:net"}, nil)},
		`SSH key "laptop" (k)`:    {Type: "raff_ssh_key", Before: FromJSON(attributes{"id": "k", "name": "laptop"}, nil)},
		`Backup schedule "b" (3)`: {Type: "raff_backup_schedule", Before: FromJSON(attributes{"id": "3", "name": "b"}, nil)},
	} {
		if got := Title(c, nil); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Long lists are cut, and what is not known is said.
func TestList(t *testing.T) {
	many := items("raff_snapshot", strings.Split("abcdefghijkl", "")...)
	if got := list(many, ""); !strings.HasSuffix(got, `snapshot "j" (id-j), and 2 more`) {
		t.Error(got)
	}
	gap := Found{Gap: "which could not be listed"}
	if got := list(gap, "its snapshots"); got != "its snapshots, which could not be listed" {
		t.Error(got)
	}
	gap.Items = items("raff_snapshot", "a").Items
	if got := list(gap, "its snapshots"); got != `snapshot "a" (id-a), and perhaps others, which could not be listed` {
		t.Error(got)
	}
}
