package framework_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

func TestEquivalence(t *testing.T) {
	const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINMPywB6wxoHGe2HFXAKQfZMgC/tvsQ6ZeFVOv4OYp3B"
	for name, test := range map[string]struct {
		kind framework.Equivalence
		a, b string
		same bool
	}{
		"key and itself":            {framework.SSHKeyText, key, key, true},
		"comment":                   {framework.SSHKeyText, key + " me@here", key + " you@there", true},
		"spaces":                    {framework.SSHKeyText, "  " + key + "\n", key, true},
		"other key":                 {framework.SSHKeyText, key, key[:len(key)-1] + "A", false},
		"other algorithm":           {framework.SSHKeyText, key, "ssh-rsa" + key[len("ssh-ed25519"):], false},
		"no keys":                   {framework.SSHKeyText, "", "a", false},
		"letter case of an address": {framework.EmailText, "Ann@Example.com", "ann@example.com", true},
		"other address":             {framework.EmailText, "ann@example.com", "bob@example.com", false},
		"time zone":                 {framework.TimeText, "2026-03-01T00:00:00+01:00", "2026-02-28T23:00:00Z", true},
		"fraction":                  {framework.TimeText, "2026-03-01T00:00:00.000Z", "2026-03-01T00:00:00Z", true},
		"other moment":              {framework.TimeText, "2026-03-01T00:00:00Z", "2026-03-01T00:00:01Z", false},
		"no times":                  {framework.TimeText, "soon", "soon", true},
		"a time and no time":        {framework.TimeText, "soon", "2026-03-01T00:00:00Z", false},
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
		if framework.EmailText.Same(nothing, nothing) || framework.EmailText.Keep(nothing, "a").ValueString() != "a" {
			t.Errorf("%s counts as text", nothing)
		}
	}
}
