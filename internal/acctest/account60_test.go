package acctest_test

import (
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

// The account has at least 60 objects, of all types and in three projects, each of which can be imported.
func TestAccount60(t *testing.T) {
	f := acctest.Account60(t)
	if len(f.Made) < 60 {
		t.Errorf("there are only %d objects", len(f.Made))
	}
	w := f.NewWalk(t, "")
	for typeName := range w.Schemas {
		if f.Count(typeName) == 0 {
			t.Errorf("there is no %s", typeName)
		}
	}
	projects := map[string]bool{}
	for _, made := range f.Made {
		projects[made.Project] = true
		if _, errs := w.Import(made.Type, made.ImportID()); len(errs) > 0 {
			t.Errorf("%s %q cannot be imported: %q", made.Type, made.Name, errs)
		}
	}
	if len(projects) != 4 { // and what belongs to none
		t.Errorf("the objects are in %d projects", len(projects)-1)
	}
}
