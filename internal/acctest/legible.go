package acctest

import (
	"regexp"
	"strings"
	"testing"
)

// goValue finds what only Go writes: names of its types, failed formats, structs, pointers and lists without commas.
var goValue = regexp.MustCompile(`basetypes\.|types\.[A-Z]|tftypes\.|%!|\[\]string\{|map\[|&\{|<null>|<nil>|Value\(|\b0x[0-9a-f]{6,}|\["[^",\]]*" "`)

// checkLegible refuses values in diagnostics that only programmers of Go can read.
func checkLegible(t testing.TB, diagnostics []string) {
	t.Helper()
	for _, text := range diagnostics {
		if strings.Contains(text, "Value Conversion Error") {
			continue // the framework's own words for a fraction where an integer is wanted, which no service can change
		}
		if found := goValue.FindString(text); found != "" {
			t.Errorf("a Go value, %q, in a diagnostic: %s", found, text)
		}
	}
}
