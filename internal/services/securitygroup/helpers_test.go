package securitygroup_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

func TestMain(m *testing.M) { acctest.Main(m) }

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
	return b.MakeVM(t, b.Production(), name, func(request *client.CreateVMRequest) { request.SkipVPC = false }).ID
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

func emptyPlan(config string) resource.TestStep {
	return resource.TestStep{Config: config, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())}
}
