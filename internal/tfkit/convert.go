package tfkit

import (
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
