package tfkit_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func TestIntegerID(t *testing.T) {
	if id := tfkit.IntegerID(4711); id != types.StringValue("4711") {
		t.Errorf("got %s", id)
	}
	for text, want := range map[string]int64{"1": 1, "4711": 4711, "0": 0, "-1": 0, "x": 0, "": 0, "1.5": 0, "99999999999999999999": 0} {
		got, err := tfkit.ParseIntegerID(types.StringValue(text))
		if (err == nil) != (want != 0) || err == nil && got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
}
