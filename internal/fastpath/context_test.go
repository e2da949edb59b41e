package fastpath

import (
	"context"
	"runtime"
	"testing"
	"time"
)

type key struct{}

func TestLend(t *testing.T) {
	parent, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
	ctx, done := lend(parent)
	defer done()
	if got := ctx.Value(key{}); got != "value" {
		t.Errorf("got the value %v", got)
	}
	if ctx.Err() != nil {
		t.Error("it has ended already")
	}
	cancel()
	select {
	case <-ctx.Done():
	case <-time.After(time.Minute):
		t.Fatal("a cancellation does not arrive")
	}
	if ctx.Err() != context.Canceled {
		t.Errorf("it ended with %v", ctx.Err())
	}
}

func TestLend_deadline(t *testing.T) {
	parent, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	ctx, done := lend(parent)
	defer done()
	<-ctx.Done()
	if ctx.Err() != context.DeadlineExceeded {
		t.Errorf("it ended with %v", ctx.Err())
	}
}

// Whoever keeps contexts of calls that are over, as the framework does, keeps nothing else with them, and no goroutine.
func TestLend_letsGo(t *testing.T) {
	const size, calls = 1 << 20, 100
	before := runtime.NumGoroutine()
	var kept []context.Context
	collected := make(chan struct{}, calls)
	for range calls {
		held := make([]byte, size)
		runtime.AddCleanup(&held[0], func(struct{}) { collected <- struct{}{} }, struct{}{})
		ctx, done := lend(context.WithValue(t.Context(), key{}, held))
		child, cancel := context.WithCancel(ctx) // as the framework does
		t.Cleanup(cancel)
		kept = append(kept, child)
		done()
		if child.Err() == nil {
			t.Fatal("what was derived from it has not ended")
		}
	}
	runtime.GC()
	for range calls {
		select {
		case <-collected:
		case <-time.After(time.Minute):
			t.Fatal("what a context held is kept")
		}
	}
	if after := runtime.NumGoroutine(); after > before+10 {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
	runtime.KeepAlive(kept)
}
