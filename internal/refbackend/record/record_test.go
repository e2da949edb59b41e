package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFDhQCGKmgkWIdtZCIleVx8la4X+UaDPww/LJPHSShwn ada@corp.example"

// account has one of everything that an account can hold.
const seedAccount = `
owner_email: ada@corp.example
ssh_keys:
  - {name: laptop, public_key: ` + publicKey + `}
roles:
  - {name: Deployer, slug: deployer, scope: project, permissions: [vm.view, vm.create]}
api_keys:
  - {name: ci, rate_limit_tier: high}
  - {name: admin, role: Admin}
members:
  - {email: bob@corp.example, role: Member}
  - {api_key: ci, role: Member}
projects:
  - name: shared
  - name: production
    default: true
    description: Ask ada@corp.example, or see 203.0.113.9
    vpcs:
      - {name: net, cidr: 10.0.0.0/24}
    security_groups:
      - name: web
        rules: [{protocol: TCP, rule_type: INBOUND, range: "80,443", ip: 203.0.113.0, size: 24}]
    ips: [{type: IPv4}, {type: IPv6}]
    vms:
      - {name: web, template: Ubuntu 24.04, pricing_id: 9, vpc: net, ssh_keys: &keys [` + publicKey + `], tags: [front], backup_type: weekly, backup_date: Monday, backup_time: "13:30"}
      - {name: db, template: Debian 13, pricing_id: 9, vpc: net, ssh_keys: *keys, power_state: passive, skip_public_ip: true}
    volumes:
      - {name: data, size: 100, vm: db}
      - {name: spare, size: 10}
    snapshots:
      - {name: before, vm: web}
      - {name: disk, volume: data}
    backups:
      - {name: first, vm: web}
      - {name: second, vm: web}
    backup_schedules:
      - {vm: db, type: daily, time: 8am, keep_count: 3}
    members:
      - {api_key: ci, role: Deployer}
    invitations:
      - {email: eve@corp.example, role: Viewer}
`

// source is a backend to record, behind something that may change its answers.
type source struct {
	*refbackend.Server
	url     string
	key     string
	asked   []string // paths, in order
	instead func(w http.ResponseWriter, r *http.Request) bool
	alter   func(r *http.Request, answer map[string]any)
}

func newSource(t testing.TB) *source {
	t.Helper()
	file := filepath.Join(t.TempDir(), "source.yaml")
	if err := os.WriteFile(file, []byte(seedAccount), 0o600); err != nil {
		t.Fatal(err)
	}
	backend, err := refbackend.New(refbackend.Options{Seed: 7, SeedFile: file, NoRateLimit: true})
	if err != nil {
		t.Fatal(err)
	}
	s := &source{Server: backend, key: backend.Account().OwnerKey}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *source) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked = append(s.asked, r.Method+" "+r.URL.String())
	if s.instead != nil && s.instead(w, r) {
		return
	}
	if s.alter == nil {
		s.Server.ServeHTTP(w, r)
		return
	}
	recorder := httptest.NewRecorder()
	s.Server.ServeHTTP(recorder, r)
	body := map[string]any{}
	decoder := json.NewDecoder(recorder.Body)
	decoder.UseNumber()
	if err := decoder.Decode(&body); err != nil {
		panic(err)
	}
	s.alter(r, body)
	w.WriteHeader(recorder.Code)
	_ = json.NewEncoder(w).Encode(body)
}

// send makes a change in the account to record.
func (s *source) send(t testing.TB, method, path, project string, body any) map[string]any {
	t.Helper()
	content, _ := json.Marshal(body)
	r := httptest.NewRequestWithContext(t.Context(), method, path, bytes.NewReader(content))
	r.Header.Set("X-API-Key", s.key)
	r.Header.Set("X-Project-ID", project)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.Server.ServeHTTP(w, r)
	if w.Code >= 300 {
		t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	answer := map[string]any{}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

var parsed = sync.OnceValues(func() (*description, error) { return readDescription(refbackend.OpenAPI()) })

// ownDescription is the project's description of the API.
func ownDescription(t testing.TB) *description {
	t.Helper()
	d, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// record records a source, quickly.
func (s *source) record(t testing.TB, change func(*Options)) ([]byte, *Report, error) {
	t.Helper()
	o := Options{Upstream: s.url, Key: s.key, Now: time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC)}
	if change != nil {
		change(&o)
	}
	upstream, err := newReader(o.Upstream, o.Key, "test")
	if err != nil {
		t.Fatal(err)
	}
	upstream.pace.SetLimit(1e6)
	upstream.http.RetryWaitMin, upstream.http.RetryWaitMax = time.Millisecond, time.Millisecond
	return record(t.Context(), o, ownDescription(t), upstream)
}

func text(report *Report) string {
	var out strings.Builder
	report.WriteText(&out)
	return out.String()
}

// What one reference backend answers is what the description says, and another one seeded with it answers the same.
func TestRecordReference(t *testing.T) {
	s := newSource(t)
	s.prepare(t)
	file, report, err := s.record(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Findings)+len(report.Failures)+len(report.LeftOut) > 0 {
		t.Errorf("recording a reference backend reports\n%s", text(report))
	}
	for _, asked := range s.asked {
		if !strings.HasPrefix(asked, "GET ") {
			t.Errorf("recording sent %s", asked)
		}
	}
	again := s.seededWith(t, file)
	for _, path := range []string{
		"projects", "vms?limit=100", "vpcs", "ips?limit=100", "security-groups", "volumes", "snapshots", "backups", "backup-schedules",
		"ssh-keys", "members", "roles", "permissions", "public/templates", "public/pricing/vm",
	} {
		masks := newMasker()
		before := masks.value("", s.read(t, s.Server, path))
		if got := again.read(t, again.Server, path); !reflect.DeepEqual(shape(before), shape(got)) {
			t.Errorf("%s:\nrecorded %v\nseeded   %v", path, before, got)
		}
	}
	if len(report.Objects) != len((&account{}).lists()) {
		t.Errorf("the account to record has not every kind of object: %v", report.Objects)
	}
}

// prepare adds to the account what a seed file cannot describe.
func (s *source) prepare(t testing.TB) {
	t.Helper()
	project := s.Account().Projects["production"]
	vms, _ := s.read(t, s.Server, "vms")["data"].([]any)
	id := fmt.Sprint(vms[0].(map[string]any)["id"])
	groups := s.read(t, s.Server, "security-groups")["data"].([]any)
	s.send(t, "PUT", "/api/v1/vms/"+id+"/notes/account", project, map[string]any{"content": "root password: Hunter2-Hunter2"})
	s.send(t, "PUT", "/api/v1/vms/"+id+"/notes/personal", project, map[string]any{"content": "ask ada@corp.example"})
	s.send(t, "POST", "/api/v1/vms/"+id+"/security-groups", project, map[string]any{
		"security_group_id": groups[0].(map[string]any)["id"], "nic_id": 0,
	})
	s.send(t, "POST", "/api/v1/vms/"+id+"/ip", project, map[string]any{"type": "IPv6"})
	s.send(t, "POST", "/api/v1/vms/"+id+"/save-image", project, map[string]any{"name": "golden"})
}

// read lists something as the Owner.
func (s *source) read(t testing.TB, backend *refbackend.Server, path string) map[string]any {
	t.Helper()
	got, err := inside{backend}.get(t.Context(), "/api/v1/"+path)
	if err != nil || got.status != http.StatusOK {
		t.Fatalf("%s: %d %v", path, got.status, err)
	}
	return got.value.(map[string]any)
}

// seededWith starts a backend with a seed file.
func (s *source) seededWith(t testing.TB, file []byte) *source {
	t.Helper()
	path := filepath.Join(t.TempDir(), "recorded.yaml")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	backend, err := refbackend.New(refbackend.Options{SeedFile: path, NoRateLimit: true})
	if err != nil {
		t.Fatal(err)
	}
	return &source{Server: backend, key: backend.Account().OwnerKey}
}

// shape is a value in which all stand-ins for an address are alike: two recordings may count them differently.
func shape(value any) any {
	switch value := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for field, inner := range value {
			if !slices.Contains(unstable, field) {
				out[field] = shape(inner)
			}
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i := range value {
			out[i] = shape(value[i])
		}
		return out
	case string:
		text := ipv6Text.ReplaceAllStringFunc(ipv4Text.ReplaceAllStringFunc(value, standIn), standIn)
		return regexp.MustCompile(`person[0-9]+@`).ReplaceAllString(text, "person@")
	}
	return value
}

func standIn(text string) string {
	if address, err := netip.ParseAddr(text); err == nil && isPublic(address) {
		return "address"
	}
	return text
}

// Nothing of what must not be seen is in the file or the report.
func TestRecordHidesSecrets(t *testing.T) {
	s := newSource(t)
	s.prepare(t)
	secrets := []string{s.key, s.key[5:13], "Hunter2", "corp.example", "203.0.113"}
	for _, ip := range s.read(t, s.Server, "ips")["data"].([]any) {
		secrets = append(secrets, ip.(map[string]any)["ip_address"].(string))
	}
	s.alter = func(r *http.Request, answer map[string]any) {
		if r.URL.Path == "/api/v1/vms" {
			answer["data"].([]any)[0].(map[string]any)["root_password"] = "Hunter2"
			answer["data"].([]any)[0].(map[string]any)["status"] = "ada@corp.example"
		}
	}
	s.instead = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/api/v1/security-groups/templates" {
			return false
		}
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `{"error": "Forbidden", "message": "%s of ada@corp.example may not"}`, s.key)
		return true
	}
	file, report, err := s.record(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	var asJSON bytes.Buffer
	if err := report.WriteJSON(&asJSON); err != nil {
		t.Fatal(err)
	}
	for name, written := range map[string]string{"seed file": string(file), "report": text(report), "JSON report": asJSON.String()} {
		for _, secret := range secrets {
			if strings.Contains(written, secret) {
				t.Errorf("%q is in the %s", secret, name)
			}
		}
	}
	if !strings.Contains(text(report), "raff_replaced") && !strings.Contains(text(report), "replaced of person") {
		t.Errorf("the message is not in %s", text(report))
	}
	if again, _, err := s.record(t, nil); err != nil || !bytes.Equal(steady(again), steady(file)) {
		t.Errorf("a second recording of the same account is another: %v", err)
	}
}

// steady leaves out what recording itself changes.
func steady(file []byte) []byte {
	return regexp.MustCompile(`last_used_at: .*`).ReplaceAll(file, nil)
}

// With names to be replaced, objects go on referring to one another.
func TestRecordNames(t *testing.T) {
	s := newSource(t)
	s.prepare(t)
	file, report, err := s.record(t, func(o *Options) { o.Names = true })
	if err != nil {
		t.Fatal(err)
	}
	if len(report.LeftOut) > 0 {
		t.Error(text(report))
	}
	for _, name := range []string{": web\n", ": net\n", "production", "Deployer", "deployer", "front", "laptop", "Ask "} {
		if strings.Contains(string(file), name) {
			t.Errorf("%q is in the file", name)
		}
	}
	if !strings.Contains(string(file), "Owner") || !strings.Contains(string(file), "Ubuntu") {
		t.Error("names of the platform were replaced")
	}
}

// planted is one way in which an API may depart from its description, and where the report has to name it.
type planted struct {
	name, path string
	alter      func(answer map[string]any)
	operation  string
	at, kind   string
}

// first is the first object of a list.
func first(answer map[string]any, list string) map[string]any {
	return answer[list].([]any)[0].(map[string]any)
}

// set changes a field of the first object of a list.
func set(list, field string, value any) func(map[string]any) {
	return func(answer map[string]any) { first(answer, list)[field] = value }
}

// unset takes a field out of it.
func unset(list, field string) func(map[string]any) {
	return func(answer map[string]any) { delete(first(answer, list), field) }
}

var plants = []planted{
	{"unknown field", "vms", set("data", "hypervisor", "h1"), "listVMs", "data[].hypervisor", kindUnknownField},
	{"unknown field of the envelope", "projects", func(a map[string]any) { a["next"] = "x" }, "listProjects", "next", kindUnknownField},
	{"unknown nested field", "security-groups", func(a map[string]any) {
		first(first(a, "data"), "rules")["comment"] = "x"
	}, "listSecurityGroups", "data[].rules[].comment", kindUnknownField},
	{"missing field", "volumes", unset("data", "size"), "listVolumes", "data[].size", kindMissing},
	{"missing envelope", "vpcs", func(a map[string]any) { delete(a, "success") }, "listVPCs", "success", kindMissing},
	{"id as text", "volumes", set("data", "id", "17"), "listVolumes", "data[].id", kindType},
	{"number as text", "backup-schedules", set("data", "keep_count", "3"), "listBackupSchedules", "data[].keep_count", kindType},
	{"null", "ips", set("data", "ip_address", nil), "listIPs", "data[].ip_address", kindType},
	{"fraction", "vms", set("data", "ram", 1.5), "listVMs", "data[].ram", kindType},
	{"object for list", "ssh-keys", func(a map[string]any) { a["data"] = map[string]any{} }, "listSSHKeys", "data", kindType},
	{"unknown state", "vms", set("data", "status", "migrating"), "listVMs", "data[].status", kindEnum},
	{"unknown region", "vpcs", set("data", "region", "eu-west"), "listVPCs", "data[].region", kindEnum},
	{"no UUID", "ips", set("data", "id", "ip-17"), "listIPs", "data[].id", kindFormat},
	{"no time", "members", set("data", "created_at", "yesterday"), "listMembers", "data[].created_at", kindFormat},
	{"new plan", "public/pricing/vm", set("plans", "id", 4711), "listVMPricing", "plans[].id", kindPlan},
	{"VM on a retired plan", "vms", set("data", "pricing_id", 4711), "listVMs", "data[].pricing_id", kindPlan},
	{"other price", "public/pricing/volume", func(a map[string]any) {
		a["pricing"].(map[string]any)["price_per_gb_month"] = 0.77
	}, "listVolumePricing", "pricing.price_per_gb_month", kindDiffers},
	{"new permission", "permissions", set("data", "name", "vm.migrate"), "listPermissions", "data[].name", kindPermission},
	{"role with a new permission", "roles", set("data", "permissions", []any{"vm.migrate"}), "listRoles", "data[].permissions[]", kindPermission},
	{"new template", "public/templates", set("data", "name", "Plan 9"), "listTemplates", "data[].name", "unknown template"},
	{"wrong total", "backups", func(a map[string]any) { a["total"] = 1 }, "listBackups", "total", kindPaging},
	{"twice on the pages", "snapshots", func(a map[string]any) {
		if list := a["data"].([]any); len(list) > 0 { // none where the list is filtered
			a["data"] = append(list, list[0])
		}
	}, "listSnapshots", "data[].id", kindPaging},
}

// Each departure is found, and named with its operation and path.
func TestRecordFindsDepartures(t *testing.T) {
	plain := newSource(t)
	_, before, err := plain.record(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range plants {
		t.Run(p.name, func(t *testing.T) {
			s := newSource(t)
			s.alter = func(r *http.Request, answer map[string]any) {
				if r.URL.Path == "/api/v1/"+p.path {
					p.alter(answer)
				}
			}
			_, report, err := s.record(t, nil)
			if err != nil {
				t.Fatal(err)
			}
			found := func(r *Report) bool {
				return slices.ContainsFunc(r.Findings, func(f finding) bool {
					return f.Operation == p.operation && f.Path == p.at && f.Kind == p.kind
				})
			}
			if found(before) || !found(report) {
				t.Errorf("%s %s %s is not named in\n%s", p.operation, p.at, p.kind, text(report))
			}
		})
	}
}

// An undocumented status is named; a list that fails makes the run fail, and what depends on it is left out by name.
func TestRecordFailures(t *testing.T) {
	for _, test := range []struct {
		path   string
		status int
		failed bool
		want   []string
	}{
		{"/api/v1/vms", 403, true, []string{"listVMs /api/v1/vms: 403: no way", "volumes data: left out: product_vm: there is no VM"}},
		{"/api/v1/volumes", 418, true, []string{"listVolumes (answer): undocumented status: 418", "listVolumes /api/v1/volumes: 418: no way"}},
		{"/api/v1/members", 500, true, []string{"listMembers (answer): undocumented status: 500"}},
		{"/api/v1/projects/", 404, false, []string{"getProject (answer): listed but not found"}},
	} {
		s := newSource(t)
		s.instead = func(w http.ResponseWriter, r *http.Request) bool {
			one := strings.HasSuffix(test.path, "/") && strings.HasPrefix(r.URL.Path, test.path) && !strings.HasSuffix(r.URL.Path, "members")
			if r.URL.Path != test.path && !one {
				return false
			}
			w.WriteHeader(test.status)
			fmt.Fprint(w, `{"error": "No", "message": "no way"}`)
			return true
		}
		file, report, err := s.record(t, nil)
		if err != nil {
			t.Fatal(err)
		}
		if report.Failed() != test.failed {
			t.Errorf("%s %d: failed is %v", test.path, test.status, report.Failed())
		}
		for _, want := range test.want {
			if !strings.Contains(text(report), want) {
				t.Errorf("%s %d: %q is not in\n%s", test.path, test.status, want, text(report))
			}
		}
		if test.failed && !strings.Contains(string(file), "# MISSING: list") {
			t.Errorf("%s %d: the file does not say what is missing", test.path, test.status)
		}
		s.seededWith(t, file)
	}
}

// What is answered with no JSON at all is a failure, and no panic.
func TestRecordBrokenAnswers(t *testing.T) {
	for _, body := range []string{"", "null", "[]", "<html>", `{"data": [1, null, "x", {}]}`, `{"data": [{"id": {}}], "total": "x"}`} {
		s := newSource(t)
		s.instead = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/api/v1/projects" {
				return false
			}
			fmt.Fprint(w, body)
			return true
		}
		file, report, err := s.record(t, nil)
		if err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		if len(report.Findings) == 0 {
			t.Errorf("%q: nothing found", body)
		}
		s.seededWith(t, file)
	}
}
