package record

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const testKey = "raff_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// quickReader reads a server without waiting.
func quickReader(t *testing.T, handle http.HandlerFunc) *reader {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	r, err := newReader(server.URL, testKey, "test/1")
	if err != nil {
		t.Fatal(err)
	}
	r.pace.SetLimit(1e6)
	r.http.RetryWaitMin, r.http.RetryWaitMax = time.Millisecond, time.Millisecond
	return r
}

// The key goes nowhere but to the host that was named.
func TestReaderFollowsNoRedirect(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another host was asked for %s, with the key %q", r.URL, r.Header.Get("X-API-Key"))
	}))
	t.Cleanup(elsewhere.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		r := quickReader(t, func(w http.ResponseWriter, request *http.Request) {
			if request.Header.Get("X-API-Key") != testKey || request.Header.Get("User-Agent") != "test/1" {
				t.Errorf("headers %v", request.Header)
			}
			http.Redirect(w, request, elsewhere.URL+"/api/v1/vms", status)
		})
		if got, err := r.get(t.Context(), "/api/v1/vms"); err != nil || got.status != status {
			t.Errorf("%d: got %d, %v", status, got.status, err)
		}
	}
}

func TestReaderRefusesAddresses(t *testing.T) {
	for _, address := range []string{
		"", "api.rafftechnologies.com", "ftp://127.0.0.1", "https://", "https://user:word@api.example", "https://api.example?x=1", "https://api.example#x",
		"http://api.rafftechnologies.com", "http://10.0.0.1", "http://127.0.0.1.example", "://",
	} {
		if _, err := newReader(address, testKey, ""); err == nil {
			t.Errorf("%q is taken", address)
		}
	}
	for _, address := range []string{"https://api.rafftechnologies.com", "https://api.example/base/", "http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"} {
		if _, err := newReader(address, testKey, ""); err != nil {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// Too many requests are tried again when the API says so, and what goes on failing is an answer.
func TestReaderTriesAgain(t *testing.T) {
	var asked []time.Time
	r := quickReader(t, func(w http.ResponseWriter, _ *http.Request) {
		asked = append(asked, time.Now())
		if len(asked) == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		fmt.Fprint(w, `{"success": true}`)
	})
	if got, err := r.get(t.Context(), "/health"); err != nil || got.status != 200 || len(asked) != 2 {
		t.Fatalf("%+v, %v, asked %d times", got, err, len(asked))
	}
	if waited := asked[1].Sub(asked[0]); waited < time.Second {
		t.Errorf("waited %v, Retry-After says a second", waited)
	}
	failing := quickReader(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprint(w, `{"message": "try later"}`)
	})
	if got, err := failing.get(t.Context(), "/health"); err != nil || got.status != 502 || got.message() != "try later" {
		t.Errorf("%+v, %v", got, err)
	}
}

// The pace is half of the limit that the API tells, and a request a second once little is left of it.
func TestReaderKeepsToLimit(t *testing.T) {
	r := quickReader(t, nil)
	for _, test := range []struct {
		limit, left string
		want        float64
	}{
		{"30", "59", 15}, {"30", "2", 1}, {"100", "50", 50}, {"1", "0", 0.5}, {"", "", 0.5}, {"many", "3", 0.5}, {"-1", "3", 0.5}, {"NaN", "3", 0.5}, {"30", "", 15},
	} {
		header := http.Header{}
		header.Set("X-RateLimit-Limit", test.limit)
		header.Set("X-RateLimit-Remaining", test.left)
		r.slowDown(header)
		if got := float64(r.pace.Limit()); got != test.want {
			t.Errorf("limit %q, left %q: %v requests a second, want %v", test.limit, test.left, got, test.want)
		}
	}
	paced := quickReader(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") })
	paced.pace.SetLimit(20)
	began := time.Now()
	for range 5 {
		if _, err := paced.get(t.Context(), "/health"); err != nil {
			t.Fatal(err)
		}
	}
	if passed := time.Since(began); passed < 190*time.Millisecond {
		t.Errorf("5 requests took %v at 20 a second", passed)
	}
}

// An address below a path, and ids of any form, make the path that they should.
func TestReaderPaths(t *testing.T) {
	var asked string
	r := quickReader(t, func(w http.ResponseWriter, request *http.Request) {
		asked = request.URL.RequestURI()
		fmt.Fprint(w, "{}")
	})
	r.base = r.base.JoinPath("gateway")
	for path, want := range map[string]string{
		"/api/v1/vms?limit=1":      "/gateway/api/v1/vms?limit=1",
		"/api/v1/vms/a%2Fb%3Fc/x":  "/gateway/api/v1/vms/a%2Fb%3Fc/x",
		"/api/v1/vms/%2E%2E%2Fkey": "/gateway/api/v1/vms/%2E%2E%2Fkey",
	} {
		if _, err := r.get(t.Context(), path); err != nil || asked != want {
			t.Errorf("%s: asked for %s, want %s (%v)", path, asked, want, err)
		}
	}
}

func TestReaderWithoutKey(t *testing.T) {
	r := quickReader(t, func(w http.ResponseWriter, request *http.Request) {
		fmt.Fprintf(w, `{"key": %t}`, request.Header.Get("X-API-Key") != "")
	})
	got, err := r.withoutKey().get(t.Context(), "/api/v1/public/templates")
	if err != nil || fmt.Sprint(got.value) != "map[key:false]" {
		t.Errorf("%v, %v", got, err)
	}
	if r.key != testKey || !strings.HasPrefix(testKey, "raff_") {
		t.Error("the reader has lost its key")
	}
}
