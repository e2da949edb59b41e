package tfkit

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// StringSet makes a set of the distinct strings.
func StringSet(values []string) types.Set {
	values = slices.Clone(values)
	slices.Sort(values)
	elements := make([]attr.Value, 0, len(values))
	for _, v := range slices.Compact(values) {
		elements = append(elements, types.StringValue(v))
	}
	return types.SetValueMust(types.StringType, elements)
}

// SetStrings returns the known strings of a set, sorted; none for a null or unknown set.
func SetStrings(set types.Set) []string {
	values := make([]string, 0, len(set.Elements()))
	for _, element := range set.Elements() {
		if s, ok := element.(types.String); ok && Known(s) {
			values = append(values, s.ValueString())
		}
	}
	slices.Sort(values)
	return values
}
