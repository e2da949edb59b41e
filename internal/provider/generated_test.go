package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

// thing is an object that an import can take.
type thing struct {
	typeName, id string // as an import takes it
	identity     map[string]string
	name         string // what people call it
}

// listedThings are all objects of the account that a list shows, in a fixed order: what the platform has created as well.
func listedThings(t *testing.T, w *acctest.Walk) (all []thing) {
	t.Helper()
	for _, typeName := range slices.Sorted(maps.Keys(w.Schemas)) {
		results := w.List(typeName, nil, 0, false)
		if len(results) == 0 {
			t.Errorf("the account has no %s", typeName)
		}
		for _, o := range results {
			if len(o.Errors)+len(o.Warnings) > 0 {
				t.Fatalf("%s: %q %q", typeName, o.Errors, o.Warnings)
			}
			id := o.Identity["id"]
			if project := o.Identity["project_id"]; project != "" {
				id = project + "/" + id
			}
			all = append(all, thing{typeName: typeName, id: id, identity: o.Identity, name: o.Name})
		}
	}
	return all
}

// What Terraform writes for imported objects is valid and changes nothing, whatever the object.
func TestAccGeneratedConfiguration(t *testing.T) {
	f := acctest.Account60(t)
	all := listedThings(t, f.NewWalk(t, ""))
	for _, made := range f.Made { // among them members whose invitation is listed
		o := thing{typeName: made.Type, id: made.ImportID()}
		if !slices.ContainsFunc(all, func(has thing) bool { return has.typeName == o.typeName && has.id == o.id }) {
			all = append(all, o)
		}
	}
	var blocks strings.Builder
	for i, o := range all {
		fmt.Fprintf(&blocks, "import {\n  to = %s.o%d\n  id = %q\n}\n", o.typeName, i, o.id)
	}
	cli := acctest.NewCLI(t, f.Config(blocks.String()))
	before := len(f.Mutations())
	onlyImports(t, cli.MustRun(t, "plan", "-generate-config-out=generated.tf", "-no-color"), len(all))
	imports(t, f.Backend, cli, len(all), before)
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
	b := acctest.Account60(t)
	seen := map[string]bool{}
	for _, o := range listedThings(t, b.NewWalk(t, "")) {
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
