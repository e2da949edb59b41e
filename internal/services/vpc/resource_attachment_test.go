package vpc_test

import (
	"fmt"
	"regexp"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

const attachment = "raff_vpc_attachment.test"

func attachmentConfig(projectID, vmID, vpcID, settings string) string {
	return fmt.Sprintf("resource \"raff_vpc_attachment\" \"test\" {\n  project_id = %q\n  vm_id = %s\n  vpc_id = %s\n  %s\n}\n",
		projectID, vmID, vpcID, settings)
}

// detached is a CheckDestroy: no VM of the test is in a VPC any more.
func detached(t *testing.T, b *acctest.Backend) resource.TestCheckFunc {
	return func(*terraform.State) error {
		vpcs, err := client.Collect(b.Client(t).ListVPCs(t.Context()))
		if err != nil {
			return err
		}
		for _, vpc := range vpcs {
			if vpc.UsedIPs != nil && *vpc.UsedIPs > 0 {
				return fmt.Errorf("VPC %s is still in use", vpc.Name)
			}
		}
		return nil
	}
}

// A VM whose vpc_id is left out is not disturbed by an attachment: not by its creation, not at the
// next plan, and not when it is imported with one.
func TestAccVPCAttachment_besideAVM(t *testing.T) {
	b := acctest.New(t)
	config := b.Config(vpcConfig(b.Production(), ""), vmConfig(b.Production(), ""),
		attachmentConfig(b.Production(), "raff_vm.web.id", "raff_vpc.test.id", ""))
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vpc", getVPC),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(attachment, "ip", knownvalue.StringExact("10.0.1.2")),
					acctest.Attribute(attachment, "nic_id", knownvalue.Int64Exact(1)),
					acctest.Attribute(attachment, "gateway", knownvalue.StringExact("10.0.1.1")),
					acctest.Attribute(attachment, "mac", knownvalue.NotNull()),
					statecheck.ExpectKnownValue("raff_vm.web", tfjsonpath.New("vpc_id"), knownvalue.Null()),
				},
			},
			{Config: config, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{RefreshState: true},
			{
				Config:           config,
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("raff_vm.web", tfjsonpath.New("vpc_id"), knownvalue.Null()),
					statecheck.ExpectKnownValue("raff_vm.web", tfjsonpath.New("private_ipv4_address"), knownvalue.Null()), // it is the attachment's
				},
			},
			{ResourceName: attachment, ImportState: true, ImportStateVerify: true},
			{ResourceName: attachment, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: acctest.ProjectAndID(attachment)},
			{ResourceName: attachment, ImportState: true, ImportStateId: "one", ExpectError: regexp.MustCompile(`(?s)Invalid import id.*<vm_id>:<vpc_id>`)},
			{
				// Other changes of the VM leave the attachment alone.
				Config: b.Config(vpcConfig(b.Production(), ""), vmConfig(b.Production(), `tags = ["a"]`),
					attachmentConfig(b.Production(), "raff_vm.web.id", "raff_vpc.test.id", "")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionNoop)),
			},
		},
	})
	b.ExpectProject(t, b.Production())
	if n := len(b.Requests("attachVMToVPC")); n != 1 {
		t.Errorf("the VM was attached %d times", n)
	}
}

// An interface changes hands between vpc_id of the VM and an attachment, in one apply each.
func TestAccVPCAttachment_handover(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.Timing = refbackend.Fast })
	network := vpcConfig(b.Production(), "")
	byVM := b.Config(network, vmConfig(b.Production(), "vpc_id = raff_vpc.test.id"))
	byAttachment := b.Config(network, vmConfig(b.Production(), ""), attachmentConfig(b.Production(), "raff_vm.web.id", "raff_vpc.test.id", ""))
	empty := acctest.Before(plancheck.ExpectEmptyPlan())
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vpc", getVPC),
		Steps: []resource.TestStep{
			{Config: byVM},
			{Config: byAttachment},
			{Config: byAttachment, ConfigPlanChecks: empty},
			{Config: byVM},
			{Config: byVM, ConfigPlanChecks: empty},
		},
	})
}

func TestAccVPCAttachment_fixedAddress(t *testing.T) {
	b := acctest.New(t)
	vm := fmt.Sprintf("%q", b.MakeVM(t, b.Production(), "web").ID)
	config := func(ip string) string {
		return b.Config(vpcConfig(b.Production(), ""),
			attachmentConfig(b.Production(), vm, "raff_vpc.test.id", ip+"\n timeouts = { create = \"1m\", delete = \"1m\" }"))
	}
	b.Test(t, resource.TestCase{
		CheckDestroy: detached(t, b),
		Steps: []resource.TestStep{
			{
				Config:            config(`ip = "10.0.1.42"`),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(attachment, "ip", knownvalue.StringExact("10.0.1.42"))},
			},
			{
				// The address that is left out stays.
				Config:           config(""),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
			},
			{
				Config: b.Config(vpcConfig(b.Production(), ""), attachmentConfig(b.Production(), vm, "raff_vpc.test.id", "")),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(attachment, tfjsonpath.New("ip"), knownvalue.StringExact("10.0.1.42")),
				),
			},
			{
				Config: config(`ip = "10.0.1.43"`),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionReplace),
					plancheck.ExpectKnownValue(attachment, tfjsonpath.New("id"), knownvalue.NotNull()),
				),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(attachment, "ip", knownvalue.StringExact("10.0.1.43"))},
			},
			{Config: config(`ip = "10.0.1.255"`), ExpectError: regexp.MustCompile(`(?s)"10.0.1.255" is reserved.*10\.0\.1\.2 to\s+10\.0\.1\.254`)},
			{Config: config(`ip = "10.0.2.5"`), ExpectError: regexp.MustCompile(`(?s)"10.0.2.5" is not in 10\.0\.1\.0/24`)},
			{Config: config(`ip = "10.0.1.42/32"`), ExpectError: regexp.MustCompile(`is not an IPv4 address`)},
			{Config: config(`ip = "10.0.1.43"`)},
		},
	})
	if n := len(b.Requests("attachVMToVPC")); n != 2 {
		t.Errorf("the VM was attached %d times, want 2", n)
	}
}

func TestAccVPCAttachment_disappears(t *testing.T) {
	const deleted = "VM deleted"
	for name, disappear := range map[string]func(t *testing.T, project *client.Scoped, vm string) error{
		"detached": func(t *testing.T, project *client.Scoped, vm string) error {
			return project.DetachVMFromVPC(t.Context(), vm, 1)
		},
		deleted: func(t *testing.T, project *client.Scoped, vm string) error {
			return project.DeleteVM(t.Context(), vm, client.DeleteVMRequest{VolumeAction: client.VolumeActionDetach})
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			vm := b.MakeVM(t, b.Production(), "web").ID
			vpc := makeVPC(t, b, b.Production(), "net", "10.0.1.0/24").ID
			config := b.Config(attachmentConfig(b.Production(), fmt.Sprintf("%q", vm), fmt.Sprintf("%q", vpc), ""))
			refresh := resource.TestStep{
				PreConfig: func() {
					if err := disappear(t, b.Client(t).Project(b.Production()), vm); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			}
			if name == deleted { // the configuration still names it
				refresh.ExpectNonEmptyPlan, refresh.ExpectError = false, regexp.MustCompile(`Unknown VM`)
			}
			b.Test(t, resource.TestCase{
				Steps: []resource.TestStep{
					{Config: config},
					refresh,
					{Config: b.Config()},
				},
			})
		})
	}
}

// An address that was changed elsewhere shows as drift of the attachment.
func TestAccVPCAttachment_drift(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web").ID
	vpc := makeVPC(t, b, b.Production(), "net", "10.0.1.0/24").ID
	config := b.Config(attachmentConfig(b.Production(), fmt.Sprintf("%q", vm), fmt.Sprintf("%q", vpc), `ip = "10.0.1.42"`))
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					project := b.Client(t).Project(b.Production())
					if err := project.DetachVMFromVPC(t.Context(), vm, 1); err != nil {
						t.Fatal(err)
					}
					if err := project.AttachVMToVPC(t.Context(), vm, client.AttachVPCRequest{VPCID: vpc}); err != nil {
						t.Fatal(err)
					}
				},
				Config:            config,
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionReplace)),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(attachment, "ip", knownvalue.StringExact("10.0.1.42"))},
			},
		},
	})
}

func TestAccVPCAttachment_ambiguous(t *testing.T) {
	for name, test := range map[string]struct {
		fault refbackend.Fault
		want  string
	}{
		"done":     {refbackend.Fault{Reset: true, Commit: true}, ""},
		"not done": {refbackend.Fault{Reset: true}, `(?s)may\s+or\s+may\s+not\s+have\s+been\s+carried\s+out`},
	} {
		t.Run(name, func(t *testing.T) {
			test.fault.Operation, test.fault.Count = "attachVMToVPC", 1
			b := acctest.New(t, func(o *refbackend.Options) { o.Faults = []refbackend.Fault{test.fault} })
			vm := b.MakeVM(t, b.Production(), "web").ID
			vpc := makeVPC(t, b, b.Production(), "net", "10.0.1.0/24").ID
			step := resource.TestStep{Config: b.Config(attachmentConfig(b.Production(), fmt.Sprintf("%q", vm), fmt.Sprintf("%q", vpc), ""))}
			if test.want != "" {
				step.ExpectError = regexp.MustCompile(test.want)
			}
			b.Test(t, resource.TestCase{CheckDestroy: detached(t, b), Steps: []resource.TestStep{step}})
			if n := len(b.Requests("attachVMToVPC")); n != 1 {
				t.Errorf("the VM was attached %d times", n)
			}
		})
	}
}

// A VPC that reads do not show yet is waited for.
func TestAccVPCAttachment_readsLagBehind(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Faults = []refbackend.Fault{{Operation: "createVPC", HideNew: 4}}
	})
	vm := strconv.Quote(b.MakeVM(t, b.Production(), "web").ID)
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vpc", getVPC),
		Steps: []resource.TestStep{
			{Config: b.Config(vpcConfig(b.Production(), ""), attachmentConfig(b.Production(), vm, "raff_vpc.test.id", `ip = "10.0.1.42"`))},
		},
	})
}

func TestAccVPCAttachment_refused(t *testing.T) {
	b := acctest.New(t)
	inside := makeVPC(t, b, b.Production(), "net", "10.0.1.0/24").ID
	elsewhere := makeVPC(t, b, b.Staging(), "other", "10.0.2.0/24").ID
	vm := b.MakeVM(t, b.Production(), "web", inVPC(inside)).ID
	try := func(vm, vpc, settings string) string {
		return b.Config(attachmentConfig(b.Production(), fmt.Sprintf("%q", vm), fmt.Sprintf("%q", vpc), settings))
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: try(vm, elsewhere, ""), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)The VPC is in another project.*of\s+the\s+same\s+project`)},
			{Config: try(vm, "11111111-1111-4111-8111-111111111111", ""), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)Unknown VPC.*There\s+is\s+no\s+VPC`)},
			{Config: try(vm, inside, ""), ExpectError: regexp.MustCompile(`(?s)Unable to attach VM.*A\s+VM\s+is\s+in\s+a\s+VPC\s+once`)},
			{Config: try("11111111-1111-4111-8111-111111111111", inside, ""), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)Unknown VM.*There\s+is\s+no\s+VM`)},
			{Config: b.Config()},
		},
	})
	if n := len(b.Requests("detachVMFromVPC")); n != 0 {
		t.Error("an attachment that was never made was taken away")
	}
}

// The last interface stays with its VM; the diagnostic says so. As soon as there is another one, the
// attachment goes.
func TestAccVPCAttachment_lastInterface(t *testing.T) {
	b := acctest.New(t)
	vm := b.MakeVM(t, b.Production(), "web").ID
	config := b.Config(vpcConfig(b.Production(), ""),
		attachmentConfig(b.Production(), fmt.Sprintf("%q", vm), "raff_vpc.test.id", `timeouts = { delete = "2s" }`))
	project := b.Client(t).Project(b.Production())
	attachIP := func() error {
		_, err := project.AttachVMIP(t.Context(), vm, client.AttachIPRequest{Type: client.IPv4})
		return err
	}
	b.Test(t, resource.TestCase{
		CheckDestroy: detached(t, b),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					if err := project.DetachVMIP(t.Context(), vm, 0); err != nil {
						t.Fatal(err)
					}
				},
				Config:      b.Config(vpcConfig(b.Production(), "")),
				ExpectError: regexp.MustCompile(`(?s)Unable to detach VM from VPC.*as\s+its\s+last\s+interface`),
			},
			b.RefusedFirst(t, b.Config(vpcConfig(b.Production(), "")), "detachVMFromVPC", attachIP),
		},
	})
}

// Attachments of one VM are made one after the other, each once the VM is ready.
func TestAccVPCAttachment_several(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.Timing = refbackend.Fast })
	blocks := []string{vmConfig(b.Production(), "")}
	for i := range 4 {
		blocks = append(blocks, fmt.Sprintf(`
resource "raff_vpc" "n%[1]d" {
  project_id = %[2]q
  name       = "n%[1]d"
  cidr       = "10.%[1]d.0.0/24"
}

resource "raff_vpc_attachment" "n%[1]d" {
  project_id = %[2]q
  vm_id      = raff_vm.web.id
  vpc_id     = raff_vpc.n%[1]d.id
}
`, i, b.Production()))
	}
	config := b.Config(blocks...)
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_vpc", getVPC),
		Steps:        []resource.TestStep{{Config: config}, {Config: config, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())}},
	})
}
