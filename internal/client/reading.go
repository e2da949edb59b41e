package client

import (
	"context"
	"sync"
	"time"
)

const (
	// readingRest is how long a client may read nothing before what it has read counts as old.
	readingRest = 10 * time.Second
	// readingLongest is how long copies serve at most, for a client that never rests.
	readingLongest = 15 * time.Minute
)

// reading tells one stretch of reading from the next. A stretch lasts as long as reads follow each other without a rest: a plan
// is one, however long it takes on a slow machine. What was read in it answers what is asked in it; who begins to read after a
// rest wants to know what there is now.
type reading struct {
	mu       sync.Mutex
	underWay int
	touched  time.Time // when the last read began or ended
	stretch  int64
}

// begin notes a read that begins, and returns the number of the stretch that it is in.
func (r *reading) begin(now time.Time) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.underWay == 0 && now.Sub(r.touched) > readingRest {
		r.stretch++
	}
	r.underWay++
	r.touched = now
	return r.stretch
}

func (r *reading) end(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.underWay--
	r.touched = now
}

type afreshKey struct{}

// Afresh returns a context whose Read… calls ask the API, as Get… calls do: for a second look at what a copy did not show. What
// they find is kept for those that ask later.
func Afresh(ctx context.Context) context.Context { return context.WithValue(ctx, afreshKey{}, true) }

func isAfresh(ctx context.Context) bool { return ctx.Value(afreshKey{}) != nil }
