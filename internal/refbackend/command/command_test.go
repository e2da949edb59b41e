package command

import (
	"bytes"
	"context"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// output is a writer that can be read while it is written to.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// running is a backend that was started by Run.
type running struct {
	stdout, stderr *output
	code           chan int
}

func start(t *testing.T, ctx context.Context, args ...string) running {
	t.Helper()
	r := running{&output{}, &output{}, make(chan int, 1)}
	go func() { r.code <- Run(ctx, args, r.stdout, r.stderr) }()
	return r
}

// find waits for a pattern in what was printed, and returns its groups.
func (r running) find(t *testing.T, pattern string) []string {
	t.Helper()
	expression := regexp.MustCompile(pattern)
	for range 500 {
		if found := expression.FindStringSubmatch(r.stdout.String()); found != nil {
			return found
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s is not in %q, %q", pattern, r.stdout, r.stderr)
	return nil
}

// stopped waits for the exit code.
func (r running) stopped(t *testing.T) int {
	t.Helper()
	select {
	case code := <-r.code:
		return code
	case <-time.After(10 * time.Second):
		t.Fatal("the backend did not stop")
		return -1
	}
}

func status(t *testing.T, url, key, project string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-API-Key", key)
	request.Header.Set("X-Project-ID", project)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// What is printed is all that is needed to connect.
func TestServe(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := start(t, ctx, "--listen", "127.0.0.1:0", "--seed", "7", "--timing", "fast")
	url := r.find(t, `export RAFF_API_URL=(http://127\.0\.0\.1:[1-9][0-9]*)\n`)[1]
	keys := regexp.MustCompile(`export RAFF_API_KEY=(raff_[0-9a-f]{64})\n`).FindAllStringSubmatch(r.stdout.String(), -1)
	if len(keys) != 2 || !strings.Contains(r.stdout.String(), "seed 7, timing fast") {
		t.Fatalf("printed %q", r.stdout)
	}
	owner, limited := keys[0][1], keys[1][1]
	for _, test := range []struct {
		project     string
		limitedCode int
	}{{"default", 403}, {"production", 200}, {"staging", 403}} {
		id := r.find(t, test.project+` +([0-9a-f-]{36})\n`)[1]
		if code := status(t, url+"/api/v1/vms", owner, id); code != 200 {
			t.Errorf("%s: %d for the owner", test.project, code)
		}
		if code := status(t, url+"/api/v1/vms", limited, id); code != test.limitedCode {
			t.Errorf("%s: %d for the production key", test.project, code)
		}
	}
	cancel()
	if code := r.stopped(t); code != 0 {
		t.Errorf("exit code %d: %s", code, r.stderr)
	}
}

func TestStopsOnSignal(t *testing.T) {
	r := start(t, t.Context(), "--listen", "127.0.0.1:0")
	r.find(t, `RAFF_API_URL=(.*)\n`)
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := r.stopped(t); code != 0 {
		t.Errorf("exit code %d: %s", code, r.stderr)
	}
}

func TestArguments(t *testing.T) {
	for _, test := range []struct {
		args []string
		code int
		text string
	}{
		{[]string{"--help"}, 0, "Examples:"},
		{[]string{"-h"}, 0, "-timing"},
		{[]string{"--colour"}, 2, "-colour"},
		{[]string{"--seed", "x"}, 2, "seed"},
		{[]string{"--timing", "slow"}, 2, "instant, fast or realistic"},
		{[]string{"here"}, 2, `unexpected argument "here"`},
		{[]string{"--listen", "nowhere"}, 1, "backend: "},
		{[]string{"--listen", "127.0.0.1:99999"}, 1, "backend: "},
	} {
		var stdout, stderr bytes.Buffer
		if code := Run(t.Context(), test.args, &stdout, &stderr); code != test.code {
			t.Errorf("%v: exit code %d, want %d", test.args, code, test.code)
		}
		if !strings.Contains(stderr.String(), test.text) || stdout.Len() > 0 {
			t.Errorf("%v: stdout %q, stderr %q", test.args, &stdout, &stderr)
		}
	}
}
