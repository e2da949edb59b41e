package command

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
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

func start(ctx context.Context, t *testing.T, args ...string) running {
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
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
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
	r := start(ctx, t, "--listen", "127.0.0.1:0", "--seed", "7", "--timing", "fast")
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
	r := start(t.Context(), t, "--listen", "127.0.0.1:0")
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
		{[]string{"--time-scale", "-1"}, 2, "--time-scale: must be between"},
		{[]string{"--time-scale", "NaN"}, 2, "--time-scale: must be between"},
		{[]string{"--start-time", "tomorrow"}, 2, "--start-time: must look like"},
		{[]string{"--vm-quota", "-1"}, 2, "--vm-quota: must not be negative"},
		{[]string{"--admin-listen", "0.0.0.0:0"}, 2, "--admin-listen: 0.0.0.0:0 can be reached from other machines"},
		{[]string{"--admin-listen", ":0"}, 2, "--admin-listen: :0 can be reached"},
		{[]string{"--admin-listen", "nowhere"}, 2, "--admin-listen: "},
		{[]string{"--seed-file", "nowhere.yaml"}, 1, "nowhere.yaml"},
		{[]string{"--data", "nowhere/account"}, 1, "nowhere"},
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

// What a deletion and a factory reset take along is a choice of whoever starts the backend.
func TestWhatGoesAlong(t *testing.T) {
	_, options, err := parse(nil, io.Discard)
	if err != nil || options.BackupsGoWithVM || options.SnapshotsGoAtReset {
		t.Errorf("%+v, %v", options, err)
	}
	_, options, err = parse([]string{"--backups-go-with-vm", "--snapshots-go-at-factory-reset"}, io.Discard)
	if err != nil || !options.BackupsGoWithVM || !options.SnapshotsGoAtReset {
		t.Errorf("%+v, %v", options, err)
	}
}

// The admin endpoints are on a listener of their own, and only there.
func TestAdminListener(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := start(ctx, t, "--listen", "127.0.0.1:0", "--admin-listen", "localhost:0", "--time-scale", "0", "--start-time", "2026-01-31T12:00:00Z")
	api := r.find(t, `RAFF_API_URL=(.*)\n`)[1]
	admin := r.find(t, `Admin endpoints: (.*/_reference/)\n`)[1]
	if code := status(t, admin+"clock", "", ""); code != 200 {
		t.Errorf("admin: %d", code)
	}
	if code := status(t, api+"/_reference/clock", "", ""); code == 200 {
		t.Error("the API serves admin endpoints")
	}
	if code := status(t, api+"/", "", ""); code != 200 {
		t.Errorf("page: %d", code)
	}
	cancel()
	if code := r.stopped(t); code != 0 {
		t.Errorf("exit code %d: %s", code, r.stderr)
	}
	without := start(t.Context(), t, "--listen", "127.0.0.1:0")
	without.find(t, `Ctrl-C`)
	if strings.Contains(without.stdout.String(), "Admin") {
		t.Error("the admin endpoints are served unasked")
	}
}

// A stopped backend that keeps its account has it again, and a second one cannot take it meanwhile.
func TestDataAndSeedFile(t *testing.T) {
	directory := t.TempDir()
	seed := filepath.Join(directory, "account.yaml")
	if err := os.WriteFile(seed, []byte("projects: [{name: only}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"--listen", "127.0.0.1:0", "--seed-file", seed, "--data", filepath.Join(directory, "account")}
	var keys []string
	for range 2 {
		ctx, cancel := context.WithCancel(t.Context())
		r := start(ctx, t, args...)
		r.find(t, `Kept in`)
		r.find(t, `  only +[0-9a-f-]{36}\n`)
		keys = append(keys, r.find(t, `RAFF_API_KEY=(raff_[0-9a-f]{64})\n`)[1])
		var stderr bytes.Buffer
		if code := Run(t.Context(), args, io.Discard, &stderr); code != 1 || !strings.Contains(stderr.String(), "in use by another") {
			t.Errorf("exit code %d: %s", code, &stderr)
		}
		cancel()
		if code := r.stopped(t); code != 0 {
			t.Errorf("exit code %d: %s", code, r.stderr)
		}
	}
	if keys[0] != keys[1] {
		t.Error("another key after a restart")
	}
	// With another seed, nobody knows the secrets.
	r := start(t.Context(), t, append(args, "--seed", "9")...)
	r.find(t, `The keys are those of`)
}
