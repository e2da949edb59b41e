package acctest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Intercepted is an address of the backend where some requests are answered by somebody else.
type Intercepted struct {
	URL string

	mu     sync.Mutex
	answer func(w http.ResponseWriter, r *http.Request) bool
}

// Intercept starts such an address, which ends with the test. Nothing is intercepted yet.
func (b *Backend) Intercept(t *testing.T) *Intercepted {
	t.Helper()
	i := &Intercepted{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		answer := i.answer
		i.mu.Unlock()
		if answer == nil || !answer(w, r) {
			b.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	i.URL = server.URL
	return i
}

// Set has answer asked first from now on: it returns whether it has answered. Nil intercepts nothing.
func (i *Intercepted) Set(answer func(w http.ResponseWriter, r *http.Request) bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answer = answer
}

// Without answers a request as the backend does, but for a field that no object has: as the API did before it had that.
func (b *Backend) Without(w http.ResponseWriter, r *http.Request, field string) bool {
	return b.Rewritten(w, r, func(object map[string]any) { delete(object, field) })
}

// Rewritten answers a request as the backend does, with every object of the answer changed.
func (b *Backend) Rewritten(w http.ResponseWriter, r *http.Request, change func(object map[string]any)) bool {
	recorder := httptest.NewRecorder()
	b.ServeHTTP(recorder, r)
	var body any
	if json.Unmarshal(recorder.Body.Bytes(), &body) == nil {
		rewrite(body, change)
		recorder.Body.Reset()
		_ = json.NewEncoder(recorder.Body).Encode(body)
	}
	w.WriteHeader(recorder.Code)
	_, _ = w.Write(recorder.Body.Bytes())
	return true
}

// rewrite changes every object in a value.
func rewrite(v any, change func(object map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		change(v)
		for _, field := range v {
			rewrite(field, change)
		}
	case []any:
		for _, element := range v {
			rewrite(element, change)
		}
	}
}
