package tfkit

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// nameLength takes 1 to 64 characters. It names the attribute, and not the element of a set by a value of Go.
type nameLength struct{}

var _ validator.String = nameLength{}

func (nameLength) Description(context.Context) string {
	return "UTF-8 character count must be between 1 and 64"
}

func (v nameLength) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v nameLength) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !Known(req.ConfigValue) {
		return
	}
	if n := utf8.RuneCountInString(req.ConfigValue.ValueString()); n < 1 || n > 64 {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Attribute Value Length",
			fmt.Sprintf("Attribute %s %s, got: %d", req.Path.Steps()[:1], v.Description(ctx), n))
	}
}
