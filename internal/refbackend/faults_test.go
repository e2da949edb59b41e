package refbackend

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFaultMatching(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.owner("production")
	statuses := func(n int, path string) (out []int) {
		for range n {
			out = append(out, c.get(path).status)
		}
		return out
	}
	b.AddFault(Fault{Operation: "listVMs", Nth: 3, Count: 2, Status: 503, RetryAfter: 7, Message: "try later"})
	if got := statuses(6, "/api/v1/vms"); !slices.Equal(got, []int{200, 200, 503, 503, 200, 200}) {
		t.Errorf("third and fourth call: %v", got)
	}
	if got := statuses(5, "/api/v1/vpcs"); slices.Contains(got, 503) {
		t.Errorf("another operation: %v", got)
	}
	b.ClearFaults()

	id := b.AddFault(Fault{Status: 402, Reason: "failed", Message: "no money", RetryAfter: 7})
	answer := c.get("/api/v1/vms").want(402).expect("error", "Payment Required", "message", "no money", "reason", "failed")
	if answer.header.Get("Retry-After") != "7" {
		t.Errorf("headers %v", answer.header)
	}
	if last := b.Journal()[len(b.Journal())-1]; last.Fault != id || last.Status != 402 {
		t.Errorf("journal: %+v", last)
	}
	if !b.RemoveFault(id) || b.RemoveFault(id) || len(b.Faults()) != 0 {
		t.Error("a rule must go once")
	}
	c.get("/api/v1/vms").want(200)

	b.AddFault(Fault{Project: b.project("staging"), Status: 500})
	c.get("/api/v1/vms").want(200)
	b.owner("staging").get("/api/v1/vms").want(500)
	b.ClearFaults()

	b.AddFault(Fault{Object: unknownUUID, Status: 500})
	c.get("/api/v1/vms").want(200)
	c.get("/api/v1/vms/" + unknownUUID).want(500)
}

// The chance of a fault comes from the seed.
func TestFaultProbability(t *testing.T) {
	applied := func(seed uint64) (out []bool) {
		o := quiet()
		o.Seed = seed
		b := newBackend(t, o)
		b.AddFault(Fault{Probability: 0.3, Status: 500})
		for range 200 {
			out = append(out, b.owner("").get("/api/v1/vms").status == 500)
		}
		return out
	}
	one := applied(1)
	if !slices.Equal(one, applied(1)) || slices.Equal(one, applied(2)) {
		t.Error("the seed must decide")
	}
	n := 0
	for _, hit := range one {
		if hit {
			n++
		}
	}
	if n < 30 || n > 90 {
		t.Errorf("%d of 200 went wrong, with probability 0.3", n)
	}
}

// A status or an HTML page before the commit changes nothing, after it everything.
func TestFaultCommit(t *testing.T) {
	for _, commit := range []bool{false, true} {
		for _, fault := range []Fault{{Status: 504}, {Status: 408}, {Status: 499}, {HTML: true}, {PlainText: true}} {
			b := newBackend(t, quiet())
			fault.Operation, fault.Count, fault.Commit = "createVM", 1, commit
			b.AddFault(fault)
			answer := b.production().post("/api/v1/vms", b.vmRequest("web"))
			switch {
			case fault.HTML:
				answer.want(502, "<html>")
			case fault.PlainText:
				answer.want(404, "page not found")
			default:
				answer.want(fault.Status)
			}
			want := 0
			if commit {
				want = 1
			}
			b.production().get("/api/v1/vms").expect("total", want)
			b.checkInvariants()
		}
	}
}

// What stands between a client and the API answers with pages of its own, in any status.
func TestFaultPages(t *testing.T) {
	for _, test := range []struct {
		fault  Fault
		status int
		media  string
		text   string
	}{
		{Fault{HTML: true}, 502, "text/html", "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"},
		{Fault{HTML: true, Status: 404}, 404, "text/html", "<h1>404 Not Found</h1>"},
		{Fault{HTML: true, Status: 499}, 499, "text/html", "<h1>499 Client Closed Request</h1>"},
		{Fault{HTML: true, Status: 200, Message: "Log in <here>"}, 200, "text/html", "<h1>Log in &lt;here&gt;</h1>"},
		{Fault{PlainText: true}, 404, "text/plain; charset=utf-8", "404 page not found\n"},
		{Fault{PlainText: true, Status: 503}, 503, "text/plain; charset=utf-8", "503 Service Unavailable\n"},
		{Fault{PlainText: true, Message: "default backend - 404"}, 404, "text/plain; charset=utf-8", "default backend - 404\n"},
		{Fault{Status: 408}, 408, "application/json", `{"error":"Request Timeout","message":""}`},
		{Fault{Status: 499, Message: "gone"}, 499, "application/json", `{"error":"Client Closed Request","message":"gone"}`},
	} {
		b := newBackend(t, quiet())
		listener := httptest.NewServer(b)
		test.fault.RetryAfter = 3
		b.AddFault(test.fault)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, listener.URL+vmsPath, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		response, err := listener.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != test.status || response.Header.Get("Content-Type") != test.media || !strings.Contains(string(body), test.text) {
			t.Errorf("%+v: %d, %v, %q, %v", test.fault, response.StatusCode, response.Header, body, err)
		}
		if response.Header.Get("Retry-After") != "3" {
			t.Errorf("%+v: headers %v", test.fault, response.Header)
		}
		_ = response.Body.Close()
		listener.Close()
	}
}

// Dropped connections, seen by a real client: before the commit, after it, in the middle of the answer.
func TestFaultDropsTheConnection(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault Fault
		made  int
	}{
		{"reset before commit", Fault{Reset: true}, 0},
		{"reset after commit", Fault{Reset: true, Commit: true}, 1},
		{"truncated answer", Fault{Truncate: true}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBackend(t, quiet())
			listener := httptest.NewServer(b)
			defer listener.Close()
			test.fault.Operation = "createProject"
			b.AddFault(test.fault)
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, listener.URL+projectsPath, strings.NewReader(`{"name":"x"}`))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("X-API-Key", b.account.OwnerKey)
			response, err := listener.Client().Do(request)
			if err == nil {
				_, err = io.ReadAll(response.Body)
				_ = response.Body.Close()
				if !test.fault.Truncate || !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("got an answer: %v, %v", response.Status, err)
				}
			}
			b.owner("").get(projectsPath).expect("total", 3+test.made)
			last := b.Journal()[0]
			if last.Fault == 0 || (last.Status == 0) != test.fault.Reset {
				t.Errorf("journal: %+v", last)
			}
		})
	}
}

// Latency passes on the backend's clock, before the call is carried out; a client that leaves undoes the call.
func TestFaultLatency(t *testing.T) {
	b := newBackend(t, quiet())
	b.AddFault(Fault{Operation: "createProject", Latency: time.Minute})
	answered := make(chan int)
	go func() { answered <- b.owner("").post(projectsPath, object{"name": "x"}).status }()
	for status := 0; status == 0; {
		select {
		case status = <-answered:
			if status != 201 {
				t.Errorf("status %d", status)
			}
		default:
			b.clock.Advance(time.Second)
		}
	}
	if b.clock.Now().Sub(epoch) < time.Minute {
		t.Error("answered too soon")
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, projectsPath, strings.NewReader(`{"name":"y"}`))
	r.Header.Set("X-API-Key", b.account.OwnerKey)
	b.ServeHTTP(httptest.NewRecorder(), r)
	if b.state.Projects.Len() != 4 {
		t.Error("carried out although the client had gone")
	}
}

// A new object that is missing from get or list for N reads.
func TestFaultHideNew(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	b.AddFault(Fault{Operation: "createVM", Count: 1, HideNew: 3})
	id := c.makeVM("web")
	c.get("/api/v1/vms/" + id).want(404)
	c.get("/api/v1/vms").want(200).expect("total", 0)
	c.get("/api/v1/vms/" + id).want(404)
	c.get("/api/v1/vms").want(200).expect("total", 1)
	c.get("/api/v1/vms/" + id).want(200)
	other := c.makeVM("other")
	c.get("/api/v1/vms/" + other).want(200)
}

// A deleted object that is still shown for N reads.
func TestFaultShowDeleted(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	b.AddFault(Fault{Operation: "deleteVM", ShowDeleted: 4})
	id := c.makeVM("web")
	c.get("/api/v1/vms/" + id).want(200)
	c.delete("/api/v1/vms/"+id, nil).want(200)
	c.get("/api/v1/vms").want(200).expect("total", 1, "data.0.name", "web", "data.0.status", "active")
	c.get("/api/v1/vms?status=passive").want(200).expect("total", 0)
	b.owner("staging").get("/api/v1/vms").want(200).expect("total", 0)
	c.get("/api/v1/vms/"+id).want(200).expect("data.name", "web")
	c.patch("/api/v1/vms/"+id+"/rename", object{"name": "x"}).want(404)
	c.get("/api/v1/vms/" + id).want(200)
	c.get("/api/v1/vms?status=active").want(200).expect("total", 1)
	c.get("/api/v1/vms/" + id).want(404)
	c.get("/api/v1/vms").want(200).expect("total", 0)

	b.AddFault(Fault{Operation: "deleteVPC", ShowDeleted: 2})
	network := c.makeVPC("net", "10.0.0.0/24")
	c.delete(vpcsPath+"/"+network, nil).want(200)
	c.get(vpcsPath).expect("data.0.name", "net")
	c.get(vpcsPath+"/"+network).want(200).expect("data.vpc.name", "net")
	c.get(vpcsPath + "/" + network).want(404)
	b.checkInvariants()
}

// Rules can be written as JSON.
func TestFaultAsJSON(t *testing.T) {
	var f Fault
	if err := json.Unmarshal([]byte(`{"operation":"createVM","nth":2,"status":503,"retry_after":1,"hide_new":3}`), &f); err != nil {
		t.Fatal(err)
	}
	if want := (Fault{Operation: "createVM", Nth: 2, Status: 503, RetryAfter: 1, HideNew: 3}); f != want {
		t.Errorf("%+v", f)
	}
}
