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
	bucket      *rate.Limiter // replaced by every pause
	pausedUntil time.Time
}

func newLimiter(clock Clock, requestsPerSecond float64, burst int) *limiter {
	l := &limiter{clock: clock, maxRate: requestsPerSecond, maxBurst: burst}
	l.bucket = rate.NewLimiter(l.capped(defaultRequestsPerSecond))
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
		token, bucket, delay := l.reserve()
		if err := l.clock.Sleep(ctx, delay); err != nil {
			l.release(token)
			return err
		}
		if l.current() == bucket {
			return nil
		}
		// The API refused another request meanwhile: queue again, behind the pause.
	}
}

// reserve takes the earliest token there is, and returns how long that is from now.
func (l *limiter) reserve() (token *rate.Reservation, bucket *rate.Limiter, delay time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	token = l.bucket.ReserveN(l.earliest(now), 1)
	return token, l.bucket, token.DelayFrom(now)
}

// release gives a token back that was not used.
func (l *limiter) release(token *rate.Reservation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	token.CancelAt(l.earliest(l.clock.Now()))
}

func (l *limiter) current() *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bucket
}

// earliest returns when requests may go: now, or after the pause.
func (l *limiter) earliest(now time.Time) time.Time {
	if l.pausedUntil.After(now) {
		return l.pausedUntil
	}
	return now
}

// pause stops all requests for d. They queue again in an empty bucket, so that they do not come back as one burst.
func (l *limiter) pause(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	l.pausedUntil = now.Add(max(d, l.pausedUntil.Sub(now)))
	l.bucket = rate.NewLimiter(l.bucket.Limit(), l.bucket.Burst())
	l.bucket.AllowN(l.pausedUntil, l.bucket.Burst())
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
	at := l.earliest(l.clock.Now())
	if limit != l.bucket.Limit() {
		l.bucket.SetLimitAt(at, limit)
	}
	if burst != l.bucket.Burst() {
		l.bucket.SetBurstAt(at, burst)
	}
}
