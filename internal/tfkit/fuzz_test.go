package tfkit_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// One number has one text.
func FuzzParseIntegerID(f *testing.F) {
	for _, id := range []string{"7", "007", "+7", "-7", "0", "", "7.0", "9223372036854775807", "9223372036854775808", "７"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		n, err := tfkit.ParseIntegerID(types.StringValue(id))
		if err == nil && (n < 1 || strconv.FormatInt(n, 10) != id) {
			t.Errorf("%q is %d", id, n)
		}
	})
}

// Texts that mean the same do so both ways, and a text always means the same as itself.
func FuzzEquivalence(f *testing.F) {
	for _, pair := range [][2]string{
		{"ssh-ed25519 AAAA x", "ssh-ed25519  AAAA"},
		{"A@b", "a@B"},
		{"2030-01-01T00:00:00Z", "2030-01-01T01:00:00+01:00"},
		{"::1", "0:0::1"},
		{"::ffff:10.0.0.1", "10.0.0.1"},
		{"", " "},
		{"\xff", "\xff"},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := types.StringValue(a), types.StringValue(b)
		for _, e := range []tfkit.Equivalence{tfkit.SSHKeyText, tfkit.EmailText, tfkit.TimeText, tfkit.AddressText} {
			same := e.Same(x, y)
			if same != e.Same(y, x) || !e.Same(x, x) {
				t.Errorf("%q and %q: %v", a, b, same)
			}
			if kept := e.Keep(x, b); same && kept != x || !same && kept != y {
				t.Errorf("%q and %q: kept %s", a, b, kept)
			}
		}
		if strings.EqualFold(a, b) && !tfkit.EmailText.Same(x, y) {
			t.Errorf("%q and %q are not the same address", a, b)
		}
	})
}
