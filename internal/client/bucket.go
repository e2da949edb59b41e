package client

import (
	"math"
	"time"
)

// burstRefill is how long a burst that was used up takes to come back.
const burstRefill = 60 * time.Second

// level is what a bucket holds at most, and how fast it fills, in requests and requests a second.
type level struct {
	rate, extraRate   float64
	burst, extraBurst float64
}

// levelOf returns the level of a tier of perSecond requests a second, where at most burst go at once.
func levelOf(perSecond float64, burst int) level {
	steady := min(max(int(perSecond), 1), burst)
	extra := float64(burst - steady)
	return level{perSecond, extra / burstRefill.Seconds(), float64(steady), extra}
}

// bucket counts requests in two levels as the API does: what a second allows, which comes back within a second, and on top
// of it the rest of the burst, which takes a minute. No library has one.
type bucket struct {
	level
	steady, extra float64
	at            time.Time
}

// fullBucket returns a bucket that nothing was taken from.
func fullBucket(l level, now time.Time) bucket {
	return bucket{level: l, steady: l.burst, extra: l.extraBurst, at: now}
}

// refill adds what has come back until now.
func (b *bucket) refill(now time.Time) {
	if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.steady += passed * b.rate
		b.extra += passed * b.extraRate
		b.at = now
	}
	b.steady = min(b.steady, b.burst)
	b.extra = min(b.extra, b.extraBurst)
}

// resize changes the level, and keeps of what is there as much as the new one holds.
func (b *bucket) resize(l level, now time.Time) {
	b.refill(now)
	b.level = l
	b.refill(now)
}

// total is how many requests may go at once.
func (b *bucket) total() float64 { return b.steady + b.extra }

// oneRequest is what a request takes. The sums of a bucket are rounded, so that a little less has to do.
const oneRequest = 1 - 1e-6

// delay returns how long it takes until a request may go that leaves reserve others.
func (b *bucket) delay(reserve float64) time.Duration {
	wait := seconds((oneRequest + reserve - b.total()) / b.rate)
	if b.steady >= oneRequest || b.extra >= oneRequest {
		return wait
	}
	next := (oneRequest - b.steady) / b.rate
	if b.extraRate > 0 {
		next = min(next, (oneRequest-b.extra)/b.extraRate)
	}
	return max(wait, seconds(next))
}

// take takes one request, or what there is of it.
func (b *bucket) take() {
	switch {
	case b.steady >= oneRequest:
		b.steady = max(b.steady-1, 0)
	case b.extra >= oneRequest:
		b.extra = max(b.extra-1, 0)
	default:
		b.remove(1)
	}
}

// remove takes any number of requests, as far as they are there.
func (b *bucket) remove(requests float64) {
	fromSteady := min(requests, b.steady)
	b.steady -= fromSteady
	b.extra = max(b.extra-(requests-fromSteady), 0)
}

// drain empties the bucket until the given time.
func (b *bucket) drain(until time.Time) { b.steady, b.extra, b.at = 0, 0, until }

// seconds returns a positive number of seconds as a duration, rounded up, of a day at most.
func seconds(s float64) time.Duration {
	const most = 24 * time.Hour
	if s <= 0 {
		return 0
	}
	return time.Duration(math.Ceil(min(s, most.Seconds()) * float64(time.Second)))
}
