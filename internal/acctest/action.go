package acctest

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
)

// Invoked is what an action has said.
type Invoked struct {
	Progress []string
	Errors   []string
	Warnings []string
	// Completed tells that the provider has said that the action is over. Without that, Terraform takes it for done.
	Completed bool
}

// ActionSchemas are the schemas of the actions, by type.
func (w *Walk) ActionSchemas() map[string]*tfprotov6.ActionSchema {
	w.t.Helper()
	schemas, err := w.server.GetProviderSchema(w.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		w.t.Fatal(err)
	}
	return schemas.ActionSchemas
}

// ActionConfig is the configuration of an action: null attributes, but for some.
func (w *Walk) ActionConfig(typeName string, attributes map[string]tftypes.Value) tftypes.Value {
	w.t.Helper()
	schema := w.ActionSchemas()[typeName]
	if schema == nil {
		w.t.Fatalf("there is no action %s", typeName)
	}
	return protocol.Empty(schema.Schema.ValueType(), attributes)
}

// actions is the provider as far as it has actions.
func (w *Walk) actions() tfprotov6.ActionServer {
	w.t.Helper()
	server, ok := w.server.(tfprotov6.ActionServer)
	if !ok {
		w.t.Fatal("the provider has no actions")
	}
	return server
}

// ValidateAction validates the configuration of an action.
func (w *Walk) ValidateAction(typeName string, attributes map[string]tftypes.Value) (errs, warnings []string) {
	w.t.Helper()
	ctx, cancel := w.limited()
	defer cancel()
	resp, err := w.actions().ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{
		ActionType: typeName, Config: w.Dynamic(w.ActionConfig(typeName, attributes)),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.sorted(resp.Diagnostics)
}

// PlanAction plans an action, as Terraform does once the configuration is valid.
func (w *Walk) PlanAction(typeName string, attributes map[string]tftypes.Value) (errs, warnings []string) {
	w.t.Helper()
	if errs, warnings = w.ValidateAction(typeName, attributes); len(errs) > 0 {
		return errs, warnings
	}
	ctx, cancel := w.limited()
	defer cancel()
	resp, err := w.actions().PlanAction(ctx, &tfprotov6.PlanActionRequest{
		ActionType: typeName, Config: w.Dynamic(w.ActionConfig(typeName, attributes)), ClientCapabilities: &tfprotov6.PlanActionClientCapabilities{},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.sorted(resp.Diagnostics)
}

func (w *Walk) sorted(diagnostics []*tfprotov6.Diagnostic) (errs, warnings []string) {
	w.t.Helper()
	errs, warnings = protocol.Sort(diagnostics)
	checkLegible(w.t, errs)
	checkLegible(w.t, warnings)
	return errs, warnings
}

// InvokeAction invokes an action, and takes what it says until it is over.
func (w *Walk) InvokeAction(typeName string, attributes map[string]tftypes.Value) Invoked {
	w.t.Helper()
	ctx, cancel := w.limited()
	defer cancel()
	return w.InvokeActionIn(ctx, typeName, attributes, func(string) bool { return true })
}

// InvokeActionIn is InvokeAction in a context of its own. heard is told each message, and returns whether anybody listens on.
func (w *Walk) InvokeActionIn(ctx context.Context, typeName string, attributes map[string]tftypes.Value, heard func(text string) bool) Invoked {
	w.t.Helper()
	stream, err := w.actions().InvokeAction(ctx, &tfprotov6.InvokeActionRequest{
		ActionType: typeName, Config: w.Dynamic(w.ActionConfig(typeName, attributes)),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	var said Invoked
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			said.Progress = append(said.Progress, event.Message)
			if !heard(event.Message) {
				return said
			}
		case tfprotov6.CompletedInvokeActionEventType:
			said.Completed = true
			said.Errors, said.Warnings = w.sorted(event.Diagnostics)
		}
	}
	return said
}

// InterruptAction is InvokeAction that Terraform stops, as after an interrupt, once when says so. It returns how long the
// action took to end after that, too.
func (w *Walk) InterruptAction(typeName string, attributes map[string]tftypes.Value, when func() bool) (Invoked, time.Duration) {
	w.t.Helper()
	stopped := make(chan time.Time, 1)
	go func() {
		for !when() && w.Context().Err() == nil {
			select {
			case <-w.Context().Done():
			case <-time.After(time.Millisecond):
			}
		}
		stopped <- time.Now()
		_, _ = w.server.StopProvider(context.WithoutCancel(w.Context()), &tfprotov6.StopProviderRequest{})
	}()
	said := w.InvokeAction(typeName, attributes)
	select {
	case at := <-stopped:
		return said, time.Since(at)
	default:
		w.t.Errorf("%s ended before it was interrupted", typeName)
		return said, 0
	}
}
