package tfkit_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func TestReadNew(t *testing.T) {
	t.Parallel()
	missing := fmt.Errorf("it: %w", client.ErrNotFound)
	other := errors.New("broken")
	for name, test := range map[string]struct {
		answers []error // the last one for ever
		want    error
		reads   int
	}{
		"there":           {[]error{nil}, nil, 1},
		"there after two": {[]error{missing, missing, nil}, nil, 3},
		"not there":       {[]error{missing}, client.ErrNotFound, 6},
		"broken":          {[]error{other}, other, 1},
		"broken later":    {[]error{missing, other}, other, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reads := 0
			value, err := tfkit.ReadNew(t.Context(), func(context.Context) (string, error) {
				answer := test.answers[min(reads, len(test.answers)-1)]
				reads++
				return "value", answer
			})
			if !errors.Is(err, test.want) || (err == nil) != (value == "value") || reads != test.reads {
				t.Errorf("got %q, %v after %d reads; want %v after %d", value, err, reads, test.want, test.reads)
			}
		})
	}
}
