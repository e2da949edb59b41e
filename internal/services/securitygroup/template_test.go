package securitygroup_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// A template gives the rules that are left out when the group is made, which the plan shows; after
// that it makes no difference, whatever becomes of it or of them.
func TestAccSecurityGroup_template(t *testing.T) {
	b := acctest.New(t)
	seeded := func(template string) string {
		return b.Config(groupConfig(b.Production(), `template_id = "`+template+`"`))
	}
	var id string
	unchanged := func(config string) resource.TestStep {
		return resource.TestStep{
			Config: config,
			ConfigPlanChecks: acctest.Before(
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				acctest.PlannedAttribute(address, "inbound", rules("TCP", "22", "8080")),
			),
		}
	}
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_security_group", getGroup),
		Steps: []resource.TestStep{
			{
				Config: seeded("ssh-only"),
				Check:  acctest.IDOf(address, &id),
				ConfigPlanChecks: acctest.Before(
					acctest.PlannedAttribute(address, "inbound", rules("TCP", "22")),
					acctest.PlannedAttribute(address, "outbound", rules("ALL", "")),
				),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "inbound", rules("TCP", "22"))},
			},
			emptyPlan(seeded("ssh-only")),
			{
				// What is left out is not managed.
				PreConfig: func() {
					setRules(t, b, id,
						client.SecurityGroupRule{Protocol: "TCP", RuleType: "INBOUND", Range: "22"},
						client.SecurityGroupRule{Protocol: "TCP", RuleType: "INBOUND", Range: "8080"})
				},
				Config:           seeded("ssh-only"),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
			},
			unchanged(seeded("allow-all")),
			unchanged(b.Config(groupConfig(b.Production(), ""))),
			emptyPlan(b.Config(groupConfig(b.Production(), ""))),
			{
				Config: b.Config(groupConfig(b.Production(), inboundTCP("443"))),
				ConfigPlanChecks: acctest.Before(
					acctest.PlannedAttribute(address, "inbound", rules("TCP", "443")),
					acctest.PlannedAttribute(address, "outbound", knownvalue.SetSizeExact(0)), // as it was
				),
			},
			{
				Config:            b.Config(groupConfig(b.Production(), "inbound = []")),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "inbound", knownvalue.SetSizeExact(0))},
			},
		},
	})
	if n := len(b.Requests("updateSecurityGroup")); n != 3 { // one of them is the test's own
		t.Errorf("the group was updated %d times, want 3", n)
	}
}

// The rules of a direction that has some are all of its rules.
func TestAccSecurityGroup_templateBesideRules(t *testing.T) {
	b := acctest.New(t)
	config := b.Config(groupConfig(b.Production(), "template_id = \"web-server\"\n"+inboundTCP("130:200")))
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "inbound", rules("TCP", "130:200")),
					acctest.Attribute(address, "outbound", rules("ALL", "")),
				},
			},
			emptyPlan(config),
		},
	})
}

// An imported group keeps its rules where the configuration names a template and no rules.
func TestAccSecurityGroup_templateOfAnImportedGroup(t *testing.T) {
	b := acctest.New(t)
	id := makeGroup(t, b, b.Production(), "web")
	setRules(t, b, id, client.SecurityGroupRule{Protocol: "TCP", RuleType: "INBOUND", Range: "8443"})
	config := b.Config(groupConfig(b.Production(), `template_id = "web-server"`))
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: config, ResourceName: address, ImportState: true, ImportStateId: id, ImportStatePersist: true},
			{
				Config:            config,
				ConfigPlanChecks:  acctest.Before(acctest.PlannedAttribute(address, "inbound", rules("TCP", "8443"))),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "inbound", rules("TCP", "8443"))},
			},
			emptyPlan(config),
		},
	})
	if n := len(b.Requests("updateSecurityGroup")); n != 1 { // the test's own
		t.Errorf("the group was updated %d times, want 1", n)
	}
}

// A template whose id is not known at plan gives its rules at apply.
func TestAccSecurityGroup_templateKnownAtApply(t *testing.T) {
	b := acctest.New(t)
	config := b.Config("resource \"terraform_data\" \"template\" {\n  input = \"ssh-only\"\n}\n",
		groupConfig(b.Production(), "template_id = terraform_data.template.output\n outbound = []"))
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectUnknownValue(address, tfjsonpath.New("inbound")),
					acctest.PlannedAttribute(address, "outbound", knownvalue.SetSizeExact(0)),
				),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "inbound", rules("TCP", "22"))},
			},
			emptyPlan(config),
		},
	})
}
