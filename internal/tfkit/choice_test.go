package tfkit_test

import (
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func TestChoiceProblem(t *testing.T) {
	for text, want := range map[string]string{
		"TCP":  ``,
		"tcp":  `must be "TCP", "UDP" or "ALL", got "tcp": write "TCP"`,
		"HTTP": `must be "TCP", "UDP" or "ALL", got "HTTP"`,
	} {
		if got := tfkit.ChoiceProblem(text, []string{"TCP", "UDP", "ALL"}); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
