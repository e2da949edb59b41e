package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var errBoom = errors.New("boom")

// statesOf returns a refresh that reads one state after the other, and the last again and again.
func statesOf(states ...string) func(context.Context) (int, string, error) {
	n := 0
	return func(context.Context) (int, string, error) {
		state := states[min(n, len(states)-1)]
		n++
		if state == "error" {
			return 0, "", errBoom
		}
		return n, state, nil
	}
}

func TestWaiter(t *testing.T) {
	t.Parallel()
	base := Waiter[int]{
		Subject: "VM x",
		Pending: []string{"booting"},
		Initial: []string{"passive"},
		Target:  []string{"active", "running"},
		Failure: []string{"failure"},
	}
	tests := map[string]struct {
		states []string
		value  int
		sleeps int
		err    string // empty: success
	}{
		"at once":                    {states: []string{"active"}, value: 1},
		"second target":              {states: []string{"running"}, value: 1},
		"after pending":              {states: []string{"booting", "booting", "active"}, value: 3, sleeps: 2},
		"before it shows":            {states: []string{"passive", "passive", "booting", "active"}, value: 4, sleeps: 3},
		"straight from initial":      {states: []string{"passive", "active"}, value: 2, sleeps: 1},
		"fell back to initial":       {states: []string{"booting", "passive"}, value: 2, sleeps: 1, err: `VM x is in the unexpected state "passive" instead of "active" or "running"`},
		"failure":                    {states: []string{"booting", "failure"}, value: 2, sleeps: 1, err: `VM x failed: it is in state "failure" instead of "active" or "running"`},
		"unknown state":              {states: []string{"melting"}, value: 1, err: `unexpected state "melting"`},
		"empty state":                {states: []string{""}, value: 1, err: `unexpected state ""`},
		"error of refresh":           {states: []string{"error"}, err: "boom"},
		"error of refresh, then not": {states: []string{"booting", "error"}, value: 1, sleeps: 1, err: "boom"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := newFakeClock()
			w := base
			w.Clock, w.Refresh = clock, statesOf(test.states...)
			value, err := w.Wait(t.Context())
			if value != test.value {
				t.Errorf("the value is %d, want %d", value, test.value)
			}
			if test.err == "" && err != nil || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Errorf("got %v, want %q", err, test.err)
			}
			if got := len(clock.slept()); got != test.sleeps {
				t.Errorf("slept %d times, want %d", got, test.sleeps)
			}
		})
	}
}

func TestWaiterErrorTypes(t *testing.T) {
	t.Parallel()
	w := Waiter[int]{Target: []string{"a"}, Failure: []string{"f"}, Clock: newFakeClock()}
	w.Refresh = statesOf("f")
	_, err := w.Wait(t.Context())
	var failure *FailureStateError
	if !errors.As(err, &failure) || failure.LastState != "f" {
		t.Errorf("got %v", err)
	}
	w.Refresh = statesOf("u")
	_, err = w.Wait(t.Context())
	var unexpected *UnexpectedStateError
	if !errors.As(err, &unexpected) || unexpected.LastState != "u" || !strings.Contains(err.Error(), "the object") {
		t.Errorf("got %v", err)
	}
}

func TestWaiterIntervals(t *testing.T) {
	t.Parallel()
	clock := newFakeClock()
	states := slices.Repeat([]string{"p"}, 11)
	w := Waiter[int]{Pending: []string{"p"}, Target: []string{"t"}, Clock: clock, Refresh: statesOf(append(states, "t")...)}
	if _, err := w.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := clock.slept()
	want := []time.Duration{
		250 * time.Millisecond, 375 * time.Millisecond, 562500 * time.Microsecond, 843750 * time.Microsecond,
		1265625 * time.Microsecond, 1898437500 * time.Nanosecond, 2847656250 * time.Nanosecond,
		4271484375 * time.Nanosecond, 5 * time.Second, 5 * time.Second, 5 * time.Second,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}

	clock = newFakeClock()
	w.Clock, w.Refresh = clock, statesOf("p", "p", "p", "t")
	w.Interval, w.MaxInterval = time.Second, 2*time.Second
	if _, err := w.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, want := clock.slept(), []time.Duration{time.Second, 1500 * time.Millisecond, 2 * time.Second}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestWaiterEndsWithItsContext(t *testing.T) {
	clock := newFakeClock()
	w := Waiter[int]{Subject: "VM x", Pending: []string{"booting"}, Target: []string{"active"}, Clock: clock}

	t.Run("deadline", func(t *testing.T) {
		ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(time.Hour))
		defer cancel()
		clock.now = time.Now() // the fake clock honours the context's deadline in its own time
		w.Refresh = statesOf("booting")
		value, err := w.Wait(ctx)
		var timeout *TimeoutError
		if !errors.As(err, &timeout) || !errors.Is(err, context.DeadlineExceeded) || timeout.LastState != "booting" {
			t.Fatalf("got %v", err)
		}
		if value == 0 {
			t.Error("what was read last is lost")
		}
		want := `waiting for VM x to become "active" timed out: the last state seen was "booting"`
		if err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	})
	t.Run("cancelled during a poll", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		w.Refresh = func(context.Context) (int, string, error) {
			cancel()
			return 0, "", fmt.Errorf("GET: %w", context.Canceled)
		}
		_, err := w.Wait(ctx)
		var timeout *TimeoutError
		if !errors.As(err, &timeout) || !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
		if want := `was interrupted: nothing was read`; !strings.Contains(err.Error(), want) {
			t.Errorf("got %q, want %q", err, want)
		}
	})
	t.Run("real clock", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		w.Clock, w.Refresh = nil, statesOf("booting")
		if _, err := w.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestRealClock(t *testing.T) {
	t.Parallel()
	var clock realClock
	if since := time.Since(clock.Now()); since < 0 || since > time.Minute {
		t.Errorf("the clock is off by %s", since)
	}
	if err := clock.Sleep(t.Context(), time.Millisecond); err != nil {
		t.Error(err)
	}
	if err := clock.Sleep(t.Context(), -1); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, d := range []time.Duration{0, time.Hour} {
		if err := clock.Sleep(ctx, d); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v", d, err)
		}
	}
}

// The waits of the nouns, each against a server that goes through the states.
func TestNounWaits(t *testing.T) {
	t.Parallel()
	gone := "404"
	vm := func(target ...string) func(context.Context, Reader) (any, error) {
		return func(ctx context.Context, r Reader) (any, error) { return r.WaitForVM(ctx, testID, target...) }
	}
	volume := func(target ...string) func(context.Context, Reader) (any, error) {
		return func(ctx context.Context, r Reader) (any, error) { return r.WaitForVolume(ctx, 7, target...) }
	}
	backup := func(target ...string) func(context.Context, Reader) (any, error) {
		return func(ctx context.Context, r Reader) (any, error) { return r.WaitForBackup(ctx, testID, target...) }
	}
	vmGone := func(ctx context.Context, r Reader) (any, error) { return r.WaitForVMGone(ctx, testID) }
	volumeGone := func(ctx context.Context, r Reader) (any, error) { return r.WaitForVolumeGone(ctx, 7) }
	backupGone := func(ctx context.Context, r Reader) (any, error) { return r.WaitForBackupGone(ctx, testID) }
	tests := map[string]struct {
		wait   func(context.Context, Reader) (any, error)
		states []string
		err    string
	}{
		"VM created":               {vm(), []string{"initiating", "provisioning", "booting", "active"}, ""},
		"VM failed":                {vm(), []string{"initiating", "failure"}, `VM ` + testID + ` failed`},
		"VM failure wanted":        {vm("active", "failure"), []string{"initiating", "failure"}, ""},
		"VM stopped":               {vm("passive"), []string{"active", "finalizing", "passive"}, ""},
		"VM started":               {vm("active"), []string{"passive", "booting", "active"}, ""},
		"VM in either state":       {vm("active", "passive"), []string{"booting", "passive"}, ""},
		"VM stopped by others":     {vm(), []string{"booting", "passive"}, `unexpected state "passive"`},
		"VM in an unknown state":   {vm(), []string{"rebuilding"}, `unexpected state "rebuilding"`},
		"VM gone meanwhile":        {vm(), []string{"booting", gone}, "404 Not Found"},
		"VM deleted":               {vmGone, []string{"active", "finalizing", gone}, ""},
		"failed VM deleted":        {vmGone, []string{"failure", "finalizing", gone}, ""},
		"VM deletion failed":       {vmGone, []string{"active", "finalizing", "failure"}, `unexpected state "failure" instead of "gone"`},
		"VM deletion not begun":    {vmGone, []string{"passive", "passive", "passive", "passive", "passive", "passive"}, `unexpected state "passive"`},
		"VM deleted, unknown":      {vmGone, []string{"haunted"}, `unexpected state "haunted"`},
		"volume created":           {volume(), []string{"creating", "available"}, ""},
		"volume created attached":  {volume("attached"), []string{"creating", "available", "attached"}, ""},
		"volume detached":          {volume(), []string{"attached", "available"}, ""},
		"volume failed":            {volume(), []string{"creating", "failed"}, "volume 7 failed"},
		"volume deleted meanwhile": {volume(), []string{"deleting"}, `unexpected state "deleting"`},
		"volume deleted":           {volumeGone, []string{"available", "deleting", gone}, ""},
		"backup made":              {backup(), []string{"pending", "creating", "ready"}, ""},
		"backup restored":          {backup(), []string{"restoring", "ready"}, ""},
		"backup restoring":         {backup("restoring"), []string{"pending", "restoring"}, ""},
		"backup failed":            {backup(), []string{"pending", "failed"}, "backup " + testID + " failed"},
		"backup deleted":           {backupGone, []string{"ready", gone}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			handler := answering()
			for _, state := range test.states {
				if state == gone {
					handler.answers = append(handler.answers, reply(404, `{"error":"Not Found"}`))
					continue
				}
				id := `"` + testID + `"`
				if strings.Contains(name, "volume") {
					id = "7"
				}
				handler.answers = append(handler.answers, reply(200, full(fmt.Sprintf(`{"data":{"id":%s,"status":%q}}`, id, state))))
			}
			c, _ := serve(t, handler.ServeHTTP)
			_, err := test.wait(t.Context(), c.ReaderIn(testProject))
			if test.err == "" && err != nil || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Errorf("got %v, want %q", err, test.err)
			}
			if got := len(handler.seen()); got != len(test.states) {
				t.Errorf("%d polls, want %d", got, len(test.states))
			}
		})
	}
}

// What was just made may be missing from the first reads; what never appears is not found.
func TestWaiterToleratesNewborns(t *testing.T) {
	notFound := &Error{Method: "GET", Path: "/api/v1/vms/1", Status: 404}
	for misses, want := range map[int]error{0: nil, newbornMisses: nil, newbornMisses + 1: ErrNotFound} {
		polls := 0
		got, err := Waiter[int]{
			Target: []string{"ready"},
			Clock:  newFakeClock(),
			Refresh: func(context.Context) (int, string, error) {
				if polls++; polls <= misses {
					return 0, "", notFound
				}
				return polls, "ready", nil
			},
		}.Wait(t.Context())
		if !errors.Is(err, want) || err == nil && got != misses+1 {
			t.Errorf("missing %d times: got %d, %v", misses, got, err)
		}
	}
	// Once seen, missing means gone.
	polls := 0
	_, err := Waiter[int]{
		Pending: []string{"creating"},
		Target:  []string{"ready"},
		Clock:   newFakeClock(),
		Refresh: func(context.Context) (int, string, error) {
			if polls++; polls > 1 {
				return 0, "", notFound
			}
			return 0, "creating", nil
		},
	}.Wait(t.Context())
	if !errors.Is(err, ErrNotFound) || polls != 2 {
		t.Errorf("gone after %d polls: got %v", polls, err)
	}
}
