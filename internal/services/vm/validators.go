package vm

import (
	"context"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

const passwordSpecials = "@+-_.,!"

// passwordValidator applies the platform's password rules. Its messages never contain the password.
type passwordValidator struct{}

var _ validator.String = passwordValidator{}

func (passwordValidator) Description(context.Context) string {
	return "at least 12 characters of A-Z, a-z, 0-9 and " + passwordSpecials + ", with 2 upper case letters, 2 digits and 1 special character"
}

func (v passwordValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v passwordValidator) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := passwordProblem(req.ConfigValue.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Weak password",
			"The password "+problem+". It takes "+v.Description(ctx)+".")
	}
}

// passwordProblem says what is wrong with a password, or nothing.
func passwordProblem(password string) string {
	var upper, digits, specials, length int
	for _, c := range password {
		length++
		switch {
		case c >= 'A' && c <= 'Z':
			upper++
		case c >= 'a' && c <= 'z':
		case unicode.IsDigit(c) && c < unicode.MaxASCII:
			digits++
		case strings.ContainsRune(passwordSpecials, c):
			specials++
		default:
			return "has a character that is not allowed"
		}
	}
	switch {
	case length < 12:
		return "is shorter than 12 characters"
	case upper < 2:
		return "has fewer than 2 upper case letters"
	case digits < 2:
		return "has fewer than 2 digits"
	case specials < 1:
		return "has no special character"
	default:
		return ""
	}
}
