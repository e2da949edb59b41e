package tfkit

import "context"

type rehearsalKey struct{}

// Rehearse returns a context for a call whose outcome counts only where it is that nothing is to be done or said. Otherwise
// the call is made again: what is remembered of it must not change what the next one says.
func Rehearse(ctx context.Context) context.Context {
	return context.WithValue(ctx, rehearsalKey{}, true)
}

// rehearsing tells whether a call is only a rehearsal.
func rehearsing(ctx context.Context) bool { return ctx.Value(rehearsalKey{}) != nil }

// PlannedKeys are the keys of private data that a plan of an object writes.
var PlannedKeys = []string{plannedKey, staysKey}
