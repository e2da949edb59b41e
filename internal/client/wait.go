package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	defaultInterval    = 250 * time.Millisecond
	defaultMaxInterval = 5 * time.Second
	intervalGrowth     = 1.5

	// newbornMisses is how often something that was just made may be missing before it counts as not found, and something
	// that is being deleted may show no sign of it: lists and reads of a distributed service can lag behind its writes.
	newbornMisses = 5
)

// StateGone is the state of an object that the API no longer finds, for waiters that wait for a deletion.
const StateGone = "gone"

// Waiter polls until something is in a target state.
type Waiter[T any] struct {
	// Subject names what is waited for, for messages: "VM 5ac2…".
	Subject string
	// Pending are the states to wait on, Target those to end on, Failure those that end in a [FailureStateError].
	// Any other state ends in an [UnexpectedStateError].
	Pending, Target, Failure []string
	// Initial are states in which the change has not shown yet. They are waited on like pending ones until a pending
	// state was seen, and are unexpected from then on.
	Initial []string
	// Refresh reads the thing and its state. Its error ends the wait; it has made its own retries. Only [ErrNotFound] is
	// waited on a few times, as long as the thing was never seen: it may be too new.
	Refresh func(ctx context.Context) (value T, state string, err error)
	// Clock measures the intervals; nil means the real one.
	Clock Clock
	// Interval is the first pause between two polls, 0 means 250 ms. It grows by half each time, up to MaxInterval,
	// where 0 means 5 s.
	Interval, MaxInterval time.Duration

	// turn waits until a poll is due, before each, instead of the intervals.
	turn func(ctx context.Context) error
}

// Wait polls at once and then at growing intervals, until a target state or an error. The deadline is the context's.
// The value is what the last successful poll read, in case of an error too.
func (w Waiter[T]) Wait(ctx context.Context) (T, error) {
	clock := w.Clock
	if clock == nil {
		clock = realClock{}
	}
	interval := w.Interval
	if interval <= 0 {
		interval = defaultInterval
	}
	maxInterval := w.MaxInterval
	if maxInterval <= 0 {
		maxInterval = defaultMaxInterval
	}
	var last T
	var lastState string
	initial := w.Initial
	turn, pause := w.turn, clock.Sleep
	if turn == nil {
		turn = func(context.Context) error { return nil }
	} else {
		pause = func(context.Context, time.Duration) error { return nil }
	}
	for misses := 0; ; {
		if err := turn(ctx); err != nil {
			return last, w.timeout(lastState, err)
		}
		value, state, err := w.Refresh(ctx)
		switch {
		case err != nil && ctx.Err() != nil:
			return last, w.timeout(lastState, ctx.Err())
		case errors.Is(err, ErrNotFound) && lastState == "" && misses < newbornMisses:
			misses++
			if err := pause(ctx, interval); err != nil {
				return last, w.timeout(lastState, err)
			}
			continue
		case err != nil:
			return last, err
		}
		last, lastState = value, state
		switch {
		case slices.Contains(w.Target, state):
			return value, nil
		case slices.Contains(w.Failure, state):
			return value, &FailureStateError{Subject: w.Subject, LastState: state, Target: w.Target}
		case slices.Contains(w.Pending, state):
			initial = nil
		case !slices.Contains(initial, state):
			return value, &UnexpectedStateError{Subject: w.Subject, LastState: state, Target: w.Target}
		}
		if err := pause(ctx, interval); err != nil {
			return last, w.timeout(lastState, err)
		}
		interval = min(time.Duration(float64(interval)*intervalGrowth), maxInterval)
	}
}

func (w Waiter[T]) timeout(lastState string, cause error) error {
	return &TimeoutError{Subject: w.Subject, LastState: lastState, Target: w.Target, Err: cause}
}

// FailureStateError ends a wait on a state that means failure.
type FailureStateError struct {
	Subject   string   // what was waited for
	LastState string   // the state of failure
	Target    []string // what would have been success
}

func (e *FailureStateError) Error() string {
	return fmt.Sprintf("%s failed: it is in state %q instead of %s", subject(e.Subject), e.LastState, states(e.Target))
}

// UnexpectedStateError ends a wait on a state that does not lead to a target, or that is not known.
type UnexpectedStateError struct {
	Subject   string
	LastState string
	Target    []string
}

func (e *UnexpectedStateError) Error() string {
	return fmt.Sprintf("%s is in the unexpected state %q instead of %s", subject(e.Subject), e.LastState, states(e.Target))
}

// TimeoutError ends a wait because its context ended, by its deadline or by cancellation.
type TimeoutError struct {
	Subject   string
	LastState string // the last state seen; empty when nothing was read
	Target    []string
	Err       error // the context's error
}

func (e *TimeoutError) Error() string {
	verb := "timed out"
	if errors.Is(e.Err, context.Canceled) {
		verb = "was interrupted"
	}
	last := "nothing was read"
	if e.LastState != "" {
		last = fmt.Sprintf("the last state seen was %q", e.LastState)
	}
	return fmt.Sprintf("waiting for %s to become %s %s: %s", subject(e.Subject), states(e.Target), verb, last)
}

// Unwrap returns the context's error.
func (e *TimeoutError) Unwrap() error { return e.Err }

func subject(name string) string {
	if name == "" {
		return "the object"
	}
	return name
}

// states returns the states as text, for instance: "active" or "passive".
func states(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	return strings.Join(quoted, " or ")
}

// goalBorn is the goal of a wait for an object that was just created; that of a deletion is [StateGone].
const goalBorn = "born"

// stateUnlisted is the state of an object that is to go and was never seen, once a list did not have it.
const stateUnlisted = "not listed"

// lifecycle is how one kind of object is waited for.
type lifecycle[T object] struct {
	id      string
	name    string   // what messages call it
	pending []string // states that lead to others
	stable  []string // states that an object stays in
	failure []string
	// leaves tells that each stable state is on the way to the others, since nothing lies in between.
	leaves bool
	state  func(*T) string
	get    func(ctx context.Context) (*T, error)
	// Those who wait in a project share looks at the list.
	watch *watch[T]
	list  []string
}

// watcher begins a wait that shares its looks, nil where the reader has no project.
func (l lifecycle[T]) watcher(r Reader, goal string) *watcher[T] {
	if !r.scope.limited || !r.scope.valid() {
		return nil
	}
	return l.watch.group(r, l.list).watcher(l.id, goal)
}

// look reads the object: what the shared look has shown, or by itself.
func (l lifecycle[T]) look(ctx context.Context, w *watcher[T]) (*T, string, error) {
	if w != nil && w.object != nil {
		object := *w.object
		return &object, l.state(&object), nil
	}
	object, err := l.get(ctx)
	if err != nil {
		return nil, "", err
	}
	return object, l.state(object), nil
}

// wait waits until the object is in one of the target states, the first stable one when none is given. The
// other stable states are waited on until a change shows. A failed one gives a [FailureStateError] unless
// that is a target. What was waited for has changed, so that copies of it count as old.
func (l lifecycle[T]) wait(ctx context.Context, r Reader, target []string) (*T, error) {
	return l.waitFor(ctx, r, target, l.watcher(r, ""))
}

// born waits until an object that was just created is in its first stable state.
func (l lifecycle[T]) born(ctx context.Context, r Reader) (*T, error) {
	return l.waitFor(ctx, r, nil, l.watcher(r, goalBorn))
}

func (l lifecycle[T]) waitFor(ctx context.Context, r Reader, target []string, shared *watcher[T]) (*T, error) {
	defer changed[T](r)
	if len(target) == 0 {
		target = l.stable[:1]
	}
	w := Waiter[*T]{
		Subject: l.name,
		Pending: without(l.pending, target),
		Target:  target,
		Failure: without(l.failure, target),
		Refresh: func(ctx context.Context) (*T, string, error) { return l.look(ctx, shared) },
		Clock:   r.clock,
	}
	if others := without(l.stable, target); l.leaves {
		w.Pending = append(w.Pending, others...)
	} else {
		w.Initial = others
	}
	return follow(ctx, w, shared)
}

// follow waits, by the looks of the shared watcher where there is one.
func follow[T object](ctx context.Context, w Waiter[*T], shared *watcher[T]) (*T, error) {
	if shared == nil {
		return w.Wait(ctx)
	}
	w.turn = shared.turn
	value, err := w.Wait(ctx)
	if err == nil {
		shared.arrived()
	}
	return value, err
}

// gone waits until the object is no longer found, after a request to delete it was accepted. An object that comes to
// rest again, or has not left its rest after a few looks, gives an [UnexpectedStateError]: its deletion has failed.
//
// An object that was seen before and is missing from a complete list is gone; one that was not seen has to be missing
// from two, since the first may lag behind its creation. listed tells that a list has shown it, which the key reaches.
func (l lifecycle[T]) gone(ctx context.Context, r Reader) (listed bool, err error) {
	defer changed[T](r)
	resting := slices.Concat(l.stable, l.failure)
	began, looks, unlisted := false, 0, false
	shared := l.watcher(r, StateGone)
	w := Waiter[*T]{
		Subject: l.name,
		Pending: slices.Concat(l.pending, resting, []string{stateUnlisted}),
		Target:  []string{StateGone},
		Refresh: func(ctx context.Context) (*T, string, error) {
			if shared != nil && shared.object == nil && !shared.asks() {
				listed = shared.absent && (looks > 0 || unlisted)
				if listed {
					return nil, StateGone, nil
				}
				unlisted = unlisted || shared.absent
				return nil, stateUnlisted, nil
			}
			unlisted = false
			value, state, err := l.look(ctx, shared)
			switch {
			case errors.Is(err, ErrNotFound):
				return nil, StateGone, nil
			case err != nil:
				return value, state, err
			case !slices.Contains(resting, state):
				began = true
			case began || looks >= newbornMisses:
				return value, state, &UnexpectedStateError{Subject: l.name, LastState: state, Target: []string{StateGone}}
			}
			looks++
			return value, state, nil
		},
		Clock: r.clock,
	}
	_, err = follow(ctx, w, shared)
	return listed && err == nil, err
}

// without returns the states that are not in the second list.
func without(all, excluded []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(excluded, s) })
}
