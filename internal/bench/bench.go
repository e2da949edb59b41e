// Package bench measures what the provider costs where there are many objects. Each case runs Terraform as a user does,
// with the provider in a process of its own and against a reference backend with the standard rate limit, in turn with the
// floor (package floor). It says in one line how many requests were made, and what the time and memory were.
//
// States are not made by Terraform, which would take hours for thousands of objects, but by the provider in this process.
// Each plan that is measured has to be empty.
package bench

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/bench/launcher"
)

// bench is one run of some cases.
type bench struct {
	tools    tools
	dir      string
	runs     int    // of each case; 0: as many as the case says
	registry string // that the CLI takes providers from
	check    bool
	stdout   io.Writer
	stderr   io.Writer

	last      *builder // of the latest fleet
	lastGroup group
}

const usage = `bench measures the provider with Terraform or OpenTofu, case by case. Each case is one line:

  plan vms=1000 requests=12 429s=0 wall_s=8.10 floor_wall_s=7.40 ratio=1.09 provider_cpu_s=2.10 terraform_cpu_s=9.90 peak_mib=61 …

  requests, 429s       what the backend was asked, and how often it was too often: the most of all runs
  requests_per_vm      the same by VM
  wall_s               time; like all times and memory, the median of the runs
  floor_wall_s         the same with a provider that has our schemas and answers with what it was given
  ratio                wall_s by floor_wall_s
  provider_cpu_s       CPU, user and system, of all provider processes of a run
  terraform_cpu_s      CPU of the CLI itself
  peak_mib             memory of the largest provider process
  floor_…              the same three of the floor
  errors               processes that have failed
  rate_share           requests that were served, by what the limit allows without its burst
  fairness             the time of the quickest process by that of the slowest
  runs                 how many runs the line is of

What is not measured on this system is n/a.
`

// Main runs the command line: it returns the exit code, 1 where something failed or was over a budget that is checked.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	b := &bench{stdout: stdout, stderr: stderr}
	var chosen string
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&b.tools.provider, "provider", "", "the provider's `binary`")
	flags.StringVar(&b.tools.floor, "floor", "", "the floor's `binary`")
	flags.StringVar(&b.tools.launcher, "launcher", "", "the launcher's `binary`")
	flags.StringVar(&b.tools.cli, "cli", os.Getenv("TF_ACC_TERRAFORM_PATH"), "Terraform's or OpenTofu's `binary`")
	flags.StringVar(&b.dir, "dir", ".bin/bench/work", "`directory` for the workspaces")
	flags.StringVar(&chosen, "cases", "", "run the cases whose names match this `regexp`")
	flags.IntVar(&b.runs, "runs", 0, "`number` of runs of each case; 0: as many as it has by itself")
	flags.BoolVar(&b.check, "check", false, "fail where a case makes more requests than it may, is refused with 429, or has errors")
	flags.Usage = func() {
		fmt.Fprint(stderr, usage, "\nCases:\n")
		for _, c := range cases() {
			fmt.Fprintf(stderr, "  %-24s %s (runs=%d)\n", c.name, c.about, c.runs)
		}
		fmt.Fprintln(stderr, "\nFlags:")
		flags.PrintDefaults()
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	over, err := b.main(ctx, chosen)
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v\n", err)
		return 1
	}
	for _, problem := range over {
		fmt.Fprintf(stderr, "bench: %s\n", problem)
	}
	if len(over) > 0 && b.check {
		return 1
	}
	return 0
}

func (b *bench) main(ctx context.Context, chosen string) (over []string, err error) {
	selected, err := choose(cases(), chosen)
	if err != nil {
		return nil, err
	}
	version, err := b.find(ctx)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(b.stdout, "# %s, %s/%s, %d cores\n", version, runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	if !launcher.Measures {
		fmt.Fprintln(b.stdout, "# CPU and memory are measured on Linux only")
	}
	for _, c := range selected {
		problems, err := b.runCase(ctx, c)
		if err != nil {
			return over, err
		}
		over = append(over, problems...)
	}
	b.forget()
	return over, nil
}

// choose are the cases whose names match a regular expression.
func choose(all []*benchCase, expression string) ([]*benchCase, error) {
	pattern, err := regexp.Compile(expression)
	if err != nil {
		return nil, err
	}
	var selected []*benchCase
	for _, c := range all {
		if pattern.MatchString(c.name) {
			selected = append(selected, c)
		}
	}
	if len(selected) == 0 {
		return nil, fmt.Errorf("no case matches %q; -h lists them", expression)
	}
	return selected, nil
}

// find makes the paths of the tools absolute, and asks the CLI who it is.
func (b *bench) find(ctx context.Context) (version string, err error) {
	for _, tool := range []struct {
		name string
		path *string
	}{{"provider", &b.tools.provider}, {"floor", &b.tools.floor}, {"launcher", &b.tools.launcher}, {"cli", &b.tools.cli}} {
		name, path := tool.name, tool.path
		if *path == "" {
			return "", fmt.Errorf("-%s is required: make bench gives it", name)
		}
		found, err := exec.LookPath(*path)
		if err != nil {
			return "", err
		}
		if *path, err = filepath.Abs(found); err != nil {
			return "", err
		}
	}
	if b.dir, err = filepath.Abs(b.dir); err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, b.tools.cli, "version") // #nosec G204 -- the CLI that is measured with
	cmd.Env = append(cleanEnvironment(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	said, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s version: %w", b.tools.cli, err)
	}
	version, _, _ = strings.Cut(string(said), "\n")
	b.registry = "registry.terraform.io"
	if strings.HasPrefix(version, "OpenTofu") {
		b.registry = "registry.opentofu.org"
	}
	return version, nil
}

// runCase measures a case, and writes its line. It returns what is over the budget.
func (b *bench) runCase(ctx context.Context, c *benchCase) (over []string, err error) {
	began := time.Now()
	s, err := c.build(ctx, b)
	if err != nil {
		return nil, fmt.Errorf("%s: making the account: %w", c.name, err)
	}
	fmt.Fprintf(b.stderr, "bench: %s: account made in %.1f s\n", c.name, time.Since(began).Seconds())
	ours, floor, err := b.rounds(ctx, c, s)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(b.stdout, c.line(ours, floor))
	return c.over(ours), nil
}
