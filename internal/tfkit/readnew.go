package tfkit

import (
	"context"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// ReadNew is read for an object that the same apply may have made: the API's reads can lag behind its
// writes, so that a client.ErrNotFound is only believed when it has come a few times, over a second.
func ReadNew[T any](ctx context.Context, read func(ctx context.Context) (T, error)) (T, error) {
	const found = "found"
	var none T
	value, err := client.Waiter[T]{
		Target: []string{found},
		Refresh: func(ctx context.Context) (T, string, error) {
			value, err := read(ctx)
			return value, found, err
		},
	}.Wait(ctx)
	if err != nil {
		return none, err
	}
	return value, nil
}
