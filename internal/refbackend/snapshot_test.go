package refbackend

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

const snapshotsPath = "/api/v1/snapshots"

// makeSnapshot takes a snapshot of a VM, which is active again afterwards, and returns its id.
func (c caller) makeSnapshot(vm string) string {
	c.t.Helper()
	c.get("/api/v1/vms/" + vm).want(200)
	return c.post(snapshotsPath, object{"resource_type": "vm", "resource_id": vm, "name": "snap"}).want(201).str("data.id")
}

// makeVolumeSnapshot takes a snapshot of a volume and returns its id.
func (c caller) makeVolumeSnapshot(volume string) string {
	c.t.Helper()
	number, err := strconv.Atoi(volume)
	if err != nil {
		c.t.Fatal(err)
	}
	c.get(volumesPath + "/" + volume).want(200)
	return c.post(snapshotsPath, object{"resource_type": "volume", "volume_id": number, "name": "snap"}).want(201).str("data.id")
}

// Integer id; source `vm` (`resource_id`) or `volume` (`volume_id`): exactly one of them.
func TestSnapshotCreate(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	volume, err := strconv.Atoi(c.makeVolume("data", "size", 30))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := b.owner("staging").makeVolume("elsewhere")
	c.get("/api/v1/vms/" + vm)
	for body, text := range map[string]string{
		`{"name":"x","resource_id":"` + vm + `"}`:                                                     "resource_type: required",
		`{"name":"x","resource_type":"disk"}`:                                                         "resource_type: must be one of vm, volume",
		`{"name":"x","resource_type":"vm"}`:                                                           "resource_id: required",
		`{"name":"x","resource_type":"vm","resource_id":"web"}`:                                       "resource_id: must be a UUID",
		`{"name":"x","resource_type":"vm","resource_id":"` + unknownUUID + `"}`:                       "resource_id: no such VM in this project",
		`{"name":"x","resource_type":"vm","resource_id":"` + vm + `","volume_id":1}`:                  "volume_id: only for",
		`{"name":"x","resource_type":"volume"}`:                                                       "volume_id: required",
		`{"name":"x","resource_type":"volume","volume_id":"1"}`:                                       "volume_id: must be an integer",
		`{"name":"x","resource_type":"volume","volume_id":2147483647}`:                                "volume_id: no such volume in this project",
		`{"name":"x","resource_type":"volume","volume_id":` + elsewhere + `}`:                         "volume_id: no such volume in this project",
		`{"name":"x","resource_type":"volume","volume_id":1,"resource_id":"` + vm + `"}`:              "resource_id: only for",
		`{"resource_type":"vm","resource_id":"` + vm + `"}`:                                           "name: required",
		`{"name":"","resource_type":"vm","resource_id":"` + vm + `"}`:                                 "name: ",
		`{"name":"` + strings.Repeat("x", 129) + `","resource_type":"vm","resource_id":"` + vm + `"}`: "name: ",
	} {
		c.post(snapshotsPath, body).want(400, text)
	}
	ofVM := c.post(snapshotsPath, object{"name": strings.Repeat("x", 128), "resource_type": "vm", "resource_id": vm}).want(201).expect(
		"success", true, "data.type", "vm", "data.product_vm", vm, "data.status", "", "data.size", "50 GB", "data.target_size", "50 GB",
		"data.project_id", c.header, "data.price_per_hour", "0.000000", "data.account_id", b.state.AccountID)
	if id := ofVM.str("data.id"); !input.IsInteger(id) {
		t.Errorf("id %s is no integer", id)
	}
	c.post(snapshotsPath, object{"name": "x", "resource_type": "volume", "volume_id": volume}).want(201).expect(
		"data.type", "volume", "data.product_vm", nil, "data.size", "30 GB")
	b.checkInvariants()
}

// The `Snapshot` body names the source VM (`product_vm`) but not a source volume.
func TestSnapshotNamesNoVolume(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	answer := c.get(snapshotsPath+"/"+c.makeVolumeSnapshot(c.makeVolume("data"))).want(200).expect("data.type", "volume")
	if strings.Contains(answer.text, "volume_id") || strings.Contains(answer.text, "product_vm") {
		t.Errorf("the source shows: %s", answer.text)
	}
	c.get(snapshotsPath+"/"+c.makeSnapshot(c.makeVM("web"))).want(200).expect("data.product_vm", first(&b.state.VMs).ID)
}

// Needs it `active`: VM snapshot. Wrong state: 409. A volume must be there.
func TestSnapshotNeedsItsSource(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.vmIn("web", "active")
	m, _ := b.state.VMs.Get(vm)
	for _, status := range vmStates {
		if m.Status = status; status != vmActive {
			c.post(snapshotsPath, object{"name": "x", "resource_type": "vm", "resource_id": vm}).want(409, "must be active", "it is "+status)
		}
	}
	id := c.makeVolume("data")
	v, _ := b.state.volume(id)
	c.get(volumesPath + "/" + id)
	for _, status := range []string{volumeCreating, volumeDeleting, volumeFailed} {
		v.Status = status
		c.post(snapshotsPath, object{"name": "x", "resource_type": "volume", "volume_id": v.ID}).want(409, "must be available or attached")
	}
	if b.state.Snapshots.Len() != 0 {
		t.Errorf("%d snapshots were made", b.state.Snapshots.Len())
	}
}

// A VM under snapshot or backup shows `provisioning` and returns to its earlier state.
func TestVMUnderSnapshotOrBackup(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	path := "/api/v1/vms/" + vm
	snapshot := object{"name": "x", "resource_type": "vm", "resource_id": vm}
	backup := object{"vm_id": vm}
	c.get(path).expect("data.status", "active")
	b.SetPace(PaceRule{Step: time.Second})
	under := func(method func(string, any) answer, path string, body any, status int) {
		t.Helper()
		before := c.get("/api/v1/vms/" + vm).str("data.status")
		method(path, body).want(status)
		c.get("/api/v1/vms/"+vm).expect("data.status", "provisioning")
		c.post(snapshotsPath, snapshot).want(409, "it is provisioning")
		c.post(backupsPath, backup).want(409, "it is provisioning")
		c.post("/api/v1/vms/"+vm+"/reboot", nil).want(409)
		b.checkInvariants()
		b.clock.Advance(2 * time.Second)
		c.get("/api/v1/vms/"+vm).expect("data.status", before)
		b.checkInvariants()
	}
	under(c.post, snapshotsPath, snapshot, 201)
	under(c.post, backupsPath, backup, 202)
	c.post(path+"/stop", nil).want(200)
	b.clock.Advance(time.Second)
	under(c.post, backupsPath, backup, 202)
	under(c.post, snapshotsPath+"/"+first(&b.state.Snapshots).id()+"/restore", nil, 200)
	under(c.post, backupsPath+"/"+first(&b.state.Backups).ID+"/restore", nil, 202)
}

// Real timing: ready in 30–90 s, snapshots 1–2 min, backups ~3 min.
func TestRealisticSnapshotAndBackup(t *testing.T) {
	b := newBackend(t, Options{Seed: 1, NoRateLimit: true, Timing: Realistic})
	c := b.production()
	vm := c.makeVM("web")
	takes := func() time.Duration {
		begun := b.clock.Now()
		for c.get("/api/v1/vms/"+vm).str("data.status") != "active" {
			b.clock.Advance(time.Second)
		}
		return b.clock.Now().Sub(begun)
	}
	if d := takes(); d < 30*time.Second || d > 91*time.Second {
		t.Errorf("the VM took %s", d)
	}
	c.makeSnapshot(vm)
	if d := takes(); d < time.Minute || d > 121*time.Second {
		t.Errorf("the snapshot took %s", d)
	}
	c.makeBackup(vm)
	if d := takes(); d < 150*time.Second || d > 211*time.Second {
		t.Errorf("the backup took %s", d)
	}
}

// `status` is `""` or `active`: the source runs on it. A VM must be `passive` for it.
func TestSnapshotRestore(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	one, two := c.makeSnapshot(vm), c.makeSnapshot(vm)
	path := func(id string) string { return snapshotsPath + "/" + id }
	c.get("/api/v1/vms/"+vm).expect("data.status", "active")
	c.post(path(one)+"/restore", nil).want(409, "must be passive, it is active")
	c.stop(vm)
	c.post(path(one)+"/restore", object{"force": true}).want(400, "force: unknown field")

	b.SetPace(PaceRule{Step: time.Second})
	c.post(path(one)+"/restore", nil).want(200).expect("success", true)
	c.get(path(one)).expect("data.status", "")
	c.get("/api/v1/vms/"+vm).expect("data.status", "provisioning")
	c.post(path(one)+"/restore", nil).want(409, "is being restored")
	c.post(path(two)+"/restore", nil).want(409, "it is provisioning")
	c.delete(path(one), nil).want(409, "is being restored")
	b.clock.Advance(time.Second)
	c.get(path(one)).expect("data.status", "active")
	c.get("/api/v1/vms/"+vm).expect("data.status", "passive")

	c.post(path(two)+"/restore", nil).want(200)
	c.get(path(one)).expect("data.status", "active") // until the other one is
	b.clock.Advance(time.Second)
	c.get(path(one)).expect("data.status", "")
	c.get(path(two)).expect("data.status", "active")
	b.checkInvariants()
}

// A restore that fails leaves the snapshot as it was, and lets the VM go.
func TestSnapshotRestoreFails(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	id := c.makeSnapshot(vm)
	c.get("/api/v1/vms/" + vm)
	c.stop(vm)
	b.SetPace(PaceRule{Flow: "snapshot.restore", FailAt: "active"})
	c.post(snapshotsPath+"/"+id+"/restore", nil).want(200)
	c.get(snapshotsPath+"/"+id).expect("data.status", "")
	c.get("/api/v1/vms/"+vm).expect("data.status", "passive")
	b.checkInvariants()
}

// One active per source; an active one cannot be deleted (409), but for a fresh one or another one restored.
func TestSnapshotActive(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	volume := c.makeVolume("data")
	one, two := c.makeVolumeSnapshot(volume), c.makeVolumeSnapshot(volume)
	path := func(id string) string { return snapshotsPath + "/" + id }
	c.post(path(one)+"/restore", nil).want(200)
	c.delete(path(one), nil).want(409, "is active", "restore the source to another snapshot, or take a new one")
	c.post(path(two)+"/restore", nil).want(200)
	c.get(path(one)).expect("data.status", "")
	c.delete(path(one), nil).want(200)
	c.delete(path(two), nil).want(409, "is active")
	three := c.makeVolumeSnapshot(volume)
	c.get(path(three)).expect("data.status", "")
	c.delete(path(two), nil).want(200)
	c.get(path(two)).want(404, "snapshot not found")
	b.checkInvariants()
}

// Snapshots of a volume outlive it; none of them is in use any more.
func TestSnapshotsOutliveTheirVolume(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	volume := c.makeVolume("data")
	one, two := c.makeVolumeSnapshot(volume), c.makeVolumeSnapshot(volume)
	c.post(snapshotsPath+"/"+one+"/restore", nil).want(200)
	c.get(snapshotsPath+"/"+one).expect("data.status", "active")
	b.SetPace(PaceRule{Flow: "snapshot.restore", Step: time.Hour})
	c.post(snapshotsPath+"/"+two+"/restore", nil).want(200)
	c.delete(volumesPath+"/"+volume, nil).want(200)
	c.get(volumesPath + "/" + volume).want(404)
	c.get(snapshotsPath+"/"+one).expect("data.status", "")
	b.clock.Advance(time.Hour)
	c.get(snapshotsPath+"/"+two).expect("data.status", "")
	c.post(snapshotsPath+"/"+one+"/restore", nil).want(409, "the volume of snapshot", "is no more")
	b.checkInvariants()
	c.delete(snapshotsPath+"/"+one, nil).want(200)
}

// Deleting destroys the VM's snapshots, keeps its backups.
func TestVMDeleteDestroysSnapshots(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web", "extra_storage", 10)
	ofVM := c.makeSnapshot(vm)
	ofVolume := c.makeVolumeSnapshot(first(&b.state.Volumes).id())
	backup := c.makeBackup(vm)
	c.get(backupsPath+"/"+backup).expect("data.status", "ready")
	b.SetPace(PaceRule{Flow: "backup.create", Step: time.Hour})
	inTheMaking := c.makeBackup(vm)
	c.delete("/api/v1/vms/"+vm, nil).want(200)
	c.get("/api/v1/vms/" + vm).want(404)
	c.get(snapshotsPath + "/" + ofVM).want(404)
	c.get(snapshotsPath + "/" + ofVolume).want(200)
	c.get(backupsPath+"/"+backup).want(200).expect("data.status", "ready", "data.product_vm", vm)
	c.get(backupsPath+"/"+inTheMaking).want(200).expect("data.status", "failed")
	b.checkInvariants()
}

// Names are not unique. They change, 1 to 128 characters.
func TestSnapshotRename(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	one, two := c.makeSnapshot(vm), c.makeSnapshot(vm)
	path := snapshotsPath + "/" + one + "/rename"
	c.patch(path, object{"name": "other"}).want(200).expect("data.name", "other", "data.id", one)
	c.patch(path, object{"name": "snap"}).want(200)
	c.get(snapshotsPath+"/"+two).expect("data.name", "snap")
	c.patch(path, object{}).want(400, "name: required")
	c.patch(path, object{"name": ""}).want(400, "name: ")
	c.patch(path, object{"name": strings.Repeat("x", 129)}).want(400, "name: ")
	c.patch(snapshotsPath+"/2147483647/rename", object{"name": "x"}).want(404)
	c.patch(snapshotsPath+"/x/rename", object{"name": "x"}).want(400, "id: must be an integer")
}

// Lists: by VM, volume and type.
func TestSnapshotList(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	web, db, data := c.makeVM("web"), c.makeVM("db"), c.makeVolume("data")
	ofWeb, ofDB, ofData := c.makeSnapshot(web), c.makeSnapshot(db), c.makeVolumeSnapshot(data)
	b.owner("staging").makeSnapshot(b.owner("staging").makeVM("elsewhere"))
	for query, want := range map[string][]string{
		"":                           {ofWeb, ofDB, ofData},
		"?type=vm":                   {ofWeb, ofDB},
		"?type=volume":               {ofData},
		"?vm_id=" + db:               {ofDB},
		"?volume_id=" + data:         {ofData},
		"?type=vm&volume_id=" + data: {},
		"?limit=1&offset=1":          {ofDB},
	} {
		if got := c.get(snapshotsPath+query).want(200).list("data", "id"); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", query, got, want)
		}
	}
	b.owner("").get(snapshotsPath).want(200).expect("total", 4)
	c.get(snapshotsPath+"?type=disk").want(400, "type: ")
	c.get(snapshotsPath+"?volume_id=x").want(400, "volume_id: must be an integer")
	c.get(snapshotsPath+"?status=active").want(400, "status: unknown")
}

// Without a limit, a page has 50 snapshots.
func TestSnapshotPageSize(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	volume := c.makeVolume("data")
	for range 51 {
		c.makeVolumeSnapshot(volume)
	}
	if n := len(c.get(snapshotsPath).expect("total", 51).list("data", "id")); n != 50 {
		t.Errorf("%d snapshots in a page", n)
	}
}

// A saved disk may come from a snapshot of it, and is as large as the disk was then.
func TestSaveImageFromSnapshot(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web", "extra_storage", 10)
	volume := first(&b.state.Volumes).id()
	ofVM, ofVolume, ofOther := c.makeSnapshot(vm), c.makeVolumeSnapshot(volume), c.makeVolumeSnapshot(c.makeVolume("other"))
	c.patch(volumesPath+"/"+volume, object{"new_size": 40}).want(200)
	save := func(disk int, snapshot, name string) answer {
		number, _ := strconv.Atoi(snapshot)
		c.get("/api/v1/vms/" + vm)
		return c.post("/api/v1/vms/"+vm+"/save-image", object{"name": name, "disk_id": disk, "snapshot_id": number})
	}
	save(0, ofVM, "os").want(201)
	save(1, ofVolume, "data").want(201)
	save(1, "-1", "live").want(201)
	save(0, ofVolume, "x").want(400, "snapshot_id: ")
	save(1, ofVM, "x").want(400, "snapshot_id: ")
	save(1, ofOther, "x").want(400, "snapshot_id: ")
	sizes := map[string]int{}
	for i := range b.state.Images.All() {
		sizes[i.Name] = i.Storage
	}
	if sizes["os"] != 50 || sizes["data"] != 10 || sizes["live"] != 40 {
		t.Errorf("sizes: %v", sizes)
	}
}
