package refbackend

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/clock"
)

// admin sends a request to the admin endpoints.
func (b *backend) admin(method, path, body string) answer {
	b.t.Helper()
	return b.adminWith(method, path, body, nil)
}

func (b *backend) adminWith(method, path, body string, change func(*http.Request)) answer {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), method, "http://127.0.0.1:9000/_reference/"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if change != nil {
		change(r)
	}
	return answerOf(b.t, b.Admin(), r)
}

func TestAdminFaults(t *testing.T) {
	b := newBackend(t, quiet())
	b.admin("POST", "faults", `{"operation":"listVMs","nth":2,"count":1,"status":503,"retry_after":7,"latency":"0s"}`).
		want(200).expect("id", 1, "operation", "listVMs", "status", 503)
	b.admin("POST", "faults", `{"operation":"createVM","hide_new":1,"latency":"1ms"}`).want(200).expect("latency", "1ms")
	c := b.production()
	c.get(vmsPath).want(200)
	if a := c.get(vmsPath).want(503); a.header.Get("Retry-After") != "7" {
		t.Errorf("header %v", a.header)
	}
	c.get(vmsPath).want(200)
	b.admin("GET", "faults", "").want(200).
		expect("faults.0.seen", 3, "faults.0.struck", 1, "faults.1.seen", 0, "faults.1.latency", "1ms", "faults.2", nil)
	b.admin("DELETE", "faults/1", "").want(200)
	b.admin("DELETE", "faults/1", "").want(404)
	b.admin("DELETE", "faults/x", "").want(400)
	b.admin("DELETE", "faults", "").want(200)
	b.admin("GET", "faults", "").want(200).expect("faults", "[]")
}

func TestAdminRefusesUselessFaults(t *testing.T) {
	b := newBackend(t, quiet())
	for body, text := range map[string]string{
		``:                                   "body",
		`[]`:                                 "body",
		`{"status":500} {}`:                  "one JSON value",
		`{"status":500,"colour":"red"}`:      "colour",
		`{"status":500,"id":3}`:              "id",
		`{"status":500,"operation":"nope"}`:  "operation",
		`{"status":200}`:                     "status",
		`{"status":"500"}`:                   "status",
		`{"status":500,"nth":-1}`:            "nth",
		`{"status":500,"probability":1.5}`:   "probability",
		`{"status":500,"latency":"soon"}`:    "soon",
		`{"status":500,"latency":5}`:         "body",
		`{"reset":true,"retry_after":5}`:     "retry_after",
		`{"latency":"1s","commit":true}`:     "commit",
		`{"operation":"createVM","count":3}`: "required",
		`{"html":true,"status":204}`:         "not 204",
		`{"plain_text":true,"status":199}`:   "between 200",
		`{"html":true,"plain_text":true}`:    "only one",
		`{"html":true,"reason":"failed"}`:    "reason",
		`{"reset":true,"message":"x"}`:       "message",
	} {
		b.admin("POST", "faults", body).want(400, text)
	}
	b.admin("POST", "faults", `{"html":true,"status":200,"count":1}`).want(200).expect("html", true, "status", 200)
	b.admin("DELETE", "faults", "").want(200)
	if len(b.Faults()) > 0 {
		t.Errorf("rules were added: %v", b.Faults())
	}
}

func TestAdminPace(t *testing.T) {
	b := newBackend(t, quiet())
	b.admin("PUT", "pace", `[{"flow":"vm.create","step":"1h","count":1},{"flow":"vm.stop","stuck_in":"finalizing"}]`).want(200)
	c := b.production()
	slow, quick := c.makeVM("slow"), c.makeVM("quick")
	c.get("/api/v1/vms/"+slow).expect("data.status", "initiating")
	c.get("/api/v1/vms/"+quick).expect("data.status", "active")
	b.admin("GET", "pace", "").want(200).
		expect("rules.0.used", 1, "rules.0.step", "1h0m0s", "rules.1.used", 0, "rules.1.stuck_in", "finalizing")
	for body, text := range map[string]string{
		`{}`:                       "body",
		`[{"flow":"vm.create"}]`:   "[0]: one of step",
		`[{"reads":-1}]`:           "[0]: count and reads",
		`[{"reads":1,"wrong":""}]`: "wrong",
	} {
		b.admin("PUT", "pace", body).want(400, text)
	}
	b.admin("DELETE", "pace", "").want(200)
	b.admin("GET", "pace", "").want(200).expect("rules", "[]")
}

func TestAdminClock(t *testing.T) {
	o := quiet()
	o.Timing = Realistic
	b := newBackend(t, o)
	c := b.production()
	id := c.makeVM("web")
	b.admin("GET", "clock", "").want(200).expect("now", epoch.Format(time.RFC3339), "scale", 0)
	b.admin("POST", "clock/advance", `{"by":"2m"}`).want(200).expect("now", epoch.Add(2*time.Minute).Format(time.RFC3339))
	c.get("/api/v1/vms/"+id).expect("data.status", "active")
	b.admin("PUT", "clock", `{"scale":2.5}`).want(200).expect("scale", 2.5)
	for _, body := range []string{`{}`, `{"by":"0s"}`, `{"by":"-1h"}`, `{"by":"876001h"}`, `{"by":3600}`} {
		b.admin("POST", "clock/advance", body).want(400)
	}
	for _, body := range []string{`{}`, `{"scale":-1}`, `{"scale":1e9}`, `{"scale":"fast"}`} {
		b.admin("PUT", "clock", body).want(400)
	}

	far := newBackend(t, Options{Clock: clock.Manual(time.Date(9999, 6, 1, 0, 0, 0, 0, time.UTC))})
	far.admin("POST", "clock/advance", `{"by":"8760h"}`).want(400, "9999")
	fixed := newBackend(t, Options{Clock: struct{ clock.Clock }{clock.Real()}})
	fixed.admin("POST", "clock/advance", `{"by":"1h"}`).want(409)
	fixed.admin("PUT", "clock", `{"scale":1}`).want(409)
	fixed.admin("GET", "clock", "").want(200).expect("scale", nil)
}

func TestAdminJournal(t *testing.T) {
	b := newBackend(t, quiet())
	b.admin("GET", "journal", "").want(200).expect("entries", "[]")
	c := b.production()
	c.get(vmsPath)
	c.get(vpcsPath)
	b.admin("GET", "journal", "").want(200).expect("entries.0.operation", "listVMs", "entries.1.operation", "listVPCs", "entries.2", nil)
	b.admin("GET", "journal?after=1", "").want(200).expect("entries.0.sequence", 2, "entries.1", nil)
	b.admin("GET", "journal?after=x", "").want(400)
	b.admin("DELETE", "journal", "").want(200)
	b.admin("GET", "journal", "").want(200).expect("entries", "[]")
}

// A snapshot that is restored brings everything back: objects, changes under way, and the ids to come.
func TestAdminSnapshotAndRestore(t *testing.T) {
	o := quiet()
	o.Timing = Realistic
	b := newBackend(t, o)
	c := b.production()
	kept := c.makeVM("kept", "extra_storage", 10, "backup_type", "daily")
	snapshot := b.admin("GET", "snapshot", "").want(200)
	if strings.Contains(snapshot.text, c.key) {
		t.Error("the snapshot holds a key")
	}
	next := c.makeVM("next")
	c.delete("/api/v1/vms/"+kept, nil).want(200)
	b.clock.Advance(time.Hour)
	c.get("/api/v1/vms/" + kept).want(404)

	b.admin("POST", "restore", snapshot.text).want(200)
	b.checkInvariants()
	c.get("/api/v1/vms/"+kept).want(200).expect("data.status", "active")
	c.get("/api/v1/vms/" + next).want(404)
	if again := c.makeVM("next"); again != next {
		t.Errorf("id %s after the restore, %s before", again, next)
	}
	if b.Account().OwnerKey != b.account.OwnerKey {
		t.Error("the Owner's key is not known any more")
	}

	other := newBackend(t, Options{Seed: 99, NoRateLimit: true})
	other.admin("POST", "restore", indented(t, snapshot.text)).want(200)
	if got := other.Account(); got.OwnerKey != "" || got.Projects["staging"] != b.project("staging") {
		t.Errorf("account %+v", got)
	}
	caller{other, c.key, c.header}.get("/api/v1/vms/" + kept).want(200)
	other.checkInvariants()
}

func indented(t *testing.T, document string) string {
	t.Helper()
	var value json.RawMessage = []byte(document)
	out, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestAdminRestoreRefuses(t *testing.T) {
	b := newBackend(t, quiet())
	id := b.production().makeVM("web")
	good := b.admin("GET", "snapshot", "").want(200).text
	for body, text := range map[string]string{
		"":        "not a snapshot",
		"{}":      "not written by a reference backend",
		good[:99]: "not a snapshot",
		strings.Replace(good, `"version":1`, `"version":2`, 1):            "newer version",
		strings.Replace(good, `"Name":"web"`, `"Name":"other"`, 1):        "digest",
		`{"format":"raff-reference-backend","version":1}`:                 "no state",
		`{"format":"raff-reference-backend","version":1,"state":[1,"x"]}`: "digest",
	} {
		b.admin("POST", "restore", body).want(400, text)
	}
	b.production().get("/api/v1/vms/" + id).want(200)
}

// A reset backend is as it was at first, down to the ids, and the journal starts anew.
func TestAdminReset(t *testing.T) {
	o := quiet()
	o.Faults = []Fault{{Operation: "listVPCs", Status: 503}}
	b := newBackend(t, o)
	c := b.production()
	id := c.makeVM("web")
	b.admin("DELETE", "faults", "").want(200)
	b.admin("POST", "reset", "").want(200)
	b.checkInvariants()
	if entries := b.Journal(); len(entries) > 0 {
		t.Errorf("journal %v", entries)
	}
	c.get("/api/v1/vms/" + id).want(404)
	c.get(vpcsPath).want(503)
	if again := c.makeVM("web"); again != id {
		t.Errorf("id %s after the reset, %s before", again, id)
	}
	if b.Account().OwnerKey != b.account.OwnerKey {
		t.Error("another Owner's key")
	}
}

// The admin endpoints need no key, so a page of another site must not reach them through somebody's browser.
func TestAdminRefusesOtherSites(t *testing.T) {
	b := newBackend(t, quiet())
	for host, status := range map[string]int{
		"127.0.0.1:9000": 200, "localhost:9000": 200, "LOCALHOST": 200, "[::1]:9000": 200, "127.9.9.9": 200, "::1": 200,
		"evil.example:9000": 403, "localhost.evil.example": 403, "192.168.0.1:9000": 403, "": 403, "0.0.0.0:9000": 403,
	} {
		b.adminWith("GET", "clock", "", func(r *http.Request) { r.Host = host }).want(status)
	}
	for header, status := range map[string]int{"cross-site": 403, "same-site": 403, "same-origin": 200, "none": 200} {
		b.adminWith("POST", "reset", "", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", header) }).want(status)
	}
	b.adminWith("POST", "reset", "", func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }).want(403)
	b.adminWith("POST", "faults", `{"status":500}`, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }).
		want(400, "Content-Type")
}

// The index names every endpoint, and the API itself has none of them.
func TestAdminIndex(t *testing.T) {
	b := newBackend(t, quiet())
	index := b.admin("GET", "", "").want(200)
	for _, route := range adminRoutes() {
		if !strings.Contains(index.text, route.Path) {
			t.Errorf("%s is not in the index", route.Path)
		}
		b.owner("").send(route.Method, strings.Replace(route.Path, "{id}", "1", 1), nil).want(404)
	}
	b.admin("GET", "nonsense", "").want(404, "lists them")
	b.admin("PATCH", "clock", "").want(404)
}
