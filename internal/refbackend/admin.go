package refbackend

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/clock"
)

const (
	adminPath = "/_reference"
	// maxArchive is the largest snapshot that is taken back: a fleet of 20,000 VMs needs about 30 MB.
	maxArchive = 512 << 20
	// maxAdminBody is the largest body of an admin request that is read, in bytes.
	maxAdminBody = 1 << 20
	// maxAdvance is how far the clock can be moved at once. Everything that falls due on the way happens.
	maxAdvance = 10 * 365 * 24 * time.Hour
	// maxScale is how many times as fast as the machine's the clock can run.
	maxScale = 100_000
	// lastYear is the last one that timestamps of the API can show.
	lastYear = 9999
)

// adminRoute is one of the admin endpoints.
type adminRoute struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Does   string `json:"does"`
	handle func(*Server, *http.Request) (any, error)
}

func adminRoutes() []adminRoute {
	const (
		faults    = adminPath + "/faults"
		pace      = adminPath + "/pace"
		clockPath = adminPath + "/clock"
		journal   = adminPath + "/journal"
		snapshot  = adminPath + "/snapshot"
	)
	return []adminRoute{
		{http.MethodGet, faults, "lists the fault rules, and how often each has struck", (*Server).adminListFaults},
		{http.MethodPost, faults, "adds a fault rule", (*Server).adminAddFault},
		{http.MethodDelete, faults, "deletes all fault rules, and what they have left behind", (*Server).adminClearFaults},
		{http.MethodDelete, faults + "/{id}", "deletes one fault rule", (*Server).adminRemoveFault},
		{http.MethodGet, pace, "lists the pace rules, and how many changes each has held for", (*Server).adminListPace},
		{http.MethodPut, pace, "replaces the pace rules by those of a list", (*Server).adminSetPace},
		{http.MethodDelete, pace, "deletes all pace rules", (*Server).adminClearPace},
		{http.MethodGet, clockPath, "tells the time", (*Server).adminReadClock},
		{http.MethodPut, clockPath, `sets how fast the clock runs: {"scale": 60}; 0 stops it`, (*Server).adminScaleClock},
		{http.MethodPost, clockPath + "/advance", `moves the clock forward: {"by": "24h"}`, (*Server).adminAdvanceClock},
		{http.MethodGet, journal, "lists the requests so far, oldest first; ?after=N leaves out the first N", (*Server).adminReadJournal},
		{http.MethodDelete, journal, "forgets the requests so far", (*Server).adminClearJournal},
		{http.MethodGet, snapshot, "returns the state of the account, to be restored later", (*Server).adminSnapshot},
		{http.MethodPost, adminPath + "/restore", "puts the state of a snapshot in place of the present one", (*Server).adminRestore},
		{http.MethodPost, adminPath + "/reset", "goes back to the beginning", (*Server).adminReset},
	}
}

// Admin returns the handler of the admin endpoints, all under /_reference/; a GET of that path lists them. They need
// no key, so they belong on a listener of their own that only this machine reaches. Requests that name another host
// than this machine, or that a page of another site makes, are refused: browsers can be tricked into sending them.
func (s *Server) Admin() http.Handler {
	return onlyFromHere(s.adminMux(), func() *Server { return s })
}

// adminMux has the admin endpoints of one account.
func (s *Server) adminMux() *http.ServeMux {
	mux := http.NewServeMux()
	routes := adminRoutes()
	for _, route := range routes {
		mux.HandleFunc(route.Method+" "+route.Path, func(w http.ResponseWriter, r *http.Request) {
			body, err := route.handle(s, r)
			newReply(&call{}, body, err).send(w)
		})
	}
	mux.HandleFunc("GET "+adminPath+"/{$}", func(w http.ResponseWriter, _ *http.Request) {
		newReply(&call{}, map[string]any{"endpoints": routes}, nil).send(w)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		newReply(&call{}, nil, notFound("no such admin endpoint: GET %s/ lists them", adminPath)).send(w)
	})
	return mux
}

// onlyFromHere refuses requests that do not come from this machine and mean it. timed has the clock of the answers.
func onlyFromHere(handler http.Handler, timed func() *Server) http.Handler {
	sameSite := http.NewCrossOriginProtection().Handler(handler)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setDate(w.Header(), timed().moment())
		if !namesThisMachine(r.Host) {
			newReply(&call{}, nil, forbidden("the admin endpoints are only served to this machine, not as %s", r.Host)).send(w)
			return
		}
		sameSite.ServeHTTP(w, r)
	})
}

// namesThisMachine tells whether the Host of a request is a name that always means the machine itself. A page of
// another site that reaches a loopback address under a name of its own (DNS rebinding) is told by that name.
func namesThisMachine(host string) bool {
	name := host
	if only, _, err := net.SplitHostPort(host); err == nil {
		name = only
	}
	if strings.EqualFold(name, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil && address.IsLoopback()
}

// readAdmin decodes a JSON body strictly.
func readAdmin(r *http.Request, into any) error {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return badRequest("Content-Type: must be application/json")
	}
	decoder := json.NewDecoder(io.LimitReader(r.Body, maxAdminBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return badRequest("body: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return badRequest("body: one JSON value expected")
	}
	return nil
}

// span is a duration that is written as text: 1m30s.
type span time.Duration

// MarshalText writes a duration as time.ParseDuration reads it.
func (d span) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads a duration.
func (d *span) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a duration like 1m30s", text)
	}
	*d = span(parsed)
	return nil
}

// faultInput is a Fault as it is added.
type faultInput struct {
	Fault
	Latency span `json:"latency,omitempty"` // in place of the embedded one
}

// faultOutput is a Fault as it is shown.
type faultOutput struct {
	faultInput
	Seen    int `json:"seen"`   // calls that it fits
	Applied int `json:"struck"` // calls that went wrong
}

func showFault(f Fault) faultOutput {
	return faultOutput{faultInput: faultInput{Fault: f, Latency: span(f.Latency)}, Seen: f.seen, Applied: f.applied}
}

func (s *Server) adminListFaults(*http.Request) (any, error) {
	shown := []faultOutput{}
	for _, f := range s.Faults() {
		shown = append(shown, showFault(f))
	}
	return map[string]any{"faults": shown}, nil
}

func (s *Server) adminAddFault(r *http.Request) (any, error) {
	var input faultInput
	if err := readAdmin(r, &input); err != nil {
		return nil, err
	}
	f := input.Fault
	f.Latency = time.Duration(input.Latency)
	if err := s.checkFault(f); err != nil {
		return nil, err
	}
	f.ID = s.AddFault(f)
	return showFault(f), nil
}

// checkFault refuses a rule that could not do what it says.
func (s *Server) checkFault(f Fault) error {
	known := func(op *operation) bool { return op.id == f.Operation }
	hides := f.Status != 0 || f.HTML || f.PlainText || f.Reset
	switch {
	case f.ID != 0:
		return badRequest("id: is given by the backend")
	case f.Operation != "" && !slices.ContainsFunc(s.operations, known):
		return badRequest("operation: no such operationId: %q", f.Operation)
	case f.Nth < 0, f.Count < 0, f.RetryAfter < 0, f.Latency < 0, f.HideNew < 0, f.ShowDeleted < 0:
		return badRequest("nth, count, retry_after, latency, hide_new, show_deleted: must not be negative")
	case f.Probability < 0 || f.Probability > 1:
		return badRequest("probability: must be between 0 and 1")
	case f.Commit && !hides:
		return badRequest("commit: needs status, html, plain_text or reset")
	case !hides && !f.Truncate && f.Latency == 0 && f.HideNew == 0 && f.ShowDeleted == 0:
		return badRequest("body: one of status, html, plain_text, reset, truncate, latency, hide_new and show_deleted is required")
	}
	return f.checkAnswer()
}

// checkAnswer refuses an answer that could not be given.
func (f *Fault) checkAnswer() error {
	page := f.HTML || f.PlainText
	switch {
	case f.HTML && f.PlainText:
		return badRequest("html, plain_text: only one of them")
	case f.Status == 0:
	case page && (f.Status == http.StatusNoContent || f.Status == http.StatusNotModified || f.Status < 200 || f.Status > 599):
		return badRequest("status: must be between 200 and 599, and not 204 or 304, which have no page")
	case !page && (f.Status < 400 || f.Status > 599):
		return badRequest("status: must be between 400 and 599; others need html or plain_text")
	}
	switch {
	case f.Reason != "" && (f.Status == 0 || page):
		return badRequest("reason: needs status, and neither html nor plain_text")
	case f.Status == 0 && !page && (f.RetryAfter > 0 || f.Message != ""):
		return badRequest("retry_after, message: need status, html or plain_text")
	}
	return nil
}

func (s *Server) adminClearFaults(*http.Request) (any, error) {
	s.ClearFaults()
	return done("fault rules deleted"), nil
}

func (s *Server) adminRemoveFault(r *http.Request) (any, error) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return nil, badRequest("id: must be an integer")
	}
	if !s.RemoveFault(id) {
		return nil, notFound("no fault rule %d", id)
	}
	return done("fault rule %d deleted", id), nil
}

// paceInput is a PaceRule as it is set.
type paceInput struct {
	PaceRule
	Step span `json:"step,omitempty"` // in place of the embedded one
}

// paceOutput is a PaceRule as it is shown.
type paceOutput struct {
	paceInput
	Used int `json:"used"` // changes that it has held for
}

func (s *Server) adminListPace(*http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	shown := []paceOutput{}
	for _, rule := range s.pace {
		shown = append(shown, paceOutput{paceInput: paceInput{PaceRule: *rule, Step: span(rule.Step)}, Used: rule.used})
	}
	return map[string]any{"rules": shown}, nil
}

func (s *Server) adminSetPace(r *http.Request) (any, error) {
	var input []paceInput
	if err := readAdmin(r, &input); err != nil {
		return nil, err
	}
	rules := make([]PaceRule, 0, len(input))
	for i, given := range input {
		rule := given.PaceRule
		rule.Step = time.Duration(given.Step)
		if rule.Count < 0 || rule.Reads < 0 {
			return nil, badRequest("[%d]: count and reads must not be negative", i)
		}
		if rule.Step == 0 && rule.Reads == 0 && rule.StuckIn == "" && rule.FailAt == "" {
			return nil, badRequest("[%d]: one of step, reads, stuck_in and fail_at is required", i)
		}
		rules = append(rules, rule)
	}
	s.SetPace(rules...)
	return s.adminListPace(r)
}

func (s *Server) adminClearPace(*http.Request) (any, error) {
	s.SetPace()
	return done("pace rules deleted"), nil
}

// movable is a Clock that can be adjusted while it runs.
type movable interface {
	clock.Clock
	Advance(d time.Duration)
	SetScale(scale float64)
	Scale() float64
}

type clockBody struct {
	Now   time.Time `json:"now"`
	Scale *float64  `json:"scale"` // null where the clock cannot tell
}

func (s *Server) showClock() clockBody {
	body := clockBody{Now: s.moment()}
	if adjustable, ok := s.clock.(movable); ok {
		scale := adjustable.Scale()
		body.Scale = &scale
	}
	return body
}

func (s *Server) adminReadClock(*http.Request) (any, error) { return s.showClock(), nil }

func (s *Server) movableClock() (movable, error) {
	adjustable, ok := s.clock.(movable)
	if !ok {
		return nil, conflict("this backend's clock cannot be adjusted")
	}
	return adjustable, nil
}

func (s *Server) adminScaleClock(r *http.Request) (any, error) {
	var input struct {
		Scale *float64 `json:"scale"`
	}
	if err := readAdmin(r, &input); err != nil {
		return nil, err
	}
	if input.Scale == nil || *input.Scale < 0 || *input.Scale > maxScale {
		return nil, badRequest("scale: must be between 0 and %d", maxScale)
	}
	adjustable, err := s.movableClock()
	if err != nil {
		return nil, err
	}
	adjustable.SetScale(*input.Scale)
	return s.adminReadClock(r)
}

func (s *Server) adminAdvanceClock(r *http.Request) (any, error) {
	var input struct {
		By span `json:"by"`
	}
	if err := readAdmin(r, &input); err != nil {
		return nil, err
	}
	by := time.Duration(input.By)
	if by <= 0 || by > maxAdvance {
		return nil, badRequest("by: must be more than 0s and at most %v", maxAdvance)
	}
	adjustable, err := s.movableClock()
	if err != nil {
		return nil, err
	}
	if adjustable.Now().Add(by).Year() > lastYear {
		return nil, badRequest("by: the year would be after %d", lastYear)
	}
	adjustable.Advance(by)
	return s.adminReadClock(r)
}

func (s *Server) adminReadJournal(r *http.Request) (any, error) {
	after := 0
	if sent := r.URL.Query().Get("after"); sent != "" {
		var err error
		if after, err = strconv.Atoi(sent); err != nil {
			return nil, badRequest("after: must be an integer")
		}
	}
	entries := []Entry{}
	for _, e := range s.Journal() {
		if e.Sequence > after {
			entries = append(entries, e)
		}
	}
	return map[string]any{"entries": entries}, nil
}

func (s *Server) adminClearJournal(*http.Request) (any, error) {
	s.ClearJournal()
	return done("journal cleared"), nil
}

func (s *Server) adminSnapshot(*http.Request) (any, error) {
	snapshot, err := s.Snapshot()
	if err != nil {
		return nil, err
	}
	return json.RawMessage(snapshot), nil
}

func (s *Server) adminRestore(r *http.Request) (any, error) {
	snapshot, err := io.ReadAll(io.LimitReader(r.Body, maxArchive))
	if err != nil {
		return nil, badRequest("body: could not be read")
	}
	restored, moment, err := readArchive(snapshot)
	if err != nil {
		return nil, badRequest("body: %v", err)
	}
	if err := s.among.checkOwner(s, restored.keyHashes()); err != nil {
		return nil, conflict("%v", err)
	}
	if err := s.restore(restored, moment); err != nil {
		return nil, err
	}
	return done("restored"), nil
}

func (s *Server) adminReset(*http.Request) (any, error) {
	if err := s.Reset(); err != nil {
		return nil, err
	}
	return done("back at the beginning"), nil
}
