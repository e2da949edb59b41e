package ip_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

const address = "raff_ip.test"

func TestAccIP_minimal(t *testing.T) {
	b := acctest.New(t)
	config := b.Config(ipConfig(b.Production(), ""))
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_ip", getIP),
		Steps: []resource.TestStep{
			{
				Config: config,
				Check:  b.Exists(t, "raff_ip", getIP),
				ConfigPlanChecks: acctest.Before(
					acctest.PlannedAttribute(address, "type", knownvalue.StringExact("IPv4")),
					acctest.PlannedAttribute(address, "region", knownvalue.StringExact("us-east")),
					acctest.PlannedAttribute(address, "reserved", knownvalue.Bool(true)),
					plancheck.ExpectUnknownValue(address, tfjsonpath.New("ip_address")),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Attribute(address, "ip_address", knownvalue.StringRegexp(regexp.MustCompile(`^198\.1[89]\.`))),
					acctest.Attribute(address, "billing_period", knownvalue.Null()),
					acctest.Attribute(address, "created_by", knownvalue.NotNull()),
				},
			},
			{Config: config, ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{ResourceName: address, ImportState: true, ImportStateVerify: true},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: acctest.ProjectAndID(address)},
		},
	})
	b.ExpectProject(t, b.Production())
}

// What the API or the provider fills in never replaces an address: neither for one that was made with
// it, nor for one of the other family that is imported and says nothing of its type.
func TestAccIP_defaultsNeverReplace(t *testing.T) {
	b := acctest.New(t)
	imported := reserve(t, b, b.Production(), client.IPv6)
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_ip", getIP),
		Steps: []resource.TestStep{
			{
				Config:             b.Config(ipConfig(b.Production(), "")),
				ResourceName:       address,
				ImportState:        true,
				ImportStateId:      imported.ID,
				ImportStatePersist: true,
			},
			{Config: b.Config(ipConfig(b.Production(), "")), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
			{
				Config:            b.Config(ipConfig(b.Production(), "type = \"IPv6\"\n region = \"us-east\"")),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectEmptyPlan()),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "id", knownvalue.StringExact(imported.ID))},
			},
			{Config: b.Config(ipConfig(b.Production(), `region = "us-east"`)), ConfigPlanChecks: acctest.Before(plancheck.ExpectEmptyPlan())},
		},
	})
}

func TestAccIP_update(t *testing.T) {
	b := acctest.New(t)
	var id, same string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_ip", getIP),
		Steps: []resource.TestStep{
			{Config: b.Config(ipConfig(b.Production(), `billing_period = "yearly"`)), Check: acctest.IDOf(address, &id)},
			{
				// Nothing of this is the API's business.
				Config: b.Config(ipConfig(b.Production(), "billing_period = \"monthly\"\n deletion_protection = true\n timeouts = { delete = \"1m\" }")),
				ConfigPlanChecks: acctest.Before(
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					acctest.PlannedAttribute(address, "ip_address", knownvalue.NotNull()),
				),
				Check: acctest.IDOf(address, &same),
			},
			{Config: b.Config(), ExpectError: regexp.MustCompile(`Deletion is protected`)},
			{
				Config:      b.Config(ipConfig(b.Production(), "type = \"IPv6\"\n deletion_protection = true")),
				ExpectError: regexp.MustCompile(`(?s)Deletion is protected.*change of type\s+replaces`),
			},
			{Config: b.Config(ipConfig(b.Production(), ""))},
			{
				Config:            b.Config(ipConfig(b.Production(), `type = "IPv6"`)),
				ConfigPlanChecks:  acctest.Before(plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace)),
				ConfigStateChecks: []statecheck.StateCheck{acctest.Attribute(address, "ip_address", knownvalue.StringRegexp(regexp.MustCompile(`^2001:db8:`)))},
			},
		},
	})
	if id != same {
		t.Errorf("the address was replaced: %s became %s", id, same)
	}
	if n := len(b.Mutations()); n != 4 {
		t.Errorf("%d mutations, want two times reserve and release: %v", n, b.Mutations())
	}
}

func TestAccIP_disappears(t *testing.T) {
	b := acctest.New(t)
	var id string
	release := func(t *testing.T) {
		t.Helper()
		if err := b.Client(t).Project(b.Production()).ReleaseIP(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: b.Config(ipConfig(b.Production(), "")), Check: acctest.IDOf(address, &id)},
			{PreConfig: func() { release(t) }, RefreshState: true, ExpectNonEmptyPlan: true},
		},
	})
}

// An address that came with a VM is no raff_ip.
func TestAccIP_importOfAnAutomaticAddress(t *testing.T) {
	b := acctest.New(t)
	vm := makeVMs(t, b, "web")[0]
	project := b.Client(t).Project(b.Production())
	if _, err := project.AttachVMIP(t.Context(), vm, client.AttachIPRequest{Type: client.IPv4}); err != nil {
		t.Fatal(err)
	}
	automatic, err := client.Collect(project.ListIPs(t.Context(), client.IPFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config:        b.Config(ipConfig(b.Production(), "")),
			ResourceName:  address,
			ImportState:   true,
			ImportStateId: automatic[0].ID,
			ExpectError:   regexp.MustCompile(`(?s)IP is not reserved.*public_ipv4`),
		}},
	})
}

// An address that is still attached is waited for; the VM that keeps it is named.
func TestAccIP_deleteWaitsForDetachment(t *testing.T) {
	b := acctest.New(t)
	vm := makeVMs(t, b, "squatter")[0]
	project := b.Client(t).Project(b.Production())
	var id string
	b.Test(t, resource.TestCase{
		CheckDestroy: b.Absent(t, "raff_ip", getIP),
		Steps: []resource.TestStep{
			{Config: b.Config(ipConfig(b.Production(), `timeouts = { delete = "2s" }`)), Check: acctest.IDOf(address, &id)},
			{
				PreConfig: func() {
					if _, err := project.AttachVMIP(t.Context(), vm, client.AttachIPRequest{IPID: id}); err != nil {
						t.Fatal(err)
					}
				},
				Config:      b.Config(),
				ExpectError: regexp.MustCompile(`(?s)Unable to release IP.*in\s+use\s+by\s+VM\s+"squatter"`),
			},
			b.RefusedFirst(t, b.Config(), "releaseIP", func() error { return project.DetachVMIP(t.Context(), vm, 1) }),
		},
	})
}

func TestAccIP_badInput(t *testing.T) {
	for name, test := range map[string]struct{ settings, want string }{
		"type":           {`type = "ipv4"`, `type must be "IPv4" or "IPv6", got "ipv4": write "IPv4"`},
		"region":         {`region = ""`, `Attribute region string length must be at least 1`},
		"billing period": {`billing_period = "weekly"`, `billing_period must be`},
	} {
		t.Run(name, func(t *testing.T) {
			b := acctest.New(t)
			b.Refused(t, b.Config(ipConfig(b.Production(), test.settings)), test.want)
		})
	}
	t.Run("unreachable project", func(t *testing.T) {
		b := acctest.New(t)
		b.Refused(t, b.ConfigAs(b.ProductionKey, "", ipConfig(b.Staging(), "")), `Project cannot be reached`)
	})
}

func TestAccIP_dataSources(t *testing.T) {
	b := acctest.New(t)
	free := reserve(t, b, b.Production(), client.IPv6)
	used := reserve(t, b, b.Production(), client.IPv4)
	reserve(t, b, b.Staging(), client.IPv4)
	vm := makeVMs(t, b, "web")[0]
	project := b.Client(t).Project(b.Production())
	if _, err := project.AttachVMIP(t.Context(), vm, client.AttachIPRequest{IPID: used.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := project.AttachVMIP(t.Context(), vm, client.AttachIPRequest{Type: client.IPv6}); err != nil {
		t.Fatal(err)
	}
	expect := func(source, name string, value knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data."+source, tfjsonpath.New(name), value)
	}
	count := func(name string, n int) statecheck.StateCheck {
		return expect("raff_ips."+name, "ips", knownvalue.ListSizeExact(n))
	}
	b.Test(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: b.Config(fmt.Sprintf(`
data "raff_ip" "by_id" { id = %[1]q }
data "raff_ip" "by_address" { ip_address = %[2]q }
data "raff_ip" "in_project" {
  ip_address = %[2]q
  project_id = %[3]q
}
data "raff_ips" "all" {}
data "raff_ips" "production" { project_id = %[3]q }
data "raff_ips" "reserved" { reserved = true }
data "raff_ips" "automatic" { reserved = false }
data "raff_ips" "free" {
  project_id = %[3]q
  reserved   = true
  status     = "free"
}
`, used.ID, free.Address, b.Production())),
				ConfigStateChecks: []statecheck.StateCheck{
					expect("raff_ip.by_id", "ip_address", knownvalue.StringExact(used.Address)),
					expect("raff_ip.by_id", "status", knownvalue.StringExact("in-use")),
					expect("raff_ip.by_address", "id", knownvalue.StringExact(free.ID)),
					expect("raff_ip.by_address", "type", knownvalue.StringExact("IPv6")),
					expect("raff_ip.in_project", "id", knownvalue.StringExact(free.ID)),
					count("all", 4), count("production", 3), count("reserved", 3), count("automatic", 1), count("free", 1),
				},
			},
			{
				Config:      b.Config(fmt.Sprintf("data \"raff_ip\" \"wrong\" {\n id = %q\n project_id = %q\n}", free.ID, b.Staging())),
				ExpectError: regexp.MustCompile(`IP is in another project`),
			},
			{
				Config:      b.Config(`data "raff_ip" "none" { ip_address = "192.0.2.1" }`),
				ExpectError: regexp.MustCompile(`(?s)IP "192.0.2.1".*none\s+of\s+that\s+name`),
			},
			{
				Config:      b.Config(`data "raff_ips" "none" { status = "used" }`),
				ExpectError: regexp.MustCompile(`must be`),
			},
			{
				Config:      b.Config(`data "raff_ip" "none" {}`),
				ExpectError: regexp.MustCompile(`Exactly one of these attributes must be configured`),
			},
			{Config: b.Config()},
		},
	})
}
