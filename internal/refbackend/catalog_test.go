package refbackend

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// One region: `us-east`. Year and two-year terms cost 10 and 20 months.
// Volume 0.05, snapshot and backup priced per GB and month, reserved IPv4 3.00, IPv6 1.00 USD a month.
func TestCatalogue(t *testing.T) {
	b := newBackend(t, quiet())
	c := caller{backend: b}
	const pricing = "/api/v1/public/pricing/"
	c.get("/api/v1/public/regions").want(200).expect("success", true, "regions.0.code", "us-east", "regions.0.is_default", true,
		"regions.1", nil)
	c.get(pricing+"vm").want(200).expect("plans.2.id", 3, "plans.2.vcpu", 2, "plans.2.memory_gib", 4, "plans.2.ssd_gib", 80,
		"plans.2.monthly_price", 19.99, "plans.2.yearly_price", 199.9, "plans.2.twenty_four_month_price", 399.8,
		"plans.2.price_per_hour", 0.027764, "plans.2.transfer_gib", 4000, "plans.12.id", 13, "plans.13", nil)
	c.get(pricing+"vm?type=standard").expect("plans.0.id", 9, "plans.5", nil)
	c.get(pricing+"vm?type=premium").expect("plans.0.id", 1, "plans.8", nil)
	c.get(pricing+"volume").expect("pricing.price_per_gb_month", 0.05, "pricing.yearly_price_per_gb", 0.5, "pricing.id", 1)
	c.get(pricing+"snapshot").expect("pricing.region", "us-east", "pricing.id", nil)
	c.get(pricing + "backup?region=us-east").want(200)
	c.get(pricing+"ip").expect("pricing.ipv4.monthly_price", 3, "pricing.ipv6.monthly_price", 1)
	for _, bad := range []string{"vm?type=huge", "vm?region=eu", "volume?region=eu", "snapshot?region=", "ip?region=us-east"} {
		c.get(pricing + bad).want(400)
	}
}

func TestTemplates(t *testing.T) {
	b := newBackend(t, quiet())
	c := caller{backend: b}
	const path = "/api/v1/public/templates"
	all := c.get(path).want(200).expect("total", len(templates), "data.0.name", "Ubuntu", "data.0.version", "24.04x64",
		"data.0.os_type", "linux", "data.0.category", "os", "data.0.region", "us-east")
	if n := len(c.get(path+"?vm_type=premium").list("data", "id")); n != len(templates) {
		t.Errorf("%d templates for premium plans", n)
	}
	if slices.Contains(c.get(path+"?vm_type=standard").list("data", "is_windows"), "true") {
		t.Error("Windows for standard plans")
	}
	if got := c.get(path+"?category=marketplace").list("data", "name"); !slices.Equal(got, []string{"Docker", "WordPress", "n8n", "OPNsense"}) {
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

// Plans, `id: vCPU/RAM GiB/disk GiB, USD a month`.
// Premium 1: 1/1/25, 3.99 and so on to 8.
// Standard 9: 2/4/50, 4.99 and so on to 13.
func TestPlans(t *testing.T) {
	b := newBackend(t, quiet())
	plans, _ := caller{backend: b}.get("/api/v1/public/pricing/vm").want(200).at("plans").([]any)
	want := []string{
		"1 premium 1/1/25 3.99", "2 premium 1/2/50 9.99", "3 premium 2/4/80 19.99", "4 premium 4/8/120 35.99",
		"5 premium 8/16/180 63.99", "6 premium 8/32/240 127.99", "7 premium 16/64/480 255.99", "8 premium 32/128/960 511.99",
		"9 standard 2/4/50 4.99", "10 standard 4/8/120 9.99", "11 standard 8/16/240 23.99", "12 standard 12/32/360 43.99",
		"13 standard 16/64/480 69.99",
	}
	var got []string
	for _, item := range plans {
		p := item.(map[string]any)
		got = append(got, fmt.Sprintf("%v %v %v/%v/%v %v", p["id"], p["vm_type"], p["vcpu"], p["memory_gib"], p["ssd_gib"], p["monthly_price"]))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// Templates: Ubuntu 24.04, 22.04, 20.04, 24.10; Debian 13 and so on.
// Version strings look like `24.10x64`.
func TestTemplateNames(t *testing.T) {
	want := map[string][]string{
		"Ubuntu": {"24.04", "22.04", "20.04", "24.10"}, "Debian": {"13", "12", "11"}, "AlmaLinux": {"9", "8"},
		"Rocky Linux": {"9", "8"}, "CentOS Stream": {"9"}, "Fedora": {"42", "41", "40"}, "Alpine Linux": {"3.21", "3.20"}, "openSUSE": {"15"},
		"FreeBSD": {"14"}, "Windows Server Standard": {"2025", "2022", "2019"}, "Windows Server Datacenter": {"2025", "2022"},
		"Docker": nil, "WordPress": nil, "n8n": nil, "OPNsense": nil,
	}
	got := map[string][]string{}
	for _, item := range templates {
		version, ok := strings.CutSuffix(item.version, "x64")
		if !ok {
			t.Errorf("%s %s", item.name, item.version)
		}
		got[item.name] = append(got[item.name], version)
		if item.category != "marketplace" && want[item.name] == nil {
			t.Errorf("an unknown template: %s", item.name)
		}
	}
	for name, versions := range want {
		if !slices.Equal(got[name], versions) && (versions != nil || len(got[name]) == 0) {
			t.Errorf("%s: %v, want %v", name, got[name], versions)
		}
	}
}
