package refbackend

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// FuzzRequest sends anything to a backend with an object of each type in it: never a 5xx, never a broken state. Words in
// capitals stand for the ids of those objects.
func FuzzRequest(f *testing.F) {
	for _, op := range operations() {
		f.Add(op.method, op.at(""), "", true)
		path := op.path
		if op.on != nil {
			path = strings.Replace(path, "{id}", strings.ToUpper(op.on.kind), 1)
		}
		f.Add(op.method, path, `{"name":"x","pricing_id":3,"new_size":500,"vm_id":"VM","role_id":"ROLE"}`, true)
	}
	for _, seed := range []struct{ method, path, body string }{
		{"POST", vmsPath, `{"name":"x","template_id":"TEMPLATE","pricing_id":1,"region":"us-east","ssh_keys":["PUBLIC"],"skip_vpc":true}`},
		{"POST", vmsPath, `{"name":"x","template_id":"TEMPLATE","pricing_id":1,"region":"us-east","password":"ABcd-1234567","vpc_name":"n","vpc_cidr":"10.200.0.0/20"}`},
		{"POST", "/api/v1/vms/VM/vpc", `{"vpc_id":"VPC","ip":"10.0.0.9"}`},
		{"POST", "/api/v1/vms/VM/ip", `{"type":"IPv6","security_groups":["SECURITY_GROUP"]}`},
		{"POST", "/api/v1/vms/VM/security-groups", `{"security_group_id":"SECURITY_GROUP","nic_id":0}`},
		{"PUT", "/api/v1/vms/VM/notes/account", `{"content":"\u0000"}`},
		{"POST", vpcsPath, `{"name":"x","cidr":"172.16.0.0/16"}`},
		{"DELETE", "/api/v1/vms/bulk", `{"ids":["VM","00000000-0000-0000-0000-000000000000"],"delete_vpc":false}`},
		{"POST", "/api/v1/security-groups", `{"name":"x","rules":[{"protocol":"TCP","rule_type":"INBOUND","range":"130:200,5985","ip":"10.0.0.0","size":8}]}`},
		{"POST", "/api/v1/snapshots", `{"resource_type":"volume","volume_id":VOLUME,"name":"x"}`},
		{"POST", "/api/v1/backup-schedules", `{"vm_id":"VM","type":"weekly","day_of_week":"Monday","time":"13:00","keep_count":2}`},
		{"PATCH", "/api/v1/backup-schedules/BACKUP_SCHEDULE", `{"time":"12am","keep_count":100}`},
		{"POST", "/api/v1/api-keys", `{"name":"x","expires_at":"2026-02-29T12:00:00Z","role_id":"ROLE"}`},
		{"POST", "/api/v1/projects/PROJECT/members", `{"api_key_id":"API_KEY","role_id":"ROLE"}`},
		{"POST", "/api/v1/roles", `{"name":"x","slug":"x","scope":"project","permissions":["vm.view","vm.view"]}`},
		{"GET", "/api/v1/vms?limit=3&offset=1&status=active", ""},
		{"GET", "/api/v1/vms?limit=%zz;x", ""},
		{"GET", "/overview.json", ""},
	} {
		f.Add(seed.method, seed.path, seed.body, true)
		f.Add(seed.method, seed.path, seed.body, false)
	}
	f.Add("POST", "/api/v1/projects", `{"name":"\ud800","description":"`+strings.Repeat("[", 50)+`"}`, false)
	f.Fuzz(func(t *testing.T, method, target, body string, scoped bool) {
		b := newBackend(t, quiet())
		fill := b.furnish()
		address, err := url.ParseRequestURI(fill.Replace(target))
		if err != nil || address.Path == "" {
			t.Skip("no request of HTTP")
		}
		r, err := http.NewRequestWithContext(t.Context(), method, "http://backend/", strings.NewReader(fill.Replace(body)))
		if err != nil {
			t.Skip("no request of HTTP")
		}
		address.Scheme, address.Host = "http", "backend"
		r.URL = address
		r.Header.Set("X-API-Key", b.account.OwnerKey)
		if scoped {
			r.Header.Set(projectHeader, b.project("production"))
		}
		w := httptest.NewRecorder()
		b.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("%s %s %q: %d %s", method, target, body, w.Code, w.Body)
		}
		b.checkInvariants()
		// What was begun comes to an end, schedules included.
		b.clock.Advance(48 * time.Hour)
		b.checkInvariants()
	})
}

// furnish puts an object of each type into the account, and returns what replaces their names by their ids.
func (b *backend) furnish() *strings.Replacer {
	b.t.Helper()
	c := b.production()
	network := c.makeVPC("net", "10.0.0.0/24")
	vm := c.makeVM("web", "skip_vpc", nil, "vpc_id", network, "extra_storage", 10, "backup_type", "daily")
	owner := b.owner("")
	create := func(c caller, path string, body object) string { return c.post(path, body).str("data.id") }
	role := catalogID("role", "admin")
	names := map[string]string{
		"VM": vm, "VPC": network, "TEMPLATE": templates[0].id, "PUBLIC": testKey, "ROLE": role, "PROJECT": c.header,
		"SNAPSHOT":       create(c, snapshotsPath, object{"resource_type": "vm", "resource_id": vm, "name": "s"}),
		"IP":             create(c, ipsPath+"/reserve", object{}),
		"SECURITY_GROUP": create(c, groupsPath, object{"name": "g"}),
		"VOLUME":         create(c, volumesPath, object{"name": "v", "size": 10, "volume_type": "nvme"}),
		"SSH_KEY":        create(owner, sshKeysPath, object{"name": "k", "public_key": testKey}),
		"API_KEY":        create(owner, apiKeysPath, object{"name": "k"}),
		"INVITATION":     create(owner, invitationsPath, object{"email": "i@example.com", "role_id": role}),
	}
	b.clock.Advance(time.Minute)
	names["BACKUP"] = create(c, backupsPath, object{"vm_id": vm, "name": "b"})
	names["BACKUP_SCHEDULE"] = fmt.Sprint(first(&b.state.Schedules).ID)
	names["MEMBER"] = first(&b.state.Members).ID
	names["PROJECT_MEMBER"] = first(&b.state.ProjectMembers).ID
	// Longer names first: VM is the beginning of none, but BACKUP is.
	pairs := []string{}
	for _, name := range slices.SortedFunc(maps.Keys(names), func(a, b string) int { return len(b) - len(a) }) {
		pairs = append(pairs, name, names[name])
	}
	return strings.NewReplacer(pairs...)
}
