package tfkit

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func TestTimeoutsAttribute(t *testing.T) {
	t.Parallel()
	attribute, ok := TimeoutsAttribute(t.Context(), Timeouts{Create: 90 * time.Minute, Delete: 30 * time.Second}).(schema.SingleNestedAttribute)
	if !ok || attribute.MarkdownDescription == "" {
		t.Fatalf("no nested attribute with a description: %v", attribute)
	}
	want := map[string]string{
		"create": "How long a create may take, as a number with a unit: `90s`, `15m` or `1h30m`. Default: `1h30m`.",
		"delete": "How long a destroy may take, as a number with a unit: `90s`, `15m` or `1h30m`. " +
			"A destroy takes the value that the state has, so apply another one first. Default: `30s`.",
	}
	if len(attribute.Attributes) != len(want) {
		t.Errorf("attributes %v", attribute.Attributes)
	}
	for name, text := range want {
		if got := attribute.Attributes[name].GetDescription() + attribute.Attributes[name].GetMarkdownDescription(); got != text && got != text+text {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestShortDuration(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		15 * time.Minute: "15m", 2 * time.Hour: "2h", 90 * time.Minute: "1h30m", 10 * time.Second: "10s", 70 * time.Second: "1m10s",
	} {
		if got := shortDuration(d); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
