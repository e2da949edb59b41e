package fastpath

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// lent is what a context knows, for somebody who keeps contexts for longer than their calls: it forgets when the call
// ends. By itself it never ends.
type lent struct {
	from atomic.Pointer[context.Context]
}

// lend returns a context for one call. It has the values of ctx and ends with ctx. After the call, done ends it and lets
// go of all that ctx holds, whoever still keeps the one that was lent. The framework keeps each of them until the
// provider stops.
func lend(ctx context.Context) (_ context.Context, done func()) {
	l := &lent{}
	l.from.Store(&ctx)
	var lentCtx context.Context
	var cancel context.CancelFunc
	if deadline, ok := ctx.Deadline(); ok {
		lentCtx, cancel = context.WithDeadline(l, deadline)
	} else {
		lentCtx, cancel = context.WithCancel(l)
	}
	stop := context.AfterFunc(ctx, func() {
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) { // the deadline is the lent one's, too
			cancel()
		}
	})
	return lentCtx, func() {
		stop()
		cancel()
		l.from.Store(nil)
	}
}

// Deadline implements context.Context.
func (l *lent) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done implements context.Context.
func (l *lent) Done() <-chan struct{} { return nil }

// Err implements context.Context.
func (l *lent) Err() error { return nil }

// Value implements context.Context.
func (l *lent) Value(key any) any {
	if from := l.from.Load(); from != nil {
		return (*from).Value(key)
	}
	return nil
}
