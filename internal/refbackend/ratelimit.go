package refbackend

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"
)

// tier is how many requests a key may make.
type tier struct {
	perSecond float64
	burst     float64 // at most at once
}

// The two tiers of the service.
const (
	tierStandard = "standard"
	tierHigh     = "high"
)

var tiers = map[string]tier{
	tierStandard: {perSecond: 30, burst: 60},
	tierHigh:     {perSecond: 100, burst: 200},
}

// burstRefill is how long a burst that was used up takes to come back.
const burstRefill = 60 * time.Second

// bucket is what one key has left: the allowance of a second, which comes back within a second, and on top of it the
// rest of the burst, which takes a minute.
type bucket struct {
	steady, extra float64
	at            time.Time
}

// take spends one request, and returns how many whole ones are left; false when there was none.
func (b *bucket) take(t tier, now time.Time) (left int, ok bool) {
	passed := now.Sub(b.at).Seconds()
	spare := t.burst - t.perSecond
	b.steady = math.Min(t.perSecond, b.steady+passed*t.perSecond)
	b.extra = math.Min(spare, b.extra+passed*spare/burstRefill.Seconds())
	b.at = now
	switch {
	case b.steady >= 1:
		b.steady--
	case b.extra >= 1:
		b.extra--
	default:
		return 0, false
	}
	return int(b.steady) + int(b.extra), true
}

// throttle counts a request against the key's tier.
func (s *Server) throttle(c *call) error {
	if s.unlimited || c.key == nil || c.op != nil && c.op.kind == public {
		return nil
	}
	t, ok := tiers[c.key.Tier]
	if !ok {
		t = tiers[tierStandard]
	}
	b, ok := s.buckets[c.key.ID]
	if !ok {
		b = &bucket{steady: t.perSecond, extra: t.burst - t.perSecond, at: s.now}
		s.buckets[c.key.ID] = b
	}
	left, ok := b.take(t, s.now)
	c.header.Set("X-RateLimit-Limit", fmt.Sprint(t.perSecond))
	c.header.Set("X-RateLimit-Remaining", strconv.Itoa(left))
	if ok {
		return nil
	}
	return &apiError{
		status:  http.StatusTooManyRequests,
		title:   "Rate limit exceeded",
		message: fmt.Sprintf("Maximum %v requests per second allowed for your tier", t.perSecond),
		header:  http.Header{"Retry-After": {"1"}},
	}
}
