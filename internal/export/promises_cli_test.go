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
		for _, cli := range directories(t, f.Backend, url.URL, files, !modules) {
			before := len(f.Mutations())
			expectVerified(t, cli, len(written.imports))
			cli.MustRun(t, "get") // modules
			cli.MustRun(t, "apply", "-no-color", "-auto-approve")
			cli.MustRun(t, "plan", "-no-color", "-detailed-exitcode")
			if after := f.Mutations()[before:]; len(after) > 0 {
				t.Errorf("importing has sent %v", after)
			}
		}
	}
}

// directories are directories with the files of an export: one for the CLI of the tests, and one for an OpenTofu beside it,
// where there is one and it is wanted.
func directories(t *testing.T, b *acctest.Backend, url string, files export.Files, openTofu bool) []*acctest.CLI {
	t.Helper()
	one := func() *acctest.CLI {
		cli := directory(t, b, files)
		cli.Env = append(cli.Env, "RAFF_API_URL="+url)
		return cli
	}
	all := []*acctest.CLI{one()}
	if path := acctest.OpenTofu("../.."); openTofu && path != "" && path != all[0].Path() {
		all = append(all, one().With(path))
	}
	return all
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
