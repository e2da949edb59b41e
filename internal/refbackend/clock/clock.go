// Package clock tells the time of a reference backend: the machine's, or one that is set, moved and made faster.
package clock

import (
	"context"
	"math"
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

// Adjustable is a Clock that can be moved forward and made to run faster, slower or not at all.
type Adjustable struct {
	mu      sync.Mutex
	now     time.Time // the clock's time …
	read    time.Time // … at this moment of the machine
	scale   float64
	changed chan struct{} // closed and replaced at each adjustment
}

// New returns a clock that starts at a moment and runs scale times as fast as the machine's. A scale of 0 stands
// still until it is advanced; one that is negative or no number counts as 1.
func New(start time.Time, scale float64) *Adjustable {
	return &Adjustable{now: start, read: time.Now(), scale: soundScale(scale), changed: make(chan struct{})}
}

// Real is the machine's clock.
func Real() *Adjustable { return New(time.Now(), 1) }

// Scaled starts at the machine's current time and runs factor times as fast; a factor that is not positive
// counts as 1.
func Scaled(factor float64) *Adjustable {
	if factor == 0 {
		factor = 1
	}
	return New(time.Now(), factor)
}

// Manual returns a clock that stands at start until it is advanced.
func Manual(start time.Time) *Adjustable { return New(start, 0) }

func soundScale(scale float64) float64 {
	if !(scale >= 0) || math.IsInf(scale, 1) {
		return 1
	}
	return scale
}

// Now returns the clock's current time.
func (c *Adjustable) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tick()
}

// tick brings the clock's time up to date. Starting afresh at each reading keeps the numbers small.
func (c *Adjustable) tick() time.Time {
	machine := time.Now()
	c.now = c.now.Add(scaled(machine.Sub(c.read), c.scale))
	c.read = machine
	return c.now
}

// scaled multiplies a duration; the longest one there is stands for all that are longer.
func scaled(d time.Duration, factor float64) time.Duration {
	product := float64(d) * factor
	if product >= math.MaxInt64 {
		return math.MaxInt64
	}
	return time.Duration(product)
}

// Advance moves the clock forward by d; a d that is not positive does nothing.
func (c *Adjustable) Advance(d time.Duration) {
	if d <= 0 {
		return
	}
	c.adjust(func() { c.now = c.now.Add(d) })
}

// SetScale makes the clock run scale times as fast as the machine's from now on; see New.
func (c *Adjustable) SetScale(scale float64) {
	c.adjust(func() { c.scale = soundScale(scale) })
}

// Scale tells how many times as fast as the machine's the clock runs.
func (c *Adjustable) Scale() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.scale
}

func (c *Adjustable) adjust(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tick()
	change()
	close(c.changed)
	c.changed = make(chan struct{})
}

// Sleep returns once d has passed on the clock, by itself or because it was advanced.
func (c *Adjustable) Sleep(ctx context.Context, d time.Duration) error {
	until := c.Now().Add(d)
	for {
		left, changed := c.until(until)
		if left <= 0 {
			return nil
		}
		timer := time.NewTimer(left)
		select {
		case <-timer.C:
		case <-changed:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		timer.Stop()
	}
}

// until returns how long the machine has to wait for a moment of the clock as it runs now, and what is closed when the
// clock is adjusted.
func (c *Adjustable) until(moment time.Time) (time.Duration, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := moment.Sub(c.tick())
	switch {
	case left <= 0:
		return 0, c.changed
	case c.scale == 0:
		return math.MaxInt64, c.changed
	}
	// At least a little, so that rounding does not make the wait a busy one.
	return max(scaled(left, 1/c.scale), time.Microsecond), c.changed
}
