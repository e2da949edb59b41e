package refbackend

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// roamer does what comes to mind, to whatever it finds, its own or somebody else's.
type roamer struct {
	caller
	r        *rand.Rand
	name     string
	template string
	made     int
}

// fresh is a name that nobody else uses.
func (w *roamer) fresh() string {
	w.made++
	return fmt.Sprintf("%s-%d", w.name, w.made)
}

// any returns the id of some object of a list, or one that nothing has.
func (w *roamer) any(path string) string {
	items, _ := w.get(path).at("data").([]any)
	if len(items) == 0 {
		return unknownUUID
	}
	return fmt.Sprint(items[w.r.IntN(len(items))].(map[string]any)["id"])
}

// account is the Owner, for what the account has.
func (w *roamer) account() *roamer {
	as := *w
	as.caller = w.owner("")
	return &as
}

// idOf returns the id in an answer, or one that nothing has.
func idOf(a answer, path string) any {
	if id := a.at(path); id != nil {
		return id
	}
	return unknownUUID
}

func (w *roamer) step() {
	steps := slices.Concat(vmSteps, networkSteps, storageSteps, accountSteps)
	steps[w.r.IntN(len(steps))](w)
}

func (w *roamer) vm() string { return "/api/v1/vms/" + w.any(vmsPath+"?limit=100") }

// settledVM is a VM that is not in the middle of something, if there is one.
func (w *roamer) settledVM(status string) string {
	return "/api/v1/vms/" + w.any(vmsPath+"?limit=100&status="+status)
}

// newVM makes a VM and waits until it runs.
func (w *roamer) newVM() string {
	id := fmt.Sprint(idOf(w.post(vmsPath, object{
		"name": w.fresh(), "template_id": w.template, "pricing_id": 9, "region": "us-east", "ssh_keys": []string{testKey},
		"skip_vpc": true, "backup_type": []string{"none", "daily"}[w.r.IntN(2)],
	}), "data.id"))
	w.await("/api/v1/vms/"+id, "active")
	return id
}

// await waits until an object has a status, or is no more: others may have changed it.
func (w *roamer) await(path, status string) {
	for range 200 {
		if a := w.get(path); a.status != 200 || a.at("data.status") == status {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

var vmSteps = []func(*roamer){
	func(w *roamer) { w.newVM() },
	func(w *roamer) { w.delete(w.vm(), object{"volume_action": "delete"}) },
	func(w *roamer) { w.delete(w.vm(), object{"volume_action": "detach", "delete_vpc": false}) },
	func(w *roamer) {
		w.delete(vmsPath+"/bulk", object{"ids": []string{w.any(vmsPath + "?limit=100"), unknownUUID}})
	},
	func(w *roamer) { w.post(w.settledVM("active")+"/stop", nil) },
	func(w *roamer) { w.post(w.settledVM("passive")+"/start", nil) },
	func(w *roamer) { w.post(w.settledVM("active")+"/reboot", nil) },
	func(w *roamer) { w.post(w.settledVM("active")+"/reboot-hard", nil) },
	func(w *roamer) { w.post(w.settledVM("active")+"/reset-password", nil) },
	func(w *roamer) { w.post(w.settledVM("passive")+"/resize", object{"pricing_id": anyPlan(w.r)}) },
	func(w *roamer) {
		w.post(w.settledVM("passive")+"/disk/resize", object{"new_size": 100 + w.r.IntN(200)})
	},
	func(w *roamer) { w.post(w.settledVM("active")+"/factory-reset", nil) },
	func(w *roamer) {
		w.post(w.settledVM("active")+"/reinstall", object{"template_id": w.template, "auto_generate_password": true})
	},
	func(w *roamer) { w.post(w.settledVM("passive")+"/save-image", object{"name": w.fresh()}) },
	func(w *roamer) { w.patch(w.vm()+"/rename", object{"name": w.fresh()}) },
	func(w *roamer) { w.patch(w.vm()+"/console-policy", object{"console_require_mfa": w.r.IntN(2) == 0}) },
	func(w *roamer) {
		vm := w.vm()
		tag := idOf(w.post(vm+"/tags", object{"name": w.fresh()}), "tags.0.id")
		w.patch(fmt.Sprintf("%s/tags/%v", vm, tag), object{"priority": w.r.IntN(9)})
		w.delete(fmt.Sprintf("%s/tags/%v", vm, tag), nil)
	},
	func(w *roamer) {
		note := w.vm() + "/notes/" + noteTypes[w.r.IntN(2)]
		w.put(note, object{"content": "x"})
		w.patch(note, object{"content": "y"})
		w.post(note+"/append", object{"content": "z"})
	},
}

var networkSteps = []func(*roamer){
	func(w *roamer) {
		w.post(vpcsPath, object{"name": w.fresh(), "cidr": fmt.Sprintf("10.%d.%d.0/26", w.r.IntN(256), w.r.IntN(256))})
	},
	func(w *roamer) { w.put(vpcsPath+"/"+w.any(vpcsPath), object{"name": w.fresh()}) },
	func(w *roamer) { w.delete(vpcsPath+"/"+w.any(vpcsPath), nil) },
	func(w *roamer) { w.post(w.vm()+"/vpc", object{"vpc_id": w.any(vpcsPath)}) },
	func(w *roamer) {
		vm, network := w.vm(), w.any(vpcsPath)
		w.post(vm+"/vpc", object{"vpc_id": network})
		w.delete(fmt.Sprintf("%s/vpc/%d", vm, w.r.IntN(3)), nil)
	},
	func(w *roamer) {
		w.post(ipsPath+"/reserve", object{"type": []string{familyIPv4, familyIPv6}[w.r.IntN(2)]})
	},
	func(w *roamer) { w.post(ipsPath+"/"+w.any(ipsPath+"?reserved=true&status=free")+"/change", nil) },
	func(w *roamer) { w.delete(ipsPath+"/"+w.any(ipsPath+"?reserved=true&status=free")+"/reserve", nil) },
	func(w *roamer) { w.post(w.vm()+"/ip", object{"ip_id": w.any(ipsPath + "?reserved=true&status=free")}) },
	func(w *roamer) {
		vm := w.settledVM("active")
		nic := idOf(w.post(vm+"/ip", object{"ip_id": idOf(w.post(ipsPath+"/reserve", nil), "data.id")}), "data.nic_id")
		w.post(vm+"/ip", object{"ip_id": w.any(ipsPath + "?reserved=true&status=free")})
		w.delete(fmt.Sprintf("%s/ip/%v", vm, []any{0, nic}[w.r.IntN(2)]), nil)
	},
	func(w *roamer) {
		vm := w.settledVM("active")
		nic := idOf(w.post(vm+"/ip", object{"type": familyIPv6, "security_groups": []string{w.any(groupsPath)}}), "data.nic_id")
		w.delete(fmt.Sprintf("%s/ip/%v", vm, nic), nil)
	},
	func(w *roamer) {
		rules := []object{{"protocol": "TCP", "rule_type": "INBOUND", "range": "22"}}
		w.post(groupsPath, object{"name": w.fresh(), "rules": rules})
	},
	func(w *roamer) { w.put(groupsPath+"/"+w.any(groupsPath), object{"rules": []object{}}) },
	func(w *roamer) { w.delete(groupsPath+"/"+w.any(groupsPath), nil) },
	func(w *roamer) {
		vm, group := w.settledVM("active"), w.any(groupsPath)
		w.post(vm+"/security-groups", object{"security_group_id": group, "nic_id": 0})
		w.delete(vm+"/security-groups/"+group+"/0", nil)
	},
}

var storageSteps = []func(*roamer){
	func(w *roamer) {
		w.post(volumesPath, object{"name": w.fresh(), "size": 10 + w.r.IntN(20), "volume_type": "nvme"})
	},
	func(w *roamer) { w.patch(volumesPath+"/"+w.any(volumesPath), object{"new_size": 40 + w.r.IntN(100)}) },
	func(w *roamer) {
		w.post(volumesPath+"/"+w.any(volumesPath)+"/attach", object{"vm_id": w.any(vmsPath + "?status=active")})
	},
	func(w *roamer) { w.post(volumesPath+"/"+w.any(volumesPath)+"/detach", nil) },
	func(w *roamer) { w.delete(volumesPath+"/"+w.any(volumesPath), nil) },
	func(w *roamer) {
		w.post(snapshotsPath, object{"resource_type": "vm", "resource_id": w.any(vmsPath + "?status=active"), "name": w.fresh()})
	},
	func(w *roamer) {
		var volume int
		_, _ = fmt.Sscan(w.any(volumesPath), &volume)
		w.post(snapshotsPath, object{"resource_type": "volume", "volume_id": volume, "name": w.fresh()})
	},
	func(w *roamer) { w.post(snapshotsPath+"/"+w.any(snapshotsPath)+"/restore", nil) },
	func(w *roamer) { w.patch(snapshotsPath+"/"+w.any(snapshotsPath)+"/rename", object{"name": w.fresh()}) },
	func(w *roamer) { w.delete(snapshotsPath+"/"+w.any(snapshotsPath), nil) },
	func(w *roamer) {
		vm := w.newVM()
		b := idOf(w.post(backupsPath, object{"vm_id": vm, "name": w.fresh()}), "data.id")
		w.await(fmt.Sprintf("%s/%v", backupsPath, b), backupReady)
		switch path := fmt.Sprintf("%s/%v", backupsPath, b); w.r.IntN(3) {
		case 0:
			w.post(path+"/restore", nil)
		case 1:
			w.delete(path, nil)
		case 2:
			w.delete(path+"/chain", nil)
		}
	},
	func(w *roamer) { w.post(w.vm()+"/backups/reset-chain", nil) },
	func(w *roamer) {
		w.post(schedulesPath, object{"vm_id": w.any(vmsPath + "?limit=100"), "type": "daily", "time": "8am", "keep_count": 2 + w.r.IntN(3)})
	},
	func(w *roamer) {
		w.patch(schedulesPath+"/"+w.any(schedulesPath), object{"keep_count": 2 + w.r.IntN(5)})
	},
	func(w *roamer) { w.delete(schedulesPath+"/"+w.any(schedulesPath), nil) },
}

var accountSteps = []func(*roamer){
	func(w *roamer) {
		w = w.account()
		id := fmt.Sprint(idOf(w.post(projectsPath, object{"name": w.fresh()}), "data.id"))
		w.put(projectsPath+"/"+id, object{"name": w.fresh() + "-renamed"})
		w.in(id).post(vpcsPath, object{"name": w.fresh() + "-net", "cidr": fmt.Sprintf("172.%d.%d.0/26", 16+w.r.IntN(16), w.r.IntN(256))})
		w.delete(projectsPath+"/"+id, nil)
		w.in(id).delete(vpcsPath+"/"+fmt.Sprint(idOf(w.in(id).get(vpcsPath), "data.0.id")), nil)
		w.delete(projectsPath+"/"+id, nil)
	},
	func(w *roamer) {
		w = w.account()
		id := fmt.Sprint(idOf(w.post(sshKeysPath, object{"name": w.fresh(), "public_key": testKey}), "data.id"))
		w.put(sshKeysPath+"/"+id, object{"name": w.fresh()})
		w.delete(sshKeysPath+"/"+w.any(sshKeysPath), nil)
	},
	func(w *roamer) {
		w = w.account()
		name, scope := w.fresh(), []string{scopeAccount, scopeProject}[w.r.IntN(2)]
		permission := map[string]string{scopeAccount: "account.projects.view", scopeProject: "vm.view"}[scope]
		id := fmt.Sprint(idOf(w.post(rolesPath, object{"name": name, "slug": name, "scope": scope, "permissions": []string{permission}}), "data.id"))
		w.patch(rolesPath+"/"+id, object{"description": "x"})
		w.delete(rolesPath+"/"+w.any(rolesPath+"?limit=100&offset=8"), nil)
	},
	func(w *roamer) {
		w = w.account()
		role := w.any(rolesPath + "?scope=project&limit=100")
		key := fmt.Sprint(idOf(w.post(apiKeysPath, object{"name": w.fresh()}), "data.id"))
		w.patch(apiKeysPath+"/"+key, object{"name": w.fresh()})
		w.post(apiKeysPath+"/"+key+"/regenerate", nil)
		members := projectsPath + "/" + w.project("staging") + "/members"
		member := fmt.Sprint(idOf(w.post(members, object{"api_key_id": key, "role_id": role}), "data.id"))
		w.patch(members+"/"+member, object{"status": "suspended"})
		if w.r.IntN(2) == 0 {
			w.delete(members+"/"+member, nil)
		}
		w.delete(apiKeysPath+"/"+key, nil)
	},
	func(w *roamer) {
		w = w.account()
		role := w.any(rolesPath + "?scope=account&limit=100")
		id := fmt.Sprint(idOf(w.post(membersPath, object{"email": w.fresh() + "@example.com", "role_id": role}), "data.id"))
		w.patch(membersPath+"/"+id, object{"role_id": w.any(rolesPath + "?scope=account&limit=100")})
		w.delete(membersPath+"/"+id, nil)
	},
	func(w *roamer) {
		w = w.account()
		account, project := w.any(rolesPath+"?scope=account"), w.any(rolesPath+"?scope=project")
		id := fmt.Sprint(idOf(w.post(invitationsPath, object{"email": w.fresh() + "@example.com", "role_id": account}), "data.id"))
		w.delete(invitationsPath+"/"+id, nil)
		w.post(projectsPath+"/"+w.project("staging")+"/invitations", object{"email": w.fresh() + "@example.com", "role_id": project})
	},
}
