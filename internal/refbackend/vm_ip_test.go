package refbackend

import (
	"testing"
	"time"
)

// reserve reserves an address and returns its id.
func (c caller) reserve(family string) string {
	c.t.Helper()
	return c.post(ipsPath+"/reserve", object{"type": family}).want(201).str("data.id")
}

// makePrivateVM creates a VM that only has an interface in a VPC.
func (c caller) makePrivateVM(name, network string) string {
	c.t.Helper()
	return c.makeVM(name, "skip_vpc", nil, "vpc_id", network, "skip_public_ip", true)
}

func TestIPAttach(t *testing.T) {
	t.Run("Attach by `ip_id`, or by `type` from the pool (released at detach).", func(t *testing.T) {
		b := newBackend(t, quiet())
		c := b.production()
		id := c.makePrivateVM("web", c.makeVPC("net", "10.0.0.0/24"))
		path := "/api/v1/vms/" + id + "/ip"
		reserved := c.reserve("IPv4")
		address := c.get(ipsPath + "/" + reserved).str("data.ip_address")

		// type is ignored beside ip_id.
		c.post(path, object{"ip_id": reserved, "type": "IPv6"}).want(200).expect(
			"success", true, "data.vm_id", id, "data.ip_address", address, "data.nic_id", 1)
		c.get("/api/v1/vms/"+id).expect("data.public_ipv4_address", address)
		c.get(ipsPath+"/"+reserved).expect("data.status", "in-use", "data.reserved", true)

		pooled := c.post(path, object{"type": "IPv6"}).want(200).str("data.ip_address")
		c.get("/api/v1/vms/"+id).expect("data.public_ipv6_address", pooled)
		c.get(ipsPath+"?reserved=false").expect("total", 1, "data.0.ip_address", pooled, "data.0.type", "IPv6")

		c.delete(path+"/2", nil).want(200)
		c.get(ipsPath+"?reserved=false").expect("total", 0)
		c.delete(path+"/1", nil).want(200)
		c.get(ipsPath+"/"+reserved).expect("data.status", "free", "data.ip_address", address)
		b.checkInvariants()

		// Without a word it is an IPv4 address of the pool.
		c.post(path, object{}).want(200)
		c.get(ipsPath+"?status=in-use").expect("total", 1, "data.0.type", "IPv4", "data.0.reserved", false)
		b.checkInvariants()
	})

	t.Run("Attach answers `nic_id`, needed to detach.", func(t *testing.T) {
		b := newBackend(t, quiet())
		c := b.production()
		id := c.makePrivateVM("web", c.makeVPC("net", "10.0.0.0/24"))
		attached := c.post("/api/v1/vms/"+id+"/ip", object{}).want(200)
		c.get("/api/v1/vms/"+id+"/networks?type=public").expect("data.0.nic_id", attached.str("data.nic_id"),
			"data.0.ip", attached.str("data.ip_address"), "data.0.mac", attached.str("data.mac"))
		c.delete("/api/v1/vms/"+id+"/ip/0", nil).want(404, "public interface") // it is the one in the VPC
		c.delete("/api/v1/vms/"+id+"/ip/7", nil).want(404)
		c.delete("/api/v1/vms/"+id+"/ip/x", nil).want(400, "nic_id: must be an integer")
		c.delete("/api/v1/vms/"+id+"/ip/"+attached.str("data.nic_id"), nil).want(200)
		c.delete("/api/v1/vms/"+id+"/ip/"+attached.str("data.nic_id"), nil).want(404)
		b.checkInvariants()
	})

	t.Run("One public address per family and VM.", func(t *testing.T) {
		b := newBackend(t, quiet())
		c := b.production()
		path := "/api/v1/vms/" + c.makeVM("web") + "/ip"
		c.post(path, object{"type": "IPv4"}).want(409, "public IPv4 address already")
		c.post(path, object{"ip_id": c.reserve("IPv4")}).want(409, "public IPv4 address already")
		c.post(path, object{"type": "IPv6"}).want(200)
		c.post(path, object{"ip_id": c.reserve("IPv6")}).want(409, "public IPv6 address already")
		b.checkInvariants()
	})
}

func TestIPAttachIsStrict(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makePrivateVM("web", c.makeVPC("net", "10.0.0.0/24"))
	path := "/api/v1/vms/" + id + "/ip"
	elsewhere := b.owner("staging").reserve("IPv4")
	other := c.makeVM("other")
	pooled := c.get(ipsPath + "?reserved=false").str("data.0.id")
	taken := c.reserve("IPv6")
	c.post("/api/v1/vms/"+other+"/ip", object{"ip_id": taken}).want(200)
	for _, test := range []struct {
		body   any
		status int
		text   string
	}{
		{nil, 400, "body: required"},
		{object{"ip_id": "x"}, 400, "ip_id: must be a UUID"},
		{object{"ip_id": unknownUUID}, 400, "ip_id: no such IP"},
		{object{"ip_id": elsewhere}, 400, "ip_id: no such IP"},
		{object{"ip_id": pooled}, 400, "is not reserved"},
		{object{"ip_id": taken}, 409, "attached to a VM already"},
		{object{"type": "ipv4"}, 400, "type: must be one of IPv4, IPv6"},
		{object{"type": "IPv4", "nic_id": 1}, 400, "nic_id: unknown field"},
		{object{"security_groups": []string{"x"}}, 400, "security_groups[0]: must be a UUID"},
		{object{"security_groups": []string{unknownUUID}}, 400, "security_groups[0]: no such security group"},
		{object{"security_groups": []string{unknownUUID, unknownUUID}}, 400, "security_groups: must have 0 to 1 items"},
	} {
		c.post(path, test.body).want(test.status, test.text)
	}
	b.SetPace(PaceRule{Step: time.Hour})
	c.post("/api/v1/vms/"+id+"/reboot", nil).want(200)
	c.post(path, object{}).want(409, "must be active or passive")
	b.checkInvariants()
}

// Detaching a VM's last interface is refused (409), be it private or public.
func TestIPDetachKeepsTheLastInterface(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVM("web")
	c.delete("/api/v1/vms/"+id+"/ip/0", nil).want(409, "last interface")
	c.post("/api/v1/vms/"+id+"/vpc", object{"vpc_id": c.makeVPC("net", "10.0.0.0/24")}).want(200)
	c.delete("/api/v1/vms/"+id+"/ip/0", nil).want(200)
	c.delete("/api/v1/vms/"+id+"/vpc/1", nil).want(409, "last interface")
	b.checkInvariants()
}

// Deleting a VM returns automatic IPs to the pool and keeps reserved ones.
func TestIPOutlivesItsVM(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVM("web")
	reserved := c.reserve("IPv6")
	c.post("/api/v1/vms/"+id+"/ip", object{"ip_id": reserved}).want(200)
	c.get(ipsPath).expect("total", 2)
	c.delete("/api/v1/vms/"+id, nil).want(200)
	c.get(ipsPath).expect("total", 1, "data.0.id", reserved, "data.0.status", "free")
	b.checkInvariants()
}
