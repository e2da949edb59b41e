package chaos

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// mode is what the gate makes of the requests that come to it.
type mode string

const (
	passing   mode = ""           // to the backend
	ingress   mode = "ingress404" // the 404 of an ingress that knows no such host
	proxyPage mode = "html404"    // a page that somebody has put there
	loginPage mode = "login200"   // a page that wants a password, and says 200
	kong      mode = "json404"    // the 404 of an API gateway, which is JSON
	elsewhere mode = "account"    // to another account
	unknown   mode = "unknownkey" // with a key that nobody knows
)

// trigger is something that happens at a request: before it is passed on, or before its answer is.
type trigger struct {
	Match  string `json:"match"` // as classify has it, or the beginning of that; "" for every change
	Nth    int    `json:"nth"`   // from 1
	After  bool   `json:"after"`
	Signal string `json:"signal"`

	following *trigger // which has to have fired; nil for none

	seen  int
	fired bool
	do    func()
}

// anyRequest matches reads, too.
const anyRequest = "*"

// fits tells whether the trigger counts a request. The gate's lock is held.
func (t *trigger) fits(class string, changes bool) bool {
	switch {
	case t.fired, t.following != nil && !t.following.fired:
		return false
	case t.Match == anyRequest:
		return true
	}
	return changes && strings.HasPrefix(class, t.Match)
}

// window spoils some requests in a row, whatever they are.
type window struct {
	From  int  `json:"from"` // number of the first one, from 1
	Count int  `json:"count"`
	As    mode `json:"as"`
}

// gate stands before a backend, as the proxies of this world do. Its address stays the same when the backend's changes.
type gate struct {
	url    string
	stop   func()
	target *backend
	other  *backend // another account

	mu       sync.Mutex
	busy     sync.WaitGroup
	mode     mode
	triggers []*trigger
	windows  []window
	requests int // since the last reset
	spoilt   int // answered by the gate itself
	log      io.Writer
	began    time.Time
}

func newGate(target, other *backend, log io.Writer) (*gate, error) {
	g := &gate{target: target, other: other, log: log, began: time.Now()}
	var err error
	g.url, g.stop, err = serve(g)
	return g, err
}

// set begins a step: from now on, requests are counted anew.
func (g *gate) set(m mode, windows []window, triggers ...*trigger) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mode, g.windows, g.triggers, g.requests = m, windows, triggers, 0
}

// settle waits until no request is under way, those that nobody waits for any more included.
func (g *gate) settle() { g.busy.Wait() }

// note writes a line into the log.
func (g *gate) note(format string, args ...any) {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, _ = fmt.Fprintf(g.log, "%8.3f %s\n", time.Since(g.began).Seconds(), fmt.Sprintf(format, args...))
}

var identifier = regexp.MustCompile(`^([0-9]+|[0-9a-f]{8}-[0-9a-f-]{27})$`)

// classify is what kind of request this is: its method, and its path without ids.
func classify(r *http.Request) string {
	kept := []string{}
	for part := range strings.SplitSeq(strings.TrimPrefix(r.URL.Path, "/api/v1/"), "/") {
		if !identifier.MatchString(part) {
			kept = append(kept, part)
		}
	}
	return r.Method + " " + strings.Join(kept, "/")
}

// ServeHTTP answers a request.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.busy.Add(1)
	defer g.busy.Done()
	class := classify(r)
	mode := g.arrived()
	if status, media, page := mode.page(); page != "" {
		g.note("%s %s -> %d %s", r.Method, r.URL.Path, status, mode)
		w.Header().Set("Content-Type", media)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, page)
		return
	}
	changes := r.Method != http.MethodGet
	before, after := g.due(class, changes)
	g.fire(before)
	answer, err := g.forward(r, mode)
	g.fire(after)
	if err != nil || killsBackend(before, after) {
		g.note("%s %s project=%s -> dropped (%v)", r.Method, r.URL.RequestURI(), r.Header.Get("X-Project-ID"), err)
		panic(http.ErrAbortHandler) //nolint:forbidigo // what net/http provides to drop a connection
	}
	g.note("%s %s project=%s -> %d%s%s", r.Method, r.URL.RequestURI(), r.Header.Get("X-Project-ID"), answer.status, answer.note(), excerpt(changes, answer))
	answer.send(w)
}

// arrived counts a request, and tells how it is to be answered.
func (g *gate) arrived() mode {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.requests++
	for _, w := range g.windows {
		if g.requests >= w.From && g.requests < w.From+w.Count {
			g.spoilt++
			return w.As
		}
	}
	return g.mode
}

// due are the triggers of a request, counted.
func (g *gate) due(class string, changes bool) (before, after *trigger) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, t := range slices.Backward(g.triggers) { // one that follows another is for a later request
		if !t.fits(class, changes) {
			continue
		}
		if t.seen++; t.seen < t.Nth {
			continue
		}
		t.fired = true
		if t.After {
			after = t
		} else {
			before = t
		}
	}
	return before, after
}

func (g *gate) fire(t *trigger) {
	if t == nil {
		return
	}
	g.note("-- %s", t.Signal)
	t.do()
}

func killsBackend(triggers ...*trigger) bool {
	for _, t := range triggers {
		if t != nil && t.Signal == killBackend {
			return true
		}
	}
	return false
}

// page is what a mode answers with; "" where the request is passed on.
func (m mode) page() (status int, media, page string) {
	switch m { //nolint:exhaustive // the others answer with no page
	case ingress:
		return http.StatusNotFound, "text/plain; charset=utf-8", "404 page not found\n"
	case proxyPage:
		return http.StatusNotFound, "text/html", "<html><head><title>404 Not Found</title></head><body>nginx</body></html>\n"
	case loginPage:
		return http.StatusOK, "text/html", "<html><body><form>Password</form></body></html>\n"
	case kong:
		return http.StatusNotFound, "application/json", `{"message":"no Route matched with those values"}` + "\n"
	}
	return 0, "", ""
}

// response is an answer of the backend, as far as it came.
type response struct {
	status int
	header http.Header
	body   []byte
	cut    bool // it broke off
}

// forward passes a request on. It is carried out even where nobody waits for the answer any more, as on the real service.
func (g *gate) forward(r *http.Request, m mode) (response, error) {
	to, key := g.target, r.Header.Get("X-API-Key")
	switch m { //nolint:exhaustive // the others are passed on as they are
	case elsewhere:
		to, key = g.other, g.other.owner
	case unknown:
		key = "raff_" + strings.Repeat("0", 64)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return response{}, err
	}
	request, err := http.NewRequestWithContext(context.WithoutCancel(r.Context()), r.Method, to.api+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return response{}, err
	}
	request.Header = r.Header.Clone()
	request.Header.Set("X-API-Key", key)
	request.Header.Del("Accept-Encoding")
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return response{}, err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	return response{answer.StatusCode, answer.Header, content, err != nil}, nil
}

func (r response) send(w http.ResponseWriter) {
	for name, values := range r.header {
		w.Header()[name] = values
	}
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body)
	if r.cut {
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) //nolint:forbidigo // what net/http provides to drop a connection
	}
}

func (r response) note() string {
	if r.cut {
		return " cut"
	}
	return ""
}

const excerptLength = 160

// excerpt is the beginning of an answer to a change, or of a refusal, for the log. A new key's secret comes much later in it.
func excerpt(changes bool, r response) string {
	if !changes && r.status < 300 {
		return ""
	}
	text := strings.TrimSpace(string(r.body))
	return " " + text[:min(len(text), excerptLength)]
}
