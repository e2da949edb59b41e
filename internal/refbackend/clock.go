package refbackend

import (
	"context"
	"sync"
	"time"
)

// A Clock is the time of a backend: timestamps, states, rate limits and schedules follow it.
type Clock interface {
	// Now returns the current moment. It never runs backwards.
	Now() time.Time
	// Sleep returns after d of the clock's own time, or with the context's error when that ends first.
	Sleep(ctx context.Context, d time.Duration) error
}

// RealClock is the machine's clock.
func RealClock() Clock { return ScaledClock(1) }

// ScaledClock starts at the machine's current time and runs factor times as fast; a factor that is not positive
// counts as 1.
func ScaledClock(factor float64) Clock {
	if !(factor > 0) {
		factor = 1
	}
	return &scaledClock{start: time.Now(), factor: factor}
}

type scaledClock struct {
	start  time.Time
	factor float64
}

func (c *scaledClock) Now() time.Time {
	return c.start.Add(time.Duration(float64(time.Since(c.start)) * c.factor))
}

func (c *scaledClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(time.Duration(float64(d) / c.factor))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ManualClock stands still until it is advanced by hand.
type ManualClock struct {
	mu    sync.Mutex
	now   time.Time
	moved chan struct{} // closed and replaced at each advance
}

// NewManualClock returns a clock that stands at start.
func NewManualClock(start time.Time) *ManualClock {
	return &ManualClock{now: start, moved: make(chan struct{})}
}

// Now returns the moment that the clock stands at.
func (c *ManualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock forward by d; a d that is not positive does nothing.
func (c *ManualClock) Advance(d time.Duration) {
	if d <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	close(c.moved)
	c.moved = make(chan struct{})
}

// Sleep returns once the clock was advanced by d in all.
func (c *ManualClock) Sleep(ctx context.Context, d time.Duration) error {
	until := c.Now().Add(d)
	for {
		c.mu.Lock()
		reached, moved := !c.now.Before(until), c.moved
		c.mu.Unlock()
		if reached {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
