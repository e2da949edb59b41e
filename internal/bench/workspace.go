package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/bench/launcher"
)

// providerName is the binary that the CLI starts.
const providerName = "terraform-provider-raff"

// tools are the programs that a bench runs, by their paths.
type tools struct {
	cli, provider, floor, launcher string
}

// workspace is a directory that the CLI is run in, with a provider under the launcher.
type workspace struct {
	dir, bin, cli string
	env           []string
}

// run is what came of a run of the CLI.
type run struct {
	exit     int
	output   string
	wall     time.Duration
	cli      time.Duration  // CPU of the CLI itself
	provider launcher.Usage // of its provider processes
}

// newWorkspace makes the directory anew.
func newWorkspace(dir, cli, provider, launch string) (*workspace, error) {
	w := &workspace{dir: dir, bin: filepath.Join(dir, "bin"), cli: cli}
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(w.bin, launcher.UsageDir), 0o700); err != nil {
		return nil, err
	}
	rc := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"rafftechnologies/raff\" = %q\n  }\n  direct {}\n}\n", w.bin)
	w.env = append(cleanEnvironment(), "TF_CLI_CONFIG_FILE="+filepath.Join(dir, "cli.tfrc"), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"TF_INPUT=0", "HOME="+dir)
	return w, errors.Join(
		os.Symlink(launch, filepath.Join(w.bin, providerName)),
		os.Symlink(provider, filepath.Join(w.bin, launcher.Provider)),
		w.write("cli.tfrc", []byte(rc)))
}

// cleanEnvironment is the environment without what would lead the CLI or the provider elsewhere, or make them say more.
func cleanEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "RAFF_") || strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "HOME=")
	})
}

func (w *workspace) write(name string, content []byte) error {
	return os.WriteFile(filepath.Join(w.dir, name), content, 0o600)
}

// run runs the CLI to its end. That the CLI fails is no error here.
func (w *workspace) run(ctx context.Context, args ...string) (run, error) {
	file, err := os.Create(filepath.Join(w.dir, "output.txt"))
	if err != nil {
		return run{}, err
	}
	defer func() { _ = file.Close() }()
	cmd := exec.CommandContext(ctx, w.cli, args...) // #nosec G204 -- the CLI that is measured with
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = w.dir, w.env, file, file
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	began := time.Now()
	err = cmd.Run()
	r := run{wall: time.Since(began)}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return r, err
	}
	if err := ctx.Err(); err != nil {
		return r, err
	}
	r.exit = cmd.ProcessState.ExitCode()
	content, err := os.ReadFile(file.Name())
	if err != nil {
		return r, err
	}
	r.output = string(content)
	var processes int
	if r.provider, processes, err = launcher.Read(w.bin); err != nil {
		return r, err
	}
	if processes == 0 && r.exit == 0 {
		return r, errors.New("the CLI has started no provider: is it another one that it runs?")
	}
	// What the kernel says of the CLI has in it what it says of the processes that the CLI has waited for.
	r.cli = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime() - r.provider.CPU
	return r, nil
}

// tail is the end of an output, for an error.
func tail(output string) string {
	const most = 3000
	if len(output) > most {
		output = "…" + output[len(output)-most:]
	}
	return strings.TrimSpace(output)
}
