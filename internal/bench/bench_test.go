package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/bench/launcher"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// withCLI finds the CLI, or skips the test where it is run without one.
func withCLI(t *testing.T) *bench {
	t.Helper()
	b := testBench(t)
	if _, err := exec.LookPath(b.tools.cli); err != nil {
		t.Skipf("there is no CLI %q: make test finds or builds one", b.tools.cli)
	}
	if _, err := b.find(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.forget)
	return b
}

// A plan of a few VMs is measured with the provider and with the floor, and both find nothing to change.
func TestPlan(t *testing.T) {
	b := withCLI(t)
	var said bytes.Buffer
	b.stdout = io.MultiWriter(&said, t.Output())
	for _, c := range planCases("plan", "few", 3, 1, requests(10), fleetScene(4, 3), label{"vms", "3"}, label{"account", "4"}) {
		over, err := b.runCase(t.Context(), c)
		if err != nil || len(over) > 0 {
			t.Fatal(over, err)
		}
	}
	number, counted := `\d+\.\d\d`, `[1-9]\d*`
	usage := fmt.Sprintf("provider_cpu_s=%s terraform_cpu_s=%s peak_mib=%s", number, number, counted)
	if !launcher.Measures {
		usage = "provider_cpu_s=n/a terraform_cpu_s=n/a peak_mib=n/a"
	}
	floor := "floor_" + strings.ReplaceAll(usage, " ", " floor_")
	lines := strings.Split(strings.TrimSpace(said.String()), "\n")
	for i, labels := range []string{"vms=3 account=4", "vms=3 account=4 refresh=false"} {
		want := fmt.Sprintf("^plan %s requests=%s 429s=0 wall_s=%s floor_wall_s=%s ratio=%s %s %s runs=1$",
			labels, counted, number, number, number, usage, floor)
		if len(lines) != 2 || !regexp.MustCompile(want).MatchString(lines[i]) {
			t.Errorf("%q does not match %s", lines, want)
		}
	}
}

// A plan that would change something is not what a case is about, and ends the bench.
func TestPlan_refusesChanges(t *testing.T) {
	b := withCLI(t)
	c := planCases("plan", "few", 1, 1, noBudget, fleetScene(1, 1))[1]
	s, err := c.build(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	s.parts[0].groups[0].attributes += "\npower_state = \"passive\""
	for _, provider := range []string{b.tools.provider, b.tools.floor} {
		if _, err := b.measure(t.Context(), c, s, provider); err == nil || !strings.Contains(err.Error(), "exit code 2") {
			t.Errorf("%s: %v", provider, err)
		}
	}
}

// Several processes at a time are counted: those that fail, and what they ask together.
func TestProcesses(t *testing.T) {
	b := withCLI(t)
	cases := changeCases()
	c := cases[slices.IndexFunc(cases, func(c *benchCase) bool { return c.name == "four-processes" })]
	c.objects = 2
	s, err := emptyScene([]int{1, 1}, []refbackend.PaceRule{{Flow: "vm.create", Step: time.Millisecond}})(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	s.parts[1].groups[0].attributes += "\nnothing = true"
	ours, floor, err := b.rounds(t.Context(), c, s)
	if err != nil || len(ours) != 1 || len(floor) != 0 {
		t.Fatal(ours, floor, err)
	}
	if m := ours[0]; m.errors != 1 || m.requests == 0 || len(m.walls) != 2 {
		t.Errorf("%+v", m)
	}
	if problems := c.over(ours); len(problems) != 1 || !strings.Contains(problems[0], "1 processes failed") {
		t.Errorf("%q", problems)
	}
}

// Everything of which the mixed case consists can be created, and neither provider plans a change of it. One project
// stands for all.
func TestKinds(t *testing.T) {
	b := withCLI(t)
	made, err := newBuilder(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer made.backend.stop()
	project, err := made.project(t.Context(), "team")
	if err != nil {
		t.Fatal(err)
	}
	template, err := made.template(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	objects, types, some := 0, map[string]bool{}, []group{}
	for _, g := range kinds("team", project, template, 0) {
		objects += g.count
		types[g.typeName] = true
		g.count = min(g.count, 4)
		if err := made.build(t.Context(), g); err != nil {
			t.Fatal(err)
		}
		some = append(some, g)
	}
	if objects != mixed/projects {
		t.Errorf("%d objects in a project, so not %d in all", objects, mixed)
	}
	for _, name := range []string{"raff_volume_attachment", "raff_vpc_attachment", "raff_ip_attachment", "raff_security_group_attachment"} {
		if !types[name] {
			t.Errorf("no %s", name)
		}
	}
	build := func(context.Context, *bench) (*scene, error) { return made.scene(b.registry, some) }
	for _, c := range planCases("kinds", "some", len(some), 1, noBudget, build) {
		if _, err := b.runCase(t.Context(), c); err != nil {
			t.Error(err)
		}
	}
}

func TestMain_arguments(t *testing.T) {
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-h"}, 0, "plan-1000 "},
		{[]string{"-nonsense"}, 2, "-nonsense"},
		{[]string{"-cases", "nothing like it"}, 1, "no case matches"},
		{[]string{"-cases", "("}, 1, "missing closing"},
		{[]string{"-cases", "plan-100$", "-cli", "x"}, 1, "is required"},
	} {
		var output bytes.Buffer
		if code := Main(t.Context(), test.args, &output, &output); code != test.code || !strings.Contains(output.String(), test.want) {
			t.Errorf("%q: exit code %d\n%s", test.args, code, &output)
		}
	}
}

func TestCases(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range cases() {
		if seen[c.name] {
			t.Errorf("%s is there twice", c.name)
		}
		seen[c.name] = true
	}
	for _, name := range []string{
		"plan-100", "plan-100-norefresh", "plan-1000", "plan-1000-norefresh", "plan-5000", "plan-5000-norefresh", "plan-3-of-5000",
		"plan-mixed", "plan-mixed-norefresh", "create", "create-at-once", "destroy", "four-processes",
	} {
		if !seen[name] {
			t.Errorf("no case %s", name)
		}
	}
	some, err := choose(cases(), "^plan-100")
	if err != nil || len(some) != 4 {
		t.Errorf("%d cases, %v", len(some), err)
	}
}
