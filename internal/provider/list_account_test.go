package provider_test

import (
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

// Each of more than 60 odd objects is found by the list of its type, and shown as an import reads it. No list changes anything.
func TestAccList_account60(t *testing.T) {
	f := acctest.Account60(t)
	before := len(f.Mutations())
	w := f.NewWalk(t, "")
	found := map[string]bool{}
	for typeName := range w.Schemas {
		names := map[string]string{}
		for _, listed := range w.List(typeName, nil, 0, true) {
			if len(listed.Errors) > 0 || listed.Name == "" {
				t.Errorf("%s %q: %q", typeName, listed.Name, listed.Errors)
				continue
			}
			id := acctest.Made{Project: listed.Identity["project_id"], ID: listed.Identity["id"]}.ImportID()
			if other, twice := names[listed.Name]; twice && typeName != "raff_snapshot" { // of which two may have one name
				t.Errorf("%s %q is both %s and %s", typeName, listed.Name, other, id)
			}
			names[listed.Name], found[typeName+" "+id] = id, true
			sameAsImport(t, w, typeName, listed)
		}
	}
	for _, made := range f.Made {
		if !found[made.Type+" "+made.ImportID()] {
			t.Errorf("%s %q (%s) is not listed", made.Type, made.Name, made.ImportID())
		}
	}
	if after := f.Mutations()[before:]; len(after) > 0 {
		t.Errorf("lists have sent %v", after)
	}
}
