package securitygroup_test

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

const attachment = "raff_security_group_attachment.test"

// attachmentConfig puts a group on a VM; both are expressions.
func attachmentConfig(projectID, vmID, groupID, settings string) string {
	return fmt.Sprintf("resource \"raff_security_group_attachment\" \"test\" {\n  project_id = %q\n  vm_id = %s\n  security_group_id = %s\n  %s\n}\n",
		projectID, vmID, groupID, settings)
}

// detached is a CheckDestroy: no group is on an interface.
func detached(t *testing.T, b *acctest.Backend) resource.TestCheckFunc {
	return func(*terraform.State) error {
		groups, err := client.Collect(b.Client(t).ListSecurityGroups(t.Context()))
		if err != nil {
			return err
		}
		for _, g := range groups {
			if g.VMCount != nil && *g.VMCount > 0 {
				return fmt.Errorf("group %s is still on %d interfaces", g.Name, g.VMCount)
			}
		}
		return nil
	}
}

func TestAccSecurityGroupAttachment(t *testing.T) {
	b := acctest.New(t)
	vm := makeVM(t, b, "web")
	config := func(settings string) string {
		return b.Config(groupConfig(b.Production(), inboundTCP("22")),
			attachmentConfig(b.Production(), strconv.Quote(vm), "raff_security_group.test.id", settings))
	}
	b.Test(t, resource.TestCase{
		CheckDestroy: detached(t, b),
		Steps: []resource.TestStep{
			{
				// The interface that is left out is the one with the public IPv4 address.
				Config:            config(""),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(attachment, "nic_id", knownvalue.Int64Exact(0))},
			},
			emptyPlan(config("")),
			{ResourceName: attachment, ImportState: true, ImportStateVerify: true},
			{ResourceName: attachment, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: acctest.ProjectAndID(attachment)},
			{ResourceName: attachment, ImportState: true, ImportStateId: "a:b", ExpectError: regexp.MustCompile(`(?s)Invalid import id.*<vm_id>:<nic_id>`)},
			{ResourceName: attachment, ImportState: true, ImportStateId: "a:b:c", ExpectError: regexp.MustCompile(`(?s)Invalid import id.*is not a UUID`)},
			emptyPlan(config("nic_id = 0")),
			{
				Config:           config(`timeouts = { create = "1m", delete = "1m" }`),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionUpdate)),
			},
			{
				PreConfig: func() {
					project := b.Client(t).Project(b.Production())
					if _, err := project.AttachVMIP(t.Context(), vm, client.AttachIPRequest{Type: client.IPv6}); err != nil {
						t.Fatal(err)
					}
				},
				Config: config("nic_id = 2"),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionReplace),
					plancheck.ExpectKnownValue(attachment, tfjsonpath.New("id"), knownvalue.StringRegexp(regexp.MustCompile(`:2:`))),
				),
			},
		},
	})
	b.ExpectProject(t, b.Production())
}

// One group takes the place of another, also between two resources that know nothing of each other.
func TestAccSecurityGroupAttachment_replace(t *testing.T) {
	b := acctest.New(t)
	vm := strconv.Quote(makeVM(t, b, "web"))
	first, second := strconv.Quote(makeGroup(t, b, b.Production(), "first")), strconv.Quote(makeGroup(t, b, b.Production(), "second"))
	other := fmt.Sprintf("resource \"raff_security_group_attachment\" \"other\" {\n  project_id = %q\n  vm_id = %s\n  security_group_id = %s\n}\n",
		b.Production(), vm, first)
	b.Test(t, resource.TestCase{
		CheckDestroy: detached(t, b),
		Steps: []resource.TestStep{
			{Config: b.Config(attachmentConfig(b.Production(), vm, first, ""))},
			{
				Config:           b.Config(attachmentConfig(b.Production(), vm, second, "")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionReplace)),
			},
			{Config: b.Config(other)},
			emptyPlan(b.Config(other)),
		},
	})
}

func TestAccSecurityGroupAttachment_disappears(t *testing.T) {
	b := acctest.New(t)
	vm := makeVM(t, b, "web")
	group := makeGroup(t, b, b.Production(), "web")
	config := b.Config(attachmentConfig(b.Production(), strconv.Quote(vm), strconv.Quote(group), ""))
	project := b.Client(t).Project(b.Production())
	b.Test(t, resource.TestCase{
		CheckDestroy: detached(t, b),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					if err := project.DetachVMSecurityGroup(t.Context(), vm, group, 0); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			},
			{Config: config},
			{
				PreConfig: func() {
					if err := project.DeleteVM(t.Context(), vm, client.DeleteVMRequest{VolumeAction: client.VolumeActionDetach}); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState: true,
				ExpectError:  regexp.MustCompile(`Unknown VM`), // the configuration still names it
			},
			{Config: b.Config()},
		},
	})
}

func TestAccSecurityGroupAttachment_ambiguous(t *testing.T) {
	for name, test := range map[string]struct {
		fault refbackend.Fault
		want  string
	}{
		"done":     {refbackend.Fault{Reset: true, Commit: true}, ""},
		"not done": {refbackend.Fault{Reset: true}, `(?s)may\s+or\s+may\s+not\s+have\s+been\s+carried\s+out`},
	} {
		t.Run(name, func(t *testing.T) {
			test.fault.Operation, test.fault.Count = "attachVMSecurityGroup", 1
			b := acctest.New(t, func(o *refbackend.Options) { o.Faults = []refbackend.Fault{test.fault} })
			vm := strconv.Quote(makeVM(t, b, "web"))
			step := resource.TestStep{
				Config: b.Config(groupConfig(b.Production(), ""), attachmentConfig(b.Production(), vm, "raff_security_group.test.id", "")),
			}
			if test.want != "" {
				step.ExpectError = regexp.MustCompile(test.want)
			}
			b.Test(t, resource.TestCase{CheckDestroy: detached(t, b), Steps: []resource.TestStep{step}})
			if n := len(b.Requests("attachVMSecurityGroup")); n != 1 {
				t.Errorf("the group was attached %d times", n)
			}
		})
	}
}

// A group that reads do not show yet can be attached: the API has the last word.
func TestAccSecurityGroupAttachment_readsLagBehind(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Faults = []refbackend.Fault{{Operation: "createSecurityGroup", HideNew: 4}}
	})
	vm := makeVM(t, b, "web")
	cli := acctest.NewCLI(t, b.Config(groupConfig(b.Production(), ""), attachmentConfig(b.Production(), strconv.Quote(vm), "raff_security_group.test.id", "")))
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	nics, err := client.Collect(b.Client(t).Project(b.Production()).ListVMNetworks(t.Context(), vm, client.NetworkPublic))
	if err != nil || len(nics) != 1 || nics[0].SecurityGroupID == "" {
		t.Errorf("the group is not on the VM: %v, %v", nics, err)
	}
}

func TestAccSecurityGroupAttachment_refused(t *testing.T) {
	b := acctest.New(t)
	vm, private := makeVM(t, b, "web"), makeVM(t, b, "private")
	project := b.Client(t).Project(b.Production())
	if err := project.DetachVMIP(t.Context(), private, 0); err != nil {
		t.Fatal(err)
	}
	group, other := makeGroup(t, b, b.Production(), "web"), makeGroup(t, b, b.Production(), "other")
	elsewhere := makeGroup(t, b, b.Staging(), "elsewhere")
	const unknown = "11111111-1111-4111-8111-111111111111"
	try := func(vm, group, settings, want string, planOnly bool) resource.TestStep {
		return resource.TestStep{
			Config:      b.Config(attachmentConfig(b.Production(), strconv.Quote(vm), strconv.Quote(group), settings)),
			PlanOnly:    planOnly,
			ExpectError: regexp.MustCompile(want),
		}
	}
	b.Test(t, resource.TestCase{
		CheckDestroy: detached(t, b),
		Steps: []resource.TestStep{
			try(vm, elsewhere, "", `(?s)The security group is in another project.*of\s+the\s+same\s+project`, true),
			try(vm, unknown, "", `(?s)Unknown security group.*There\s+is\s+no\s+security\s+group`, true),
			try(vm, group, "nic_id = -1", `(?s)nic_id value must be at least 0`, true),
			try(vm, group, "nic_id = 1", `(?s)Unable to attach.*public\s+interfaces\s+only`, false),
			try(vm, group, "nic_id = 9", `(?s)Unable to attach.*no\s+such\s+interface`, false),
			try(private, group, "", `(?s)Unable to attach.*the\s+VM\s+has\s+no\s+public\s+interface`, false),
			try(unknown, group, "", `(?s)Unknown VM.*There\s+is\s+no\s+VM`, true),
			{
				// Another group that stays is an error.
				PreConfig: func() {
					request := client.AttachSecurityGroupRequest{SecurityGroupID: other}
					if err := project.AttachVMSecurityGroup(t.Context(), vm, request); err != nil {
						t.Fatal(err)
					}
				},
				Config: try(vm, group, "", "", false).Config,
				ExpectError: acctest.Says("Unable to attach", `has security group "other" already`, "takes one group at most",
					"terraform import <address of the raff_security_group_attachment> "+vm+":0:"+other),
			},
			b.RefusedFirst(t, try(vm, group, "", "", false).Config, "attachVMSecurityGroup", func() error {
				return project.DetachVMSecurityGroup(t.Context(), vm, other, 0)
			}),
		},
	})
}
