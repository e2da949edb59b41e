package refbackend

import (
	"slices"
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

	t.Run("One IPv6 per VM as before.", func(t *testing.T) {
		b := newBackend(t, quiet())
		c := b.production()
		path := "/api/v1/vms/" + c.makeVM("web") + "/ip"
		c.post(path, object{"type": "IPv6"}).want(200)
		c.post(path, object{"type": "IPv6"}).want(409, "public IPv6 address already")
		c.post(path, object{"ip_id": c.reserve("IPv6")}).want(409, "public IPv6 address already")
		b.checkInvariants()
	})
}

// Public IPv4: up to 4 per VM. The VM's own pool address, or a reserved one by `ip_id`; every one after the first must be a
// reserved one by `ip_id`. A fifth: 409 **decided**.
func TestIPAttachSeveral(t *testing.T) {
	b := newBackend(t, quiet())
	b.watchful = true
	c := b.production()
	id := c.makeVM("web")
	path := "/api/v1/vms/" + id + "/ip"
	own := c.get("/api/v1/vms/" + id).str("data.public_ipv4_address")
	c.post(path, object{}).want(409, "public IPv4 address already", own, "ip_id")
	c.post(path, object{"type": "IPv4"}).want(409, "ip_id")
	group := c.post(groupsPath, object{"name": "edge"}).want(201).str("data.id")
	for nic := 1; nic < 4; nic++ {
		c.post(path, object{"ip_id": c.reserve("IPv4"), "security_groups": []string{group}}).want(200).expect("data.nic_id", nic)
	}
	c.post(path, object{"ip_id": c.reserve("IPv4")}).want(409, "4 public IPv4 addresses already")
	c.post(path, object{"type": "IPv6"}).want(200)
	c.get("/api/v1/vms/"+id).expect("data.public_ipv4_address", own)
	c.get("/api/v1/vms/"+id+"/networks?type=public").expect("data.0.ip", own, "data.3.nic_id", 3,
		"data.0.security_group_id", nil, "data.3.security_group_id", group)
	c.get("/api/v1/vms/"+id+"/networks").list("data", "nic_id")

	// The group is detached from one interface, and stays on the others.
	c.delete("/api/v1/vms/"+id+"/security-groups/"+group+"/1", nil).want(200)
	c.get("/api/v1/vms/"+id+"/networks?type=public").expect("data.1.security_group_id", nil, "data.2.security_group_id", group)
	c.delete(groupsPath+"/"+group, nil).want(409)

	// One that is attached cannot be changed, released or given to another VM.
	attached := c.get(ipsPath+"?reserved=true&status=in-use").expect("total", 3).str("data.0.id")
	c.post(ipsPath+"/"+attached+"/change", nil).want(409)
	c.delete(ipsPath+"/"+attached+"/reserve", nil).want(409)
	c.post("/api/v1/vms/"+c.makeVM("db")+"/ip", object{"ip_id": attached}).want(409)

	// Deleting the VM returns its own address to the pool, and keeps the reserved ones.
	c.delete("/api/v1/vms/"+id, nil).want(200)
	c.get(ipsPath+"?reserved=true&status=free").expect("total", 4)
	c.get(ipsPath+"?reserved=false").expect("total", 1) // that of the other VM
}

// NICs carry `is_primary`. Detaching the primary promotes the remaining public NIC with the lowest number.
func TestIPPrimary(t *testing.T) {
	b := newBackend(t, quiet())
	b.watchful = true
	c := b.production()
	id := c.makeVM("web", "skip_vpc", nil, "vpc_name", "net", "vpc_cidr", "10.0.0.0/24")
	path := "/api/v1/vms/" + id
	primary := func(numbers ...string) {
		t.Helper()
		nics := c.get(path + "/networks").want(200)
		var got []string
		for i, is := range nics.list("data", "is_primary") {
			if is == "true" {
				got = append(got, nics.list("data", "nic_id")[i])
				c.get(path).expect("data.public_ipv4_address", nics.list("data", "ip")[i])
			}
		}
		if !slices.Equal(got, numbers) {
			t.Errorf("primary: %v, want %v", got, numbers)
		}
	}
	primary("0")
	c.post(path+"/ip", object{"type": "IPv6"}).want(200) // 2
	for range 3 {
		c.post(path+"/ip", object{"ip_id": c.reserve("IPv4")}).want(200) // 3, 4, 5
	}
	primary("0")
	c.delete(path+"/ip/4", nil).want(200)
	primary("0")
	c.delete(path+"/ip/0", nil).want(200)
	primary("3")
	// The pool has one for a VM without any only.
	c.post(path+"/ip", object{}).want(409, "ip_id")
	c.post(path+"/ip", object{"ip_id": c.reserve("IPv4")}).want(200) // 6
	primary("3")
	for _, nic := range []string{"3", "6", "5"} {
		c.delete(path+"/ip/"+nic, nil).want(200)
	}
	primary()
	c.get(path).expect("data.public_ipv4_address", nil)
	c.post(path+"/ip", object{}).want(200) // 7
	primary("7")
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
