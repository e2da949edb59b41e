package ip_test

import (
	"fmt"
	"regexp"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
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

const attachment = "raff_ip_attachment.test"

// detached is a CheckDestroy: every reserved address is free.
func detached(t *testing.T, b *acctest.Backend) resource.TestCheckFunc {
	return func(*terraform.State) error {
		ips, err := client.Collect(b.Client(t).ListIPs(t.Context(), client.IPFilter{Status: client.IPInUse}))
		if err != nil || len(ips) > 0 {
			return fmt.Errorf("still in use: %v, %w", ips, err)
		}
		return nil
	}
}

// A VM with public_ipv4 = false is not disturbed by an attachment: not by its creation, not at the
// next plan, and not by a change of its own.
func TestAccIPAttachment_besideAVM(t *testing.T) {
	b := acctest.New(t)
	attach := attachmentConfig(b.Production(), "raff_ip.test.id", "raff_vm.web.id", "")
	config := b.Config(ipConfig(b.Production(), ""), privateVM(b.Production(), "web"), attach)
	vm := func(name string, value knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("raff_vm.web", tfjsonpath.New(name), value)
	}
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_ip", getIP),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.CompareValuePairs(attachment, tfjsonpath.New("ip_address"), address, tfjsonpath.New("ip_address"), compare.ValuesSame()),
					statecheck.CompareValuePairs(attachment, tfjsonpath.New("id"), address, tfjsonpath.New("id"), compare.ValuesSame()),
					acctest.Attribute(attachment, "nic_id", knownvalue.Int64Exact(1)),
					acctest.Attribute(attachment, "mac", knownvalue.NotNull()),
					vm("public_ipv4", knownvalue.Bool(false)),
				},
			},
			{Config: config, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{RefreshState: true},
			{
				Config:           config,
				ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan()),
				ConfigStateChecks: []statecheck.StateCheck{
					vm("public_ipv4", knownvalue.Bool(false)),
					vm("public_ipv4_address", knownvalue.Null()), // it is the attachment's
				},
			},
			{ResourceName: attachment, ImportState: true, ImportStateVerify: true},
			{ResourceName: attachment, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: acctest.ProjectAndID(attachment)},
			// The VM is imported as what it is: its address is not its own.
			{ResourceName: "raff_vm.web", ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"ssh_keys", "password_wo_version", "extra_storage", "extra_storage_type"}},
			{
				Config: b.Config(ipConfig(b.Production(), "deletion_protection = false"), privateVM(b.Production(), "web"), attach,
					"resource \"raff_vm_note\" \"n\" {\n project_id = raff_vm.web.project_id\n vm_id = raff_vm.web.id\n content = \"x\"\n}\n"),
				ConfigPlanChecks: acctest.Before(plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionNoop)),
			},
		},
	})
	b.ExpectProject(t, b.Production())
	if n := len(b.Requests("detachVMIP")); n != 1 {
		t.Errorf("addresses were detached %d times, want once, at the end", n)
	}
}

// A VM exchanges its own address for a reserved one, and back, in one apply each.
func TestAccIPAttachment_exchange(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) { o.Timing = refbackend.Fast })
	own := b.Config(ipConfig(b.Production(), ""), vmInVPC(b.Production(), "web", true))
	reserved := b.Config(ipConfig(b.Production(), ""), vmInVPC(b.Production(), "web", false),
		attachmentConfig(b.Production(), "raff_ip.test.id", "raff_vm.web.id", ""))
	empty := acctest.Before(plancheck.ExpectEmptyPlan())
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_ip", getIP),
		Steps: []resource.TestStep{
			{Config: own},
			{Config: reserved},
			{Config: reserved, ConfigPlanChecks: empty},
			{Config: own},
			{Config: own, ConfigPlanChecks: empty},
		},
	})
}

// Another VM takes the address over in place.
func TestAccIPAttachment_move(t *testing.T) {
	b := acctest.New(t)
	vms := makeVMs(t, b, "one", "two")
	config := func(vm, settings string) string {
		return b.Config(ipConfig(b.Production(), ""), attachmentConfig(b.Production(), "raff_ip.test.id", strconv.Quote(vm), settings))
	}
	var id, same string
	b.Test(t, resource.TestCase{
		CheckDestroy: detached(t, b),
		Steps: []resource.TestStep{
			{Config: config(vms[0], ""), Check: acctest.IDOf(attachment, &id)},
			{
				Config: config(vms[1], ""),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(attachment, tfjsonpath.New("ip_address"), knownvalue.NotNull()),
					plancheck.ExpectUnknownValue(attachment, tfjsonpath.New("nic_id")),
				),
				Check:             acctest.IDOf(attachment, &same),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(attachment, "vm_id", knownvalue.StringExact(vms[1]))},
			},
			{Config: config(vms[1], ""), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{
				Config: config(vms[1], `timeouts = { create = "1m", update = "1m", delete = "1m" }`),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(attachment, tfjsonpath.New("nic_id"), knownvalue.NotNull()),
				),
			},
			{
				// A move that was made elsewhere is undone in place.
				PreConfig: func() {
					project := b.Client(t).Project(b.Production())
					if err := project.DetachVMIP(t.Context(), vms[1], 1); err != nil {
						t.Fatal(err)
					}
					if _, err := project.AttachVMIP(t.Context(), vms[0], client.AttachIPRequest{IPID: id}); err != nil {
						t.Fatal(err)
					}
				},
				Config:            config(vms[1], ""),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(attachment, "vm_id", knownvalue.StringExact(vms[1]))},
			},
		},
	})
	if id != same {
		t.Errorf("the attachment was replaced: %s became %s", id, same)
	}
}

// Two addresses change places in one apply, whichever comes first.
func TestAccIPAttachment_swap(t *testing.T) {
	b := acctest.New(t)
	vms := makeVMs(t, b, "one", "two")
	config := func(first, second string) string {
		return b.Config(fmt.Sprintf(`
resource "raff_ip" "both" {
  count      = 2
  project_id = %[1]q
}

resource "raff_ip_attachment" "both" {
  count      = 2
  project_id = %[1]q
  ip_id      = raff_ip.both[count.index].id
  vm_id      = [%[2]q, %[3]q][count.index]
}
`, b.Production(), first, second))
	}
	b.Test(t, resource.TestCase{
		CheckDestroy: detached(t, b),
		Steps: []resource.TestStep{
			{Config: config(vms[0], vms[1])},
			{Config: config(vms[1], vms[0])},
			{Config: config(vms[1], vms[0]), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
		},
	})
}

func TestAccIPAttachment_replace(t *testing.T) {
	b := acctest.New(t)
	vm := makeVMs(t, b, "web")[0]
	first, second := reserve(t, b, b.Production(), client.IPv4), reserve(t, b, b.Production(), client.IPv4)
	b.Test(t, resource.TestCase{
		CheckDestroy: detached(t, b),
		Steps: []resource.TestStep{
			{Config: b.Config(attachmentConfig(b.Production(), strconv.Quote(first.ID), strconv.Quote(vm), ""))},
			{
				Config: b.Config(attachmentConfig(b.Production(), strconv.Quote(second.ID), strconv.Quote(vm), "")),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(attachment, plancheck.ResourceActionReplace),
					// What is known of the address is in the plan.
					plancheck.ExpectKnownValue(attachment, tfjsonpath.New("ip_address"), knownvalue.StringExact(second.Address)),
					plancheck.ExpectKnownValue(attachment, tfjsonpath.New("id"), knownvalue.StringExact(second.ID)),
				),
			},
		},
	})
}

func TestAccIPAttachment_disappears(t *testing.T) {
	b := acctest.New(t)
	vm := makeVMs(t, b, "web")[0]
	ip := reserve(t, b, b.Production(), client.IPv6)
	config := b.Config(attachmentConfig(b.Production(), strconv.Quote(ip.ID), strconv.Quote(vm), ""))
	project := b.Client(t).Project(b.Production())
	b.Test(t, resource.TestCase{
		CheckDestroy: detached(t, b),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					if err := project.DetachVMIP(t.Context(), vm, 1); err != nil {
						t.Fatal(err)
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			},
			{Config: config},
			{
				PreConfig: func() {
					request := client.DeleteVMRequest{VolumeAction: client.VolumeActionDetach}
					if err := project.DeleteVM(t.Context(), vm, request); err != nil {
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

func TestAccIPAttachment_ambiguous(t *testing.T) {
	for name, test := range map[string]struct {
		fault refbackend.Fault
		want  string
	}{
		"done":           {refbackend.Fault{Reset: true, Commit: true}, ""},
		"done, not told": {refbackend.Fault{Truncate: true}, ""},
		"not done":       {refbackend.Fault{Reset: true}, `(?s)may\s+or\s+may\s+not\s+have\s+been\s+carried\s+out`},
	} {
		t.Run(name, func(t *testing.T) {
			test.fault.Operation, test.fault.Count = "attachVMIP", 1
			b := acctest.New(t, func(o *refbackend.Options) { o.Faults = []refbackend.Fault{test.fault} })
			vm := makeVMs(t, b, "web")[0]
			step := resource.TestStep{
				Config: b.Config(ipConfig(b.Production(), ""), attachmentConfig(b.Production(), "raff_ip.test.id", strconv.Quote(vm), "")),
			}
			if test.want != "" {
				step.ExpectError = regexp.MustCompile(test.want)
			}
			b.Test(t, resource.TestCase{CheckDestroy: b.Absent(t, "raff_ip", getIP), Steps: []resource.TestStep{step}})
			if n := len(b.Requests("attachVMIP")); n != 1 {
				t.Errorf("the address was attached %d times", n)
			}
		})
	}
}

// An address that reads do not show yet is waited for.
func TestAccIPAttachment_readsLagBehind(t *testing.T) {
	b := acctest.New(t, func(o *refbackend.Options) {
		o.Faults = []refbackend.Fault{{Operation: "reserveIP", HideNew: 4}}
	})
	vm := strconv.Quote(makeVMs(t, b, "web")[0])
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_ip", getIP),
		Steps: []resource.TestStep{
			{Config: b.Config(ipConfig(b.Production(), ""), attachmentConfig(b.Production(), "raff_ip.test.id", vm, ""))},
		},
	})
}

func TestAccIPAttachment_refused(t *testing.T) {
	b := acctest.New(t)
	vms := makeVMs(t, b, "automatic", "other")
	project := b.Client(t).Project(b.Production())
	if _, err := project.AttachVMIP(t.Context(), vms[0], client.AttachIPRequest{Type: client.IPv6}); err != nil {
		t.Fatal(err)
	}
	automatic, err := client.Collect(project.ListIPs(t.Context(), client.IPFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	ip, elsewhere := reserve(t, b, b.Production(), client.IPv6), reserve(t, b, b.Staging(), client.IPv4)
	try := func(ip, vm, want string, planOnly bool) resource.TestStep {
		return resource.TestStep{
			Config:      b.Config(attachmentConfig(b.Production(), strconv.Quote(ip), strconv.Quote(vm), `timeouts = { create = "2s" }`)),
			PlanOnly:    planOnly,
			ExpectError: regexp.MustCompile(want),
		}
	}
	const unknown = "11111111-1111-4111-8111-111111111111"
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			try(automatic[0].ID, vms[1], `(?s)IP cannot be attached.*not\s+reserved`, true),
			try(elsewhere.ID, vms[1], `(?s)The IP is in another project.*of\s+the\s+same\s+project`, true),
			try(unknown, vms[1], `(?s)Unknown IP.*There\s+is\s+no\s+IP`, true),
			// An address of the VM's own stays: this is no matter of waiting.
			try(ip.ID, vms[0], `(?s)Unable to attach IP.*public_ipv6\s+=\s+false`, false),
			try(ip.ID, unknown, `(?s)Unknown VM.*There\s+is\s+no\s+VM`, true),
			{
				// Another reserved one may be going: this is.
				PreConfig: func() {
					other := reserve(t, b, b.Production(), client.IPv6)
					if _, err := project.AttachVMIP(t.Context(), vms[1], client.AttachIPRequest{IPID: other.ID}); err != nil {
						t.Fatal(err)
					}
				},
				Config:      try(ip.ID, vms[1], "", false).Config,
				ExpectError: regexp.MustCompile(`(?s)Unable to attach IP.*timed\s+out.*has\s+a\s+public\s+IPv6\s+address\s+already`),
			},
			b.RefusedFirst(t, try(ip.ID, vms[1], "", false).Config, "attachVMIP", func() error {
				return project.DetachVMIP(t.Context(), vms[1], 1)
			}),
		},
	})
}

// The last interface stays with its VM; the diagnostic says so.
func TestAccIPAttachment_lastInterface(t *testing.T) {
	b := acctest.New(t)
	vm := makeVMs(t, b, "web")[0]
	project := b.Client(t).Project(b.Production())
	config := b.Config(ipConfig(b.Production(), ""), attachmentConfig(b.Production(), "raff_ip.test.id", strconv.Quote(vm), `timeouts = { delete = "1s" }`))
	b.Test(t, resource.TestCase{
		CheckDestroy: detached(t, b),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					if err := project.DetachVMFromVPC(t.Context(), vm, 0); err != nil {
						t.Fatal(err)
					}
				},
				Config:      b.Config(ipConfig(b.Production(), "")),
				ExpectError: regexp.MustCompile(`(?s)Unable to detach IP.*as\s+its\s+last\s+interface`),
			},
			{
				PreConfig: func() {
					vpcs, err := client.Collect(project.ListVPCs(t.Context()))
					if err != nil {
						t.Fatal(err)
					}
					if err := project.AttachVMToVPC(t.Context(), vm, client.AttachVPCRequest{VPCID: vpcs[0].ID}); err != nil {
						t.Fatal(err)
					}
				},
				Config: b.Config(),
			},
		},
	})
}
