package refbackend

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// One region: `us-east`. A year costs 10 months, two years 18.
// Volume 0.05, snapshot and backup 0.06 per GB and month, reserved IPv4 3.00, IPv6 1.00 USD a month.
func TestCatalogue(t *testing.T) {
	b := newBackend(t, quiet())
	c := caller{backend: b}
	const pricing = "/api/v1/public/pricing/"
	c.get("/api/v1/public/regions").want(200).expect("success", true, "regions.0.code", "us-east", "regions.0.is_default", true,
		"regions.1", nil)
	c.get(pricing+"vm").want(200).expect("plans.2.id", 78, "plans.2.vcpu", 2, "plans.2.memory_gib", 4, "plans.2.ssd_gib", 80,
		"plans.2.monthly_price", 17.99, "plans.2.yearly_price", 179.9, "plans.2.twenty_four_month_price", 323.82,
		"plans.2.price_per_hour", 0.024986, "plans.2.transfer_gib", 4000, "plans.2.out_of_stock", false)
	for _, kind := range []string{"standard", "premium", "windows"} {
		kinds := c.get(pricing+"vm?type="+kind).list("plans", "vm_type")
		if slices.Sort(kinds); len(slices.Compact(kinds)) != 1 || kinds[0] != kind {
			t.Errorf("type %s: %v", kind, kinds)
		}
	}
	c.get(pricing+"volume").expect("pricing.price_per_gb_month", 0.05, "pricing.yearly_price_per_gb", 0.5, "pricing.id", 1)
	c.get(pricing+"snapshot").expect("pricing.region", "us-east", "pricing.id", nil, "pricing.price_per_gb_month", 0.06)
	c.get(pricing+"backup?region=us-east").want(200).expect("pricing.price_per_gb_month", 0.06)
	c.get(pricing+"ip").expect("pricing.ipv4.monthly_price", 3, "pricing.ipv6.monthly_price", 1)
	for _, bad := range []string{"vm?type=huge", "vm?region=eu", "volume?region=eu", "snapshot?region=", "ip?region=us-east"} {
		c.get(pricing + bad).want(400)
	}
}

func TestTemplates(t *testing.T) {
	b := newBackend(t, quiet())
	c := caller{backend: b}
	const path = "/api/v1/public/templates"
	all := c.get(path).want(200).expect("total", len(templates), "data.0.name", "Ubuntu", "data.0.version", "26.04x64",
		"data.0.os_type", "linux", "data.0.category", "os", "data.0.region", "us-east")
	for kind, isWindows := range map[string]string{"standard": "false", "premium": "false", "windows": "true"} {
		got := c.get(path+"?vm_type="+kind).list("data", "is_windows")
		if slices.Sort(got); len(slices.Compact(got)) != 1 || got[0] != isWindows {
			t.Errorf("Windows for %s plans: %v", kind, got)
		}
	}
	if got := c.get(path+"?category=marketplace").list("data", "name"); !slices.Equal(got, []string{"Docker", "WordPress", "n8n", "OPNsense", "OpenClaw"}) {
		t.Errorf("marketplace: %v", got)
	}
	c.get(path+"?category=games").want(400, "category: ")
	c.get(path+"?limit=1").want(400, "limit: ")

	o := quiet()
	o.Seed = 99
	if other := (caller{backend: newBackend(t, o)}).get(path); other.text != all.text {
		t.Error("the public catalogue depends on the seed")
	}
	ids := all.list("data", "id")
	slices.Sort(ids)
	if len(slices.Compact(ids)) != len(templates) {
		t.Error("two templates have one id")
	}
}

// Known, vCPU/RAM GiB/disk GiB: Standard 1/1/25 4.99 and so on; 78 is Standard 2/4/80.
func TestPlans(t *testing.T) {
	b := newBackend(t, quiet())
	plans, _ := caller{backend: b}.get("/api/v1/public/pricing/vm").want(200).at("plans").([]any)
	want := []string{
		"standard 1/1/25 4.99", "standard 1/2/50 8.99", "standard 2/4/80 17.99", "standard 4/8/160 33.99",
		"standard 8/16/240 71.99", "standard 12/24/320 109.99",
		"premium 1/1/25 15.99", "premium 2/4/80 36.99", "premium 4/8/120 72.99", "premium 8/16/180 144.99",
		"premium 8/32/240 192.99", "premium 16/32/360 288.99",
		"windows 2/4/80 22.99", "windows 4/8/120 40.99", "windows 8/32/240 137.99",
	}
	var got []string
	ids := map[any]bool{}
	for _, item := range plans {
		p := item.(map[string]any)
		text := fmt.Sprintf("%v %v/%v/%v %v", p["vm_type"], p["vcpu"], p["memory_gib"], p["ssd_gib"], p["monthly_price"])
		got = append(got, text)
		if (fmt.Sprint(p["id"]) == "78") != (text == want[2]) {
			t.Errorf("plan %v is %s", p["id"], text)
		}
		if ids[p["id"]] {
			t.Errorf("two plans have the id %v", p["id"])
		}
		ids[p["id"]] = true
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	for _, p := range retiredPlans {
		if _, ok := offeredPlan(p.id); ok {
			t.Errorf("plan %d is offered and retired", p.id)
		}
	}
}

// Plans carry `out_of_stock` (informational: such a plan can still be ordered), and 409 `plan is out of stock` only where a
// fault rule says so.
func TestPlanOutOfStock(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	var scarce int
	for _, item := range c.get("/api/v1/public/pricing/vm").at("plans").([]any) {
		if p := item.(map[string]any); p["out_of_stock"] == true {
			scarce = int(p["id"].(float64))
		}
	}
	c.post("/api/v1/vms", b.vmRequest("web").with("pricing_id", scarce)).want(201)
	b.AddFault(Fault{Operation: "createVM", Status: 409, Message: "plan is out of stock", Count: 1})
	c.post("/api/v1/vms", b.vmRequest("db").with("pricing_id", scarce)).want(409, "plan is out of stock")
	c.post("/api/v1/vms", b.vmRequest("db").with("pricing_id", scarce)).want(201)
}

// Templates now: Ubuntu 26.04, 24.04, 22.04; Debian 13, 12 and so on.
// Version strings look like `24.10x64`. Some need 2 GiB of RAM (Windows 50 GB disk too).
func TestTemplateNames(t *testing.T) {
	want := []string{
		"Ubuntu 26.04", "Ubuntu 24.04", "Ubuntu 22.04", "Debian 13", "Debian 12",
		"AlmaLinux 10: 2/25", "AlmaLinux 9: 2/25", "AlmaLinux 8", "Rocky Linux 10: 2/25", "Rocky Linux 9: 2/25", "Rocky Linux 8",
		"CentOS Stream 9: 2/25", "Fedora 44: 2/25", "Fedora 43: 2/25", "Alpine Linux 3.24", "Alpine Linux 3.23", "Alpine Linux 3.21",
		"openSUSE Leap 16: 2/25", "FreeBSD 14",
		"Windows Server Standard 2025: 2/50", "Windows Server Standard 2022: 2/50", "Windows Server Standard 2019: 2/50",
		"Windows Server Datacenter 2025: 2/50", "Windows Server Datacenter 2022: 2/50",
		"Docker", "WordPress", "n8n", "OPNsense 26.1", "OpenClaw",
	}
	var got []string
	for _, item := range templates {
		version, ok := strings.CutSuffix(item.version, "x64")
		if !ok {
			t.Errorf("%s %s", item.name, item.version)
		}
		text := item.name
		if item.category == categoryOS || item.name == "OPNsense" {
			text += " " + version
		}
		if item.ram != 1 || item.storage != 25 {
			text += fmt.Sprintf(": %d/%d", item.ram, item.storage)
		}
		got = append(got, text)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, former := range retiredTemplates {
		if _, ok := templateIn(templates, former.id); ok {
			t.Errorf("%s %s is offered and retired", former.name, former.version)
		}
	}
}
