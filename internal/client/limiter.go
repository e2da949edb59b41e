package client

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	// After a rest, it is not known how much remains. A few requests go first, some more once they are answered, and then all
	// that remains allows. Answers that take long are not waited for.
	restAfter = time.Second
	askFor    = 250 * time.Millisecond
	firstAsk  = 4
	secondAsk = 12

	// spare is the part of a second's worth that is left where the API tells what remains: requests overtake each other.
	spare = 0.1
)

// limiter decides when requests go. It has a bucket of what the user allows, and one of what the API has left for the key,
// which starts at the API's standard tier, follows the tier that the API announces, and is corrected by what the API says
// remains. Where others use the key as well, requests go at the rate of a share.
type limiter struct {
	clock Clock

	// What the user set; 0 means that the API decides.
	maxRate  float64
	maxBurst int

	turn chan struct{} // held by the request that goes next; the others queue for it in their order

	mu          sync.Mutex
	own         bucket
	server      bucket
	share       share
	pausedUntil time.Time
	wake        context.CancelFunc // ends the sleep of the request that goes next, which then looks again

	sent       int64   // requests
	corrected  float64 // removed from the server's bucket beyond them
	unanswered int
	last       ticket    // the newest
	lowest     float64   // that remained by any answer since all were answered
	lastSent   time.Time // a request
	lastSeen   time.Time // a request or an answer
	askUntil   time.Time
	mayAsk     int       // requests that may still go until then
	asked      bool      // the first of them are answered
	told       time.Time // that others use the key
}

// ticket is a request that was let go.
type ticket struct {
	number    int64
	level     float64 // of the server's bucket, without this request
	corrected float64 // at that time
}

// notice is what is worth telling about how requests go. Its zero value says nothing.
type notice struct {
	pause time.Duration // all requests stop for so long
	// shared: others use the key, so that requests go at the rate of rate a second.
	shared bool
	rate   float64
}

func newLimiter(clock Clock, requestsPerSecond float64, burst int) *limiter {
	l := &limiter{clock: clock, maxRate: requestsPerSecond, maxBurst: burst, turn: make(chan struct{}, 1)}
	now := clock.Now()
	l.own = fullBucket(l.capped(defaultRequestsPerSecond), now)
	l.server = fullBucket(levelOf(defaultRequestsPerSecond, burstFactor*defaultRequestsPerSecond), now)
	l.share.tier = defaultRequestsPerSecond
	return l
}

// capped returns the level for a tier of perSecond requests a second, within what the user set.
func (l *limiter) capped(perSecond float64) level {
	if l.maxRate > 0 {
		perSecond = min(perSecond, l.maxRate)
	}
	burst := max(int(burstFactor*perSecond), 1)
	if l.maxBurst > 0 {
		burst = min(burst, l.maxBurst)
	}
	return levelOf(perSecond, burst)
}

// wait waits until a request may go, as long as it takes or until ctx ends. The ticket has to be handed to answered or lost.
func (l *limiter) wait(ctx context.Context) (ticket, error) {
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return ticket{}, ctx.Err()
	}
	defer func() { <-l.turn }()
	if err := ctx.Err(); err != nil {
		return ticket{}, err
	}
	if t, delay := l.take(nil); delay == 0 {
		return t, nil
	}
	for {
		waking, cancel := context.WithCancel(ctx)
		t, delay := l.take(cancel)
		if delay == 0 {
			cancel()
			return t, nil
		}
		err := l.clock.Sleep(waking, delay)
		woken := waking.Err() != nil
		cancel()
		if ctx.Err() != nil {
			return ticket{}, ctx.Err()
		}
		if err != nil && !woken {
			return ticket{}, err // of a clock that knows that ctx ends before
		}
	}
}

// take lets a request go, or returns how long it has to wait, unless wake is called before.
func (l *limiter) take(wake context.CancelFunc) (ticket, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	l.wake = nil
	if delay := l.delay(now); delay > 0 {
		l.wake = wake
		return ticket{}, delay
	}
	l.own.take()
	l.server.take()
	l.sent++
	l.unanswered++
	l.mayAsk--
	l.lastSent, l.lastSeen = now, now
	l.last = ticket{l.sent, l.server.total(), l.corrected}
	return l.last, 0
}

// delay returns how long the next request has to wait.
func (l *limiter) delay(now time.Time) time.Duration {
	if l.pausedUntil.After(now) {
		return l.pausedUntil.Sub(now)
	}
	l.own.refill(now)
	l.server.refill(now)
	delay := max(l.own.delay(0), l.asking(now))
	if l.share.shared(now) {
		return max(delay, l.share.delay(l.lastSent, now))
	}
	reserve := 0.0
	if l.share.known { // what few others took is left to them once more, so that nobody is refused
		reserve = l.share.others + spare*l.share.tier
	}
	return max(delay, l.server.delay(min(reserve, l.server.burst-1)))
}

// asking returns how long the next request has to wait for the answers of others, since it is not known what remains.
func (l *limiter) asking(now time.Time) time.Duration {
	if now.Sub(l.lastSeen) >= restAfter {
		l.askUntil, l.mayAsk, l.unanswered, l.lowest = now.Add(askFor), firstAsk, 0, noLowest
		l.asked = false
	}
	if l.mayAsk > 0 {
		return 0
	}
	return max(l.askUntil.Sub(now), 0)
}

// noLowest is more than ever remains.
const noLowest = math.MaxFloat64

// settle notes that a request is no longer under way. Where none is, the first answers after a rest tell exactly what others
// have taken, so that the next requests may go.
func (l *limiter) settle(now time.Time) {
	l.unanswered = max(l.unanswered-1, 0)
	if l.unanswered > 0 || !l.askUntil.After(now) {
		return
	}
	l.compare(l.last, l.lowest, now)
	l.lowest = noLowest
	switch {
	case l.mayAsk > 0:
	case l.asked:
		l.askUntil = now
	default:
		l.askUntil, l.mayAsk, l.asked = now.Add(askFor), secondAsk, true
	}
}

// pause stops all requests for d. They go on with empty buckets, so that they do not come back as one burst.
func (l *limiter) pause(d time.Duration) notice {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	longer := max(d, 0) - max(l.pausedUntil.Sub(now), 0)
	if longer > 0 {
		l.pausedUntil = now.Add(d)
	}
	l.corrected += l.server.total()
	l.own.drain(l.pausedUntil)
	l.server.drain(l.pausedUntil)
	if longer < noticeable {
		return notice{}
	}
	return notice{pause: d}
}

// noticeable is how long a pause has to be to be told of.
const noticeable = time.Second

// lost notes that a request got no answer.
func (l *limiter) lost() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settle(l.clock.Now())
}

// answered takes over what an answer says about the limit, and whether the request was refused for it.
func (l *limiter) answered(t ticket, header http.Header, refused bool) notice {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	l.own.refill(now)
	l.server.refill(now)
	l.lastSeen = now
	l.followTier(header, now)
	remaining, ok := l.remaining(header)
	if refused && l.share.known {
		remaining, ok = 0, true
	}
	if ok {
		l.compare(t, remaining, now)
		l.share.observe(t.number, remaining, refused, now)
		l.lowest = min(l.lowest, remaining)
	}
	if refused {
		l.share.taken(l.share.tier, now)
	}
	l.settle(now)
	if l.wake != nil {
		l.wake()
	}
	return l.tellShared(now)
}

// compare finds what others have taken: what remains is less than what was left after this client's own requests. All those
// that were sent after the answered one may have been counted before it.
func (l *limiter) compare(t ticket, remaining float64, now time.Time) {
	left := t.level - float64(l.sent-t.number) - (l.corrected - t.corrected)
	if taken := left - remaining; taken > 0 {
		l.server.remove(taken)
		l.corrected += taken
		l.share.taken(taken, now)
	}
}

// sharedAgain is how long nobody else may use the key before it is told again that somebody does.
const sharedAgain = time.Minute

// tellShared says once that others use the key, where that makes a difference.
func (l *limiter) tellShared(now time.Time) notice {
	if !l.share.shared(now) || l.share.rate(now) > l.share.tier/2 {
		return notice{}
	}
	before := l.told
	l.told = now
	if !before.IsZero() && now.Sub(before) < sharedAgain {
		return notice{}
	}
	return notice{shared: true, rate: l.share.rate(now)}
}

// maxTier bounds what is believed of X-RateLimit-Limit, in requests a second.
const maxTier = 10_000

// followTier takes over the tier that the API announces in X-RateLimit-Limit: requests a second, 30 or 100 at the time
// of writing.
func (l *limiter) followTier(header http.Header, now time.Time) {
	tier, err := strconv.Atoi(header.Get("X-RateLimit-Limit"))
	if err != nil || tier < 1 || tier > maxTier || float64(tier) == l.share.tier {
		return
	}
	l.share.tier = float64(tier)
	l.own.resize(l.capped(float64(tier)), now)
	if l.share.known {
		l.server.resize(levelOf(float64(tier), burstFactor*tier), now)
		return
	}
	// It was another bucket from the beginning.
	l.server = fullBucket(levelOf(float64(tier), burstFactor*tier), now)
	l.server.remove(float64(l.sent))
}

// remaining reads X-RateLimit-Remaining. It reports whether there was a number of requests that can be left.
func (l *limiter) remaining(header http.Header) (float64, bool) {
	value, err := strconv.Atoi(header.Get("X-RateLimit-Remaining"))
	if err != nil || value < 0 {
		return 0, false
	}
	return min(float64(value), l.server.burst+l.server.extraBurst), true
}
