package vm_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

func TestAccVM_rebuildPolicy(t *testing.T) {
	b := acctest.New(t)
	newKey := fmt.Sprintf("ssh_keys = [%q]\n", otherKey)
	var id, same, other string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vm", getVM),
		Steps: []resource.TestStep{
			{Config: b.Config(vmConfig(b.Production(), "")), Check: acctest.IDOf(address, &id)},
			{
				Config:      b.Config(vmConfig(b.Production(), newKey)),
				ExpectError: regexp.MustCompile(`(?s)Only a rebuild can change this.*rebuild_policy`),
			},
			{
				Config:           b.Config(vmConfig(b.Production(), newKey+`rebuild_policy = "ignore"`)),
				ConfigPlanChecks: acctest.Before(acctest.PlannedAttribute(address, "ssh_keys", knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact(sshKey)}))),
			},
			{
				Config:           b.Config(vmConfig(b.Production(), newKey+`rebuild_policy = "ignore"`)),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
			},
			{
				Config:      b.Config(vmConfig(b.Production(), "extra_storage = 10\n rebuild_policy = \"reinstall\"")),
				ExpectError: regexp.MustCompile(`A reinstall cannot change the extra storage`),
			},
			{
				Config:      b.Config(vmConfig(b.Production(), "ssh_keys = []\n rebuild_policy = \"reinstall\"")),
				ExpectError: regexp.MustCompile(`No way to log in`),
			},
			{
				Config:           b.Config(vmConfig(b.Production(), newKey+`rebuild_policy = "reinstall"`)),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
				Check:            acctest.IDOf(address, &same),
			},
			{
				Config:      b.Config(vmConfig(b.Production(), "rebuild_policy = \"replace\"\n deletion_protection = true")),
				ExpectError: nil,
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace),
				),
				Check: acctest.IDOf(address, &other),
			},
			{
				Config:      b.Config(vmConfig(b.Production(), newKey+"rebuild_policy = \"replace\"\n deletion_protection = true")),
				ExpectError: regexp.MustCompile(`(?s)Deletion is protected.*deletion_protection = false`),
			},
			{
				Config:      b.Config(),
				ExpectError: regexp.MustCompile(`Deletion is protected`),
			},
			{Config: b.Config(vmConfig(b.Production(), `rebuild_policy = "replace"`))},
		},
	})
	if id != same {
		t.Errorf("a reinstall replaced the VM: %s became %s", id, same)
	}
	if other == id {
		t.Error("rebuild_policy = replace kept the VM")
	}
	if n := len(b.Requests("reinstallVM")); n != 1 {
		t.Errorf("the VM was reinstalled %d times", n)
	}
}
