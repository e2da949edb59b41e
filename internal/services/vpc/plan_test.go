package vpc_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// The VM is in the VPC already, by whatever means: one warning, with the command that imports the
// attachment, and one list of interfaces, however many attachments the VM is to get.
func TestAccVPCAttachment_warnsOfInterface(t *testing.T) {
	b := acctest.New(t)
	inside := makeVPC(t, b, b.Production(), "inside", "10.0.1.0/24").ID
	other := makeVPC(t, b, b.Production(), "other", "10.0.2.0/24").ID
	vm := b.MakeVM(t, b.Production(), "web", inVPC(inside)).ID
	second := strings.Replace(attachmentConfig(b.Production(), strconv.Quote(vm), strconv.Quote(other), ""), `"test"`, `"second"`, 1)
	output := b.PlanOf(t, attachmentConfig(b.Production(), strconv.Quote(vm), strconv.Quote(inside), ""), second)
	for _, want := range []string{
		"Warning: The VM is in the VPC already", fmt.Sprintf("VM \"web\" (%s) in project %s", vm, b.Production()),
		`VPC "inside"`, "terraform import <address of the raff_vpc_attachment> " + vm + ":" + inside,
	} {
		if strings.Count(output, want) != 1 {
			t.Errorf("want %q once in %s", want, output)
		}
	}
	if n := len(b.Requests("listVMNetworks")); n != 1 {
		t.Errorf("the interfaces were listed %d times, want once", n)
	}
}

// A VPC that ends in the same run makes room for the range of another one.
func TestAccVPC_endingOneDoesNotOverlap(t *testing.T) {
	b := acctest.New(t)
	cli := acctest.NewCLI(t, b.Config(vpcConfig(b.Production(), "")))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	next := strings.Replace(vpcConfig(b.Production(), "name = \"next\"\n cidr = \"10.0.0.0/16\""), `"test"`, `"next"`, 1)
	cli.Write(t, "main.tf", strings.Replace(cli.Read(t, "main.tf"), vpcConfig(b.Production(), ""), next, 1))
	if output := cli.MustRun(t, "plan", "-no-color"); strings.Contains(output, "overlaps") {
		t.Errorf("the VPC overlaps with one that goes: %s", output)
	}
}

// The API does not return the description: the first one that is configured for an imported VPC is only
// recorded, and later ones are changes.
func TestAccVPC_importedDescription(t *testing.T) {
	b := acctest.New(t)
	id := makeVPC(t, b, b.Production(), "net", "10.0.1.0/24").ID
	plain, described := b.Config(vpcConfig(b.Production(), "")), b.Config(vpcConfig(b.Production(), `description = "ours"`))
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: plain, ResourceName: address, ImportState: true, ImportStateId: id, ImportStatePersist: true},
			{Config: plain, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{
				Config:            described,
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "description", knownvalue.StringExact("ours"))},
				Check: func(*terraform.State) error {
					if n := len(b.Requests("updateVPC")); n != 0 {
						return fmt.Errorf("the VPC was updated %d times", n)
					}
					return nil
				},
			},
			{Config: described, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{Config: b.Config(vpcConfig(b.Production(), `description = "theirs"`))},
		},
	})
	if n := len(b.Requests("updateVPC")); n != 1 {
		t.Errorf("the VPC was updated %d times, want once", n)
	}
}

// An import that names a project refuses an object of another one.
func TestAccVPC_importNamesTheProject(t *testing.T) {
	b := acctest.New(t)
	vpc := makeVPC(t, b, b.Production(), "net", "10.0.1.0/24").ID
	vm := b.MakeVM(t, b.Production(), "web", inVPC(vpc)).ID
	refused := func(config, address, id string) resource.TestStep {
		return resource.TestStep{
			Config: b.Config(config), ResourceName: address, ImportState: true, ImportStateId: b.Staging() + "/" + id,
			ExpectError: regexp.MustCompile(`The object is in another project`),
		}
	}
	b.Test(t, resource.TestCase{Steps: []resource.TestStep{
		refused(vpcConfig(b.Staging(), ""), address, vpc),
		refused(attachmentConfig(b.Staging(), strconv.Quote(vm), strconv.Quote(vpc), ""), attachment, vm+":"+vpc),
	}})
}

// What changes in the meantime is in no attribute of the resource, and the plan after VMs came is empty.
func TestAccVPC_vmsComeAndGo(t *testing.T) {
	b := acctest.New(t)
	var id string
	config := b.Config(vpcConfig(b.Production(), ""))
	b.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config, Check: acctest.IDOf(address, &id)},
		{
			PreConfig:        func() { b.MakeVM(t, b.Production(), "web", inVPC(id)) },
			Config:           config,
			ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
		},
		{
			PreConfig: func() {
				project := b.Client(t).Project(b.Production())
				for vm, err := range project.ListVMs(t.Context(), client.VMFilter{}) {
					if err != nil {
						t.Fatal(err)
					}
					if err := project.DeleteVM(t.Context(), vm.ID, client.DeleteVMRequest{VolumeAction: client.VolumeActionDetach}); err != nil {
						t.Fatal(err)
					}
				}
			},
			Config:           config,
			ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
		},
	}})
}
