package tfkit

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

const (
	// readLag is how long the API's reads are taken to lag behind its writes at most.
	readLag = 5 * time.Second
	// newborn is how long after its creation an object is looked for that patiently.
	newborn = 2 * time.Minute
	// firstPause is the first pause between two looks; each is half as long again.
	firstPause = 200 * time.Millisecond
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

// readAgain is the second look at an object that was not found: one more, or several where it was born
// just now.
func readAgain[T any](ctx context.Context, born time.Time, read func(ctx context.Context) (T, error)) (T, error) {
	if time.Since(born) > newborn {
		return read(ctx)
	}
	var value T
	err := lookRepeatedly(ctx, func() (bool, error) {
		var err error
		value, err = read(ctx)
		return !errors.Is(err, client.ErrNotFound) && !errors.Is(err, ErrEnded), err
	})
	return value, err
}

// lookRepeatedly looks until something is seen, for as long as the API's reads may lag. It returns the last
// look's error.
func lookRepeatedly(ctx context.Context, look func() (bool, error)) error {
	began, pause := time.Now(), firstPause
	for {
		seen, err := look()
		if seen || ctx.Err() != nil || time.Since(began)+pause > readLag {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		pause += pause / 2
	}
}

// bornKey is where the private state of an object has when it was created.
const bornKey = "born"

func bornAt(ctx context.Context, from private, diags *diag.Diagnostics) time.Time {
	data, problems := from.GetKey(ctx, bornKey)
	diags.Append(problems...)
	text, err := strconv.Unquote(string(data))
	if err != nil {
		return time.Time{}
	}
	born, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return born
}

func rememberBirth(ctx context.Context, to privateWriter, diags *diag.Diagnostics) {
	diags.Append(to.SetKey(ctx, bornKey, []byte(strconv.Quote(time.Now().UTC().Format(time.RFC3339))))...)
}
