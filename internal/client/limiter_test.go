package client

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// takeAll takes n tokens at once, each in its own goroutine, and returns how long that took.
func takeAll(t *testing.T, l *limiter, n int) time.Duration {
	t.Helper()
	start := time.Now()
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			waitOnce(t, l)
		})
	}
	group.Wait()
	return time.Since(start)
}

// waitOnce lets one request go, which is answered at once, without a word about the limit.
func waitOnce(t *testing.T, l *limiter) {
	t.Helper()
	ticket, err := l.wait(t.Context())
	if err != nil {
		t.Error(err)
	}
	l.answered(ticket, nil, false)
}

// announce has the API name its tier.
func announce(l *limiter, tier string) {
	l.answered(ticket{}, http.Header{"X-Ratelimit-Limit": {tier}}, false)
}

func TestLimiterRates(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		rate     float64
		burst    int
		announce []string
		requests int
		want     time.Duration
	}{
		"default burst":                 {requests: 60},
		"default rate":                  {requests: 90, want: time.Second},
		"own rate":                      {rate: 10, requests: 30, want: time.Second},
		"own burst":                     {burst: 10, requests: 40, want: time.Second},
		"less than one a second":        {rate: 0.5, requests: 2, want: 2 * time.Second},
		"high tier":                     {announce: []string{"100"}, requests: 161, want: time.Second}, // 60 from before, and one of the burst
		"lower tier":                    {announce: []string{"10"}, requests: 30, want: time.Second},
		"never above the user's":        {rate: 10, announce: []string{"100"}, requests: 30, want: time.Second},
		"never above the own burst":     {burst: 5, announce: []string{"100"}, requests: 105, want: time.Second},
		"below the user's":              {rate: 40, announce: []string{"20"}, requests: 60, want: time.Second},
		"back to the user's":            {rate: 10, announce: []string{"5", "100"}, requests: 20, want: time.Second},
		"nonsense is not believed":      {announce: []string{"", "0", "-3", "many", "1e9", "99999999", "30.5"}, requests: 90, want: time.Second},
		"the same tier changes nothing": {announce: []string{"30", "30"}, requests: 90, want: time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLimiter(realClock{}, test.rate, test.burst)
				for _, value := range test.announce {
					announce(l, value)
				}
				got := takeAll(t, l, test.requests)
				if difference := (got - test.want).Abs(); difference > time.Millisecond {
					t.Errorf("%d requests took %s, want %s", test.requests, got, test.want)
				}
			})
		})
	}
}

func TestLimiterBurstOfHighTierFills(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(realClock{}, 0, 0)
		announce(l, "100")
		time.Sleep(time.Minute)
		if got := takeAll(t, l, 200); got != 0 {
			t.Errorf("a burst of the high tier took %s", got)
		}
		time.Sleep(6 * time.Second) // gives 100 back, and a tenth of the other 100
		if got := takeAll(t, l, 110); got != 0 {
			t.Errorf("what came back of the burst took %s", got)
		}
		if got, want := takeAll(t, l, 10), 100*time.Millisecond; (got - want).Abs() > time.Millisecond {
			t.Errorf("what had not come back took %s, want %s", got, want)
		}
	})
}

func TestRefusalStopsEverybody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(realClock{}, 0, 0)
		l.pause(5 * time.Second)
		l.pause(time.Second) // does not end the longer one
		// The bucket is empty after the pause: no burst, but 30 in the first second.
		if got, want := takeAll(t, l, 30), 6*time.Second; (got - want).Abs() > time.Millisecond {
			t.Errorf("took %s, want %s", got, want)
		}
	})
}

func TestRefusalReachesThoseWhoWaitAlready(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(realClock{}, 1, 1)
		start := time.Now()
		waitOnce(t, l)
		done := make(chan time.Duration, 2)
		for range 2 { // these would go after 1 s and 2 s
			go func() {
				waitOnce(t, l)
				done <- time.Since(start)
			}()
		}
		synctest.Wait()
		announce(l, "1")
		l.pause(10 * time.Second)
		for _, want := range []time.Duration{11 * time.Second, 12 * time.Second} {
			if got := <-done; (got - want).Abs() > time.Millisecond {
				t.Errorf("went after %s, want %s", got, want)
			}
		}
	})
}

func TestLimiterGivesUnusedTokensBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(realClock{}, 1, 1)
		waitOnce(t, l)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		for range 10 {
			if _, err := l.wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("got %v", err)
			}
		}
		if got, want := takeAll(t, l, 1), 900*time.Millisecond; (got - want).Abs() > time.Millisecond {
			t.Errorf("took %s, want %s: the requests that gave up count", got, want)
		}
	})
}

func TestEveryAttemptTakesAToken(t *testing.T) {
	t.Parallel()
	handler := answering(reply(503, `{}`), reply(503, `{}`), reply(200, vmJSON))
	c, clock := serve(t, handler.ServeHTTP, func(o *Options) { o.RequestsPerSecond = 0.01; o.Burst = 1 })
	start := clock.Now()
	if _, err := c.GetVM(t.Context(), testID); err != nil {
		t.Fatal(err)
	}
	if waited := clock.Now().Sub(start); waited < 199*time.Second {
		t.Errorf("three attempts at one in 100 s took %s", waited)
	}
}

func TestClientFollowsTheAnnouncedTier(t *testing.T) {
	t.Parallel()
	handler := answering(reply(200, vmJSON, "X-RateLimit-Limit: 100"))
	c, _ := serve(t, handler.ServeHTTP)
	if _, err := c.GetVM(t.Context(), testID); err != nil {
		t.Fatal(err)
	}
	if got := c.limiter.own.rate; got != 100 {
		t.Errorf("the rate is %v, want 100", got)
	}
}

// One pause is told once, however many requests it stops, and a short one not at all.
func TestPauseIsToldOnce(t *testing.T) {
	t.Parallel()
	l := newLimiter(newFakeClock(), 0, 0)
	for _, step := range []struct{ pause, told time.Duration }{
		{500 * time.Millisecond, 0},
		{time.Second, 0}, // half of it is new
		{5 * time.Second, 5 * time.Second},
		{5 * time.Second, 0},
		{time.Second, 0},
		{7 * time.Second, 7 * time.Second},
	} {
		if got := l.pause(step.pause).pause; got != step.told {
			t.Errorf("a pause of %s: told %s, want %s", step.pause, got, step.told)
		}
	}
}

// Others are told of when they take from the rate, once and again when they had been gone for long.
func TestSharingIsToldOnce(t *testing.T) {
	t.Parallel()
	clock := newFakeClock()
	l := newLimiter(clock, 0, 0)
	told := 0
	for _, rest := range []time.Duration{0, time.Second, 30 * time.Second, 2 * time.Minute} {
		clock.now = clock.now.Add(rest)
		for i := range 5 {
			ticket, err := l.wait(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			n := l.answered(ticket, http.Header{"X-Ratelimit-Remaining": {strconv.Itoa(3 + i%2*2)}}, false)
			if n.shared {
				told++
				checkWithin(t, "requests a second", n.rate, 1, 3)
			}
		}
	}
	if told != 2 {
		t.Errorf("told %d times, want 2", told)
	}
}

func TestRefusalByTheServerPausesTheClient(t *testing.T) {
	t.Parallel()
	handler := answering(reply(429, `{}`, "Retry-After: 30"), reply(200, vmJSON))
	c, clock := serve(t, handler.ServeHTTP, func(o *Options) { o.MaxRetries = 0 })
	if _, err := c.GetVM(t.Context(), testID); !errors.Is(err, ErrRateLimited) {
		t.Fatalf("got %v", err)
	}
	start := clock.Now()
	if _, err := c.GetVM(t.Context(), testID); err != nil {
		t.Fatal(err)
	}
	if waited := clock.Now().Sub(start); waited < 30*time.Second {
		t.Errorf("the next request waited %s, want 30 s", waited)
	}
}
