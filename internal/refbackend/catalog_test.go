package refbackend

import (
	"slices"
	"testing"
)

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
