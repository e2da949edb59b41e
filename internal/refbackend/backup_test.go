package refbackend

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

const backupsPath = "/api/v1/backups"

// makeBackup backs a VM up and returns the id; the backup is ready at the next request.
func (c caller) makeBackup(vm string) string {
	c.t.Helper()
	c.get("/api/v1/vms/" + vm).want(200)
	return c.post(backupsPath, object{"vm_id": vm}).want(202).str("data.id")
}

// increments are the positions of a VM's backups, oldest first.
func (c caller) increments(vm string) []string {
	c.t.Helper()
	return c.get(backupsPath+"?vm_id="+vm).want(200).list("data", "increment_id")
}

// `pending → creating → ready`, `restoring`, `failed`: at a second each.
func TestBackupStates(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	c.get("/api/v1/vms/" + vm)
	b.SetPace(PaceRule{Step: time.Second})
	id := c.post(backupsPath, object{"vm_id": vm, "name": "before"}).want(202).expect(
		"success", true, "data.status", "pending", "data.name", "before", "data.product_vm", vm, "data.project_id", c.header,
		"data.region", "us-east", "data.expire_date", nil, "data.account_id", b.state.AccountID).str("data.id")
	path := backupsPath + "/" + id
	for _, status := range []string{"pending", "creating"} {
		c.get(path).want(200).expect("data.status", status)
		c.get("/api/v1/vms/"+vm).expect("data.status", "provisioning")
		c.delete(path, nil).want(409, "must be ready or failed, it is "+status)
		c.delete(path+"/chain", nil).want(409, "must be ready or failed, it is "+status)
		c.post(path+"/restore", nil).want(409, "must be ready, it is "+status)
		b.clock.Advance(time.Second)
	}
	c.get(path).expect("data.status", "ready")
	c.get("/api/v1/vms/"+vm).expect("data.status", "active")

	c.post(path+"/restore", nil).want(202).expect("data.status", "restoring", "data.id", id)
	c.get("/api/v1/vms/"+vm).expect("data.status", "provisioning")
	c.delete(path, nil).want(409, "it is restoring")
	b.checkInvariants()
	b.clock.Advance(time.Second)
	c.get(path).expect("data.status", "ready")
	c.get("/api/v1/vms/"+vm).expect("data.status", "active")
	c.delete(path, nil).want(200)
	c.get(path).want(404, "backup not found")
}

// A backup that fails is in no series, so that nothing builds on it; it can be deleted.
func TestBackupFails(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	first := c.makeBackup(vm)
	c.get("/api/v1/vms/" + vm)
	b.SetPace(PaceRule{Flow: "backup.create", FailAt: "ready", Count: 1}, PaceRule{Flow: "backup.restore", FailAt: "ready"})
	failed := c.makeBackup(vm)
	c.get(backupsPath+"/"+failed).expect("data.status", "failed", "data.increment_id", nil)
	c.get("/api/v1/vms/"+vm).expect("data.status", "active")
	b.checkInvariants()
	c.makeBackup(vm)
	if got := c.increments(vm); !slices.Equal(got, []string{"0", "<nil>", "1"}) {
		t.Errorf("increments %v", got)
	}
	c.post(backupsPath+"/"+failed+"/restore", nil).want(409, "must be ready")
	c.delete(backupsPath+"/"+failed+"/chain", nil).want(200)
	c.get(backupsPath + "/" + failed).want(404)
	c.get(backupsPath + "/" + first).want(200)

	c.post(backupsPath+"/"+first+"/restore", nil).want(202)
	c.get(backupsPath+"/"+first).expect("data.status", "failed", "data.increment_id", 0)
	c.get("/api/v1/vms/"+vm).expect("data.status", "active")
	b.checkInvariants()
}

func TestBackupCreateRefusals(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.vmIn("web", "active")
	elsewhere := b.owner("staging").makeVM("elsewhere")
	for body, text := range map[string]string{
		`{}`:                              "vm_id: required",
		`{"vm_id":"web"}`:                 "vm_id: must be a UUID",
		`{"vm_id":"` + unknownUUID + `"}`: "vm_id: no such VM in this project",
		`{"vm_id":"` + elsewhere + `"}`:   "vm_id: no such VM in this project",
		`{"vm_id":"` + vm + `","name":1}`: "name: must be a string",
		`{"vm_id":"` + vm + `","name":"` + strings.Repeat("x", 129) + `"}`: "name: ",
		`{"vm_id":"` + vm + `","full":true}`:                               "full: unknown field",
	} {
		c.post(backupsPath, body).want(400, text)
	}
	m, _ := b.state.VMs.Get(vm)
	for _, status := range vmStates {
		if m.Status = status; status != vmActive && status != vmPassive {
			c.post(backupsPath, object{"vm_id": vm}).want(409, "must be active or passive", "it is "+status)
		}
	}
	if b.state.Backups.Len() != 0 {
		t.Errorf("%d backups were made", b.state.Backups.Len())
	}
	m.Status = vmActive
	c.post(backupsPath, object{"vm_id": vm}).want(202).expect("data.name", "web-2026-03-02-120000")
	c.get("/api/v1/vms/" + vm)
	c.post(backupsPath, object{"vm_id": vm, "name": ""}).want(202).expect("data.name", "web-2026-03-02-120000")
}

// `storage_size` in MB. It is the whole disk for a baseline, and what has changed for a point on top.
func TestBackupSize(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	for range 5 {
		c.makeBackup(vm)
	}
	answer := c.get(backupsPath).want(200)
	if got := answer.list("data", "storage_size"); !slices.Equal(got, []string{"51200", "2560", "2560", "2560", "2560"}) {
		t.Errorf("sizes %v", got)
	}
}

// Incremental series per VM: `increment_id` null (standalone), 0 (baseline), 1…; deleting a point that later points
// build on is a 409 that names the chain endpoint; `DELETE …/chain` removes the whole series, whichever member is
// named; reset-chain makes the next backup start a new series.
func TestBackupSeries(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm, other := c.makeVM("web"), c.makeVM("db")
	var ids []string
	for range 3 {
		ids = append(ids, c.makeBackup(vm))
	}
	ofOther := c.makeBackup(other)
	if got := c.increments(vm); !slices.Equal(got, []string{"0", "1", "2"}) {
		t.Errorf("increments %v", got)
	}
	c.get(backupsPath+"/"+ofOther).expect("data.increment_id", 0)
	c.delete(backupsPath+"/"+ids[0], nil).want(409, "2 later restore points", "DELETE /api/v1/backups/"+ids[0]+"/chain")
	c.delete(backupsPath+"/"+ids[1], nil).want(409, "1 later restore points", "/api/v1/backups/"+ids[1]+"/chain")
	c.delete(backupsPath+"/"+ids[2], nil).want(200)
	c.makeBackup(vm)
	if got := c.increments(vm); !slices.Equal(got, []string{"0", "1", "2"}) {
		t.Errorf("increments after a deletion %v", got)
	}

	reset := "/api/v1/vms/" + vm + "/backups/reset-chain"
	c.post(reset, object{"now": true}).want(400, "now: unknown field")
	c.post("/api/v1/vms/"+unknownUUID+"/backups/reset-chain", nil).want(404)
	c.post(reset, nil).want(202).expect("success", true)
	fresh := c.makeBackup(vm)
	c.makeBackup(vm)
	if got := c.increments(vm); !slices.Equal(got, []string{"0", "1", "2", "0", "1"}) {
		t.Errorf("increments after a reset %v", got)
	}
	c.get(backupsPath+"/"+fresh).expect("data.storage_size", 51200)
	b.checkInvariants()

	c.delete(backupsPath+"/"+ids[1]+"/chain", nil).want(200)
	if got := c.increments(vm); !slices.Equal(got, []string{"0", "1"}) {
		t.Errorf("increments after the chain is gone %v", got)
	}
	c.delete(backupsPath+"/"+fresh+"/chain", nil).want(200)
	c.makeBackup(vm)
	if got := c.increments(vm); !slices.Equal(got, []string{"0"}) {
		t.Errorf("increments of a new series %v", got)
	}
	c.get(backupsPath + "/" + ofOther).want(200)
	c.delete(backupsPath+"/"+unknownUUID+"/chain", nil).want(404)
	b.checkInvariants()
}

// A backup outlives its VM, but cannot be restored without it; nor to one in the middle of a change.
func TestBackupRestoreNeedsItsVM(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	path := backupsPath + "/" + c.makeBackup(vm)
	c.get("/api/v1/vms/" + vm)
	m, _ := b.state.VMs.Get(vm)
	m.Status = vmBooting
	c.post(path+"/restore", nil).want(409, "must be active or passive, it is booting")
	m.Status = vmActive
	b.SetPace(PaceRule{Flow: "backup.restore", Step: time.Hour})
	c.post(path+"/restore", nil).want(202)
	c.delete("/api/v1/vms/"+vm, nil).want(200)
	c.get("/api/v1/vms/" + vm).want(404)
	c.get(path).want(200).expect("data.status", "ready", "data.product_vm", vm)
	c.post(path+"/restore", nil).want(409, "the VM of backup", "is no more")
	b.checkInvariants()
	c.delete(path, nil).want(200)
}

// A deletion that fails leaves a failed VM, which a backup that was under way does not bring back to life.
func TestBackupDoesNotReviveItsVM(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	c.get("/api/v1/vms/" + vm)
	b.SetPace(PaceRule{Flow: "backup.create", Step: time.Hour}, PaceRule{Flow: "vm.delete", FailAt: gone})
	path := backupsPath + "/" + c.makeBackup(vm)
	c.delete("/api/v1/vms/"+vm, nil).want(200)
	c.get("/api/v1/vms/"+vm).expect("data.status", "failure")
	b.clock.Advance(3 * time.Hour)
	c.get(path).expect("data.status", "ready")
	c.get("/api/v1/vms/"+vm).expect("data.status", "failure")
	b.checkInvariants()
}

// Lists: by VM; 50 backups by default.
func TestBackupList(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	web, db := c.makeVM("web"), c.makeVM("db")
	for range 51 {
		c.makeBackup(web)
	}
	ofDB := c.makeBackup(db)
	s := b.owner("staging")
	s.makeBackup(s.makeVM("elsewhere"))
	if n := len(c.get(backupsPath).want(200).expect("total", 52).list("data", "id")); n != 50 {
		t.Errorf("%d backups in a page, want 50", n)
	}
	if got := c.get(backupsPath+"?vm_id="+db).expect("total", 1).list("data", "id"); !slices.Equal(got, []string{ofDB}) {
		t.Errorf("backups of the VM: %v", got)
	}
	b.owner("").get(backupsPath+"?limit=100").want(200).expect("total", 53)
	c.get(backupsPath+"?vm_id=x").want(400, "vm_id: ")
	c.get(backupsPath+"?status=ready").want(400, "status: unknown")
	c.get(backupsPath+"/1").want(400, "id: must be a UUID")
	if first, total := c.increments(web)[0], fmt.Sprint(c.get(backupsPath).at("total")); first != "0" || total != "52" {
		t.Errorf("first increment %s of %s", first, total)
	}
}
