// Package chaos tries to make the provider lose, double or take over objects. It runs Terraform with random
// configurations and edits against the reference backend, while requests fail, processes are killed, other processes use
// the same names, and addresses and keys are wrong; after each run it compares the states with the account.
//
// Everything is drawn from a seed before it is run, and bound to requests ("the second createVolume"), never to the time
// of day, so that a seed can be replayed as far as Terraform's own order of things allows.
package chaos

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
	"sync"
	"syscall"
)

type settings struct {
	seeds, parallel int
	from, seed      uint64
	dir, provider   string
	keep, verbose   bool
	calm, found     bool
}

// found are the seeds that have found a defect, each of them mended since.
var found = []uint64{
	4, 5, 13, 21, 27, 36, 46, 48, 50, 71, 100, 105, 112, 114, 118, 126, 204, 213, 219, 221, 300, 308, 309, 311, 312, 327, 328, 334, 1055, 10018,
}

// Main runs the command line: it returns the exit code, 1 where a seed has found a defect.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var set settings
	flags := flag.NewFlagSet("chaos", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&set.seeds, "seeds", 10, "`number` of seeds to run")
	flags.Uint64Var(&set.from, "from", 1, "the first `seed`")
	flags.Uint64Var(&set.seed, "seed", 0, "run this one `seed`, and keep its directory")
	flags.IntVar(&set.parallel, "parallel", 2, "`number` of seeds that are run at a time")
	flags.StringVar(&set.dir, "dir", ".bin/chaos", "`directory` for what belongs to the seeds")
	flags.StringVar(&set.provider, "provider", "", "the provider's `binary`")
	flags.BoolVar(&set.keep, "keep", false, "keep the directories of seeds without a defect, too")
	flags.BoolVar(&set.calm, "calm", false, "let nothing go wrong: what is found then is no matter of faults")
	flags.BoolVar(&set.found, "found", false, "run the seeds that have found a defect before")
	flags.BoolVar(&set.verbose, "v", false, "tell of every seed")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	t, err := runSeeds(ctx, set, stdout)
	if err != nil {
		fmt.Fprintf(stderr, "chaos: %v\n", err)
	}
	fmt.Fprintln(stdout, t)
	if err != nil || !t.clean() {
		return 1
	}
	return 0
}

// runSeeds runs the seeds of the settings, some at a time.
func runSeeds(ctx context.Context, set settings, stdout io.Writer) (*tally, error) {
	t := &tally{}
	tools, err := findTools(set.provider)
	if err != nil {
		return t, err
	}
	dir, err := filepath.Abs(set.dir)
	if err != nil {
		return t, err
	}
	var chosen []uint64
	switch {
	case set.seed != 0:
		chosen, set.keep = []uint64{set.seed}, true
	case set.found:
		chosen = found
	default:
		for i := range set.seeds {
			chosen = append(chosen, set.from+uint64(i)) // #nosec G115 -- a count
		}
	}
	seeds := make(chan uint64)
	failures := make(chan error, len(chosen))
	var workers sync.WaitGroup
	for range max(set.parallel, 1) {
		workers.Go(func() {
			for seed := range seeds {
				failures <- oneSeed(ctx, seed, filepath.Join(dir, fmt.Sprintf("seed-%d", seed)), tools, set, t, stdout)
			}
		})
	}
	for _, seed := range chosen {
		if ctx.Err() != nil {
			break
		}
		seeds <- seed
	}
	close(seeds)
	workers.Wait()
	close(failures)
	for failed := range failures {
		err = errors.Join(err, failed)
	}
	return t, errors.Join(err, ctx.Err())
}

// oneSeed runs a seed and counts it. An error is one of the machine itself.
func oneSeed(ctx context.Context, seed uint64, dir string, tools Tools, set settings, t *tally, stdout io.Writer) error {
	p := drawPlan(seed)
	if set.calm {
		p.calm()
	}
	o, err := runSeed(ctx, p, dir, tools)
	t.add(o, stdout)
	if set.verbose {
		fmt.Fprintf(stdout, "seed %d: applies=%d faults=%d kills=%d findings=%d\n", seed, o.applies, o.faults, o.kills, len(o.findings))
	}
	if err != nil {
		return fmt.Errorf("seed %d could not be run, see %s: %w", seed, dir, err)
	}
	if set.keep || len(o.failed()) > 0 {
		fmt.Fprintf(stdout, "seed %d: %s has its plan.json, story.txt, requests.log, journal.json and the runs\n", seed, dir)
		return nil
	}
	return os.RemoveAll(dir)
}

// findTools finds the CLI as the tests do, and takes the provider's binary.
func findTools(provider string) (Tools, error) {
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if cli == "" {
		found, err := exec.LookPath("terraform")
		if err != nil {
			return Tools{}, fmt.Errorf("there is no terraform on PATH: run it with make chaos, which finds or builds a CLI")
		}
		cli = found
	}
	binary, err := filepath.Abs(provider)
	if err != nil {
		return Tools{}, err
	}
	if info, err := os.Stat(binary); provider == "" || err != nil || info.IsDir() {
		return Tools{}, fmt.Errorf("-provider has to name the provider's binary, which make build makes: %q", provider)
	}
	return Tools{CLI: cli, Provider: binary}, nil
}
