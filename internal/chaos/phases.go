package chaos

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// tries is how many applies, or destroys, may be needed once nothing goes wrong any more.
const tries = 3

// acknowledge applies once more after a kill: what was lost by it and has a unique name has to be named.
func (x *execution) acknowledge(ctx context.Context, s step) error {
	if len(x.owed) == 0 || s.Does == destroyStep {
		return nil
	}
	s.Options, s.Other = nil, false
	s.Does = applyStep
	x.tell("what does an apply say of what was lost?")
	if _, err := x.watched(ctx, s, func() ([]result, error) {
		r, err := x.apply(ctx, s, "apply")
		return []result{r}, err
	}); err != nil {
		return err
	}
	return x.collect(ctx)
}

// collect looks whether what is owed was named, and forgets it.
func (x *execution) collect(ctx context.Context) error {
	live, err := x.live(ctx)
	if err != nil {
		return err
	}
	for _, o := range x.owed {
		if exists(live, o.Key) && !slices.ContainsFunc(o.keys(), func(k Key) bool { return x.named[k] }) {
			x.found(Finding{Orphan, "", o.ID, describe(o) + " was lost to a kill, and the next apply did not name it with its import command"})
		}
	}
	clear(x.owed)
	return nil
}

// last is the configuration that the steps end with.
func (x *execution) last() step {
	s := x.Steps[len(x.Steps)-1]
	return step{Does: applyStep, config: s.config, configured: s.configured}
}

// calm applies until the configuration has come to rest: nothing goes wrong any more.
func (x *execution) calm(ctx context.Context) error {
	if err := x.endOther(ctx); err != nil {
		return err
	}
	if err := x.sweep(ctx); err != nil {
		return err
	}
	s := x.last()
	x.tell("nothing goes wrong any more")
	var last result
	for range tries {
		all, err := x.watched(ctx, s, func() ([]result, error) {
			r, err := x.apply(ctx, s, "apply")
			return []result{r}, err
		})
		if err != nil {
			return err
		}
		if err := x.collect(ctx); err != nil {
			return err
		}
		if last = all.results[0]; last.exit == 0 && last.Planned == 0 {
			return x.atRest(ctx, s)
		}
		if last.exit == 0 {
			break
		}
		x.start(ctx, last, all.objects)
		if err := x.sweep(ctx); err != nil {
			return err
		}
	}
	if last.exit != 0 {
		d := firstError(last)
		x.found(Finding{Kind: Unconverged, Address: d.Address, Text: fmt.Sprintf("%d applies without a fault fail: %s", tries, flat(d.Text()))})
		return nil
	}
	return x.plansEmpty(ctx, s)
}

func firstError(r result) Diagnostic {
	if all := r.errors(); len(all) > 0 {
		return all[0]
	}
	return Diagnostic{Summary: flat(r.output)}
}

// plansEmpty expects a plan without any change.
func (x *execution) plansEmpty(ctx context.Context, s step) error {
	r, err := x.main.run(ctx, "plan", "-json", "-detailed-exitcode")
	if err != nil {
		return err
	}
	x.report(r)
	if r.exit != 0 {
		text := fmt.Sprintf("the plan after the last apply has exit code %d and %d changes: %s", r.exit, r.Planned, changes(r.output))
		x.found(Finding{Kind: Unconverged, Text: text})
		return nil
	}
	return x.atRest(ctx, s)
}

// changes are the lines of a plan's output that say what is planned.
func changes(output string) string {
	var all []string
	for line := range strings.SplitSeq(output, "\n") {
		if strings.Contains(line, `"type":"planned_change"`) || strings.Contains(line, `"severity":"error"`) {
			if _, text, found := strings.Cut(line, `"@message":"`); found {
				text, _, _ = strings.Cut(text, `"`)
				all = append(all, text)
			}
		}
	}
	return flat(strings.Join(all, "; "))
}

// atRest judges attachments, too, once the configuration has come to rest.
func (x *execution) atRest(ctx context.Context, s step) error {
	state, err := x.states()
	if err != nil {
		return err
	}
	objects, err := x.target.inventory(ctx)
	if err != nil {
		return err
	}
	x.sentence(Step{
		Before: state, After: state, Existed: objects, Objects: objects, Foreign: x.foreign, Excused: x.excused, Imported: x.imported,
		Configured: s.configured, Named: map[Key]bool{}, Edges: true,
	})
	return nil
}

// sweep deletes what no state has, as somebody does who has read of it: what was lost to a kill, what was named and could
// not be imported, and what has been found.
func (x *execution) sweep(ctx context.Context) error {
	live, err := x.live(ctx)
	if err != nil {
		return err
	}
	for _, o := range slices.Backward(live) {
		if _, owed := x.owed[o.Key]; !owed && (x.excused[o.Key] || x.named[o.Key]) {
			x.tell("swept %s %s (%v)", describe(o), o.ID, x.deleteObject(ctx, o))
		}
	}
	return nil
}

// endOther destroys what the other process has made: the names are taken until then.
func (x *execution) endOther(ctx context.Context) error {
	state, err := x.side.state()
	if err != nil || len(state) == 0 {
		return err
	}
	s := step{Does: destroyStep}
	for range tries {
		all, err := x.watched(ctx, s, func() ([]result, error) {
			r, err := x.side.run(ctx, "destroy", "-auto-approve", "-json")
			x.applies++
			return []result{r}, err
		})
		if err != nil {
			return err
		}
		if all.results[0].exit == 0 {
			return nil
		}
	}
	x.found(Finding{Kind: Unconverged, Text: "the other process's objects cannot be destroyed"})
	return nil
}

// empty destroys everything, and looks whether anything was left behind.
func (x *execution) empty(ctx context.Context) error {
	if err := x.sweep(ctx); err != nil {
		return err
	}
	s := x.last()
	s.Does = destroyStep
	var last result
	for range tries {
		all, err := x.watched(ctx, s, func() ([]result, error) {
			r, err := x.apply(ctx, s, "destroy")
			return []result{r}, err
		})
		if err != nil {
			return err
		}
		if last = all.results[0]; last.exit == 0 {
			break
		}
		// A backup that is no configuration's can only go after those that build on it.
		if err := x.sweep(ctx); err != nil {
			return err
		}
	}
	if last.exit != 0 {
		x.found(Finding{Kind: Unconverged, Address: firstError(last).Address, Text: "destroy fails: " + flat(firstError(last).Text())})
		return nil
	}
	return x.nothingLeft(ctx)
}

// nothingLeft expects the account to be as it was.
func (x *execution) nothingLeft(ctx context.Context) error {
	state, err := x.states()
	if err != nil {
		return err
	}
	for _, i := range state {
		x.found(Finding{Unconverged, i.Address, i.ID, "destroy has left it in the state"})
	}
	live, err := x.live(ctx)
	if err != nil {
		return err
	}
	for _, o := range live {
		if !x.excused[o.Key] {
			x.found(Finding{Orphan, "", o.ID, describe(o) + " is left after everything was destroyed"})
		}
	}
	return nil
}

// intrusion runs Terraform where it cannot do anything right, and expects that it does nothing.
func (x *execution) intrusion(ctx context.Context, s step) error {
	before, err := x.states()
	if err != nil || !x.affected(before, s.Mode) {
		return err
	}
	existed, err := x.both2(ctx)
	if err != nil {
		return err
	}
	x.tell("intrusion: %s while %s", s.Command, s.Mode)
	undo, err := x.lose(ctx, s.Mode)
	if err != nil {
		return err
	}
	args := []string{s.Command, "-auto-approve", "-json"}
	switch s.Command {
	case "plan":
		args = []string{"plan", "-json"}
	case "refresh-only":
		args = []string{"apply", "-refresh-only", "-auto-approve", "-json"}
	}
	if err := x.main.write(x.settings("production") + s.config); err != nil {
		return err
	}
	x.applies++
	r, err := x.main.run(ctx, args...)
	if err != nil {
		return err
	}
	x.gate.settle()
	x.gate.set(passing, nil)
	if err := undo(); err != nil {
		return err
	}
	x.report(r)
	after, err := x.states()
	if err != nil {
		return err
	}
	objects, err := x.both2(ctx)
	if err != nil {
		return err
	}
	x.found(judgeIntrusion(s, r, before, after, existed, objects)...)
	return nil
}

// affected tells whether a state has anything that a run under a mode cannot see.
func (x *execution) affected(state State, m mode) bool {
	return slices.ContainsFunc(state, func(i Instance) bool {
		account := slices.Contains([]string{"raff_role", "raff_api_key", "raff_member"}, i.Type)
		switch {
		case i.Workspace != x.main.name || i.ID == "":
			return false
		case m == lostRights:
			return account
		case m == lostProject:
			return i.Type == "raff_vm" || i.Type == "raff_volume" || i.Type == "raff_vpc" || i.Type == "raff_security_group" || i.Type == "raff_ip"
		}
		return true
	})
}

// both2 is what both accounts have.
func (x *execution) both2(ctx context.Context) ([]Object, error) {
	objects, err := x.target.inventory(ctx)
	if err != nil {
		return nil, err
	}
	others, err := x.second.inventory(ctx)
	return append(objects, others...), err
}

// lose makes the intrusion true, and returns what ends it.
func (x *execution) lose(ctx context.Context, m mode) (undo func() error, err error) {
	production := x.target.projects["production"]
	role := func(permissions []string) error {
		_, err := x.target.call(ctx, http.MethodPatch, "/roles/"+x.roleID, "", map[string]any{"permissions": permissions})
		return err
	}
	switch m { //nolint:exhaustive // the others are the gate's
	case lostProject:
		member := x.membership["production"]
		_, err := x.target.request(ctx, http.MethodDelete, x.target.api+"/api/v1/projects/"+production+"/members/"+member, "", nil)
		delete(x.foreign, Key{"raff_project_member", member})
		return func() error {
			err := x.join(ctx, "production")
			x.foreign[Key{"raff_project_member", x.membership["production"]}] = true
			return err
		}, err
	case lostRights:
		return func() error { return role(allOfAccount) }, role([]string{"account.settings.view"})
	}
	x.gate.set(m, nil)
	return func() error { return nil }, nil
}

// judgeIntrusion expects an error, and nothing else.
func judgeIntrusion(s step, r result, before, after State, existed, objects []Object) []Finding {
	var found []Finding
	what := fmt.Sprintf("%s while %s", s.Command, s.Mode)
	if r.exit == 0 || len(r.errors()) == 0 {
		found = append(found, Finding{Kind: Unreported, Text: what + " succeeded"})
	}
	held := after.at()
	for at, i := range before.at() {
		if now, ok := held[at]; !ok || now.ID != i.ID {
			found = append(found, Finding{Unreported, i.Address, i.ID, what + " has taken it out of the state"})
		}
	}
	was, is := keysOf(existed), keysOf(objects)
	for _, o := range objects {
		if !was[o.Key] && !o.Edge && !isMembership(s, o) {
			found = append(found, Finding{Orphan, "", o.ID, what + " has made " + describe(o)})
		}
	}
	for _, o := range existed {
		if !is[o.Key] && !isMembership(s, o) {
			found = append(found, Finding{Unreported, "", o.ID, what + " has destroyed " + describe(o)})
		}
	}
	slices.SortFunc(found, func(a, b Finding) int { return strings.Compare(a.ID+a.Text, b.ID+b.Text) })
	return slices.Clip(found)
}

// isMembership tells whether an object is what the machine itself has taken away and given back.
func isMembership(s step, o Object) bool {
	return s.Mode == lostProject && o.Type == "raff_project_member"
}
