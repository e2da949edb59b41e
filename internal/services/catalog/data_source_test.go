package catalog_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

func TestAccCatalog(t *testing.T) {
	b := acctest.New(t)
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(`
data "raff_regions" "all" {}

data "raff_template" "noble" {
  name    = "ubuntu"
  version = "24.04"
}

data "raff_template" "newest" {
  name        = "Ubuntu"
  most_recent = true
}

data "raff_template" "by_id" {
  id = data.raff_template.noble.id
}

data "raff_templates" "debian" {
  name = "Debian"
}

data "raff_templates" "marketplace" {
  category = "marketplace"
}

data "raff_vm_plan" "cheapest" {
  min_vcpu       = 2
  min_memory_gib = 4
}

data "raff_vm_plan" "premium" {
  type     = "premium"
  min_vcpu = 2
}

data "raff_vm_plan" "no_windows" {
  min_memory_gib = 32
}

data "raff_vm_plan" "windows" {
  min_memory_gib = 32
  type           = "windows"
}

data "raff_vm_plan" "none_left" {
  id = 79
}

data "raff_templates" "windows" {
  vm_type = "windows"
}

data "raff_vm_plan" "by_id" {
  id = 3
}

# A price is a text that counts as the decimal number that it looks like.
output "exact" {
  value = data.raff_vm_plan.by_id.monthly_price <= 36.99 && tonumber(data.raff_vm_plan.by_id.monthly_price) == 36.99
}

data "raff_vm_plans" "all" {}

data "raff_vm_plans" "large" {
  min_ssd_gib = 300
  type        = "standard"
  region      = "us-east"
}
`),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownOutputValue("exact", knownvalue.Bool(true)),
					acctest.Attribute("data.raff_regions.all", "regions", knownvalue.ListSizeExact(1)),
					acctest.Attribute("data.raff_template.noble", "version", knownvalue.StringExact("24.04x64")),
					acctest.Attribute("data.raff_template.newest", "version", knownvalue.StringExact("26.04x64")),
					acctest.Attribute("data.raff_template.by_id", "name", knownvalue.StringExact("Ubuntu")),
					acctest.Attribute("data.raff_templates.debian", "templates", knownvalue.ListSizeExact(2)),
					acctest.Attribute("data.raff_templates.windows", "templates", knownvalue.ListSizeExact(5)),
					acctest.Attribute("data.raff_templates.marketplace", "templates", knownvalue.ListSizeExact(5)),
					acctest.Attribute("data.raff_vm_plan.cheapest", "id", knownvalue.Int64Exact(78)),
					// A cheaper one is for Windows only.
					acctest.Attribute("data.raff_vm_plan.no_windows", "id", knownvalue.Int64Exact(6)),
					acctest.Attribute("data.raff_vm_plan.windows", "id", knownvalue.Int64Exact(82)),
					acctest.Attribute("data.raff_vm_plan.windows", "out_of_stock", knownvalue.Bool(false)),
					acctest.Attribute("data.raff_vm_plan.none_left", "out_of_stock", knownvalue.Bool(true)),
					acctest.Attribute("data.raff_vm_plan.premium", "id", knownvalue.Int64Exact(3)),
					acctest.Attribute("data.raff_vm_plan.by_id", "monthly_price", knownvalue.StringExact("36.99")),
					acctest.Attribute("data.raff_vm_plans.all", "plans", knownvalue.ListSizeExact(15)),
					acctest.Attribute("data.raff_vm_plans.large", "plans", knownvalue.ListSizeExact(1)),
				},
			},
			{
				Config:      b.Config(`data "raff_template" "many" { name = "Ubuntu" }`),
				ExpectError: regexp.MustCompile(`(?s)Several templates match.*most_recent`),
			},
			{
				Config:      b.Config(`data "raff_template" "none" { name = "Plan 9" }`),
				ExpectError: regexp.MustCompile(`(?s)No template matches.*raff_templates`),
			},
			{
				Config:      b.Config(`data "raff_vm_plan" "none" { min_vcpu = 1000 }`),
				ExpectError: regexp.MustCompile(`(?s)No VM plan matches.*raff_vm_plans`),
			},
			{Config: b.Config()},
		},
	})
}
