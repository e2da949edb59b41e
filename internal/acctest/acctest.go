// Package acctest is the harness of the acceptance tests: a reference backend for each test, the
// provider in this process, and checks that ask the backend what is really there.
package acctest

import (
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// Backend is the reference backend of one test.
type Backend struct {
	*refbackend.Server
	URL string
	refbackend.SeededAccount

	t    testing.TB
	made objects // that were in a state
}

// New starts a backend that ends with the test, and lets the test run in parallel with others. It
// changes instantly and is seeded with 1 unless an option says otherwise. Each of its faults has to apply at least once.
func New(t *testing.T, options ...func(*refbackend.Options)) *Backend {
	t.Helper()
	t.Parallel()
	requireCLI(t)
	return NewInProcess(t, options...)
}

// NewInProcess is New for tests that need no CLI, as fuzz tests are: with Furnish and a Walk, everything is done in this
// process.
func NewInProcess(t testing.TB, options ...func(*refbackend.Options)) *Backend {
	t.Helper()
	if err := prepareEnvironment(); err != nil {
		t.Fatal(err)
	}
	o := refbackend.Options{Seed: 1}
	for _, option := range options {
		option(&o)
	}
	server, err := refbackend.New(o)
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(observe(t, server))
	t.Cleanup(func() {
		listener.Close()
		if err := allApplied(server.Faults()); err != nil && !t.Failed() && !t.Skipped() {
			t.Error(err)
		}
	})
	return &Backend{Server: server, URL: listener.URL, SeededAccount: server.Account(), t: t, made: objects{}}
}

// allApplied is an error where a fault has never come about: the test shows nothing about it.
func allApplied(faults []refbackend.Fault) error {
	for _, fault := range faults {
		if fault.Applied() == 0 {
			return fmt.Errorf("the fault of %s never applied", fault.Operation)
		}
	}
	return nil
}

// Client returns a client of its own with the Owner's key, for checks and for changes behind
// Terraform's back.
func (b *Backend) Client(t testing.TB) *client.Client {
	t.Helper()
	c, err := client.New(client.Options{URL: b.URL, APIKey: b.OwnerKey, UserAgent: "acctest", MaxRetries: 3})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Production is the id of the seeded project that most tests work in.
func (b *Backend) Production() string { return b.Projects["production"] }

// Staging is the id of another seeded project.
func (b *Backend) Staging() string { return b.Projects["staging"] }

// Config is a configuration: the provider with the Owner's key, and the given blocks.
func (b *Backend) Config(blocks ...string) string {
	return b.ConfigWith("", blocks...)
}

// ConfigWith is Config with more settings for the provider.
func (b *Backend) ConfigWith(settings string, blocks ...string) string {
	return b.ConfigAs(b.OwnerKey, settings, blocks...)
}

// ConfigAs is ConfigWith with another key.
func (b *Backend) ConfigAs(key, settings string, blocks ...string) string {
	return fmt.Sprintf("provider \"raff\" {\n  api_url = %q\n  api_key = %q\n  %s\n}\n\n%s", b.URL, key, settings, strings.Join(blocks, "\n"))
}

// Test runs the steps of an acceptance test against the backend, with the provider besides those that the
// test has. Unlike with resource.Test, a step with checks that would never be called is an error, and
// CheckDestroy is called where the last step has left nothing to destroy, too.
func (b *Backend) Test(t *testing.T, test resource.TestCase) {
	t.Helper()
	factories := map[string]func() (tfprotov6.ProviderServer, error){
		"raff": provider.NewServerWithError("test"), // in this process
	}
	maps.Copy(factories, test.ProtoV6ProviderFactories)
	test.ProtoV6ProviderFactories = factories
	test.IsUnitTest = true
	test.TerraformVersionChecks = append(test.TerraformVersionChecks, tfversion.SkipBelow(tfversion.Version1_11_0))
	for i, step := range test.Steps {
		if err := reachable(step); err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
	}
	checkDestroy := test.CheckDestroy
	if checkDestroy == nil {
		resource.Test(t, test)
		return
	}
	checked := false
	test.CheckDestroy = func(s *terraform.State) error {
		checked = true
		return checkDestroy(s)
	}
	test.Steps = b.noting(test.Steps)
	resource.Test(t, test)
	if checked {
		return
	}
	if err := checkDestroy(&terraform.State{}); err != nil {
		t.Errorf("after the last step: %v", err)
	}
}

// reachable tells whether terraform-plugin-testing would call the checks of a step.
func reachable(step resource.TestStep) error {
	checks := step.Check != nil || len(step.ConfigStateChecks) > 0
	switch {
	case step.PlanOnly && checks:
		return errors.New("a step that only plans does not check the state")
	case step.ExpectError != nil && checks:
		return errors.New("a step that fails does not check the state")
	case step.ImportState && step.Check != nil:
		return errors.New("a step that imports checks with ImportStateCheck")
	}
	return nil
}

// noting has the steps note what they leave in the state. What a step that fails leaves there, the plan of
// the next one shows.
func (b *Backend) noting(steps []resource.TestStep) []resource.TestStep {
	steps = slices.Clone(steps)
	for i, step := range steps {
		if step.ImportState || step.RefreshState || step.PlanOnly || step.Destroy {
			continue
		}
		if i > 0 && steps[i-1].ExpectError != nil {
			steps[i].ConfigPlanChecks.PreApply = append([]plancheck.PlanCheck{b.made}, step.ConfigPlanChecks.PreApply...)
		}
		if step.ExpectError != nil {
			continue
		}
		steps[i].Check = func(s *terraform.State) error {
			b.made.add(s)
			if step.Check == nil {
				return nil
			}
			return step.Check(s)
		}
	}
	return steps
}

// prepareEnvironment sets up the environment, once per test binary: no key, address or profile of the person who runs the
// tests, and a CLI configuration file that exists.
var prepareEnvironment = sync.OnceValue(func() error {
	home := filepath.Join(os.TempDir(), "terraform-provider-raff-test-home")
	if err := os.MkdirAll(home, 0o700); err != nil {
		return err
	}
	for _, name := range []string{"RAFF_API_KEY", "RAFF_API_URL", "RAFF_PROFILE", "RAFF_ALLOW_INSECURE_HTTP", "RAFF_ONLY_API_URL"} {
		if err := os.Unsetenv(name); err != nil {
			return err
		}
	}
	for name, value := range map[string]string{"HOME": home, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.DevNull} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
})

// prepare takes OpenTofu where there is no Terraform, besides preparing the environment.
var prepare = sync.OnceValue(func() error {
	if err := prepareEnvironment(); err != nil {
		return err
	}
	if os.Getenv("TF_ACC_TERRAFORM_PATH") != "" {
		return nil
	}
	if _, err := exec.LookPath("terraform"); err == nil {
		return nil
	}
	tofu, err := exec.LookPath("tofu")
	if err != nil {
		return fmt.Errorf("there is neither terraform nor tofu on PATH: run the tests with make test, which builds OpenTofu where needed")
	}
	if err := os.Setenv("TF_ACC_TERRAFORM_PATH", tofu); err != nil {
		return err
	}
	return os.Setenv("TF_ACC_PROVIDER_HOST", "registry.opentofu.org")
})

func requireCLI(t *testing.T) {
	t.Helper()
	if err := prepare(); err != nil {
		t.Fatal(err)
	}
}

// Refused checks that a plan of the configuration fails with exactly one error, that it matches the
// regular expression want with line breaks taken for spaces, and that nothing was changed. The plan is made
// in this process; see RefusedByCLI.
func (b *Backend) Refused(t *testing.T, config, want string) {
	t.Helper()
	b.RefusedSince(t, 0, config, want)
}

// RefusedSince is Refused where the test itself has changed something before: so many changes.
func (b *Backend) RefusedSince(t *testing.T, changes int, config, want string) {
	t.Helper()
	errs := planErrors(t, config)
	checkLegible(t, errs)
	if n := len(errs); n != 1 {
		t.Errorf("expected one diagnostic that matches %q, got %d: %q", want, n, errs)
	} else if !regexp.MustCompile(want).MatchString(errs[0]) {
		t.Errorf("expected a match of %q: %s", want, errs[0])
	}
	if m := b.Mutations()[changes:]; len(m) > 0 {
		t.Errorf("something was changed: %v", m)
	}
}

// RefusedByCLI is Refused for what Terraform itself refuses, before it asks the provider.
func (b *Backend) RefusedByCLI(t *testing.T, config, want string) {
	t.Helper()
	refused := false
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{{Config: config, PlanOnly: true}},
		ErrorCheck: func(err error) error {
			refused = true
			if n := strings.Count(err.Error(), "Error: "); n != 1 {
				return fmt.Errorf("expected one diagnostic, got %d: %w", n, err)
			}
			// Terraform wraps lines, so a line break is as good as a space.
			if !regexp.MustCompile(want).MatchString(strings.Join(strings.Fields(err.Error()), " ")) {
				return fmt.Errorf("expected a match of %q: %w", want, err)
			}
			return nil
		},
	})
	if !refused {
		t.Errorf("the plan was not refused; expected %q", want)
	}
	if m := b.Mutations(); len(m) > 0 {
		t.Errorf("something was changed: %v", m)
	}
}
