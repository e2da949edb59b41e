package securitygroup_test

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

const address = "raff_security_group.test"

// rules expects rules that have these ports, all of the same protocol and from or to anywhere.
func rules(protocol string, ports ...string) knownvalue.Check {
	var checks []knownvalue.Check
	for _, p := range ports {
		portsCheck := knownvalue.Check(knownvalue.StringExact(p))
		if p == "" {
			portsCheck = knownvalue.Null()
		}
		checks = append(checks, knownvalue.ObjectExact(map[string]knownvalue.Check{
			"protocol": knownvalue.StringExact(protocol), "ports": portsCheck, "ip": knownvalue.Null(),
			"size": knownvalue.Null(), "icmp_type": knownvalue.Null(),
		}))
	}
	return knownvalue.SetExact(checks)
}

func TestAccSecurityGroup_minimal(t *testing.T) {
	b := acctest.New(t)
	config := b.Config(groupConfig(b.Production(), ""))
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_security_group", getGroup),
		Steps: []resource.TestStep{
			{
				Config: config,
				Check:  b.Exists(t, "raff_security_group", getGroup),
				ConfigPlanChecks: acctest.Before(
					acctest.PlannedAttribute(address, "inbound", knownvalue.SetSizeExact(0)),
					acctest.PlannedAttribute(address, "outbound", knownvalue.SetSizeExact(0)),
					acctest.PlannedAttribute(address, "description", knownvalue.StringExact("")),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "template_id", knownvalue.Null()),
				},
			},
			emptyPlan(config),
			{ResourceName: address, ImportState: true, ImportStateVerify: true},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: acctest.ProjectAndID(address)},
			emptyPlan(b.Config(groupConfig(b.Production(), "inbound = []\n outbound = []"))),
		},
	})
	b.ExpectProject(t, b.Production())
}

func TestAccSecurityGroup_updateInPlace(t *testing.T) {
	b := acctest.New(t)
	var id, same string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_security_group", getGroup),
		Steps: []resource.TestStep{
			{Config: b.Config(groupConfig(b.Production(), inboundTCP("22", "80,443"))), Check: acctest.IDOf(address, &id)},
			{
				Config: b.Config(groupConfig(b.Production(), "name = \"renamed\"\n description = \"ours\"\n"+inboundTCP("22", "8080")+`
					outbound = [{ protocol = "ALL" }, { protocol = "UDP", ports = "53", ip = "192.0.2.53" }]`)),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					acctest.PlannedAttribute(address, "created_at", knownvalue.NotNull()),
				),
				Check: acctest.IDOf(address, &same),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "inbound", rules("TCP", "22", "8080")),
					acctest.Attribute(address, "outbound", knownvalue.SetSizeExact(2)),
					acctest.Attribute(address, "description", knownvalue.StringExact("ours")),
				},
			},
			{
				// Only Terraform's own: nothing is sent.
				Config: b.Config(groupConfig(b.Production(), "name = \"renamed\"\n description = \"ours\"\n timeouts = { delete = \"1m\" }\n"+inboundTCP("22", "8080")+`
					outbound = [{ protocol = "ALL" }, { protocol = "UDP", ports = "53", ip = "192.0.2.53" }]`)),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
			},
			{
				// Rules that are left out are taken away.
				Config:            b.Config(groupConfig(b.Production(), "name = \"renamed\"\n"+inboundTCP("22"))),
				ConfigPlanChecks:  acctest.Before(acctest.PlannedAttribute(address, "outbound", knownvalue.SetSizeExact(0))),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "inbound", rules("TCP", "22"))},
			},
		},
	})
	if id != same {
		t.Errorf("the group was replaced: %s became %s", id, same)
	}
	if n := len(b.Requests("updateSecurityGroup")); n != 2 {
		t.Errorf("the group was updated %d times, want 2", n)
	}
}

// The ports that the platform stores are not those that were written; both mean the same, in whatever
// order and grouping, after whatever way the state came to be.
func TestAccSecurityGroup_portsMeanTheSame(t *testing.T) {
	b := acctest.New(t)
	written := b.Config(groupConfig(b.Production(), inboundTCP("130:200", "443,80", "135")))
	as := func(ports ...string) resource.TestStep {
		return emptyPlan(b.Config(groupConfig(b.Production(), inboundTCP(ports...))))
	}
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_security_group", getGroup),
		Steps: []resource.TestStep{
			{
				Config: written,
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "inbound", rules("TCP", "130:200", "443,80", "135")),
				},
			},
			emptyPlan(written),
			{RefreshState: true},
			emptyPlan(written),
			as("130:134,136:138,140:200", "443,80", "135"),
			as("130:200", "80,443", "135"),
			as("140:200,136:138,130:134", "80,443"),
			as("130:200", "443,80", "135,139", "445"),
			as("130:200", "80:80,443"),
			{
				// A real difference is one, and leaves the words of the others alone.
				Config:            b.Config(groupConfig(b.Production(), inboundTCP("130:200", "443,80,8080", "135"))),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "inbound", rules("TCP", "130:200", "443,80,8080", "135"))},
			},
		},
	})
}

// An imported group has the platform's words in its state, and they stay there until a rule changes.
func TestAccSecurityGroup_importedPorts(t *testing.T) {
	b := acctest.New(t)
	id := makeGroup(t, b, b.Production(), "web")
	setRules(t, b, id, client.SecurityGroupRule{Protocol: "TCP", RuleType: "INBOUND", Range: "130:200"})
	config := b.Config(groupConfig(b.Production(), inboundTCP("130:200")))
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: config, ResourceName: address, ImportState: true, ImportStateId: id, ImportStatePersist: true},
			{
				Config:            config,
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectEmptyPlan()),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "inbound", rules("TCP", "130:134,136:138,140:200"))},
			},
			{
				// A change of something else keeps them.
				Config: b.Config(groupConfig(b.Production(), "description = \"ours\"\n"+inboundTCP("130:200"))),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					acctest.PlannedAttribute(address, "inbound", rules("TCP", "130:134,136:138,140:200")),
				),
			},
			{
				Config:            b.Config(groupConfig(b.Production(), "description = \"ours\"\n"+inboundTCP("130:200", "22"))),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "inbound", rules("TCP", "130:200", "22"))},
			},
		},
	})
}

// What was changed elsewhere shows, and is put right.
func TestAccSecurityGroup_drift(t *testing.T) {
	b := acctest.New(t)
	var id string
	config := b.Config(groupConfig(b.Production(), inboundTCP("130:200", "22")))
	ssh := client.SecurityGroupRule{Protocol: "TCP", RuleType: "INBOUND", Range: "22"}
	ranged := client.SecurityGroupRule{Protocol: "TCP", RuleType: "INBOUND", Range: "130:200"}
	corrected := func(change ...client.SecurityGroupRule) resource.TestStep {
		return resource.TestStep{
			PreConfig:         func() { setRules(t, b, id, change...) },
			Config:            config,
			ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "inbound", rules("TCP", "130:200", "22"))},
		}
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: config, Check: acctest.IDOf(address, &id)},
			corrected(ssh, ranged, client.SecurityGroupRule{Protocol: "TCP", RuleType: "INBOUND", Range: "3389"}),
			corrected(ssh),
			corrected(),
			corrected(ssh, client.SecurityGroupRule{Protocol: "TCP", RuleType: "INBOUND", Range: "130:201"}),
			corrected(ssh, ranged, client.SecurityGroupRule{Protocol: "ALL", RuleType: "OUTBOUND"}),
			{
				// The same rules in another order are no change.
				PreConfig:        func() { setRules(t, b, id, ranged, ssh) },
				Config:           config,
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
			},
		},
	})
}

// Zeros are values: they reach the platform, come back and make no difference.
func TestAccSecurityGroup_zeros(t *testing.T) {
	b := acctest.New(t)
	config := b.Config(groupConfig(b.Production(), `
		inbound = [
			{ protocol = "ICMP", icmp_type = 0 },
			{ protocol = "ICMP", icmp_type = 8, ip = "192.0.2.0", size = 24 },
			{ protocol = "TCP", ports = "22", ip = "0.0.0.0", size = 0 },
			{ protocol = "TCP", ports = "22", ip = "::", size = 0 },
			{ protocol = "ICMPV6" },
		]`))
	var id string
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: config, Check: acctest.IDOf(address, &id)},
			emptyPlan(config),
			{ResourceName: address, ImportState: true, ImportStateVerify: true},
			{
				PreConfig: func() {
					group, err := b.Client(t).GetSecurityGroup(t.Context(), id)
					if err != nil {
						t.Fatal(err)
					}
					zeroTypes, zeroSizes := 0, 0
					for _, r := range group.Rules {
						if r.ICMPType != nil && *r.ICMPType == 0 {
							zeroTypes++
						}
						if r.Size != nil && *r.Size == 0 {
							zeroSizes++
						}
					}
					if zeroTypes != 1 || zeroSizes != 2 || len(group.Rules) != 5 {
						t.Errorf("stored: %+v", group.Rules)
					}
				},
				Config:            b.Config(groupConfig(b.Production(), `inbound = [{ protocol = "ICMP" }]`)),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "inbound", rules("ICMP", ""))},
			},
		},
	})
}

// Ports that are only known at apply are stripped and stored like any others.
func TestAccSecurityGroup_unknownAtPlan(t *testing.T) {
	b := acctest.New(t)
	config := func(ports string) string {
		return b.Config(fmt.Sprintf("resource \"terraform_data\" \"ports\" {\n  input = %q\n}\n", ports),
			groupConfig(b.Production(), `inbound = [{ protocol = "TCP", ports = terraform_data.ports.output }, { protocol = "TCP", ports = "22" }]`))
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config:            config("130:200"),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "inbound", rules("TCP", "130:200", "22"))},
			},
			emptyPlan(config("130:200")),
			{
				Config:            config("130:300"),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "inbound", rules("TCP", "130:300", "22"))},
			},
			{Config: config("80-90"), ExpectError: regexp.MustCompile(`(?s)Invalid rule.*hyphen`)},
			{Config: config("130:300")},
		},
	})
}

func TestAccSecurityGroup_replaceAndDisappear(t *testing.T) {
	b := acctest.New(t)
	var id string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_security_group", getGroup),
		Steps: []resource.TestStep{
			{Config: b.Config(groupConfig(b.Production(), ""))},
			{
				Config:           b.Config(groupConfig(b.Staging(), "")),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace)),
				Check:            acctest.IDOf(address, &id),
			},
			{
				PreConfig: func() {
					if err := b.Client(t).Project(b.Staging()).DeleteSecurityGroup(t.Context(), id); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			},
		},
	})
}

func TestAccSecurityGroup_ambiguousCreate(t *testing.T) {
	for name, test := range map[string]struct {
		fault refbackend.Fault
		want  string
	}{
		"done":     {refbackend.Fault{Reset: true, Commit: true}, ""},
		"not done": {refbackend.Fault{Reset: true}, `(?s)no\s+new\s+security\s+group\s+like`},
	} {
		t.Run(name, func(t *testing.T) {
			test.fault.Operation, test.fault.Count = "createSecurityGroup", 1
			b := acctest.New(t, func(o *refbackend.Options) { o.Faults = []refbackend.Fault{test.fault} })
			config := b.Config(groupConfig(b.Production(), inboundTCP("130:200")))
			if test.want == "" {
				b.Test(t, resource.TestCase{
					CheckDestroy: b.Absent(t, "raff_security_group", getGroup),
					Steps:        []resource.TestStep{{Config: config, Check: b.Exists(t, "raff_security_group", getGroup)}},
				})
			} else {
				b.Test(t, resource.TestCase{Steps: []resource.TestStep{{Config: config, ExpectError: regexp.MustCompile(test.want)}}})
			}
			if n := len(b.Requests("createSecurityGroup")); n != 1 {
				t.Errorf("the create was sent %d times", n)
			}
		})
	}
}

// A group that is still on an interface is waited for; the VM that has it is named.
func TestAccSecurityGroup_deleteWaitsForInterfaces(t *testing.T) {
	b := acctest.New(t)
	vm := makeVM(t, b, "squatter")
	project := b.Client(t).Project(b.Production())
	var id string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_security_group", getGroup),
		Steps: []resource.TestStep{
			{Config: b.Config(groupConfig(b.Production(), `timeouts = { delete = "2s" }`)), Check: acctest.IDOf(address, &id)},
			{
				PreConfig: func() {
					err := project.AttachVMSecurityGroup(t.Context(), vm, client.AttachSecurityGroupRequest{SecurityGroupID: id})
					if err != nil {
						t.Fatal(err)
					}
				},
				Config:      b.Config(),
				ExpectError: regexp.MustCompile(`(?s)Unable to delete security group.*in\s+use\s+by\s+VM\s+"squatter"`),
			},
			b.RefusedFirst(t, b.Config(), "deleteSecurityGroup", func() error {
				return project.DetachVMSecurityGroup(t.Context(), vm, id, 0)
			}),
		},
	})
}

func TestAccSecurityGroup_badInput(t *testing.T) {
	rule := func(settings string) string { return "inbound = [{ " + settings + " }]" }
	var many []string
	for i := range 41 {
		many = append(many, fmt.Sprint(1000+i))
	}
	for name, test := range map[string]struct{ settings, want string }{
		"empty name":          {`name = ""`, `Attribute name UTF-8 character count must be between 1 and 64`},
		"protocol":            {rule(`protocol = "tcp", ports = "22"`), `Inbound rule with protocol tcp, ports 22: protocol must be "TCP", .*, got "tcp": write "TCP"`},
		"which of several":    {`inbound = [{ protocol = "TCP", ports = "80" }, { protocol = "UDP", ports = "x", ip = "10.0.0.1" }]`, `Inbound rule with protocol UDP, ports x, ip 10.0.0.1: "x" is`},
		"ICMP type -1":        {rule(`protocol = "ICMP", icmp_type = -1`), `Invalid rule.*between 0 and 255`},
		"hyphen":              {rule(`protocol = "TCP", ports = "3000-4000"`), `Invalid rule.*"3000-4000" has a hyphen.*3000:4000`},
		"spaces":              {rule(`protocol = "TCP", ports = "80, 443"`), `Invalid rule.*has spaces`},
		"no port":             {rule(`protocol = "TCP", ports = "http"`), `Invalid rule.*no list of ports`},
		"no ports at all":     {rule(`protocol = "TCP", ports = ""`), `Invalid rule.*ports is empty`},
		"port 65536":          {rule(`protocol = "TCP", ports = "65536"`), `Invalid rule.*end at 65535`},
		"ports of ICMP":       {rule(`protocol = "ICMP", ports = "22"`), `Invalid rule.*ICMP has no ports`},
		"ICMP type of TCP":    {rule(`protocol = "TCP", icmp_type = 8`), `Invalid rule.*TCP has no ICMP types`},
		"ICMP type 256":       {rule(`protocol = "ICMP", icmp_type = 256`), `Invalid rule.*icmp_type must be between 0 and 255`},
		"network as address":  {rule(`protocol = "TCP", ip = "10.0.0.0/8"`), `Invalid rule.*prefix length goes into size`},
		"size without ip":     {rule(`protocol = "TCP", size = 0`), `Invalid rule.*size is the prefix length of ip`},
		"size of IPv4":        {rule(`protocol = "TCP", ip = "10.0.0.0", size = 33`), `Invalid rule.*at most 32`},
		"too many rules":      {inboundTCP(many...), `set must contain at most 40 elements, got: 41`},
		"unknown template":    {`template_id = "web"`, `Unable to use the template.*there are web-server, database-server, ssh-only, allow-all, deny-all`},
		"outbound rules too":  {`outbound = [{ protocol = "UDP", ports = "1-2" }]`, `Invalid rule.*Outbound rule.*hyphen`},
		"unreachable project": {"", `Project cannot be reached`},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			config := b.Config(groupConfig(b.Production(), test.settings))
			if name == "unreachable project" {
				config = b.ConfigAs(b.ProductionKey, "", groupConfig(b.Staging(), test.settings))
			}
			b.Refused(t, config, test.want)
		})
	}
}

// The plan says what becomes of blocked ports, once: not for rules that were applied as they are.
func TestAccSecurityGroup_strippedPortsAreWarnedOf(t *testing.T) {
	b := acctest.New(t)
	cli := acctest.NewCLI(t, b.Config(groupConfig(b.Production(), inboundTCP("130:200", "135", "22")+"\n outbound = [{ protocol = \"TCP\", ports = \"130:200\" }]")))
	plan := func() string { return acctest.Flat(cli.MustRun(t, "plan", "-no-color")) }
	output := plan()
	for _, want := range []string{
		"Warning: Some ports are never opened", "TCP 130:200 is kept as 130:134,136:138,140:200; TCP 135 is not kept at all",
	} {
		if !strings.Contains(output, want) {
			t.Errorf("%q not in %s", want, output)
		}
	}
	cli.MustRun(t, "apply", "-auto-approve", "-no-color")
	if output := plan(); strings.Contains(output, "never opened") || !strings.Contains(output, "No changes") {
		t.Errorf("the second plan: %s", output)
	}
	cli.MustRun(t, "destroy", "-auto-approve", "-no-color")
}
