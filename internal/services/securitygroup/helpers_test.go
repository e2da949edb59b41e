package securitygroup_test

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

// groupConfig is a security group; settings replace or add to the minimal ones.
func groupConfig(projectID, settings string) string {
	name := `name = "web"`
	if strings.Contains(settings, "name =") {
		name = ""
	}
	return fmt.Sprintf("resource \"raff_security_group\" \"test\" {\n  project_id = %q\n  %s\n  %s\n}\n", projectID, name, settings)
}

// inboundTCP are rules for inbound TCP, one for each text of ports.
func inboundTCP(ports ...string) string {
	var rules []string
	for _, p := range ports {
		rules = append(rules, fmt.Sprintf("{ protocol = \"TCP\", ports = %q }", p))
	}
	return "inbound = [" + strings.Join(rules, ", ") + "]"
}

// makeVM makes a VM with a public IPv4 address, and in a VPC, behind Terraform's back.
func makeVM(t *testing.T, b *acctest.Backend, name string) string {
	t.Helper()
	c := b.Client(t)
	var templateID string
	for template, err := range c.ListTemplates(t.Context(), client.TemplateFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if template.Name == "Ubuntu" {
			templateID = template.ID
		}
	}
	project := c.Project(b.Production())
	vm, err := project.CreateVM(t.Context(), client.CreateVMRequest{
		Name: name, TemplateID: templateID, PricingID: 9, Region: "us-east", SSHKeys: []string{sshKey},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := project.WaitForVM(t.Context(), vm.ID, client.VMActive); err != nil {
		t.Fatal(err)
	}
	return vm.ID
}

// makeGroup makes a security group behind Terraform's back.
func makeGroup(t *testing.T, b *acctest.Backend, projectID, name string) string {
	t.Helper()
	group, err := b.Client(t).Project(projectID).CreateSecurityGroup(t.Context(), client.CreateSecurityGroupRequest{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return group.ID
}

// setRules replaces the rules of a group behind Terraform's back.
func setRules(t *testing.T, b *acctest.Backend, id string, rules ...client.SecurityGroupRule) {
	t.Helper()
	if rules == nil {
		rules = []client.SecurityGroupRule{}
	}
	_, err := b.Client(t).Project(b.Production()).UpdateSecurityGroup(t.Context(), id, client.UpdateSecurityGroupRequest{Rules: &rules})
	if err != nil {
		t.Fatal(err)
	}
}

func getGroup(ctx context.Context, c *client.Client, id string) error {
	_, err := c.GetSecurityGroup(ctx, id)
	return err
}

func before(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: checks}
}

func emptyPlan(config string) resource.TestStep {
	return resource.TestStep{Config: config, ConfigPlanChecks: before(plancheck.ExpectEmptyPlan())}
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
