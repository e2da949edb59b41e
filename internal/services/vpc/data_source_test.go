package vpc_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

func TestAccVPC_dataSources(t *testing.T) {
	b := acctest.New(t)
	vpc := makeVPC(t, b, b.Production(), "net", "10.0.1.0/24")
	makeVPC(t, b, b.Staging(), "other", "10.0.2.0/24")
	b.MakeVM(t, b.Production(), "web", inVPC(vpc.ID))
	reads := len(b.Journal())
	expect := func(source, name string, value knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data."+source, tfjsonpath.New(name), value)
	}
	sources := fmt.Sprintf(`
data "raff_vpc" "by_id" { id = %q }
data "raff_vpc" "by_name" {
  name       = "net"
  project_id = %q
}
data "raff_vpcs" "all" {}
data "raff_vpcs" "staging" { project_id = %q }
data "raff_vpc_cidr_suggestions" "free" {}
data "raff_vpc_cidr_suggestions" "in_project" { project_id = %q }
`, vpc.ID, b.Production(), b.Staging(), b.Staging())
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(sources),
				ConfigStateChecks: []statecheck.StateCheck{
					expect("raff_vpc.by_id", "name", knownvalue.StringExact("net")),
					expect("raff_vpc.by_id", "project_id", knownvalue.StringExact(b.Production())),
					expect("raff_vpc.by_name", "id", knownvalue.StringExact(vpc.ID)),
					expect("raff_vpc.by_name", "used_ips", knownvalue.Int64Exact(1)),
					expect("raff_vpc.by_name", "ip_range_start", knownvalue.StringExact("10.0.1.2")),
					expect("raff_vpc.by_name", "ip_range_end", knownvalue.StringExact("10.0.1.254")),
					expect("raff_vpc.by_name", "leases", knownvalue.ListExact([]knownvalue.Check{
						knownvalue.ObjectExact(map[string]knownvalue.Check{
							"ip": knownvalue.StringExact("10.0.1.2"), "nic_id": knownvalue.Int64Exact(1),
						}),
					})),
					expect("raff_vpcs.all", "vpcs", knownvalue.ListSizeExact(2)),
					expect("raff_vpcs.staging", "vpcs", knownvalue.ListSizeExact(1)),
					expect("raff_vpc_cidr_suggestions.free", "suggested", knownvalue.StringRegexp(regexp.MustCompile(`^10\..*/24$`))),
					expect("raff_vpc_cidr_suggestions.free", "suggested_ips", knownvalue.Int64Exact(253)),
					expect("raff_vpc_cidr_suggestions.free", "existing_count", knownvalue.Int64Exact(2)),
					expect("raff_vpc_cidr_suggestions.in_project", "alternatives", knownvalue.ListSizeExact(3)),
				},
			},
			{
				// Another key sees only its own.
				Config:            b.ConfigAs(b.ProductionKey, "", `data "raff_vpcs" "all" {}`),
				ConfigStateChecks: []statecheck.StateCheck{expect("raff_vpcs.all", "vpcs", knownvalue.ListSizeExact(1))},
			},
			{
				Config:      b.Config(fmt.Sprintf("data \"raff_vpc\" \"wrong\" {\n id = %q\n project_id = %q\n}", vpc.ID, b.Staging())),
				ExpectError: regexp.MustCompile(`VPC is in another project`),
			},
			{
				Config:      b.Config(fmt.Sprintf("data \"raff_vpc\" \"none\" {\n name = \"none\"\n project_id = %q\n}", b.Production())),
				ExpectError: regexp.MustCompile(`(?s)VPC "none".*none\s+of\s+that\s+name`),
			},
			{
				Config:      b.Config(`data "raff_vpc" "none" { name = "net" }`),
				ExpectError: regexp.MustCompile(`(?s)"project_id" must be specified when "name"`),
			},
			{
				Config:      b.Config(`data "raff_vpc" "none" {}`),
				ExpectError: regexp.MustCompile(`Exactly one of these attributes must be configured`),
			},
			{Config: b.Config()},
		},
	})
	scoped, fleet := 0, 0
	for _, e := range b.Journal()[reads:] {
		switch {
		case e.Operation != "listVPCs":
		case e.HeaderProject == "":
			fleet++
		default:
			scoped++
		}
	}
	if scoped == 0 || fleet == 0 {
		t.Errorf("%d lists of one project, %d of all: want some of each", scoped, fleet)
	}
}
