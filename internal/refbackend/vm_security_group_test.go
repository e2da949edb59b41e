package refbackend

import (
	"testing"
	"time"
)

func TestSecurityGroupAttach(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVM("web")
	vm := "/api/v1/vms/" + id
	path := vm + "/security-groups"
	group, other := c.makeGroup("web"), c.makeGroup("other")
	elsewhere := b.owner("staging").makeGroup("elsewhere")
	for _, test := range []struct {
		body   object
		status int
		text   string
	}{
		{object{"nic_id": 0}, 400, "security_group_id: required"},
		{object{"security_group_id": group}, 400, "nic_id: required"},
		{object{"security_group_id": "x", "nic_id": 0}, 400, "security_group_id: must be a UUID"},
		{object{"security_group_id": unknownUUID, "nic_id": 0}, 400, "security_group_id: no such security group"},
		{object{"security_group_id": elsewhere, "nic_id": 0}, 400, "security_group_id: no such security group"},
		{object{"security_group_id": group, "nic_id": 7}, 400, "nic_id: the VM has no such interface"},
		{object{"security_group_id": group, "nic_id": "0"}, 400, "nic_id: must be an integer"},
		{object{"security_group_id": group, "nic_id": 0}, 200, "attached"},
		{object{"security_group_id": group, "nic_id": 0}, 409, `has security group \"web\" already`},
		{object{"security_group_id": other, "nic_id": 0}, 409, `has security group \"web\" already`},
	} {
		c.post(path, test.body).want(test.status, test.text)
	}
	c.get(vm+"/networks").expect("data.0.security_group_id", group)
	c.delete(path+"/"+other+"/0", nil).want(404)
	c.delete(path+"/"+group+"/7", nil).want(404)
	c.delete(path+"/x/0", nil).want(400, "sg_id: must be a UUID")
	b.SetPace(PaceRule{Step: time.Hour})
	c.post(vm+"/reboot", nil).want(200)
	c.delete(path+"/"+group+"/0", nil).want(409, "must be active or passive")
	b.clock.Advance(2 * time.Hour)
	c.delete(path+"/"+group+"/0", nil).want(200)
	c.get(vm+"/networks").expect("data.0.security_group_id", nil)
	c.delete(path+"/"+group+"/0", nil).want(404)
	b.checkInvariants()
}

// Public interfaces only: IPv4 and IPv6, never that of a VPC.
func TestSecurityGroupsArePublicOnly(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makePrivateVM("web", c.makeVPC("net", "10.0.0.0/24"))
	vm := "/api/v1/vms/" + id
	group := c.makeGroup("web")
	c.post(vm+"/security-groups", object{"security_group_id": group, "nic_id": 0}).want(400, "nic_id: ", "public interfaces only")
	c.post(vm+"/ip", object{"security_groups": []string{group}}).want(200)
	c.post(vm+"/ip", object{"type": "IPv6", "security_groups": []string{}}).want(200)
	c.post(vm+"/security-groups", object{"security_group_id": group, "nic_id": 2}).want(200)
	c.get(vm+"/networks").expect("data.0.security_group_id", nil, "data.1.security_group_id", group,
		"data.2.security_group_id", group, "data.2.type", "ipv6")
	c.get(groupsPath+"/"+group).expect("data.vm_count", 2)
	// What goes takes its group along.
	c.delete(vm+"/ip/1", nil).want(200)
	c.get(groupsPath+"/"+group).expect("data.vm_count", 1)
	c.delete(vm, nil).want(200)
	c.get(groupsPath+"/"+group).expect("data.vm_count", 0)
	b.checkInvariants()
}
