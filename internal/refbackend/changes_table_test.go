package refbackend

import (
	"fmt"
	"net/http"
)

// changeRow is how an operation that changes something is carried out well.
type changeRow struct {
	status int // of the success, as the API has it
	// ready makes what the operation needs in production, and returns what goes into the path after the prefix of the API,
	// and the body. What it makes has names of its own.
	ready func(c caller) (path string, body any)
	// touches tells that the time of the last change of the object in the path moves.
	touches bool
	// secret is where the answer has a secret; "" for nowhere.
	secret string
}

// testPassword is one that a VM takes. It is shown nowhere.
const testPassword = "Correct-Horse-42"

// runningVM makes a VM that is active.
func (c caller) runningVM(name string, changes ...any) string {
	c.t.Helper()
	id := c.makeVM(name, changes...)
	c.get(vmsPath+"/"+id).want(200).expect("data.status", "active")
	return id
}

// stoppedVM makes a VM that is passive.
func (c caller) stoppedVM(name string) string {
	c.t.Helper()
	id := c.runningVM(name)
	c.stop(id)
	return id
}

// vmChange is a change of a VM that runs.
func vmChange(touches bool, path string, body any) changeRow {
	return changeRow{status: 200, touches: touches, ready: func(c caller) (string, any) { return "/vms/" + c.runningVM("mine") + path, body }}
}

// stoppedChange is a change of a VM that is powered off.
func stoppedChange(path string, body any) changeRow {
	return changeRow{status: 200, touches: true, ready: func(c caller) (string, any) { return "/vms/" + c.stoppedVM("mine") + path, body }}
}

// fixed is a request that needs nothing made before.
func fixed(status int, path string, body any) changeRow {
	return changeRow{status: status, ready: func(caller) (string, any) { return path, body }}
}

// on is a change of something that is made before.
func on(status int, touches bool, path func(c caller) string, body any) changeRow {
	return changeRow{status: status, touches: touches, ready: func(c caller) (string, any) { return path(c), body }}
}

// noted makes a VM with a note of the account.
func (c caller) noted() string {
	c.t.Helper()
	id := c.runningVM("noted")
	c.put(vmsPath+"/"+id+"/notes/account", object{"content": "one"}).want(200)
	return "/vms/" + id + "/notes/account"
}

// tagged makes a VM with a tag.
func (c caller) tagged() string {
	c.t.Helper()
	id := c.runningVM("tagged", "tags", []string{"one"})
	return "/vms/" + id + "/tags/" + c.get(vmsPath+"/"+id).str("data.tags.0.id")
}

// inVPC makes a VM with a public interface, 0, and one in a VPC, 1.
func (c caller) inVPC() string {
	c.t.Helper()
	return "/vms/" + c.runningVM("networked", "skip_vpc", nil, "vpc_id", c.makeVPC("net-of-vm", "10.1.0.0/24"))
}

// guarded makes a VM with a security group on its interface 0.
func (c caller) guarded() string {
	c.t.Helper()
	id, group := c.runningVM("guarded"), c.makeGroup("group-of-vm")
	c.post(vmsPath+"/"+id+"/security-groups", object{"security_group_id": group, "nic_id": 0}).want(200)
	return "/vms/" + id + "/security-groups/" + group + "/0"
}

// attachedVolume makes a volume that is attached to a VM.
func (c caller) attachedVolume() string {
	c.t.Helper()
	id := c.makeVolume("attached", "vm_id", c.runningVM("with-volume"))
	c.get(volumesPath+"/"+id).expect("data.status", "attached")
	return "/volumes/" + id
}

func (c caller) readyBackup() string {
	c.t.Helper()
	id := c.makeBackup(c.runningVM("with-backup"))
	c.get(backupsPath+"/"+id).expect("data.status", "ready")
	return "/backups/" + id
}

func (c caller) granted() string {
	c.t.Helper()
	_, key := c.makeKey("granted")
	path := "/projects/" + c.header + "/members"
	return path + "/" + c.post(apiPath+path, object{"api_key_id": key, "role_id": c.systemRole("viewer")}).want(201).str("data.id")
}

const apiPath = "/api/v1"

// numberOf is an integer id as a body has it.
func numberOf(id string) int {
	var n int
	_, _ = fmt.Sscan(id, &n)
	return n
}

func changeRows() map[string]changeRow {
	rows := map[string]changeRow{}
	for _, part := range []map[string]changeRow{vmChanges, networkChanges, storageChanges, accountChanges} {
		for id, row := range part {
			rows[id] = row
		}
	}
	return rows
}

var vmChanges = map[string]changeRow{
	"createVM": {status: 201, ready: func(c caller) (string, any) {
		return "/vms", c.vmRequest("mine").with("skip_vpc", nil, "vpc_id", c.makeVPC("mine", "10.0.0.0/24"), "password", testPassword)
	}},
	"deleteVM": vmChange(true, "", nil),
	"deleteVMsBulk": {status: 200, ready: func(c caller) (string, any) {
		return "/vms/bulk", object{"ids": []string{c.runningVM("mine")}}
	}},
	"renameVM":           vmChange(true, "/rename", object{"name": "renamed"}),
	"setVMConsolePolicy": vmChange(true, "/console-policy", object{"console_require_mfa": true}),
	"startVM":            stoppedChange("/start", nil),
	"stopVM":             vmChange(true, "/stop", nil),
	"rebootVM":           vmChange(true, "/reboot", nil),
	"hardRebootVM":       vmChange(true, "/reboot-hard", nil),
	"resizeVM":           stoppedChange("/resize", object{"pricing_id": 10}),
	"resizeVMDisk":       stoppedChange("/disk/resize", object{"new_size": 200}),
	"factoryResetVM":     vmChange(true, "/factory-reset", nil),
	"resetVMPassword":    vmChange(true, "/reset-password", nil),
	"reinstallVM": {status: 200, touches: true, ready: func(c caller) (string, any) {
		return "/vms/" + c.runningVM("mine") + "/reinstall", object{
			"template_id": c.templateID("Debian", "13x64"), "ssh_keys": []string{testKey}, "password": testPassword,
		}
	}},
	"saveVMDiskAsImage": {status: 201, ready: func(c caller) (string, any) {
		id := c.runningVM("mine")
		snapshot := c.makeSnapshot(id)
		c.get(vmsPath + "/" + id).want(200)
		return "/vms/" + id + "/save-image", object{"name": "golden", "snapshot_id": numberOf(snapshot)}
	}},
	"addVMTag":     vmChange(true, "/tags", object{"name": "two", "priority": 1}),
	"updateVMTag":  on(200, true, caller.tagged, object{"priority": 3}),
	"removeVMTag":  on(200, true, caller.tagged, nil),
	"upsertVMNote": vmChange(false, "/notes/account", object{"content": "one"}),
	"updateVMNote": on(200, false, caller.noted, object{"content": "two"}),
	"appendVMNote": on(200, false, func(c caller) string { return c.noted() + "/append" }, object{"content": "two"}),
}

var networkChanges = map[string]changeRow{
	"attachVMToVPC": {status: 200, touches: true, ready: func(c caller) (string, any) {
		return "/vms/" + c.runningVM("mine") + "/vpc", object{"vpc_id": c.makeVPC("mine", "10.0.0.0/24")}
	}},
	"detachVMFromVPC": on(200, true, func(c caller) string { return c.inVPC() + "/vpc/1" }, nil),
	"attachVMIP": {status: 200, touches: true, ready: func(c caller) (string, any) {
		return "/vms/" + c.runningVM("mine") + "/ip", object{"ip_id": c.reserve(familyIPv6), "security_groups": []string{c.makeGroup("mine")}}
	}},
	"detachVMIP": on(200, true, func(c caller) string { return c.inVPC() + "/ip/0" }, nil),
	"attachVMSecurityGroup": {status: 200, touches: true, ready: func(c caller) (string, any) {
		return "/vms/" + c.runningVM("mine") + "/security-groups", object{"security_group_id": c.makeGroup("mine"), "nic_id": 0}
	}},
	"detachVMSecurityGroup": on(200, true, caller.guarded, nil),

	"createVPC": fixed(201, "/vpcs", object{"name": "mine", "cidr": "10.0.0.0/24"}),
	"updateVPC": on(200, true, func(c caller) string { return "/vpcs/" + c.makeVPC("mine", "10.0.0.0/24") }, object{"name": "renamed"}),
	"deleteVPC": on(200, false, func(c caller) string { return "/vpcs/" + c.makeVPC("mine", "10.0.0.0/24") }, nil),

	"reserveIP": fixed(201, "/ips/reserve", object{"type": "IPv4"}),
	"changeIP":  on(200, false, func(c caller) string { return "/ips/" + c.reserve(familyIPv4) + "/change" }, nil),
	"releaseIP": on(200, false, func(c caller) string { return "/ips/" + c.reserve(familyIPv4) + "/reserve" }, nil),

	"createSecurityGroup": fixed(201, "/security-groups", object{"name": "mine", "template_id": "web-server"}),
	"updateSecurityGroup": on(200, true, func(c caller) string { return "/security-groups/" + c.makeGroup("mine") }, object{"rules": []object{}}),
	"deleteSecurityGroup": on(200, false, func(c caller) string { return "/security-groups/" + c.makeGroup("mine") }, nil),
}

var storageChanges = map[string]changeRow{
	"createVolume": {status: 202, ready: func(c caller) (string, any) {
		return "/volumes", volumeRequest("mine").with("vm_id", c.runningVM("mine"))
	}},
	"deleteVolume": on(200, true, func(c caller) string { return "/volumes/" + c.makeReadyVolume("mine") }, nil),
	"resizeVolume": on(200, true, func(c caller) string { return "/volumes/" + c.makeReadyVolume("mine") }, object{"new_size": 20}),
	"attachVolume": {status: 200, touches: true, ready: func(c caller) (string, any) {
		return "/volumes/" + c.makeReadyVolume("mine") + "/attach", object{"vm_id": c.runningVM("mine")}
	}},
	"detachVolume": on(200, true, func(c caller) string { return c.attachedVolume() + "/detach" }, nil),

	"createSnapshot": {status: 201, ready: func(c caller) (string, any) {
		return "/snapshots", object{"resource_type": "vm", "resource_id": c.runningVM("mine"), "name": "mine"}
	}},
	"deleteSnapshot":  on(200, false, caller.volumeSnapshot, nil),
	"renameSnapshot":  on(200, false, func(c caller) string { return c.volumeSnapshot() + "/rename" }, object{"name": "renamed"}),
	"restoreSnapshot": on(200, false, func(c caller) string { return c.volumeSnapshot() + "/restore" }, nil),

	"createBackup": {status: 202, ready: func(c caller) (string, any) {
		return "/backups", object{"vm_id": c.runningVM("mine"), "name": "mine"}
	}},
	"deleteBackup":      on(200, false, caller.readyBackup, nil),
	"deleteBackupChain": on(200, false, func(c caller) string { return c.readyBackup() + "/chain" }, nil),
	"restoreBackup":     on(202, false, func(c caller) string { return c.readyBackup() + "/restore" }, nil),
	"resetBackupChain":  on(202, false, func(c caller) string { return "/vms/" + c.runningVM("mine") + "/backups/reset-chain" }, nil),

	"createBackupSchedule": {status: 201, ready: func(c caller) (string, any) { return "/backup-schedules", daily(c.runningVM("mine")) }},
	"updateBackupSchedule": on(200, false, caller.scheduled, object{"keep_count": 5}),
	"deleteBackupSchedule": on(200, false, caller.scheduled, nil),
}

func (c caller) volumeSnapshot() string {
	c.t.Helper()
	return "/snapshots/" + c.makeVolumeSnapshot(c.makeReadyVolume("source"))
}

func (c caller) scheduled() string {
	c.t.Helper()
	return "/backup-schedules/" + c.makeSchedule(c.runningVM("scheduled"))
}

var accountChanges = map[string]changeRow{
	"createProject": fixed(201, "/projects", object{"name": "mine"}),
	"updateProject": on(200, true, caller.project2, object{"name": "renamed"}),
	"deleteProject": on(200, false, caller.project2, nil),

	"createSSHKey": fixed(201, "/ssh-keys", object{"name": "mine", "public_key": testKey}),
	"updateSSHKey": on(200, true, func(c caller) string { return "/ssh-keys/" + c.makeSSHKey("mine") }, object{"name": "renamed"}),
	"deleteSSHKey": on(200, false, func(c caller) string { return "/ssh-keys/" + c.makeSSHKey("mine") }, nil),

	"addMember": {status: 201, ready: func(c caller) (string, any) {
		return "/members", object{"email": "mine@example.com", "role_id": c.systemRole("member")}
	}},
	"updateMember": {status: 200, touches: true, ready: func(c caller) (string, any) { return c.member(), object{"role_id": c.systemRole("billing")} }},
	"removeMember": on(200, false, caller.member, nil),

	"addProjectMember": {status: 201, ready: func(c caller) (string, any) {
		_, key := c.makeKey("mine")
		return "/projects/" + c.header + "/members", object{"api_key_id": key, "role_id": c.systemRole("viewer")}
	}},
	"updateProjectMember": {status: 200, ready: func(c caller) (string, any) { return c.granted(), object{"role_id": c.systemRole("operator")} }},
	"removeProjectMember": on(200, false, caller.granted, nil),

	"createRole": fixed(201, "/roles", roleRequest("mine")),
	"updateRole": on(200, true, func(c caller) string { return "/roles/" + c.makeRole("mine", scopeProject, "vm.view") }, object{"description": "x"}),
	"deleteRole": on(200, false, func(c caller) string { return "/roles/" + c.makeRole("mine", scopeProject, "vm.view") }, nil),

	"createApiKey":     {status: 201, secret: "data.secret", ready: func(caller) (string, any) { return "/api-keys", object{"name": "mine"} }},
	"updateApiKey":     on(200, false, caller.otherKey, object{"name": "renamed"}),
	"revokeApiKey":     on(200, false, caller.otherKey, nil),
	"regenerateApiKey": {status: 200, secret: "data.secret", ready: func(c caller) (string, any) { return c.otherKey() + "/regenerate", nil }},

	"createAccountInvitation": {status: 201, ready: func(c caller) (string, any) {
		return "/invitations", object{"email": "mine@example.com", "role_id": c.systemRole("member")}
	}},
	"createProjectInvitation": {status: 201, ready: func(c caller) (string, any) {
		return "/projects/" + c.header + "/invitations", object{"email": "mine@example.com", "role_id": c.systemRole("viewer")}
	}},
	"cancelInvitation": on(200, false, func(c caller) string {
		_, id := c.inviteMember("mine@example.com", "member")
		return "/invitations/" + id
	}, nil),
}

func (c caller) project2() string {
	c.t.Helper()
	return "/projects/" + c.post(projectsPath, object{"name": "mine"}).want(http.StatusCreated).str("data.id")
}

func (c caller) member() string {
	c.t.Helper()
	id, _ := c.inviteMember("mine@example.com", "member")
	return "/members/" + id
}

func (c caller) otherKey() string {
	c.t.Helper()
	_, id := c.makeKey("mine")
	return "/api-keys/" + id
}
