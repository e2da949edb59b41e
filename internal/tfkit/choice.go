package tfkit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Choice takes one of some texts, as they are written.
func Choice(values ...string) validator.String { return choice(values) }

// ChoiceInAnyCase takes one of some texts, in any case of letters.
func ChoiceInAnyCase(values ...string) validator.String { return choiceInAnyCase{values} }

type choiceInAnyCase struct{ choice }

func (c choiceInAnyCase) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !slices.ContainsFunc(c.choice, func(value string) bool { return strings.EqualFold(value, req.ConfigValue.ValueString()) }) {
		c.choice.ValidateString(ctx, req, resp)
	}
}

type choice []string

var _ validator.String = choice(nil)

func (c choice) Description(context.Context) string { return "must be " + alternatives(c) }

func (c choice) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

func (c choice) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !Known(req.ConfigValue) {
		return
	}
	if problem := ChoiceProblem(req.ConfigValue.ValueString(), c); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid value", req.Path.String()+" "+problem+".")
	}
}

// ChoiceProblem says what is wrong with a text that has to be one of some, or nothing. It goes on from what the
// text is: "protocol …".
func ChoiceProblem(text string, values []string) string {
	if slices.Contains(values, text) {
		return ""
	}
	if i := slices.IndexFunc(values, func(value string) bool { return strings.EqualFold(value, text) }); i >= 0 {
		return fmt.Sprintf("must be %s, got %s: write %s", alternatives(values), quote(text), quote(values[i]))
	}
	return fmt.Sprintf("must be %s, got %s", alternatives(values), quote(text))
}

// alternatives lists texts of which one is to be chosen: "a", "b" or "c".
func alternatives(values []string) string {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = quote(value)
	}
	last := len(quoted) - 1
	if last < 1 {
		return strings.Join(quoted, "")
	}
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}
