package tfkit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func TestCompositeID(t *testing.T) {
	t.Parallel()
	id := tfkit.JoinID("vm", "0", "group")
	if id != "vm:0:group" {
		t.Errorf("joined to %q", id)
	}
	parts, err := tfkit.SplitID(id, "vm_id", "nic_id", "security_group_id")
	if want := []string{"vm", "0", "group"}; err != nil || !slices.Equal(parts, want) {
		t.Errorf("split into %v, %v", parts, err)
	}
	for _, id := range []string{"", "vm", "vm:", ":vpc", "vm:vpc:more", ":"} {
		_, err := tfkit.SplitID(id, "vm_id", "vpc_id")
		if err == nil || !strings.Contains(err.Error(), "<vm_id>:<vpc_id>") {
			t.Errorf("%q: %v", id, err)
		}
	}
}
