package vpc_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

const address = "raff_vpc.test"

// notReturned is what the API does not return: an import does not know it.
var notReturned = []string{"description"}

func TestAccVPC_minimal(t *testing.T) {
	b := acctest.New(t)
	config := b.Config(vpcConfig(b.Production(), ""))
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vpc", getVPC),
		Steps: []resource.TestStep{
			{
				Config: config,
				Check:  b.Exists(t, "raff_vpc", getVPC),
				ConfigPlanChecks: acctest.Before(
					acctest.PlannedAttribute(address, "region", knownvalue.StringExact("us-east")),
					acctest.PlannedAttribute(address, "description", knownvalue.StringExact("")),
					acctest.PlannedAttribute(address, "gateway", knownvalue.StringExact("10.0.1.1")),
					acctest.PlannedAttribute(address, "total_ips", knownvalue.Int64Exact(256)),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "gateway", knownvalue.StringExact("10.0.1.1")),
					acctest.Attribute(address, "total_ips", knownvalue.Int64Exact(256)),
					acctest.Attribute(address, "status", knownvalue.StringExact("active")),
				},
			},
			{Config: config, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: notReturned},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: acctest.ProjectAndID(address), ImportStateVerifyIgnore: notReturned},
			{ResourceName: address, ImportState: true, ImportStateId: "a/b/c", ExpectError: regexp.MustCompile(`Invalid import id`)},
		},
	})
	b.ExpectProject(t, b.Production())
}

func TestAccVPC_update(t *testing.T) {
	b := acctest.New(t)
	var id, same, replaced string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vpc", getVPC),
		Steps: []resource.TestStep{
			{Config: b.Config(vpcConfig(b.Production(), `description = "first"`)), Check: acctest.IDOf(address, &id)},
			{
				Config: b.Config(vpcConfig(b.Production(), "name = \"renamed\"\n description = \"second\"\n region = \"us-east\"")),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					acctest.PlannedAttribute(address, "gateway", knownvalue.NotNull()),
					acctest.PlannedAttribute(address, "created_at", knownvalue.NotNull()),
				),
				Check: acctest.IDOf(address, &same),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "name", knownvalue.StringExact("renamed")),
					acctest.Attribute(address, "description", knownvalue.StringExact("second")),
				},
			},
			{
				// A region that is left out again changes nothing, a description is emptied.
				Config: b.Config(vpcConfig(b.Production(), `name = "renamed"`)),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					acctest.PlannedAttribute(address, "description", knownvalue.StringExact("")),
				),
			},
			{
				// Timeouts are Terraform's own.
				Config: b.Config(vpcConfig(b.Production(), "name = \"renamed\"\n timeouts = { delete = \"1m\" }")),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				),
			},
			{
				Config:           b.Config(vpcConfig(b.Production(), "name = \"renamed\"\n cidr = \"10.0.2.0/24\"")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace)),
				Check:            acctest.IDOf(address, &replaced),
			},
		},
	})
	if id != same || id == replaced {
		t.Errorf("ids: %s, in place %s, replaced %s", id, same, replaced)
	}
	// One for the description at the start, one each for the two changes.
	if n := len(b.Requests("updateVPC")); n != 3 {
		t.Errorf("the VPC was updated %d times, want 3", n)
	}
}

func TestAccVPC_movesBetweenProjectsByReplacement(t *testing.T) {
	b := acctest.New(t)
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vpc", getVPC),
		Steps: []resource.TestStep{
			{Config: b.Config(vpcConfig(b.Production(), ""))},
			{
				Config:            b.Config(vpcConfig(b.Staging(), "")),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace)),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "project_id", knownvalue.StringExact(b.Staging()))},
			},
		},
	})
}

func TestAccVPC_disappears(t *testing.T) {
	b := acctest.New(t)
	var id string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(vpcConfig(b.Production(), "")), Check: acctest.IDOf(address, &id)},
			{
				PreConfig: func() {
					if err := b.Client(t).Project(b.Production()).DeleteVPC(t.Context(), id); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			},
		},
	})
}

func TestAccVPC_ambiguousCreate(t *testing.T) {
	for name, test := range map[string]struct {
		fault refbackend.Fault
		want  string // of the error; empty: adopted
	}{
		"done, answer lost":      {refbackend.Fault{Reset: true, Commit: true}, ""},
		"done, answer truncated": {refbackend.Fault{Truncate: true}, ""},
		"not done":               {refbackend.Fault{Reset: true}, `(?s)no\s+new\s+VPC\s+like\s+that`},
	} {
		t.Run(name, func(t *testing.T) {
			test.fault.Operation, test.fault.Count = "createVPC", 1
			b := acctest.New(t, func(o *refbackend.Options) { o.Faults = []refbackend.Fault{test.fault} })
			config := b.Config(vpcConfig(b.Production(), ""))
			if test.want == "" {
				b.Test(t, resource.TestCase{
					CheckDestroy: b.Absent(t, "raff_vpc", getVPC),
					Steps:        []resource.TestStep{{Config: config, Check: b.Exists(t, "raff_vpc", getVPC)}},
				})
			} else {
				b.Test(t, resource.TestCase{Steps: []resource.TestStep{{Config: config, ExpectError: regexp.MustCompile(test.want)}}})
			}
			if n := len(b.Requests("createVPC")); n != 1 {
				t.Errorf("the create was sent %d times", n)
			}
		})
	}
}

func TestAccVPC_badInput(t *testing.T) {
	for name, test := range map[string]struct{ settings, want string }{
		"empty name":     {`name = ""`, `Attribute name UTF-8 character count must be between 1 and 64`},
		"long name":      {fmt.Sprintf("name = %q", strings.Repeat("ä", 65)), `must be between 1 and 64`},
		"no range":       {`cidr = "somewhere"`, `Invalid CIDR.*is no IPv4 range`},
		"short prefix":   {`cidr = "10.0.0.0/15"`, `Invalid CIDR.*not between /16 and /28`},
		"long prefix":    {`cidr = "10.0.0.0/29"`, `Invalid CIDR.*not between /16 and /28`},
		"public range":   {`cidr = "8.8.8.0/24"`, `Invalid CIDR.*not in a private range`},
		"not aligned":    {`cidr = "10.0.1.7/24"`, `Invalid CIDR.*10\.0\.1\.0/24`},
		"IPv6":           {`cidr = "fd00::/64"`, `Invalid CIDR.*no IPv4 range`},
		"broken timeout": {`timeouts = { delete = "soon" }`, `must be a string containing a sequence of decimal numbers`},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, b.Config(vpcConfig(b.Production(), test.settings)), test.want)
		})
	}
	t.Run("unreachable project", func(t *testing.T) {
		b := acctest.New(t)
		b.Refused(t, b.ConfigAs(b.ProductionKey, "", vpcConfig(b.Staging(), "")), `Project cannot be reached`)
	})
	t.Run("project that is not allowed", func(t *testing.T) {
		b := acctest.New(t)
		settings := fmt.Sprintf("allowed_project_ids = [%q]", b.Staging())
		b.Refused(t, b.ConfigWith(settings, vpcConfig(b.Production(), "")), `Project is not allowed`)
	})
}

// An overlap is only warned about: whether it is allowed is for the API to say. It may lie in another
// project, since ranges are unique in the account; the VPC that is replaced does not count.
func TestAccVPC_overlapIsAWarning(t *testing.T) {
	b := acctest.New(t)
	other := makeVPC(t, b, b.Staging(), "other", "10.0.0.0/16")
	cli := acctest.NewCLI(t, b.Config(vpcConfig(b.Production(), "")))
	output := acctest.Flat(cli.MustRun(t, "plan", "-no-color"))
	for _, want := range []string{"Warning: The range overlaps with another VPC", `10.0.1.0/24 overlaps with VPC "other" (10.0.0.0/16`, "raff_vpc_cidr_suggestions"} {
		if !strings.Contains(output, want) {
			t.Errorf("%q not in %s", want, output)
		}
	}
	if err := b.Client(t).Project(b.Staging()).DeleteVPC(t.Context(), other.ID); err != nil {
		t.Fatal(err)
	}
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	cli.Write(t, "main.tf", strings.Replace(readConfig(b), "10.0.1.0/24", "10.0.1.0/25", 1))
	if output := cli.MustRun(t, "plan", "-no-color"); strings.Contains(output, "Warning: The range") {
		t.Errorf("the VPC overlaps with the one that it replaces: %s", output)
	}
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	cli.MustRun(t, "destroy", "-auto-approve", "-no-color")
}

func readConfig(b *acctest.Backend) string {
	return "terraform {\n  required_providers {\n    raff = {\n      source = \"rafftechnologies/raff\"\n    }\n  }\n}\n" +
		b.Config(vpcConfig(b.Production(), ""))
}

// A VM that stays is named when the timeout ends; one that leaves is waited for.
func TestAccVPC_deleteWaitsForVMs(t *testing.T) {
	b := acctest.New(t)
	var id string
	var vm *client.VM
	config := b.Config(vpcConfig(b.Production(), `timeouts = { delete = "2s" }`))
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vpc", getVPC),
		Steps: []resource.TestStep{
			{Config: config, Check: acctest.IDOf(address, &id)},
			{
				PreConfig:   func() { vm = b.MakeVM(t, b.Production(), "squatter", inVPC(id)) },
				Config:      b.Config(),
				ExpectError: regexp.MustCompile(`(?s)VPC "net".*in\s+use\s+by\s+VM\s+"squatter".*VMs\s+attached`),
			},
			b.RefusedFirst(t, b.Config(), "deleteVPC", func() error {
				request := client.DeleteVMRequest{VolumeAction: client.VolumeActionDetach}
				return b.Client(t).Project(b.Production()).DeleteVM(t.Context(), vm.ID, request)
			}),
		},
	})
}

// The VM finds its VPC by a data source, so that Terraform may destroy both at once.
func TestAccVPC_destroyOrder(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.Timing = refbackend.Fast })
	network := vpcConfig(b.Production(), "")
	found := fmt.Sprintf("data \"raff_vpc\" \"found\" {\n name = \"net\"\n project_id = %q\n}\n", b.Production())
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vpc", getVPC),
		Steps: []resource.TestStep{
			{Config: b.Config(network)},
			{Config: b.Config(network, found, vmConfig(b.Production(), "vpc_id = data.raff_vpc.found.id"))},
		},
	})
}
