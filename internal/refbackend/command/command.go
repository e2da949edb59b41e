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
	"syscall"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

const usage = `Usage: terraform-provider-raff backend [flags]

Serves a copy of the Raff API from memory, with an account of its own: three
projects (default, production, staging), an Owner key that reaches all of them,
and a key that reaches production only. It prints how to connect, and forgets
everything when it stops (Ctrl-C).

Examples:

  terraform-provider-raff backend
      on 127.0.0.1:8080, changes at once

  terraform-provider-raff backend --listen 127.0.0.1:0 --timing realistic
      on a free port, VMs take 30 to 90 seconds as they really do

  terraform-provider-raff backend --seed 7
      other ids, keys and addresses; the same ones each time

Flags:

`

// Exit codes of Run.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// Time limits of the server. The write limit leaves room for faults that delay an answer.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 5 * time.Minute
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 5 * time.Second
)

// settings are the flags of the subcommand.
type settings struct {
	listen string
	seed   uint64
	timing string
}

// Run serves a backend until the context ends or the process is told to stop (SIGINT, SIGTERM), then lets requests
// under way finish. args come after the subcommand's name. It returns the exit code: 0 after a stop or --help, 1 when
// it could not serve, 2 for wrong flags.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	set, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err != nil {
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, set, stdout, stderr); err != nil {
		_, _ = fmt.Fprintf(stderr, "backend: %v\n", err)
		return exitFailed
	}
	return exitOK
}

// parse reads the flags; it has told the user when it returns an error.
func parse(args []string, stderr io.Writer) (settings, error) {
	var set settings
	flags := flag.NewFlagSet("backend", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&set.listen, "listen", "127.0.0.1:8080", "`address` to serve on; port 0 takes a free one")
	flags.Uint64Var(&set.seed, "seed", 1, "`number` that fixes every id, key and address")
	flags.StringVar(&set.timing, "timing", "instant",
		"how long changes take: instant, fast (tens of\nmilliseconds a state) or realistic")
	flags.Usage = func() {
		_, _ = io.WriteString(stderr, usage)
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return set, err
	}
	if flags.NArg() > 0 {
		err := fmt.Errorf("unexpected argument %q", flags.Arg(0))
		_, _ = fmt.Fprintf(stderr, "%v; see --help\n", err)
		return set, err
	}
	if _, err := refbackend.ParseTiming(set.timing); err != nil {
		_, _ = fmt.Fprintf(stderr, "--timing: %v\n", err)
		return set, err
	}
	return set, nil
}

func serve(ctx context.Context, set settings, stdout, stderr io.Writer) error {
	timing, err := refbackend.ParseTiming(set.timing)
	if err != nil {
		return err
	}
	backend, err := refbackend.New(refbackend.Options{Seed: set.seed, Timing: timing})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", set.listen)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           backend,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		ErrorLog:          slog.NewLogLogger(slog.NewTextHandler(stderr, nil), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	announce(stdout, "http://"+listener.Addr().String(), set, backend.Account())

	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	// The context has ended: what stops the server must outlive it.
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := server.Shutdown(stopping); err != nil {
		return server.Close()
	}
	return nil
}

// announce prints how to connect, ready to be pasted into a shell.
func announce(w io.Writer, url string, set settings, account refbackend.SeededAccount) {
	_, _ = fmt.Fprintf(w, `Reference backend of the Raff API at %s (seed %d, timing %s)

  export RAFF_API_URL=%s
  export RAFF_API_KEY=%s

The key above is the Owner's and reaches every project. This one reaches only production:

  export RAFF_API_KEY=%s

Projects:

  default     %s
  production  %s
  staging     %s

Ctrl-C stops it.
`, url, set.seed, set.timing, url, account.OwnerKey, account.ProductionKey,
		account.Projects["default"], account.Projects["production"], account.Projects["staging"])
}
