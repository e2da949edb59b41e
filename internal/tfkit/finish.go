package tfkit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// Finish ends a Create whose object exists. err is what became of the rest of the work, most often of
// waiting for it.
//
// Without an error the object is stored as planned. Where only an interrupt has ended the wait, it is
// recorded without an error, which would taint it; what the plan showed as known is in the state then,
// and the next refresh shows what is missing. So it is with an error that is [Left] for the next apply.
// With any other error Terraform taints it.
func (w Writer) Finish(ctx context.Context, kind Kind, m Model, summary string, err error) {
	var left *leftError
	switch {
	case err == nil:
		w.Store(ctx, m)
	case Interrupted(err):
		w.interrupted(ctx)
		w.unfinished(ctx, m, fmt.Sprintf("%s was created, then the run was interrupted: %s.", m.Object(), err))
	case errors.As(err, &left):
		text := fmt.Sprintf("%s was created, but something is left to do: %s.", m.Object(), left.error)
		if next := nextStep(left.error); next != "" {
			text += " " + next
		}
		w.unfinished(ctx, m, text)
	default:
		w.Record(ctx, m)
		w.diags.AddError(summary, detail(m.Object(), Tainted(kind, err)))
	}
}

// Interrupted tells whether work ended because the run was to stop, and for no other reason.
func Interrupted(err error) bool {
	return errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// leftError is why something that an object does not depend on could not be done.
type leftError struct{ error }

func (e *leftError) Unwrap() error { return e.error }

// Left has a Create whose object exists leave to the next apply what has failed with err, nil for nothing: the
// object is not given up for it.
func Left(err error) error {
	if err == nil {
		return nil
	}
	return &leftError{err}
}

// unfinished records an object of which something is left to do; text says why.
func (w Writer) unfinished(ctx context.Context, m Model, text string) {
	if !w.Record(ctx, m) {
		return
	}
	missing := w.bind()
	w.identify(ctx, m)
	text += " It is recorded in the state and not tainted."
	if len(missing) > 0 {
		text += " Not as planned so far: " + strings.Join(missing, "; ") + "."
	}
	w.diags.AddWarning("The object is not finished", text+
		" Apply again to go on: the next plan shows what is still missing, if anything, and its apply does that.")
}

// taintedError is why an object that was created is not as it should be.
type taintedError struct {
	kind Kind
	err  error
}

// Tainted adds to the error of a Create whose object exists what Terraform does about it.
func Tainted(kind Kind, err error) error { return &taintedError{kind, err} }

func (e *taintedError) Error() string { return e.err.Error() }

func (e *taintedError) Unwrap() error { return e.err }

// nextStep says what becomes of the object, and what can be done about it.
func (e *taintedError) nextStep() string {
	text := "The object exists and is kept in the state, and Terraform marks it as tainted: the next apply destroys it and creates another one."
	var failed *client.FailureStateError
	if errors.As(e.err, &failed) { // nobody wants to keep it
		return text
	}
	text += fmt.Sprintf(" To keep this one instead, run terraform untaint <address of the %s> before.", e.kind.Type)
	switch {
	case errors.Is(e.err, context.DeadlineExceeded):
		return "It took longer than its timeout allows, and may still finish. " + text + " To wait longer, raise create in its timeouts attribute."
	case Interrupted(e.err):
		return text
	}
	if more := nextStep(e.err); more != "" {
		text += " " + more
	}
	return text
}
