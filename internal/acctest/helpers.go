package acctest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// SSHKey is a public key for VMs.
const SSHKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINMPywB6wxoHGe2HFXAKQfZMgC/tvsQ6ZeFVOv4OYp3B test"

// Before are checks of the plan that a step is about to apply.
func Before(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: checks}
}

// Attribute checks an attribute of an object in the state.
func Attribute(address, name string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), value)
}

// PlannedAttribute checks an attribute of an object in the plan.
func PlannedAttribute(address, name string, value knownvalue.Check) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(address, tfjsonpath.New(name), value)
}

// Remember remembers an attribute of an object.
func Remember(address, name string, to *string) resource.TestCheckFunc {
	return func(s *terraform.State) error {
		*to = s.RootModule().Resources[address].Primary.Attributes[name]
		return nil
	}
}

// Later is a resource whose output, terraform_data.later.output, is the input and is not known before
// the apply.
func Later(input string) string {
	return fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = %s\n}\n", input)
}

// PlanOf is what terraform plan says of a configuration, on one line.
func (b *Backend) PlanOf(t *testing.T, blocks ...string) string {
	t.Helper()
	return Flat(NewCLI(t, b.Config(blocks...)).MustRun(t, "plan", "-no-color"))
}

// Flat puts what Terraform says on one line, without the frames of diagnostics.
func Flat(output string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", "", "╷", "", "╵", "").Replace(output)), " ")
}

// ExpectProject expects every mutation so far to have named a project.
func (b *Backend) ExpectProject(t *testing.T, projectID string) {
	t.Helper()
	for _, e := range b.Mutations() {
		if e.HeaderProject != projectID {
			t.Errorf("%s %s named project %q, want %q", e.Method, e.Path, e.HeaderProject, projectID)
		}
	}
}

// Says matches an error that has the texts, one after the other, however Terraform has wrapped it into
// lines.
func Says(texts ...string) *regexp.Regexp {
	patterns := make([]string, len(texts))
	for i, text := range texts {
		patterns[i] = strings.ReplaceAll(regexp.QuoteMeta(text), " ", `\s+`)
	}
	return regexp.MustCompile("(?s)" + strings.Join(patterns, ".*"))
}

// IDOf remembers the id of an object, to act behind Terraform's back or to see that it stays the same.
func IDOf(address string, id *string) resource.TestCheckFunc {
	return func(s *terraform.State) error {
		*id = s.RootModule().Resources[address].Primary.ID
		return nil
	}
}

// ProjectAndID is the import id <project_id>/<id> of an object.
func ProjectAndID(address string) resource.ImportStateIdFunc {
	return func(s *terraform.State) (string, error) {
		r := s.RootModule().Resources[address].Primary
		return r.Attributes["project_id"] + "/" + r.ID, nil
	}
}

// MakeVM creates a VM behind Terraform's back and waits until it runs. Changes are made to the request
// first.
func (b *Backend) MakeVM(t *testing.T, projectID, name string, changes ...func(*client.CreateVMRequest)) *client.VM {
	t.Helper()
	c := b.Client(t)
	templates, err := client.Collect(c.ListTemplates(t.Context(), client.TemplateFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(templates, func(o *client.Template) bool {
		return o.Name == "Ubuntu" && strings.HasPrefix(o.Version, "24.04")
	})
	request := client.CreateVMRequest{
		Name: name, TemplateID: templates[at].ID, PricingID: 9, Region: "us-east", SSHKeys: []string{SSHKey}, SkipVPC: true,
	}
	for _, change := range changes {
		change(&request)
	}
	project := c.Project(projectID)
	vm, err := project.CreateVM(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if vm, err = project.WaitForVM(t.Context(), vm.ID, client.VMActive); err != nil {
		t.Fatal(err)
	}
	return vm
}
