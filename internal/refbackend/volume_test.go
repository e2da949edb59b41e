package refbackend

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

const volumesPath = "/api/v1/volumes"

// volumeRequest is a volume of 10 GiB.
func volumeRequest(name string) object {
	return object{"name": name, "size": 10, "volume_type": "nvme"}
}

// makeVolume creates a volume and returns its id; it is available at the next request.
func (c caller) makeVolume(name string, changes ...any) string {
	c.t.Helper()
	return c.post(volumesPath, volumeRequest(name).with(changes...)).want(202).str("data.id")
}

// vmIn makes a VM and brings it into a state.
func (c caller) vmIn(name, status string) string {
	c.t.Helper()
	id := c.makeVM(name)
	c.get("/api/v1/vms/"+id).expect("data.status", "active")
	m, _ := c.state.VMs.Get(id)
	m.Status = status
	return id
}

// `creating → available → attached`, `deleting`, `failed`: the states of a volume, at a second each.
func TestVolumeStates(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	b.SetPace(PaceRule{Step: time.Second})
	id := c.post(volumesPath, volumeRequest("data")).want(202).expect(
		"success", true, "data.status", "creating", "data.name", "data", "data.size", 10, "data.volume_type", "nvme",
		"data.region", "us-east", "data.product_vm", nil, "data.project_id", b.project("production"),
		"data.account_id", b.state.AccountID, "data.price_per_hour", "0.000694").str("data.id")
	path := volumesPath + "/" + id
	shows := func(status string, vm any) {
		t.Helper()
		c.get(path).want(200).expect("data.status", status, "data.product_vm", vm)
		b.checkInvariants()
	}
	shows("creating", nil)
	c.post(path+"/attach", object{"vm_id": vm}).want(409, "must be available, it is creating")
	c.patch(path, object{"new_size": 20}).want(409, "must be available or attached, it is creating")
	c.delete(path, nil).want(409, "must be available or failed, it is creating")
	b.clock.Advance(time.Second)
	shows("available", nil)

	c.post(path+"/attach", object{"vm_id": vm}).want(200).expect("data.status", "available", "data.product_vm", vm)
	c.post(path+"/attach", object{"vm_id": vm}).want(409, "attached to VM "+vm)
	c.delete(path, nil).want(409, "detach it first")
	b.clock.Advance(time.Second)
	shows("attached", vm)

	c.post(path+"/detach", nil).want(200).expect("data.status", "attached")
	b.clock.Advance(time.Second)
	shows("available", nil)
	c.post(path+"/detach", nil).want(409, "must be attached, it is available")

	c.delete(path, nil).want(200).expect("success", true)
	shows("deleting", nil)
	c.delete(path, nil).want(409, "it is deleting")
	b.clock.Advance(time.Second)
	c.get(path).want(404, "volume not found")
	c.delete(path, nil).want(404)
}

// A change that goes wrong leaves a failed volume, which is attached to nothing and can be deleted.
func TestVolumeFails(t *testing.T) {
	for name, rule := range map[string]PaceRule{
		"create":          {Flow: "volume.create", FailAt: "available"},
		"create attached": {Flow: "volume.create", FailAt: "attached"},
		"attach":          {Flow: "volume.attach", FailAt: "attached"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t, Options{Seed: 1, NoRateLimit: true, Pace: []PaceRule{rule}})
			c := b.production()
			vm := c.makeVM("web")
			c.get("/api/v1/vms/" + vm)
			var id string
			if name == "create attached" {
				id = c.makeVolume("data", "vm_id", vm)
			} else {
				id = c.makeVolume("data")
			}
			if name == "attach" {
				c.get(volumesPath+"/"+id).expect("data.status", "available")
				c.post(volumesPath+"/"+id+"/attach", object{"vm_id": vm}).want(200)
			}
			c.get(volumesPath+"/"+id).expect("data.status", "failed", "data.product_vm", nil)
			b.checkInvariants()
			c.delete(volumesPath+"/"+id, nil).want(200)
			c.get(volumesPath + "/" + id).want(404)
		})
	}
}

// Size 10–1000 GiB in the vendor's limits, 1 and up in the schema; and the other fields of a create.
func TestVolumeCreateRefusals(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	elsewhere := b.owner("staging").makeVM("elsewhere")
	stopped := c.vmIn("stopped", "passive")
	booting := c.vmIn("booting", "booting")
	abroad := c.vmIn("abroad", "active")
	m, _ := b.state.VMs.Get(abroad)
	m.Region = "elsewhere"
	ok := volumeRequest("data")
	for _, test := range []struct {
		name   string
		body   any
		status int
		text   string
	}{
		{"no name", ok.with("name", nil), 400, "name: required"},
		{"empty name", ok.with("name", ""), 400, "name: "},
		{"long name", ok.with("name", strings.Repeat("x", 65)), 400, "name: "},
		{"no size", ok.with("size", nil), 400, "size: required"},
		{"size 0", ok.with("size", 0), 400, "size: must be at least 10"},
		{"size 9", ok.with("size", 9), 400, "size: must be at least 10"},
		{"size 1001", ok.with("size", 1001), 400, "size: must be at most 1000"},
		{"size as text", ok.with("size", "10"), 400, "size: must be an integer"},
		{"no type", ok.with("volume_type", nil), 400, "volume_type: required"},
		{"unknown type", ok.with("volume_type", "ssd"), 400, "volume_type: must be one of nvme"},
		{"unknown filesystem", ok.with("filesystem_type", "ntfs"), 400, "filesystem_type: "},
		{"unknown region", ok.with("region", "eu-west"), 400, "region: "},
		{"malformed VM", ok.with("vm_id", "web"), 400, "vm_id: must be a UUID"},
		{"unknown VM", ok.with("vm_id", unknownUUID), 400, "vm_id: no such VM in this project"},
		{"VM of another project", ok.with("vm_id", elsewhere), 400, "vm_id: no such VM in this project"},
		{"VM of another region", ok.with("vm_id", abroad), 400, "vm_id: the VM is in region elsewhere"},
		{"busy VM", ok.with("vm_id", booting), 409, "must be active or passive"},
		{"unknown field", ok.with("encrypted", true), 400, "encrypted: unknown field"},
	} {
		t.Run(test.name, func(t *testing.T) {
			caller{backend: &backend{Server: b.Server, t: t}, key: c.key, header: c.header}.
				post(volumesPath, test.body).want(test.status, test.text)
		})
	}
	if b.state.Volumes.Len() != 0 {
		t.Errorf("%d volumes were made", b.state.Volumes.Len())
	}
	c.makeVolume("small", "size", 10, "vm_id", stopped)
	c.makeVolume("large", "size", 1000)
}

// Grow only. Attached or not, up to the largest size.
func TestVolumeResize(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVolume("data", "size", 20)
	path := volumesPath + "/" + id
	c.get(path).want(200)
	b.clock.Advance(time.Minute)
	for body, text := range map[string]string{
		`{}`:                 "new_size: required",
		`{"new_size":19}`:    "new_size: must be larger than the current size, 20 GB",
		`{"new_size":20}`:    "new_size: must be larger",
		`{"new_size":0}`:     "new_size: must be at least 1",
		`{"new_size":1001}`:  "new_size: must be at most 1000",
		`{"new_size":"30"}`:  "new_size: must be an integer",
		`{"new_size":1.5e1}`: "new_size: must be larger",
	} {
		c.patch(path, body).want(400, text)
	}
	c.patch(path, object{"new_size": 21}).want(200).expect("success", true, "id", id, "billing", nil)
	c.get(path).expect("data.size", 21, "data.status", "available", "data.updated_at", "2026-03-02T12:01:00Z")
	vm := c.vmIn("other", "active")
	c.post(path+"/attach", object{"vm_id": vm}).want(200)
	c.patch(path, object{"new_size": 1000}).want(200)
	c.get(path).expect("data.size", 1000, "data.status", "attached", "data.price_per_hour", "0.069444")
}

// One VM at a time, same region and same project, VM `active` or `passive`.
func TestVolumeAttach(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVolume("data")
	path := volumesPath + "/" + id
	one, other := c.vmIn("one", "active"), c.vmIn("other", "passive")
	abroad := c.vmIn("abroad", "active")
	m, _ := b.state.VMs.Get(abroad)
	m.Region = "elsewhere"
	elsewhere := b.owner("staging").makeVM("elsewhere")

	for body, text := range map[string]string{
		`{}`:                              "vm_id: required",
		`{"vm_id":"x"}`:                   "vm_id: must be a UUID",
		`{"vm_id":null}`:                  "vm_id: must be a string",
		`{"vm_id":"` + unknownUUID + `"}`: "vm_id: no such VM in this project",
		`{"vm_id":"` + elsewhere + `"}`:   "vm_id: no such VM in this project",
		`{"vm_id":"` + abroad + `"}`:      "vm_id: the VM is in region elsewhere, the volume in us-east",
	} {
		c.post(path+"/attach", body).want(400, text)
	}
	m, _ = b.state.VMs.Get(one)
	for _, status := range vmStates {
		if status == vmActive || status == vmPassive {
			continue
		}
		m.Status = status
		c.post(path+"/attach", object{"vm_id": one}).want(409, "must be active or passive", "it is "+status)
	}
	m.Status = vmActive
	c.post(path+"/attach", object{"vm_id": other}).want(200)
	c.post(path+"/attach", object{"vm_id": one}).want(409, "attached to VM "+other)
	b.owner("staging").post(path+"/detach", nil).want(404)
	c.post(path+"/detach", nil).want(200)
	c.post(path+"/attach", object{"vm_id": one}).want(200)
	c.get(path).expect("data.product_vm", one)

	// A VM in the middle of a change keeps its volumes, one that failed lets them go.
	m.Status = vmProvisioning
	c.post(path+"/detach", nil).want(409, "it is provisioning")
	m.Status = vmFailure
	c.post(path+"/detach", nil).want(200)
	b.checkInvariants()
}

// Delete needs it detached (409).
func TestVolumeDeleteNeedsItDetached(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.vmIn("web", "active")
	path := volumesPath + "/" + c.makeVolume("data", "vm_id", vm)
	c.get(path).expect("data.status", "attached", "data.product_vm", vm)
	c.delete(path, nil).want(409, "attached to VM "+vm, "detach it first")
	c.delete(path, object{"force": true}).want(400, "force: unknown field")
	c.post(path+"/detach", object{}).want(200)
	c.delete(path, nil).want(200)
}

// No rename. There is no call that takes a name.
func TestVolumeHasNoRename(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	path := volumesPath + "/" + c.makeVolume("data")
	c.patch(path, object{"new_size": 20, "name": "other"}).want(400, "name: unknown field")
	c.put(path, object{"name": "other"}).want(405)
	c.patch(path+"/rename", object{"name": "other"}).want(404)
	c.get(path).expect("data.name", "data", "data.size", 10)
}

// `filesystem_type` is write-only. Windows formats with its own.
func TestVolumeFilesystem(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	windows := c.makeVM("desktop", "template_id", b.templateID("Windows Server Standard", "2022x64"), "pricing_id", 81,
		"ssh_keys", nil, "password", "Correct-Horse-42")
	c.get("/api/v1/vms/" + windows)
	for _, test := range []struct {
		changes []any
		want    string
	}{
		{nil, "ext4"},
		{[]any{"filesystem_type", "xfs"}, "xfs"},
		{[]any{"filesystem_type", "btrfs", "vm_id", windows}, "ntfs"},
	} {
		id := c.makeVolume("data", test.changes...)
		if v, _ := b.state.volume(id); v.Filesystem != test.want {
			t.Errorf("%v: %s, want %s", test.changes, v.Filesystem, test.want)
		}
		if text := c.get(volumesPath + "/" + id).text; strings.Contains(text, "filesystem") {
			t.Errorf("shown: %s", text)
		}
	}
}

// Region. Defaults to the project's default region.
func TestVolumeRegion(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	p, _ := b.state.Projects.Get(c.header)
	p.Region, b.unjudged = "tomorrow", true
	c.post(volumesPath, volumeRequest("a")).want(202).expect("data.region", "tomorrow")
	c.post(volumesPath, volumeRequest("b").with("region", "us-east")).want(202).expect("data.region", "us-east")
}

// Lists: by VM and region; 50 volumes by default.
func TestVolumeList(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.vmIn("web", "active")
	for i := range 60 {
		changes := []any{}
		if i%20 == 0 {
			changes = []any{"vm_id", vm}
		}
		c.makeVolume(fmt.Sprintf("data-%02d", i), changes...)
	}
	b.owner("staging").makeVolume("elsewhere")
	if n := len(c.get(volumesPath).want(200).expect("total", 60).list("data", "id")); n != 50 {
		t.Errorf("%d volumes in a page, want 50", n)
	}
	c.get(volumesPath+"?limit=100&offset=55").want(200).expect("total", 60, "data.0.name", "data-55", "data.4.name", "data-59")
	got := c.get(volumesPath+"?vm_id="+vm).want(200).expect("total", 3).list("data", "name")
	if !slices.Equal(got, []string{"data-00", "data-20", "data-40"}) {
		t.Errorf("volumes of the VM: %v", got)
	}
	c.get(volumesPath+"?region=us-east").want(200).expect("total", 60)
	c.get(volumesPath+"?vm_id="+unknownUUID).want(200).expect("total", 0)
	b.owner("").get(volumesPath).want(200).expect("total", 61)
	c.get(volumesPath+"?region=mars").want(400, "region: ")
	c.get(volumesPath+"?vm_id=x").want(400, "vm_id: must be a UUID")
	c.get(volumesPath+"?status=available").want(400, "status: unknown query parameter")
	c.get(volumesPath+"/x").want(400, "id: must be an integer")
}

// A VM that is deleted while its volume is still being created leaves it available, or takes it along.
func TestVolumeOutlivesItsVM(t *testing.T) {
	for _, test := range []struct {
		action string
		status int
	}{{"detach", 200}, {"delete", 404}} {
		b := newBackend(t, quiet())
		c := b.production()
		vm := c.vmIn("web", "active")
		b.SetPace(PaceRule{Flow: "volume.create", Step: time.Hour})
		path := volumesPath + "/" + c.makeVolume("data", "vm_id", vm)
		c.delete("/api/v1/vms/"+vm, object{"volume_action": test.action}).want(200)
		c.get("/api/v1/vms/" + vm).want(404)
		b.checkInvariants()
		if c.get(path).want(test.status); test.status == 200 {
			c.get(path).expect("data.status", "creating", "data.product_vm", nil)
			b.clock.Advance(time.Hour)
			c.get(path).expect("data.status", "available")
		}
		b.checkInvariants()
	}
}
