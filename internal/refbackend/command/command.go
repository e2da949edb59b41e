// Package command is the `backend` subcommand: it serves a reference backend over HTTP.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// Exit codes of Run.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// Time limits of the servers. The write limit leaves room for faults that delay an answer.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 5 * time.Minute
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 5 * time.Second
	maxHeader     = 64 << 10
)

// maxTimeScale is how many times as fast as the machine's the clock can run.
const maxTimeScale = 100_000

// settings are the flags of the subcommand.
type settings struct {
	listen      string
	adminListen string
	seedFile    string
	data        string
	seed        uint64
	timing      string
	timeScale   float64
	startTime   string
	vmQuota     int
	noRateLimit bool
	// What a deletion and a factory reset of a VM take along.
	backupsGo, snapshotsGo bool
}

// Run serves a backend until the context ends or the process is told to stop (SIGINT, SIGTERM), then lets requests
// under way finish. args come after the subcommand's name. It returns the exit code: 0 after a stop or --help, 1 when
// it could not serve or not keep the account, 2 for wrong flags.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 && args[0] == "record" {
		return runRecord(ctx, args[1:], stdout, stderr)
	}
	set, options, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err != nil {
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	var told error // not written any more once the backend is closed
	options.DataFailed = func(err error) {
		told = err
		_, _ = fmt.Fprintf(stderr, "backend: every request is refused from now on: %v. "+
			"What was acknowledged is kept: fix the cause and start the backend again\n", err)
	}
	err = run(ctx, set, options, stdout, stderr)
	switch {
	case err == nil:
		return exitOK
	case told == nil || !errors.Is(err, told):
		_, _ = fmt.Fprintf(stderr, "backend: %v\n", err)
	}
	return exitFailed
}

// parse reads the flags; it has told the user when it returns an error.
func parse(args []string, stderr io.Writer) (settings, refbackend.Options, error) {
	var set settings
	flags := flag.NewFlagSet("backend", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&set.listen, "listen", "127.0.0.1:8080", "`address` to serve on; port 0 takes a free one")
	flags.StringVar(&set.adminListen, "admin-listen", "",
		"`address` to serve the admin endpoints on, which need no key;\none of this machine only, such as 127.0.0.1:8081 (default: not served)")
	flags.Uint64Var(&set.seed, "seed", 1, "`number` that fixes every id, key and address")
	flags.StringVar(&set.seedFile, "seed-file", "", "`file` that describes the account to start with, see above")
	flags.StringVar(&set.data, "data", "",
		"`file` to keep the account in; it is made when it does not exist,\nand what it holds goes before --seed-file (default: nothing is kept)")
	flags.StringVar(&set.timing, "timing", "instant",
		"how long changes take: instant, fast (tens of\nmilliseconds a state) or realistic")
	flags.Float64Var(&set.timeScale, "time-scale", 1,
		"how many times as fast as this machine's the clock runs; with 0 it\nmoves only when an admin endpoint advances it")
	flags.StringVar(&set.startTime, "start-time", "", "`time` that the clock starts at, like 2026-01-31T12:00:00Z (default: now)")
	flags.IntVar(&set.vmQuota, "vm-quota", 0, "how many VMs the account may have; 0 for no limit, new accounts\nof the real service have 30")
	flags.BoolVar(&set.backupsGo, "backups-go-with-vm", false, "delete the backups of a VM with it; without this they stay. The real\nservice may do either: rely on neither")
	flags.BoolVar(&set.snapshotsGo, "snapshots-go-at-factory-reset", false, "delete the snapshots of a VM at its factory reset; without this they\nstay. The real service may do either: rely on neither")
	flags.BoolVar(&set.noRateLimit, "no-rate-limit", false, "answer any number of requests a second")
	flags.Usage = func() {
		_, _ = io.WriteString(stderr, usage)
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return set, refbackend.Options{}, err
	}
	options, err := set.options(flags.Args())
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "%v; see --help\n", err)
	}
	return set, options, err
}

// options checks the flags, and returns what they mean for the backend.
func (set *settings) options(rest []string) (refbackend.Options, error) {
	options := refbackend.Options{
		Seed: set.seed, SeedFile: set.seedFile, DataFile: set.data, VMQuota: set.vmQuota, NoRateLimit: set.noRateLimit,
		BackupsGoWithVM: set.backupsGo, SnapshotsGoAtReset: set.snapshotsGo,
	}
	if len(rest) > 0 {
		return options, fmt.Errorf("unexpected argument %q", rest[0])
	}
	var err error
	if options.Timing, err = refbackend.ParseTiming(set.timing); err != nil {
		return options, fmt.Errorf("--timing: %w", err)
	}
	if !(set.timeScale >= 0 && set.timeScale <= maxTimeScale) {
		return options, fmt.Errorf("--time-scale: must be between 0 and %d", maxTimeScale)
	}
	start := time.Now()
	if set.startTime != "" {
		if start, err = time.Parse(time.RFC3339, set.startTime); err != nil {
			return options, errors.New("--start-time: must look like 2026-01-31T12:00:00Z")
		}
	}
	options.Clock = refbackend.NewClock(start, set.timeScale)
	if set.vmQuota < 0 {
		return options, errors.New("--vm-quota: must not be negative")
	}
	if set.adminListen != "" {
		if set.adminListen, err = loopback(set.adminListen); err != nil {
			return options, fmt.Errorf("--admin-listen: %w", err)
		}
	}
	return options, nil
}

// loopback resolves an address that only this machine reaches, and refuses any other.
func loopback(address string) (string, error) {
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return "", err
	}
	if !resolved.IP.IsLoopback() {
		return "", fmt.Errorf("%s can be reached from other machines; must be like 127.0.0.1:8081", address)
	}
	return resolved.String(), nil
}

// run opens the backend and serves it until the context ends.
func run(ctx context.Context, set settings, options refbackend.Options, stdout, stderr io.Writer) error {
	backend, err := refbackend.New(options)
	if err != nil {
		return err
	}
	return errors.Join(serve(ctx, set, backend, stdout, stderr), backend.Close())
}

func serve(ctx context.Context, set settings, backend *refbackend.Server, stdout, stderr io.Writer) error {
	api, err := listen(ctx, set.listen)
	if err != nil {
		return err
	}
	handlers, listeners := []http.Handler{backend}, []net.Listener{api}
	addresses := addresses{api: "http://" + api.Addr().String()}
	if set.adminListen != "" {
		admin, err := listen(ctx, set.adminListen)
		if err != nil {
			return errors.Join(err, api.Close())
		}
		handlers, listeners = append(handlers, backend.Admin()), append(listeners, admin)
		addresses.admin = "http://" + admin.Addr().String()
	}
	errorLog := slog.NewLogLogger(slog.NewTextHandler(stderr, nil), slog.LevelWarn)
	servers := make([]*http.Server, 0, len(handlers))
	served := make(chan error, len(handlers))
	for i, handler := range handlers {
		server := &http.Server{
			Handler:           handler,
			ReadHeaderTimeout: headerTimeout,
			ReadTimeout:       readTimeout,
			WriteTimeout:      writeTimeout,
			IdleTimeout:       idleTimeout,
			MaxHeaderBytes:    maxHeader,
			ErrorLog:          errorLog,
		}
		servers = append(servers, server)
		go func() { served <- server.Serve(listeners[i]) }()
	}
	announce(stdout, addresses, set, backend.Account())

	select {
	case err = <-served:
	case <-ctx.Done():
	}
	return errors.Join(err, stop(ctx, servers))
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	return config.Listen(ctx, "tcp", address)
}

// stop lets requests under way finish, for a while.
func stop(ctx context.Context, servers []*http.Server) error {
	// The context has ended: what stops the servers must outlive it.
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	var failed error
	for _, server := range servers {
		if server.Shutdown(stopping) != nil {
			failed = errors.Join(failed, server.Close())
		}
	}
	return failed
}

// addresses are the URLs that are served; admin is "" when its endpoints are not.
type addresses struct{ api, admin string }

// announce prints how to connect, ready to be pasted into a shell.
func announce(w io.Writer, at addresses, set settings, account refbackend.SeededAccount) {
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
	names := make([]string, 0, len(account.Projects))
	width := 0
	for name := range account.Projects {
		names = append(names, name)
		width = max(width, len(name))
	}
	slices.Sort(names)
	for _, name := range names {
		_, _ = fmt.Fprintf(w, "  %-*s  %s\n", width, name, account.Projects[name])
	}
	_, _ = fmt.Fprintf(w, "\nWhat is in it: %s/\n", at.api)
	if at.admin != "" {
		_, _ = fmt.Fprintf(w, "Admin endpoints: %s/_reference/\n", at.admin)
	}
	if set.data != "" {
		_, _ = fmt.Fprintf(w, "Kept in %s\n", set.data)
	}
	_, _ = fmt.Fprint(w, "Ctrl-C stops it.\n")
}
