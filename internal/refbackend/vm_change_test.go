package refbackend

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// stop brings a VM to passive.
func (c caller) stop(id string) {
	c.t.Helper()
	c.post("/api/v1/vms/"+id+"/stop", nil).want(200)
	c.get("/api/v1/vms/"+id).expect("data.status", "passive")
}

// Every change takes the states of the service. Wrong state: 409 **decided** (the service's own description only lists 400).
func TestVMPower(t *testing.T) {
	for _, test := range []struct {
		action, from, through, to string
	}{
		{"stop", "active", "finalizing", "passive"},
		{"start", "passive", "booting", "active"},
		{"reboot", "active", "booting", "active"},
		{"reboot-hard", "active", "booting", "active"},
	} {
		t.Run(test.action, func(t *testing.T) {
			b := newBackend(t, quiet())
			c := b.production()
			id := c.makeVM("web")
			path := "/api/v1/vms/" + id
			wrong := []string{"passive", "booting", "failure", "provisioning"}
			if test.from == "passive" {
				wrong[0] = "active"
			}
			m, _ := b.state.VMs.Get(id)
			c.get(path).expect("data.status", "active")
			for _, status := range wrong {
				m.Status = status
				c.post(path+"/"+test.action, nil).want(409, "must be "+test.from, "it is "+status)
			}
			m.Status = test.from
			b.SetPace(PaceRule{Step: time.Second})
			c.post(path+"/"+test.action, nil).want(200).expect("success", true)
			c.get(path).expect("data.status", test.through)
			b.clock.Advance(time.Second)
			c.get(path).expect("data.status", test.to)
		})
	}
}

// Needs the VM `passive`: resize (plan), disk resize (grow only), and restore of a snapshot, which TestSnapshotRestore tests.
// After a plan resize the platform boots the VM.
func TestVMResize(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVM("web", "pricing_id", 3)
	path := "/api/v1/vms/" + id
	c.post(path+"/resize", object{"pricing_id": 4}).want(409, "must be passive")
	c.post(path+"/disk/resize", object{"new_size": 100}).want(409, "must be passive")
	c.stop(id)

	c.post(path+"/disk/resize", object{"new_size": 80}).want(400, "new_size: must be larger")
	c.post(path+"/disk/resize", object{"new_size": 0}).want(400, "new_size: ")
	c.post(path+"/disk/resize", object{"new_size": 100}).want(200).expect("success", true, "id", id)
	c.get(path).expect("data.status", "passive", "data.storage", 80, "data.added_storage", 20, "data.total_storage", 100,
		"data.price_per_hour", "0.052764")

	c.post(path+"/resize", object{"pricing_id": 3}).want(400, "pricing_id: ")
	c.post(path+"/resize", object{"pricing_id": 99}).want(400, "pricing_id: no such plan")
	c.post(path+"/resize", object{"pricing_id": 1}).want(200).expect("id", id)
	c.get(path).expect("data.status", "active", "data.cpu", 1, "data.ram", 1, "data.pricing_id", 1,
		"data.storage", 25, "data.added_storage", 75, "data.total_storage", 100)
	c.stop(id)
	c.post(path+"/resize", object{"pricing_id": 4}).want(200)
	c.get(path).expect("data.storage", 120, "data.added_storage", 0, "data.total_storage", 120)
	b.checkInvariants()
}

// Windows has its own plan family: Windows templates go with `windows` plans only, other templates not with them.
func TestWindowsResizeStaysInTheFamily(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVM("desktop", "template_id", b.templateID("Windows Server Standard", "2022x64"), "pricing_id", 80,
		"ssh_keys", nil, "password", "Correct-Horse-42")
	// The licence is a line of its own (15 USD a month), in no price here.
	c.get("/api/v1/vms/"+id).expect("data.price_per_hour", hourlyText(22.99))
	c.stop(id)
	c.post("/api/v1/vms/"+id+"/resize", object{"pricing_id": 10}).want(400, "pricing_id: Windows Server Standard", "windows plans")
	c.post("/api/v1/vms/"+id+"/resize", object{"pricing_id": 4}).want(400, "pricing_id: Windows")
	c.post("/api/v1/vms/"+id+"/resize", object{"pricing_id": 81}).want(200)

	linux := c.makeVM("web")
	c.stop(linux)
	c.post("/api/v1/vms/"+linux+"/resize", object{"pricing_id": 80}).want(400, "pricing_id: windows plans are for Windows only")
}

// Some need 2 GiB of RAM (Windows 50 GB disk too): create, resize and reinstall refuse what does not suffice.
func TestTemplateNeedsAPlanThatSuffices(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	fedora := b.templateID("Fedora", "44x64")
	c.post("/api/v1/vms", b.vmRequest("small").with("template_id", fedora, "pricing_id", 77)).want(400,
		"pricing_id: Fedora 44x64 needs at least 2 GB RAM")
	id := c.makeVM("web", "template_id", fedora)
	c.stop(id)
	c.post("/api/v1/vms/"+id+"/resize", object{"pricing_id": 1}).want(400, "pricing_id: Fedora 44x64 needs at least 2 GB RAM")
	c.post("/api/v1/vms/"+id+"/resize", object{"pricing_id": 78}).want(200)

	small := c.makeVM("small", "pricing_id", 77)
	c.get("/api/v1/vms/" + small)
	c.post("/api/v1/vms/"+small+"/reinstall", object{"template_id": fedora, "auto_generate_password": true}).want(400,
		"template_id: Fedora 44x64 needs at least 2 GB RAM")
	// The disk counts as it is, not as the plan has it.
	c.stop(id)
	image := c.post("/api/v1/vms/"+id+"/save-image", object{"name": "golden"}).want(201).str("data.id") // of 80 GB
	reinstall := object{"template_id": image, "auto_generate_password": true}
	c.post("/api/v1/vms/"+small+"/reinstall", reinstall).want(400, "template_id: golden", "80 GB storage")
	c.stop(small)
	c.post("/api/v1/vms/"+small+"/disk/resize", object{"new_size": 80}).want(200)
	c.post("/api/v1/vms/"+small+"/reinstall", reinstall).want(200)
}

// A retired template leaves the list while VMs made from it run on, and may still be reinstalled unchanged.
func TestTemplateRetired(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVM("web")
	retired := catalogID("template", "Ubuntu 20.04")
	m, _ := b.state.VMs.Get(id)
	m.Template, m.FirstTemplate = retired, retired
	path := "/api/v1/vms/" + id
	c.get(path).expect("data.template_id", retired, "data.template_name", "Ubuntu", "data.template_version", "20.04x64")
	c.post("/api/v1/vms", b.vmRequest("new").with("template_id", retired)).want(400, "template_id: no such template")
	if slices.Contains(c.get("/api/v1/public/templates").list("data", "id"), retired) {
		t.Error("a retired template is in the list")
	}
	again := object{"template_id": retired, "ssh_keys": []string{testKey}}
	c.post(path+"/reinstall", again).want(200)
	c.get(path)
	c.get(path).expect("data.status", "active", "data.template_id", retired)
	c.post(path+"/factory-reset", nil).want(200)
	c.get(path)
	// Once it has another one, there is no way back but to where it came from.
	c.post(path+"/reinstall", object{"template_id": b.templateID("Ubuntu", "26.04x64"), "ssh_keys": []string{testKey}}).want(200)
	c.get(path)
	c.post(path+"/reinstall", again).want(400, "template_id: no such template")
}

// A plan that has left the catalogue cannot be ordered, and VMs on it show what it has.
func TestPlanRetired(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	c.post("/api/v1/vms", b.vmRequest("web").with("pricing_id", 2)).want(400, "pricing_id: no such plan")
	id := c.makeVM("web")
	m, _ := b.state.VMs.Get(id)
	m.Plan = 2
	c.get("/api/v1/vms/"+id).expect("data.cpu", 1, "data.ram", 2, "data.pricing_id", 2)
}

// Reinstall (new template): wipes the OS disk, deletes the VM's snapshots and backups; addresses, volumes, VPC and tags stay.
// Factory reset: same template as at creation, keeps backups and snapshots.
func TestVMReinstallAndFactoryReset(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVM("web", "skip_vpc", nil, "extra_storage", 10, "tags", []string{"a"})
	path := "/api/v1/vms/" + id
	address := c.get(path).str("data.public_ipv4_address")
	project := b.project("production")
	b.state.Snapshots.Put(1, &snapshot{ID: 1, Project: project, VM: id})
	b.state.Backups.Put("b", &backup{ID: "b", Project: project, VM: id})

	debian := b.templateID("Debian", "13x64")
	for body, field := range map[string]string{
		`{"ssh_keys":["x"]}`:                                                                                         "template_id: required",
		`{"template_id":"` + debian + `"}`:                                                                           "ssh_keys: either",
		`{"template_id":"` + debian + `","password":"short"}`:                                                        "password: ",
		`{"template_id":"` + debian + `","auto_generate_password":"yes"}`:                                            "auto_generate_password: ",
		`{"template_id":"` + unknownUUID + `","auto_generate_password":true}`:                                        "template_id: no such",
		`{"template_id":"` + b.templateID("Windows Server Standard", "2022x64") + `","password":"Correct-Horse-42"}`: "template_id: Windows",
	} {
		c.post(path+"/reinstall", body).want(400, field)
	}
	b.SetPace(PaceRule{Step: time.Second})
	c.post(path+"/reinstall", object{"template_id": debian, "auto_generate_password": true}).want(200)
	c.get(path).expect("data.status", "provisioning")
	c.post(path+"/reinstall", object{"template_id": debian, "ssh_keys": []string{testKey}}).want(409)
	b.clock.Advance(time.Minute)
	c.get(path).expect("data.status", "active", "data.template_name", "Debian", "data.public_ipv4_address", address,
		"data.tags.0.name", "a")
	if b.state.Snapshots.Len() != 0 || b.state.Backups.Len() != 0 || len(b.state.volumesOf(id)) != 1 {
		t.Error("reinstall must delete snapshots and backups, and keep volumes")
	}

	b.state.Snapshots.Put(1, &snapshot{ID: 1, Project: project, VM: id})
	b.state.Backups.Put("b", &backup{ID: "b", Project: project, VM: id})
	c.post(path+"/factory-reset", nil).want(200)
	c.post(path+"/factory-reset", nil).want(409)
	b.clock.Advance(time.Minute)
	c.get(path).expect("data.status", "active", "data.template_name", "Ubuntu")
	if b.state.Snapshots.Len() != 1 || b.state.Backups.Len() != 1 {
		t.Error("factory reset must keep snapshots and backups")
	}
	b.checkInvariants()
}

func TestVMResetPassword(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVM("web")
	c.post("/api/v1/vms/"+id+"/reset-password", nil).want(200).expect("success", true)
	c.post("/api/v1/vms/"+id+"/reset-password", object{}).want(200)
	c.post("/api/v1/vms/"+id+"/reset-password", object{"password": "x"}).want(400, "password: unknown field")
}

// A VM that is on its way takes no new password, and its disk cannot be saved: 409.
func TestVMOnItsWayTakesNoPasswordAndNoImage(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	b.SetPace(PaceRule{Step: time.Second})
	path := vmsPath + "/" + c.makeVM("web")
	c.post(path+"/reset-password", nil).want(409, "must be active or passive")
	c.post(path+"/save-image", object{"name": "golden"}).want(409, "must be active or passive")
}

// A saved disk becomes a template of the account, and of nobody else.
func TestVMSaveImage(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVM("web", "extra_storage", 10)
	path := "/api/v1/vms/" + id + "/save-image"
	for body, field := range map[string]string{
		`{}`:                                          "name: required",
		`{"name":""}`:                                 "name: ",
		`{"name":"x","disk_id":2}`:                    "disk_id: ",
		`{"name":"x","disk_id":-1}`:                   "disk_id: ",
		`{"name":"x","snapshot_id":5}`:                "snapshot_id: ",
		`{"name":"x","snapshot_id":"5"}`:              "snapshot_id: ",
		`{"name":"` + strings.Repeat("x", 129) + `"}`: "name: ",
	} {
		c.post(path, body).want(400, field)
	}
	image := c.post(path, object{"name": "golden", "description": "ours"}).want(201).expect(
		"data.name", "golden", "data.description", "ours", "data.is_windows", false, "data.region", "us-east")
	c.post(path, object{"name": "data", "disk_id": 1}).want(201)
	c.makeVM("copy", "template_id", image.str("data.id"))

	const templates = "/api/v1/public/templates"
	anonymous := caller{backend: b}
	if slices.Contains(anonymous.get(templates).list("data", "name"), "golden") {
		t.Error("the image shows without a key")
	}
	if !slices.Contains(c.get(templates).list("data", "name"), "golden") {
		t.Error("the image does not show with a key")
	}
	// The image needs as much disk as the VM had.
	c.post("/api/v1/vms", b.vmRequest("tiny").with("template_id", image.str("data.id"), "pricing_id", 1)).want(400, "50 GB")
}

// Tags: at most 20 per VM, name 1–64, id and priority; lower priorities come first.
func TestVMTags(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVM("web", "tags", []string{"first"})
	path := "/api/v1/vms/" + id + "/tags"
	answer := c.post(path, object{"name": "urgent", "priority": -1}).want(200).expect(
		"success", true, "tags.0.name", "urgent", "tags.0.priority", -1, "tags.1.name", "first")
	urgent := answer.str("tags.0.id")
	c.patch(path+"/"+urgent, object{"priority": 5}).want(200).expect("tags.1.name", "urgent", "tags.1.priority", 5)
	c.patch(path+"/"+urgent, object{"name": "later"}).want(200).expect("tags.1.name", "later", "tags.1.id", urgent)
	c.patch(path+"/"+urgent, object{}).want(400, "at least one of name, priority")
	c.patch(path+"/"+unknownUUID, object{"name": "x"}).want(404, "tag not found")
	c.patch(path+"/nonsense", object{"name": "x"}).want(400, "tagId: must be a UUID")
	c.post(path, object{"name": ""}).want(400, "name: ")
	c.post(path, object{"name": "x", "priority": "high"}).want(400, "priority: ")
	c.delete(path+"/"+urgent, nil).want(200).expect("tags.0.name", "first", "tags.1", nil)
	c.delete(path+"/"+urgent, nil).want(404)
	for range 19 {
		c.post(path, object{"name": "more"}).want(200)
	}
	c.post(path, object{"name": "one too many"}).want(400, "at most 20")
	b.checkInvariants()
}

// **Backups when their VM is deleted** **decided**: the backend keeps them by default and deletes them with a setting. The
// other VMs keep theirs in any case.
func TestBackupsOfADeletedVM(t *testing.T) {
	for _, gone := range []bool{false, true} {
		o := quiet()
		o.BackupsGoWithVM = gone
		b := newBackend(t, o)
		c := b.production()
		other := c.makeBackup(c.makeVM("other"))
		id := c.makeVM("web", "backup_type", "daily")
		made := c.makeBackup(id)
		c.makeBackup(id)
		c.delete("/api/v1/vms/"+id, nil).want(200)
		c.get("/api/v1/vms/" + id).want(404)
		if gone {
			c.get(backupsPath + "/" + made).want(404)
			c.get(backupsPath).expect("total", 1, "data.0.id", other)
		} else {
			c.get(backupsPath+"/"+made).want(200).expect("data.status", "ready", "data.product_vm", id)
			c.get(backupsPath).expect("total", 3)
		}
		b.checkInvariants()
	}
}

// **VM snapshots at factory reset**: the same rule. They stay by default and go with a setting; backups stay.
func TestSnapshotsAtFactoryReset(t *testing.T) {
	for _, gone := range []bool{false, true} {
		o := quiet()
		o.SnapshotsGoAtReset = gone
		b := newBackend(t, o)
		c := b.production()
		id := c.makeVM("web")
		c.makeSnapshot(id)
		c.makeBackup(id)
		c.post("/api/v1/vms/"+id+"/factory-reset", nil).want(200)
		c.get(snapshotsPath).expect("total", map[bool]int{false: 1, true: 0}[gone])
		c.get(backupsPath).expect("total", 1)
		b.checkInvariants()
	}
}
