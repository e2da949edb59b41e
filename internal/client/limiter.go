package client

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiter is the token bucket of one client. It starts at the API's standard tier, follows the tier that the API
// announces, and never goes above what the user set.
type limiter struct {
	clock Clock

	// What the user set; 0 means that the API decides.
	maxRate  float64
	maxBurst int

	mu          sync.Mutex
	bucket      *rate.Limiter
	pausedUntil time.Time
	pauses      int // counts pauses, so that a waiting request sees that one began
}

func newLimiter(clock Clock, requestsPerSecond float64, burst int) *limiter {
	l := &limiter{clock: clock, maxRate: requestsPerSecond, maxBurst: burst}
	limit, size := l.capped(defaultRequestsPerSecond)
	l.bucket = rate.NewLimiter(limit, size)
	return l
}

// capped returns rate and burst for a tier of perSecond requests a second, within what the user set.
func (l *limiter) capped(perSecond float64) (rate.Limit, int) {
	if l.maxRate > 0 {
		perSecond = min(perSecond, l.maxRate)
	}
	burst := max(int(burstFactor*perSecond), 1)
	if l.maxBurst > 0 {
		burst = min(burst, l.maxBurst)
	}
	return rate.Limit(perSecond), burst
}

// wait takes a token, and waits for it as long as it takes or until ctx ends.
func (l *limiter) wait(ctx context.Context) error {
	for {
		delay, pauses, cancel := l.reserve()
		if delay > 0 {
			if err := l.clock.Sleep(ctx, delay); err != nil {
				cancel()
				return err
			}
		}
		if err := ctx.Err(); err != nil {
			cancel()
			return err
		}
		if l.pauseCount() == pauses {
			return nil
		}
		// The API refused another request meanwhile: queue again behind the pause.
	}
}

// reserve takes a token at the earliest time there is one, and returns how long that is from now.
func (l *limiter) reserve() (delay time.Duration, pauses int, cancel func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	start := now
	if l.pausedUntil.After(now) {
		start = l.pausedUntil
	}
	reservation := l.bucket.ReserveN(start, 1)
	return reservation.DelayFrom(now), l.pauses, func() { reservation.CancelAt(l.clock.Now()) }
}

func (l *limiter) pauseCount() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pauses
}

// pause stops all requests for d and empties the bucket, so that they do not come back as one burst.
func (l *limiter) pause(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	until := l.clock.Now().Add(d)
	if until.Before(l.pausedUntil) {
		until = l.pausedUntil
	}
	l.pausedUntil = until
	l.pauses++
	if tokens := int(l.bucket.TokensAt(until)); tokens > 0 {
		l.bucket.ReserveN(until, tokens)
	}
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
	limit, burst := l.capped(float64(tier))
	now := l.clock.Now()
	if limit != l.bucket.Limit() {
		l.bucket.SetLimitAt(now, limit)
	}
	if burst != l.bucket.Burst() {
		l.bucket.SetBurstAt(now, burst)
	}
}
