package refbackend

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

const vpcsPath = "/api/v1/vpcs"

// `description` is accepted by PUT and not returned.
func TestVPCLifecycle(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	made := c.post(vpcsPath, object{"name": "net", "cidr": "10.0.1.0/24"}).want(201)
	made.expect("data.name", "net", "data.cidr", "10.0.1.0/24", "data.gateway", "10.0.1.1", "data.total_ips", 256,
		"data.used_ips", 0, "data.status", "active", "data.region", "us-east", "data.project_id", b.project("production"))
	path := vpcsPath + "/" + made.str("data.id")
	c.get(path).want(200).expect("data.vpc.name", "net", "data.ip_range_start", "10.0.1.2", "data.ip_range_end", "10.0.1.254",
		"data.leases", "[]")
	c.put(path, object{"name": "network", "description": "ours"}).want(200).expect("data.name", "network", "data.description", nil)
	c.put(path, object{"description": "mine"}).want(200).expect("data.name", "network")
	c.put(path, object{}).want(400, "at least one of name, description")
	c.put(path, object{"cidr": "10.0.2.0/24"}).want(400, "cidr: unknown field")
	c.delete(path, nil).want(200)
	c.get(path).want(404, "VPC not found")
}

// Name unique in the account (409); CIDR immutable.
func TestVPCNamesAreUniqueInTheAccount(t *testing.T) {
	b := newBackend(t, quiet())
	b.production().makeVPC("net", "10.0.0.0/24")
	other := b.owner("staging").makeVPC("other", "10.1.0.0/24")
	b.owner("staging").post(vpcsPath, object{"name": "net", "cidr": "10.2.0.0/24"}).want(409, "net")
	b.owner("staging").put(vpcsPath+"/"+other, object{"name": "net"}).want(409)
	b.owner("staging").put(vpcsPath+"/"+other, object{"name": "other", "cidr": "10.2.0.0/24"}).want(400, "cidr: unknown field")
	b.production().post("/api/v1/vms", b.vmRequest("x").with("skip_vpc", nil, "vpc_name", "net", "vpc_cidr", "10.3.0.0/24")).want(409)
}

// Private IPv4 only (RFC 1918, 100.64.0.0/10), prefix /16–/28, aligned to its mask.
// Messages: `CIDR prefix must be between /16 and /28`, `CIDR must be in private range (10.x.x.x, …)`.
// Overlap: the schema forbids it, and so does the backend, over all projects of the account.
func TestVPCRanges(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	const prefix = "CIDR prefix must be between /16 and /28"
	const private = "CIDR must be in private range (10.x.x.x, 172.16-31.x.x, 192.168.x.x, or 100.64-127.x.x)"
	for _, test := range []struct{ cidr, problem string }{
		{"10.0.0.0/15", prefix},
		{"10.0.0.0/29", prefix},
		{"10.0.0.0/32", prefix},
		{"11.0.0.0/24", private},
		{"172.32.0.0/16", private},
		{"172.15.0.0/16", private},
		{"192.169.0.0/16", private},
		{"100.128.0.0/16", private},
		{"100.63.0.0/16", private},
		{"10.0.0.1/24", "aligned"},
		{"10.0.0.0/33", "CIDR block"},
		{"10.0.0.0", "CIDR block"},
		{"10.0.0.256/24", "CIDR block"},
		{"010.0.0.0/24", "CIDR block"},
		{"fd00::/64", "CIDR block"},
		{" 10.0.0.0/24", "CIDR block"},
		{"", "CIDR block"},
	} {
		c.post(vpcsPath, object{"name": "x", "cidr": test.cidr}).want(400, "cidr: ", test.problem)
	}
	c.post(vpcsPath, object{"name": "x"}).want(400, "cidr: required")
	c.post(vpcsPath, object{"cidr": "10.0.0.0/24"}).want(400, "name: required")
	c.post(vpcsPath, object{"name": "x", "cidr": "10.0.0.0/24", "region": "mars"}).want(400, "region: ")
	for i, cidr := range []string{"10.0.0.0/16", "172.31.0.0/16", "192.168.255.240/28", "100.64.0.0/16", "100.127.255.0/24"} {
		c.makeVPC(fmt.Sprint("good-", i), cidr)
	}
	b.owner("staging").post(vpcsPath, object{"name": "x", "cidr": "10.0.255.0/24"}).want(400, "cidr: ", "overlaps", "good-0")
	b.checkInvariants()
}

// Reserved: network, first host (gateway), broadcast, so a /24 has 253 and a /28 13 usable.
func TestVPCAddressesRunOut(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	network := c.makeVPC("small", "10.0.0.16/28")
	for i := range 13 {
		id := c.makeVM(fmt.Sprint("vm-", i), "skip_vpc", nil, "vpc_id", network, "skip_public_ip", true)
		c.get("/api/v1/vms/"+id).expect("data.private_ipv4_address", fmt.Sprintf("10.0.0.%d", 18+i))
	}
	c.post("/api/v1/vms", b.vmRequest("x").with("skip_vpc", nil, "vpc_id", network)).want(409, "no free address")
	id := c.makeVM("outside")
	c.post("/api/v1/vms/"+id+"/vpc", object{"vpc_id": network}).want(409, "no free address")
	c.get(vpcsPath+"/"+network).expect("data.vpc.used_ips", 13, "data.leases.0.ip", "10.0.0.18", "data.leases.0.nic_id", 0)
	first, last := (&vpc{CIDR: netip.MustParsePrefix("10.1.0.0/24")}).hosts()
	if n := last.As4()[3] - first.As4()[3] + 1; n != 253 {
		t.Errorf("a /24 has %d usable addresses", n)
	}
	b.checkInvariants()
}

// Delete needs no VM attached (409).
func TestVPCDeleteNeedsNoVM(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	network := c.makeVPC("net", "10.0.0.0/24")
	id := c.makeVM("web", "skip_vpc", nil, "vpc_id", network)
	c.delete(vpcsPath+"/"+network, nil).want(409, "VMs attached")
	c.delete("/api/v1/vms/"+id+"/vpc/1", nil).want(200)
	c.delete(vpcsPath+"/"+network, nil).want(200)
}

// Detaching a VM's last interface is refused (409).
// A VM can be in several VPCs.
func TestVPCAttachAndDetach(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	one, two := c.makeVPC("one", "10.0.1.0/24"), c.makeVPC("two", "10.0.2.0/24")
	elsewhere := b.owner("staging").makeVPC("elsewhere", "10.0.3.0/24")
	id := c.makeVM("web", "skip_vpc", nil, "vpc_id", one, "skip_public_ip", true)
	path := "/api/v1/vms/" + id
	c.delete(path+"/vpc/0", nil).want(409, "last interface")

	for _, test := range []struct {
		body   object
		status int
		text   string
	}{
		{object{}, 400, "vpc_id: required"},
		{object{"vpc_id": "x"}, 400, "vpc_id: must be a UUID"},
		{object{"vpc_id": unknownUUID}, 400, "vpc_id: no such VPC"},
		{object{"vpc_id": elsewhere}, 400, "vpc_id: no such VPC"},
		{object{"vpc_id": two, "ip": "nonsense"}, 400, "ip: "},
		{object{"vpc_id": two, "ip": "fd00::1"}, 400, "ip: "},
		{object{"vpc_id": two, "ip": "10.0.2.1"}, 400, "ip: must be between"},
		{object{"vpc_id": two, "ip": "10.0.2.255"}, 400, "ip: must be between"},
		{object{"vpc_id": two, "ip": "10.0.1.9"}, 400, "ip: must be between"},
		{object{"vpc_id": one}, 409, "already"},
		{object{"vpc_id": two, "ip": "10.0.2.42"}, 200, "attached"},
		{object{"vpc_id": two}, 409, "already"},
	} {
		c.post(path+"/vpc", test.body).want(test.status, test.text)
	}
	other := c.makeVM("other")
	c.post("/api/v1/vms/"+other+"/vpc", object{"vpc_id": two, "ip": "10.0.2.42"}).want(409, "in use")
	c.post("/api/v1/vms/"+other+"/vpc", object{"vpc_id": two}).want(200)
	c.get("/api/v1/vms/"+other).expect("data.private_ipv4_address", "10.0.2.2")

	c.get(path+"/networks").want(200).expect("data.0.nic_id", 0, "data.0.network_name", "one", "data.0.gateway", "10.0.1.1",
		"data.1.nic_id", 1, "data.1.ip", "10.0.2.42", "data.1.type", "vpc")
	c.get(path+"/networks?type=public").expect("data", "[]")
	c.get(path+"/networks?type=other").want(400, "type: ")
	c.delete(path+"/vpc/7", nil).want(404)
	c.delete(path+"/vpc/x", nil).want(400, "nic_id: must be an integer")
	c.delete("/api/v1/vms/"+other+"/vpc/0", nil).want(404) // a public interface
	c.delete(path+"/vpc/0", nil).want(200)
	c.get(path).expect("data.private_ipv4_address", "10.0.2.42")
	// An interface id is not used twice.
	c.post(path+"/vpc", object{"vpc_id": one}).want(200)
	c.get(path+"/networks").expect("data.1.nic_id", 2)
	b.SetPace(PaceRule{Step: time.Hour})
	c.post(path+"/reboot", nil).want(200)
	c.delete(path+"/vpc/2", nil).want(409, "must be active or passive")
	b.checkInvariants()
}

func TestCIDRSuggestions(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	for i := range 5 {
		c.makeVPC(fmt.Sprint("net-", i), fmt.Sprintf("10.0.%d.0/24", 5+i))
	}
	for _, caller := range []caller{c, c.in(""), b.owner("staging")} {
		answer := caller.get(vpcsPath+"/cidr-suggestions").want(200).expect("suggested_ips", 253, "existing_count", 5,
			"alternatives.0.size", "small", "alternatives.1.size", "medium", "alternatives.2.size", "large")
		named := append(answer.list("alternatives", "cidr"), answer.str("suggested"))
		for i, text := range named {
			cidr := netip.MustParsePrefix(text)
			if problem := cidrProblem(text); problem != "" {
				t.Errorf("%s: %s", text, problem)
			}
			if _, taken := b.state.overlapping(cidr); taken {
				t.Errorf("%s is taken", text)
			}
			if slices.ContainsFunc(named[:i], func(o string) bool { return netip.MustParsePrefix(o).Overlaps(cidr) }) {
				t.Errorf("%s overlaps with another suggestion of %v", text, named)
			}
		}
	}
	c.in(b.project("staging")).get(vpcsPath + "/cidr-suggestions").want(403)
}

// VPC lists are not paged.
func TestVPCListIsWhole(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	for i := range 120 {
		c.makeVPC(fmt.Sprint("net-", i), fmt.Sprintf("10.0.%d.0/24", i))
	}
	if n := len(c.get(vpcsPath).want(200).list("data", "id")); n != 120 {
		t.Errorf("%d VPCs", n)
	}
	c.get(vpcsPath+"?limit=10").want(400, "limit: unknown query parameter")
	if strings.Contains(c.get(vpcsPath).text, `"total"`) {
		t.Error("a list without pages carries a total")
	}
}
