package client

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// counter counts the requests of one key as some implementation of the API might.
type counter interface {
	// take counts a request, and returns what the API says remains.
	take(now time.Time) (remaining int, ok bool)
}

// twoLevels counts as the API is understood to: a second's worth, and the rest of a burst that takes a minute.
type twoLevels struct {
	rate          float64 // requests a second; half of the burst
	steady, extra float64
	at            time.Time
}

func (c *twoLevels) take(now time.Time) (int, bool) {
	passed := now.Sub(c.at).Seconds()
	if c.at.IsZero() {
		passed = 60
	}
	c.steady, c.extra, c.at = min(c.rate, c.steady+passed*c.rate), min(c.rate, c.extra+passed*c.rate/60), now
	switch {
	case c.steady >= 1:
		c.steady--
	case c.extra >= 1:
		c.extra--
	default:
		return 0, false
	}
	return int(c.steady) + int(c.extra), true
}

// process is one client in a simulation. Its threads send one request after the other.
type process struct {
	threads     int
	start, stop time.Duration // stop 0 means to the end
	rest        time.Duration // between two requests of a thread, on average

	limiter *limiter
	served  []time.Duration // when its requests were counted
	refused int
}

// simulation has processes send requests to one counter.
type simulation struct {
	counter   counter
	processes []*process
	latency   [2]time.Duration // of a request with its answer, least and most
	length    time.Duration
	seed      uint64
	header    func(remaining int, rng *rand.Rand) http.Header // of an answer; nil means the usual one

	begin time.Time
	mu    sync.Mutex // of the counter and what the processes were answered
}

func usualHeader(remaining int, _ *rand.Rand) http.Header {
	return http.Header{"X-Ratelimit-Limit": {"30"}, "X-Ratelimit-Remaining": {strconv.Itoa(remaining)}}
}

func (s *simulation) run(t *testing.T) {
	t.Helper()
	if s.header == nil {
		s.header = usualHeader
	}
	synctest.Test(t, func(t *testing.T) {
		s.begin = time.Now()
		var group sync.WaitGroup
		for i, p := range s.processes {
			if p.stop == 0 {
				p.stop = s.length
			}
			group.Go(func() {
				time.Sleep(p.start)
				p.limiter = newLimiter(realClock{}, 0, 0)
				for thread := range p.threads {
					rng := rand.New(rand.NewPCG(s.seed, uint64(i<<16+thread)))
					group.Go(func() { s.thread(t, p, rng) })
				}
			})
		}
		group.Wait()
	})
}

func (s *simulation) thread(t *testing.T, p *process, rng *rand.Rand) {
	for {
		time.Sleep(time.Duration(2 * rng.Float64() * float64(p.rest)))
		ticket, err := p.limiter.wait(t.Context())
		if err != nil {
			t.Error(err)
			return
		}
		if time.Since(s.begin) >= p.stop {
			p.limiter.lost()
			return
		}
		s.travel(rng)
		remaining, ok := s.count(p)
		s.travel(rng)
		p.limiter.answered(ticket, s.header(remaining, rng), !ok)
		if !ok {
			p.limiter.pause(time.Second)
			time.Sleep(backoff(1, time.Second, rng.Float64()))
		}
	}
}

func (s *simulation) travel(rng *rand.Rand) {
	time.Sleep((s.latency[0] + time.Duration(rng.Float64()*float64(s.latency[1]-s.latency[0]))) / 2)
}

func (s *simulation) count(p *process) (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	remaining, ok := s.counter.take(time.Now())
	if ok {
		p.served = append(p.served, time.Since(s.begin))
	} else {
		p.refused++
	}
	return remaining, ok
}

// between counts the requests of a process that were served in a part of the simulation.
func (p *process) between(from, to time.Duration) float64 {
	n := 0
	for _, at := range p.served {
		if at >= from && at < to {
			n++
		}
	}
	return float64(n)
}

func (s *simulation) between(from, to time.Duration) float64 {
	sum := 0.0
	for _, p := range s.processes {
		sum += p.between(from, to)
	}
	return sum
}

func (s *simulation) refused() int {
	sum := 0
	for _, p := range s.processes {
		sum += p.refused
	}
	return sum
}

// first returns when the earliest process starts.
func (s *simulation) first() time.Duration {
	starts := make([]time.Duration, 0, len(s.processes))
	for _, p := range s.processes {
		starts = append(starts, p.start)
	}
	return slices.Min(starts)
}
