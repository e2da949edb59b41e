package review

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/effects"
)

// mostListed is how many addresses are named in one sentence.
const mostListed = 20

// compose says what plans do. title stands above all of it; reasons are the conditions that are met.
func compose(title string, all []*Environment, reasons []Reason) document {
	level := 3
	heading := line{say(title)}
	if len(all) == 1 && all[0].Name != "" {
		heading = append(heading, say(": "+all[0].Name))
	}
	d := document{{level: 2, line: heading}}
	d = append(d, refusal(reasons, len(all) > 1)...)
	for _, e := range all {
		if len(all) > 1 {
			d = append(d, block{level: level, line: line{say(e.Name)}})
			d = append(d, e.compose(level+1)...)
			continue
		}
		d = append(d, e.compose(level)...)
	}
	return d
}

// refusal says which conditions are met.
func refusal(reasons []Reason, several bool) document {
	if len(reasons) == 0 {
		return nil
	}
	d := document{paragraph(strong("Stopped by --fail-on:"))}
	var items []item
	for _, r := range reasons {
		l := line{strong(r.Condition), say(": ")}
		if several {
			l = append(l, say(r.Environment+": "))
		}
		items = append(items, item{line: append(l, r.line()...)})
	}
	return append(d, block{items: items, grave: true})
}

func paragraph(spans ...span) block { return block{paragraph: true, line: spans} }

// compose says what one plan does, its sections headed at a level.
func (e *Environment) compose(level int) document {
	d := e.warnings()
	if e.empty() {
		d = append(d, paragraph(e.nothing()...))
	} else {
		d = append(d, e.summary()...)
	}
	d = append(d, e.failedChecks()...)
	for i, g := range groups {
		var changes []Change
		for _, c := range e.Changes {
			if groupOf(c) == group(i) {
				changes = append(changes, c)
			}
		}
		if len(changes) > 0 {
			d = append(d, heading(level, g.title, len(changes)), block{items: section(changes), grave: g.grave})
		}
	}
	d = append(d, e.deferred(level)...)
	d = append(d, e.undecided(level)...)
	d = append(d, e.costs(level)...)
	d = append(d, e.drifted(level)...)
	return append(d, e.rest()...)
}

// heading stands above a section, with the number of objects in it.
func heading(level int, title string, n int) block {
	title, more, explained := strings.Cut(title, ":")
	title = fmt.Sprintf("%s (%s)", title, count(n))
	if explained {
		title += ":" + more
	}
	return block{level: level, line: line{say(title)}}
}

// warnings say what keeps a plan from being what it looks like.
func (e *Environment) warnings() document {
	var d document
	if e.Errored {
		d = append(d, paragraph(strong("This plan ended with an error and cannot be applied."), say(" What follows is the part that was planned until then; "+
			"the error is in the output of the plan.")))
	}
	if e.Partial {
		d = append(d, paragraph(strong("This plan is not complete."), say(" It leaves something out (-target) or for later (deferred). After the apply, another plan is due.")))
	}
	return d
}

// nothing says that a plan changes no object.
func (e *Environment) nothing() line {
	switch {
	case e.Errored:
		return line{say("No change was planned.")}
	case len(e.Drift) > 0:
		return line{strong("No changes."), say(" Only the state is brought up to date with what was changed elsewhere.")}
	case len(e.Outputs) > 0:
		return line{strong("No changes"), say(" but to outputs.")}
	}
	return line{strong("No changes.")}
}

// summary says in a few lines what happens, the gravest first.
func (e *Environment) summary() document {
	var d document
	if l := e.counts(); len(l) > 0 {
		d = append(d, paragraph(l...))
	}
	if found := e.dangers(); len(found) > 0 {
		d = append(d, paragraph(strong("Of these: "), say(strings.Join(found, ", ")+".")))
	}
	if l := e.cost.line(); len(l) > 0 {
		d = append(d, paragraph(l...))
	}
	if len(e.Others) > 0 {
		d = append(d, paragraph(e.others()...))
	}
	if len(e.Actions) > 0 {
		d = append(d, paragraph(append(line{say(fmt.Sprintf("Runs %s: ", plural(len(e.Actions), "action")))}, listed(e.Actions, mostListed)...)...))
	}
	return d
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return count(n) + " " + what + "s"
}

// counts says how many objects are destroyed, replaced and so on.
func (e *Environment) counts() line {
	n := map[action]int{}
	for _, c := range e.Changes {
		n[c.Action]++
	}
	if n[actionDestroy] > 1 && n[actionDestroy] == len(e.Changes) && e.Kept == 0 {
		return line{strong(fmt.Sprintf("Everything that this state has at Raff is destroyed: %s.", objects(n[actionDestroy])))}
	}
	var parts []string
	for _, how := range done {
		if n[how.action] > 0 {
			parts = append(parts, count(n[how.action])+" "+how.text)
		}
	}
	imported, moved := 0, 0
	for _, c := range e.Changes {
		if c.ImportedBy != "" {
			imported++
		}
		if c.MovedFrom != "" {
			moved++
		}
	}
	for _, also := range []struct {
		n    int
		what string
	}{{imported, "imported"}, {moved, "moved in the state"}, {len(e.Deferred), "left to a later plan"}} {
		if also.n > 0 {
			parts = append(parts, count(also.n)+" "+also.what)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return line{strong(strings.Join(parts, ", ") + ".")}
}

// reachesFurther tells whether objects that are not in the state may be affected.
func (e *Environment) reachesFurther() bool {
	return slices.ContainsFunc(e.Changes, func(c Change) bool {
		return c.Action == actionDestroy || c.Action == actionReplace || c.has(effects.Reinstall)
	})
}

// builds tells whether a plan leaves anything there: conditions say nothing about a destruction.
func (e *Environment) builds() bool {
	return len(e.with(actionCreate))+len(e.with(actionUpdate))+len(e.with(actionReplace)) > 0
}

// dangers counts the objects by what they undergo.
func (e *Environment) dangers() []string {
	var all []string
	for _, kind := range effects.Kinds {
		n := 0
		for _, c := range e.Changes {
			if c.has(kind) {
				n++
			}
		}
		if n > 0 {
			all = append(all, danger(kind, n))
		}
	}
	return all
}

// others names the objects of other providers that change.
func (e *Environment) others() line {
	n := map[action]int{}
	var addresses []string
	for _, o := range e.Others {
		n[o.Action]++
		addresses = append(addresses, o.Address)
	}
	var parts []string
	for _, how := range done {
		if n[how.action] > 0 {
			parts = append(parts, count(n[how.action])+" "+how.text)
		}
	}
	return append(line{say("Of other providers, whose effects are not reviewed here: " + strings.Join(parts, ", ") + " (")}, append(listed(addresses, mostListed), say(")."))...)
}

// failedChecks names the conditions of the configuration that fail.
func (e *Environment) failedChecks() document {
	var items []item
	for _, c := range e.Checks {
		if c.fails() {
			l := line{name(c.Address)}
			if len(c.Messages) > 0 {
				l = append(l, say(": "+strings.Join(c.Messages, " ")))
			}
			items = append(items, item{line: l})
		}
	}
	if len(items) == 0 {
		return nil
	}
	return document{paragraph(strong("Conditions of the configuration that are not met:")), {items: items, grave: true}}
}

// deferred names what a later plan decides.
func (e *Environment) deferred(level int) document {
	var items []item
	for _, d := range e.Deferred {
		items = append(items, item{line: line{name(d.Address), say(": " + d.Because)}})
	}
	if len(items) == 0 {
		return nil
	}
	return document{heading(level, "Left to a later plan", len(items)), {items: items}}
}

// undecided names the attributes that stay only because their new values are not known yet.
func (e *Environment) undecided(level int) document {
	var items []item
	for _, u := range e.Undecided {
		items = append(items, item{line: append(append(line{name(u.Address), say(": "), name(u.Attribute), say(" stays as it is until ")},
			listed(u.From, mostListed)...), say(" is known, after the apply; only then it is decided what that changes"))})
	}
	if len(items) == 0 {
		return nil
	}
	return document{heading(level, "Not decided yet", len(items)), {items: items, grave: true}}
}

// drifted says what was changed elsewhere.
func (e *Environment) drifted(level int) document {
	var items []item
	for _, d := range e.Drift {
		i := item{line: line{name(d.Address), say(": " + d.Label)}}
		if d.Gone {
			i.line = append(i.line, say(" is gone"))
		}
		for _, a := range d.Attributes {
			i.details = append(i.details, a.line())
		}
		items = append(items, i)
	}
	if len(items) == 0 {
		return nil
	}
	return document{heading(level, "Changed elsewhere since the last apply", len(items)), {items: items}}
}

// rest are the things that are worth one sentence.
func (e *Environment) rest() document {
	var d document
	var unknown []string
	for _, c := range e.Checks {
		if !c.fails() {
			unknown = append(unknown, c.Address)
		}
	}
	if len(unknown) > 0 && e.builds() {
		d = append(d, paragraph(append(line{say("Conditions that are decided at apply: ")}, append(listed(unknown, mostListed), say("."))...)...))
	}
	if len(e.Outputs) > 0 && (e.builds() || len(e.Changes) == 0) {
		d = append(d, paragraph(append(line{say("Outputs that change: ")}, append(listed(e.Outputs, mostListed), say("."))...)...))
	}
	if e.reachesFurther() {
		d = append(d, paragraph(say("Only this state was looked at: what was created elsewhere and belongs to these objects is affected as well.")))
	}
	return d
}

// item says what happens to one object. shared are effects that are said of several at once.
func (c Change) item(shared map[Effect]bool) item {
	i := item{line: line{name(c.Address), say(": " + c.Label)}}
	i.line = append(i.line, c.manner()...)
	for _, e := range c.Effects {
		if !shared[e.said()] {
			i.effects = append(i.effects, e.line(""))
		}
	}
	i.details = c.details()
	return i
}

// manner says how and why an object is changed, where its section does not.
func (c Change) manner() line {
	var l line
	if groupOf(c) == groupFails {
		l = append(l, say(", to be "+verb(c.Action)))
	}
	if c.Deposed != "" {
		l = append(l, say(", which another one has already taken the place of"))
	}
	switch {
	case len(c.ReplacedBy) > 0:
		l = append(append(l, say(", because of ")), listed(c.ReplacedBy, mostListed)...)
	case c.Because != "":
		l = append(l, say(" ("+c.Because+")"))
	}
	switch {
	case c.Action == actionReplace && c.CreateFirst:
		l = append(l, say("; the new one is created first"))
	case c.Action == actionForget:
		l = append(l, say(" stays at Raff, and is paid for"))
	case c.Action == actionRenew:
		l = append(l, say(": a new one is created; the old one stays at Raff, and is paid for"))
	}
	return l
}

// said is an effect as a comment has it: the attribute is not in it.
func (e Effect) said() Effect { return Effect{Kind: e.Kind, Text: e.Text} }

// line is an effect in words. of says which objects it is about, where it is said of several.
func (e Effect) line(of string) line {
	return line{strong(labelOf(e.Kind) + of + "."), say(" " + e.Text)}
}

// fewest is of how many objects an effect is said at once.
const fewest = 3

// section lists objects. What is the same of several of them is said once, before them.
func section(changes []Change) []item {
	n := map[Effect]int{}
	var order []Effect
	for _, c := range changes {
		for _, e := range c.Effects {
			if n[e.said()]++; n[e.said()] == fewest {
				order = append(order, e.said())
			}
		}
	}
	shared := map[Effect]bool{}
	var items []item
	for _, e := range order {
		shared[e] = true
		of := fmt.Sprintf(", %s of these", count(n[e]))
		if n[e] == len(changes) {
			of = ", each of these"
		}
		items = append(items, item{line: e.line(of)})
	}
	for _, c := range changes {
		i := c.item(shared)
		also := map[Effect]bool{}
		for _, e := range c.Effects {
			if shared[e.said()] && n[e.said()] < len(changes) && !also[e.said()] {
				also[e.said()] = true
				i.line = append(i.line, say("; "+strings.ToLower(labelOf(e.Kind))+" as above"))
			}
		}
		items = append(items, i)
	}
	return items
}

// verb is the participle of an action.
func verb(what action) string {
	for _, how := range done {
		if how.action == what {
			return how.text
		}
	}
	return "changed"
}

// line says what all of it costs.
func (c *cost) line() line {
	if !c.any {
		return nil
	}
	before, after := atLeast(c.before), atLeast(c.after)
	l := line{strong("Cost a month: ")}
	if len(c.objects) == 0 {
		l = append(l, say(after+" USD, as before."))
	} else {
		l = append(l, say(fmt.Sprintf("from %s to %s USD (%s).", before, after, c.changeInWords())))
	}
	var missing []string
	for _, o := range c.objects {
		if o.before.exists && o.before.value == nil || o.after.exists && o.after.value == nil {
			missing = append(missing, o.address)
		}
	}
	if missing = append(missing, c.steady...); len(missing) > 0 {
		l = append(append(l, say(" No price is known for ")), append(listed(missing, mostListed), say("."))...)
	}
	return l
}

// changeInWords is by how much the cost grows, as far as it is known.
func (c *cost) changeInWords() string {
	change, open, less := new(big.Rat), false, false
	for _, o := range c.objects {
		for _, side := range []struct {
			price price
			sign  int64
			lacks *bool
		}{{o.before, -1, &less}, {o.after, 1, &open}} {
			switch {
			case !side.price.exists:
			case side.price.value == nil:
				*side.lacks = true
			default:
				change.Add(change, new(big.Rat).Mul(side.price.value, big.NewRat(side.sign, 1)))
			}
		}
	}
	switch {
	case open && less:
		return "the change is not known"
	case open:
		return "at least " + signedMoney(change)
	case less:
		return "at most " + signedMoney(change)
	}
	return signedMoney(change)
}

func atLeast(a amount) string {
	if a.unknown > 0 {
		return "at least " + money(a.known)
	}
	return money(a.known)
}

// costs has the cost of each object whose cost changes, and of all.
func (e *Environment) costs(level int) document {
	c := e.cost
	if len(c.objects) == 0 {
		return nil
	}
	t := &table{header: []string{"USD a month", "before", "after", "change"}}
	for _, o := range c.objects {
		difference := "not known"
		if d := o.difference(); d != nil {
			difference = signedMoney(d)
		}
		row := []line{{name(o.address)}, {say(o.before.String())}, {say(o.after.String())}, {say(difference)}}
		if why := cmp.Or(o.after.why, o.before.why); why != "" {
			row[0] = append(row[0], say(" ("+why+")"))
		}
		t.rows = append(t.rows, row)
	}
	t.total = []line{{strong("In all")}, {strong(atLeast(c.before))}, {strong(atLeast(c.after))}, {strong(c.changeInWords())}}
	return document{{level: level, line: line{say("Cost")}}, {table: t}}
}
