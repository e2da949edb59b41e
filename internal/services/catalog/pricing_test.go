package catalog_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

func TestAccPricing(t *testing.T) {
	b := acctest.New(t)
	ip := func(family, name, want string) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.raff_ip_pricing.now", tfjsonpath.New(family).AtMapKey(name), knownvalue.StringExact(want))
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(`
data "raff_volume_pricing" "now" {}
data "raff_snapshot_pricing" "now" { region = "us-east" }
data "raff_backup_pricing" "now" {}
data "raff_ip_pricing" "now" {}
`),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute("data.raff_volume_pricing.now", "price_per_gb_month", knownvalue.StringExact("0.05")),
					acctest.Attribute("data.raff_volume_pricing.now", "yearly_price_per_gb", knownvalue.StringExact("0.50")),
					acctest.Attribute("data.raff_volume_pricing.now", "region", knownvalue.StringExact("us-east")),
					acctest.Attribute("data.raff_snapshot_pricing.now", "price_per_gb_month", knownvalue.NotNull()),
					acctest.Attribute("data.raff_backup_pricing.now", "price_per_gb_hour", knownvalue.NotNull()),
					ip("ipv4", "monthly_price", "3.00"),
					ip("ipv6", "monthly_price", "1.00"),
					ip("ipv4", "yearly_price", "30.00"),
				},
			},
			{
				Config:      b.Config(`data "raff_volume_pricing" "now" { region = "moon" }`),
				ExpectError: regexp.MustCompile(`(?s)Unable to read the catalogue.*volume pricing.*region`),
			},
			{Config: b.Config()},
		},
	})
}
