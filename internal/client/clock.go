package client

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"
)

// Clock tells the time and waits. Tests replace it so that nothing really sleeps.
type Clock interface {
	// Now returns the current time.
	Now() time.Time
	// Sleep waits for d, or until ctx ends, and then returns the context's error.
	Sleep(ctx context.Context, d time.Duration) error
}

type realClock struct{}

func (realClock) Now() time.Time { return time.Now() }

func (realClock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// serverClock knows how far the server's clock is from the client's, by the Date of its last answer.
type serverClock struct {
	ahead atomic.Int64 // in nanoseconds; Date has whole seconds, so that it is up to one second too low
}

func (s *serverClock) follow(header http.Header, now time.Time) {
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		s.ahead.Store(int64(date.Sub(now)))
	}
}

// ServerTime returns what the server's clock shows now, as far as its last answer has told: up to a second and the time
// of that answer's way too early, and never later than that clock is.
func (r Reader) ServerTime() time.Time {
	return r.clock.Now().Add(time.Duration(r.serverClock.ahead.Load()))
}
