package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"time"
)

// Exit codes of runCommand where they are not the command's own. Others that run commands use the same ones.
const (
	exitNotRun   = 125 // the backend could not be served, or the flags are wrong
	exitNoAccess = 126 // the command cannot be run
	exitNotFound = 127 // there is no such command
)

// killDelay is how long a command has to end after it was told to, where the backend's own context has ended.
const killDelay = 10 * time.Second

// runCommand serves a backend for as long as a command runs: args are flags, "--" and the command. The command finds the
// backend in its environment, and no other. Its exit code is returned, 128 and the number of the signal that has ended
// it, or one of those above.
func runCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	set, command, err := parse("backend run", runUsage, defaultRunListen, args, stderr)
	if err == nil {
		if err = checkRun(set, command); err != nil {
			err = complain(stderr, err, "backend run")
		}
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitNotRun
	}
	// From here on, signals are for the command: those that come before it runs, it gets first of all.
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, passedOn...)
	defer signal.Stop(signals)

	told := &failures{stderr: stderr}
	code, err := runWith(ctx, set, told, command, signals, stdout)
	if err = told.unknown(err); err != nil {
		_, _ = fmt.Fprintf(stderr, "backend run: %v\n", err)
	}
	if code == exitOK && (err != nil || told.any()) {
		return exitNotRun
	}
	return code
}

// checkRun refuses what only a backend by itself can do.
func checkRun(set settings, command []string) error {
	if len(command) == 0 {
		return errors.New("the command is missing: backend run [flags] -- terraform test")
	}
	host, _, err := net.SplitHostPort(set.listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	address, err := netip.ParseAddr(host)
	if host != "localhost" && host != "" && (err != nil || !address.IsLoopback() && !address.IsUnspecified()) {
		return fmt.Errorf("--listen: the command reaches the backend on this machine: "+
			"must be an address of it like 127.0.0.1:0, or all addresses (0.0.0.0, [::]), not %s", set.listen)
	}
	return nil
}

// runWith serves a backend, runs the command, and ends both. It returns the exit code, and what went wrong with the
// backend.
func runWith(ctx context.Context, set settings, told *failures, command []string, signals <-chan os.Signal, stdout io.Writer) (int, error) {
	s, err := start(ctx, set, told)
	if err != nil {
		return exitNotRun, err
	}
	key := s.accounts.First().Account().OwnerKey
	if key == "" {
		return exitNotRun, errors.Join(fmt.Errorf("nobody knows the keys of %s any more, which are those of another --seed: "+
			"give the seed that it was made with", set.data), s.stop(ctx))
	}
	_, _ = fmt.Fprintf(told.stderr, "backend run: %s/ shows what %s does\n", s.at.api, command[0])
	cmd := exec.CommandContext(ctx, command[0], command[1:]...) // #nosec G204 -- the user's own command
	cmd.Env = childEnvironment(os.Environ(), s.at, key)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, stdout, told.stderr
	cmd.Cancel = func() error { return terminate(cmd.Process) }
	cmd.WaitDelay = killDelay
	code, err := execute(cmd, signals)
	return code, errors.Join(err, s.stop(ctx))
}

// execute runs a command, passes signals on to it, and ends what it leaves behind.
func execute(cmd *exec.Cmd, signals <-chan os.Signal) (int, error) {
	prepare(cmd)
	if err := cmd.Start(); err != nil {
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
			return exitNotFound, err
		}
		return exitNoAccess, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case received := <-signals:
			passOn(cmd, received)
		case err := <-ended:
			endLeftovers(cmd)
			if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
				err = nil // the exit code says it
			}
			if errors.Is(err, exec.ErrWaitDelay) || errors.Is(err, context.Canceled) {
				err = nil // it was told to end
			}
			return exitCode(cmd.ProcessState), err
		}
	}
}

// childEnvironment is the environment of a command: that of this process without any of its settings for Raff, and with
// those that lead to the backend. RAFF_ONLY_API_URL has the provider refuse any other address, wherever it comes from,
// and read no profile. What HCP Terraform would run, or a provider that was started before, knows other settings: the one
// is run on this machine, and the other is not attached.
func childEnvironment(environment []string, at addresses, key string) []string {
	const ours, force, attached = "RAFF_", "TF_FORCE_LOCAL_BACKEND", "TF_REATTACH_PROVIDERS"
	var kept []string
	for _, variable := range environment {
		name, _, _ := strings.Cut(variable, "=")
		name = strings.ToUpper(name) // Windows takes both for one
		if !strings.HasPrefix(name, ours) && name != force && name != attached {
			kept = append(kept, variable)
		}
	}
	kept = append(kept, ours+"API_URL="+at.api, ours+"API_KEY="+key, ours+"ONLY_API_URL="+at.api, force+"=1")
	if at.admin != "" {
		kept = append(kept, ours+"ADMIN_URL="+at.admin)
	}
	return kept
}
