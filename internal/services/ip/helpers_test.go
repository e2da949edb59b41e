package ip_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

func TestMain(m *testing.M) { acctest.Main(m) }

func ipConfig(projectID, settings string) string {
	return fmt.Sprintf("resource \"raff_ip\" \"test\" {\n  project_id = %q\n  %s\n}\n", projectID, settings)
}

// attachmentConfig attaches an address to a VM; both are expressions.
func attachmentConfig(projectID, ipID, vmID, settings string) string {
	return fmt.Sprintf("resource \"raff_ip_attachment\" \"test\" {\n  project_id = %q\n  ip_id = %s\n  vm_id = %s\n  %s\n}\n",
		projectID, ipID, vmID, settings)
}

// reserve reserves an address behind Terraform's back.
func reserve(t *testing.T, b *acctest.Backend, projectID, family string) *client.IP {
	t.Helper()
	ip, err := b.Client(t).Project(projectID).ReserveIP(t.Context(), client.ReserveIPRequest{Type: family})
	if err != nil {
		t.Fatal(err)
	}
	return ip
}

// makeVMs makes VMs behind Terraform's back that are only in a VPC of their own, and waits for them.
func makeVMs(t *testing.T, b *acctest.Backend, names ...string) []string {
	t.Helper()
	project := b.Client(t).Project(b.Production())
	vpc, err := project.CreateVPC(t.Context(), client.CreateVPCRequest{Name: "vms", CIDR: "10.9.0.0/24"})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, name := range names {
		vm := b.MakeVM(t, b.Production(), name, func(request *client.CreateVMRequest) {
			request.VPCID, request.SkipVPC, request.SkipPublicIP = vpc.ID, false, true
		})
		ids = append(ids, vm.ID)
	}
	return ids
}

// privateVM is a raff_vm without a public address of its own, in a VPC.
func privateVM(projectID, name string) string { return vmInVPC(projectID, name, false) }

// vmInVPC is a raff_vm in a VPC.
func vmInVPC(projectID, name string, publicIPv4 bool) string {
	return fmt.Sprintf(`
resource "raff_vpc" %[2]q {
  project_id = %[1]q
  name       = %[2]q
  cidr       = "10.8.0.0/24"
}

data "raff_template" %[2]q {
  name    = "Ubuntu"
  version = "24.04"
}

resource "raff_vm" %[2]q {
  project_id  = %[1]q
  name        = %[2]q
  template_id = data.raff_template.%[2]s.id
  pricing_id  = 9
  ssh_keys    = [%[3]q]
  vpc_id      = raff_vpc.%[2]s.id
  public_ipv4 = %[4]t
}
`, projectID, name, acctest.SSHKey, publicIPv4)
}

func getIP(ctx context.Context, c *client.Client, id string) error {
	_, err := c.GetIP(ctx, id)
	return err
}
