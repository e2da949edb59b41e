package refbackend

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestVMShowsWhatWasAskedFor(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	made := c.post("/api/v1/vms", b.vmRequest("web").with("pricing_id", 3, "tags", []string{"b", "a"})).want(201)
	made.expect("data.status", "initiating", "data.active", false)
	c.get("/api/v1/vms/"+made.str("data.id")).want(200).expect(
		"data.name", "web", "data.status", "active", "data.active", true, "data.cpu", 2, "data.ram", 4,
		"data.storage", 80, "data.added_storage", 0, "data.total_storage", 80, "data.pricing_id", 3,
		"data.price_per_hour", "0.051375", "data.template_name", "Ubuntu", "data.template_version", "24.04x64",
		"data.region", "us-east", "data.project_id", b.project("production"), "data.billing_type", "payg",
		"data.backup_type", nil, "data.public_ipv6_address", nil, "data.private_ipv4_address", nil,
		"data.created_at", "2026-03-02T12:00:00Z", "data.tags.0.name", "b", "data.tags.1.name", "a", "data.tags.1.priority", 0)
	if address := c.get("/api/v1/vms/" + made.str("data.id")).str("data.public_ipv4_address"); !strings.HasPrefix(address, "198.1") {
		t.Errorf("public address %s", address)
	}
	b.checkInvariants()
}

// Each broken request is refused with a 400 that names the field, and leaves nothing behind.
// Access: Linux needs `ssh_keys` (public key strings, not ids) or password; Windows needs a password and a plan of its own.
// Password: at least 12 characters of those allowed, with 2 upper case letters, 2 digits, 1 special.
// `skip_public_ip` with `skip_vpc`: 400.
func TestVMCreateRefuses(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	network := c.makeVPC("net", "10.0.0.0/24")
	elsewhere := b.owner("staging").makeVPC("elsewhere", "10.1.0.0/24")
	windows := b.templateID("Windows Server Standard", "2022x64")
	const password = "Correct-Horse-42"
	ok := b.vmRequest("web")
	onWindows := ok.with("template_id", windows, "ssh_keys", nil, "password", password, "pricing_id", 80)
	many := make([]string, 21)
	for i := range many {
		many[i] = fmt.Sprint("tag", i)
	}
	for _, test := range []struct {
		name  string
		body  object
		field string
	}{
		{"no name", ok.with("name", nil), "name: required"},
		{"empty name", ok.with("name", ""), "name: must be 1 to 64"},
		{"long name", ok.with("name", strings.Repeat("x", 65)), "name: must be 1 to 64"},
		{"name of a wrong type", ok.with("name", 1), "name: must be a string"},
		{"null name", ok.with("name", (*string)(nil)), "name: must be a string"},
		{"no template", ok.with("template_id", nil), "template_id: required"},
		{"malformed template", ok.with("template_id", "ubuntu"), "template_id: must be a UUID"},
		{"unknown template", ok.with("template_id", unknownUUID), "template_id: no such"},
		{"no plan", ok.with("pricing_id", nil), "pricing_id: required"},
		{"plan 0", ok.with("pricing_id", 0), "pricing_id: must be at least 1"},
		{"unknown plan", ok.with("pricing_id", 14), "pricing_id: no such plan"},
		{"plan as text", ok.with("pricing_id", "3"), "pricing_id: must be an integer"},
		{"half a plan", ok.with("pricing_id", 3.5), "pricing_id: must be an integer"},
		{"no region", ok.with("region", nil), "region: required"},
		{"unknown region", ok.with("region", "eu-west"), "region: must be one of us-east"},
		{"no key nor password", ok.with("ssh_keys", nil), "ssh_keys: either"},
		{"no keys in the list", ok.with("ssh_keys", []string{}), "ssh_keys: either"},
		{"key id instead of key", ok.with("ssh_keys", []string{unknownUUID}), "ssh_keys[0]: must be an SSH public key"},
		{"key of a wrong type", ok.with("ssh_keys", []any{testKey, 1}), "ssh_keys[1]: must be a string"},
		{"keys not in a list", ok.with("ssh_keys", testKey), "ssh_keys: must be a list"},
		{"short password", ok.with("password", "AB12-efghij"), "password: "},
		{"password without symbol", ok.with("password", "ABcdefgh1234"), "password: "},
		{"password with 1 digit", ok.with("password", "ABcdefgh-ijk1"), "password: "},
		{"password with 1 upper case letter", ok.with("password", "Abcdefgh-1234"), "password: "},
		{"password with a space", ok.with("password", "AB12-efgh ijkl"), "password: may only"},
		{"password with an umlaut", ok.with("password", "ABÜ12-efghijk"), "password: may only"},
		{"Windows without password", onWindows.with("password", nil), "password: required"},
		{"Windows with keys", onWindows.with("ssh_keys", []string{testKey}), "ssh_keys: Windows takes no"},
		{"Windows on a standard plan", onWindows.with("pricing_id", 10), "pricing_id: Windows"},
		{"Windows on a premium plan", onWindows.with("pricing_id", 3), "pricing_id: Windows"},
		{"Linux on a Windows plan", ok.with("pricing_id", 80), "pricing_id: windows plans are for Windows only"},
		{"no network", ok.with("skip_public_ip", true), "skip_vpc: cannot be combined with skip_public_ip"},
		{"skip_vpc with vpc_id", ok.with("vpc_id", network), "skip_vpc: "},
		{"vpc_id and a new VPC", ok.with("skip_vpc", nil, "vpc_id", network, "vpc_name", "x", "vpc_cidr", "10.2.0.0/24"), "vpc_id: "},
		{"vpc_name alone", ok.with("skip_vpc", nil, "vpc_name", "x"), "vpc_name: vpc_name and vpc_cidr"},
		{"vpc_cidr alone", ok.with("skip_vpc", nil, "vpc_cidr", "10.2.0.0/24"), "vpc_name: vpc_name and vpc_cidr"},
		{"bad vpc_cidr", ok.with("skip_vpc", nil, "vpc_name", "x", "vpc_cidr", "8.8.8.0/24"), "vpc_cidr: CIDR must be in private range"},
		{"overlapping vpc_cidr", ok.with("skip_vpc", nil, "vpc_name", "x", "vpc_cidr", "10.1.0.0/16"), "vpc_cidr: "},
		{"unknown VPC", ok.with("skip_vpc", nil, "vpc_id", unknownUUID), "vpc_id: no such VPC"},
		{"VPC of another project", ok.with("skip_vpc", nil, "vpc_id", elsewhere), "vpc_id: no such VPC"},
		{"malformed VPC", ok.with("skip_vpc", nil, "vpc_id", "net"), "vpc_id: must be a UUID"},
		{"skip_vpc as text", ok.with("skip_vpc", "true"), "skip_vpc: must be true or false"},
		{"negative extra storage", ok.with("extra_storage", -1), "extra_storage: "},
		{"too much extra storage", ok.with("extra_storage", 10001), "extra_storage: "},
		{"unknown filesystem", ok.with("extra_storage_type", "zfs"), "extra_storage_type: must be one of"},
		{"unknown backup type", ok.with("backup_type", "hourly"), "backup_type: "},
		{"weekly without a day", ok.with("backup_type", "weekly"), "backup_date: required"},
		{"unknown day", ok.with("backup_type", "weekly", "backup_date", "Someday"), "backup_date: "},
		{"bad time", ok.with("backup_type", "daily", "backup_time", "25:00"), "backup_time: "},
		{"too many tags", ok.with("tags", many), "tags: must have 0 to 20"},
		{"empty tag", ok.with("tags", []string{"a", ""}), "tags[1]: must be 1 to 64"},
		{"unknown field", ok.with("ssh_key", testKey), "ssh_key: unknown field"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c.post("/api/v1/vms", test.body).want(400, test.field)
		})
	}
	c.get("/api/v1/vms").want(200).expect("total", 0)
	if n := b.state.VPCs.Len(); n != 2 {
		t.Errorf("%d VPCs after refused creates", n)
	}
	b.checkInvariants()
	c.post("/api/v1/vms", onWindows).want(201).expect("data.template_name", "Windows Server Standard")
}

// Network: `vpc_id`, or `vpc_name`+`vpc_cidr`, or skip_vpc; with none of these a VPC appears.
func TestVMNetworkChoices(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	network := c.makeVPC("net", "10.7.0.0/24")
	for _, test := range []struct {
		name    string
		changes []any
		types   []string
		vpcs    []string
	}{
		{"nothing said", []any{"skip_vpc", nil}, []string{"public", "vpc"}, []string{"net", "vpc-nothing said"}},
		{"existing", []any{"skip_vpc", nil, "vpc_id", network}, []string{"public", "vpc"}, []string{"net"}},
		{"new", []any{"skip_vpc", nil, "vpc_name", "mine", "vpc_cidr", "10.8.0.0/28"}, []string{"public", "vpc"}, []string{"net", "mine"}},
		{"no VPC", nil, []string{"public"}, []string{"net"}},
		{"private only", []any{"skip_vpc", nil, "vpc_id", network, "skip_public_ip", true}, []string{"vpc"}, []string{"net"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			id := c.makeVM(test.name, test.changes...)
			if got := c.get("/api/v1/vms/"+id+"/networks").want(200).list("data", "type"); !slices.Equal(got, test.types) {
				t.Errorf("interfaces %v, want %v", got, test.types)
			}
			if got := c.get("/api/v1/vpcs").want(200).list("data", "name"); !slices.Equal(got, test.vpcs) {
				t.Errorf("VPCs %v, want %v", got, test.vpcs)
			}
			b.checkInvariants()
			c.delete("/api/v1/vms/"+id, object{"delete_vpc": test.name != "existing" && test.name != "private only"}).want(200)
			b.checkInvariants()
		})
	}
}

func TestVMNamesAreUniqueInTheAccount(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVM("web")
	b.owner("staging").post("/api/v1/vms", b.vmRequest("web")).want(409, "web")
	other := b.owner("staging").makeVM("other")
	b.owner("staging").patch("/api/v1/vms/"+other+"/rename", object{"name": "web"}).want(409)
	c.patch("/api/v1/vms/"+id+"/rename", object{"name": "web"}).want(200)
	c.patch("/api/v1/vms/"+id+"/rename", object{"name": "www"}).want(200).expect("success", true)
	c.get("/api/v1/vms/"+id).expect("data.name", "www")
	for _, bad := range []any{object{}, object{"name": ""}, object{"name": strings.Repeat("x", 65)}, object{"name": true}} {
		c.patch("/api/v1/vms/"+id+"/rename", bad).want(400, "name: ")
	}
}

// `extra_storage` 0–10,000 GB makes a volume attached to the VM; backups make a schedule.
func TestVMCreateWithExtras(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	id := c.makeVM("web", "extra_storage", 100, "backup_type", "weekly", "backup_date", "Saturday", "backup_time", "9pm")
	c.get("/api/v1/vms/"+id).expect("data.backup_type", "weekly", "data.total_storage", 50)
	v, sc := first(&b.state.Volumes), first(&b.state.Schedules)
	if v.Name != "web-extra" || v.Size != 100 || v.VM != id || v.Status != volumeAttached || v.Filesystem != "ext4" {
		t.Errorf("volume %+v", *v)
	}
	if sc.VM != id || sc.Type != "weekly" || sc.Day != "Saturday" || sc.Time != "9pm" {
		t.Errorf("schedule %+v", *sc)
	}
	b.checkInvariants()
}

// Quota: 30 VMs per account for new accounts (`too many VMs`); here a setting, unlimited by default.
func TestVMQuota(t *testing.T) {
	o := quiet()
	o.VMQuota = 2
	b := newBackend(t, o)
	b.production().makeVM("one")
	b.owner("staging").makeVM("two")
	b.production().post("/api/v1/vms", b.vmRequest("three")).want(400, "too many VMs")
}

// Delete: `volume_action` defaults to `delete` and delete_vpc to true.
// **decided**: the backend takes the dangerous defaults.
func TestVMDeleteTakesVolumesAndVPCByDefault(t *testing.T) {
	for _, test := range []struct {
		name     string
		body     any
		volumes  int
		vpcs     int
		detached bool
	}{
		{"no body", nil, 0, 0, false},
		{"empty body", object{}, 0, 0, false},
		{"keep the volumes", object{"volume_action": "detach"}, 1, 0, true},
		{"keep the VPC", object{"delete_vpc": false}, 0, 1, false},
		{"keep both", object{"volume_action": "detach", "delete_vpc": false}, 1, 1, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBackend(t, quiet())
			c := b.production()
			id := c.makeVM("web", "skip_vpc", nil, "extra_storage", 10, "backup_type", "daily")
			c.delete("/api/v1/vms/"+id, test.body).want(200).expect("success", true)
			c.get("/api/v1/vms/" + id).want(404)
			if b.state.Volumes.Len() != test.volumes || b.state.VPCs.Len() != test.vpcs {
				t.Errorf("%d volumes and %d VPCs left, want %d and %d",
					b.state.Volumes.Len(), b.state.VPCs.Len(), test.volumes, test.vpcs)
			}
			if test.detached && first(&b.state.Volumes).Status != volumeAvailable {
				t.Errorf("volume is %s", first(&b.state.Volumes).Status)
			}
			if b.state.IPs.Len() != 0 || b.state.Schedules.Len() != 0 {
				t.Errorf("%d addresses and %d schedules left", b.state.IPs.Len(), b.state.Schedules.Len())
			}
			b.checkInvariants()
		})
	}
	b := newBackend(t, quiet())
	id := b.production().makeVM("web")
	for _, bad := range []object{{"volume_action": "keep"}, {"delete_vpc": "no"}, {"force": true}} {
		b.production().delete("/api/v1/vms/"+id, bad).want(400)
	}
}

// A VPC that other VMs use survives; reserved addresses stay, snapshots go, backups stay.
func TestVMDeleteSpares(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	network := c.makeVPC("net", "10.0.0.0/24")
	one := c.makeVM("one", "skip_vpc", nil, "vpc_id", network)
	two := c.makeVM("two", "skip_vpc", nil, "vpc_id", network)
	project := b.project("production")
	b.state.Snapshots.Put(1, &snapshot{ID: 1, Project: project, Name: "s", VM: one})
	b.state.Backups.Put("b", &backup{ID: "b", Project: project, Name: "b", VM: one})
	reserved := first(&b.state.IPs)
	reserved.Reserved = true

	c.delete("/api/v1/vms/"+one, nil).want(200)
	c.get("/api/v1/vpcs/" + network).want(200)
	if reserved.VM != "" || !b.state.IPs.Has(reserved.ID) {
		t.Errorf("reserved address %+v", *reserved)
	}
	if b.state.Snapshots.Len() != 0 || b.state.Backups.Len() != 1 {
		t.Errorf("%d snapshots and %d backups left", b.state.Snapshots.Len(), b.state.Backups.Len())
	}
	c.delete("/api/v1/vms/"+two, nil).want(200)
	c.get("/api/v1/vpcs/" + network).want(404)
	b.checkInvariants()
}

// A VM that is being deleted shows finalizing until it is gone, and takes no more orders.
func TestVMDeleteTakesAMoment(t *testing.T) {
	o := quiet()
	o.Timing = Realistic
	b := newBackend(t, o)
	c := b.production()
	id := c.makeVM("web")
	c.delete("/api/v1/vms/"+id, nil).want(200)
	c.get("/api/v1/vms/"+id).want(200).expect("data.status", "finalizing")
	c.delete("/api/v1/vms/"+id, nil).want(409, "being deleted")
	c.post("/api/v1/vms/"+id+"/start", nil).want(409, "being deleted")
	c.patch("/api/v1/vms/"+id+"/console-policy", object{"console_require_mfa": true}).want(409, "being deleted")
	b.clock.Advance(10 * time.Second)
	c.get("/api/v1/vms/" + id).want(404)
	b.checkInvariants()
}

// Bulk delete takes 1–50 ids, each judged by itself.
func TestVMBulkDelete(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	mine, elsewhere := c.makeVM("mine"), b.owner("staging").makeVM("elsewhere")
	const path = "/api/v1/vms/bulk"
	c.delete(path, object{"ids": []string{mine, elsewhere, unknownUUID, mine}}).want(200).expect(
		"success", true, "total_count", 4, "success_count", 1, "failed_count", 3,
		"results.0.success", true, "results.1.error", "VM not found", "results.2.error", "VM not found",
		"results.3.success", false)
	c.get("/api/v1/vms/" + mine).want(404)
	b.owner("staging").get("/api/v1/vms/" + elsewhere).want(200)
	c.delete(path, object{"ids": []string{unknownUUID}}).want(200).expect("success", false)

	tooMany := slices.Repeat([]string{unknownUUID}, 51)
	c.delete(path, object{"ids": tooMany}).want(400, "ids: must have 1 to 50")
	c.delete(path, object{"ids": tooMany[:50]}).want(200)
	c.delete(path, object{"ids": []string{}}).want(400, "ids: ")
	c.delete(path, object{"ids": []string{"x"}}).want(400, "ids[0]: must be a UUID")
	c.delete(path, object{}).want(400, "ids: required")
	c.delete(path, nil).want(400, "body: required")
}

// The VM list also filters by the query `project_id`, by region and status. Oldest first.
func TestVMList(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.owner("")
	for i := range 25 {
		b.owner("production").makeVM(fmt.Sprintf("vm-%02d", i))
	}
	stopped := b.owner("staging").makeVM("stopped")
	b.owner("staging").post("/api/v1/vms/"+stopped+"/stop", nil).want(200)

	c.get("/api/v1/vms").want(200).expect("total", 26, "data.0.name", "vm-00", "data.19.name", "vm-19", "data.20", nil)
	c.get("/api/v1/vms?limit=100&offset=20").expect("total", 26, "data.5.name", "stopped", "data.6", nil)
	c.get("/api/v1/vms?status=passive").expect("total", 1, "data.0.name", "stopped")
	c.get("/api/v1/vms?status=failure").expect("total", 0, "data", "[]")
	c.get("/api/v1/vms?region=us-east").expect("total", 26)
	c.get("/api/v1/vms?project_id="+b.project("staging")).expect("total", 1)
	c.get("/api/v1/vms?project_id="+unknownUUID).expect("total", 0)
	b.owner("production").get("/api/v1/vms?project_id="+b.project("staging")).expect("total", 0)
	for _, bad := range []string{"status=running", "region=eu", "project_id=x", "name=web"} {
		field, _, _ := strings.Cut(bad, "=")
		c.get("/api/v1/vms?"+bad).want(400, field+": ")
	}
}

// **VM** has `console_require_mfa` (boolean), set by `PATCH /vms/{id}/console-policy`, project header required; not part of
// create; off by default. **decided**: any key with `vm.manage` may set it.
func TestVMConsolePolicy(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	c.post("/api/v1/vms", b.vmRequest("x").with("console_require_mfa", true)).want(400, "console_require_mfa: unknown field")
	id := c.makeVM("web")
	path := "/api/v1/vms/" + id
	c.get(path).expect("data.console_require_mfa", false)
	policy := object{"console_require_mfa": true}
	c.in("").patch(path+"/console-policy", policy).want(400, "X-Project-ID required")
	b.owner("staging").patch(path+"/console-policy", policy).want(404)
	b.keyWith("project", "vm.view", "vm.console").patch(path+"/console-policy", policy).want(403, "vm.manage")
	c.patch(path+"/console-policy", object{}).want(400, "console_require_mfa: required")
	c.patch(path+"/console-policy", object{"console_require_mfa": "yes"}).want(400, "console_require_mfa: must be true or false")
	b.clock.Advance(time.Minute)
	b.keyWith("project", "vm.manage").patch(path+"/console-policy", policy).want(200).expect("success", true)
	c.get(path).expect("data.console_require_mfa", true, "data.updated_at", "2026-03-02T12:01:00Z")
	c.get("/api/v1/vms").expect("data.0.console_require_mfa", true)
	c.patch(path+"/console-policy", object{"console_require_mfa": false}).want(200)
	c.get(path).expect("data.console_require_mfa", false)
}
