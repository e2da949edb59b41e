package refbackend

import (
	"strings"
	"testing"
	"time"
)

// Rate limit per API key: standard 30 requests/s with a burst of 60, which refills over 60 s; high 100 and 200.
func TestRateLimit(t *testing.T) {
	for name, want := range map[string]tier{tierStandard: {30, 60}, tierHigh: {100, 200}} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t, Options{Seed: 1})
			c := b.owner("")
			key, _ := b.state.keyWith(c.key)
			key.Tier = name
			passes := func() int {
				n := 0
				for c.get(vpcsPath).status == 200 {
					n++
				}
				return n
			}
			if n := passes(); n != int(want.burst) {
				t.Errorf("%d at once, want %v", n, want.burst)
			}
			b.clock.Advance(time.Second)
			refilled := int((want.burst - want.perSecond) / 60)
			if n := passes(); n != int(want.perSecond)+refilled {
				t.Errorf("%d a second later, want %v and %d", n, want.perSecond, refilled)
			}
			b.clock.Advance(time.Minute)
			if n := passes(); n != int(want.burst) {
				t.Errorf("%d a minute later, want %v", n, want.burst)
			}
			// A steady client at the rate is never refused.
			b.clock.Advance(time.Second)
			for range 1000 {
				b.clock.Advance(time.Duration(float64(time.Second) / want.perSecond))
				c.get(vpcsPath).want(200)
			}
		})
	}
}

// Over it: 429 with `Retry-After: 1`, the headers of the limit and the service's own words.
func TestRateLimitAnswer(t *testing.T) {
	b := newBackend(t, Options{Seed: 1})
	c := b.owner("")
	first := c.get(vpcsPath).want(200)
	if first.header.Get("X-RateLimit-Limit") != "30" || first.header.Get("X-RateLimit-Remaining") != "59" {
		t.Errorf("headers %v", first.header)
	}
	for range 59 {
		c.get(vpcsPath).want(200)
	}
	over := c.get(vpcsPath).want(429)
	if want := `{"error":"Rate limit exceeded","message":"Maximum 30 requests per second allowed for your tier"}`; strings.TrimSpace(over.text) != want {
		t.Errorf("got %s", over.text)
	}
	for name, want := range map[string]string{"Retry-After": "1", "X-RateLimit-Limit": "30", "X-RateLimit-Remaining": "0"} {
		if got := over.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	// Each key has its own limit, refused keys have none, and neither has the catalogue.
	b.production().get(vpcsPath).want(200)
	for range 100 {
		c.get("/api/v1/public/regions").want(200)
		caller{backend: b, key: "raff_x"}.get(vpcsPath).want(401)
	}
	b.clock.Advance(time.Second)
	c.get(vpcsPath).want(200)
}

func TestRateLimitCanBeSwitchedOff(t *testing.T) {
	b := newBackend(t, Options{NoRateLimit: true})
	for range 300 {
		if h := b.owner("").get(vpcsPath).want(200).header; h.Get("X-RateLimit-Limit") != "" {
			t.Fatalf("headers %v", h)
		}
	}
}
