package command

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// environmentOf reads an environment as env prints it.
func environmentOf(text string) map[string]string {
	variables := map[string]string{}
	for line := range strings.SplitSeq(text, "\n") {
		if name, value, ok := strings.Cut(line, "="); ok {
			variables[name] = value
		}
	}
	return variables
}

// The command finds a backend that answers, and nothing of what leads to a real account; afterwards nothing is left.
func TestRun(t *testing.T) {
	directory := t.TempDir()
	for _, name := range []string{"RAFF_API_URL", "RAFF_API_KEY", "RAFF_PROFILE", "RAFF_ALLOWED_ACCOUNT_IDS", "RAFF_ALLOW_INSECURE_HTTP", "raff_other", "TF_REATTACH_PROVIDERS"} {
		t.Setenv(name, "real")
	}
	t.Setenv("TF_FORCE_LOCAL_BACKEND", "")
	t.Setenv("TF_VAR_size", "3")
	printed, proceed, ready := filepath.Join(directory, "env"), filepath.Join(directory, "proceed"), filepath.Join(directory, "ready.json")
	script := fmt.Sprintf("env >%[1]s.tmp; mv %[1]s.tmp %[1]s; until test -e %[2]s; do sleep 0.01; done; echo done; exit 7", printed, proceed)
	r := launch(t.Context(), t, "run", "--admin-listen", "127.0.0.1:0", "--ready-file", ready, "--timing", "fast", "--", "sh", "-c", script)
	variables := environmentOf(string(awaitFile(t, printed)))
	url, key := variables["RAFF_API_URL"], variables["RAFF_API_KEY"]
	if variables["RAFF_ONLY_API_URL"] != url || variables["TF_FORCE_LOCAL_BACKEND"] != "1" || variables["TF_VAR_size"] != "3" {
		t.Errorf("the environment is %v", variables)
	}
	for name, value := range variables {
		if strings.HasPrefix(strings.ToUpper(name), "RAFF_") && !slices.Contains([]string{"RAFF_API_URL", "RAFF_API_KEY", "RAFF_ONLY_API_URL", "RAFF_ADMIN_URL"}, name) ||
			value == "real" {
			t.Errorf("the command has %s=%s", name, value)
		}
	}
	if code := status(t, url+"/api/v1/projects", key, ""); code != 200 {
		t.Errorf("the backend answers with %d", code)
	}
	if code := status(t, variables["RAFF_ADMIN_URL"]+"/_reference/", "", ""); code != 200 {
		t.Errorf("the admin endpoints answer with %d", code)
	}
	awaitFile(t, ready)
	if err := os.WriteFile(proceed, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if code := r.stopped(t); code != 7 {
		t.Errorf("exit code %d: %s", code, r.stderr)
	}
	if r.stdout.String() != "done\n" || !strings.Contains(r.stderr.String(), url) {
		t.Errorf("stdout %q, stderr %q", r.stdout, r.stderr)
	}
	for _, address := range []string{url, variables["RAFF_ADMIN_URL"]} {
		if connection, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", strings.TrimPrefix(address, "http://")); err == nil {
			t.Errorf("%s is still served", address)
			_ = connection.Close()
		}
	}
	if _, err := os.Stat(ready); err == nil {
		t.Error("the ready file is left")
	}
}

// runIt runs a shell script under `backend run` in a process without a terminal, as in a pipeline.
func runIt(t *testing.T, script string, args ...string) (process *exec.Cmd, output *bytes.Buffer) {
	t.Helper()
	output = &bytes.Buffer{}
	process = exec.CommandContext(t.Context(), os.Args[0], append(append([]string{"run"}, args...), "--", "sh", "-c", script)...)
	process.Env = append(os.Environ(), childVariable+"=1")
	process.Stdout, process.Stderr = output, output
	process.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	process.WaitDelay = 20 * time.Second
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	return process, output
}

// Each signal reaches the command once, and the command decides what becomes of it.
func TestRunPassesSignalsOn(t *testing.T) {
	for name, received := range map[string]syscall.Signal{"TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "HUP": syscall.SIGHUP} {
		up := filepath.Join(t.TempDir(), "up")
		process, output := runIt(t, fmt.Sprintf("trap 'n=x$n; touch %[2]s-$n' %[1]s; touch %[2]s; while test \"$n\" != xx; do sleep 0.02; done; exit 43", name, up))
		for _, file := range []string{up, up + "-x"} {
			awaitFile(t, file)
			if err := process.Process.Signal(received); err != nil {
				t.Fatal(err)
			}
		}
		_ = process.Wait()
		awaitFile(t, up+"-xx")
		if code := process.ProcessState.ExitCode(); code != 43 {
			t.Errorf("%s: exit code %d: %s", name, code, output)
		}
	}
}

func TestRunExitCodes(t *testing.T) {
	for script, want := range map[string]int{"exit 0": 0, "exit 2": 2, "kill -KILL $$": 137, "kill -TERM $$": 143} {
		process, output := runIt(t, script)
		_ = process.Wait()
		if code := process.ProcessState.ExitCode(); code != want {
			t.Errorf("%s: exit code %d, want %d: %s", script, code, want, output)
		}
	}
}

// A process that the command leaves behind is ended, one that does not want to as well.
func TestRunLeavesNoProcess(t *testing.T) {
	directory := t.TempDir()
	up, ended := filepath.Join(directory, "up"), filepath.Join(directory, "ended")
	process, output := runIt(t, fmt.Sprintf("(trap 'touch %[2]s; exit' TERM; touch %[1]s; while :; do sleep 0.02; done) & until test -e %[1]s; do sleep 0.01; done", up, ended))
	if err := process.Wait(); err != nil {
		t.Errorf("%v: %s", err, output)
	}
	awaitFile(t, ended)

	alive := filepath.Join(directory, "alive")
	process, output = runIt(t, fmt.Sprintf("(trap '' TERM; while :; do touch %[1]s; sleep 0.02; done) & until test -e %[1]s; do sleep 0.01; done", alive))
	if err := process.Wait(); err != nil {
		t.Errorf("%v: %s", err, output)
	}
	if err := os.Remove(alive); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	if _, err := os.Stat(alive); err == nil {
		t.Error("a process is left")
	}
}

// Where the context ends, the command is told to end.
func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	up := filepath.Join(t.TempDir(), "up")
	r := launch(ctx, t, "run", "--", "sh", "-c", fmt.Sprintf("trap 'exit 9' TERM; touch %s; while :; do sleep 0.02; done", up))
	awaitFile(t, up)
	cancel()
	if code := r.stopped(t); code != 9 {
		t.Errorf("exit code %d: %s", code, r.stderr)
	}
}

// Eight runs side by side have a backend each.
func TestRunsSideBySide(t *testing.T) {
	var runs []running
	var files []string
	directory := t.TempDir()
	proceed := filepath.Join(directory, "proceed")
	for i := range 8 {
		file := filepath.Join(directory, fmt.Sprint("env-", i))
		files = append(files, file)
		runs = append(runs, launch(t.Context(), t, "run", "--seed", fmt.Sprint(i+1), "--", "sh", "-c",
			fmt.Sprintf("env >%[1]s.tmp; mv %[1]s.tmp %[1]s; until test -e %[2]s; do sleep 0.02; done", file, proceed)))
	}
	urls := map[string]bool{}
	for _, file := range files {
		variables := environmentOf(string(awaitFile(t, file)))
		urls[variables["RAFF_API_URL"]] = true
		if code := status(t, variables["RAFF_API_URL"]+"/api/v1/projects", variables["RAFF_API_KEY"], ""); code != http.StatusOK {
			t.Errorf("%s: %d", variables["RAFF_API_URL"], code)
		}
	}
	if len(urls) != len(runs) {
		t.Errorf("%d addresses for %d runs", len(urls), len(runs))
	}
	if err := os.WriteFile(proceed, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		if code := r.stopped(t); code != 0 {
			t.Errorf("exit code %d: %s", code, r.stderr)
		}
	}
}
