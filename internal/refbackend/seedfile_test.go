package refbackend

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const seedAccount = `
account: Example Ltd
owner_email: ada@example.com
owner_key: raff_1111111111111111111111111111111111111111111111111111111111111111
ssh_keys:
  - {name: laptop, public_key: ` + testKey + `}
roles:
  - {name: Deployer, slug: deployer, scope: project, permissions: [vm.view, vm.create]}
api_keys:
  - name: ci
    secret: raff_2222222222222222222222222222222222222222222222222222222222222222
    rate_limit_tier: high
  - name: admin
    role: Admin
members:
  - {email: bob@example.com, role: Member}
projects:
  - name: shared
  - name: production
    default: true
    description: What customers see
    vpcs:
      - {name: net, cidr: 10.0.0.0/24}
    security_groups:
      - name: web
        rules:
          - {protocol: TCP, rule_type: INBOUND, range: "80,443"}
    ips:
      - type: IPv4
      - {type: IPv4, vm: web}
      - {type: IPv6, vm: db}
    vms:
      - name: web
        template: Ubuntu 24.04
        pricing_id: 9
        vpc: net
        ssh_keys: &keys [` + testKey + `]
        backup_type: weekly
        backup_date: Monday
        backup_time: 13:00
        console_require_mfa: true
      - {name: db, template: Debian 13x64, pricing_id: 3, vpc: net, ssh_keys: *keys, power_state: passive, skip_public_ip: true}
    volumes:
      - {name: data, size: 100, vm: db}
      - {name: spare, size: 10}
    snapshots:
      - {name: before, vm: web}
      - {name: disk, volume: data}
    backups:
      - {name: first, vm: web}
    backup_schedules:
      - {vm: db, type: daily, time: 8am, keep_count: 3}
    members:
      - {api_key: ci, role: Deployer}
    invitations:
      - {email: eve@example.com, role: Viewer}
`

func writeSeed(t testing.TB, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "account.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestSeedFile(t *testing.T) {
	o := quiet()
	o.Timing, o.SeedFile = Realistic, writeSeed(t, seedAccount)
	b := newBackend(t, o)
	b.checkInvariants()
	if got := b.account; got.OwnerKey != "raff_"+strings.Repeat("1", 64) || got.ProductionKey != "" ||
		got.Projects["default"] != got.Projects["production"] || len(got.Projects) != 3 {
		t.Errorf("account %+v", got)
	}
	c := b.owner("production")
	c.get("/api/v1/projects").want(200).expect("total", 2, "data.1.is_default", true, "data.0.is_default", false)
	c.get("/api/v1/vms").want(200).expect("data.0.status", "active", "data.1.status", "passive", "data.1.public_ipv4_address", nil,
		"data.0.backup_type", "weekly", "data.0.private_ipv4_address", "10.0.0.2")
	c.get("/api/v1/volumes").want(200).expect("data.0.status", "attached", "data.1.status", "available")
	c.get("/api/v1/snapshots").want(200).expect("total", 2)
	c.get("/api/v1/backups").want(200).expect("data.0.status", "ready")
	c.get("/api/v1/backup-schedules").want(200).expect("data.0.runtime", "Monday 1pm", "data.1.runtime", "Daily at 8am")
	c.get("/api/v1/ips?reserved=true").want(200).expect("total", 3, "data.0.status", "free", "data.1.status", "in-use")
	web := "/api/v1/vms/" + c.get("/api/v1/vms").expect("data.0.console_require_mfa", true, "data.1.console_require_mfa", false).str("data.0.id")
	c.get(web+"/networks?type=public").expect("data.0.is_primary", true, "data.1.is_primary", false,
		"data.1.ip", c.get("/api/v1/ips?reserved=true").str("data.1.ip_address"))
	c.get("/api/v1/members").want(200).expect("data.0.email", "ada@example.com", "data.1.status", "pending")
	ci := caller{b, "raff_" + strings.Repeat("2", 64), ""}
	ci.get("/api/v1/vms").want(200).expect("total", 2)
	ci.in(b.project("production")).delete("/api/v1/vms/"+c.get("/api/v1/vms").str("data.0.id"), nil).want(403, "vm.delete")
	if len(b.Journal()) != 14 {
		t.Errorf("the journal has %d entries: seeding is not a request", len(b.Journal()))
	}
	c.makeVM("realistic")
	c.get("/api/v1/vms").expect("data.2.status", "initiating")

	before := b.saved()
	b.admin("POST", "reset", "").want(200)
	if again := newBackend(t, o); again.saved() != b.saved() || b.saved() == before {
		t.Error("a reset does not lead back to the seed file")
	}
}

// JSON is YAML, and an account needs no more than a project.
func TestSeedFileInJSON(t *testing.T) {
	b := newBackend(t, Options{SeedFile: writeSeed(t, `{"projects": [{"name": "only"}]}`)})
	b.owner("only").get("/api/v1/projects").want(200).expect("total", 1, "data.0.is_default", true, "data.0.slug", "only")
}

// With a data file, the seed file is for the first start only.
func TestSeedFileAndDataFile(t *testing.T) {
	o := Options{SeedFile: writeSeed(t, seedAccount)}
	file := filepath.Join(t.TempDir(), "account")
	b := kept(t, file, o)
	id := b.owner("production").get("/api/v1/vms").str("data.0.id")
	b.owner("production").delete("/api/v1/vms/"+id, nil).want(200)
	b.crash()
	again := kept(t, file, o)
	again.owner("production").get("/api/v1/vms").want(200).expect("total", 1)
	if again.account.OwnerKey != b.account.OwnerKey {
		t.Error("the Owner's key is not known any more")
	}
}

// What is wrong in a seed file is named with its line and field.
func TestSeedFileProblems(t *testing.T) {
	const vm = "projects:\n  - name: p\n    vms:\n      - name: web\n        template: Ubuntu 24.04\n        pricing_id: 9\n        skip_vpc: true\n        password: Correct-Horse-42\n"
	for text, want := range map[string]string{
		"":                        "account.yaml: empty",
		"projects: [":             "account.yaml: line 1",
		"[]":                      "account.yaml:1: must be a mapping",
		"account: x":              "account.yaml:1: projects: at least one project is required",
		"account: [x]\n":          "account.yaml:1: account: must be a string",
		"projects: {}":            "account.yaml:1: projects: must be a list",
		"projects: [x]":           "account.yaml:1: projects[0]: must be a mapping",
		"projects:\n  - name: ''": "account.yaml:2: projects[0].name: must be 1 to 64 characters long",
		"projects:\n  - {name: a}\n  - {name: a}":                                       "account.yaml:3: projects[1]: a project named \"a\" already exists",
		"projects:\n  - {name: a}\ncolour: red":                                         "account.yaml:3: colour: unknown field",
		"projects:\n  - name: a\n    colour: red":                                       "account.yaml:3: projects[0].colour: unknown field",
		"projects:\n  - name: a\n    name: b":                                           "line 3: mapping key \"name\" already defined",
		"projects:\n  - {name: a, default: 1}":                                          "account.yaml:2: projects[0].default: must be true or false",
		"projects:\n  - {name: a, default: true}\n  - {name: b, default: true}":         "account.yaml:3: projects[1].default: another project",
		"---\nprojects: [{name: a}]\n---\n{}":                                           "account.yaml: more than one document",
		"owner_key: secret\nprojects: [{name: a}]":                                      "account.yaml:1: owner_key: must be raff_",
		"owner_email: nobody\nprojects: [{name: a}]":                                    "account.yaml:1: owner_email: ",
		"api_keys:\n  - name: a\n    secret: raff_1":                                    "account.yaml:3: api_keys[0].secret: must be raff_",
		"api_keys:\n  - name: a\n    role: Nobody":                                      "account.yaml:3: api_keys[0].role: there is no \"Nobody\"",
		"api_keys:\n  - name: a\n    role: Viewer":                                      "account.yaml:3: api_keys[0].role: there is no \"Viewer\"",
		"api_keys:\n  - name: a\n    role: Admin\n    role_id: x":                       "cannot be combined with role_id",
		"projects:\n  - name: a\n    vpcs:\n      - name: n\n        cidr: 10.0.0.0/8":  "account.yaml:5: projects[0].vpcs[0].cidr: CIDR prefix must be between",
		"projects:\n  - name: a\n    volumes:\n      - {name: v, size: 10, vm: nobody}": "account.yaml:4: projects[0].volumes[0].vm: there is no \"nobody\"",
		"projects:\n  - name: a\n    volumes:\n      - {name: v, size: 10, vm: [web]}":  "projects[0].volumes[0].vm: must be a name",
		"projects:\n  - name: a\n    volumes:\n      - name: v\n        size: big":      "account.yaml:5: projects[0].volumes[0].size: must be an integer",
		"projects:\n  - name: a\n    members:\n      - {role: Viewer, api_key: nobody}": "projects[0].members[0].api_key: there is no",
		vm + "        power_state: off":                                                 "account.yaml:9: projects[0].vms[0].power_state: must be active or passive",
		vm + "        template_id: x":                                                   "projects[0].vms[0].template: cannot be combined",
		vm + "        vpc: net":                                                         "account.yaml:9: projects[0].vms[0].vpc: there is no \"net\"",
		vm + "        tags: [a, '']":                                                    "account.yaml:9: projects[0].vms[0].tags[1]: must be 1 to 64 characters long",
		vm + "        region: eu":                                                       "account.yaml:9: projects[0].vms[0].region: must be one of us-east",
		vm + "        password: x":                                                      "already defined",
		"a: &a [*a]\nprojects: [{name: a}]":                                             "a",
	} {
		_, err := New(Options{SeedFile: writeSeed(t, text)})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q:\ngot  %v\nwant %s", text, err, want)
		}
	}
	if _, err := New(Options{SeedFile: "nowhere.yaml"}); err == nil || !strings.Contains(err.Error(), "nowhere.yaml") {
		t.Errorf("got %v", err)
	}
}
