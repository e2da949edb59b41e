package tfkit

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// idSeparator joins the parts of an id. It is no slash, which separates the project from the id in
// an import.
const idSeparator = ":"

// JoinID makes the id of an object that has none of its own, such as an attachment, from what it
// consists of.
func JoinID(parts ...string) string { return strings.Join(parts, idSeparator) }

// PlannedID is JoinID for parts that may not be known yet.
func PlannedID(parts ...types.String) types.String {
	texts := make([]string, len(parts))
	for i, part := range parts {
		if part.IsUnknown() {
			return types.StringUnknown()
		}
		texts[i] = part.ValueString()
	}
	return types.StringValue(JoinID(texts...))
}
