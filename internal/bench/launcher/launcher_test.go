package launcher

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const self = "launcher"

func TestMain(m *testing.M) {
	switch filepath.Base(os.Args[0]) {
	case self:
		code, err := Run(os.Args[0], os.Args[1:])
		if err != nil {
			os.Exit(99)
		}
		os.Exit(code)
	case Provider:
		burn(os.Args[1])
	default:
		os.Exit(m.Run())
	}
}

// burn does what a test wants of a provider process.
func burn(what string) {
	_, _ = os.Stdout.WriteString("started\n")
	switch what {
	case "cpu":
		memory := make([]byte, 64<<20)
		for began := time.Now(); time.Since(began) < 300*time.Millisecond; {
			for i := range memory {
				memory[i]++
			}
		}
		os.Exit(3)
	case "hang":
		time.Sleep(time.Minute)
	}
}

// place makes a directory with this binary as launcher and provider, and returns the path of the launcher.
func place(t *testing.T) string {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, UsageDir), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{self, Provider} {
		if err := os.Symlink(binary, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, self)
}

// Output and exit code are the provider's, and the usage is known afterwards, of all its processes together.
func TestRun(t *testing.T) {
	launcher := place(t)
	for range 2 {
		output, err := exec.CommandContext(t.Context(), launcher, "cpu").CombinedOutput()
		if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 3 || string(output) != "started\n" { //nolint:errorlint // never wrapped
			t.Fatalf("%v: %q", err, output)
		}
	}
	usage, processes, err := Read(filepath.Dir(launcher))
	if err != nil || processes != 2 {
		t.Fatal(usage, processes, err)
	}
	if Measures && (usage.CPU < 10*time.Millisecond || usage.Peak < 64<<20 || usage.Peak > 1<<30) {
		t.Errorf("%+v", usage)
	}
	if usage, processes, err = Read(filepath.Dir(launcher)); err != nil || processes != 0 || usage != (Usage{}) {
		t.Error("read twice:", usage, processes, err)
	}
}

// What a launcher that was killed would have said is missing, and not zero.
func TestRun_killed(t *testing.T) {
	launcher := place(t)
	cmd := exec.CommandContext(t.Context(), launcher, "hang")
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := output.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Process.Kill()
	if err := cmd.Wait(); err == nil {
		t.Error("it was not killed")
	}
	if _, _, err := Read(filepath.Dir(launcher)); err == nil || !strings.Contains(err.Error(), "before it could be measured") {
		t.Error(err)
	}
}
