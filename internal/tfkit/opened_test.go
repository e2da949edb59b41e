package tfkit_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// What is left open is closed at the end, all at once and in the time that there is.
func TestOpenedClosesWhatIsLeft(t *testing.T) {
	opened := tfkit.NewOpened()
	var closed atomic.Int64
	slow := func(ctx context.Context) error {
		select {
		case <-time.After(200 * time.Millisecond):
			closed.Add(1)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for _, id := range []string{"a", "b", "c", "d", "e", "f"} {
		opened.Add(id, slow)
	}
	opened.Remove("a")
	opened.Add("stuck", func(ctx context.Context) error {
		<-ctx.Done()
		return errors.New("key stuck was not revoked")
	})
	ctx, cancel := context.WithTimeout(t.Context(), 600*time.Millisecond)
	defer cancel()
	if err := opened.Close(ctx); err == nil || !strings.Contains(err.Error(), "stuck") {
		t.Errorf("got %v", err)
	}
	if closed.Load() != 5 {
		t.Errorf("%d were closed, want 5", closed.Load())
	}
	if err := opened.Close(t.Context()); err != nil || closed.Load() != 5 {
		t.Errorf("closed again: %v", err)
	}
}
