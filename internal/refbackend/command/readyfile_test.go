package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// awaitFile reads a file as soon as it is there.
func awaitFile(t *testing.T, path string) []byte {
	t.Helper()
	for range 1000 {
		content, err := os.ReadFile(path)
		if err == nil {
			return content
		}
		if !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s never came", path)
	return nil
}

// Once the file is there it is whole, and requests are answered; after either signal nothing is left.
func TestReadyFile(t *testing.T) {
	for _, ended := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		directory := t.TempDir()
		file := filepath.Join(directory, "ready.json")
		// What a backend has left that was killed is no sign of this one.
		if err := os.WriteFile(file, []byte(`{"url": "http://127.0.0.1:1", "pid": 1}`), 0o600); err != nil {
			t.Fatal(err)
		}
		c := startChild(t, "--ready-file", file, "--accounts", "2", "--admin-listen", "127.0.0.1:0", "--seed", "7")
		var ready readiness
		if err := json.Unmarshal(awaitFile(t, file), &ready); err != nil {
			t.Fatal(err)
		}
		if ready.URL != c.url || ready.APIKey != c.key || ready.Projects["production"] != c.project || ready.PID != c.process.Process.Pid ||
			ready.Seed != 7 || len(ready.Accounts) != 2 || ready.Accounts[0].APIKey != c.key {
			t.Errorf("got %+v, printed were %s, %s", ready, c.url, c.key)
		}
		second := ready.Accounts[1]
		if code := status(t, ready.URL+"/api/v1/vms", second.APIKey, second.Projects["staging"]); code != 200 || second.Account != 2 {
			t.Errorf("account 2: %d: %+v", code, second)
		}
		if code := status(t, ready.AdminURL+"/_reference/accounts", "", ""); code != 200 {
			t.Errorf("admin: %d", code)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		if err := c.process.Process.Signal(ended); err != nil {
			t.Fatal(err)
		}
		if err := c.process.Wait(); err != nil {
			t.Errorf("after %v: %v: %s", ended, err, c.stderrOutput)
		}
		if left, err := os.ReadDir(directory); err != nil || len(left) > 0 {
			t.Errorf("after %v: %v, %v", ended, left, err)
		}
	}
}

// A file that somebody else has written is neither overwritten nor deleted.
func TestReadyFileOfOthers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "main.tf")
	for _, content := range []string{"provider \"raff\" {}", "{}", `{"url": "https://example.com"}`, ""} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		var stderr strings.Builder
		if code := Run(t.Context(), []string{"--listen", "127.0.0.1:0", "--ready-file", file}, io.Discard, &stderr); code != exitFailed ||
			!strings.Contains(stderr.String(), "no backend has written") {
			t.Errorf("exit code %d: %s", code, &stderr)
		}
		if left, err := os.ReadFile(file); err != nil || string(left) != content {
			t.Errorf("the file has become %q, %v", left, err)
		}
	}
	mine, err := claimReadyFile(filepath.Join(t.TempDir(), "ready.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := mine.write(readiness{URL: "http://127.0.0.1:1", PID: 1}); err != nil {
		t.Fatal(err)
	}
	theirs := []byte(`{"url": "http://127.0.0.1:2", "pid": 2}`)
	if err := os.WriteFile(mine.path, theirs, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := mine.remove(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadFile(mine.path); err != nil || !bytes.Equal(left, theirs) {
		t.Errorf("another backend's file has become %q, %v", left, err)
	}
}
