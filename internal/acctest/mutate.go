package acctest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Mutation says how one answer of the API is not what it should be. Any numbers are a mutation.
type Mutation struct {
	Answer uint8  // which one of the answers; later ones to the same request are mutated alike
	Node   uint16 // which value in its body
	How    uint8  // what happens to the value, an index of Mutations
}

// mutations are what can happen to a value. A list or an object around it is in.
var mutations = []struct {
	name  string
	value func(old any) any
}{
	{"missing", nil},
	{"null", func(any) any { return nil }},
	{"an empty string", func(any) any { return "" }},
	{"another string", func(any) any { return "another" }},
	{"odd unicode", func(any) any { return "e\u0301\u202e\u0000\ufffd🦊" }},
	{"a long string", func(any) any { return strings.Repeat("x", 100_000) }},
	{"another id", func(any) any { return "00000000-0000-4000-8000-000000000000" }},
	{"a time", func(any) any { return "2030-01-02T03:04:05.678+02:00" }},
	{"zero", func(any) any { return 0 }},
	{"a negative number", func(any) any { return -7 }},
	{"another number", func(any) any { return 77 }},
	{"a large number", func(any) any { return json.RawMessage("9223372036854775807") }},
	{"a huge number", func(any) any { return json.RawMessage("1e300") }},
	{"a fraction", func(any) any { return 10.5 }},
	{"a point zero", pointZero},
	{"as a string", func(old any) any { return fmt.Sprint(old) }},
	{"true", func(any) any { return true }},
	{"false", func(any) any { return false }},
	{"an empty list", func(any) any { return []any{} }},
	{"an empty object", func(any) any { return map[string]any{} }},
	{"in a list", func(old any) any { return []any{old} }},
	{"in an object", func(old any) any { return map[string]any{"data": old} }},
	{"a list of null", func(any) any { return []any{nil} }},
	{"twice", twice},
	{"with more", withMore},
	{"cut off", nil},
}

// Mutations is how many kinds of mutations there are.
func Mutations() int { return len(mutations) }

func pointZero(old any) any {
	if number, ok := old.(json.Number); ok && !strings.ContainsAny(number.String(), ".eE") {
		return json.RawMessage(number.String() + ".0")
	}
	return old
}

func twice(old any) any {
	if list, ok := old.([]any); ok {
		return append(slices.Clone(list), list...)
	}
	return old
}

func withMore(old any) any {
	if object, ok := old.(map[string]any); ok {
		more := maps.Clone(object)
		more["hologram"] = map[string]any{"a": []any{nil, 1, "x"}}
		return more
	}
	return old
}

func (m *Mutation) String() string {
	if m == nil {
		return "nothing mutated"
	}
	return fmt.Sprintf("answer %d, value %d: %s", m.Answer, m.Node, mutations[int(m.How)%len(mutations)].name)
}

// Mutated is an address of the backend where one answer is mutated.
type Mutated struct {
	URL string

	mu       sync.Mutex
	backend  *Backend
	mutation *Mutation
	target   string // the request whose answers are mutated, once it was made
	Answers  []Answered
}

// Answered is what was answered to a request.
type Answered struct {
	Method, Path string // without the query
	Status       int
	Body         []byte
	Original     []byte // what the body was before the mutation
	Values       int    // in the body, mutated ones included
	Mutated      bool
}

// Mutate starts such an address, which ends with the test. Nothing is mutated yet.
func (b *Backend) Mutate(t *testing.T) *Mutated {
	t.Helper()
	m := &Mutated{backend: b}
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	m.URL = server.URL
	return m
}

// Set mutates from now on, or no longer. The answers are counted from here.
func (m *Mutated) Set(mutation *Mutation) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mutation, m.target, m.Answers = mutation, "", nil
}

// Seen are the answers since Set.
func (m *Mutated) Seen() []Answered {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.Answers)
}

// ServeHTTP implements http.Handler.
func (m *Mutated) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	recorder := httptest.NewRecorder()
	m.backend.ServeHTTP(recorder, r)
	m.mu.Lock()
	answer := Answered{Method: r.Method, Path: r.URL.Path, Status: recorder.Code, Body: recorder.Body.Bytes(), Original: recorder.Body.Bytes()}
	request := r.Method + " " + r.URL.Path
	if m.mutation != nil && m.target == "" && len(m.Answers) == int(m.mutation.Answer) {
		m.target = request
	}
	if m.mutation != nil && m.target == request {
		answer.Body, answer.Values = m.mutation.apply(answer.Body)
		answer.Mutated = true
	}
	m.Answers = append(m.Answers, answer)
	m.mu.Unlock()
	maps.Copy(w.Header(), recorder.Header())
	w.Header().Del("Content-Length")
	w.WriteHeader(recorder.Code)
	_, _ = w.Write(answer.Body)
}

// Apply mutates a text of JSON.
func (m *Mutation) Apply(body []byte) []byte {
	mutated, _ := m.apply(body)
	return mutated
}

// apply mutates a body, and returns how many values it had.
func (m *Mutation) apply(body []byte) ([]byte, int) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var tree any
	if decoder.Decode(&tree) != nil {
		return body, 0
	}
	places := placesIn(tree)
	how := mutations[int(m.How)%len(mutations)]
	if how.name == "cut off" {
		return body[:int(m.Node)%(len(body)+1)], len(places)
	}
	at := int(m.Node) % (len(places) + 1)
	if at == len(places) { // the body itself
		if how.value == nil {
			return nil, len(places)
		}
		tree = how.value(tree)
	} else {
		places[at].set(how.value)
	}
	mutated, err := json.Marshal(tree)
	if err != nil {
		return body, len(places)
	}
	return mutated, len(places)
}

// place is where a value is: in an object or in a list.
type place struct {
	object map[string]any
	name   string
	list   []any
	index  int
}

// set replaces the value, or removes it where value is nil: in a list, that is null.
func (p place) set(value func(any) any) {
	switch {
	case p.object != nil && value == nil:
		delete(p.object, p.name)
	case p.object != nil:
		p.object[p.name] = value(p.object[p.name])
	case value == nil:
		p.list[p.index] = nil
	default:
		p.list[p.index] = value(p.list[p.index])
	}
}

// placesIn are the places of all values in a body, in a fixed order.
func placesIn(tree any) []place {
	var found []place
	switch tree := tree.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(tree)) {
			found = append(found, place{object: tree, name: name})
			found = append(found, placesIn(tree[name])...)
		}
	case []any:
		for i := range tree {
			found = append(found, place{list: tree, index: i})
			found = append(found, placesIn(tree[i])...)
		}
	}
	return found
}
