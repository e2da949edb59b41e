package acctest_test

import (
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

// There is an object of every type, and it can be imported.
func TestFurnish(t *testing.T) {
	b := acctest.NewInProcess(t)
	ids := b.Furnish(t)
	w := b.NewWalk(t, "")
	for typeName := range w.Schemas {
		if _, errs := w.Import(typeName, ids[typeName]); len(errs) > 0 {
			t.Errorf("%s %q: %s", typeName, ids[typeName], errs)
		}
	}
}
