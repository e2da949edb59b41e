package refbackend

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// createRow is a create with as little as the API demands, and the object that comes of it: every field, with its type and
// the value that it has by default.
type createRow struct {
	body func(c caller) object // nil: that of changeRows
	want string
}

var createRows = map[string]createRow{
	"createProject": {want: `{"account_id":"ACCOUNT","created_at":"NOW","created_by":"OWNER","default_region":"us-east","description":"",
			"id":"UUID","is_active":true,"is_default":false,"name":"mine","slug":"mine","updated_at":"NOW"}`},
	"createVM": {
		body: func(c caller) object {
			return object{
				"name": "mine", "template_id": c.templateID("Ubuntu", "24.04x64"), "pricing_id": 9, "region": "us-east", "password": testPassword,
			}
		},
		want: `{"active":false,"added_storage":0,"backup_type":null,"billing_type":"payg","console_require_mfa":false,"cpu":1,"created_at":"NOW",
			"created_by":"OWNER","id":"UUID","name":"mine","price_per_hour":"0.012486",
			"pricing_id":9,"private_ipv4_address":"10.0.1.2","private_ipv6_address":null,
			"project_id":"PROJECT","public_ipv4_address":"IPV4","public_ipv6_address":null,"ram":2,"region":"us-east",
			"status":"initiating","storage":50,"tags":[],"template_id":"UUID","template_name":"Ubuntu",
			"template_version":"24.04x64","total_storage":50,"updated_at":"NOW"}`,
	},
	"createVPC": {want: `{"account_id":"ACCOUNT","cidr":"10.0.0.0/24","created_at":"NOW","dns":"10.0.0.1","gateway":"10.0.0.1",
			"gateway_type":"none","id":"UUID","name":"mine","project_id":"PROJECT","region":"us-east","status":"active",
			"total_ips":256,"updated_at":"NOW","used_ips":0}`},
	"reserveIP": {
		body: func(caller) object { return object{} },
		want: `{"account_id":"ACCOUNT","created_at":"NOW","created_by":"OWNER","id":"UUID","ip_address":"IPV4",
			"project_id":"PROJECT","region":"us-east","reserved":true,"status":"free","type":"IPv4","updated_at":"NOW"}`,
	},
	"createSecurityGroup": {
		body: func(caller) object { return object{"name": "mine"} },
		want: `{"created_at":"NOW","description":"","id":"UUID","name":"mine","project_id":"PROJECT","rules":[],
			"updated_at":"NOW","vm_count":0}`,
	},
	"createVolume": {
		body: func(caller) object { return volumeRequest("mine") },
		want: `{"account_id":"ACCOUNT","created_at":"NOW","id":NUMBER,"name":"mine","price_per_hour":"0.000694",
			"project_id":"PROJECT","region":"us-east","size":10,"status":"creating","updated_at":"NOW",
			"volume_type":"nvme"}`,
	},
	"createSnapshot": {want: `{"account_id":"ACCOUNT","created_at":"NOW","created_by":"OWNER","id":NUMBER,"name":"mine",
			"price_per_hour":"0.000000","product_vm":"UUID","project_id":"PROJECT","size":"50 GB","status":"",
			"target_size":"50 GB","type":"vm"}`},
	"createBackup": {
		body: func(c caller) object { return object{"vm_id": c.runningVM("bare")} },
		want: `{"account_id":"ACCOUNT","created_at":"NOW","created_by":"OWNER","id":"UUID","increment_id":0,
			"name":"bare-2026-03-02-130000","price_per_hour":"0.000000","product_vm":"UUID","project_id":"PROJECT",
			"region":"us-east","status":"pending","storage_size":51200}`,
	},
	"createBackupSchedule": {want: `{"account_id":"ACCOUNT","consecutive_failures":0,"created_at":"NOW","created_by":"OWNER","enabled":true,"id":NUMBER,"keep_count":2,
			"name":"mine-daily","next_run_at":"2026-03-03T08:00:00Z","price_per_hour":"0.000000","product_vm":"UUID","project_id":"PROJECT","region":"us-east",
			"runtime":"Daily at 8am","size":"0 MB","type":"daily"}`},
	"createSSHKey": {want: `{"created_at":"NOW","id":"UUID","key_type":"ssh-ed25519","name":"mine",
			"public_key":"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFDhQCGKmgkWIdtZCIleVx8la4X+UaDPww/LJPHSShwn user@host",
			"updated_at":"NOW"}`},
	"addMember": {want: `{"account_id":"ACCOUNT","created_at":"NOW","email":"mine@example.com","id":"UUID",
			"invitation_expires_at":"IN A WEEK","invitation_id":"UUID","invited_at":"NOW","invited_by":"OWNER",
			"role":"member","role_id":"ROLE member","role_name":"Member","status":"pending","updated_at":"NOW",
			"user_id":null}`},
	"addProjectMember": {want: `{"accepted_at":"NOW","created_at":"NOW","email":"api-key-UUID@keys.invalid","id":"UUID","invited_at":"NOW",
			"invited_by":"OWNER","project_id":"PROJECT","role":"viewer","role_id":"ROLE viewer","role_name":"Viewer",
			"status":"active","user_id":null}`},
	"createRole": {want: `{"account_id":"ACCOUNT","created_at":"NOW","created_by":"OWNER","description":"","id":"ROLE mine",
			"is_system":false,"name":"mine","permissions":["vm.view"],"scope":"project","slug":"mine","updated_at":"NOW"}`},
	"createApiKey": {want: `{"account_id":"ACCOUNT","created_at":"NOW","created_by":"OWNER","id":"UUID","is_active":true,
			"key_prefix":"PREFIX","name":"mine","project_accesses":[],"rate_limit_tier":"standard","scope":"public",
			"secret":"SECRET"}`},
	"createAccountInvitation": {want: `{"account_id":"ACCOUNT","account_name":"Reference account","created_at":"NOW","email":"mine@example.com",
			"expires_at":"IN A WEEK","id":"UUID","invited_by_email":"owner@example.com","invited_by_id":"OWNER",
			"invited_by_name":"Account Owner","role_id":"ROLE member","role_name":"Member","type":"account"}`},
	"createProjectInvitation": {want: `{"account_id":"ACCOUNT","account_name":"Reference account","created_at":"NOW","email":"mine@example.com",
			"expires_at":"IN A WEEK","id":"UUID","invited_by_email":"owner@example.com","invited_by_id":"OWNER",
			"invited_by_name":"Account Owner","project_id":"PROJECT","project_name":"production","role_id":"ROLE viewer",
			"role_name":"Viewer","type":"project"}`},
}

// plain writes an object with names in place of what differs from run to run.
func (c caller) plain(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{
		c.state.AccountID: "ACCOUNT", c.header: "PROJECT", first(&c.state.Users).ID: "OWNER",
		c.moment().Format(time.RFC3339Nano): "NOW", c.moment().Add(7 * 24 * time.Hour).Format(time.RFC3339Nano): "IN A WEEK",
	}
	for r := range c.state.Roles.All() {
		names[r.ID] = "ROLE " + r.Slug
	}
	plain := string(text)
	for _, id := range slices.Sorted(maps.Keys(names)) {
		plain = strings.ReplaceAll(plain, id, names[id])
	}
	for _, form := range []struct{ pattern, name string }{
		{`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`, "UUID"},
		{`"id":[0-9]+`, `"id":NUMBER`},
		{`raff_[0-9a-f]{64}`, "SECRET"},
		{`raff_[0-9a-f]{8}"`, `PREFIX"`},
		{`198\.1[89]\.[0-9]+\.[0-9]+`, "IPV4"},
	} {
		plain = regexp.MustCompile(form.pattern).ReplaceAllString(plain, form.name)
	}
	return plain
}

// Every create that says as little as it may makes an object with the defaults of the API, and shows it whole.
func TestEveryCreateHasTheDefaults(t *testing.T) {
	rows := changeRows()
	for id := range createRows {
		if _, ok := rows[id]; !ok {
			t.Errorf("no operation %s", id)
		}
	}
	for _, op := range operations() {
		changes, ok := rows[op.id]
		if !ok || changes.status == 200 || op.on != nil && op.on != &projectNoun {
			continue
		}
		t.Run(op.id, func(t *testing.T) {
			b := newBackend(t, quiet())
			b.clock.Advance(time.Hour)
			c := b.owner("production")
			path, body := changes.ready(c)
			row := createRows[op.id]
			if row.body != nil {
				body = row.body(c)
			}
			got := c.plain(t, c.send(op.method, apiPath+path, body).want(changes.status).at("data"))
			if want := strings.ReplaceAll(row.want, "\n\t\t\t", ""); got != want {
				t.Errorf("made\n%s\nwant\n%s", got, want)
			}
		})
	}
}
