package client

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// burstRefill is how long a burst that was used up takes to come back.
const burstRefill = 60 * time.Second

// limiter is the token bucket of one client, in two levels as the API counts: what a second allows, which comes back
// within a second, and on top of it the rest of the burst, which takes a minute. It starts at the API's standard
// tier, follows the tier that the API announces, and never goes above what the user set.
type limiter struct {
	clock Clock

	// What the user set; 0 means that the API decides.
	maxRate  float64
	maxBurst int

	mu          sync.Mutex
	level       level
	steady      *rate.Limiter // replaced by every pause
	extra       *rate.Limiter
	pausedUntil time.Time
}

// level is what the two buckets hold and how fast they fill.
type level struct {
	rate, extraRate   rate.Limit
	burst, extraBurst int
}

func newLimiter(clock Clock, requestsPerSecond float64, burst int) *limiter {
	l := &limiter{clock: clock, maxRate: requestsPerSecond, maxBurst: burst}
	l.level = l.capped(defaultRequestsPerSecond)
	l.steady = rate.NewLimiter(l.level.rate, l.level.burst)
	l.extra = rate.NewLimiter(l.level.extraRate, l.level.extraBurst)
	return l
}

// capped returns the levels for a tier of perSecond requests a second, within what the user set.
func (l *limiter) capped(perSecond float64) level {
	if l.maxRate > 0 {
		perSecond = min(perSecond, l.maxRate)
	}
	burst := max(int(burstFactor*perSecond), 1)
	if l.maxBurst > 0 {
		burst = min(burst, l.maxBurst)
	}
	steady := min(max(int(perSecond), 1), burst)
	extra := burst - steady
	return level{rate.Limit(perSecond), rate.Limit(float64(extra) / burstRefill.Seconds()), steady, extra}
}

// wait takes a token, and waits for it as long as it takes or until ctx ends.
func (l *limiter) wait(ctx context.Context) error {
	for {
		token, delay := l.reserve()
		if err := l.clock.Sleep(ctx, delay); err != nil {
			l.release(token)
			return err
		}
		if l.valid(token) {
			return nil
		}
		// The API refused another request meanwhile: queue again, behind the pause.
	}
}

// token is the right to send one request at some time.
type token struct {
	*rate.Reservation
	era *rate.Limiter // the steady bucket at the time, which the next pause replaces
}

// reserve takes the earliest token there is, and returns how long that is from now.
func (l *limiter) reserve() (token, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	start := l.earliest(now)
	bucket := l.steady
	if l.steady.TokensAt(start) < 1 && l.extra.TokensAt(start) >= 1 {
		bucket = l.extra
	}
	reservation := bucket.ReserveN(start, 1)
	return token{reservation, l.steady}, reservation.DelayFrom(now)
}

// release gives a token back that was not used.
func (l *limiter) release(t token) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t.CancelAt(l.earliest(l.clock.Now()))
}

// valid reports whether no pause began since the token was reserved.
func (l *limiter) valid(t token) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return t.era == l.steady
}

// earliest returns when requests may go: now, or after the pause.
func (l *limiter) earliest(now time.Time) time.Time {
	if l.pausedUntil.After(now) {
		return l.pausedUntil
	}
	return now
}

// pause stops all requests for d. They queue again in empty buckets, so that they do not come back as one burst.
func (l *limiter) pause(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	l.pausedUntil = now.Add(max(d, l.pausedUntil.Sub(now)))
	l.steady = drained(l.level.rate, l.level.burst, l.pausedUntil)
	l.extra = drained(l.level.extraRate, l.level.extraBurst, l.pausedUntil)
}

// drained returns a bucket that is empty at the given time.
func drained(limit rate.Limit, burst int, at time.Time) *rate.Limiter {
	bucket := rate.NewLimiter(limit, burst)
	bucket.AllowN(at, burst)
	return bucket
}

// maxTier bounds what is believed of X-RateLimit-Limit, in requests a second.
const maxTier = 10_000

// follow takes over the tier that the API announces in X-RateLimit-Limit: requests a second, 30 or 100 at the time
// of writing.
func (l *limiter) follow(header http.Header) {
	tier, err := strconv.Atoi(header.Get("X-RateLimit-Limit"))
	if err != nil || tier < 1 || tier > maxTier {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	level := l.capped(float64(tier))
	if level == l.level {
		return
	}
	l.level = level
	at := l.earliest(l.clock.Now())
	l.steady.SetLimitAt(at, level.rate)
	l.steady.SetBurstAt(at, level.burst)
	l.extra.SetLimitAt(at, level.extraRate)
	l.extra.SetBurstAt(at, level.extraBurst)
}
