package provider_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/reference"
)

// What the description of an attribute says of a change is what a plan does, for every attribute of every resource and
// under every policy; and whatever it says comes about.
func TestAccEveryResource_changesAreAsDescribed(t *testing.T) {
	b, objects := applied(t)
	w := b.NewWalk(t, "")
	q := newQuiet(t, b, w, settled(t, w, objects))
	c := &worded{q: q, seen: map[string]map[reference.Change]bool{}}
	for _, o := range q.objects {
		for _, variant := range variants(w, o) {
			for _, a := range settable(w, o) {
				c.change(variant, a.Name, a.Description)
			}
		}
	}
	for _, o := range q.objects {
		for _, a := range settable(w, o) {
			for _, change := range reference.Changes(a.Description) {
				if notProvoked[o.Type+"."+a.Name] == "" && notProvoked[a.Name] == "" && !c.seen[o.Type+"."+a.Name][change] {
					t.Errorf("%s.%s: no plan is what the description says (%d): %s", o.Type, a.Name, change, a.Description)
				}
			}
		}
	}
}

// notProvoked are attributes whose change the test cannot plan, and why.
var notProvoked = map[string]string{
	"region":                "the catalogue has one region only",
	"default_region":        "the catalogue has one region only",
	"raff_member.suspended": "the member is pending; that of raff_project_member is not",
}

// nothing is what a description says of an attribute that may come and go.
var nothing = regexp.MustCompile(`(?i)\btaking it out,? changes nothing`)

// worded compares plans with descriptions.
type worded struct {
	q    *quiet
	seen map[string]map[reference.Change]bool // by attribute
}

// change plans another value of an attribute, and none, where that can be.
func (c *worded) change(o acctest.Object, name, description string) {
	c.q.t.Helper()
	w := c.q.w
	config := c.q.nameOne(o, w.Config(o))
	old := w.Attributes(config)[name]
	for _, changes := range []map[string]tftypes.Value{c.q.another(o, name), {name: tftypes.NewValue(old.Type(), nil)}} {
		c.q.alone(o.Type, name, changes)
		changed := w.With(config, changes)
		if changes[name].Equal(old) || !c.q.valid(o, changed) {
			continue
		}
		p := w.Plan(o, changed)
		done := c.outcome(p, name)
		if done == nil {
			continue
		}
		if slices.Contains(done, reference.Silent) && (old.IsNull() || changes[name].IsNull()) && nothing.MatchString(description) {
			continue
		}
		said := reference.Changes(description)
		if !slices.ContainsFunc(done, func(d reference.Change) bool { return slices.Contains(said, d) }) {
			c.q.t.Errorf("%s.%s: a plan is none of what the description says: %v, replaced because of %v, changes %v: %s",
				o.Address(), name, done, p.Replaces, w.Changes(p), description)
		}
		key := o.Type + "." + name
		if c.seen[key] == nil {
			c.seen[key] = map[reference.Change]bool{}
		}
		for _, d := range done {
			c.seen[key][d] = true
		}
	}
}

// outcome is what a plan may be called; nil for one that changes nothing.
func (c *worded) outcome(p acctest.Planned, name string) []reference.Change {
	c.q.t.Helper()
	refused := strings.Join(p.Errors, "\n")
	switch {
	case strings.Contains(refused, "rebuild_policy"):
		return []reference.Change{reference.Rebuild}
	case strings.Contains(refused, "allow_stopping_for_update"):
		return []reference.Change{reference.Stops}
	case refused != "" || !slices.Contains(c.q.w.Changes(p), name):
		return nil
	case slices.Contains(p.Replaces, name):
		return []reference.Change{reference.Replaces, reference.Rebuild}
	case len(p.Replaces) > 0: // because of what was changed along with it
		return nil
	case c.sends(p):
		return []reference.Change{reference.InPlace, reference.Stops, reference.Rebuild}
	default:
		return []reference.Change{reference.Silent, reference.Ignored}
	}
}

// sends tells whether the apply of an update changes anything at the API. The backend is put back afterwards.
func (c *worded) sends(p acctest.Planned) bool {
	c.q.t.Helper()
	before, err := c.q.b.Snapshot()
	if err != nil {
		c.q.t.Fatal(err)
	}
	requests := len(c.q.b.Mutations())
	_, errs, _ := c.q.b.NewWalk(c.q.t, "").Apply(p)
	sent := len(c.q.b.Mutations()) > requests
	if len(errs) > 0 && !sent { // what the API refuses is sent, too
		c.q.t.Errorf("%s: %s", p.Address(), errs)
	}
	if err := c.q.b.Restore(before); err != nil {
		c.q.t.Fatal(err)
	}
	return sent
}
