package acctest

import (
	"strings"
	"testing"
)

// expectError expects an error that has a text, and none where the text is empty.
func expectError(t *testing.T, what string, err error, text string) {
	t.Helper()
	if (err == nil) != (text == "") || err != nil && !strings.Contains(err.Error(), text) {
		t.Errorf("%s: got %v, want %q", what, err, text)
	}
}
