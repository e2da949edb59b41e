// Package command is the `backend` subcommand: it serves a reference backend over HTTP, by itself or while another
// command runs.
package command

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os/signal"
	"slices"
	"sync"
	"syscall"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// Exit codes of Run.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// Run serves a backend until the context ends or the process is told to stop (SIGINT, SIGTERM), then lets requests
// under way finish. args come after the subcommand's name; where the first is "run", a backend is served for as long as
// the command after it runs. It returns the exit code: 0 after a stop or --help, 1 when it could not serve or not keep
// the account, 2 for wrong flags, and with "run" what [runCommand] says, with "record" what [runRecord] says.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 && args[0] == "run" {
		return runCommand(ctx, args[1:], stdout, stderr)
	}
	if len(args) > 0 && args[0] == "record" {
		return runRecord(ctx, args[1:], stdout, stderr)
	}
	set, rest, err := parse("backend", usage, defaultListen, args, stderr)
	if err == nil && len(rest) > 0 {
		err = complain(stderr, fmt.Errorf("unexpected argument %q", rest[0]), "backend")
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	told := &failures{stderr: stderr}
	if err := told.unknown(serve(ctx, set, told, stdout)); err != nil {
		_, _ = fmt.Fprintf(stderr, "backend: %v\n", err)
		return exitFailed
	}
	if told.any() {
		return exitFailed
	}
	return exitOK
}

// serve serves a backend until the context ends, or until it cannot.
func serve(ctx context.Context, set settings, told *failures, stdout io.Writer) error {
	s, err := start(ctx, set, told)
	if err != nil {
		return err
	}
	announce(stdout, s.at, set, s.accounts.All())
	select {
	case err = <-s.served:
	case <-ctx.Done():
	}
	return errors.Join(err, s.stop(ctx))
}

// failures tells the user of accounts that cannot be kept any more, each as soon as it happens.
type failures struct {
	stderr io.Writer

	mu   sync.Mutex
	told []error
}

// tell is [refbackend.Options.DataFailed].
func (f *failures) tell(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.told = append(f.told, err)
	_, _ = fmt.Fprintf(f.stderr, "backend: every request is refused from now on: %v. "+
		"What was acknowledged is kept: fix the cause and start the backend again\n", err)
}

func (f *failures) any() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.told) > 0
}

// unknown returns an error unless all of it has been told.
func (f *failures) unknown(err error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, told := range f.told {
		if errors.Is(err, told) {
			return nil
		}
	}
	return err
}

// announce prints how to connect, ready to be pasted into a shell.
func announce(w io.Writer, at addresses, set settings, accounts []refbackend.NumberedAccount) {
	account := accounts[0].Account()
	_, _ = fmt.Fprintf(w, "Reference backend of the Raff API at %s (seed %d, timing %s)\n\n  export RAFF_API_URL=%s\n",
		at.api, set.seed, set.timing, at.api)
	if account.OwnerKey != "" {
		_, _ = fmt.Fprintf(w, "  export RAFF_API_KEY=%s\n\nThe key above is the Owner's and reaches every project.", account.OwnerKey)
	} else {
		_, _ = fmt.Fprintf(w, "\nThe keys are those of %s: they are shown only when they are made.", set.data)
	}
	if account.ProductionKey != "" {
		_, _ = fmt.Fprintf(w, " This one reaches only production:\n\n  export RAFF_API_KEY=%s", account.ProductionKey)
	}
	_, _ = fmt.Fprint(w, "\n\nProjects:\n\n")
	printProjects(w, account.Projects)
	if len(accounts) > 1 {
		_, _ = fmt.Fprint(w, "\nThe Owners' keys of the other accounts, at the same address:\n\n")
	}
	for _, other := range accounts[1:] {
		_, _ = fmt.Fprintf(w, "  %3d  %s\n", other.Number, cmp.Or(other.Account().OwnerKey, "(of its file)"))
	}
	_, _ = fmt.Fprintf(w, "\nWhat is in it: %s/\n", at.api)
	for _, elsewhere := range at.elsewhere {
		_, _ = fmt.Fprintf(w, "From other machines: %s\n", elsewhere)
	}
	if at.admin != "" {
		_, _ = fmt.Fprintf(w, "Admin endpoints: %s/_reference/\n", at.admin)
	}
	if set.data != "" {
		_, _ = fmt.Fprintf(w, "Kept in %s\n", set.data)
	}
	_, _ = fmt.Fprint(w, "Ctrl-C stops it.\n")
}

func printProjects(w io.Writer, projects map[string]string) {
	width := 0
	for name := range projects {
		width = max(width, len(name))
	}
	for _, name := range slices.Sorted(maps.Keys(projects)) {
		_, _ = fmt.Fprintf(w, "  %-*s  %s\n", width, name, projects[name])
	}
}
