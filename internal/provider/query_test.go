package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// A query shows every object of the account, with its name, and generates a configuration that only imports.
func TestAccQuery_everything(t *testing.T) {
	b := acctest.Account60(t)
	w := b.NewWalk(t, "")
	all := listedThings(t, w)
	cli := acctest.NewNewestCLI(t, b.Config())
	var lists strings.Builder
	for _, typeName := range slices.Sorted(maps.Keys(w.Schemas)) {
		fmt.Fprintf(&lists, "list %q \"all\" {\n  provider = raff\n}\n", typeName)
	}
	cli.Write(t, "all.tfquery.hcl", lists.String())
	before := len(b.Mutations())
	cli.MustRun(t, "validate", "-query", "-no-color")
	shown := cli.MustRun(t, "query", "-no-color", "-generate-config-out=generated.tf")
	for _, o := range all {
		id := "id=" + o.identity["id"]
		if !slices.ContainsFunc(strings.Split(shown, "\n"), func(line string) bool {
			return strings.HasPrefix(line, "list."+o.typeName+".all ") && strings.Contains(line, id) && strings.HasSuffix(line, o.name)
		}) {
			t.Errorf("%s %q (%s) is not shown", o.typeName, o.name, id)
		}
	}
	if n := strings.Count(cli.Read(t, "generated.tf"), "identity = {"); n != len(all) {
		t.Errorf("%d import blocks by identity for %d objects:\n%s", n, len(all), shown)
	}
	// The development override, and a VM that has failed.
	if strings.Count(shown, "Warning:") != 2 || !strings.Contains(shown, "The object has failed") {
		t.Errorf("a query of everything warns of something else:\n%s", shown)
	}
	imports(t, b.Backend, cli, len(all), before)
}

// Terraform shows each warning of a query: how much the limit cuts off, and each project that could not be read.
func TestAccQuery_warnings(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	for i := range 3 {
		b.MakeVM(t, b.Production(), fmt.Sprintf("web-%d", i))
	}
	absent := []string{"00000000-0000-4000-8000-000000000000", "00000000-0000-4000-8000-000000000001"}
	cli := acctest.NewNewestCLI(t, b.ConfigWith(fmt.Sprintf("allowed_project_ids = [%q, %q, %q]", absent[0], absent[1], b.Production())))
	cli.Write(t, "a.tfquery.hcl", `
list "raff_vm" "some" {
  provider = raff
  limit    = 2
}

list "raff_vm" "of_each_project" {
  for_each = toset(["`+b.Production()+`"])
  provider = raff
  limit    = 1
  config {
    project_id = each.value
    region     = "us-east"
  }
}
`)
	shown := acctest.Flat(cli.MustRun(t, "query", "-no-color"))
	for _, want := range []string{
		"Unable to list VMs of project " + absent[0], "Unable to list VMs of project " + absent[1],
		"It ends after 2 results", "There is one more.", "web-0 (production)", "web-1 (production)",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("the query does not show %q:\n%s", want, shown)
		}
	}
	if strings.Contains(shown, "web-2") {
		t.Errorf("the limit cuts nothing off:\n%s", shown)
	}
}

// A query fails where it cannot show what it was asked for.
func TestAccQuery_fails(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	const absent = "00000000-0000-4000-8000-000000000000"
	b.AddFault(refbackend.Fault{Operation: "listVolumes", Status: http.StatusForbidden, Message: "no"})
	cli := acctest.NewNewestCLI(t, b.Config())
	for name, test := range map[string]struct{ list, want string }{
		"project": {`list "raff_vm" "x" {
  provider = raff
  config { project_id = "` + absent + `" }
}`, "no access to that project"},
		"filter": {`list "raff_role" "x" {
  provider = raff
  config { scope = "all" }
}`, `scope must be "account" or "project"`},
		"list": {`list "raff_volume" "x" {
  provider = raff
}`, "permission volume.view"},
	} {
		cli.Write(t, "a.tfquery.hcl", test.list)
		output, err := cli.Run(t.Context(), "query", "-no-color")
		if err == nil || !strings.Contains(acctest.Flat(output), test.want) {
			t.Errorf("%s: %v\n%s", name, err, output)
		}
	}
	if changes := b.Mutations(); len(changes) > 0 {
		t.Errorf("these requests changed something: %v", changes)
	}
}

// The same as terraform-plugin-testing sees it.
func TestAccQuery_checks(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	first, second := b.MakeVM(t, b.Production(), "web"), b.MakeVM(t, b.Staging(), "web-2")
	identity := func(id, project string) map[string]knownvalue.Check {
		return map[string]knownvalue.Check{"id": knownvalue.StringExact(id), "project_id": knownvalue.StringExact(project)}
	}
	one := queryfilter.ByResourceIdentity(identity(second.ID, b.Staging()))
	b.Test(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		Steps: []resource.TestStep{{
			Query: true,
			Config: b.Config(`
list "raff_vm" "all" {
  provider         = raff
  include_resource = true
}

list "raff_vm" "in_staging" {
  provider = raff
  config {
    project_id = "` + b.Staging() + `"
  }
}
`),
			QueryResultChecks: []querycheck.QueryResultCheck{
				querycheck.ExpectLength("raff_vm.all", 2),
				querycheck.ExpectLength("raff_vm.in_staging", 1),
				querycheck.ExpectIdentity("raff_vm.all", identity(first.ID, b.Production())),
				querycheck.ExpectNoIdentity("raff_vm.in_staging", identity(first.ID, b.Production())),
				querycheck.ExpectResourceDisplayName("raff_vm.all", one, knownvalue.StringExact("web-2 (staging)")),
				querycheck.ExpectResourceKnownValues("raff_vm.all", one, []querycheck.KnownValueCheck{
					{Path: tfjsonpath.New("name"), KnownValue: knownvalue.StringExact("web-2")},
					{Path: tfjsonpath.New("status"), KnownValue: knownvalue.StringExact("active")},
				}),
			},
		}},
	})
}
