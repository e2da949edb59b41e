package command

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// runs carries out a command line.
func runs(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, problems bytes.Buffer
	code = Run(t.Context(), args, &out, &problems)
	return code, out.String(), problems.String()
}

// upstream is an account to record, and the path that it does not answer.
func upstream(t *testing.T, refused string) (url, key string) {
	t.Helper()
	backend, err := refbackend.New(refbackend.Options{NoRateLimit: true})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == refused {
			http.Error(w, `{"error": "Forbidden", "message": "not for you"}`, http.StatusForbidden)
			return
		}
		backend.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, backend.Account().OwnerKey
}

func TestRecord(t *testing.T) {
	url, key := upstream(t, "")
	t.Setenv("RAFF_API_KEY", key)
	directory := t.TempDir()
	output, report := filepath.Join(directory, "account.yaml"), filepath.Join(directory, "report.json")
	began := time.Now()
	code, stdout, stderr := runs(t, "record", "--upstream", url, "--output", output, "--report", report)
	if code != 0 || !strings.Contains(stdout, "No answer departs") || !strings.Contains(stdout, "--seed-file "+output) {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	if passed := time.Since(began); passed < 3*time.Second {
		t.Errorf("some 45 requests took %v at 10 a second", passed)
	}
	for _, path := range []string{output, report} {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte(key)) || strings.Contains(stdout+stderr, key) {
			t.Errorf("the key is in %s or in what was printed", path)
		}
		if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v", path, info.Mode())
		}
	}
	var told struct {
		Requests int   `json:"requests"`
		Findings []any `json:"findings"`
	}
	if content, _ := os.ReadFile(report); json.Unmarshal(content, &told) != nil || told.Requests < 20 || len(told.Findings) > 0 {
		t.Errorf("report %+v", told)
	}
	if left, _ := os.ReadDir(directory); len(left) != 2 {
		t.Errorf("%d files are left", len(left))
	}

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	copied := launch(ctx, t, "--listen", "127.0.0.1:0", "--seed-file", output)
	copied.find(t, `  production +[0-9a-f-]{36}\n`)
	cancel()
	if code := copied.stopped(t); code != 0 {
		t.Error(copied.stderr)
	}
}

// A list that cannot be read is named, and makes the run fail.
func TestRecordRefused(t *testing.T) {
	url, key := upstream(t, "/api/v1/members")
	t.Setenv("RAFF_API_KEY", key)
	output := filepath.Join(t.TempDir(), "account.yaml")
	code, stdout, stderr := runs(t, "record", "--upstream", url, "--output", output)
	if code != 1 || !strings.Contains(stdout, "listMembers /api/v1/members: 403: not for you") || !strings.Contains(stderr, "lacks the lists") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	if _, err := refbackend.New(refbackend.Options{SeedFile: output}); err != nil {
		t.Error(err)
	}
}

func TestRecordArguments(t *testing.T) {
	file := filepath.Join(t.TempDir(), "account.yaml")
	for _, test := range []struct {
		args []string
		key  string
		code int
		text string
	}{
		{[]string{"--help"}, "", 0, "-upstream"},
		{nil, "k", 2, "--upstream: required"},
		{[]string{"--upstream", "https://api.example"}, "k", 2, "--output: required"},
		{[]string{"--upstream", "https://api.example", "--output", file, "--report", file}, "k", 2, "--report: must be another file"},
		{[]string{"--upstream", "https://api.example", "--output", file, "more"}, "k", 2, `unexpected argument "more"`},
		{[]string{"--upstream", "https://api.example", "--output", file}, "", 2, "RAFF_API_KEY"},
		{[]string{"--upstream", "http://api.example", "--output", file}, "k", 1, "use https"},
		{[]string{"--upstream", "nowhere", "--output", file}, "k", 1, "must be an address like"},
		{[]string{"--upstream", "https://api.example", "--output", filepath.Join(file, "x")}, "k", 1, "x"},
	} {
		t.Setenv("RAFF_API_KEY", test.key)
		code, stdout, stderr := runs(t, append([]string{"record"}, test.args...)...)
		if code != test.code || !strings.Contains(stderr, test.text) || stdout != "" {
			t.Errorf("%v: exit code %d, want %d: %s%s", test.args, code, test.code, stdout, stderr)
		}
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%v: a file is left", test.args)
		}
	}
}
