package client

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"
)

func TestNoRetriesWhenNoneAreWanted(t *testing.T) {
	t.Parallel()
	handler := answering(reply(429, `{}`))
	c, clock := serve(t, handler.ServeHTTP, func(o *Options) { o.MaxRetries = 0 })
	if _, err := c.GetVM(t.Context(), testID); !errors.Is(err, ErrRateLimited) {
		t.Errorf("got %v", err)
	}
	if checkRequests(t, handler, 1); len(clock.slept()) != 0 {
		t.Errorf("slept %v", clock.slept())
	}
}

// A request over the rate limit has not been carried out: however often that happens, it does not use up the retries.
func TestRefusalsDoNotUseUpTheRetries(t *testing.T) {
	t.Parallel()
	over := reply(429, `{"error":"Rate limit exceeded"}`, "Retry-After: 1")
	answers := slices.Repeat([]func(http.ResponseWriter){over}, 40)
	answers = append(answers, reply(503, `{}`), over, reply(503, `{}`), reply(200, vmJSON))
	handler := answering(answers...)
	c, clock := serve(t, handler.ServeHTTP)
	if _, err := c.GetVM(t.Context(), testID); err != nil {
		t.Error(err)
	}
	checkRequests(t, handler, 44)
	if waited := clock.Now().Sub(newFakeClock().Now()); waited > 90*time.Second {
		t.Errorf("waited %s", waited)
	}
}

// Where the API asks for long pauses, the number of retries counts, and not how long they take.
func TestRefusalsWithLongPauses(t *testing.T) {
	t.Parallel()
	handler := answering(reply(429, `{"error":"Rate limit exceeded"}`, "Retry-After: 110"))
	c, _ := serve(t, handler.ServeHTTP)
	if _, err := c.GetVM(t.Context(), testID); !errors.Is(err, ErrRateLimited) {
		t.Errorf("got %v", err)
	}
	checkRequests(t, handler, 3)
}
