package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	testKey     = "raff_17d70fcf7e7510968a4c19279b25707f088f1cc5ad8b74210341d8e470b5bb7a"
	testID      = "5ac21891-32e6-41ce-8a93-b5d6ab708b0d"
	testProject = "0b6f2a0e-6c1e-4f0a-9d51-0d8f6b1f7a11"

	// required has all fields that the API sends with every object, of whatever type, but for the id.
	required = `"name":"web","status":"active","type":"personal","region":"us-east","created_at":"2026-01-02T03:04:05Z",` +
		`"updated_at":"2026-01-02T03:04:05Z",` + requiredOfVMs + `,` + requiredOfOthers

	requiredOfVMs = `"cpu":1,"ram":2,"storage":50,"added_storage":0,"total_storage":50,"template_id":"t","template_name":"Ubuntu",` +
		`"template_version":"24.04","price_per_hour":"0.01","pricing_id":3,"active":true`

	requiredOfOthers = `"vm_id":"` + testID + `","user_id":"u","content":"c","cidr":"10.0.0.0/24","rules":[],"ip_address":"192.0.2.1",` +
		`"reserved":true,"priority":0,"volume_type":"nvme","size":10,"storage_size":1,"keep_count":1,"public_key":"k","key_type":"ed25519",` +
		`"email":"e","slug":"s","scope":"account","permissions":[],"is_system":false,"category":"c","key_prefix":"raff_17d70fcf","is_active":true,` +
		`"account_id":"a","default_region":"us-east","is_default":false,"version":"24.04","is_windows":false,"os_type":"linux","code":"us-east",` +
		`"country_code":"US","nic_id":0,"network_name":"net","ip":"192.0.2.1","protocol":"TCP","rule_type":"INBOUND"`

	requiredOfPlans = `"vcpu":1,"memory_gib":1,"ssd_gib":1,"transfer_gib":1,"monthly_price":1,"yearly_price":1,"twenty_four_month_price":1,` +
		`"vm_type":"standard"`

	vmJSON = `{"success":true,"data":{"id":"` + testID + `",` + required + `}}`
	okJSON = `{"success":true,"message":"done"}`
)

// full gives every object of a body that begins with its id all fields that the API sends. Those that the object has
// come last, and win.
func full(body string) string { return strings.ReplaceAll(body, `{"id":`, `{`+required+`,"id":`) }

// vm is a VM as the API sends it.
func vm(id, name string) json.RawMessage {
	return json.RawMessage(full(fmt.Sprintf(`{"id":%q,"name":%q}`, id, name)))
}

// fakeClock passes time only when something sleeps on it, and then at once.
type fakeClock struct {
	mu      sync.Mutex
	now     time.Time
	sleeps  []time.Duration
	onSleep func() // called before the sleep is over, may be nil
}

func newFakeClock() *fakeClock {
	return &fakeClock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	if d > 0 && c.onSleep != nil {
		c.onSleep()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	if deadline, ok := ctx.Deadline(); ok && c.now.Add(d).After(deadline) {
		return context.DeadlineExceeded
	}
	c.sleeps = append(c.sleeps, d)
	c.now = c.now.Add(d)
	return nil
}

// slept returns all sleeps so far.
func (c *fakeClock) slept() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]time.Duration(nil), c.sleeps...)
}

// serve starts a server and returns a client of it that retries twice and never really sleeps.
func serve(t *testing.T, handler http.HandlerFunc, edit ...func(*Options)) (*Client, *fakeClock) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	clock := newFakeClock()
	options := Options{URL: server.URL, APIKey: testKey, MaxRetries: 2, Clock: clock}
	for _, e := range edit {
		e(&options)
	}
	return mustNew(t, options), clock
}

func mustNew(t *testing.T, options Options) *Client {
	t.Helper()
	c, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// recorder is a handler that keeps the requests it got, and answers each with the next of its answers. The last one
// is given again and again.
type recorder struct {
	mu       sync.Mutex
	requests []recorded
	answers  []func(http.ResponseWriter)
}

type recorded struct {
	method, uri string
	header      http.Header
	body        string
}

func answering(answers ...func(http.ResponseWriter)) *recorder { return &recorder{answers: answers} }

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	answer := r.answers[min(len(r.requests), len(r.answers)-1)]
	r.requests = append(r.requests, recorded{req.Method, req.RequestURI, req.Header, string(body)})
	r.mu.Unlock()
	answer(w)
}

func (r *recorder) seen() []recorded {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]recorded(nil), r.requests...)
}

// reply answers with a status, a body, and headers given as "Name: value".
func reply(status int, body string, headers ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		for _, header := range headers {
			name, value, _ := strings.Cut(header, ": ")
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// hangUp closes the connection without an answer.
func hangUp(w http.ResponseWriter) { panic(http.ErrAbortHandler) }

// breakOff sends the beginning of an answer and closes the connection.
func breakOff(w http.ResponseWriter) {
	w.Header().Set("Content-Length", "1000")
	w.WriteHeader(http.StatusOK)
	_, _ = io.WriteString(w, vmJSON[:20])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// wantError returns err as an *Error.
func wantError(t *testing.T, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v (%T), want an *Error", err, err)
	}
	if strings.ContainsAny(e.Error(), "\r\n") {
		t.Errorf("%q is more than one line", e.Error())
	}
	if strings.Contains(e.Error(), testKey) {
		t.Errorf("%q contains the API key", e.Error())
	}
	return e
}

type roundTripFunc func(*http.Request) (*http.Response, error)

func (f roundTripFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// canned returns a client whose every request gets the same answer, without a network.
func canned(tb testing.TB, status int, body string) *Client {
	tb.Helper()
	transport := roundTripFunc(func(req *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: status, Header: http.Header{}, Request: req, Body: io.NopCloser(strings.NewReader(body)),
		}, nil
	})
	c, err := New(Options{
		URL: "http://api.test", APIKey: testKey, Clock: newFakeClock(), HTTPClient: &http.Client{Transport: transport},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func stringBody(s string) io.ReadCloser { return io.NopCloser(strings.NewReader(s)) }
