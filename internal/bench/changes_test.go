package bench

import (
	"strings"
	"testing"
)

// A create and a destroy of a few VMs are measured with the provider and with the floor.
func TestChanges(t *testing.T) {
	b := withCLI(t)
	for _, c := range changeCases() {
		switch {
		case c.name == "create-at-once":
			c.build = emptyScene([]int{2}, nil)
		case c.kind == "destroy":
			c.build = fleetScene(2, 2)
		default:
			continue
		}
		c.runs, c.objects, c.budget = 1, 2, noBudget
		over, err := b.runCase(t.Context(), c)
		if err != nil || len(over) > 0 {
			t.Error(c.name, strings.Join(over, "\n"), err)
		}
	}
}
