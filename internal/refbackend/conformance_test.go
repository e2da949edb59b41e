package refbackend

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

// conformance drives operations with good and bad requests, and counts what the description does not allow.
type conformance struct {
	*described
	*backend
	t         *testing.T
	exercised map[string]bool
	sent      int

	requestViolations, responseViolations, accepted, unnamed []string
}

// params fill in an operation: path parameters by name, and query parameters with a question mark.
type params map[string]any

// do sends an operation's request in all the bad ways first, each of which must be refused and change nothing, and
// then in the good one, which must succeed all the same.
func (c *conformance) do(id string, with params, body object) answer {
	c.t.Helper()
	o, ok := c.operations[id]
	if !ok {
		c.t.Fatalf("the description has no operation %s", id)
	}
	good := c.message(o, with, body)
	for _, bad := range badMessages(c.t, o, good) {
		c.refused(o, bad)
	}
	c.absent(o, good)
	for _, problem := range c.requestProblems(c.t, o, good) {
		c.requestViolations = append(c.requestViolations, id+": "+problem)
	}
	a := c.send(o, good)
	if a.status >= 300 {
		c.t.Errorf("%s: %d %s", id, a.status, a.text)
		return a
	}
	c.exercised[id] = true
	return a
}

func (c *conformance) message(o *describedOperation, with params, body object) message {
	m := message{path: map[string]string{}, query: url.Values{}, header: http.Header{}}
	for name, value := range with {
		if query, ok := strings.CutPrefix(name, "?"); ok {
			m.query.Set(query, fmt.Sprint(value))
		} else {
			m.path[name] = fmt.Sprint(value)
		}
	}
	if o.Security == nil || len(*o.Security) > 0 {
		m.header.Set("X-API-Key", c.account.OwnerKey)
	}
	if o.parameters.GetByInAndName("header", projectHeader) != nil {
		m.header.Set(projectHeader, c.project("production"))
	}
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		m.body = encoded
	}
	return m
}

// send makes a request and judges the answer.
func (c *conformance) send(o *describedOperation, m message) answer {
	c.sent++
	a := c.exchange(m.request(c.t, o))
	for _, problem := range c.answerProblems(c.t, o, m, a) {
		c.responseViolations = append(c.responseViolations, fmt.Sprintf("%s: %d: %s", o.id, a.status, problem))
	}
	return a
}

// refused sends a bad request.
func (c *conformance) refused(o *describedOperation, bad badMessage) {
	if !bad.own && len(c.requestProblems(c.t, o, bad.message)) == 0 {
		c.t.Errorf("%s: %s does not break the description", o.id, bad.what)
	}
	a := c.send(o, bad.message)
	about := fmt.Sprintf("%s: %s: %d %.200s", o.id, bad.what, a.status, a.text)
	switch {
	case a.status < 400:
		c.accepted = append(c.accepted, about)
	case bad.status != 0 && a.status != bad.status || !strings.Contains(a.text, bad.field):
		c.unnamed = append(c.unnamed, about)
	}
}

// absent sends the request with each id in the path replaced by one that nothing has.
func (c *conformance) absent(o *describedOperation, good message) {
	for _, p := range o.takes("path") {
		m := good
		m.path = maps.Clone(good.path)
		switch {
		case p.Schema.Value.Type.Is("integer"):
			m.path[p.Name] = "2147483647"
		case p.Schema.Value.Format == "uuid":
			m.path[p.Name] = unknownUUID
		default:
			continue
		}
		if a := c.send(o, m); a.status != http.StatusNotFound {
			c.unnamed = append(c.unnamed, fmt.Sprintf("%s: unknown %s: %d %.200s", o.id, p.Name, a.status, a.text))
		}
	}
}

// Every operation of the description is answered as described, and every request that it forbids is refused.
func TestConformance(t *testing.T) {
	c := &conformance{described: describe(t), backend: newBackend(t, quiet()), t: t, exercised: map[string]bool{}}
	c.catalogue()
	c.people()
	c.networks()
	c.machines()
	c.storage()
	c.farewell()
	c.checkInvariants()

	for kind, found := range map[string][]string{
		"request violation": c.requestViolations, "response violation": c.responseViolations,
		"accepted": c.accepted, "not refused as it should be": c.unnamed,
	} {
		slices.Sort(found)
		for _, one := range slices.Compact(found) {
			t.Errorf("%s: %s", kind, one)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.operations)) {
		if !c.exercised[id] {
			t.Errorf("not exercised: %s", id)
		}
	}
	t.Logf("%d requests sent", c.sent)
	fmt.Fprintf(os.Stdout, "operations=%d exercised=%d request_violations=%d response_violations=%d bad_requests_accepted=%d\n",
		len(c.operations), len(c.exercised), len(c.requestViolations), len(c.responseViolations), len(c.accepted))
}

// catalogue: what needs no key, and projects.
func (c *conformance) catalogue() {
	c.do("healthCheck", nil, nil)
	c.do("listRegions", nil, nil)
	c.do("listTemplates", params{"?category": "os", "?vm_type": "premium", "?region": "us-east"}, nil)
	c.do("listVMPricing", params{"?type": "standard", "?region": "us-east"}, nil)
	for _, id := range []string{"listVolumePricing", "listSnapshotPricing", "listBackupPricing"} {
		c.do(id, params{"?region": "us-east"}, nil)
	}
	c.do("listIPPricing", nil, nil)

	c.do("listProjects", params{"?limit": 2, "?offset": 1}, nil)
	id := c.do("createProject", nil, object{"name": "new", "description": "to go again", "default_region": "us-east"}).str("data.id")
	c.do("getProject", params{"id": id}, nil)
	c.do("updateProject", params{"id": id}, object{"name": "newer", "description": "x", "default_region": "us-east"})
	c.do("deleteProject", params{"id": id}, nil)
}

// people: SSH keys, roles, API keys, members and invitations.
func (c *conformance) people() {
	key := c.do("createSSHKey", nil, object{"name": "laptop", "public_key": testKey}).str("data.id")
	c.do("listSSHKeys", nil, nil)
	c.do("getSSHKey", params{"id": key}, nil)
	c.do("updateSSHKey", params{"id": key}, object{"name": "desktop"})
	c.do("deleteSSHKey", params{"id": key}, nil)

	c.do("listPermissions", params{"?scope": "project"}, nil)
	role := func(name, scope, permission string) string {
		return c.do("createRole", nil, object{
			"name": name, "slug": name, "scope": scope, "description": "x", "permissions": []string{permission},
		}).str("data.id")
	}
	account, project := role("clerk", "account", "account.projects.view"), role("watcher", "project", "vm.view")
	c.do("listRoles", params{"?scope": "account", "?limit": 10, "?offset": 0}, nil)
	c.do("getRole", params{"id": account}, nil)
	c.do("updateRole", params{"id": account}, object{"name": "clerks", "description": "y", "permissions": []string{"account.settings.view"}})

	created := c.do("createApiKey", nil, object{
		"name": "ci", "rate_limit_tier": "high", "expires_at": "2030-01-31T12:00:00Z", "role_id": account,
	})
	apiKey := created.str("data.id")
	c.do("listApiKeys", params{"?scope": "public", "?limit": 10, "?offset": 0}, nil)
	c.do("getApiKey", params{"id": apiKey}, nil)
	c.do("updateApiKey", params{"id": apiKey}, object{
		"name": "ci-2", "rate_limit_tier": "standard", "expires_at": "2031-01-31T12:00:00Z", "is_active": true,
	})
	c.do("regenerateApiKey", params{"id": apiKey}, nil)

	member := c.do("addMember", nil, object{"email": "ada@example.com", "role_id": account}).str("data.id")
	c.do("listMembers", params{"?status": "pending", "?limit": 10, "?offset": 0}, nil)
	c.do("getMember", params{"id": member}, nil)
	c.do("updateMember", params{"id": member}, object{"role_id": account})
	c.do("removeMember", params{"id": member}, nil)

	in := c.account.Projects["production"]
	granted := c.do("addProjectMember", params{"id": in}, object{"api_key_id": apiKey, "role_id": project}).str("data.id")
	c.do("listProjectMembers", params{"id": in, "?status": "active", "?limit": 10, "?offset": 0}, nil)
	c.do("getProjectMember", params{"id": in, "member_id": granted}, nil)
	c.do("updateProjectMember", params{"id": in, "member_id": granted}, object{"role_id": project, "status": "suspended"})
	c.do("removeProjectMember", params{"id": in, "member_id": granted}, nil)

	invited := c.do("createAccountInvitation", nil, object{"email": "bob@example.com", "role_id": account}).str("data.id")
	c.do("createProjectInvitation", params{"id": in}, object{"email": "eve@example.com", "role_id": project})
	c.do("cancelInvitation", params{"id": invited}, nil)

	c.do("revokeApiKey", params{"id": apiKey}, nil)
	spare := role("spare", "project", "vpc.view")
	c.do("deleteRole", params{"id": spare}, nil)
}

// networks: VPCs, security groups and public addresses by themselves.
func (c *conformance) networks() {
	c.do("listVPCCIDRSuggestions", nil, nil)
	id := c.do("createVPC", nil, object{"name": "net", "cidr": "10.7.0.0/24", "region": "us-east"}).str("data.id")
	c.do("listVPCs", nil, nil)
	c.do("getVPC", params{"id": id}, nil)
	c.do("updateVPC", params{"id": id}, object{"name": "nets", "description": "x"})
	c.do("deleteVPC", params{"id": id}, nil)

	rules := []object{
		{"protocol": "TCP", "rule_type": "INBOUND", "range": "80,443", "ip": "10.0.0.0", "size": 24},
		{"protocol": "ICMP", "rule_type": "OUTBOUND", "icmp_type": 0},
	}
	templates := c.do("listSecurityGroupTemplates", nil, nil)
	group := c.do("createSecurityGroup", nil, object{
		"name": "web", "description": "x", "template_id": templates.str("data.0.id"), "rules": rules,
	}).str("data.id")
	c.do("listSecurityGroups", nil, nil)
	c.do("getSecurityGroup", params{"id": group}, nil)
	c.do("updateSecurityGroup", params{"id": group}, object{"name": "webs", "description": "y", "rules": rules})
	c.do("deleteSecurityGroup", params{"id": group}, nil)

	address := c.do("reserveIP", nil, object{"type": "IPv4", "region": "us-east", "billing_period": "monthly"}).str("data.id")
	c.do("listIPs", params{"?reserved": true, "?status": "free", "?limit": 10, "?offset": 0}, nil)
	c.do("getIP", params{"id": address}, nil)
	changed := c.do("changeIP", params{"id": address}, nil).str("new_ip.id")
	c.do("releaseIP", params{"id": changed}, nil)
}

// machines: VMs, and what is attached to them.
func (c *conformance) machines() {
	vm := params{"id": c.do("createVM", nil, c.vmRequest("web").with(
		"extra_storage", 10, "extra_storage_type", "xfs", "backup_type", "weekly", "backup_date", "Monday", "backup_time", "8am",
		"tags", []string{"a"}, "skip_vpc", false, "skip_public_ip", false, "vpc_name", "net", "vpc_cidr", "10.8.0.0/24",
		"password", "Correct-Horse-42",
	)).str("data.id")}
	c.do("createVM", nil, c.vmRequest("joined").with(
		"skip_vpc", nil, "vpc_id", c.do("createVPC", nil, object{"name": "shared", "cidr": "10.9.0.0/24"}).str("data.id"),
	))
	c.do("listVMs", params{"?project_id": c.project("production"), "?region": "us-east", "?status": "active", "?limit": 10, "?offset": 0}, nil)
	c.do("getVM", vm, nil)
	c.do("renameVM", vm, object{"name": "web-2"})
	c.do("setVMConsolePolicy", vm, object{"console_require_mfa": true})
	for _, id := range []string{"rebootVM", "hardRebootVM", "resetVMPassword", "stopVM"} {
		c.do(id, vm, nil)
	}
	c.do("resizeVM", vm, object{"pricing_id": 10})
	c.do("stopVM", vm, nil)
	c.do("resizeVMDisk", vm, object{"new_size": 200})
	c.do("startVM", vm, nil)

	c.attachments(vm)
	added := c.do("addVMTag", vm, object{"name": "b", "priority": 2})
	tagged := params{"id": vm["id"], "tagId": added.str("tags.1.id")}
	c.do("updateVMTag", tagged, object{"name": "c", "priority": 3})
	c.do("removeVMTag", tagged, nil)
	note := params{"id": vm["id"], "type": "account"}
	c.do("upsertVMNote", note, object{"content": "one"})
	c.do("appendVMNote", note, object{"content": "two"})
	c.do("updateVMNote", note, object{"content": "three"})
	c.do("upsertVMNote", params{"id": vm["id"], "type": "personal"}, object{"content": "mine"})
	c.do("getVMNotes", params{"id": vm["id"], "?type": "account"}, nil)
	c.do("getVMNotes", vm, nil)

	c.do("stopVM", vm, nil)
	c.do("saveVMDiskAsImage", vm, object{"name": "golden", "description": "x", "disk_id": 0, "snapshot_id": -1})
	c.do("reinstallVM", vm, object{
		"template_id": c.templateID("Debian", "13x64"), "password": "Correct-Horse-42", "ssh_keys": []string{testKey}, "auto_generate_password": false,
	})
	c.do("factoryResetVM", vm, nil)
}

// attachments: VPCs, addresses and security groups on a VM.
func (c *conformance) attachments(vm params) {
	network := c.do("createVPC", nil, object{"name": "second", "cidr": "10.10.0.0/24"}).str("data.id")
	c.do("attachVMToVPC", vm, object{"vpc_id": network, "ip": "10.10.0.9"})
	c.do("detachVMFromVPC", params{"id": vm["id"], "nic_id": c.nicAt(vm, "10.10.0.9")}, nil)

	group := c.do("createSecurityGroup", nil, object{"name": "edge"}).str("data.id")
	second := c.do("reserveIP", nil, object{"type": "IPv4"}).str("data.id")
	c.do("attachVMIP", vm, object{"ip_id": second})
	reserved := c.do("reserveIP", nil, object{"type": "IPv6"}).str("data.id")
	attached := c.do("attachVMIP", vm, object{"ip_id": reserved})
	c.do("detachVMIP", params{"id": vm["id"], "nic_id": attached.str("data.nic_id")}, nil)
	attached = c.do("attachVMIP", vm, object{"type": "IPv6", "security_groups": []string{group}})
	c.do("listVMNetworks", params{"id": vm["id"], "?type": "ipv6"}, nil)
	nic := attached.str("data.nic_id")
	c.do("detachVMSecurityGroup", params{"id": vm["id"], "sg_id": group, "nic_id": nic}, nil)
	c.do("attachVMSecurityGroup", vm, object{"security_group_id": group, "nic_id": attached.at("data.nic_id")})
}

// nicAt finds the interface with an address.
func (c *conformance) nicAt(vm params, address string) any {
	networks := c.do("listVMNetworks", vm, nil)
	items, _ := networks.at("data").([]any)
	for _, item := range items {
		if nic := item.(map[string]any); nic["ip"] == address {
			return nic["nic_id"]
		}
	}
	c.t.Fatalf("no interface with %s in %s", address, networks.text)
	return nil
}

// storage: volumes, snapshots, backups and schedules.
func (c *conformance) storage() {
	vm := c.do("listVMs", nil, nil).str("data.0.id")
	order := object{"name": "data", "size": 20, "volume_type": "nvme", "filesystem_type": "ext4", "region": "us-east"}
	volume := params{"id": c.do("createVolume", nil, order).str("data.id")}
	c.do("createVolume", nil, order.with("name", "attached", "vm_id", vm))
	c.do("listVolumes", params{"?vm_id": vm, "?region": "us-east", "?limit": 10, "?offset": 0}, nil)
	c.do("getVolume", volume, nil)
	c.do("resizeVolume", volume, object{"new_size": 30})
	c.do("attachVolume", volume, object{"vm_id": vm})
	c.do("detachVolume", volume, nil)

	c.do("createSnapshot", nil, object{"resource_type": "volume", "volume_id": c.at(volume), "name": "disk"})
	taken := c.do("createSnapshot", nil, object{"resource_type": "vm", "resource_id": vm, "name": "before"})
	snapshot := params{"id": taken.str("data.id")}
	c.do("listSnapshots", params{"?vm_id": vm, "?type": "vm", "?limit": 10, "?offset": 0}, nil)
	c.do("listSnapshots", params{"?volume_id": volume["id"]}, nil)
	c.do("getSnapshot", snapshot, nil)
	c.do("renameSnapshot", snapshot, object{"name": "earlier"})
	later := c.do("createSnapshot", nil, object{"resource_type": "vm", "resource_id": vm, "name": "later"}).str("data.id")
	c.do("deleteSnapshot", params{"id": later}, nil)
	c.do("stopVM", params{"id": vm}, nil)
	c.do("restoreSnapshot", snapshot, nil)
	c.do("startVM", params{"id": vm}, nil)
	c.do("deleteVolume", volume, nil)

	backup := func(name string) params {
		return params{"id": c.do("createBackup", nil, object{"vm_id": vm, "name": name}).str("data.id")}
	}
	first := backup("first")
	c.do("listBackups", params{"?vm_id": vm, "?limit": 10, "?offset": 0}, nil)
	c.do("getBackup", first, nil)
	c.do("restoreBackup", first, nil)
	c.do("resetBackupChain", params{"id": vm}, nil)
	second := backup("second")
	c.do("deleteBackup", first, nil)
	c.do("deleteBackupChain", second, nil)

	schedule := params{"id": c.do("createBackupSchedule", nil, object{
		"vm_id": vm, "type": "weekly", "time": "13:00", "day_of_week": "Monday", "keep_count": 3,
	}).str("data.id")}
	c.do("listBackupSchedules", params{"?vm_id": vm, "?limit": 10, "?offset": 0}, nil)
	c.do("getBackupSchedule", schedule, nil)
	c.do("updateBackupSchedule", schedule, object{"type": "weekly", "time": "8am", "day_of_week": "Friday", "keep_count": 4})
	c.do("deleteBackupSchedule", schedule, nil)
}

// at is an integer id as JSON has it.
func (c *conformance) at(of params) any {
	var id int
	_, _ = fmt.Sscan(fmt.Sprint(of["id"]), &id)
	return id
}

// farewell: VMs go, one by one and in bulk.
func (c *conformance) farewell() {
	ids := c.do("listVMs", params{"?limit": 100}, nil).list("data", "id")
	c.do("deleteVM", params{"id": ids[0]}, object{"volume_action": "delete", "delete_vpc": true})
	c.do("deleteVMsBulk", nil, object{"ids": ids[1:], "volume_action": "detach", "delete_vpc": false})
}

// The judge sees what it is for.
func TestConformanceNotices(t *testing.T) {
	d := describe(t)
	b := newBackend(t, quiet())
	c := &conformance{described: d, backend: b, t: t}
	id := b.production().makeVM("web")
	o := d.operations["getVM"]
	good := c.message(o, params{"id": id}, nil)
	a := b.exchange(good.request(t, o))
	if problems := d.answerProblems(t, o, good, a); len(problems) > 0 {
		t.Fatalf("a good answer has problems: %v", problems)
	}
	for name, change := range map[string]func(answer, map[string]any) answer{
		"required field missing":  func(a answer, vm map[string]any) answer { delete(vm, "name"); return a },
		"undeclared field":        func(a answer, vm map[string]any) answer { vm["colour"] = "red"; return a },
		"undeclared field inside": func(a answer, vm map[string]any) answer { vm["tags"] = []any{map[string]any{"x": 1}}; return a },
		"wrong type":              func(a answer, vm map[string]any) answer { vm["cpu"] = "two"; return a },
		"wrong format":            func(a answer, vm map[string]any) answer { vm["project_id"] = "production"; return a },
		"unknown state":           func(a answer, vm map[string]any) answer { vm["status"] = "sleeping"; return a },
		"null":                    func(a answer, vm map[string]any) answer { vm["region"] = nil; return a },
		"envelope field missing":  func(a answer, _ map[string]any) answer { delete(a.json, "success"); return a },
		"undeclared at the top":   func(a answer, _ map[string]any) answer { a.json["total"] = 1; return a },
		"undocumented status":     func(a answer, _ map[string]any) answer { a.status = 202; return a },
		"server error":            func(a answer, _ map[string]any) answer { a.status = 500; return a },
		"refusal without message": func(a answer, _ map[string]any) answer { a.status = 409; return a },
		"other content": func(a answer, _ map[string]any) answer {
			a.header = http.Header{"Content-Type": {"text/html"}}
			return a
		},
		"reason that is not known": func(a answer, _ map[string]any) answer { a.status = 404; a.json["reason"] = "bored"; return a },
	} {
		t.Run(name, func(t *testing.T) {
			doctored := b.exchange(good.request(t, o))
			doctored = change(doctored, doctored.json["data"].(map[string]any))
			text, err := json.Marshal(doctored.json)
			if err != nil {
				t.Fatal(err)
			}
			doctored.text = string(text)
			if len(d.answerProblems(t, o, good, doctored)) == 0 {
				t.Error("not noticed")
			}
		})
	}
	for what, m := range map[string]message{
		"undeclared query": c.message(o, params{"id": id, "?x": 1}, nil),
		"malformed id":     c.message(o, params{"id": "x"}, nil),
		"body of a GET":    c.message(o, params{"id": id}, object{"x": 1}),
	} {
		if len(d.requestProblems(t, o, m)) == 0 {
			t.Errorf("not noticed: %s", what)
		}
	}
	create := d.operations["createVM"]
	if len(d.requestProblems(t, create, c.message(create, nil, b.vmRequest("x").with("colour", "red")))) == 0 {
		t.Error("not noticed: undeclared field")
	}
}
