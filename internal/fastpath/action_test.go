package fastpath

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// acting is a framework with an action that ends a second after its context, or by itself.
type acting struct {
	Framework

	stop context.CancelFunc
	ends time.Duration // 0: only with its context
	left int           // events that nobody has taken
}

func (a *acting) InvokeAction(ctx context.Context, _ *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	ctx, a.stop = context.WithCancel(ctx)
	return &tfprotov6.InvokeActionServerStream{Events: func(push func(tfprotov6.InvokeActionEvent) bool) {
		if !push(tfprotov6.InvokeActionEvent{Type: tfprotov6.ProgressInvokeActionEventType{Message: "begun"}}) {
			a.left++
		}
		if a.ends == 0 {
			<-ctx.Done()
			time.Sleep(time.Second)
		} else {
			time.Sleep(a.ends)
		}
		if !push(tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{}}) {
			a.left++
		}
	}}, nil
}

func (a *acting) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	if a.stop != nil {
		a.stop()
	}
	return &tfprotov6.StopProviderResponse{}, nil
}

// A stop ends after the last word of the action that it interrupts, but not later than its patience allows.
func TestStopProvider_waitsForActions(t *testing.T) {
	for ends, want := range map[time.Duration]time.Duration{0: time.Second, time.Hour: stopPatience} {
		synctest.Test(t, func(t *testing.T) {
			a := &acting{ends: ends}
			s := Before(a, nil)
			var completed time.Time
			began := time.Now()
			go func() {
				stream, err := s.InvokeAction(t.Context(), &tfprotov6.InvokeActionRequest{})
				if err != nil {
					t.Error(err)
					return
				}
				for event := range stream.Events {
					if _, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
						completed = time.Now()
					}
				}
			}()
			synctest.Wait()
			if _, err := s.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if took := time.Since(began); took != want || (ends == 0) == completed.IsZero() {
				t.Errorf("the stop took %s, want %s; the action ended at %s", took, want, completed)
			}
			time.Sleep(2 * ends)
		})
	}
}

// Where nobody takes its events, an action is cancelled, and its events are taken all the same.
func TestInvokeAction_nobodyListens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &acting{}
		s := Before(a, nil)
		stream, err := s.InvokeAction(t.Context(), &tfprotov6.InvokeActionRequest{})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for range stream.Events {
			break
		}
		if took := time.Since(began); took != time.Second || a.left > 0 {
			t.Errorf("took %s, %d events were not taken", took, a.left)
		}
	})
}

// A stop where no action is under way waits for nothing.
func TestStopProvider_noAction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if _, err := Before(&acting{}, nil).StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil || time.Since(began) > 0 {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}
