package securitygroup_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// What is in the way of an attachment and may make room is one warning, with its holder and the command
// that imports it.
func TestAccSecurityGroupAttachment_warnings(t *testing.T) {
	b := acctest.New(t)
	vm, private := makeVM(t, b, "web"), makeVM(t, b, "private")
	group, other := makeGroup(t, b, b.Production(), "web"), makeGroup(t, b, b.Production(), "other")
	project := b.Client(t).Project(b.Production())
	if err := project.DetachVMIP(t.Context(), private, 0); err != nil {
		t.Fatal(err)
	}
	if err := project.AttachVMSecurityGroup(t.Context(), vm, client.AttachSecurityGroupRequest{SecurityGroupID: other}); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		vm, group, settings string
		want                []string
	}{
		"no public interface": {private, group, "", []string{
			"Warning: The VM has no public interface", fmt.Sprintf("VM \"private\" (%s) in project %s", private, b.Production()),
			"terraform import <address of the raff_vm> " + private,
		}},
		"another group": {vm, group, "", []string{
			"Warning: The interface has another security group", fmt.Sprintf("Interface 0 of VM \"web\" (%s)", vm),
			fmt.Sprintf("security group \"other\" (%s)", other),
			fmt.Sprintf("terraform import <address of the raff_security_group_attachment> %s:0:%s", vm, other),
		}},
		"on an interface that is named": {vm, group, "nic_id = 0", []string{"Warning: The interface has another security group"}},
		"there already":                 {vm, other, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			output := b.PlanOf(t, attachmentConfig(b.Production(), strconv.Quote(test.vm), strconv.Quote(test.group), test.settings))
			for _, want := range test.want {
				if strings.Count(output, want) != 1 {
					t.Errorf("want %q once in %s", want, output)
				}
			}
			if len(test.want) == 0 && strings.Contains(output, "Warning: The") {
				t.Errorf("a warning of nothing: %s", output)
			}
		})
	}
}

// A group that is on the interface already is adopted at once, and goes with the attachment.
func TestAccSecurityGroupAttachment_thereAlready(t *testing.T) {
	b := acctest.New(t)
	vm, group := makeVM(t, b, "web"), makeGroup(t, b, b.Production(), "web")
	request := client.AttachSecurityGroupRequest{SecurityGroupID: group}
	if err := b.Client(t).Project(b.Production()).AttachVMSecurityGroup(t.Context(), vm, request); err != nil {
		t.Fatal(err)
	}
	config := b.Config(attachmentConfig(b.Production(), strconv.Quote(vm), strconv.Quote(group), ""))
	b.Test(t, resource.TestCase{
		CheckDestroy: detached(t, b),
		Steps:        []resource.TestStep{{Config: config}, emptyPlan(config)},
	})
	if n := len(b.Requests("attachVMSecurityGroup")); n != 1 { // the test's own
		t.Errorf("the group was attached %d times, want once", n)
	}
}

// An imported group keeps its rules while the configuration has never given any; once it has, leaving
// them out takes them away.
func TestAccSecurityGroup_importedRulesStay(t *testing.T) {
	b := acctest.New(t)
	id := makeGroup(t, b, b.Production(), "web")
	setRules(t, b, id, client.SecurityGroupRule{Protocol: "TCP", RuleType: "INBOUND", Range: "22"})
	kept := []statecheck.StateCheck{acctest.Attribute(address, "inbound", rules("TCP", "22"))}
	plain := b.Config(groupConfig(b.Production(), ""))
	described := b.Config(groupConfig(b.Production(), `description = "ours"`))
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: plain, ResourceName: address, ImportState: true, ImportStateId: id, ImportStatePersist: true},
			{Config: plain, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()), ConfigStateChecks: kept},
			{Config: described, ConfigStateChecks: kept},
			{
				Config: b.Config(groupConfig(b.Production(), "description = \"ours\"\n"+inboundTCP("22", "443"))),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "inbound", rules("TCP", "22", "443")),
				},
			},
			{Config: described, ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "inbound", rules("TCP"))}},
		},
	})
}

// Rules that the platform does not keep as they were sent are planned values all the same; the apply says
// what it kept, and the next plan shows the difference.
func TestAccSecurityGroup_platformChangesRules(t *testing.T) {
	b := acctest.New(t)
	altered := b.Alter(t)
	settings := groupConfig(b.Production(), inboundTCP("22"))
	cli := acctest.NewCLI(t, strings.ReplaceAll(b.Config(settings), b.URL, altered.URL))
	altered.Set("range", "2222")
	output := acctest.Flat(cli.MustRun(t, "apply", "-auto-approve", "-no-color"))
	for _, want := range []string{"Warning: The object differs from its plan", `ports = "2222"`, `ports = "22"`} {
		if !strings.Contains(output, want) {
			t.Errorf("%q not in %s", want, output)
		}
	}
	if output := cli.MustRun(t, "plan", "-no-color"); !strings.Contains(output, "0 to add, 1 to change, 0 to destroy") {
		t.Errorf("the next plan does not show it: %s", output)
	}
	altered.Set("", nil)
	cli.MustRun(t, "destroy", "-auto-approve", "-no-color")
}

// An import that names a project refuses an object of another one.
func TestAccSecurityGroup_importNamesTheProject(t *testing.T) {
	b := acctest.New(t)
	vm, group := makeVM(t, b, "web"), makeGroup(t, b, b.Production(), "web")
	request := client.AttachSecurityGroupRequest{SecurityGroupID: group}
	if err := b.Client(t).Project(b.Production()).AttachVMSecurityGroup(t.Context(), vm, request); err != nil {
		t.Fatal(err)
	}
	refused := func(config, address, id string) resource.TestStep {
		return resource.TestStep{
			Config: b.Config(config), ResourceName: address, ImportState: true, ImportStateId: b.Staging() + "/" + id,
			ExpectError: regexp.MustCompile(`The object is in another project`),
		}
	}
	b.Test(t, resource.TestCase{Steps: []resource.TestStep{
		refused(groupConfig(b.Staging(), ""), address, group),
		refused(attachmentConfig(b.Staging(), strconv.Quote(vm), strconv.Quote(group), ""), attachment, vm+":0:"+group),
	}})
}
