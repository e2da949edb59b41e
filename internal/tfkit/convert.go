package tfkit

import (
	"math/big"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Time returns a time as RFC 3339 in UTC, or null for the zero time.
func Time(t time.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}

// OptionalTime returns a time as RFC 3339 in UTC, or null for nil.
func OptionalTime(t *time.Time) types.String {
	if t == nil {
		return types.StringNull()
	}
	return Time(*t)
}

// StringOrNull returns null for the empty string, which the API uses for "none".
func StringOrNull(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// StringOrUnknown returns unknown for the empty string: what the API will decide.
func StringOrUnknown(s string) types.String {
	if s == "" {
		return types.StringUnknown()
	}
	return types.StringValue(s)
}

// pricePrecision is how exactly Terraform keeps numbers, in bits.
const pricePrecision = 512

// Price returns a price as the decimal number that it was written as, so that it equals the same number in a
// configuration: most decimal fractions have no exact binary form.
func Price(usd float64) types.Number {
	text := strconv.FormatFloat(usd, 'g', -1, 64)
	decimal, _, err := big.ParseFloat(text, 10, pricePrecision, big.ToNearestEven)
	if err != nil { // not a finite number
		return types.NumberNull()
	}
	return types.NumberValue(decimal)
}

// OptionalPrice is Price, or null for nil.
func OptionalPrice(usd *float64) types.Number {
	if usd == nil {
		return types.NumberNull()
	}
	return Price(*usd)
}

// Known tells whether a value is neither null nor unknown.
func Known(v attr.Value) bool {
	return !v.IsNull() && !v.IsUnknown()
}

// TimeOrZero returns the time that t points to, or the zero time for nil, as Candidate wants it.
func TimeOrZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
