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

// DeleteWhenFree calls remove until it succeeds or fails with anything but client.ErrConflict, which means
// that something still uses the object: Terraform may be about to take that away as well. Where remove
// finds nothing twice, that is its client.ErrNotFound. When the context's deadline passes first, the error says what blockers
// names. blockers may name nothing, and is called with a context that has not ended.
func DeleteWhenFree(ctx context.Context, remove func(context.Context) error, blockers func(context.Context) []string) error {
	var refused error
	missed := false
	_, err := client.Waiter[struct{}]{
		Pending: []string{stateInUse},
		Target:  []string{client.StateGone},
		Refresh: func(ctx context.Context) (struct{}, string, error) {
			err := remove(ctx)
			switch {
			case err == nil:
				return struct{}{}, client.StateGone, nil
			case errors.Is(err, client.ErrNotFound) && !missed: // it is looked for once more
				missed = true
				return struct{}{}, stateInUse, nil
			case errors.Is(err, client.ErrNotFound):
				return struct{}{}, "", goneError{err}
			case errors.Is(err, client.ErrConflict):
				refused = err
				return struct{}{}, stateInUse, nil
			}
			return struct{}{}, "", err
		},
	}.Wait(ctx)
	var gone goneError
	if errors.As(err, &gone) {
		return gone.error
	}
	if refused == nil || !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	names := blockers(context.WithoutCancel(ctx))
	if len(names) == 0 {
		return fmt.Errorf("it was still in use when the timeout ended: %w", refused)
	}
	return fmt.Errorf("it was still in use by %s when the timeout ended: %w", strings.Join(names, ", "), refused)
}
