package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// scene is what a run of a case begins with.
type scene struct {
	snapshot []byte                // of the account
	pace     []refbackend.PaceRule // how long changes take; none: they are there at once
	parts    []part                // a workspace each; several are run at a time
}

// part is what a workspace has: a configuration, and a state where there is one already.
type part struct {
	groups []group
	state  []byte
}

// measurement is one run of a case with one provider.
type measurement struct {
	traffic
	errors   int
	walls    []time.Duration // of each workspace
	cli      time.Duration   // CPU, of all
	provider time.Duration   // CPU, of all
	peak     int64           // memory of one provider process, in bytes
}

// wall is how long all of it has taken.
func (m measurement) wall() time.Duration { return slices.Max(m.walls) }

// measure runs a scene with a provider, in a backend of its own. Where several workspaces are run, one that fails is
// counted; a single one has to do what the case is about.
func (b *bench) measure(ctx context.Context, c *benchCase, s *scene, provider string) (measurement, error) {
	var m measurement
	running, err := startBackend(s.snapshot, refbackend.Options{Pace: s.pace})
	if err != nil {
		return m, err
	}
	defer running.stop()
	runs := make([]run, len(s.parts))
	workspaces := make([]*workspace, len(s.parts))
	for i, p := range s.parts {
		if workspaces[i], err = b.prepare(i, p, provider, running); err != nil {
			return m, err
		}
	}
	err = parallel(ctx, len(s.parts), func(ctx context.Context, i int) (err error) {
		runs[i], err = workspaces[i].run(ctx, c.args...)
		return err
	})
	if err != nil {
		return m, err
	}
	m.traffic = running.traffic()
	for i, r := range runs {
		if r.exit != 0 || !strings.Contains(r.output, c.want(s.parts[i])) {
			m.errors++
			err = errors.Join(err, fmt.Errorf("%s with %s: exit code %d, and not %q:\n%s",
				c.name, filepath.Base(provider), r.exit, c.want(s.parts[i]), tail(r.output)))
		}
		m.walls = append(m.walls, r.wall)
		m.cli += r.cli
		m.provider += r.provider.CPU
		m.peak = max(m.peak, r.provider.Peak)
	}
	if c.countsErrors && err != nil {
		fmt.Fprintf(b.stderr, "bench: %v\n", err)
		err = nil
	}
	return m, err
}

// prepare makes a workspace for a part of a scene.
func (b *bench) prepare(i int, p part, provider string, running *backend) (*workspace, error) {
	w, err := newWorkspace(filepath.Join(b.dir, fmt.Sprintf("workspace-%d", i+1)), b.tools.cli, provider, b.tools.launcher)
	if err != nil {
		return nil, err
	}
	if err := w.write("main.tf", []byte(configuration(running.url, running.key(), p.groups))); err != nil {
		return nil, err
	}
	if p.state == nil {
		return w, nil
	}
	return w, w.write("terraform.tfstate", p.state)
}

// rounds runs a case with the provider and with the floor in turn, since the machine is not the same at all times.
func (b *bench) rounds(ctx context.Context, c *benchCase, s *scene) (ours, floor []measurement, err error) {
	for range b.runsOf(c) {
		m, err := b.measure(ctx, c, s, b.tools.provider)
		if err != nil {
			return nil, nil, err
		}
		ours = append(ours, m)
		if c.countsErrors {
			continue
		}
		if m, err = b.measure(ctx, c, s, b.tools.floor); err != nil {
			return nil, nil, err
		}
		if m.requests > 0 {
			return nil, nil, fmt.Errorf("%s: the floor has made %v", c.name, m.traffic)
		}
		floor = append(floor, m)
	}
	return ours, floor, nil
}

func (b *bench) runsOf(c *benchCase) int {
	if b.runs > 0 {
		return b.runs
	}
	return c.runs
}
