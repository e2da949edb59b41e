package securitygroup_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

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

func quoted(id string) string { return fmt.Sprintf("%q", id) }

func attached(name string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(attachment, tfjsonpath.New(name), value)
}

// detached is a CheckDestroy: no group is on an interface.
func detached(t *testing.T, b *acctest.Backend) resource.TestCheckFunc {
	return func(*terraform.State) error {
		groups, err := client.Collect(b.Client(t).ListSecurityGroups(t.Context()))
		if err != nil {
			return err
		}
		for _, g := range groups {
			if g.VMCount > 0 {
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
			attachmentConfig(b.Production(), quoted(vm), "raff_security_group.test.id", settings))
	}
	b.Test(t, resource.TestCase{
		CheckDestroy: detached(t, b),
		Steps: []resource.TestStep{
			{
				// The interface that is left out is the one with the public IPv4 address.
				Config:            config(""),
				ConfigStateChecks: []statecheck.StateCheck{attached("nic_id", knownvalue.Int64Exact(0))},
			},
			emptyPlan(config("")),
			{
				Config:            config(""),
				ConfigPlanChecks:  before(plancheck.ExpectEmptyPlan()),
				ConfigStateChecks: []statecheck.StateCheck{attribute("vm_count", knownvalue.Int64Exact(1))},
			},
			{ResourceName: attachment, ImportState: true, ImportStateVerify: true},
			{ResourceName: attachment, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: projectAndID(attachment)},
			{ResourceName: attachment, ImportState: true, ImportStateId: "a:b", ExpectError: regexp.MustCompile(`(?s)Invalid import id.*<vm_id>:<nic_id>`)},
			{ResourceName: attachment, ImportState: true, ImportStateId: "a:b:c", ExpectError: regexp.MustCompile(`(?s)Invalid import id.*is a number`)},
			emptyPlan(config("nic_id = 0")),
			{
				Config:           config(`timeouts = { create = "1m", delete = "1m" }`),
				ConfigPlanChecks: before(plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionUpdate)),
			},
			{
				PreConfig: func() {
					project := b.Client(t).Project(b.Production())
					if _, err := project.AttachVMIP(t.Context(), vm, client.AttachIPRequest{Type: client.IPv6}); err != nil {
						t.Fatal(err)
					}
				},
				Config: config("nic_id = 2"),
				ConfigPlanChecks: before(
					plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionReplace),
					plancheck.ExpectKnownValue(attachment, tfjsonpath.New("id"), knownvalue.StringRegexp(regexp.MustCompile(`:2:`))),
				),
			},
		},
	})
	expectProject(t, b, b.Production())
}

// One group takes the place of another, also between two resources that know nothing of each other.
func TestAccSecurityGroupAttachment_replace(t *testing.T) {
	b := acctest.New(t)
	vm := quoted(makeVM(t, b, "web"))
	first, second := quoted(makeGroup(t, b, b.Production(), "first")), quoted(makeGroup(t, b, b.Production(), "second"))
	other := fmt.Sprintf("resource \"raff_security_group_attachment\" \"other\" {\n  project_id = %q\n  vm_id = %s\n  security_group_id = %s\n}\n",
		b.Production(), vm, first)
	b.Test(t, resource.TestCase{
		CheckDestroy: detached(t, b),
		Steps: []resource.TestStep{
			{Config: b.Config(attachmentConfig(b.Production(), vm, first, ""))},
			{
				Config:           b.Config(attachmentConfig(b.Production(), vm, second, "")),
				ConfigPlanChecks: before(plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionReplace)),
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
	config := b.Config(attachmentConfig(b.Production(), quoted(vm), quoted(group), ""))
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
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
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
			vm := quoted(makeVM(t, b, "web"))
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

// A group that reads do not show yet is waited for.
func TestAccSecurityGroupAttachment_readsLagBehind(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Faults = []refbackend.Fault{{Operation: "createSecurityGroup", HideNew: 4}}
	})
	vm := quoted(makeVM(t, b, "web"))
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_security_group", getGroup),
		Steps: []resource.TestStep{
			{Config: b.Config(groupConfig(b.Production(), ""), attachmentConfig(b.Production(), vm, "raff_security_group.test.id", ""))},
		},
	})
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
			Config:      b.Config(attachmentConfig(b.Production(), quoted(vm), quoted(group), settings)),
			PlanOnly:    planOnly,
			ExpectError: regexp.MustCompile(want),
		}
	}
	b.Test(t, resource.TestCase{
		CheckDestroy: detached(t, b),
		Steps: []resource.TestStep{
			try(vm, elsewhere, "", `(?s)Security group is in another project.*own\s+project`, true),
			try(vm, unknown, "", `(?s)Unable to read security group.*404`, true),
			try(vm, group, "nic_id = -1", `(?s)nic_id value must be at least 0`, true),
			try(vm, group, "nic_id = 1", `(?s)Unable to attach.*public\s+interfaces\s+only`, false),
			try(vm, group, "nic_id = 9", `(?s)Unable to attach.*no\s+such\s+interface`, false),
			try(private, group, "", `(?s)Unable to attach.*the\s+VM\s+has\s+no\s+public\s+interface`, false),
			try(unknown, group, "", `(?s)Unable to attach.*404`, false),
			{
				// Another group that stays is an error, once the wait for it to go is over.
				PreConfig: func() {
					request := client.AttachSecurityGroupRequest{SecurityGroupID: other}
					if err := project.AttachVMSecurityGroup(t.Context(), vm, request); err != nil {
						t.Fatal(err)
					}
				},
				Config:      try(vm, group, `timeouts = { create = "2s" }`, "", false).Config,
				ExpectError: regexp.MustCompile(`(?s)Unable to attach.*timed\s+out.*has\s+security\s+group\s+"other"\s+already`),
			},
			{
				PreConfig: func() {
					time.AfterFunc(500*time.Millisecond, func() {
						if err := project.DetachVMSecurityGroup(t.Context(), vm, other, 0); err != nil {
							t.Error(err)
						}
					})
				},
				Config: try(vm, group, "", "", false).Config,
			},
		},
	})
}
