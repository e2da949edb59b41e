package apikey

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// timestamp validates a moment in RFC 3339.
type timestamp struct{}

var _ validator.String = timestamp{}

func (timestamp) Description(context.Context) string {
	return "a date and time as of RFC 3339, such as 2027-01-31T12:00:00Z"
}

func (v timestamp) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v timestamp) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := time.Parse(time.RFC3339, req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid time", "Expected "+v.Description(ctx)+".")
	}
}

// lifetime validates how long an ephemeral key lasts.
type lifetime struct{}

var _ validator.String = lifetime{}

func (lifetime) Description(context.Context) string {
	return "a duration of at least one minute, such as 30m or 2h"
}

func (v lifetime) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v lifetime) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	d, err := time.ParseDuration(req.ConfigValue.ValueString())
	if err != nil || d < time.Minute {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid duration", "Expected "+v.Description(ctx)+".")
	}
}
