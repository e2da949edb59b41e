package tfkit_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func answer(status int) error {
	return &client.Error{Method: http.MethodDelete, Path: "/x", Status: status, Message: "said so"}
}

var errCameBack = &client.UnexpectedStateError{Subject: "VM 1", LastState: "failure", Target: []string{client.StateGone}}

func TestDeleteWhenFree(t *testing.T) {
	t.Parallel()
	unexpected := &client.UnexpectedStateError{Target: []string{"active"}}
	none := func(context.Context) []string { return nil }
	for name, test := range map[string]struct {
		answers []error
		fails   error // what its error has to be; nil: none
	}{
		"at once":               {answers: []error{nil}},
		"gone already":          {answers: []error{answer(404), answer(404)}, fails: client.ErrNotFound},
		"there after all":       {answers: []error{answer(404), nil}},
		"in use for a while":    {answers: []error{answer(409), answer(409), nil}},
		"gone while in use":     {answers: []error{answer(409), answer(404), answer(404)}, fails: client.ErrNotFound},
		"refused for good":      {answers: []error{answer(403)}, fails: client.ErrForbidden},
		"refused after a while": {answers: []error{answer(409), answer(402)}, fails: client.ErrPaymentRequired},
		"its deletion failed":   {answers: []error{errCameBack, nil}},
		"another state":         {answers: []error{unexpected}, fails: unexpected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			err := tfkit.DeleteWhenFree(t.Context(), func(context.Context) error {
				calls++
				return test.answers[calls-1]
			}, none)
			if !errors.Is(err, test.fails) || calls != len(test.answers) {
				t.Errorf("%d calls, error %v", calls, err)
			}
		})
	}
}

// When the time is over the error names what is in the way, and is no timeout: waiting longer would
// not help.
func TestDeleteWhenFreeNamesBlockers(t *testing.T) {
	for _, blockers := range [][]string{nil, {`VM "web" (1)`, `VM "db" (2)`}} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		err := tfkit.DeleteWhenFree(ctx, func(context.Context) error { return answer(409) }, func(ctx context.Context) []string {
			if ctx.Err() != nil {
				t.Error("the context has ended")
			}
			return blockers
		})
		cancel()
		if !errors.Is(err, client.ErrConflict) || errors.Is(err, context.DeadlineExceeded) ||
			!strings.Contains(err.Error(), "in use") || !strings.Contains(err.Error(), strings.Join(blockers, ", ")) {
			t.Errorf("got %v", err)
		}
	}
}

// When the time is over, what was waited for last is what the error tells.
func TestDeleteWhenFreeTellsWhatItWaitedFor(t *testing.T) {
	for name, test := range map[string]struct {
		errs []error
		want string
	}{
		"the deletion":       {[]error{&client.TimeoutError{Subject: "VM 1", LastState: "finalizing", Err: context.DeadlineExceeded}}, `the last state seen was "finalizing"`},
		"after a refusal":    {[]error{answer(409), &client.TimeoutError{Subject: "VM 1", LastState: "finalizing", Err: context.DeadlineExceeded}}, `the last state seen was "finalizing"`},
		"a busy one":         {[]error{answer(409), context.DeadlineExceeded}, "still busy or in use"},
		"a failing deletion": {[]error{errCameBack, context.DeadlineExceeded}, "its deletion failed"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
		calls := 0
		err := tfkit.DeleteWhenFree(ctx, func(ctx context.Context) error {
			if calls++; calls < len(test.errs) {
				return test.errs[calls-1]
			}
			<-ctx.Done()
			return test.errs[len(test.errs)-1]
		}, func(context.Context) []string { return nil })
		cancel()
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// An interrupt is an interrupt.
func TestDeleteWhenFreeInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	err := tfkit.DeleteWhenFree(ctx, func(context.Context) error {
		cancel()
		return answer(409)
	}, func(context.Context) []string { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
