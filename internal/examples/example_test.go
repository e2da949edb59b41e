// Package examples_test runs what the README, the first page of the docs and the examples show, against the reference
// backend: each is applied, planned again while the catalogue moves, and destroyed.
package examples_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/review"
)

// TestMain has the test binary be the provider's: Terraform starts it to serve, and a script to review.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "review" {
		os.Exit(review.Run(os.Args[2:], os.Stdin, os.Stdout, os.Stderr))
	}
	acctest.Main(m)
}

// root is the directory of the repository.
const root = "../.."

// keys sets the ssh_keys of an example.
const keys = `ssh_keys=["` + acctest.SSHKey + `"]`

// example is an example in a directory of its own, against a backend of its own.
type example struct {
	*acctest.CLI
	backend   *acctest.Backend
	catalogue *acctest.Catalogue
	before    []string // what was in the account
}

// newExample prepares a configuration of the files of a directory below the root, and others. A file is named by what it is
// called there, and has the content of the map; one without content is left out.
func newExample(t *testing.T, directory string, others map[string]string) *example {
	t.Helper()
	b := acctest.New(t)
	address := b.Intercept(t)
	e := &example{CLI: acctest.NewCLI(t, ""), backend: b, catalogue: b.NewCatalogue()}
	address.Set(e.catalogue.Answer)
	e.Env = append(e.Env, "RAFF_API_URL="+address.URL, "RAFF_API_KEY="+b.OwnerKey, "TF_CLI_ARGS=-no-color", "HOME="+e.Dir)
	if directory != "" {
		e.copy(t, filepath.Join(root, directory))
	}
	for name, content := range others {
		if content == "" {
			remove(t, filepath.Join(e.Dir, name))
			continue
		}
		e.Write(t, name, content)
	}
	e.settleProvider(t)
	e.before = e.account(t)
	return e
}

// copy copies the configurations of a directory, and of those in it.
func (e *example) copy(t *testing.T, from string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(e.Dir, strings.TrimPrefix(path, from))
		switch {
		case d.IsDir():
			return os.MkdirAll(to, 0o700)
		case !slices.Contains([]string{".tf", ".tfvars", ".sh"}, filepath.Ext(path)) || strings.HasPrefix(d.Name(), "import"):
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, content, 0o700)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// settleProvider has required_providers be in the configuration once: excerpts leave it out.
func (e *example) settleProvider(t *testing.T) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(e.Dir, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if filepath.Base(file) != "main.tf" && strings.Contains(e.Read(t, filepath.Base(file)), "required_providers") &&
			strings.TrimSpace(e.Read(t, "main.tf")) == strings.TrimSpace(excerpt) {
			remove(t, filepath.Join(e.Dir, "main.tf"))
		}
	}
}

// excerpt is what the harness writes into main.tf, for what does not say it itself.
const excerpt = `terraform {
  required_providers {
    raff = {
      source = "rafftechnologies/raff"
    }
  }
}`

func remove(t *testing.T, name string) {
	t.Helper()
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
}

// listed is an id in a list.
var listed = regexp.MustCompile(`"id":("[^"]*"|\d+)`)

// account is the ids of what is in the account, as its Owner sees it.
func (e *example) account(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, noun := range []string{
		"projects", "vms", "volumes", "vpcs", "ips", "security-groups", "snapshots", "backups", "backup-schedules", "roles", "api-keys", "ssh-keys",
	} {
		request := httptest.NewRequestWithContext(t.Context(), "GET", "/api/v1/"+noun, nil)
		request.Header.Set("X-API-Key", e.backend.OwnerKey)
		recorder := httptest.NewRecorder()
		e.backend.ServeHTTP(recorder, request)
		if recorder.Code != 200 {
			t.Fatalf("%s: %d %s", noun, recorder.Code, recorder.Body)
		}
		for _, id := range listed.FindAllStringSubmatch(recorder.Body.String(), -1) {
			all = append(all, noun+" "+id[1])
		}
	}
	slices.Sort(all)
	return all
}

// nothingLeft checks that the account is as it was.
func (e *example) nothingLeft(t *testing.T) {
	t.Helper()
	if left := e.account(t); !slices.Equal(left, e.before) {
		t.Errorf("the account has %v, and had %v before", left, e.before)
	}
}

// code runs the CLI and returns its exit code and its output, whatever that is.
func (e *example) code(t *testing.T, args ...string) (int, string) {
	t.Helper()
	return exitCode(t, e.Command(t.Context(), args...))
}

func exitCode(t *testing.T, cmd *exec.Cmd) (int, string) {
	t.Helper()
	output, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(output)
}

// plan is the part of a saved plan that tells what it changes.
type plan struct {
	ResourceChanges []struct {
		Address string
		Change  struct {
			Actions []string
			After   map[string]any
		}
	} `json:"resource_changes"`
	OutputChanges map[string]struct{ Actions []string } `json:"output_changes"`
	Checks        []struct {
		Address struct {
			Display string `json:"to_display"`
		}
		Status string
	}
}

// plan plans with the arguments.
func (e *example) plan(t *testing.T, args ...string) plan {
	t.Helper()
	e.MustRun(t, append([]string{"plan", "-out=saved.tfplan"}, args...)...)
	return e.saved(t.Context(), t)
}

func (e *example) saved(ctx context.Context, t *testing.T) plan {
	t.Helper()
	output, err := e.Command(ctx, "show", "-json", "saved.tfplan").Output()
	if err != nil {
		t.Fatal(err)
	}
	var p plan
	if err := json.Unmarshal(output, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// expectNoChange checks that a plan changes nothing, but for outputs that are prices.
func (e *example) expectNoChange(t *testing.T, when string, args ...string) {
	t.Helper()
	code, output := e.code(t, append([]string{"plan", "-detailed-exitcode", "-out=saved.tfplan"}, args...)...)
	if code == 0 {
		return
	}
	if code != 2 {
		t.Fatalf("%s: the plan failed:\n%s", when, output)
	}
	p := e.saved(t.Context(), t)
	for _, r := range p.ResourceChanges {
		if a := r.Change.Actions; !slices.Equal(a, []string{"no-op"}) && !slices.Equal(a, []string{"read"}) {
			t.Errorf("%s: %s would be changed (%v):\n%s", when, r.Address, a, output)
		}
	}
	for name, o := range p.OutputChanges {
		if !slices.Equal(o.Actions, []string{"no-op"}) && !strings.Contains(name, "price") {
			t.Errorf("%s: the output %s would be changed:\n%s", when, name, output)
		}
	}
}

// expectStable checks that plans change nothing, whatever moves in the catalogue.
func (e *example) expectStable(t *testing.T, args ...string) {
	t.Helper()
	e.expectNoChange(t, "after the apply", args...)
	// A point release beside each release, a newer release, cheaper plans of the same size and larger, other prices.
	e.catalogue.Added = map[string]string{"26.04x64": "26.04.1x64", "24.04x64": "24.04.1x64", "22.04x64": "28.04x64", "2025x64": "2028x64"}
	e.catalogue.Repriced = true
	e.expectNoChange(t, "with new templates, plans and prices", args...)
	// What there was is no longer offered, with nothing in its place.
	e.catalogue.Added = nil
	e.catalogue.Withdrawn = []string{"26.04x64", "24.04x64", "2025x64"}
	e.expectNoChange(t, "with the template withdrawn", args...)
}
