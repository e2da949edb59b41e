package vm_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

func TestAccVM_dataSource(t *testing.T) {
	b := acctest.New(t)
	byIDAndName := fmt.Sprintf(`
data "raff_vm" "by_id" {
  id = raff_vm.test.id
}

data "raff_vm" "by_name" {
  name       = raff_vm.test.name
  project_id = %q
}
`, b.Production())
	var compared []statecheck.StateCheck
	for _, name := range []string{"id", "name", "project_id", "status", "cpu", "total_storage", "template_id", "public_ipv4_address", "created_at", "tags"} {
		for _, source := range []string{"data.raff_vm.by_id", "data.raff_vm.by_name"} {
			compared = append(compared, statecheck.CompareValuePairs(address, tfjsonpath.New(name), source, tfjsonpath.New(name), compare.ValuesSame()))
		}
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(vmConfig(b.Production(), `tags = ["a", "b"]`), byIDAndName), ConfigStateChecks: compared},
			{
				Config:      b.Config(vmConfig(b.Production(), `tags = ["a", "b"]`), fmt.Sprintf("data \"raff_vm\" \"wrong\" {\n id = raff_vm.test.id\n project_id = %q\n}", b.Staging())),
				ExpectError: regexp.MustCompile(`(?s)VM is in another project.*project_id`),
			},
			{
				Config:      b.Config(fmt.Sprintf("data \"raff_vm\" \"none\" {\n name = \"none\"\n project_id = %q\n}", b.Production())),
				ExpectError: regexp.MustCompile(`(?s)VM "none".*none\s+of\s+that\s+name`),
			},
			{
				Config:      b.Config(`data "raff_vm" "none" { name = "web" }`),
				ExpectError: regexp.MustCompile(`(?s)"project_id" must be specified when "name"`),
			},
			{Config: b.Config()},
		},
	})
}

// A list has every page, scoped to a project or of the whole fleet, and as far as the key reaches.
func TestAccVM_listDataSource(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.NoRateLimit = true })
	const inProduction = 105 // more than a page
	for i := range inProduction {
		b.MakeVM(t, b.Production(), "web", func(r *client.CreateVMRequest) { r.Name = fmt.Sprintf("p-%03d", i) })
	}
	stopped := b.MakeVM(t, b.Staging(), "web", func(r *client.CreateVMRequest) { r.Name = "s-1" })
	if err := b.Client(t).Project(b.Staging()).StopVM(t.Context(), stopped.ID); err != nil {
		t.Fatal(err)
	}
	lists := fmt.Sprintf(`
data "raff_vms" "production" { project_id = %q }
data "raff_vms" "staging" { project_id = %q }
data "raff_vms" "fleet" {}
data "raff_vms" "stopped" { status = "passive" }
data "raff_vms" "region" { region = "us-east" }
`, b.Production(), b.Staging())
	size := func(name string, want int) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.raff_vms."+name, tfjsonpath.New("vms"), knownvalue.ListSizeExact(want))
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(lists),
				ConfigStateChecks: []statecheck.StateCheck{
					size("production", inProduction), size("staging", 1), size("fleet", inProduction+1), size("stopped", 1), size("region", inProduction+1),
				},
			},
			{
				Config:            b.ConfigAs(b.ProductionKey, "", `data "raff_vms" "fleet" {}`),
				ConfigStateChecks: []statecheck.StateCheck{size("fleet", inProduction)},
			},
			{
				Config:      b.ConfigAs(b.ProductionKey, "", fmt.Sprintf("data \"raff_vms\" \"staging\" { project_id = %q }", b.Staging())),
				ExpectError: regexp.MustCompile(`(?s)Unable to list VMs.*403.*no\s+access\s+to\s+that\s+project`),
			},
			{Config: b.Config()},
		},
	})
	for _, e := range b.Requests("listVMs") {
		if e.HeaderProject == "" && e.ObjectProject != "" {
			t.Errorf("a fleet list counts for project %s", e.ObjectProject)
		}
	}
}
