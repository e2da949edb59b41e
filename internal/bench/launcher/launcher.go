// Package launcher stands between Terraform and a provider process, to tell what that process has cost: Terraform starts
// the launcher, which starts the provider, waits for it and writes its usage down.
//
// The kernel's own account of a process that has ended is exact, which samples of a running one are not. The launcher is
// a process of its own and does next to nothing, since Linux counts the memory of whoever starts a process as that
// process's own.
package launcher

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"time"
)

const (
	// Provider is the name of the provider's binary, beside that of the launcher.
	Provider = "provider"
	// UsageDir is the directory beside them that the usage of each provider process is written to.
	UsageDir = "usage"
)

// Usage is what a provider process has cost.
type Usage struct {
	CPU  time.Duration `json:"cpu"`  // user and system
	Peak int64         `json:"peak"` // bytes of memory at most
}

// Run starts the provider with the arguments that the launcher was given, and returns its exit code.
func Run(self string, args []string) (int, error) {
	runtime.LockOSThread() // the provider ends with the thread that has started it
	dir := filepath.Dir(self)
	note := filepath.Join(dir, UsageDir, fmt.Sprintf("%d.json", os.Getpid()))
	// An empty note stays where the launcher is killed: what it would have said is missing then, and not zero.
	if err := os.WriteFile(note, nil, 0o600); err != nil {
		return 1, err
	}
	signal.Ignore(os.Interrupt)                                                             // which is Terraform's business
	cmd := exec.CommandContext(context.Background(), filepath.Join(dir, Provider), args...) // #nosec G204 -- what is measured
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	endTogether(cmd)
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return 1, err
	}
	content, err := json.Marshal(usageOf(cmd.ProcessState))
	if err != nil {
		return 1, err
	}
	return cmd.ProcessState.ExitCode(), os.WriteFile(note, content, 0o600)
}

// Read returns what the provider processes under a launcher have cost since the last Read: CPU in all, and the most
// memory of one of them. It fails where one was killed before that was known.
func Read(dir string) (total Usage, processes int, err error) {
	notes, err := filepath.Glob(filepath.Join(dir, UsageDir, "*.json"))
	if err != nil {
		return total, 0, err
	}
	for _, note := range notes {
		content, err := os.ReadFile(note) // #nosec G304 -- a file of the launcher
		if err != nil {
			return total, 0, err
		}
		if err := os.Remove(note); err != nil {
			return total, 0, err
		}
		var usage Usage
		if err := json.Unmarshal(content, &usage); err != nil {
			return total, 0, fmt.Errorf("a provider process was killed before it could be measured (%s): %w", note, err)
		}
		total.CPU += usage.CPU
		total.Peak = max(total.Peak, usage.Peak)
	}
	return total, len(notes), nil
}
