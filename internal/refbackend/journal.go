package refbackend

import (
	"regexp"
	"slices"
	"strconv"
	"time"
)

// defaultJournal is how many entries a journal keeps unless told otherwise.
const defaultJournal = 100_000

// Entry is one request in the journal. It holds no secret: no key but its public prefix, no body, no header but the
// project.
type Entry struct {
	Sequence      int       `json:"sequence"` // from 1
	Time          time.Time `json:"time"`     // by the backend's clock
	Method        string    `json:"method"`
	Path          string    `json:"path"`
	Query         string    `json:"query,omitempty"`
	Operation     string    `json:"operation,omitempty"`      // operationId; empty when no route matched
	HeaderProject string    `json:"header_project,omitempty"` // X-Project-ID as sent
	ObjectProject string    `json:"object_project,omitempty"` // the project of the object, found or created
	Object        string    `json:"object,omitempty"`         // id of the object, found or created
	KeyPrefix     string    `json:"key_prefix,omitempty"`     // of the key, if it is a valid one
	Status        int       `json:"status"`                   // 0: the connection was dropped without an answer
	Fault         int       `json:"fault,omitempty"`          // id of the rule that applied
}

// journal keeps the latest requests.
type journal struct {
	entries []Entry
	took    []time.Duration // of each entry, by the machine's clock; 0 until it is answered
	total   int
	limit   int
	run     string // another one after each beginning
}

// newJournal returns an empty journal that keeps that many entries; a limit that is not positive is the default one.
func newJournal(limit int) journal {
	if limit <= 0 {
		limit = defaultJournal
	}
	return journal{limit: limit, run: strconv.FormatInt(time.Now().UnixNano(), 36)}
}

// add appends an entry, and returns the number that it gets.
func (j *journal) add(e Entry) int {
	j.total++
	e.Sequence = j.total
	if len(j.entries) >= j.limit {
		// Dropping a part at once keeps the cost of an entry constant.
		dropped := max(1, j.limit/10)
		j.entries, j.took = slices.Delete(j.entries, 0, dropped), slices.Delete(j.took, 0, dropped)
	}
	j.entries, j.took = append(j.entries, e), append(j.took, 0)
	return e.Sequence
}

// find returns where an entry is; false when it is not kept any more.
func (j *journal) find(sequence int) (index int, ok bool) {
	index = sequence - (j.total - len(j.entries) + 1)
	return index, index >= 0 && index < len(j.entries)
}

// Journal returns the requests so far, oldest first. With the same seed, a clock that is advanced by hand and the
// same requests it is the same, byte for byte.
func (s *Server) Journal() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.journal.entries)
}

// ClearJournal forgets the requests so far; the numbering goes on.
func (s *Server) ClearJournal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.journal.entries, s.journal.took = nil, nil
}

var keyPattern = regexp.MustCompile(`(raff_[0-9A-Za-z]{8})[0-9A-Za-z]{3,}`)

// maskKeys leaves only the public prefix of what looks like a key: callers put them where they do not belong.
func maskKeys(text string) string { return keyPattern.ReplaceAllString(text, "$1...") }

// log writes a call into the journal, and returns the number of its entry.
func (s *Server) log(c *call, status int) int {
	e := Entry{
		Time:          s.now,
		Method:        c.request.Method,
		Path:          maskKeys(c.request.URL.Path),
		Query:         maskKeys(c.request.URL.RawQuery),
		HeaderProject: maskKeys(c.request.Header.Get(projectHeader)),
		ObjectProject: c.objectProject,
		Object:        c.object,
		Status:        status,
		Fault:         c.fault,
	}
	if c.op != nil {
		e.Operation = c.op.id
	}
	if c.key != nil {
		e.KeyPrefix = c.key.Prefix
	}
	return s.journal.add(e)
}

// correct writes down that a call was answered in another way than it was to be.
func (s *Server) correct(sequence, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, ok := s.journal.find(sequence); ok {
		s.journal.entries[i].Status = status
	}
}

// timed writes down how long an answer has taken. It is not in the journal itself, which is the same each time.
func (s *Server) timed(sequence int, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, ok := s.journal.find(sequence); ok {
		s.journal.took[i] = max(took, 1)
	}
}
