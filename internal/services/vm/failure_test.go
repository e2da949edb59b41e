package vm_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// A VM that fails on its way is an error that names it, and stays in the state.
func TestAccVM_waiterFailure(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Pace = []refbackend.PaceRule{{Flow: "vm.create", FailAt: "booting", Count: 1}}
	})
	var failed []*client.VM
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vm", getVM),
		Steps: []resource.TestStep{
			{
				Config:      b.Config(vmConfig(b.Production(), "")),
				ExpectError: regexp.MustCompile(`(?s)VM was created but is not ready.*"web".*failure`),
			},
			{
				// The state has the failed VM, so it is replaced and not orphaned.
				PreConfig: func() {
					var err error
					if failed, err = client.Collect(b.Client(t).ListVMs(t.Context(), client.VMFilter{})); err != nil || len(failed) != 1 {
						t.Fatalf("expected the failed VM, got %v, %v", failed, err)
					}
				},
				Config:           b.Config(vmConfig(b.Production(), "")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)),
			},
		},
	})
	if len(failed) == 1 {
		if err := getVM(t.Context(), b.Client(t), failed[0].ID); err == nil {
			t.Error("the failed VM is still there")
		}
	}
}

// An answer that never arrived leaves no orphan: the VM is found by its name and adopted.
func TestAccVM_ambiguousCreateIsAdopted(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Faults = []refbackend.Fault{{Operation: "createVM", Reset: true, Commit: true, Count: 1}}
	})
	config := b.Config(vmConfig(b.Production(), ""))
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vm", getVM),
		Steps: []resource.TestStep{
			{Config: config, Check: b.Exists(t, "raff_vm", getVM)},
			{Config: config, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
		},
	})
	if n := len(b.Requests("createVM")); n != 1 {
		t.Errorf("the create was sent %d times", n)
	}
}

// Passing troubles of the API do not reach the user.
func TestAccVM_survivesFaults(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Faults = []refbackend.Fault{
			{Operation: "createVM", HideNew: 2},
			{Operation: "listVMs", Status: 429, RetryAfter: 1, Count: 1},
			{Operation: "getVM", HTML: true, Nth: 4, Count: 1},
			{Operation: "deleteVM", Reset: true, Commit: true, Count: 1},
		}
	})
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vm", getVM),
		Steps:        []resource.TestStep{{Config: b.Config(vmConfig(b.Production(), ""))}},
	})
}

// An update that fails half-way records what it did and nothing else, and leaves the VM running.
func TestAccVM_updateFailsHalfWay(t *testing.T) {
	b := acctest.New(t)
	const larger = "name = \"renamed\"\n pricing_id = 10\n allow_stopping_for_update = true"
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(vmConfig(b.Production(), ""))},
			{
				PreConfig: func() {
					b.AddFault(refbackend.Fault{Operation: "resizeVM", Status: 402, Message: "balance too low", Count: 1})
				},
				Config:      b.Config(vmConfig(b.Production(), larger)),
				ExpectError: regexp.MustCompile(`(?s)Unable to update VM.*balance too low.*Top up`),
			},
			{
				Config: b.Config(vmConfig(b.Production(), larger)),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					acctest.PlannedAttribute(address, "status", knownvalue.StringExact("active")), // it was started again
					acctest.PlannedAttribute(address, "pricing_id", knownvalue.Int64Exact(10)),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "name", knownvalue.StringExact("renamed")),
					acctest.Attribute(address, "cpu", knownvalue.Int64Exact(4)),
				},
			},
		},
	})
	if n := len(b.Requests("renameVM")); n != 1 {
		t.Errorf("the VM was renamed %d times: the first update was not recorded", n)
	}
}
