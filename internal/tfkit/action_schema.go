package tfkit

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// ActionProjectID is the project that an action works in.
func ActionProjectID(noun string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Id of the project that the " + noun + " is in. There is no default project, and the API key needs access to this one.",
		Required:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}

// ActionID is the id of what an action works on. of is what messages call it, and more is the rest of the description.
func ActionID(of, more string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Id of the " + of + more + ".",
		Required:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}

// ActionTimeouts is the attribute that changes how long an action may take.
func ActionTimeouts(ctx context.Context, byDefault time.Duration) schema.Attribute {
	attribute := timeouts.AttributesWithOpts(ctx, timeouts.Opts{InvokeDescription: timeoutText("the action", "", byDefault)})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "How long the action may take. Default: as below."
		return nested
	}
	return attribute
}
