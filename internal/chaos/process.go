package chaos

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// processOptions are how a backend in a process of its own is started.
type processOptions struct {
	binary string // the provider's
	data   string // the file that the account is kept in
	seed   uint64
	timing string
	offset time.Duration
}

var (
	announcedAPI     = regexp.MustCompile(`RAFF_API_URL=(\S+)`)
	announcedKey     = regexp.MustCompile(`RAFF_API_KEY=(\S+)`)
	announcedAdmin   = regexp.MustCompile(`Admin endpoints: (\S+)` + reference + `/`)
	announcedProject = regexp.MustCompile(`(?m)^  (default|production|staging) +(\S+)$`)
)

// startProcess starts a backend that can be killed.
func startProcess(ctx context.Context, o processOptions) (*backend, error) {
	b := &backend{offset: o.offset}
	var running *exec.Cmd
	start := func() error {
		o.offset = b.offset // the clock goes on where it was
		process, said, err := launch(ctx, o)
		if err != nil {
			return err
		}
		running = process
		b.api, b.admin = group(announcedAPI, said), group(announcedAdmin, said)
		if b.owner == "" { // shown only when the account is made
			b.owner, b.projects = group(announcedKey, said), map[string]string{}
			for _, found := range announcedProject.FindAllStringSubmatch(said, -1) {
				b.projects[found[1]] = found[2]
			}
		}
		return nil
	}
	end := func() {
		_ = running.Process.Kill()
		_ = running.Wait()
	}
	if err := start(); err != nil {
		return nil, err
	}
	b.stop = end
	b.restart = func() error { end(); return start() }
	return b, nil
}

func group(pattern *regexp.Regexp, text string) string {
	if found := pattern.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return ""
}

// launch starts the process, and waits until it has said how to connect.
func launch(ctx context.Context, o processOptions) (*exec.Cmd, string, error) {
	process := exec.CommandContext(ctx, o.binary, "backend", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", // #nosec G204 -- the provider under test
		"--data", o.data, "--seed", strconv.FormatUint(o.seed, 10), "--timing", o.timing, "--no-rate-limit",
		"--start-time", time.Now().Add(o.offset).UTC().Format(time.RFC3339))
	log, err := os.OpenFile(filepath.Join(filepath.Dir(o.data), "backend.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, "", err
	}
	defer log.Close() //nolint:errcheck // the process has its own handle
	process.Stderr = log
	stdout, err := process.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := process.Start(); err != nil {
		return nil, "", err
	}
	var said strings.Builder
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		if strings.HasPrefix(lines.Text(), "Ctrl-C") {
			return process, said.String(), nil
		}
	}
	_ = process.Process.Kill()
	return nil, "", errors.Join(fmt.Errorf("the backend only said %q", said.String()), process.Wait())
}
