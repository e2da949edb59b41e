package acctest

import (
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
