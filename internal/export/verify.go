package export

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
)

// Verification says what is to be verified, and with what.
type Verification struct {
	Dir string // where the configuration is
	// CLI is the Terraform or OpenTofu to ask: a path, or a name on PATH. Empty: what is on PATH and recent enough,
	// Terraform first.
	CLI string
	// Env is the environment of the CLI, as of exec.Cmd. Nil is that of this process.
	Env []string
	// State is a state with objects that the configuration has without importing them. Empty: that of the directory.
	State []byte
	// Step is told what is done, as "Planning with Terraform 1.11.4". Nil: nobody is.
	Step func(what string)
}

// Report is what the CLI says of a configuration.
type Report struct {
	CLI         string       // as "Terraform 1.11.4"
	Imports     int          // objects that are imported, and not changed
	Known       int          // objects that are in a state already, and not changed; they may have another address there
	Differences []Difference // what else the plan does, sorted by address and attribute
	Errors      []string     // diagnostics as the CLI shows them, each once
	Warnings    []string     // the same, without those about the CLI itself
}

// Proven tells whether the configuration is what the account has: every change is an import and nothing else.
func (r Report) Proven() bool { return len(r.Differences) == 0 && len(r.Errors) == 0 }

// Verify has the CLI validate and plan the configuration in a directory, and reports every change that is not just an
// import. Nothing is applied, and nothing stays in the directory that was not there before.
//
// A directory that has been initialized is used as it is, with its state. Otherwise what has to be installed goes into a
// temporary directory, and what the directory's lock file says is heeded. Where the CLI configuration has the provider
// overridden for development, nothing is installed.
//
// An error means that nothing could be found out: there is no CLI, it is too old, or ctx has ended. What the CLI finds
// fault with is in the report.
func Verify(ctx context.Context, v Verification) (Report, error) {
	c, err := chooseCLI(ctx, v)
	if err != nil {
		return Report{}, err
	}
	scratch, err := os.MkdirTemp("", "terraform-provider-raff-verify-")
	if err != nil {
		return Report{}, err
	}
	report, err := verifyIn(ctx, c, v, scratch)
	report.CLI = c.name
	if ctx.Err() != nil { // whatever the CLI said of it
		err = fmt.Errorf("the verification was cancelled: %w", context.Cause(ctx))
	}
	return report, errors.Join(err, os.RemoveAll(scratch))
}

// verifyIn verifies with a directory for what the CLI leaves behind.
func verifyIn(ctx context.Context, c *cli, v Verification, scratch string) (_ Report, err error) {
	restore, err := lockKept(v.Dir)
	if err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, restore()) }()
	step := v.Step
	if step == nil {
		step = func(string) {}
	}
	if !initialized(v) {
		c.env = append(c.env, "TF_DATA_DIR="+filepath.Join(scratch, "data"))
	}
	step("Validating with " + c.name)
	said, err := c.validated(ctx)
	if err != nil || len(said.errors) > 0 {
		return Report{Errors: said.errors, Warnings: said.warnings}, err
	}
	state, err := writeState(scratch, v.State)
	if err != nil {
		return Report{}, err
	}
	step("Planning with " + c.name)
	plan, said, err := c.plan(ctx, filepath.Join(scratch, "plan"), state)
	report := Report{Errors: said.errors, Warnings: said.warnings}
	if err == nil && plan != nil {
		report = report.judged(plan)
	}
	return report, err
}

// initialized tells whether the CLI has been run in the directory before: it has its providers, modules and backend.
func initialized(v Verification) bool {
	data := setting(environment(v.Env), "TF_DATA_DIR")
	if data == "" {
		data = ".terraform"
	}
	if !filepath.IsAbs(data) {
		data = filepath.Join(v.Dir, data)
	}
	_, err := os.Stat(data)
	return err == nil
}

// writeState writes a state to plan with, and returns the path of the file; empty where there is none.
func writeState(scratch string, state []byte) (path string, err error) {
	if len(state) == 0 {
		return "", nil
	}
	path = filepath.Join(scratch, "terraform.tfstate")
	return path, os.WriteFile(path, state, 0o600)
}

// judged is the report with the imports of a plan counted, and whatever else is in it.
func (r Report) judged(plan *tfjson.Plan) Report {
	for _, change := range plan.ResourceChanges {
		found := differences(change)
		switch {
		case len(found) > 0:
			r.Differences = append(r.Differences, found...)
		case change.Change.Importing != nil:
			r.Imports++
		case change.Mode == tfjson.ManagedResourceMode:
			r.Known++
		}
	}
	for _, deferred := range plan.DeferredChanges {
		if deferred.ResourceChange != nil {
			r.Differences = append(r.Differences, Difference{Address: deferred.ResourceChange.Address, Text: "is planned later"})
		}
	}
	slices.SortStableFunc(r.Differences, compareDifferences)
	return r
}

// unique are texts without those that were there before.
func unique(texts []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(texts, func(text string) bool {
		if seen[text] {
			return true
		}
		seen[text] = true
		return false
	})
}

// keysOf are the keys of some objects, sorted.
func keysOf(objects ...map[string]any) []string {
	all := map[string]bool{}
	for _, object := range objects {
		for key := range object {
			all[key] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}
