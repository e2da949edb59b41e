package acctest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// SSHKey is a public key for VMs.
const SSHKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINMPywB6wxoHGe2HFXAKQfZMgC/tvsQ6ZeFVOv4OYp3B test"

// Before are checks of the plan that a step is about to apply.
func Before(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: checks}
}

// Says matches an error that has the text, however Terraform has wrapped it into lines.
func Says(text string) *regexp.Regexp {
	return regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(text), " ", `\s+`))
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

// MakeVM makes a VM behind Terraform's back and waits until it runs.
func (b *Backend) MakeVM(t *testing.T, projectID, name string) *client.VM {
	t.Helper()
	c := b.Client(t)
	templates, err := client.Collect(c.ListTemplates(t.Context(), client.TemplateFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	project := c.Project(projectID)
	vm, err := project.CreateVM(t.Context(), client.CreateVMRequest{
		Name: name, TemplateID: templates[0].ID, PricingID: 9, Region: "us-east", SSHKeys: []string{SSHKey}, SkipVPC: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if vm, err = project.WaitForVM(t.Context(), vm.ID, client.VMActive); err != nil {
		t.Fatal(err)
	}
	return vm
}
