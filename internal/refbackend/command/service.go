package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
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

// service is a backend that is being served.
type service struct {
	accounts *refbackend.Accounts
	at       addresses
	served   chan error // why a server has ended

	servers []*http.Server
	ready   *readyFile // nil when there is none
}

// start opens the accounts and serves them. When it returns, requests are answered, and the ready file says so.
func start(ctx context.Context, set settings, told *failures) (*service, error) {
	ready, err := claimReadyFile(set.readyFile)
	if err != nil {
		return nil, err
	}
	accounts, err := refbackend.NewAccounts(set.accounts, func(number int) refbackend.Options {
		options := set.options(number)
		options.DataFailed = told.tell
		return options
	})
	if err != nil {
		return nil, err
	}
	for _, account := range accounts.All() {
		if set.seedFile != "" && account.Restored() {
			_, _ = fmt.Fprintf(told.stderr, "backend: the seed file %s is ignored: %s holds an account already, which goes before it. "+
				"To start with what the seed file describes, name another --data\n", set.seedFile, set.options(account.Number).DataFile)
		}
	}
	s := &service{accounts: accounts, served: make(chan error, 2), ready: ready}
	if err := s.open(ctx, set, told); err != nil {
		return nil, errors.Join(err, s.stop(ctx))
	}
	return s, nil
}

// open listens, and tells how to connect.
func (s *service) open(ctx context.Context, set settings, told *failures) error {
	api, err := listen(ctx, set.listen)
	if err != nil {
		return err
	}
	s.serve(api, s.accounts, told)
	if set.adminListen != "" {
		admin, err := listen(ctx, set.adminListen)
		if err != nil {
			return err
		}
		s.serve(admin, s.accounts.Admin(), told)
		s.at.admin = "http://" + admin.Addr().String()
	}
	if s.at.api, s.at.elsewhere, err = reachable(ctx, api); err != nil {
		return err
	}
	return s.ready.write(s.describe(set))
}

func (s *service) serve(listener net.Listener, handler http.Handler, told *failures) {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(slog.NewTextHandler(told.stderr, nil), slog.LevelWarn),
	}
	s.servers = append(s.servers, server)
	go func() { s.served <- server.Serve(listener) }()
}

// stop takes the ready file away, lets requests under way finish for a while, and closes the accounts.
func (s *service) stop(ctx context.Context) error {
	failed := s.ready.remove()
	// The context has ended: what stops the servers must outlive it.
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	for _, server := range s.servers {
		if server.Shutdown(stopping) != nil {
			failed = errors.Join(failed, server.Close())
		}
	}
	return errors.Join(failed, s.accounts.Close())
}
