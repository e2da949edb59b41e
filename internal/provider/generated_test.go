package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

// What Terraform writes for imported objects is valid and changes nothing, whatever the object.
func TestAccGeneratedConfiguration(t *testing.T) {
	b := oddAccount(t)
	all := things(t, b.NewWalk(t, ""))
	var blocks strings.Builder
	for i, o := range all {
		fmt.Fprintf(&blocks, "import {\n  to = %s.o%d\n  id = %q\n}\n", o.typeName, i, o.id)
	}
	cli := acctest.NewCLI(t, b.Config(blocks.String()))
	before := len(b.Mutations())
	onlyImports(t, cli.MustRun(t, "plan", "-generate-config-out=generated.tf", "-no-color"), len(all))
	imports(t, b, cli, len(all), before)
}

// onlyImports holds a plan to so many imports, and nothing else.
func onlyImports(t *testing.T, plan string, count int) {
	t.Helper()
	if want := fmt.Sprintf("Plan: %d to import, 0 to add, 0 to change, 0 to destroy.", count); !strings.Contains(plan, want) {
		t.Errorf("the plan is not %q:\n%s", want, plan)
	}
}

// imports holds a generated configuration to what was promised: so many imports and nothing else, nothing left to do after
// the apply, and no request that changes anything since so many of them.
func imports(t *testing.T, b *acctest.Backend, cli *acctest.CLI, count, before int) {
	t.Helper()
	onlyImports(t, cli.MustRun(t, "plan", "-out=plan", "-no-color"), count)
	cli.MustRun(t, "apply", "-no-color", "plan")
	cli.MustRun(t, "plan", "-detailed-exitcode", "-no-color")
	if changes := b.Mutations()[before:]; len(changes) > 0 {
		t.Errorf("these requests changed something: %v", changes)
	}
}

// The same with terraform-plugin-testing, for an object of each type.
func TestAccGeneratedConfiguration_eachType(t *testing.T) {
	b := oddAccount(t)
	seen := map[string]bool{}
	for _, o := range things(t, b.NewWalk(t, "")) {
		if seen[o.typeName] {
			continue
		}
		seen[o.typeName] = true
		address := o.typeName + ".generated"
		t.Run(o.typeName, func(t *testing.T) {
			b.Test(t, resource.TestCase{Steps: []resource.TestStep{{
				Config:                 b.Config(fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", address, o.id)),
				ResourceName:           address,
				ImportStateId:          o.id,
				ImportState:            true,
				ImportStateKind:        resource.ImportBlockWithID,
				ImportStateConfigExact: true,
				GenerateConfig:         true,
				ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop),
				}},
			}}})
		})
	}
}
