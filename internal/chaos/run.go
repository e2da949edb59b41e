package chaos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Tools are the programs that a seed is run with.
type Tools struct {
	CLI      string // Terraform, or OpenTofu
	Provider string // the provider's binary
}

// execution is a seed that is being run.
type execution struct {
	*world
	outcome

	story    io.Writer
	foreign  map[Key]bool // made by nobody's configuration
	excused  map[Key]bool // lost to a kill, or told already
	owed     map[Key]Object
	imported map[Key]bool
	named    map[Key]bool
	planted  []Object
	told     map[string]bool
	killed   bool // a process, at some time
	stuck    bool // some objects never become ready: nobody keeps them
}

// runSeed runs a seed in a directory, which has everything about it afterwards.
func runSeed(ctx context.Context, p plan, dir string, tools Tools) (outcome, error) {
	seed := p.Seed
	if err := os.RemoveAll(dir); err != nil {
		return outcome{seed: seed}, err
	}
	w, err := newWorld(ctx, p, dir, tools)
	if err != nil {
		return outcome{seed: seed}, err
	}
	defer w.close()
	story, err := os.Create(filepath.Join(dir, "story.txt")) // #nosec G304 -- a file of the run's own directory
	if err != nil {
		return outcome{seed: seed}, err
	}
	defer story.Close() //nolint:errcheck // it is for reading only
	x := &execution{
		world: w, outcome: outcome{seed: seed}, story: story, foreign: map[Key]bool{}, excused: map[Key]bool{}, owed: map[Key]Object{},
		imported: map[Key]bool{}, named: map[Key]bool{}, told: map[string]bool{},
	}
	err = errors.Join(os.WriteFile(filepath.Join(dir, "plan.json"), []byte(p.String()), 0o600), x.all(ctx))
	return x.outcome, errors.Join(err, os.WriteFile(filepath.Join(dir, "journal.json"), w.target.journal(ctx), 0o600))
}

func (x *execution) tell(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	x.gate.note("== %s", line)
	fmt.Fprintf(x.story, "%7.2f %s\n", time.Since(x.gate.began).Seconds(), line)
}

// all is the whole seed.
func (x *execution) all(ctx context.Context) error {
	if err := x.settleIn(ctx); err != nil {
		return err
	}
	for i, s := range x.Steps {
		if err := x.step(ctx, s); err != nil {
			return fmt.Errorf("step %d (%s): %w", i, s.Does, err)
		}
	}
	if err := x.calm(ctx); err != nil {
		return err
	}
	return x.empty(ctx)
}

// settleIn remembers what was there before, and plants what is somebody else's.
func (x *execution) settleIn(ctx context.Context) error {
	if err := x.plant(ctx); err != nil {
		return err
	}
	objects, err := x.target.inventory(ctx)
	for _, o := range objects {
		for _, k := range o.keys() {
			x.foreign[k] = true
		}
	}
	x.planted = objects
	return err
}

// plant makes objects that look like those of the configuration, as another pipeline would.
func (x *execution) plant(ctx context.Context) error {
	if len(x.Plants) == 0 {
		return nil
	}
	for _, p := range x.Plants {
		path, project := pathOf[p.Type], ""
		if p.Type == "raff_volume" {
			project = x.target.projects["production"]
		}
		_, err := x.target.make(ctx, strings.TrimSuffix(path, "/%s"), project, plantBody(p))
		x.tell("planted %s %q of somebody else (%v)", p.Type, p.Name, err)
	}
	return x.target.advance(ctx, since)
}

// since is how long before the first run the planted objects were made: the Date of an answer tells seconds.
const since = 10 * time.Second

func (x *execution) step(ctx context.Context, s step) error {
	switch s.Does {
	case intrudeStep:
		return x.intrusion(ctx, s)
	case removeStep:
		return x.removeElsewhere(ctx, s)
	case destroyStep:
		return x.disturbed(ctx, s, "destroy")
	}
	return x.disturbed(ctx, s, "apply")
}

// found notes a finding, once for each object.
func (x *execution) found(findings ...Finding) {
	for _, f := range findings {
		key := fmt.Sprint(f.Kind, f.ID)
		if f.ID == "" {
			key += f.Address + f.Text
		}
		if x.told[key] {
			continue
		}
		x.told[key] = true
		x.tell("FOUND %s", f)
		x.findings = append(x.findings, f)
	}
}

// disturbed runs an apply or a destroy while things go wrong, and judges what came of it.
func (x *execution) disturbed(ctx context.Context, s step, command string) error {
	x.tell("%s: %s %v", s.Does, s.Edit, s.Options)
	for _, f := range s.Faults {
		x.tell("  fault %s", &f)
	}
	for _, p := range s.Pace {
		x.tell("  pace %s", p)
		x.stuck = x.stuck || p.StuckIn != ""
	}
	for _, w := range s.Windows {
		x.tell("  window %+v", w)
	}
	for _, t := range s.Signals {
		x.tell("  signal %s at %q #%d after=%v", t.Signal, t.Match, t.Nth, t.After)
		t.do = func() { x.signal(t.Signal) }
	}
	if err := x.target.setFaults(ctx, s.Faults, s.Pace); err != nil {
		return err
	}
	x.gate.set(passing, s.Windows, s.Signals...)
	results, err := x.watched(ctx, s, func() ([]result, error) { return x.both(ctx, s, command) })
	if err != nil || !results.killed {
		return err
	}
	return x.acknowledge(ctx, s)
}

// signal sends a signal, at a request.
func (x *execution) signal(what string) {
	if what == killBackend {
		x.kills++
		if err := x.target.restart(); err != nil {
			x.gate.note("the backend did not come back: %v", err)
		}
		return
	}
	if what == interruptTwice {
		// The first one has to have arrived: two at once count as one.
		<-time.After(20 * time.Millisecond)
	}
	if x.main.signal(what) {
		x.kills++
	}
}

// both runs the main workspace and, where the step has it, the other process.
func (x *execution) both(ctx context.Context, s step, command string) ([]result, error) {
	var side result
	var failed error
	var wait sync.WaitGroup
	if s.Other {
		if err := x.side.write(x.settings("staging") + x.other.render()); err != nil {
			return nil, err
		}
		wait.Go(func() { side, failed = x.side.run(ctx, "apply", "-auto-approve", "-json") })
	}
	r, err := x.apply(ctx, s, command, s.Options...)
	wait.Wait()
	if s.Other {
		x.applies++
		return []result{r, side}, errors.Join(err, failed)
	}
	return []result{r}, err
}

// apply runs an apply or a destroy of the main workspace.
func (x *execution) apply(ctx context.Context, s step, command string, options ...string) (result, error) {
	if err := x.main.write(x.settings("production") + s.config); err != nil {
		return result{}, err
	}
	x.applies++
	return x.main.run(ctx, append([]string{command, "-auto-approve", "-json", fmt.Sprintf("-parallelism=%d", x.Parallelism)}, options...)...)
}

// together is what came of the runs of a step.
type together struct {
	results []result
	killed  bool
	objects []Object // that there are afterwards
}

// watched runs something, and judges it. What goes wrong ends with it.
func (x *execution) watched(ctx context.Context, s step, run func() ([]result, error)) (together, error) {
	judged := Step{Foreign: x.foreign, Excused: x.excused, Imported: x.imported, Named: x.named, Configured: s.configured}
	var err error
	if judged.Before, err = x.states(); err != nil {
		return together{}, err
	}
	if judged.Existed, err = x.target.inventory(ctx); err != nil {
		return together{}, err
	}
	if s.Does == destroyStep {
		judged.Configured = nil
	}
	results, err := run()
	if err != nil {
		return together{}, err
	}
	x.gate.settle()
	x.faults += x.target.spoilt(ctx)
	if err := x.target.setFaults(ctx, nil, nil); err != nil {
		return together{}, err
	}
	x.gate.set(passing, nil)
	all := together{results: results}
	for _, r := range results {
		x.report(r)
		all.killed = all.killed || r.killed
		judged.Diagnostics = append(judged.Diagnostics, r.Diagnostics...)
	}
	judged.Killed = all.killed
	if judged.After, err = x.states(); err != nil {
		if !all.killed {
			return all, err
		}
		x.tell("the state was being written: %v", err)
		if err := x.restore(); err != nil {
			return all, err
		}
		if judged.After, err = x.states(); err != nil {
			return all, err
		}
	}
	if judged.Objects, err = x.target.inventory(ctx); err != nil {
		return all, err
	}
	all.objects = judged.Objects
	x.killed = x.killed || all.killed
	x.rememberNamed(judged)
	x.sentence(judged)
	return all, x.follow(ctx, judged)
}

// report tells of a run, and of what Terraform itself finds wrong.
func (x *execution) report(r result) {
	x.tell("  %s -> exit %d killed=%v planned=%d", r.command, r.exit, r.killed, r.Planned)
	for _, d := range r.Diagnostics {
		if d.Severity == "error" || strings.Contains(d.Detail, "terraform import") {
			x.tell("    %s %s: %s", d.Severity, d.Address, strings.Join(strings.Fields(d.Text()), " "))
		}
	}
	if text := faulty(r.output, r.killed); text != "" {
		x.found(Finding{Kind: Inconsistent, Text: text + " in " + r.command})
	}
	if r.hung {
		x.found(Finding{Kind: Unconverged, Text: "it never ended: " + r.command})
	}
}

// rememberNamed notes which objects the diagnostics name with their import command.
func (x *execution) rememberNamed(s Step) {
	for _, o := range s.Objects {
		for _, d := range s.Diagnostics {
			if d.names(o) {
				for _, k := range o.keys() {
					x.named[k] = true
				}
			}
		}
	}
}

// sentence notes what the judge finds. Each object is told of once; what was lost to a kill is owed an explanation.
func (x *execution) sentence(s Step) {
	for _, f := range judge(s) {
		for _, o := range s.Objects {
			if _, held := holder(s.After, o); held || o.ID != f.ID || !lost(f) {
				continue
			}
			for _, k := range o.keys() {
				x.excused[k] = true
			}
			if f.Kind == KilledUnrecorded && unique[o.Type] {
				x.owed[o.Key] = o
			}
		}
		x.found(f)
	}
	x.guard(s)
}

// lost tells whether a finding may be about an object that no state has.
func lost(f Finding) bool { return f.Kind != Adopted }

// guard looks whether what is somebody else's is still there.
func (x *execution) guard(s Step) {
	for _, o := range x.planted {
		if exists(s.Existed, o.Key) && !exists(s.Objects, o.Key) && x.foreign[o.Key] {
			x.found(Finding{Adopted, "", o.ID, describe(o) + " was somebody else's and was destroyed"})
		}
	}
}

// restore puts the backup in place of a state that a kill has cut off, as people do.
func (x *execution) restore() error {
	for _, w := range []*workspace{x.main, x.side} {
		if _, err := w.state(); err == nil {
			continue
		}
		file := filepath.Join(w.dir, "terraform.tfstate")
		content, err := os.ReadFile(file + ".backup") // #nosec G304 -- a file of the run's own directory
		if err != nil {
			content = nil
		}
		if err := os.WriteFile(file, content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// live are the objects of no state that a configuration has made.
func (x *execution) live(ctx context.Context) ([]Object, error) {
	objects, err := x.target.inventory(ctx)
	if err != nil {
		return nil, err
	}
	state, err := x.states()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(objects, func(o Object) bool {
		_, held := holder(state, o)
		return held || o.Edge || x.foreign[o.Key]
	}), nil
}
