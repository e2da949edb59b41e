package refbackend

import (
	"encoding/json"
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

	Nth         int     `json:"nth,omitempty"`         // the first of the fitting calls that it strikes; 0 and 1: the first
	Count       int     `json:"count,omitempty"`       // how many it strikes from there; 0: no limit
	Probability float64 `json:"probability,omitempty"` // chance of striking, from the seed; 0: certain

	// Status answers with this status and an error body; Message and Reason go into it.
	Status  int    `json:"status,omitempty"`
	Message string `json:"message,omitempty"`
	Reason  string `json:"reason,omitempty"`
	// RetryAfter is sent with Status, in seconds.
	RetryAfter int `json:"retry_after,omitempty"`
	// HTML answers 502 with the page of a proxy.
	HTML bool `json:"html,omitempty"`
	// Reset drops the connection instead of answering.
	Reset bool `json:"reset,omitempty"`
	// Commit carries the call out although Status, HTML or Reset hides its answer.
	Commit bool `json:"commit,omitempty"`
	// Truncate carries the call out and cuts the connection in the middle of the answer.
	Truncate bool `json:"truncate,omitempty"`
	// Latency passes before the call is carried out.
	Latency time.Duration `json:"latency,omitempty"`
	// HideNew makes the object that the call creates missing from that many reads, by id or in a list.
	HideNew int `json:"hide_new,omitempty"`
	// ShowDeleted makes the object that the call deletes appear in that many reads once it is gone.
	ShowDeleted int `json:"show_deleted,omitempty"`

	seen, struck int
}

// Struck is how many calls have gone wrong by the rule.
func (f *Fault) Struck() int { return f.struck }

// strikes counts a call, and tells whether the rule strikes it.
func (f *Fault) strikes(c *call, chance random) bool {
	fits := (f.Operation == "" || c.op != nil && f.Operation == c.op.id) &&
		(f.Object == "" || f.Object == c.request.PathValue("id")) &&
		(f.Project == "" || f.Project == c.request.Header.Get(projectHeader))
	if !fits {
		return false
	}
	f.seen++
	if f.seen < f.Nth || f.Count > 0 && f.struck >= f.Count {
		return false
	}
	if f.Probability > 0 && chance.float64() >= f.Probability {
		return false
	}
	f.struck++
	return true
}

// instead returns the answer that replaces the real one, if the rule has one.
func (f *Fault) instead(c *call) (reply, bool) {
	switch {
	case f.Reset:
		return reply{sever: unspoken}, true
	case f.HTML:
		return reply{
			status: http.StatusBadGateway,
			header: http.Header{"Content-Type": {"text/html"}},
			body:   []byte("<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"),
		}, true
	case f.Status != 0:
		refused := refuse(f.Status, "%s", f.Message)
		refused.reason = f.Reason
		if f.RetryAfter > 0 {
			refused.header = http.Header{"Retry-After": {strconv.Itoa(f.RetryAfter)}}
		}
		return newReply(c, nil, refused), true
	}
	return reply{}, false
}

// objectKey names an object of any type.
type objectKey struct{ kind, id string }

// trick is what a fault does to the reads of one object.
type trick struct {
	fault int
	left  int
}

// ghost is a deleted object that is still shown.
type ghost struct {
	trick
	objectKey
	project string
	detail  json.RawMessage // the answer of its get
}

// faultTable holds the rules and what they have left behind.
type faultTable struct {
	rules  []*Fault
	lastID int
	chance random
	hidden map[objectKey]*trick
	ghosts []*ghost
}

func newFaultTable(seed uint64) faultTable {
	return faultTable{chance: newRandom(seed, 3), hidden: map[objectKey]*trick{}}
}

// strike returns the first rule that strikes a call, or a rule that does nothing.
func (t *faultTable) strike(c *call) Fault {
	for _, f := range t.rules {
		if f.strikes(c, t.chance) {
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

func (t *faultTable) add(f Fault) int {
	t.lastID++
	f.ID, f.seen, f.struck = t.lastID, 0, 0
	t.rules = append(t.rules, &f)
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

// ClearFaults takes all rules away, and what they have left behind.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.rules = nil
	s.faults.forgetObjects()
}

// forgetObjects lets every object be shown, or not, as it is.
func (t *faultTable) forgetObjects() {
	t.ghosts = nil
	clear(t.hidden)
}

// hides tells whether an object is still hidden from reads, and counts the read.
func (s *Server) hides(c *call, n *noun, id string) bool {
	if len(s.faults.hidden) == 0 {
		return false
	}
	key := objectKey{n.kind, id}
	t, ok := s.faults.hidden[key]
	if !ok {
		return false
	}
	if t.left--; t.left <= 0 {
		delete(s.faults.hidden, key)
	}
	c.fault = t.fault
	return true
}

// haunt keeps the answer of an object's get before a call deletes it. What cannot be shown leaves no ghost.
func (s *Server) haunt(c *call, f Fault) *ghost {
	if f.ShowDeleted <= 0 || c.op == nil || c.op.on == nil || c.op.method != http.MethodDelete {
		return nil
	}
	key := objectKey{c.op.on.kind, strings.ToLower(c.request.PathValue("id"))}
	for _, op := range s.table {
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
			return &ghost{trick{f.ID, f.ShowDeleted}, key, project, encode(answer)}
		}
	}
	return nil
}

// ghostOf returns the ghost of a deleted object, and counts the read.
func (s *Server) ghostOf(c *call, key objectKey) (*ghost, bool) {
	for _, g := range s.faults.ghosts {
		if g.objectKey == key && (g.project == "" || s.reaches(c.key, g.project)) {
			s.shown(c, g)
			return g, true
		}
	}
	return nil, false
}

// ghostsIn returns the deleted objects that still belong into a list, and counts the read.
func (s *Server) ghostsIn(c *call, n *noun) []any {
	var items []any
	for _, g := range slices.Clone(s.faults.ghosts) {
		item, ok := g.item()
		_, alive := n.find(&s.state, g.id)
		if g.kind != n.kind || !ok || alive || !s.inScope(c, g.project) || !fitsQuery(c, item) {
			continue
		}
		s.shown(c, g)
		items = append(items, item)
	}
	return items
}

// shown counts a read of a ghost, which ends with its last one.
func (s *Server) shown(c *call, g *ghost) {
	c.fault = g.fault
	if g.left--; g.left <= 0 {
		s.faults.ghosts = slices.DeleteFunc(s.faults.ghosts, func(other *ghost) bool { return other == g })
	}
}

// item is the ghost as lists show it: the object itself, without what a get wraps around it.
func (g *ghost) item() (map[string]any, bool) {
	var answer struct{ Data map[string]any }
	if json.Unmarshal(g.detail, &answer) != nil || answer.Data == nil {
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
