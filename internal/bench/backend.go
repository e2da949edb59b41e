package bench

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend"
)

// limit is what the standard tier of the service allows: requests a second.
const limit = 30

// backend is a reference backend that serves on this machine.
type backend struct {
	server *refbackend.Server
	url    string
	stop   func()
}

// startBackend starts a backend with the account of a snapshot; nil: with the seeded one. Backends of the same seed have
// the same key.
func startBackend(snapshot []byte, options refbackend.Options) (*backend, error) {
	options.Seed = 1
	server, err := refbackend.New(options)
	if err != nil {
		return nil, err
	}
	if snapshot != nil {
		if err := server.Restore(snapshot); err != nil {
			return nil, err
		}
	}
	var handler http.Handler = server
	if options.NoRateLimit {
		handler = announcing(server)
	}
	var config net.ListenConfig
	listener, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	serving := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = serving.Serve(listener) }()
	return &backend{server: server, url: "http://" + listener.Addr().String(), stop: func() { _ = serving.Close() }}, nil
}

// announcing has a backend without a rate limit say so in the way in which the service tells a key its limit: clients
// keep to the standard one otherwise.
func announcing(server http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-RateLimit-Limit", strconv.Itoa(unlimited))
		server.ServeHTTP(w, r)
	})
}

// key is the Owner's key.
func (b *backend) key() string { return b.server.Account().OwnerKey }

// traffic is what a backend has been asked.
type traffic struct {
	requests int           // all of them
	refused  int           // with 429
	span     time.Duration // from the first to the last
}

func (b *backend) traffic() traffic {
	entries := b.server.Journal()
	t := traffic{requests: len(entries)}
	for _, e := range entries {
		if e.Status == http.StatusTooManyRequests {
			t.refused++
		}
	}
	if len(entries) > 0 {
		t.span = entries[len(entries)-1].Time.Sub(entries[0].Time)
	}
	return t
}

// share is how much of what the limit allows was served, without the burst: 1 is all of it.
func (t traffic) share() float64 {
	if t.span == 0 {
		return 0
	}
	return float64(t.requests-t.refused) / (limit * t.span.Seconds())
}

// String says it in short.
func (t traffic) String() string {
	return fmt.Sprintf("%d requests in %v, %d of them refused", t.requests, t.span.Round(time.Millisecond), t.refused)
}
