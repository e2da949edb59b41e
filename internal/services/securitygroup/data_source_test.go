package securitygroup_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

func TestAccSecurityGroup_dataSources(t *testing.T) {
	b := acctest.New(t)
	id := makeGroup(t, b, b.Production(), "web")
	setRules(t, b, id, client.SecurityGroupRule{Protocol: "TCP", RuleType: "INBOUND", Range: "130:200"})
	makeGroup(t, b, b.Staging(), "other")
	expect := func(source, name string, value knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data."+source, tfjsonpath.New(name), value)
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(fmt.Sprintf(`
data "raff_security_group" "by_id" { id = %[1]q }
data "raff_security_group" "by_name" {
  name       = "web"
  project_id = %[2]q
}
data "raff_security_groups" "all" {}
data "raff_security_groups" "staging" { project_id = %[3]q }
data "raff_security_group_templates" "all" {}
`, id, b.Production(), b.Staging())),
				ConfigStateChecks: []statecheck.StateCheck{
					expect("raff_security_group.by_id", "name", knownvalue.StringExact("web")),
					expect("raff_security_group.by_name", "id", knownvalue.StringExact(id)),
					expect("raff_security_group.by_name", "inbound", rules("TCP", "130:134,136:138,140:200")),
					expect("raff_security_group.by_name", "outbound", knownvalue.SetSizeExact(0)),
					expect("raff_security_groups.all", "security_groups", knownvalue.ListSizeExact(2)),
					expect("raff_security_groups.staging", "security_groups", knownvalue.ListSizeExact(1)),
					expect("raff_security_group_templates.all", "templates", knownvalue.ListSizeExact(5)),
					statecheck.ExpectKnownValue("data.raff_security_group_templates.all",
						tfjsonpath.New("templates").AtSliceIndex(2).AtMapKey("inbound"), rules("TCP", "22")),
				},
			},
			{
				Config:      b.Config(fmt.Sprintf("data \"raff_security_group\" \"wrong\" {\n id = %q\n project_id = %q\n}", id, b.Staging())),
				ExpectError: regexp.MustCompile(`Security group is in another project`),
			},
			{
				Config:      b.Config(fmt.Sprintf("data \"raff_security_group\" \"none\" {\n name = \"none\"\n project_id = %q\n}", b.Production())),
				ExpectError: regexp.MustCompile(`(?s)security group "none".*none\s+of\s+that\s+name`),
			},
			{
				Config:      b.Config(`data "raff_security_group" "none" { name = "web" }`),
				ExpectError: regexp.MustCompile(`(?s)"project_id" must be specified when "name"`),
			},
			{Config: b.Config()},
		},
	})
}
