package refbackend

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

// Base URL `https://api.rafftechnologies.com`, all resources under /api/v1.
// Catalogue paths under `/api/v1/public/` need no key, nor does /health: X-API-Key on everything else.
func TestPathsOfOperations(t *testing.T) {
	for _, op := range operations() {
		if open := op.path == "/health" || strings.HasPrefix(op.path, "/api/v1/public/"); open != (op.kind == public) {
			t.Errorf("%s %s: public is %v", op.method, op.path, op.kind == public)
		}
		if op.path != "/health" && !strings.HasPrefix(op.path, "/api/v1/") {
			t.Errorf("%s is not under /api/v1", op.path)
		}
	}
}

// `GET /health` answers `{"status":"healthy"}` without a key.
func TestHealth(t *testing.T) {
	b := newBackend(t, quiet())
	if got := (caller{backend: b}).get("/health").want(200).text; got != `{"status":"healthy"}`+"\n" {
		t.Errorf("got %s", got)
	}
}

// Envelope: `{"success":true,"data":…}`, lists add `total`.
// Exceptions, all in `openapi.yaml`: regions, plans, pricing, tags, note, personal_note and account_note, the flat CIDR
// suggestions, {old_ip,new_ip}; and GET /vpcs/{id} nests the VPC as data.vpc beside range and leases.
func TestEnvelopes(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	network := c.makeVPC("net", "10.0.0.0/24")
	vm := "/api/v1/vms/" + c.makeVM("web", "skip_vpc", nil, "vpc_id", network)
	address := c.post(ipsPath+"/reserve", object{}).want(201).str("data.id")
	for _, test := range []struct {
		method, path string
		body         object
		names        []string
	}{
		{"GET", vm, nil, []string{"data", "success"}},
		{"GET", vmsPath, nil, []string{"data", "success", "total"}},
		{"GET", vpcsPath, nil, []string{"data", "success"}},
		{"GET", "/api/v1/public/regions", nil, []string{"regions", "success"}},
		{"GET", "/api/v1/public/pricing/vm", nil, []string{"plans", "success"}},
		{"GET", "/api/v1/public/pricing/ip", nil, []string{"pricing", "success"}},
		{"POST", vm + "/tags", object{"name": "a"}, []string{"success", "tags"}},
		{"PUT", vm + "/notes/account", object{"content": "x"}, []string{"note", "success"}},
		{"PUT", vm + "/notes/personal", object{"content": "x"}, []string{"note", "success"}},
		{"GET", vm + "/notes", nil, []string{"account_note", "personal_note", "success"}},
		{"GET", vpcsPath + "/cidr-suggestions", nil, []string{"alternatives", "existing_count", "success", "suggested", "suggested_ips"}},
		{"POST", ipsPath + "/" + address + "/change", nil, []string{"new_ip", "old_ip", "success"}},
		{"POST", vm + "/stop", nil, []string{"message", "success"}},
	} {
		var body any
		if test.body != nil {
			body = test.body
		}
		a := c.send(test.method, test.path, body).want(200).expect("success", true)
		if got := sortedKeys(a.json); !slices.Equal(got, test.names) {
			t.Errorf("%s: %v, want %v", a.what, got, test.names)
		}
	}
	c.get(vpcsPath+"/"+network).want(200).expect("data.vpc.id", network, "data.ip_range_start", "10.0.0.2",
		"data.ip_range_end", "10.0.0.254", "data.leases.0.ip", "10.0.0.2")
}

// 201 for creates; 202 for volume create, backup create, backup restore, backup chain reset; 200 for the rest.
func TestSuccessStatuses(t *testing.T) {
	accepted := []string{"createVolume", "createBackup", "restoreBackup", "resetBackupChain"}
	made := []string{"reserveIP", "addMember", "addProjectMember", "saveVMDiskAsImage"}
	for _, op := range operations() {
		want := 200
		switch {
		case slices.Contains(accepted, op.id):
			want = 202
		case strings.HasPrefix(op.id, "create"), slices.Contains(made, op.id):
			want = 201
		}
		if got := max(op.status, 200); got != want {
			t.Errorf("%s succeeds with %d, want %d", op.id, got, want)
		}
	}
}

// IDs are UUIDs, except integers for volume, snapshot, backup schedule, `nic_id` and `pricing_id`.
func TestIDs(t *testing.T) {
	var integers []string
	for _, n := range nouns {
		if n.integer {
			integers = append(integers, n.kind)
		}
	}
	if want := []string{"volume", "snapshot", "backup_schedule"}; !slices.Equal(integers, want) {
		t.Errorf("%v have integer ids, want %v", integers, want)
	}
	b := newBackend(t, quiet())
	c := b.production()
	vm := c.makeVM("web")
	if !input.IsUUID(vm) {
		t.Errorf("VM %s", vm)
	}
	c.get("/api/v1/vms/"+vm).expect("data.pricing_id", 9)
	c.get("/api/v1/vms/"+vm+"/networks").expect("data.0.nic_id", 0)
}

// Error body `{"error":"…","message":"…"}`.
// Billing 403 adds `reason` (banned, failed, no_billing_customer). 402: balance. An account that is not real is never
// short of money, so that these come by rule only.
func TestErrorBodies(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	if got := sortedKeys(c.get("/api/v1/vms/" + unknownUUID).want(404).json); !slices.Equal(got, []string{"error", "message"}) {
		t.Errorf("got %v", got)
	}
	for _, reason := range []string{"banned", "failed", "no_billing_customer"} {
		id := b.AddFault(Fault{Operation: "createVPC", Status: http.StatusForbidden, Message: "billing", Reason: reason})
		c.post(vpcsPath, object{"name": "net", "cidr": "10.0.0.0/24"}).want(403).
			expect("error", "Forbidden", "message", "billing", "reason", reason)
		b.RemoveFault(id)
	}
	b.AddFault(Fault{Operation: "createVPC", Status: http.StatusPaymentRequired, Message: "Insufficient balance", Count: 1})
	c.post(vpcsPath, object{"name": "net", "cidr": "10.0.0.0/24"}).want(402).expect("error", "Payment Required", "reason", nil)
	c.makeVPC("net", "10.0.0.0/24")
}

// Every answer tells the time by the backend's clock, to the second: clients compare it with the timestamps of objects.
func TestDateOfAnswers(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	b.clock.Advance(1500 * time.Millisecond)
	api := httptest.NewServer(b)
	defer api.Close()
	admin := httptest.NewServer(b.Admin())
	defer admin.Close()
	dateOf := func(method, url, body string) string {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-API-Key", c.key)
		request.Header.Set(projectHeader, c.header)
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		return response.Header.Get("Date")
	}
	id := b.AddFault(Fault{Operation: "listVPCs", HTML: true})
	for _, hour := range []string{"12", "18"} {
		want := "Mon, 02 Mar 2026 " + hour + ":00:01 GMT"
		for _, request := range [][3]string{
			{"GET", api.URL + vmsPath},
			{"GET", api.URL + vmsPath + "/" + unknownUUID},
			{"POST", api.URL + projectsPath, "{}"},
			{"GET", api.URL + vpcsPath},
			{"GET", api.URL + "/nowhere"},
			{"GET", api.URL + "//twice"},
			{"GET", api.URL + "/health"},
			{"GET", api.URL + "/"},
			{"GET", api.URL + "/overview.json"},
			{"GET", admin.URL + adminPath + "/clock"},
			{"POST", api.URL + vpcsPath, `{"name":"net-` + hour + `","cidr":"10.` + hour + `.0.0/24"}`},
		} {
			if got := dateOf(request[0], request[1], request[2]); got != want {
				t.Errorf("%s %s: %s, want %s", request[0], request[1], got, want)
			}
		}
		b.clock.Advance(6 * time.Hour)
	}
	b.RemoveFault(id)
	made := c.get(vpcsPath).want(200).list("data", "created_at")
	if !strings.HasPrefix(made[0], "2026-03-02T12:00:01") || !strings.HasPrefix(made[1], "2026-03-02T18:00:01") {
		t.Errorf("created at %v", made)
	}

	// An answer that was held back tells when it was given.
	b.AddFault(Fault{Operation: "healthCheck", Latency: time.Hour})
	began := b.clock.Now()
	date := make(chan string)
	go func() { date <- dateOf("GET", api.URL+"/health", "") }()
	for b.Faults()[0].applied == 0 {
		time.Sleep(time.Millisecond)
	}
	for got := ""; got == ""; {
		select {
		case got = <-date:
			if given, err := http.ParseTime(got); err != nil || given.Before(began.Add(time.Hour).Truncate(time.Second)) {
				t.Errorf("held back for an hour from %v, and dated %s", began, got)
			}
		default:
			b.clock.Advance(time.Minute)
		}
	}
}

// No idempotency keys on the core resources: a request that is sent again makes another object.
func TestNoIdempotencyKeys(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	o := &describedOperation{method: http.MethodPost, path: volumesPath}
	m := message{
		header: http.Header{
			"X-Api-Key": {c.key}, projectHeader: {c.header}, "Idempotency-Key": {"one"}, "X-Request-Id": {"one"},
		},
		body: []byte(`{"name":"data","size":10,"volume_type":"nvme"}`),
	}
	m.header.Set(projectHeader, c.header)
	one, two := b.exchange(m.request(t, o)).want(202), b.exchange(m.request(t, o)).want(202)
	if one.str("data.id") == two.str("data.id") {
		t.Error("the same volume twice")
	}
}

// A project is never changed for an existing object: there is no move.
func TestNothingMoves(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.owner("production")
	vm, network := c.makeVM("web"), c.makeVPC("net", "10.0.0.0/24")
	elsewhere := b.project("staging")
	c.patch("/api/v1/vms/"+vm+"/rename", object{"name": "web", "project_id": elsewhere}).want(400, "project_id: unknown field")
	c.put(vpcsPath+"/"+network, object{"name": "net", "project_id": elsewhere}).want(400, "project_id: unknown field")
	c.in(elsewhere).patch("/api/v1/vms/"+vm+"/rename", object{"name": "web-2"}).want(404)
	c.get("/api/v1/vms/"+vm).expect("data.project_id", b.project("production"), "data.name", "web")
}

// **decided**: the other scoped types follow the same pattern: volume, snapshot, ip and security_group have view, create,
// manage and delete.
func TestPermissionsOfScopedTypes(t *testing.T) {
	for _, noun := range []string{"volume", "snapshot", "ip", "security_group"} {
		for _, verb := range []string{"view", "create", "manage", "delete"} {
			if !isPermission(noun + "." + verb) {
				t.Errorf("there is no %s.%s", noun, verb)
			}
		}
	}
}

// **decided**: `vm.backup` for creating, restoring, changing and deleting backups and schedules, `vm.view` for reading them.
// No permission is called backup.*.
func TestPermissionsOfBackups(t *testing.T) {
	for _, p := range projectPermissions {
		if strings.HasPrefix(p.name, "backup.") {
			t.Errorf("there is a permission %s", p.name)
		}
	}
	for _, op := range slices.Concat(backupOperations(), scheduleOperations()) {
		want := "vm.backup"
		if op.method == http.MethodGet {
			want = "vm.view"
		}
		if op.permission != want {
			t.Errorf("%s needs %s, want %s", op.id, op.permission, want)
		}
	}
	b := newBackend(t, quiet())
	vm := b.owner("production").makeVM("web")
	viewer, keeper := b.keyWith("project", "vm.view"), b.keyWith("project", "vm.view", "vm.backup")
	b.owner("production").get("/api/v1/vms/" + vm)
	viewer.post(backupsPath, object{"vm_id": vm}).want(403, "vm.backup")
	made := keeper.post(backupsPath, object{"vm_id": vm}).want(202).str("data.id")
	viewer.get(backupsPath + "/" + made).want(200)
	viewer.delete(backupsPath+"/"+made, nil).want(403, "vm.backup")
	keeper.delete(backupsPath+"/"+made, nil).want(200)
}

// Ids other than 78: **decided** by the backend. Nothing outside the backend relies on any of it: client and provider know no
// price.
func TestPlansAreKnownNowhereElse(t *testing.T) {
	for _, part := range []string{"client", "tfkit", "provider", "services/catalog", "services/vm"} {
		files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(part), "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", part, files, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, price := range []string{"4.99", "8.99", "15.99", "17.99", "22.99", "33.99", "36.99", "40.99"} {
				if strings.Contains(string(source), price) {
					t.Errorf("%s knows the price %s", file, price)
				}
			}
		}
	}
}
