package tfkit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

const stateInUse = "in use"

// goneError is a client.ErrNotFound that a waiter does not wait on.
type goneError struct{ error }

// DeleteWhenFree calls remove until it succeeds or fails for good. It is tried again after
// client.ErrConflict, which means that the object is busy or something still uses it: Terraform may be
// about to take that away as well. It is also tried again where the object came to rest instead of going.
// Where remove finds nothing twice, that is its client.ErrNotFound. When the context's deadline passes
// first, the error says what blockers names. blockers may name nothing, and is called with a context that
// has not ended.
func DeleteWhenFree(ctx context.Context, remove func(context.Context) error, blockers func(context.Context) []string) error {
	var refused, last error
	missed := false
	_, err := client.Waiter[struct{}]{
		Pending: []string{stateInUse},
		Target:  []string{client.StateGone},
		Refresh: func(ctx context.Context) (struct{}, string, error) {
			last = remove(ctx)
			switch {
			case last == nil:
				return struct{}{}, client.StateGone, nil
			case errors.Is(last, client.ErrNotFound) && !missed: // it is looked for once more
				missed = true
				return struct{}{}, stateInUse, nil
			case errors.Is(last, client.ErrNotFound):
				return struct{}{}, "", goneError{last}
			case errors.Is(last, client.ErrConflict), cameBack(last):
				refused = last
				return struct{}{}, stateInUse, nil
			}
			return struct{}{}, "", last
		},
	}.Wait(ctx)
	var gone goneError
	var waiting *client.TimeoutError
	switch {
	case errors.As(err, &gone):
		return gone.error
	case err == nil || !errors.Is(err, context.DeadlineExceeded):
		return err
	case refused == nil || errors.As(last, &waiting): // what remove was waiting for says more
		return last
	case cameBack(refused):
		return fmt.Errorf("it was asked to go until the timeout ended, and its deletion failed: %w", refused)
	}
	names := blockers(context.WithoutCancel(ctx))
	if len(names) == 0 {
		return fmt.Errorf("it was still busy or in use when the timeout ended: %w", refused)
	}
	return fmt.Errorf("it was still in use by %s when the timeout ended: %w", strings.Join(names, ", "), refused)
}

// cameBack tells whether an object was to go and came to rest instead.
func cameBack(err error) bool {
	var unexpected *client.UnexpectedStateError
	return errors.As(err, &unexpected) && len(unexpected.Target) == 1 && unexpected.Target[0] == client.StateGone
}
