package acctest

import (
	"regexp"
	"testing"
)

// goValue finds what only Go writes: names of its types, failed formats, structs, pointers and lists without commas.
var goValue = regexp.MustCompile(`basetypes\.|types\.[A-Z]|tftypes\.|%!|\[\]string\{|map\[|&\{|<null>|<nil>|Value\(|\b0x[0-9a-f]{6,}|\["[^",\]]*" "`)

// fraction is the framework's own sentence about a fraction where an integer is wanted, which no service can change.
var fraction = regexp.MustCompile(`Value %!s\(\*big\.Float=[^)]*\) is not an integer\.`)

// checkLegible refuses values in diagnostics that only programmers of Go can read.
func checkLegible(t testing.TB, diagnostics []string) {
	t.Helper()
	for _, text := range diagnostics {
		if found := goValue.FindString(fraction.ReplaceAllString(text, "")); found != "" {
			t.Errorf("a Go value, %q, in a diagnostic: %s", found, text)
		}
	}
}
