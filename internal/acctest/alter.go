package acctest

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Altered is an address of the backend where the API says something else than it does: one field of its
// objects is altered in every answer, as if somebody had changed them behind Terraform's back.
type Altered struct {
	URL string

	mu    sync.Mutex
	field string
	value any  // nil: another value than the real one
	seen  bool // an answer had the field
	known map[string]bool
}

// Alter starts such an address, which ends with the test. Nothing is altered yet.
func (b *Backend) Alter(t *testing.T) *Altered {
	t.Helper()
	a := &Altered{known: map[string]bool{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		b.ServeHTTP(recorder, r)
		maps.Copy(w.Header(), recorder.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(recorder.Code)
		body := recorder.Body.Bytes()
		// What the key reaches and the catalogue stay as they are.
		fixed := r.Method == http.MethodGet && r.URL.Path == "/api/v1/projects" || strings.Contains(r.URL.Path, "/public/")
		if recorder.Code < 300 && !fixed {
			body = a.alter(body)
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	a.URL = server.URL
	return a
}

// Set alters a field from now on, to a value or, where that is nil, to another one than it has. An empty
// name alters nothing.
func (a *Altered) Set(field string, value any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.field, a.value, a.seen = field, value, false
}

// Seen tells whether an answer had the field.
func (a *Altered) Seen() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.seen
}

// Fields are the names of all fields of objects that were in an answer since the last call.
func (a *Altered) Fields() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	fields := slices.Sorted(maps.Keys(a.known))
	a.known = map[string]bool{}
	return fields
}

func (a *Altered) alter(body []byte) []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var answer map[string]any
	if decoder.Decode(&answer) != nil {
		return body
	}
	for _, key := range []string{"data", "note", "personal_note", "account_note"} {
		a.walk(answer[key])
	}
	altered, err := json.Marshal(answer)
	if err != nil {
		return body
	}
	return altered
}

func (a *Altered) walk(v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			a.walk(item)
		}
	case map[string]any:
		for name, value := range v {
			switch value.(type) {
			case []any, map[string]any:
				a.walk(value)
				continue
			}
			a.known[name] = true
			if name != a.field {
				continue
			}
			a.seen = true
			v[name] = a.value
			if a.value == nil {
				v[name] = another(value)
			}
		}
	}
}

// another is another value of the same kind.
func another(v any) any {
	switch v := v.(type) {
	case bool:
		return !v
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			return v
		}
		return n + 1
	case string:
		return anotherText(v)
	}
	return v
}

func anotherText(text string) string {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.Add(time.Hour).Format(time.RFC3339)
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return strconv.FormatFloat(n+1, 'f', -1, 64)
	}
	if at := strings.LastIndexByte(text, '.'); at > 0 && strings.Count(text, ".") == 3 { // an address
		return text[:at] + ".77"
	}
	return text + "x"
}
