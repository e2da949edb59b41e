package acctest

import (
	"errors"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/parity"
	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// calls are the operations that the provider has called with success in each test that runs. Subtests do not count: they
// may be left out of a run.
var calls = struct {
	sync.Mutex
	of map[string]map[string]bool
}{of: map[string]map[string]bool{}}

// agent is what the provider's user agent begins with. The tests have clients of their own.
const agent = "terraform-provider-raff/"

// observe notes which operations the provider calls of a backend. When the test ends, those that the parity page says it
// calls have to be among them.
func observe(t testing.TB, backend *refbackend.Server) http.Handler {
	t.Helper()
	if strings.Contains(t.Name(), "/") {
		return backend
	}
	expectCalls(t)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.UserAgent(), agent) {
			backend.ServeHTTP(w, r)
			return
		}
		operation := backend.OperationOf(r)
		seen := &statusWriter{ResponseWriter: w}
		backend.ServeHTTP(seen, r)
		calls.Lock()
		defer calls.Unlock()
		if called := calls.of[t.Name()]; called != nil && operation != "" && seen.status >= 200 && seen.status < 300 {
			called[operation] = true
		}
	})
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach what is below.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// expectCalls compares, when a test ends, what was called with what the parity page says. A test may have several
// backends: they all end before.
func expectCalls(t testing.TB) {
	t.Helper()
	calls.Lock()
	defer calls.Unlock()
	if calls.of[t.Name()] != nil {
		return
	}
	calls.of[t.Name()] = map[string]bool{}
	t.Cleanup(func() {
		calls.Lock()
		called := calls.of[t.Name()]
		delete(calls.of, t.Name())
		calls.Unlock()
		if t.Failed() || t.Skipped() {
			return
		}
		if err := compareCalls(t.Name(), called); err != nil {
			t.Error(err)
		}
	})
}

// compareCalls holds what a test has called against the parity page.
func compareCalls(name string, called map[string]bool) error {
	directory, err := packageDirectory()
	if err != nil {
		return err
	}
	test := parity.Test{Package: directory, Name: name}
	if noted := os.Getenv(parity.DirectoryVariable); noted != "" {
		return parity.Note(noted, test, called)
	}
	missing, err := parity.Missing(test, called)
	if err == nil && len(missing) > 0 {
		err = errors.New("the parity page says that this test calls " + strings.Join(missing, ", ") +
			`, and it does not: run "make parity-collect PKG=./` + directory + `"`)
	}
	return err
}

// packageDirectory is the directory of the package under test, below the module's.
func packageDirectory() (string, error) {
	directory, err := os.Getwd()
	if err != nil {
		return "", err
	}
	below := ""
	for {
		if _, err := os.Stat(filepath.Join(directory, "go.mod")); err == nil {
			return below, nil
		}
		parent := filepath.Dir(directory)
		if parent == directory {
			return "", errors.New("the tests run outside the module")
		}
		below = path.Join(filepath.Base(directory), below)
		directory = parent
	}
}
