package export_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/export"
)

// An account of more than 60 odd objects, from which a template and a plan have left the catalogue: the CLI proves what was
// written, the apply of it changes nothing, and the plan after that is empty.
func TestAccExport_account60(t *testing.T) {
	f := acctest.Account60(t)
	url := f.Intercept(t)
	url.Set(f.Retired().Answer)
	p := at(t, f.Backend, url.URL)
	for _, modules := range []bool{false, true} {
		account, files := exportOf(t, p, export.Options{Modules: modules})
		written := parse(t, p, files.Content)
		expectCovered(t, f, account, written.imports)
		written.expectProven()
		in := func() *acctest.CLI {
			cli := directory(t, f.Backend, files)
			cli.Env = append(cli.Env, "RAFF_API_URL="+url.URL)
			return cli
		}
		expectImported(t, f.Backend, in(), len(written.imports))
		if modules {
			continue
		}
		t.Run("OpenTofu", func(t *testing.T) {
			path := acctest.OpenTofu("../..")
			if path == "" {
				t.Skip("no OpenTofu beside the Terraform, and none was built (make opentofu)")
			}
			expectImported(t, f.Backend, in().With(path), len(written.imports))
		})
	}
}

// expectImported expects a CLI to prove what is in its directory, to change nothing when it imports that, and to plan nothing
// after that.
func expectImported(t *testing.T, b *acctest.Backend, cli *acctest.CLI, imports int) {
	t.Helper()
	before := len(b.Mutations())
	expectVerified(t, cli, imports)
	cli.MustRun(t, "get") // modules
	cli.MustRun(t, "apply", "-no-color", "-auto-approve")
	cli.MustRun(t, "plan", "-no-color", "-detailed-exitcode")
	if after := b.Mutations()[before:]; len(after) > 0 {
		t.Errorf("importing has sent %v", after)
	}
}

// expectVerified expects the CLI to prove the configuration in a directory, and nothing to be left there.
func expectVerified(t *testing.T, cli *acctest.CLI, imports int) {
	t.Helper()
	before := entries(t, cli.Dir)
	report, err := export.Verify(t.Context(), export.Verification{Dir: cli.Dir, CLI: cli.Path(), Env: cli.Env})
	if err != nil {
		t.Fatal(err)
	}
	if !report.Proven() || report.Imports != imports || report.Known != 0 {
		t.Fatalf("%d of %d objects are imported: %+v", report.Imports, imports, report)
	}
	if after := entries(t, cli.Dir); !slices.Equal(before, after) {
		t.Errorf("the verification has left %q", after)
	}
}

func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range all {
		names = append(names, entry.Name())
	}
	return names
}

// What an account has and a configuration does not say is found: each difference is named, and nothing is proven.
func TestAccExport_differences(t *testing.T) {
	f := acctest.New(t).Fill(t)
	f.VM(f.Production(), "web", func(r *client.CreateVMRequest) { r.Tags = []string{"a"} })
	_, files := exportOf(t, at(t, f.Backend, ""), export.Options{})
	text := string(files.Content["compute.tf"])
	differs := func(cli *acctest.CLI, want string) {
		t.Helper()
		report, err := export.Verify(t.Context(), export.Verification{Dir: cli.Dir, CLI: cli.Path(), Env: cli.Env})
		if err != nil || report.Proven() || !slices.Contains(lines(report.Differences), want) {
			t.Errorf("wanted %q: %+v, %v", want, report, err)
		}
	}
	cli := directory(t, f.Backend, files)
	cli.Write(t, "compute.tf", strings.Replace(text, `["a"]`, `["b"]`, 1))
	differs(cli, `raff_vm.web: tags: ["a"] -> ["b"]`)
	_, projects := exportOf(t, at(t, f.Backend, ""), export.Options{Types: []string{"raff_project"}})
	delete(projects.Content, "imports.tf")
	differs(directory(t, f.Backend, projects), "raff_project.staging: would be created: nothing is imported into it")
	cli = directory(t, f.Backend, files)
	cli.Write(t, "compute.tf", strings.Replace(text, "pricing_id", "no_such_thing", 1))
	report, err := export.Verify(t.Context(), export.Verification{Dir: cli.Dir, CLI: cli.Path(), Env: cli.Env})
	if err != nil || report.Proven() || len(report.Errors) == 0 || !strings.Contains(report.Errors[0], "on compute.tf line") {
		t.Errorf("an invalid configuration: %+v, %v", report, err)
	}
}
