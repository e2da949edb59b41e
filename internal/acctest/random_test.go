package acctest_test

import (
	"slices"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

// A random account is the same for the same seed. Together they have every type, and what they have can be imported.
func TestRandomAccount(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	var schemas []string
	for seed := range uint64(25) {
		f := acctest.RandomAccount(t, seed)
		if len(f.Made) < 5 {
			t.Errorf("seed %d: %d objects", seed, len(f.Made))
		}
		w := f.NewWalk(t, "")
		for typeName := range w.Schemas {
			schemas = append(schemas, typeName)
		}
		for _, made := range f.Made {
			found[made.Type] = true
			if seed > 2 { // each import takes its time
				continue
			}
			if _, errs := w.Import(made.Type, made.ImportID()); len(errs) > 0 {
				t.Errorf("seed %d: %s %q cannot be imported: %q", seed, made.Type, made.Name, errs)
			}
		}
		if seed < 3 && !slices.Equal(acctest.RandomAccount(t, seed).Made, f.Made) {
			t.Errorf("seed %d: another account the second time", seed)
		}
	}
	for _, typeName := range schemas {
		if !found[typeName] {
			t.Errorf("no account has a %s", typeName)
		}
	}
}
