package refbackend

import (
	"fmt"
	"net/netip"
	"testing"
)

const ipsPath = "/api/v1/ips"

func TestIPs(t *testing.T) {
	t.Run("`type` is `IPv4` or `IPv6`, exactly so.", func(t *testing.T) {
		b := newBackend(t, quiet())
		c := b.production()
		for _, family := range []string{"ipv4", "IPV6", "4", ""} {
			c.post(ipsPath+"/reserve", object{"type": family}).want(400, "type: must be one of IPv4, IPv6")
		}
		for _, family := range []string{"IPv4", "IPv6"} {
			answer := c.post(ipsPath+"/reserve", object{"type": family}).want(201).expect("data.type", family)
			if addr := netip.MustParseAddr(answer.str("data.ip_address")); addr.Is6() != (family == "IPv6") {
				t.Errorf("%s is no %s address", addr, family)
			}
		}
		// Nothing at all means IPv4, in the region of the project.
		c.post(ipsPath+"/reserve", nil).want(201).expect("data.type", "IPv4", "data.region", "us-east")
		b.checkInvariants()
	})

	t.Run("`status` `free`/`in-use` plus `reserved`.", func(t *testing.T) {
		b := newBackend(t, quiet())
		c := b.production()
		id := c.makeVM("web") // with an address of the pool
		free, used := c.reserve("IPv4"), c.reserve("IPv6")
		c.post("/api/v1/vms/"+id+"/ip", object{"ip_id": used}).want(200)
		c.get(ipsPath+"/"+free).want(200).expect("data.status", "free", "data.reserved", true)
		c.get(ipsPath+"/"+used).want(200).expect("data.status", "in-use", "data.reserved", true)
		for query, total := range map[string]int{
			"": 3, "?reserved=true": 2, "?reserved=false": 1, "?status=free": 1, "?status=in-use": 2,
			"?reserved=true&status=free": 1, "?reserved=true&status=in-use": 1, "?reserved=false&status=free": 0,
		} {
			c.get(ipsPath+query).want(200).expect("total", total)
		}
		c.get(ipsPath+"?reserved=yes").want(400, "reserved: must be true or false")
		c.get(ipsPath+"?status=used").want(400, "status: must be one of free, in-use")
	})

	t.Run("Reserve, release only when detached (409), change only when detached.", func(t *testing.T) {
		b := newBackend(t, quiet())
		c := b.production()
		id := c.makeVM("web")
		reserved := c.reserve("IPv6")
		path := ipsPath + "/" + reserved
		c.post("/api/v1/vms/"+id+"/ip", object{"ip_id": reserved}).want(200)
		c.delete(path+"/reserve", nil).want(409, `attached to VM \"web\"`)
		c.post(path+"/change", nil).want(409, `attached to VM \"web\"`)
		c.delete("/api/v1/vms/"+id+"/ip/1", nil).want(200)

		changed := c.post(path+"/change", nil).want(200).expect("success", true, "data", nil,
			"old_ip.id", reserved, "old_ip.reserved", false, "new_ip.reserved", true, "new_ip.status", "free", "new_ip.type", "IPv6")
		if changed.str("old_ip.ip_address") == changed.str("new_ip.ip_address") {
			t.Error("the address is the same")
		}
		c.get(path).want(404, "IP not found")
		b.checkInvariants()

		next := ipsPath + "/" + changed.str("new_ip.id")
		c.delete(next+"/reserve", nil).want(200)
		c.get(next).want(404)
		c.delete(next+"/reserve", nil).want(404)
		b.checkInvariants()
	})
}

func TestIPReserve(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	for body, text := range map[string]string{
		`{"region":"mars"}`:            "region: must be one of us-east",
		`{"billing_period":"weekly"}`:  "billing_period: must be one of monthly, yearly, twenty_four_month",
		`{"ip_address":"203.0.113.1"}`: "ip_address: unknown field",
		`{"type":4}`:                   "type: must be a string",
	} {
		c.post(ipsPath+"/reserve", body).want(400, text)
	}
	for _, period := range billingPeriods {
		c.post(ipsPath+"/reserve", object{"billing_period": period, "region": "us-east"}).want(201).expect(
			"data.project_id", b.project("production"), "data.created_by", first(&b.state.Users).ID)
	}
	c.delete(ipsPath+"/"+first(&b.state.IPs).ID, nil).want(405)
	b.checkInvariants()
}

// An address in use by a VM that was not reserved cannot be given back, nor exchanged.
func TestIPOfThePoolStaysWithItsVM(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	c.makeVM("web")
	path := ipsPath + "/" + first(&b.state.IPs).ID
	c.delete(path+"/reserve", nil).want(409)
	c.post(path+"/change", nil).want(409)
	b.checkInvariants()
}

// Default 20: projects, VMs, IPs.
func TestIPPages(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	for range 25 {
		c.reserve("IPv6")
	}
	for query, count := range map[string]int{"": 20, "?limit=3": 3, "?limit=500": 25, "?offset=20": 5, "?offset=25": 0} {
		page := c.get(ipsPath+query).want(200).expect("total", 25)
		if n := len(page.list("data", "id")); n != count {
			t.Errorf("%q: %d addresses, want %d", query, n, count)
		}
	}
}

// A pool that is used up refuses, and takes back what is released.
func TestIPPoolRunsOut(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	b.state.IDs.IPv4.Range = netip.MustParsePrefix("198.18.0.0/29") // 5 addresses
	var ids []string
	for range 5 {
		ids = append(ids, c.reserve("IPv4"))
	}
	path := "/api/v1/vms/" + c.makePrivateVM("web", c.makeVPC("net", "10.0.0.0/24")) + "/ip"
	c.post(ipsPath+"/reserve", nil).want(409, "no public IPv4 address is free")
	c.post(path, object{}).want(409, "no public IPv4 address is free")
	c.post(ipsPath+"/"+ids[0]+"/change", nil).want(409, "no public IPv4 address is free")
	c.post("/api/v1/vms", b.vmRequest("more")).want(409, "no public")
	c.delete(fmt.Sprintf("%s/%s/reserve", ipsPath, ids[2]), nil).want(200)
	c.post(path, object{}).want(200)
	b.checkInvariants()
}
