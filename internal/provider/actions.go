package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// writeOnlyRefused is how the framework refuses a value of a write-only attribute where it takes the CLI for too old. It
// does so in every action, though each CLI that has actions has write-only attributes as well.
const writeOnlyRefused = "WriteOnly Attribute Not Allowed"

// ValidateActionConfig implements tfprotov6.ActionServer.
func (l *located) ValidateActionConfig(ctx context.Context, req *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	resp, err := l.Framework.ValidateActionConfig(ctx, req)
	if err == nil {
		resp.Diagnostics = slices.DeleteFunc(resp.Diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Summary == writeOnlyRefused })
	}
	return resp, err
}

// PlanAction implements tfprotov6.ActionServer.
func (l *located) PlanAction(ctx context.Context, req *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	resp, err := l.Framework.PlanAction(ctx, req)
	if err == nil {
		l.correct(ctx, resp.Diagnostics, actionSchema(req.ActionType))
	}
	return resp, err
}

// InvokeAction implements tfprotov6.ActionServer.
func (l *located) InvokeAction(ctx context.Context, req *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	stream, err := l.Framework.InvokeAction(ctx, req)
	if err != nil {
		return nil, err
	}
	return &tfprotov6.InvokeActionServerStream{Events: func(push func(tfprotov6.InvokeActionEvent) bool) {
		stream.Events(func(event tfprotov6.InvokeActionEvent) bool {
			if completed, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
				l.correct(context.WithoutCancel(ctx), completed.Diagnostics, actionSchema(req.ActionType))
			}
			return push(event)
		})
	}}, nil
}

func actionSchema(typeName string) func(*tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema {
	return func(s *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema {
		if of := s.ActionSchemas[typeName]; of != nil {
			return of.Schema
		}
		return nil
	}
}
