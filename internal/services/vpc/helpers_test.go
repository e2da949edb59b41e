package vpc_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

func TestMain(m *testing.M) { acctest.Main(m) }

const sshKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPsxJc5JmPHyh8s0kRPjHzhbbM5LzTzsFZqBTSEHaG1Y test"

// vpcConfig is a VPC in a project; settings replace or add to the minimal ones.
func vpcConfig(projectID, settings string) string {
	var block strings.Builder
	for name, value := range map[string]string{"name": `"net"`, "cidr": `"10.0.1.0/24"`} {
		if !strings.Contains(settings, name+" ") {
			fmt.Fprintf(&block, "  %s = %s\n", name, value)
		}
	}
	return fmt.Sprintf("resource \"raff_vpc\" \"test\" {\n  project_id = %q\n%s%s\n}\n", projectID, block.String(), settings)
}

// vmConfig is a VM named web; settings add to it.
func vmConfig(projectID, settings string) string {
	return fmt.Sprintf(`
data "raff_template" "ubuntu" {
  name    = "Ubuntu"
  version = "24.04"
}

resource "raff_vm" "web" {
  project_id  = %q
  name        = "web"
  template_id = data.raff_template.ubuntu.id
  pricing_id  = 9
  ssh_keys    = [%q]
  %s
}
`, projectID, sshKey, settings)
}

// makeVM makes a VM behind Terraform's back, in a VPC if one is given, and waits for it.
func makeVM(t *testing.T, b *acctest.Backend, name, vpcID string) *client.VM {
	t.Helper()
	c := b.Client(t)
	template, err := findTemplate(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	project := c.Project(b.Production())
	vm, err := project.CreateVM(t.Context(), client.CreateVMRequest{
		Name: name, TemplateID: template, PricingID: 9, Region: "us-east", SSHKeys: []string{sshKey}, VPCID: vpcID, SkipVPC: vpcID == "",
	})
	if err != nil {
		t.Fatal(err)
	}
	if vm, err = project.WaitForVM(t.Context(), vm.ID, client.VMActive); err != nil {
		t.Fatal(err)
	}
	return vm
}

func findTemplate(ctx context.Context, c *client.Client) (string, error) {
	for template, err := range c.ListTemplates(ctx, client.TemplateFilter{}) {
		if err != nil {
			return "", err
		}
		if template.Name == "Ubuntu" {
			return template.ID, nil
		}
	}
	return "", fmt.Errorf("no Ubuntu")
}

// makeVPC makes a VPC behind Terraform's back.
func makeVPC(t *testing.T, b *acctest.Backend, projectID, name, cidr string) *client.VPC {
	t.Helper()
	vpc, err := b.Client(t).Project(projectID).CreateVPC(t.Context(), client.CreateVPCRequest{Name: name, CIDR: cidr})
	if err != nil {
		t.Fatal(err)
	}
	return vpc
}

func getVPC(ctx context.Context, c *client.Client, id string) error {
	_, err := c.GetVPC(ctx, id)
	return err
}

func before(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: checks}
}

// idOf remembers the id of a resource.
func idOf(address string, id *string) resource.TestCheckFunc {
	return func(s *terraform.State) error {
		*id = s.RootModule().Resources[address].Primary.ID
		return nil
	}
}

// projectAndID is the import id <project_id>/<id> of a resource.
func projectAndID(address string) resource.ImportStateIdFunc {
	return func(s *terraform.State) (string, error) {
		r := s.RootModule().Resources[address].Primary
		return r.Attributes["project_id"] + "/" + r.ID, nil
	}
}

// expectProject fails the test where a mutation did not name the project.
func expectProject(t *testing.T, b *acctest.Backend, projectID string) {
	t.Helper()
	for _, e := range b.Mutations() {
		if e.HeaderProject != projectID {
			t.Errorf("%s %s named project %q, want %q", e.Method, e.Path, e.HeaderProject, projectID)
		}
	}
}
