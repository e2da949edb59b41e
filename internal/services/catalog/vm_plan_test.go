package catalog_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

// A plan that is found by its exact size stays the same one, whatever becomes cheaper.
func TestAccVMPlan_exactSize(t *testing.T) {
	b := acctest.New(t)
	address := b.Intercept(t)
	catalogue := b.NewCatalogue()
	address.Set(catalogue.Answer)
	config := "provider \"raff\" {\n  api_url = \"" + address.URL + "\"\n  api_key = \"" + b.OwnerKey + "\"\n}\n" + `
data "raff_vm_plan" "exact" {
  vcpu       = 2
  memory_gib = 4
  type       = "standard"
}

data "raff_vm_plan" "premium" {
  vcpu       = 2
  memory_gib = 4
  type       = "premium"
}

data "raff_vm_plan" "least" {
  min_vcpu       = 2
  min_memory_gib = 4
}
`
	found := func(exact, premium, least int64) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			acctest.Attribute("data.raff_vm_plan.exact", "id", knownvalue.Int64Exact(exact)),
			acctest.Attribute("data.raff_vm_plan.premium", "id", knownvalue.Int64Exact(premium)),
			acctest.Attribute("data.raff_vm_plan.least", "id", knownvalue.Int64Exact(least)),
		}
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: found(78, 3, 78)},
			{
				PreConfig:         func() { catalogue.Repriced = true },
				Config:            config,
				ConfigStateChecks: found(78, 3, 2009), // twice the size at half the price
			},
		},
	})
}

func TestVMPlan_refused(t *testing.T) {
	t.Parallel()
	b := acctest.NewInProcess(t)
	for config, want := range map[string]string{
		"vcpu = 2":                 "vcpu: .*set all of them",
		"memory_gib = 4":           "memory_gib: .*set all of them",
		"vcpu = 2\nmemory_gib = 4": "vcpu: .*set all of them",
		"vcpu = 2\nmemory_gib = 4\ntype = \"standard\"\nmin_vcpu = 2": "vcpu: .*remove those",
		"vcpu = 2\nmemory_gib = 4\ntype = \"standard\"\nid = 78":      "vcpu: .*remove those",
		"vcpu = 3\nmemory_gib = 5\ntype = \"standard\"":               "No VM plan matches.*name the id of that plan as its pricing_id",
	} {
		b.Refused(t, b.Config("data \"raff_vm_plan\" \"x\" {\n"+config+"\n}"), want)
	}
}
