package vpc_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

func TestMain(m *testing.M) { acctest.Main(m) }

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
`, projectID, acctest.SSHKey, settings)
}

// inVPC puts a VM that is made behind Terraform's back into a VPC.
func inVPC(id string) func(*client.CreateVMRequest) {
	return func(request *client.CreateVMRequest) { request.VPCID, request.SkipVPC = id, false }
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
