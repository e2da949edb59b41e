package vm_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

func TestAccVM_vpc(t *testing.T) {
	b := acctest.New(t)
	project := b.Client(t).Project(b.Production())
	var vpcs [2]*client.VPC
	for i := range vpcs {
		vpc, err := project.CreateVPC(t.Context(), client.CreateVPCRequest{
			Name: fmt.Sprintf("net-%d", i), CIDR: fmt.Sprintf("10.%d.0.0/24", i), Region: "us-east",
		})
		if err != nil {
			t.Fatal(err)
		}
		vpcs[i] = vpc
	}
	private := func(vpc *client.VPC) string {
		return fmt.Sprintf("vpc_id = %q\n public_ipv4 = false", vpc.ID)
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(vmConfig(b.Production(), private(vpcs[0]))),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "private_ipv4_address", knownvalue.StringRegexp(regexp.MustCompile(`^10\.0\.0\.`))),
					acctest.Attribute(address, "public_ipv4_address", knownvalue.Null()),
				},
			},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: notReturned},
			{
				Config:           b.Config(vmConfig(b.Production(), private(vpcs[1]))),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "private_ipv4_address", knownvalue.StringRegexp(regexp.MustCompile(`^10\.1\.0\.`))),
				},
			},
			{
				Config: b.Config(vmConfig(b.Production(), `public_ipv4 = true`)),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "private_ipv4_address", knownvalue.Null()),
					acctest.Attribute(address, "public_ipv4_address", knownvalue.NotNull()),
				},
			},
			{
				Config:      b.Config(vmConfig(b.Production(), `public_ipv4 = false`)),
				ExpectError: regexp.MustCompile(`VM without a network`),
			},
		},
	})
	// Destroying the VM keeps the VPCs: delete_vpc is sent as false.
	for _, vpc := range vpcs {
		if _, err := project.GetVPC(t.Context(), vpc.ID); err != nil {
			t.Errorf("VPC %s: %v", vpc.Name, err)
		}
	}
}
