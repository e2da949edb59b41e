package client

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"testing"
	"time"
)

var latencies = map[string][2]time.Duration{
	"short":   {5 * time.Millisecond, 20 * time.Millisecond},
	"varying": {5 * time.Millisecond, 150 * time.Millisecond}, // so that answers overtake each other
	"long":    {130 * time.Millisecond, 150 * time.Millisecond},
}

// Processes that want more than there is: nothing is wasted, all get the same, and hardly a request is refused.
func TestProcessesShareTheLimit(t *testing.T) {
	t.Parallel()
	for name, latency := range latencies {
		for _, n := range []int{1, 2, 4, 8} {
			for _, spread := range []time.Duration{0, 4 * time.Second} {
				t.Run(fmt.Sprintf("%d %s %s", n, name, spread), func(t *testing.T) {
					t.Parallel()
					s := simulation{counter: &twoLevels{rate: 30}, latency: latency, length: 30 * time.Second, seed: uint64(n)}
					rng := rand.New(rand.NewPCG(s.seed, uint64(spread)))
					for range n {
						s.processes = append(s.processes, &process{
							threads: 10 + rng.IntN(20), start: time.Duration(rng.Float64() * float64(spread)),
						})
					}
					s.run(t)
					allowed := 60 + 30.5*(s.length-s.first()).Seconds()
					checkAtLeast(t, "served of what is allowed", s.between(0, s.length)/allowed, 0.93)
					fair := s.between(10*time.Second, s.length) / float64(n)
					for _, p := range s.processes {
						checkWithin(t, "part of the fair share", p.between(10*time.Second, s.length)/fair, 0.75, 1.25)
					}
					if float64(s.refused()) > 0.02*allowed || n == 1 && s.refused() > 0 {
						t.Errorf("%d of %.0f requests were refused", s.refused(), allowed)
					}
				})
			}
		}
	}
}

// A key of the high tier allows more, which is shared in the same way.
func TestProcessesShareTheHighTier(t *testing.T) {
	t.Parallel()
	for name, latency := range latencies {
		for _, n := range []int{1, 4} {
			t.Run(fmt.Sprintf("%d %s", n, name), func(t *testing.T) {
				t.Parallel()
				s := simulation{counter: &twoLevels{rate: 100}, latency: latency, length: 15 * time.Second}
				s.header = func(remaining int, _ *rand.Rand) http.Header {
					return http.Header{"X-Ratelimit-Limit": {"100"}, "X-Ratelimit-Remaining": {strconv.Itoa(remaining)}}
				}
				for range n {
					s.processes = append(s.processes, &process{threads: 30})
				}
				s.run(t)
				all := s.between(5*time.Second, s.length)
				checkAtLeast(t, "a second for all", all/10, 93)
				for _, p := range s.processes {
					checkWithin(t, "part of the fair share", p.between(5*time.Second, s.length)/all*float64(n), 0.75, 1.25)
				}
				if s.refused() > 20 {
					t.Errorf("%d requests were refused", s.refused())
				}
			})
		}
	}
}

// Some want little: they get it, and what they leave is for the others.
func TestWhoWantsLittleGetsIt(t *testing.T) {
	t.Parallel()
	for name, latency := range latencies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			modest := &process{threads: 10, rest: 2500 * time.Millisecond, start: time.Second} // 4 a second
			s := simulation{
				counter: &twoLevels{rate: 30}, latency: latency, length: 40 * time.Second,
				processes: []*process{modest, {threads: 20}, {threads: 20}},
			}
			s.run(t)
			checkAtLeast(t, "a second for the one that wants 4", modest.between(10*time.Second, s.length)/30, 3)
			checkAtLeast(t, "a second for all", s.between(10*time.Second, s.length)/30, 0.93*30.5)
			if s.refused() > 15 {
				t.Errorf("%d requests were refused", s.refused())
			}
		})
	}
}

// One that joins gets its share, and one that leaves is replaced, within three seconds.
func TestProcessesJoinAndLeave(t *testing.T) {
	t.Parallel()
	for name, latency := range latencies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			old := &process{threads: 20}
			young := &process{threads: 20, start: 10 * time.Second, stop: 20 * time.Second}
			s := simulation{counter: &twoLevels{rate: 30}, latency: latency, length: 30 * time.Second, processes: []*process{old, young}}
			s.run(t)
			second := func(p *process, from, to int) float64 {
				return p.between(time.Duration(from)*time.Second, time.Duration(to)*time.Second) / float64(to-from)
			}
			checkWithin(t, "a second alone", second(old, 5, 10), 28, 32)
			checkWithin(t, "a second for the old one of two", second(old, 13, 20), 12, 19)
			checkWithin(t, "a second for the young one of two", second(young, 13, 20), 12, 19)
			checkWithin(t, "a second alone again", second(old, 23, 30), 28, 36)
			if s.refused() > 6 {
				t.Errorf("%d requests were refused", s.refused())
			}
		})
	}
}

// Alone, all of the burst goes as soon as the first answers have told that nobody else is there, and a second one after a rest.
func TestAloneTheBurstIsUsed(t *testing.T) {
	t.Parallel()
	for name, latency := range latencies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &process{threads: 100}
			s := simulation{counter: &twoLevels{rate: 30}, latency: latency, length: 10 * time.Second, processes: []*process{p}}
			s.run(t)
			checkAtLeast(t, "in half a second", p.between(0, time.Second/2), 57)
			checkAtLeast(t, "in five seconds", p.between(0, 5*time.Second), 57+4.9*30)
			if p.refused > 0 {
				t.Errorf("%d requests were refused", p.refused)
			}
		})
	}
}

// Whatever the header says, a process alone gets on, and some together are served without an error of ours.
func TestRemainingIsNotTrustedBlindly(t *testing.T) {
	t.Parallel()
	remaining := func(text func(int, *rand.Rand) string) func(int, *rand.Rand) http.Header {
		return func(n int, rng *rand.Rand) http.Header {
			return http.Header{"X-Ratelimit-Limit": {"30"}, "X-Ratelimit-Remaining": {text(n, rng)}}
		}
	}
	constant := func(value string) func(int, *rand.Rand) http.Header {
		return remaining(func(int, *rand.Rand) string { return value })
	}
	tests := map[string]struct {
		counter func() counter // nil means as the API is understood to count
		header  func(int, *rand.Rand) http.Header
		least   float64 // part of 30 a second that one process gets, from the 10th second on
	}{
		"no headers":        {header: func(int, *rand.Rand) http.Header { return nil }, least: 0.9},
		"no number":         {header: constant("many"), least: 0.9},
		"negative":          {header: constant("-1"), least: 0.9},
		"huge":              {header: constant("99999999999999999999"), least: 0.9},
		"far too much":      {header: constant("1000000"), least: 0.9},
		"always 0":          {header: constant("0"), least: 0.9},
		"always 7":          {header: constant("7"), least: 0.9},
		"sometimes missing": {header: remaining(sometimesMissing), least: 0.9},
		"the burst alone":   {counter: func() counter { return &burstBudget{twoLevels{rate: 30}} }, least: 0.9},
		"a second alone":    {header: remaining(func(n int, _ *rand.Rand) string { return strconv.Itoa(min(n, 30)) }), least: 0.9},
		"one bucket":        {counter: func() counter { return &oneBucket{} }, least: 0.9},
		"fixed seconds":     {counter: func() counter { return &fixedSeconds{} }, least: 0.35}, // not how the API counts; slower, and not stopped
	}
	for name, test := range tests {
		for _, n := range []int{1, 4} {
			t.Run(fmt.Sprintf("%s %d", name, n), func(t *testing.T) {
				t.Parallel()
				s := simulation{counter: &twoLevels{rate: 30}, header: test.header, latency: latencies["varying"], length: 30 * time.Second}
				if test.counter != nil {
					s.counter = test.counter()
				}
				for range n {
					s.processes = append(s.processes, &process{threads: 20})
				}
				s.run(t)
				least := test.least
				if n > 1 {
					least = 0.3
				}
				checkAtLeast(t, "part of 30 a second", s.between(10*time.Second, s.length)/20/30, least)
			})
		}
	}
}

func sometimesMissing(n int, rng *rand.Rand) string {
	if rng.IntN(2) == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// burstBudget counts as the API does, and says what remains of the burst beyond a second's worth.
type burstBudget struct{ twoLevels }

func (c *burstBudget) take(now time.Time) (int, bool) {
	_, ok := c.twoLevels.take(now)
	return int(c.extra), ok
}

// oneBucket has a burst of 60 that fills at 30 a second.
type oneBucket struct {
	missing float64
	at      time.Time
}

func (c *oneBucket) take(now time.Time) (int, bool) {
	c.missing, c.at = max(0, c.missing-30*now.Sub(c.at).Seconds()), now
	if c.missing > 59 {
		return 0, false
	}
	c.missing++
	return int(60 - c.missing), true
}

// fixedSeconds allows 30 requests in each second of the clock.
type fixedSeconds struct {
	second int64
	count  int
}

func (c *fixedSeconds) take(now time.Time) (int, bool) {
	if second := now.Unix(); second != c.second {
		c.second, c.count = second, 0
	}
	if c.count >= 30 {
		return 0, false
	}
	c.count++
	return 30 - c.count, true
}

func checkAtLeast(t *testing.T, what string, got, least float64) {
	t.Helper()
	checkWithin(t, what, got, least, math.Inf(1))
}

func checkWithin(t *testing.T, what string, got, least, most float64) {
	t.Helper()
	if got < least || got > most {
		t.Errorf("%s: %.2f, want %v to %v", what, got, least, most)
	}
}
