package bench

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// benchCase is what is measured, and said in one line.
type benchCase struct {
	name, about string
	runs        int // unless RUNS says otherwise
	build       func(ctx context.Context, b *bench) (*scene, error)
	args        []string // of the CLI
	done        string   // what the CLI says where it has done what the case is about; %d is the number of objects
	kind        string   // with which its line begins
	labels      []label  // that follow
	objects     int
	perObject   bool // whether requests are counted by object, too
	// countsErrors: several processes are run at a time; those that fail are counted, and there is no floor.
	countsErrors bool
	budget       budget
}

type label struct{ key, value string }

// budget is what a case may cost; a negative number is no budget. Times have none: they depend on the machine.
type budget struct {
	requests  int
	perObject float64
	refused   int
}

var noBudget = budget{requests: -1, perObject: -1, refused: -1}

func requests(n int) budget { return budget{requests: n, perObject: -1} }

func perObject(n float64) budget { return budget{requests: -1, perObject: n} }

func (c *benchCase) want(p part) string {
	if !strings.Contains(c.done, "%d") {
		return c.done
	}
	objects := 0
	for _, g := range p.groups {
		objects += g.count
	}
	return fmt.Sprintf(c.done, objects)
}

const (
	unchanged = "No changes."
	created   = "Resources: %d added, 0 changed, 0 destroyed"
	destroyed = "Resources: %d destroyed"
	highest   = "100" // parallelism of changes
	changes   = 300   // VMs that are created and destroyed
	projects  = 5
	mixed     = 2000
	large     = 5000
)

// provisioning is how long each of the three states of a new VM lasts, so that it runs after 60 s, ten times as fast. The
// clock itself is not: the rate limit follows it.
const provisioning = 2 * time.Second

// cases are all cases, in the order in which they are run. Those of one account are next to each other.
func cases() []*benchCase {
	all := []*benchCase{}
	for _, size := range []struct{ vms, runs, requests int }{{100, 5, 15}, {1000, 5, 15}, {large, 1, 60}} {
		all = append(all, planCases(fmt.Sprintf("plan-%d", size.vms), fmt.Sprintf("%d VMs", size.vms), size.vms, size.runs,
			requests(size.requests), fleetScene(size.vms, size.vms), label{"vms", fmt.Sprint(size.vms)})...)
	}
	few := planCases("plan-3-of-5000", "3 VMs in an account of 5000", 3, 5, requests(6), fleetScene(large, 3),
		label{"vms", "3"}, label{"account", fmt.Sprint(large)})
	all = append(all, few[0])
	all = append(all, planCases("plan-mixed", "2000 objects of all kinds over five projects, attachments in", mixed, 1,
		noBudget, mixedScene, label{"objects", fmt.Sprint(mixed)}, label{"projects", fmt.Sprint(projects)})...)
	return append(all, changeCases()...)
}

// planCases are a plan in which nothing has changed, with and without refresh.
func planCases(
	name, about string, objects, runs int, b budget, build func(context.Context, *bench) (*scene, error), labels ...label,
) []*benchCase {
	plan := &benchCase{
		name: name, about: "plan of " + about + ", nothing changed", runs: runs, build: build, kind: "plan", labels: labels, objects: objects,
		args: []string{"plan", "-detailed-exitcode", "-no-color"}, done: unchanged, budget: b,
	}
	without := *plan
	without.name, without.about = name+"-norefresh", plan.about+", with -refresh=false"
	without.labels = append(append([]label{}, labels...), label{"refresh", "false"})
	without.args = append(append([]string{}, plan.args...), "-refresh=false")
	return []*benchCase{plan, &without}
}

func changeCases() []*benchCase {
	apply := []string{"apply", "-auto-approve", "-no-color", "-parallelism=" + highest}
	vms := []label{{"vms", fmt.Sprint(changes)}, {"parallelism", highest}}
	slow := []refbackend.PaceRule{{Flow: "vm.create", Step: provisioning}}
	return []*benchCase{
		{
			name: "create", about: "create of 300 VMs, each of which is provisioned for 6 s", runs: 3, build: emptyScene([]int{changes}, slow),
			kind: "create", labels: vms, objects: changes, perObject: true, args: apply, done: created, budget: perObject(1.3),
		},
		{
			name: "create-at-once", about: "create of 300 VMs, each of which runs at once", runs: 3, build: emptyScene([]int{changes}, nil),
			kind: "create", labels: append(append([]label{}, vms...), label{"changes", "at_once"}), objects: changes, perObject: true,
			args: apply, done: created, budget: perObject(1.3),
		},
		{
			name: "destroy", about: "destroy of 300 VMs", runs: 3, build: fleetScene(changes, changes),
			kind: "destroy", labels: vms, objects: changes, perObject: true,
			args: []string{"destroy", "-auto-approve", "-no-color", "-parallelism=" + highest}, done: destroyed, budget: perObject(0.3),
		},
		{
			name: "four-processes", about: "four creates of 100 VMs at a time, with one key", runs: 1,
			build: emptyScene([]int{100, 100, 100, 100}, nil), kind: "four_processes", labels: []label{{"vms", "4x100"}}, objects: 400,
			perObject: true, args: apply, done: created, countsErrors: true, budget: noBudget,
		},
	}
}
