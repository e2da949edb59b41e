// Package review writes what a saved plan does, for people who decide on it: what is lost, what stops, what it costs. It
// reads `terraform show -json`, asks nobody, and needs no key. What a change does beyond its values comes from the same
// table as the warnings of a plan.
package review

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/effects"
)

// Change is what a plan does with one object of Raff.
type Change struct {
	Address string `json:"address"`
	Type    string `json:"type"`
	// Label names the object as people know it: VM "web".
	Label  string `json:"label"`
	Action action `json:"action"`
	// Deposed is the key of an object that another one has already taken the place of.
	Deposed string `json:"deposed,omitempty"`
	// Because says why Terraform destroys or replaces it, where no attribute does.
	Because string `json:"because,omitempty"`
	// ReplacedBy are the attributes that replace it.
	ReplacedBy  []string `json:"replaced_by,omitempty"`
	CreateFirst bool     `json:"create_first,omitempty"`
	MovedFrom   string   `json:"moved_from,omitempty"`
	ImportedBy  string   `json:"imported_by,omitempty"` // the id
	// Attributes are those with another value; none where the object is created or destroyed.
	Attributes []Attribute `json:"attributes,omitempty"`
	// Settings tell a new object from others.
	Settings []Attribute `json:"settings,omitempty"`
	Effects  []Effect    `json:"effects,omitempty"`
}

// Effect is one thing that a change does beyond its values, as the plan's warnings say it.
type Effect struct {
	Kind      effects.Kind `json:"kind"`
	Attribute string       `json:"attribute,omitempty"`
	Text      string       `json:"text"`
}

// has tells whether a change has an effect of a kind.
func (c Change) has(kind effects.Kind) bool {
	return slices.ContainsFunc(c.Effects, func(e Effect) bool { return e.Kind == kind })
}

// Other is a change of an object of another provider.
type Other struct {
	Address string `json:"address"`
	Action  action `json:"action"`
}

// Drift is what was changed at Raff since the last apply, as the refresh found it.
type Drift struct {
	Address    string      `json:"address"`
	Label      string      `json:"label"`
	Gone       bool        `json:"gone,omitempty"`
	Attributes []Attribute `json:"attributes,omitempty"`
}

// Deferred is an object that a later plan decides on.
type Deferred struct {
	Address string `json:"address"`
	Because string `json:"because"`
}

// Undecided is an attribute that stays what it is until what it comes from is known.
type Undecided struct {
	Address   string   `json:"address"`
	Attribute string   `json:"attribute"`
	From      []string `json:"from"`
}

// Check is a condition of the configuration that fails, or is known only after the apply.
type Check struct {
	Address  string   `json:"address"`
	Status   string   `json:"status"`
	Messages []string `json:"messages,omitempty"`
}

// Environment is the review of one plan.
type Environment struct {
	Name      string      `json:"name,omitempty"`
	Errored   bool        `json:"errored,omitempty"`
	Partial   bool        `json:"incomplete,omitempty"`
	Changes   []Change    `json:"changes"`
	Others    []Other     `json:"other_providers,omitempty"`
	Deferred  []Deferred  `json:"deferred,omitempty"`
	Undecided []Undecided `json:"undecided,omitempty"`
	Drift     []Drift     `json:"drift,omitempty"`
	Checks    []Check     `json:"checks,omitempty"`
	Outputs   []string    `json:"outputs,omitempty"` // that change
	Actions   []string    `json:"actions,omitempty"` // that are run
	Kept      int         `json:"unchanged"`         // objects of Raff

	cost    *cost
	project string // that the plan manages, if it is one
}

// reviewOf reviews a plan.
func reviewOf(p *plan, name string) *Environment {
	r := &reviewer{plan: p, world: worldOf(p), secrets: secretsOf(p), origins: originsOf(p)}
	e := &Environment{Name: name, Errored: p.Errored, Partial: p.Complete != nil && !*p.Complete && !p.Errored, Changes: []Change{}, cost: newCost()}
	r.changes(e)
	r.unchanged(e)
	slices.SortStableFunc(e.Changes, func(a, b Change) int { return cmp.Compare(groupOf(a), groupOf(b)) })
	r.drift(e)
	e.Undecided = r.undecided()
	for _, u := range e.Undecided {
		if slices.Contains(pricing, u.Attribute) {
			e.cost.open = append(e.cost.open, u.Address)
		}
	}
	for _, d := range p.DeferredChanges {
		e.Deferred = append(e.Deferred, Deferred{Address: d.Change.Address, Because: deferredBecause(d.Reason)})
	}
	e.Checks = r.checks()
	for _, output := range slices.Sorted(maps.Keys(p.OutputChanges)) {
		if what, _ := actionOf(p.OutputChanges[output].Actions); what != actionNone {
			e.Outputs = append(e.Outputs, output)
		}
	}
	for _, a := range p.Actions {
		e.Actions = append(e.Actions, a.Address)
	}
	return e
}

// reviewer works on one plan.
type reviewer struct {
	plan    *plan
	world   *world
	secrets secrets
	origins map[origin][]string
	seen    map[instance]bool
}

// changes reviews what the plan changes, in its order.
func (r *reviewer) changes(e *Environment) {
	r.seen = map[instance]bool{}
	var projects []string
	for _, c := range r.plan.ResourceChanges {
		what, createFirst := actionOf(c.Change.Actions)
		r.seen[instance{c.Address, c.Deposed}] = true
		if c.PreviousAddress != "" {
			r.seen[instance{c.PreviousAddress, c.Deposed}] = true
		}
		switch {
		case c.Mode == "data":
			continue
		case !isRaff(c.Type):
			if what != actionNone {
				e.Others = append(e.Others, Other{Address: c.Address, Action: what})
			}
			continue
		}
		if c.Type == "raff_project" {
			projects = append(projects, r.secrets.hide(nameOf(c.Change)))
		}
		if isBillable(c.Type, attributesOf(c.Change.Before), attributesOf(c.Change.After), attributesOf(c.Change.AfterUnknown)) {
			e.cost.add(objectCostOf(c.Address, what, c.Change))
		}
		if what == actionNone && c.Change.Importing == nil && (c.PreviousAddress == "" || c.PreviousAddress == c.Address) {
			e.Kept++
			continue
		}
		e.Changes = append(e.Changes, r.change(c, what, createFirst))
	}
	if len(projects) == 1 {
		e.project = projects[0]
	}
}

// unchanged counts the objects of the state that the plan does not mention, as with -target.
func (r *reviewer) unchanged(e *Environment) {
	for _, s := range r.plan.prior() {
		if !s.managed() || !isRaff(s.Type) || r.seen[instance{s.Address, s.Deposed}] {
			continue
		}
		e.Kept++
		if isBillable(s.Type, s.Values) {
			p := priceOf(s.Values, nil, true)
			e.cost.add(objectCost{address: s.Address, before: p, after: p, steady: true})
		}
	}
}

// change reviews what the plan does with one object of Raff.
func (r *reviewer) change(c resourceChange, what action, createFirst bool) Change {
	v := r.effectsChange(c, what, createFirst)
	found := Change{
		Address: c.Address, Type: c.Type, Label: r.label(c, v), Action: what, Deposed: c.Deposed, CreateFirst: createFirst,
	}
	if c.PreviousAddress != c.Address {
		found.MovedFrom = c.PreviousAddress
	}
	if c.Change.Importing != nil {
		found.ImportedBy = cmp.Or(r.secrets.hide(c.Change.Importing.ID), "its identity")
	}
	switch what {
	case actionCreate, actionRenew:
		found.Settings = r.readable(c, settings(c.Type, c.Change))
	case actionReplace:
		found.ReplacedBy = v.ReplacedBy
		found.Attributes = r.readable(c, replacedAttributes(c.Change))
	case actionUpdate:
		found.Attributes = r.readable(c, attributesChanged(c.Change))
	default: // there is nothing to say about its attributes
	}
	if len(found.ReplacedBy) == 0 {
		found.Because = because(c.ActionReason)
	}
	if v.Action == "" {
		return found
	}
	for _, e := range effects.Of(v, r.world) {
		found.Effects = append(found.Effects, Effect{Kind: e.Kind, Attribute: e.Attribute, Text: r.secrets.hide(e.Text)})
	}
	return found
}

// actionsOfEffects are the actions that the table of effects knows.
var actionsOfEffects = map[action]effects.Action{
	actionCreate: effects.Create, actionUpdate: effects.Update, actionReplace: effects.Replace, actionDestroy: effects.Delete,
}

// effectsChange is a change as the table of effects has it; without an action where it has no effects.
func (r *reviewer) effectsChange(c resourceChange, what action, createFirst bool) effects.Change {
	v := effects.Change{
		Type: c.Type, Action: actionsOfEffects[what],
		Before:     effects.FromJSON(attributesOf(c.Change.Before), nil),
		After:      effects.FromJSON(attributesOf(c.Change.After), attributesOf(c.Change.AfterUnknown)),
		ReplacedBy: replacedBy(c.Change),
	}
	if what == actionReplace {
		v.Order = effects.DeleteFirst
		if createFirst {
			v.Order = effects.CreateFirst
		}
	}
	return v
}

// replacedAttributes are those that replace an object and those that the next one has otherwise, as far as it is known.
func replacedAttributes(c objectChange) []Attribute {
	all := slices.DeleteFunc(attributesChanged(c), func(a Attribute) bool { return a.Unknown && !a.Replaces })
	slices.SortStableFunc(all, func(a, b Attribute) int {
		switch {
		case a.Replaces == b.Replaces:
			return 0
		case a.Replaces:
			return -1
		}
		return 1
	})
	return all
}

// nameOf is the name of an object after the change or, where it is destroyed, before.
func nameOf(c objectChange) string {
	return cmp.Or(text(attributesOf(c.After)["name"]), text(attributesOf(c.Before)["name"]))
}

// drift reviews what was changed elsewhere.
func (r *reviewer) drift(e *Environment) {
	for _, c := range r.plan.ResourceDrift {
		what, createFirst := actionOf(c.Change.Actions)
		if c.Mode == "data" || !isRaff(c.Type) || what != actionUpdate && what != actionDestroy {
			continue
		}
		d := Drift{Address: c.Address, Label: r.label(c, r.effectsChange(c, what, createFirst)), Gone: what == actionDestroy}
		if !d.Gone {
			d.Attributes = r.readable(c, attributesChanged(c.Change))
		}
		e.Drift = append(e.Drift, d)
	}
}

// checks are the conditions that fail or are not known yet, those that fail first.
func (r *reviewer) checks() []Check {
	var failed, unknown []Check
	for _, c := range r.plan.Checks {
		found := Check{Address: c.Address.Display, Status: c.Status}
		switch c.Status {
		case "fail", "error":
			for _, i := range c.Instances {
				for _, problem := range i.Problems {
					found.Messages = append(found.Messages, r.secrets.hide(problem.Message))
				}
			}
			failed = append(failed, found)
		case "unknown":
			unknown = append(unknown, found)
		}
	}
	return append(failed, unknown...)
}

func (c Check) fails() bool { return c.Status != "unknown" }

// empty tells whether a plan changes nothing at all.
func (e *Environment) empty() bool {
	return len(e.Changes)+len(e.Others)+len(e.Deferred)+len(e.Actions) == 0
}

// MarshalJSON adds the cost.
func (e *Environment) MarshalJSON() ([]byte, error) {
	type plain Environment
	return json.Marshal(struct {
		*plain
		Cost *costJSON `json:"monthly_cost,omitempty"`
	}{(*plain)(e), e.cost.json()})
}

// costJSON is the cost as `--format json` has it: numbers as text, in USD a month.
type costJSON struct {
	// Before and After are sums of the prices that are known: at least this much is paid.
	Before string `json:"before"`
	After  string `json:"after"`
	// Complete tells that no price is missing in them.
	Complete bool `json:"complete"`
	// Change is the difference; left out where it is not known.
	Change  *string          `json:"change,omitempty"`
	Objects []objectCostJSON `json:"objects,omitempty"` // whose cost changes, or may
	Unknown []string         `json:"unknown,omitempty"` // addresses of objects that stay, without a known price
}

type objectCostJSON struct {
	Address string `json:"address"`
	// Before and After are left out where there is no object, and null where the price is not known.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
	Why    string          `json:"why,omitempty"` // a price is not known
}

func (c *cost) json() *costJSON {
	if !c.any {
		return nil
	}
	out := &costJSON{
		Before: money(c.before.known), After: money(c.after.known), Complete: c.before.unknown+c.after.unknown == 0, Unknown: c.steady,
	}
	if change, known := c.change(); known {
		text := strings.TrimPrefix(signedMoney(change), "+")
		out.Change = &text
	}
	for _, o := range c.objects {
		out.Objects = append(out.Objects, objectCostJSON{o.address, o.before.json(), o.after.json(), cmp.Or(o.after.why, o.before.why)})
	}
	return out
}

func (p price) json() json.RawMessage {
	switch {
	case !p.exists:
		return nil
	case p.value == nil:
		return json.RawMessage("null")
	}
	return json.RawMessage(fmt.Sprintf("%q", money(p.value)))
}
