package refbackend

import (
	"errors"
	"strings"
	"testing"
)

const (
	recordedVPC    = "0910f525-f9f2-456a-a90e-df5e8b97aff4"
	recordedVM     = "897249f8-9f10-4049-ae72-3768f64bc607"
	recordedIP     = "7de43c37-a879-4e95-b87c-bdb42630d73e"
	recordedKey    = "a892c005-05d0-4408-b621-9cf18a55d7cc"
	recordedSecret = "raff_3333333333333333333333333333333333333333333333333333333333333333"
)

// recordedAccount has what no create request makes any more: ids of its own, a plan and a template that nobody offers, a
// schedule that keeps one backup, and states that were under way.
const recordedAccount = `
recorded:
  account_id: 28c6b395-b036-4646-b575-d51f15ca1a7b
  roles:
    - {id: fcb0ce4f-da06-46cb-81fa-b0d894b4349c, name: Owner, slug: owner, scope: account, is_system: true, permissions: [account.projects.view]}
    - {id: 4261fb4e-e564-4a23-bc97-88db50c7ae11, name: Helper, slug: helper, scope: account, is_system: false, permissions: [account.projects.view], created_by: 8ec5d38c-e51c-4c50-835c-5baa510d4616, created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z", account_id: 28c6b395-b036-4646-b575-d51f15ca1a7b}
    - {id: 7f4398b3-aca1-4b3b-844a-400ad2c452b3, name: Custom, slug: custom, scope: project, is_system: false, permissions: [vm.view], created_by: 8ec5d38c-e51c-4c50-835c-5baa510d4616, created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z", account_id: 28c6b395-b036-4646-b575-d51f15ca1a7b}
  projects:
    - {id: 7db4b850-acf5-4c51-8707-88081f4d326e, name: production, slug: prod, is_default: true, created_by: 8ec5d38c-e51c-4c50-835c-5baa510d4616, created_at: "2026-01-01T00:00:00Z"}
  api_keys:
    - {id: ` + recordedKey + `, name: ci, is_active: true, created_by: 8ec5d38c-e51c-4c50-835c-5baa510d4616, role_id: fcb0ce4f-da06-46cb-81fa-b0d894b4349c, secret: ` + recordedSecret + `, key_prefix: raff_33333333}
    - {id: 3bce38d4-773d-4746-b7f3-a35c0a09f547, name: limited, is_active: true, created_by: 8ec5d38c-e51c-4c50-835c-5baa510d4616, project_accesses: [{project_id: 7db4b850-acf5-4c51-8707-88081f4d326e, role_id: 7f4398b3-aca1-4b3b-844a-400ad2c452b3}]}
  members:
    - {id: b4903bdb-0c1c-4c73-8c33-ba086cd8ba33, user_id: 140e8023-2ba3-4ec9-b5e2-93b438e56280, email: ada@example.com, role_id: fcb0ce4f-da06-46cb-81fa-b0d894b4349c, status: active}
    - {id: c31ce725-dfbb-40f5-b5f0-364fda319712, email: bob@example.com, role_id: 4261fb4e-e564-4a23-bc97-88db50c7ae11, status: pending, invited_by: 8ec5d38c-e51c-4c50-835c-5baa510d4616, invited_at: "2026-01-01T00:00:00Z", invitation_id: ae3e7201-c185-4ae3-a343-09e63aa4ec85, invitation_expires_at: "2026-12-01T00:00:00Z"}
  project_members:
    - {id: 6760ee0d-2bc5-45b5-9595-97e18ef7b9db, project_id: 7db4b850-acf5-4c51-8707-88081f4d326e, email: limited@keys.example, role_id: 7f4398b3-aca1-4b3b-844a-400ad2c452b3, status: active}
  vpcs:
    - {id: ` + recordedVPC + `, project_id: 7db4b850-acf5-4c51-8707-88081f4d326e, name: net, cidr: 10.0.0.0/24}
  ips:
    - {id: ` + recordedIP + `, project_id: 7db4b850-acf5-4c51-8707-88081f4d326e, ip_address: 198.19.0.4, type: IPv4, created_by: 8ec5d38c-e51c-4c50-835c-5baa510d4616, reserved: true}
  vms:
    - {id: ` + recordedVM + `, project_id: 7db4b850-acf5-4c51-8707-88081f4d326e, name: web, status: booting, created_by: 8ec5d38c-e51c-4c50-835c-5baa510d4616, pricing_id: 4711, storage: 30,
       console_require_mfa: true,
       template_id: 6562a1a4-7c43-4c51-8707-88081f4d326e, template_name: Ubuntu, template_version: "12.04", tags: [{id: 6971e554-41f6-42eb-b5a6-7b370e856d5c, name: front}]}
  vm_networks:
    - vm_id: ` + recordedVM + `
      interfaces:
        - {nic_id: 4, type: vpc, ip: 10.0.0.9, network_name: net, mac: "02:00:00:00:00:01"}
        - {nic_id: 2, type: public, ip: 198.19.0.4, network_name: public, mac: "02:00:00:00:00:02"}
  volumes:
    - {id: 70001, project_id: 7db4b850-acf5-4c51-8707-88081f4d326e, name: data, size: 5, status: creating, product_vm: ` + recordedVM + `}
  snapshots:
    - {id: 80001, project_id: 7db4b850-acf5-4c51-8707-88081f4d326e, name: s, type: volume, created_by: 8ec5d38c-e51c-4c50-835c-5baa510d4616, size: 5 GB, volume_id: 70001}
  backup_schedules:
    - {id: 90001, project_id: 7db4b850-acf5-4c51-8707-88081f4d326e, product_vm: ` + recordedVM + `, name: web-weekly, type: weekly, runtime: "Saturday 8:30pm", keep_count: 1, created_by: 8ec5d38c-e51c-4c50-835c-5baa510d4616,
       last_run_at: "2026-02-28T20:30:00Z", last_run_status: failed, consecutive_failures: 2, next_run_at: "2026-03-07T20:30:00Z"}
  backups:
    - {id: daaf8bbc-650a-418a-8d14-ec518404ea6a, project_id: 7db4b850-acf5-4c51-8707-88081f4d326e, name: b2, status: ready, product_vm: ` + recordedVM + `, increment_id: 1, created_by: 8ec5d38c-e51c-4c50-835c-5baa510d4616, created_at: "2026-01-03T00:00:00Z"}
    - {id: 70c2a8dc-b378-4fd5-8e3d-1719b2c6cdb9, project_id: 7db4b850-acf5-4c51-8707-88081f4d326e, name: b1, status: ready, product_vm: ` + recordedVM + `, increment_id: 0, created_by: 8ec5d38c-e51c-4c50-835c-5baa510d4616, created_at: "2026-01-02T00:00:00Z"}
`

// A recorded account is there as it was, under its own ids, and goes on from there.
func TestRecordedAccount(t *testing.T) {
	o := quiet()
	o.SeedFile = writeSeed(t, recordedAccount)
	b := newBackend(t, o)
	b.checkInvariants()
	if b.account.OwnerKey != recordedSecret || b.account.Projects["default"] != b.project("production") {
		t.Errorf("account %+v", b.account)
	}
	c := b.owner("production")
	c.get("/api/v1/projects").want(200).expect("total", 1, "data.0.slug", "prod", "data.0.created_at", "2026-01-01T00:00:00Z")
	c.get("/api/v1/vms/"+recordedVM).want(200).expect("data.status", "active", "data.pricing_id", 4711, "data.console_require_mfa", true, "data.storage", 30,
		"data.template_name", "Ubuntu", "data.template_version", "12.04", "data.tags.0.name", "front", "data.public_ipv4_address", "198.19.0.4")
	c.get("/api/v1/vms/"+recordedVM+"/networks").want(200).expect("data.0.nic_id", 2, "data.1.nic_id", 4, "data.1.gateway", "10.0.0.1")
	c.get("/api/v1/vpcs/"+recordedVPC).want(200).expect("data.vpc.used_ips", 1, "data.leases.0.nic_id", 4)
	c.get("/api/v1/volumes").want(200).expect("data.0.id", 70001, "data.0.status", "attached", "data.0.size", 5)
	c.get("/api/v1/snapshots?volume_id=70001").want(200).expect("total", 1)
	c.get("/api/v1/backup-schedules").want(200).expect("data.0.runtime", "Saturday 8:30pm", "data.0.keep_count", 1,
		"data.0.last_run_status", "failed", "data.0.consecutive_failures", 2, "data.0.next_run_at", "2026-03-07T20:30:00Z")
	c.get("/api/v1/backups").want(200).expect("data.0.increment_id", 1, "data.1.increment_id", 0)
	c.get("/api/v1/api-keys").want(200).expect("total", 2, "data.1.project_accesses.0.role_name", "Custom")
	c.get("/api/v1/members").want(200).expect("data.1.invitation_expires_at", "2026-12-01T00:00:00Z")

	// The Owner's role is the Owner's under any id, and what is made next has new ids.
	c.delete("/api/v1/members/b4903bdb-0c1c-4c73-8c33-ba086cd8ba33", nil).want(409, "Owner")
	made := c.post("/api/v1/volumes", map[string]any{"name": "more", "size": 10, "volume_type": "nvme"}).want(202)
	made.expect("data.id", 70002)
	c.delete("/api/v1/backups/70c2a8dc-b378-4fd5-8e3d-1719b2c6cdb9", nil).want(409, "1 later restore point")
	c.delete("/api/v1/vms/"+recordedVM+"/ip/2", nil).want(200)
	c.get("/api/v1/ips/"+recordedIP).want(200).expect("data.status", "free")
	b.checkInvariants()

	before := b.saved()
	b.admin("POST", "reset", "").want(200)
	if b.saved() == before {
		t.Error("a reset does not lead back to the recorded account")
	}
}

// Without roles and keys, which not every key may list, there are the system roles and an Owner's key.
func TestRecordedWithoutKeys(t *testing.T) {
	b := newBackend(t, Options{SeedFile: writeSeed(t, `{"recorded": {"projects": [{"id": "7db4b850-acf5-4c51-8707-88081f4d326e", "name": "only", "created_by": "7db4b850-acf5-4c51-8707-88081f4d326e"}]}}`)})
	b.owner("only").get("/api/v1/projects").want(200).expect("total", 1, "data.0.is_default", true)
	b.owner("only").get("/api/v1/roles").want(200).expect("data.0.slug", "owner")
}

// What does not fit together is refused, and named by its place in the file.
func TestRecordedProblems(t *testing.T) {
	const p = "recorded:\n  projects: [{id: p}]\n"
	for text, want := range map[string]string{
		"recorded: 1":                              "recorded: must be a mapping",
		"recorded: {projects: []}\nprojects: []":   "projects: unknown field",
		"recorded: {}":                             "recorded.projects: at least one project",
		"recorded: {projects: {}}":                 "recorded.projects: must be a list",
		p + "  colour: red":                        "recorded.colour: unknown field",
		p + "  account_id: 1":                      "recorded.account_id: must be a string",
		"recorded: {projects: [{id: 1}]}":          "recorded.projects[0]: id: must not be a number",
		"recorded: {projects: [{name: x}]}":        "recorded.projects[0]: id: required",
		"recorded: {projects: [{id: p}, {id: p}]}": "recorded.projects[1]: id: p is there already",
		"recorded: {projects: [{id: p, is_default: true}, {id: q, is_default: true}]}":                                      "recorded.projects[1]: is_default: another",
		p + "  roles: [{id: r, scope: planet}]":                                                                             "recorded.roles[0]: scope: must be",
		p + "  api_keys: [{id: k, secret: x}]":                                                                              "recorded.api_keys[0].secret: must be raff_",
		p + "  project_members: [{id: m, project_id: q}]":                                                                   `project_id: there is no project "q"`,
		p + "  vpcs: [{id: v, project_id: p, cidr: 8.8.8.0/24}]":                                                            "recorded.vpcs[0]: cidr: CIDR must be in private range",
		p + "  ips: [{id: i, project_id: p, ip_address: x}]":                                                                `ip_address: "x" is no address`,
		p + "  vm_networks: [{vm_id: v}]":                                                                                   `vm_id: there is no VM "v"`,
		p + "  vm_notes: [{id: n, vm_id: v}]":                                                                               `vm_id: there is no VM "v"`,
		p + "  volumes: [{id: 1, project_id: p, product_vm: v}]":                                                            `product_vm: there is no VM "v"`,
		p + "  volumes: [{id: one, project_id: p}]":                                                                         "id: must not be a string",
		p + "  snapshots: [{id: 1, project_id: p, size: much}]":                                                             "size: must be like",
		p + "  vms: [{id: v, project_id: p}]\n  backup_schedules: [{id: 1, project_id: p, product_vm: v, runtime: hourly}]": "runtime: \"hourly\" is not like",
		p + "  security_groups: [{id: g, project_id: p, rules: [{range: 1-2}]}]":                                            "rules[0]: must be ports",
		p + "  vms: [{id: v, project_id: p}]\n  vm_networks: [{vm_id: v, interfaces: [{ip: 8.8.8.8, type: public}]}]":       "nic_id 0: ip: no free public address 8.8.8.8",
		p + "  vms: [{id: v, project_id: p}]\n  vm_networks: [{vm_id: v, interfaces: [{ip: 10.0.0.2, type: vpc}]}]":         "nic_id 0: network_name: no VPC",
	} {
		_, err := New(Options{SeedFile: writeSeed(t, text)})
		var problem *SeedFileError
		if !errors.As(err, &problem) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q:\ngot  %v\nwant %s", text, err, want)
		}
	}
}
