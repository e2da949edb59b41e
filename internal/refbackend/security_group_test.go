package refbackend

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const groupsPath = "/api/v1/security-groups"

// makeGroup creates a security group without rules and returns its id.
func (c caller) makeGroup(name string) string {
	c.t.Helper()
	return c.post(groupsPath, object{"name": name}).want(201).str("data.id")
}

// rule is a rule of a request.
func rule(protocol, direction, ports string) object {
	return object{"protocol": protocol, "rule_type": direction, "range": ports}
}

func TestSecurityGroups(t *testing.T) {
	t.Run("Name unique in the account; PUT replaces the whole rule set.", func(t *testing.T) {
		b := newBackend(t, quiet())
		c := b.production()
		ssh, web := rule("TCP", "INBOUND", "22"), rule("TCP", "INBOUND", "80,443")
		made := c.post(groupsPath, object{"name": "web", "description": "ours", "rules": []object{ssh, web}}).want(201).expect(
			"data.name", "web", "data.description", "ours", "data.vm_count", 0, "data.project_id", b.project("production"),
			"data.rules.0.range", "22", "data.rules.1.range", "80,443", "data.rules.2", nil)
		path := groupsPath + "/" + made.str("data.id")
		b.owner("staging").post(groupsPath, object{"name": "web"}).want(409, "web")
		other := c.makeGroup("other")
		c.put(groupsPath+"/"+other, object{"name": "web"}).want(409, "web")

		c.put(path, object{"rules": []object{web}}).want(200).expect("data.rules.0.range", "80,443", "data.rules.1", nil)
		c.put(path, object{"name": "renamed"}).want(200).expect("data.name", "renamed", "data.description", "ours",
			"data.rules.0.range", "80,443")
		c.put(path, object{"name": "renamed", "description": ""}).want(200).expect("data.description", "")
		c.put(path, object{"rules": []object{}}).want(200).expect("data.rules", "[]", "data.name", "renamed")
		c.put(path, object{}).want(400, "at least one of name, description, rules")
		c.get(path).want(200).expect("data.rules", "[]")
		c.delete(path, nil).want(200)
		c.get(path).want(404, "security group not found")
		b.checkInvariants()
	})

	t.Run("40 inbound and 40 outbound rules at most.", func(t *testing.T) {
		b := newBackend(t, quiet())
		c := b.production()
		var rules []object
		for i := range 40 {
			rules = append(rules, rule("TCP", "INBOUND", fmt.Sprint(1000+i)), rule("TCP", "OUTBOUND", fmt.Sprint(1000+i)))
		}
		id := c.post(groupsPath, object{"name": "full", "rules": rules}).want(201).str("data.id")
		// Those of a template count too.
		c.post(groupsPath, object{"name": "x", "rules": rules, "template_id": "ssh-only"}).want(400, "rules: at most 40 INBOUND")
		for _, direction := range []string{"INBOUND", "OUTBOUND"} {
			more := append(slices.Clone(rules), rule("UDP", direction, "53"))
			c.post(groupsPath, object{"name": "x", "rules": more}).want(400, "rules: at most 40 "+direction)
			c.put(groupsPath+"/"+id, object{"rules": more}).want(400, "rules: at most 40 "+direction)
		}
		b.checkInvariants()
	})

	t.Run("Attached groups cannot be deleted (409).", func(t *testing.T) {
		b := newBackend(t, quiet())
		c := b.production()
		path := "/api/v1/vms/" + c.makeVM("web") + "/security-groups"
		group := c.makeGroup("web")
		c.post(path, object{"security_group_id": group, "nic_id": 0}).want(200)
		c.get(groupsPath+"/"+group).expect("data.vm_count", 1)
		c.delete(groupsPath+"/"+group, nil).want(409, "attached to interfaces: 1")
		c.delete(path+"/"+group+"/0", nil).want(200)
		c.delete(groupsPath+"/"+group, nil).want(200)
		b.checkInvariants()
	})

	t.Run("Templates: Web Server, Database Server, SSH Only, Allow All, Deny All.", func(t *testing.T) {
		b := newBackend(t, quiet())
		templates := b.keyWith(scopeAccount).get(groupsPath + "/templates").want(200)
		want := []string{"Web Server", "Database Server", "SSH Only", "Allow All", "Deny All"}
		if got := templates.list("data", "name"); !slices.Equal(got, want) {
			t.Errorf("templates %v, want %v", got, want)
		}
		templates.expect("data.0.id", "web-server", "data.0.rules.1.range", "80,443", "data.1.rules.1.size", 8, "data.4.rules", "[]")
	})

	t.Run("`template_id` copies a template's rules, then merges explicit ones.", func(t *testing.T) {
		b := newBackend(t, quiet())
		c := b.production()
		explicit := []object{rule("TCP", "INBOUND", "22"), rule("TCP", "INBOUND", "8080")} // the first is the template's own
		c.post(groupsPath, object{"name": "a", "template_id": "ssh-only", "rules": explicit}).want(201).expect(
			"data.rules.0.range", "22", "data.rules.1.protocol", "ALL", "data.rules.1.rule_type", "OUTBOUND",
			"data.rules.2.range", "8080", "data.rules.3", nil)
		c.post(groupsPath, object{"name": "b", "template_id": "deny-all"}).want(201).expect("data.rules", "[]")
		c.post(groupsPath, object{"name": "c", "template_id": "SSH Only"}).want(400, "template_id: no such template")
		// A copy is one: a change of it is no change of the template.
		id := c.get(groupsPath).list("data", "id")[0]
		c.put(groupsPath+"/"+id, object{"rules": []object{}}).want(200)
		c.post(groupsPath, object{"name": "d", "template_id": "ssh-only"}).want(201).expect("data.rules.0.range", "22")
		b.checkInvariants()
	})
}

// A new group in each project: lists come whole, of one project or of all in reach.
func TestSecurityGroupListIsWhole(t *testing.T) {
	b := newBackend(t, quiet())
	for i := range 60 {
		b.production().makeGroup(fmt.Sprint("group-", i))
		b.owner("staging").makeGroup(fmt.Sprint("other-", i))
	}
	for _, test := range []struct {
		c     caller
		count int
	}{{b.production(), 60}, {b.production().in(""), 60}, {b.owner(""), 120}, {b.owner("staging"), 60}, {b.owner("default"), 0}} {
		if n := len(test.c.get(groupsPath).want(200).list("data", "id")); n != test.count {
			t.Errorf("%d groups, want %d", n, test.count)
		}
	}
	b.production().get(groupsPath+"?limit=10").want(400, "limit: unknown query parameter")
	if strings.Contains(b.production().get(groupsPath).text, `"total"`) {
		t.Error("a list without pages carries a total")
	}
}

// One refused rule refuses the request, and names the field.
func TestSecurityGroupsAreStrict(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeGroup("web")
	for body, text := range map[string]string{
		`{}`:          "name: required",
		`{"name":""}`: "name: ",
		`{"name":"` + strings.Repeat("x", 65) + `"}`: "name: ",
		`{"name":"x","rules":{}}`:                    "rules: must be a list of objects",
		`{"name":"x","rules":[1]}`:                   "rules[0]: must be an object",
		`{"name":"x","vm_count":1}`:                  "vm_count: unknown field",
	} {
		c.post(groupsPath, body).want(400, text)
	}
	good := rule("TCP", "INBOUND", "22")
	for _, test := range []struct {
		rule object
		text string
	}{
		{good.with("protocol", nil), "rules[1].protocol: required"},
		{good.with("protocol", "tcp"), "rules[1].protocol: must be one of TCP, UDP, ICMP, ICMPV6, IPSEC, ALL"},
		{good.with("rule_type", nil), "rules[1].rule_type: required"},
		{good.with("rule_type", "inbound"), "rules[1].rule_type: must be one of INBOUND, OUTBOUND"},
		{good.with("ports", "22"), "rules[1].ports: unknown field"},
		{good.with("range", 22), "rules[1].range: must be a string"},
		{good.with("ip", "10.0.0.0/8"), "rules[1].ip: must be an IPv4 or IPv6 address"},
		{good.with("ip", "fe80::1%eth0"), "rules[1].ip: must be"},
		{good.with("ip", "anywhere"), "rules[1].ip: must be"},
		{good.with("size", 24), "rules[1].size: needs ip"},
		{good.with("ip", "10.0.0.0", "size", 33), "rules[1].size: must be at most 32"},
		{good.with("ip", "2001:db8::", "size", 129), "rules[1].size: must be at most 128"},
		{good.with("ip", "10.0.0.0", "size", -1), "rules[1].size: must be at least 0"},
		{good.with("icmp_type", 8), "rules[1].icmp_type: only for ICMP"},
		{rule("ICMP", "INBOUND", "").with("icmp_type", 256), "rules[1].icmp_type: must be at most 255"},
		{rule("ICMP", "INBOUND", "").with("icmp_type", -1), "rules[1].icmp_type: must be at least 0"},
	} {
		rules := []object{good, test.rule}
		c.post(groupsPath, object{"name": "x", "rules": rules}).want(400, test.text)
		c.put(groupsPath+"/"+id, object{"rules": rules}).want(400, test.text)
	}
	c.get(groupsPath+"/"+id).expect("data.rules", "[]")
	b.checkInvariants()
}
