package refbackend

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/clock"
)

// epoch is where the clocks of tests start: a Monday.
var epoch = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)

// testKey is a public key as a user has one.
const testKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFDhQCGKmgkWIdtZCIleVx8la4X+UaDPww/LJPHSShwn user@host"

// backend is a server under test. Its clock stands still, its rate limits are off and its changes are instant,
// unless the options say otherwise.
type backend struct {
	*Server
	t       testing.TB
	clock   *clock.Adjustable
	account SeededAccount
	// watchful checks the invariants after each request that may have changed something.
	watchful bool
	// unjudged answers are not held against the description: the test measures, or has put what cannot be into the state.
	unjudged bool
}

func newBackend(t testing.TB, o Options) *backend {
	t.Helper()
	manual := clock.Manual(epoch)
	if o.Clock == nil {
		o.Clock = manual
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	_, measured := t.(*testing.B)
	return &backend{Server: s, t: t, clock: manual, account: s.Account(), unjudged: measured}
}

// quiet is the usual set of options.
func quiet() Options { return Options{Seed: 1, NoRateLimit: true} }

// project is the id of a seeded project.
func (b *backend) project(name string) string { return b.account.Projects[name] }

// caller sends requests with one key and, unless it is empty, one X-Project-ID.
type caller struct {
	*backend
	key, header string
}

func (b *backend) owner(project string) caller {
	return caller{b, b.account.OwnerKey, b.project(project)}
}

func (b *backend) production() caller {
	return caller{b, b.account.ProductionKey, b.project("production")}
}

// in returns the same caller with another X-Project-ID.
func (c caller) in(header string) caller { c.header = header; return c }

// answer is what came back.
type answer struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	text   string
	json   map[string]any
}

// send makes a request; body is marshalled unless it is a string or nil.
func (c caller) send(method, path string, body any) answer {
	c.t.Helper()
	var text string
	switch body := body.(type) {
	case nil:
	case string:
		text = body
	default:
		encoded, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		text = string(encoded)
	}
	r := httptest.NewRequestWithContext(c.t.Context(), method, path, strings.NewReader(text))
	if c.key != "" {
		r.Header.Set("X-API-Key", c.key)
	}
	if c.header != "" {
		r.Header.Set(projectHeader, c.header)
	}
	if text != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return c.exchange(r)
}

// exchange hands a request to the server.
func (b *backend) exchange(r *http.Request) answer {
	b.t.Helper()
	a := answerOf(b.t, b, r)
	b.judge(r, a)
	if b.watchful && r.Method != http.MethodGet {
		b.checkInvariants()
	}
	return a
}

// answerOf is what a handler answers to a request.
func answerOf(t testing.TB, h http.Handler, r *http.Request) answer {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	a := answer{t: t, what: r.Method + " " + r.URL.Path, status: w.Code, header: w.Header(), text: w.Body.String()}
	if strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(w.Body.Bytes(), &a.json); err != nil {
			t.Fatalf("%s: %v in %q", a.what, err, a.text)
		}
	}
	return a
}

func (c caller) get(path string) answer { c.t.Helper(); return c.send("GET", path, nil) }

func (c caller) post(path string, body any) answer { c.t.Helper(); return c.send("POST", path, body) }

func (c caller) put(path string, body any) answer { c.t.Helper(); return c.send("PUT", path, body) }

func (c caller) patch(path string, body any) answer { c.t.Helper(); return c.send("PATCH", path, body) }

func (c caller) delete(path string, body any) answer {
	c.t.Helper()
	return c.send("DELETE", path, body)
}

// want fails the test unless the status is the wanted one, and unless the message of an error contains every text.
func (a answer) want(status int, texts ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: status %d, want %d: %s", a.what, a.status, status, a.text)
	}
	for _, text := range texts {
		if !strings.Contains(a.text, text) {
			a.t.Fatalf("%s: %q not in %s", a.what, text, a.text)
		}
	}
	return a
}

// at looks up a value by a path like data.tags.0.name; nil when there is none.
func (a answer) at(path string) any {
	var value any = a.json
	for part := range strings.SplitSeq(path, ".") {
		switch inner := value.(type) {
		case map[string]any:
			value = inner[part]
		case []any:
			var i int
			if _, err := fmt.Sscan(part, &i); err != nil || i < 0 || i >= len(inner) {
				return nil
			}
			value = inner[i]
		default:
			return nil
		}
	}
	return value
}

// text returns a value of the answer as text.
func (a answer) str(path string) string {
	a.t.Helper()
	value := a.at(path)
	if value == nil {
		a.t.Fatalf("%s: no %s in %s", a.what, path, a.text)
	}
	return fmt.Sprint(value)
}

// expect fails the test unless the values at the paths are, as text, the wanted ones: path, value, path, value, …
func (a answer) expect(pairs ...any) answer {
	a.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		path := pairs[i].(string)
		if got, want := fmt.Sprint(a.at(path)), fmt.Sprint(pairs[i+1]); got != want {
			a.t.Errorf("%s: %s is %s, want %s", a.what, path, got, want)
		}
	}
	return a
}

// list returns the values of one field over a list.
func (a answer) list(path, field string) []string {
	a.t.Helper()
	items, ok := a.at(path).([]any)
	if !ok {
		a.t.Fatalf("%s: no list %s in %s", a.what, path, a.text)
	}
	values := []string{}
	for _, item := range items {
		values = append(values, fmt.Sprint(item.(map[string]any)[field]))
	}
	return values
}

// object is a JSON object of a request.
type object map[string]any

// with returns a copy with some fields changed; a nil value takes a field out.
func (o object) with(pairs ...any) object {
	out := object{}
	for name, value := range o {
		out[name] = value
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		name := pairs[i].(string)
		if pairs[i+1] == nil {
			delete(out, name)
			continue
		}
		out[name] = pairs[i+1]
	}
	return out
}

// templateID finds a public template by name and version.
func (b *backend) templateID(name, version string) string {
	b.t.Helper()
	for _, item := range b.owner("").get("/api/v1/public/templates").at("data").([]any) {
		if t := item.(map[string]any); t["name"] == name && t["version"] == version {
			return t["id"].(string)
		}
	}
	b.t.Fatalf("no template %s %s", name, version)
	return ""
}

// vmRequest is a small Linux VM with a public address and no VPC.
func (b *backend) vmRequest(name string) object {
	b.t.Helper()
	return object{
		"name": name, "template_id": b.templateID("Ubuntu", "24.04x64"), "pricing_id": 9, "region": "us-east",
		"ssh_keys": []string{testKey}, "skip_vpc": true,
	}
}

// makeVM creates a VM and returns its id; it is active at the next request.
func (c caller) makeVM(name string, changes ...any) string {
	c.t.Helper()
	return c.post("/api/v1/vms", c.vmRequest(name).with(changes...)).want(201).str("data.id")
}

// makeVPC creates a VPC and returns its id.
func (c caller) makeVPC(name, cidr string) string {
	c.t.Helper()
	return c.post("/api/v1/vpcs", object{"name": name, "cidr": cidr}).want(201).str("data.id")
}
