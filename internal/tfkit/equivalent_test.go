package tfkit_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func TestEquivalence(t *testing.T) {
	const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINMPywB6wxoHGe2HFXAKQfZMgC/tvsQ6ZeFVOv4OYp3B"
	for name, test := range map[string]struct {
		kind tfkit.Equivalence
		a, b string
		same bool
	}{
		"key and itself":            {tfkit.SSHKeyText, key, key, true},
		"comment":                   {tfkit.SSHKeyText, key + " me@here", key + " you@there", true},
		"spaces":                    {tfkit.SSHKeyText, "  " + key + "\n", key, true},
		"other key":                 {tfkit.SSHKeyText, key, key[:len(key)-1] + "A", false},
		"other algorithm":           {tfkit.SSHKeyText, key, "ssh-rsa" + key[len("ssh-ed25519"):], false},
		"no keys":                   {tfkit.SSHKeyText, "", "a", false},
		"letter case of an address": {tfkit.EmailText, "Ann@Example.com", "ann@example.com", true},
		"other address":             {tfkit.EmailText, "ann@example.com", "bob@example.com", false},
		"time zone":                 {tfkit.TimeText, "2026-03-01T00:00:00+01:00", "2026-02-28T23:00:00Z", true},
		"fraction":                  {tfkit.TimeText, "2026-03-01T00:00:00.000Z", "2026-03-01T00:00:00Z", true},
		"other moment":              {tfkit.TimeText, "2026-03-01T00:00:00Z", "2026-03-01T00:00:01Z", false},
		"no times":                  {tfkit.TimeText, "soon", "soon", true},
		"a time and no time":        {tfkit.TimeText, "soon", "2026-03-01T00:00:00Z", false},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := types.StringValue(test.a), types.StringValue(test.b)
			if test.kind.Same(a, b) != test.same || test.kind.Same(b, a) != test.same {
				t.Errorf("%q and %q: want same = %v", test.a, test.b, test.same)
			}
			want := b
			if test.same {
				want = a
			}
			if got := test.kind.Keep(a, test.b); !got.Equal(want) {
				t.Errorf("Keep gave %s, want %s", got, want)
			}
			resp := planmodifier.StringResponse{PlanValue: b}
			test.kind.KeepInPlan().PlanModifyString(t.Context(), planmodifier.StringRequest{StateValue: a, PlanValue: b}, &resp)
			if !resp.PlanValue.Equal(want) {
				t.Errorf("the plan has %s, want %s", resp.PlanValue, want)
			}
		})
	}
	for _, nothing := range []types.String{types.StringNull(), types.StringUnknown()} {
		if tfkit.EmailText.Same(nothing, nothing) || tfkit.EmailText.Keep(nothing, "a").ValueString() != "a" {
			t.Errorf("%s counts as text", nothing)
		}
	}
}
