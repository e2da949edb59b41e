package refbackend

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/clock"
)

// Who watches sees each request once: what was asked, of which project, how it was answered and how long it took.
func TestRequestsAreShownLive(t *testing.T) {
	b := newBackend(t, quiet())
	b.look("/requests.json", nil).want(200).expect("requests", "[]", "last", 0, "matching", 0)
	c := b.production()
	id := c.makeVM("web")
	b.AddFault(Fault{Operation: "listVPCs", Status: 503})
	c.in("").get("/api/v1/vpcs?limit=5").want(503)
	seen := b.look("/requests.json", nil).want(200)
	seen.expect("matching", 3, "first", 1, "last", 3,
		"requests.0.number", 3, "requests.0.method", "GET", "requests.0.path", "/api/v1/vpcs?limit=5", "requests.0.project", "",
		"requests.0.status", 503, "requests.0.fault", 1, "requests.0.operation", "listVPCs",
		"requests.1.method", "POST", "requests.1.path", "/api/v1/vms", "requests.1.status", 201, "requests.1.fault", 0,
		"requests.1.project", b.project("production"), "requests.1.project_name", "production")
	if took, ok := seen.at("requests.1.milliseconds").(float64); !ok || took <= 0 || took > 60_000 {
		t.Errorf("it took %v ms", seen.at("requests.1.milliseconds"))
	}
	c.get("/api/v1/vms/" + id).want(200)
	b.look("/requests.json?after=3", nil).want(200).expect("last", 4, "matching", 1, "requests.0.path", "/api/v1/vms/"+id, "requests.1", nil)
	b.look("/requests.json?after=4", nil).want(200).expect("last", 4, "matching", 0, "requests", "[]", "run", seen.at("run"))
	if n := len(b.Journal()); n != 4 {
		t.Errorf("looking is in the journal: %d entries", n)
	}
	b.ClearJournal()
	b.look("/requests.json", nil).want(200).expect("first", 5, "last", 4, "requests", "[]")
	if err := b.Reset(); err != nil {
		t.Fatal(err)
	}
	again := b.look("/requests.json?after=4", nil).want(200).expect("last", 0)
	if again.at("run") == seen.at("run") {
		t.Error("nothing tells that the numbers have begun again")
	}
}

// A delay by a fault is part of what an answer takes, and a request that is not answered yet is not shown.
func TestRequestsShowDelays(t *testing.T) {
	o := quiet()
	o.Clock = clock.Real()
	b := newBackend(t, o)
	b.AddFault(Fault{Operation: "listVMs", Latency: 60 * time.Millisecond})
	b.owner("").get(vmsPath).want(200)
	if took := b.look("/requests.json", nil).want(200).at("requests.0.milliseconds").(float64); took < 60 {
		t.Errorf("%v ms", took)
	}
	b.mu.Lock()
	b.journal.took[0] = 0
	b.mu.Unlock()
	b.owner("").get(vmsPath).want(200)
	b.look("/requests.json", nil).want(200).expect("requests", "[]", "last", 0)
}

// No more is shown than people read, and the filter looks through all that the journal has.
func TestRequestsFilter(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	c.get("/api/v1/ips?limit=77").want(200)
	c.delete("/api/v1/vpcs/"+b.project("staging"), nil).want(404)
	for range requestRows {
		c.get("/api/v1/vpcs").want(200)
	}
	seen := b.look("/requests.json", nil).want(200).expect("matching", requestRows+2)
	paths := seen.list("requests", "path")
	if len(paths) != requestRows || slices.Contains(paths, "/api/v1/ips?limit=77") {
		t.Fatalf("%d rows", len(paths))
	}
	for filter, want := range map[string]string{
		"limit=77": "/api/v1/ips?limit=77", "LISTips": "/api/v1/ips?limit=77", "delete+404+production": "/api/v1/vpcs/" + b.project("staging"),
	} {
		b.look("/requests.json?filter="+filter, nil).want(200).expect("matching", 1, "requests.0.path", want)
	}
	b.look("/requests.json?filter=delete+200", nil).want(200).expect("matching", 0, "last", requestRows+2)
}

// The numbers stay right when the journal drops its oldest entries.
func TestRequestsOfABoundedJournal(t *testing.T) {
	o := quiet()
	o.JournalLimit = 20
	b := newBackend(t, o)
	for i := range 100 {
		b.owner("").get(fmt.Sprint("/api/v1/vms?limit=", i+1)).want(200)
	}
	seen := b.look("/requests.json", nil).want(200).expect("last", 100, "requests.0.path", "/api/v1/vms?limit=100")
	numbers := seen.list("requests", "number")
	if oldest := numbers[len(numbers)-1]; oldest != fmt.Sprint(seen.at("first")) || oldest != fmt.Sprint(101-len(numbers)) {
		t.Errorf("numbers %v, first %v", numbers, seen.at("first"))
	}
}

func TestRequestsNeedAPermissionFromElsewhere(t *testing.T) {
	b := newBackend(t, quiet())
	b.owner("").get(vmsPath).want(200)
	from := func(key string) answer {
		return b.look("/requests.json", func(r *http.Request) { r.RemoteAddr = "192.0.2.7:50000"; r.Header.Set("X-API-Key", key) })
	}
	from("").want(401)
	from(b.account.ProductionKey).want(403, "account.audit.view")
	from(b.account.OwnerKey).want(200).expect("matching", 1)
}
