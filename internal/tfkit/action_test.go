package tfkit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// heard takes messages until the test ends.
type heard struct {
	texts []string
	at    []time.Duration
	began time.Time
}

func (h *heard) take(text string) {
	h.texts, h.at = append(h.texts, text), append(h.at, time.Since(h.began))
}

// Something is said at least every 30 seconds, whatever takes so long.
func TestPerform_saysProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &heard{began: time.Now()}
		err := perform(t.Context(), h.take, func(_ context.Context, p *Progress) error {
			p.Say("Stopping VM %q", "web")
			time.Sleep(90 * time.Second)
			p.Say("Starting it")
			time.Sleep(95 * time.Second)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		last := time.Duration(0)
		for _, at := range append(slices.Clone(h.at), 185*time.Second) {
			if at-last > 30*time.Second {
				t.Errorf("nothing was said between %s and %s: %q", last, at, h.texts)
			}
			last = at
		}
		if h.texts[0] != `Stopping VM "web"` || h.texts[1] != `Stopping VM "web" (20s so far)` || !slices.Contains(h.texts, "Starting it (2m40s so far)") {
			t.Errorf("said %q", h.texts)
		}
	})
}

// Where nobody listens any more, nothing that is said blocks the work, or its end.
func TestPerform_nobodyListens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		nobody := make(chan struct{})
		began := time.Now()
		go func() {
			time.Sleep(50 * time.Second)
			cancel()
		}()
		err := perform(ctx, func(string) { <-nobody }, func(ctx context.Context, p *Progress) error {
			p.Say("One")
			p.Say("Another")
			return ctx.Err()
		})
		if took := time.Since(began); !errors.Is(err, context.Canceled) || took != 50*time.Second+lastWord {
			t.Errorf("ended after %s with %v", took, err)
		}
		close(nobody)
		synctest.Wait()
	})
}

// After the context has ended, nothing is said.
func TestPerform_silentAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
		defer cancel()
		h := &heard{began: time.Now()}
		err := perform(ctx, h.take, func(ctx context.Context, p *Progress) error {
			p.Say("One")
			<-ctx.Done()
			p.Say("Another")
			time.Sleep(time.Minute)
			return ctx.Err()
		})
		if !errors.Is(err, context.DeadlineExceeded) || !slices.Equal(h.texts, []string{"One"}) {
			t.Errorf("said %q, error %v", h.texts, err)
		}
	})
}

func count(in map[string]int) { in["x"]++ }

// A panic is an error of the action, and no end of the provider.
func TestPerform_panic(t *testing.T) {
	var h heard
	err := perform(t.Context(), h.take, func(_ context.Context, p *Progress) error {
		p.Say("One")
		count(nil)
		return nil
	})
	if !errors.Is(err, errPanic) || !strings.Contains(err.Error(), "nil map") {
		t.Errorf("error %v", err)
	}
}

// Each failure says what was begun, and how to invoke the action again.
func TestActionError(t *testing.T) {
	for want, err := range map[string]error{
		"raise invoke in the timeouts":  fmt.Errorf("waiting: %w", context.DeadlineExceeded),
		"The run was interrupted":       fmt.Errorf("waiting: %w", context.Canceled),
		"carried out is unknown":        &client.Error{Ambiguous: true},
		"Top up the account's balance.": &client.Error{Status: 402},
		"Please report this":            errPanic,
		"does not exist":                &client.Error{Status: 404},
		"Terraform does not invoke":     errors.New("anything else"),
	} {
		text := detail("VM", &actionError{"raff_vm_power", err})
		if !strings.Contains(text, want) || !strings.Contains(text, "terraform apply -invoke=action.raff_vm_power.<name>") || strings.Contains(text, "apply again") {
			t.Errorf("%q is not in %q", want, text)
		}
	}
}
