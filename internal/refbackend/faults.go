package refbackend

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is a rule by which calls go wrong. It fits by operation, then counts, then does one or more of the things
// below. The zero values of all of them do nothing.
type Fault struct {
	// ID is set when the rule is added; the journal names it.
	ID int `json:"id"`

	Operation string `json:"operation,omitempty"` // operationId; empty for every operation
	Object    string `json:"object,omitempty"`    // id in the path; empty for every object
	Project   string `json:"project,omitempty"`   // X-Project-ID as sent; empty for any

	Nth         int     `json:"nth,omitempty"`         // the first of the fitting calls that it applies to; 0 and 1: the first
	Count       int     `json:"count,omitempty"`       // how many it applies to from there; 0: no limit
	Probability float64 `json:"probability,omitempty"` // chance of applying, from the seed; 0: certain

	// Status answers with this status and an error body; Message and Reason go into it.
	Status  int    `json:"status,omitempty"`
	Message string `json:"message,omitempty"`
	Reason  string `json:"reason,omitempty"`
	// RetryAfter is sent with Status, HTML or PlainText, in seconds.
	RetryAfter int `json:"retry_after,omitempty"`
	// HTML answers with a proxy's page in place of the API's error body; Status 0: 502.
	HTML bool `json:"html,omitempty"`
	// PlainText answers with a line of text in its place, as an ingress does; Status 0: 404, "404 page not found".
	PlainText bool `json:"plain_text,omitempty"`
	// Reset drops the connection instead of answering.
	Reset bool `json:"reset,omitempty"`
	// Commit carries the call out although Status, HTML, PlainText or Reset hides its answer.
	Commit bool `json:"commit,omitempty"`
	// Truncate carries the call out and cuts the connection in the middle of the answer.
	Truncate bool `json:"truncate,omitempty"`
	// Latency passes before the call is carried out.
	Latency time.Duration `json:"latency,omitempty"`
	// HideNew makes the object that the call creates missing from that many reads, by id or in a list.
	HideNew int `json:"hide_new,omitempty"`
	// ShowDeleted makes the object that the call deletes appear in that many reads once it is gone.
	ShowDeleted int `json:"show_deleted,omitempty"`

	seen, applied int
}

// Applied is how many calls have gone wrong by the rule.
func (f *Fault) Applied() int { return f.applied }

// applies counts a call, and tells whether the rule applies to it.
func (f *Fault) applies(c *call, chance random) bool {
	fits := (f.Operation == "" || c.op != nil && f.Operation == c.op.id) &&
		(f.Object == "" || f.Object == c.request.PathValue("id")) &&
		(f.Project == "" || f.Project == c.request.Header.Get(projectHeader))
	if !fits {
		return false
	}
	f.seen++
	if f.seen < f.Nth || f.Count > 0 && f.applied >= f.Count {
		return false
	}
	if f.Probability > 0 && chance.float64() >= f.Probability {
		return false
	}
	f.applied++
	return true
}

// instead returns the answer that replaces the real one, if the rule has one.
func (f *Fault) instead(c *call) (reply, bool) {
	switch {
	case f.Reset:
		return reply{header: http.Header{}, sever: unspoken}, true
	case f.HTML:
		status := cmp.Or(f.Status, http.StatusBadGateway)
		title := html.EscapeString(cmp.Or(f.Message, fmt.Sprintf("%d %s", status, statusText(status))))
		return f.page(status, "text/html", "<html><head><title>"+title+"</title></head><body><h1>"+title+"</h1></body></html>"), true
	case f.PlainText:
		status := cmp.Or(f.Status, http.StatusNotFound)
		text := fmt.Sprintf("%d %s", status, statusText(status))
		if status == http.StatusNotFound {
			text = "404 page not found"
		}
		return f.page(status, "text/plain; charset=utf-8", cmp.Or(f.Message, text)), true
	case f.Status != 0:
		refused := refuse(f.Status, "%s", f.Message)
		refused.reason = f.Reason
		refused.header = f.headers()
		return newReply(c, nil, refused), true
	}
	return reply{}, false
}

// page is an answer that does not come from the API.
func (f *Fault) page(status int, contentType, text string) reply {
	r := reply{status: status, header: f.headers(), body: []byte(text + "\n")}
	r.header.Set("Content-Type", contentType)
	return r
}

// headers are those that the rule sends with its answer.
func (f *Fault) headers() http.Header {
	header := http.Header{}
	if f.RetryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	return header
}

// objectKey names an object of any type.
type objectKey struct{ kind, id string }

// staleReads are reads of one object that show what was before it was created or deleted.
type staleReads struct {
	fault int // id of the rule
	left  int // how many are to come
}

// staleObject is a deleted object that is still shown.
type staleObject struct {
	staleReads
	objectKey
	project string
	answer  json.RawMessage // of its get
}

// faultRules are the rules in force, and the objects whose reads they make stale.
type faultRules struct {
	rules   []*Fault
	lastID  int
	chance  random
	hidden  map[objectKey]*staleReads // new objects
	deleted []*staleObject
}

func newFaultRules(seed uint64) faultRules {
	return faultRules{chance: newRandom(seed, 3), hidden: map[objectKey]*staleReads{}}
}

// ruleFor returns the first rule that applies to a call, or a rule that does nothing.
func (r *faultRules) ruleFor(c *call) Fault {
	for _, f := range r.rules {
		if f.applies(c, r.chance) {
			return *f
		}
	}
	return Fault{}
}

// AddFault adds a rule and returns its id. Rules are tried in the order in which they were added.
func (s *Server) AddFault(f Fault) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.add(f)
}

func (r *faultRules) add(f Fault) int {
	r.lastID++
	f.ID, f.seen, f.applied = r.lastID, 0, 0
	r.rules = append(r.rules, &f)
	return f.ID
}

// Faults returns the rules in force.
func (s *Server) Faults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Fault, 0, len(s.faults.rules))
	for _, f := range s.faults.rules {
		out = append(out, *f)
	}
	return out
}

// RemoveFault takes a rule away, and tells whether there was one of that id.
func (s *Server) RemoveFault(id int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.faults.rules)
	s.faults.rules = slices.DeleteFunc(s.faults.rules, func(f *Fault) bool { return f.ID == id })
	return len(s.faults.rules) < before
}

// ClearFaults takes all rules away, and ends the stale reads that they have begun.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.rules = nil
	s.faults.forgetObjects()
}

// forgetObjects lets every object be shown, or not, as it is.
func (r *faultRules) forgetObjects() {
	r.deleted = nil
	clear(r.hidden)
}

// hides tells whether an object is still hidden from reads, and counts the read.
func (s *Server) hides(c *call, n *noun, id string) bool {
	if len(s.faults.hidden) == 0 {
		return false
	}
	key := objectKey{n.kind, id}
	reads, ok := s.faults.hidden[key]
	if !ok {
		return false
	}
	if reads.left--; reads.left <= 0 {
		delete(s.faults.hidden, key)
	}
	c.fault = reads.fault
	return true
}

// keepForStaleReads keeps the answer of an object's get before a call deletes it; nil for what is not to be, or cannot
// be, shown.
func (s *Server) keepForStaleReads(c *call, f Fault) *staleObject {
	if f.ShowDeleted <= 0 || c.op == nil || c.op.on == nil || c.op.method != http.MethodDelete {
		return nil
	}
	key := objectKey{c.op.on.kind, strings.ToLower(c.request.PathValue("id"))}
	for _, op := range s.operations {
		if op.on == c.op.on && op.reads() {
			look := &call{request: c.request, op: op, key: c.key, params: map[string]string{"id": key.id}}
			project, ok := op.on.find(&s.state, key.id)
			if !ok {
				return nil
			}
			answer, err := op.handle(s, look)
			if err != nil {
				return nil
			}
			return &staleObject{staleReads{f.ID, f.ShowDeleted}, key, project, encode(answer)}
		}
	}
	return nil
}

// staleObjectOf returns the deleted object of a key if it is still shown, and counts the read.
func (s *Server) staleObjectOf(c *call, key objectKey) (*staleObject, bool) {
	for _, o := range s.faults.deleted {
		if o.objectKey == key && (o.project == "" || s.reaches(c.key, o.project)) {
			s.shown(c, o)
			return o, true
		}
	}
	return nil, false
}

// staleItems returns the deleted objects that a list still shows, and counts the read.
func (s *Server) staleItems(c *call, n *noun) []any {
	var items []any
	for _, o := range slices.Clone(s.faults.deleted) {
		item, ok := o.item()
		_, alive := n.find(&s.state, o.id)
		if o.kind != n.kind || !ok || alive || !s.inScope(c, o.project) || !fitsQuery(c, item) {
			continue
		}
		s.shown(c, o)
		items = append(items, item)
	}
	return items
}

// shown counts a read of a deleted object, which is gone after the last one.
func (s *Server) shown(c *call, o *staleObject) {
	c.fault = o.fault
	if o.left--; o.left <= 0 {
		s.faults.deleted = slices.DeleteFunc(s.faults.deleted, func(other *staleObject) bool { return other == o })
	}
}

// item is the object as lists show it, without what a get wraps around it.
func (o *staleObject) item() (map[string]any, bool) {
	var answer struct{ Data map[string]any }
	if json.Unmarshal(o.answer, &answer) != nil || answer.Data == nil {
		return nil, false
	}
	if vpc, ok := answer.Data[vpcNoun.kind].(map[string]any); ok {
		return vpc, true
	}
	return answer.Data, true
}

// fitsQuery applies the filters of a list to a shown object.
func fitsQuery(c *call, item map[string]any) bool {
	for name := range c.query {
		field := name
		if name == "vm_id" {
			field = "product_vm"
		}
		if value, ok := item[field]; ok && !c.matches(name, value) {
			return false
		}
	}
	return true
}
