package clock

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"
)

// epoch is where the clocks of the tests start.
var epoch = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)

func TestManual(t *testing.T) {
	clock := Manual(epoch)
	clock.Advance(-time.Hour)
	if !clock.Now().Equal(epoch) {
		t.Error("the clock ran backwards")
	}
	slept := make(chan error)
	go func() { slept <- clock.Sleep(context.Background(), time.Minute) }()
	for done := false; !done; clock.Advance(time.Second) {
		select {
		case err := <-slept:
			if err != nil || clock.Now().Sub(epoch) < time.Minute {
				t.Errorf("slept until %v: %v", clock.Now(), err)
			}
			done = true
		default:
		}
	}
	if err := clock.Sleep(context.Background(), 0); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := clock.Sleep(ctx, time.Minute); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestScaled(t *testing.T) {
	clock := Scaled(1e6)
	before, started := clock.Now(), time.Now()
	if err := clock.Sleep(context.Background(), time.Hour); err != nil {
		t.Fatal(err)
	}
	if machine, clocked := time.Since(started), clock.Now().Sub(before); machine > 30*time.Second || clocked < 59*time.Minute {
		t.Errorf("an hour took %v and was %v", machine, clocked)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := clock.Sleep(ctx, 1e6*time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	for _, odd := range []float64{0, -1} {
		if d := time.Until(Scaled(odd).Now()); d > time.Second || d < -time.Second {
			t.Errorf("factor %v: off by %v", odd, d)
		}
	}
}

// A clock can be made faster, stopped and moved; who sleeps on it notices.
func TestAdjust(t *testing.T) {
	clock := New(epoch, 0)
	slept := make(chan error)
	go func() { slept <- clock.Sleep(t.Context(), 24*time.Hour) }()
	clock.Advance(time.Hour)
	clock.SetScale(1e6)
	if err := <-slept; err != nil || clock.Now().Sub(epoch) < 24*time.Hour {
		t.Errorf("slept until %v: %v", clock.Now(), err)
	}
	clock.SetScale(0)
	if stopped := clock.Now(); !clock.Now().Equal(stopped) || clock.Scale() != 0 {
		t.Error("a stopped clock runs")
	}
	clock.SetScale(math.NaN())
	if clock.Scale() != 1 {
		t.Errorf("scale %v", clock.Scale())
	}
}
