package fastpath

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// stopPatience is how long a stop waits for actions to end. Once it has ended, nothing that they say reaches Terraform, which
// takes an action that says nothing for one that was done.
const stopPatience = 10 * time.Second

// invocations are the actions under way.
type invocations struct {
	mu       sync.Mutex
	underWay int
	none     chan struct{} // closed when the last one has ended; nil while there is none
}

// begin notes an action, and returns what notes its end.
func (i *invocations) begin() (end func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.underWay == 0 {
		i.none = make(chan struct{})
	}
	i.underWay++
	return func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		if i.underWay--; i.underWay == 0 {
			close(i.none)
			i.none = nil
		}
	}
}

// wait waits until no action is under way, but no longer than ctx and patience allow.
func (i *invocations) wait(ctx context.Context, patience time.Duration) {
	i.mu.Lock()
	none := i.none
	i.mu.Unlock()
	if none == nil {
		return
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-none:
	case <-ctx.Done():
	case <-timer.C:
	}
}

// InvokeAction implements tfprotov6.ActionServer. Where nobody takes its events any more, the action is cancelled, and its
// events are still taken until it has ended: the framework would leave a goroutine behind that wants to send one.
func (s *Server) InvokeAction(ctx context.Context, req *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	ctx, cancel := context.WithCancel(ctx)
	ctx, done := lend(ctx)
	stream, err := s.Framework.InvokeAction(ctx, req)
	if err != nil {
		done()
		cancel()
		return nil, err
	}
	return &tfprotov6.InvokeActionServerStream{Events: func(push func(tfprotov6.InvokeActionEvent) bool) {
		defer s.invocations.begin()()
		defer cancel()
		defer done()
		wanted := true
		for event := range stream.Events {
			if wanted && !push(event) {
				wanted = false
				cancel()
			}
		}
	}}, nil
}

// StopProvider implements tfprotov6.ProviderServer. It waits for the actions, which the stop interrupts.
func (s *Server) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	resp, err := s.Framework.StopProvider(ctx, req)
	s.invocations.wait(ctx, stopPatience)
	return resp, err
}

// ValidateActionConfig implements tfprotov6.ActionServer.
func (s *Server) ValidateActionConfig(ctx context.Context, req *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	ctx, done := lend(ctx)
	defer done()
	return s.Framework.ValidateActionConfig(ctx, req)
}

// PlanAction implements tfprotov6.ActionServer.
func (s *Server) PlanAction(ctx context.Context, req *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	ctx, done := lend(ctx)
	defer done()
	return s.Framework.PlanAction(ctx, req)
}
