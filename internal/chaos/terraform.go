package chaos

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Signals that a trigger may send, and to whom.
const (
	interrupt      = "SIGINT"
	interruptTwice = "SIGINT twice"
	killTerraform  = "SIGKILL terraform"
	killProvider   = "SIGKILL provider"
	killBackend    = "SIGKILL backend"
)

// hang is how long a run may take before it counts as one that never ends.
const hang = 100 * time.Second

// workspace is a directory that Terraform is run in.
type workspace struct {
	name string
	dir  string
	cli  string
	env  []string

	mu      sync.Mutex
	process *os.Process // the run that is under way
	runs    int
	killed  bool // in the run that is under way
}

// result is what came of a run.
type result struct {
	Said
	command string
	exit    int
	killed  bool
	hung    bool
	output  string
}

func (w *workspace) pidFile() string { return filepath.Join(w.dir, "provider.pids") }

// newWorkspace makes a directory with a configuration of the CLI that leads to the provider.
func newWorkspace(dir, name, cli, provider string) (*workspace, error) {
	w := &workspace{name: name, dir: filepath.Join(dir, name), cli: cli}
	bin := filepath.Join(w.dir, "bin")
	if err := os.MkdirAll(bin, 0o700); err != nil {
		return nil, err
	}
	// The provider's process notes its id, to be found when it is to be killed.
	script := fmt.Sprintf("#!/bin/sh\necho $$ >>%q\nexec %q \"$@\"\n", w.pidFile(), provider)
	rc := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"rafftechnologies/raff\" = %q\n  }\n  direct {}\n}\n", bin)
	err := errors.Join(
		os.WriteFile(filepath.Join(bin, "terraform-provider-raff"), []byte(script), 0o700), // #nosec G306 -- it has to be executable
		os.WriteFile(filepath.Join(w.dir, "cli.tfrc"), []byte(rc), 0o600))
	w.env = append(cleanEnvironment(), "TF_CLI_CONFIG_FILE="+filepath.Join(w.dir, "cli.tfrc"), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"TF_INPUT=0", "HOME="+w.dir)
	return w, err
}

// cleanEnvironment is the environment without what would lead the CLI or the provider elsewhere.
func cleanEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "RAFF_") || strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "HOME=")
	})
}

// write makes the configuration.
func (w *workspace) write(content string) error {
	return os.WriteFile(filepath.Join(w.dir, "main.tf"), []byte(content), 0o600)
}

// state is what the state of the workspace holds.
func (w *workspace) state() (State, error) {
	return readState(w.name, filepath.Join(w.dir, "terraform.tfstate"))
}

// run runs the CLI to its end.
func (w *workspace) run(ctx context.Context, args ...string) (result, error) {
	ctx, cancel := context.WithTimeout(ctx, hang)
	defer cancel()
	w.runs++
	name := filepath.Join(w.dir, fmt.Sprintf("%02d-%s", w.runs, args[0]))
	r := result{command: strings.Join(args, " ")}
	stdout, err := os.Create(name + ".json") // #nosec G304 -- a file of the run's own directory
	if err != nil {
		return r, err
	}
	defer stdout.Close() //nolint:errcheck // read again below
	stderr, err := os.Create(name + ".stderr")
	if err != nil {
		return r, err
	}
	defer stderr.Close() //nolint:errcheck // read again below
	// It is not the context that ends it: its provider has to end with it.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), w.cli, args...) // #nosec G204 -- the CLI under test
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = w.dir, w.env, stdout, stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // as a terminal does: Ctrl-C reaches the provider, too
	if err := cmd.Start(); err != nil {
		return r, err
	}
	w.begin(cmd.Process)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait()
	}()
	select {
	case <-ended:
	case <-ctx.Done():
		r.hung = true
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-ended
	}
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // a provider outlives a Terraform that was killed
	r.killed = w.end()
	r.exit = cmd.ProcessState.ExitCode()
	return w.read(r, name)
}

func (w *workspace) read(r result, name string) (result, error) {
	said, err := os.ReadFile(name + ".json") // #nosec G304 -- a file of the run's own directory
	if err != nil {
		return r, err
	}
	complained, err := os.ReadFile(name + ".stderr") // #nosec G304 -- a file of the run's own directory
	if err != nil {
		return r, err
	}
	r.Said, r.output = readOutput(w.name, said), string(said)+string(complained)
	return r, nil
}

func (w *workspace) begin(process *os.Process) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.process, w.killed = process, false
}

func (w *workspace) end() (killed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.process = nil
	return w.killed
}

// signal sends a signal to the run under way. It tells whether there is one.
func (w *workspace) signal(what string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.process == nil {
		return false
	}
	pid := w.process.Pid
	switch what {
	case interrupt:
		_ = syscall.Kill(-pid, syscall.SIGINT)
	case interruptTwice: // the second one: what was not written yet is lost, as Terraform says itself
		w.killed = true
		_ = syscall.Kill(-pid, syscall.SIGINT)
	case killTerraform:
		w.killed = true
		_ = syscall.Kill(pid, syscall.SIGKILL)
	case killProvider:
		w.killed = true
		w.killProviders(pid)
	}
	return true
}

// killProviders ends the provider processes of the run that leads a process group.
func (w *workspace) killProviders(leader int) {
	content, err := os.ReadFile(w.pidFile())
	if err != nil {
		return
	}
	for line := range strings.SplitSeq(strings.TrimSpace(string(content)), "\n") {
		pid, err := strconv.Atoi(line)
		if err != nil {
			continue
		}
		// The number of a process that has ended may be another's by now.
		if of, err := syscall.Getpgid(pid); err == nil && of == leader {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
