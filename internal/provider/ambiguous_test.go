package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

// lose has the next POST go wrong on its way: its answer is lost after the API has carried it out, or the request
// itself before.
func lose(i *acctest.Intercepted, b *acctest.Backend, committed bool) {
	lost := false
	i.Set(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost || lost {
			return false
		}
		lost = true
		if committed {
			b.ServeHTTP(httptest.NewRecorder(), r)
		}
		connection, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = connection.Close()
		}
		return true
	})
}

// another is a configuration of an object like one that exists, with another name where names are unique.
func another(w *acctest.Walk, o acctest.Object, suffix string) tftypes.Value {
	config := w.Config(o)
	set := func(name, value string) {
		config = w.With(config, map[string]tftypes.Value{name: tftypes.NewValue(tftypes.String, value)})
	}
	switch o.Type {
	case "raff_vm", "raff_project", "raff_security_group":
		set("name", "another-"+suffix)
	case "raff_vpc":
		set("name", "another-"+suffix)
		set("cidr", "10.77."+suffix+".0/24")
	case "raff_role":
		set("slug", "another-"+suffix)
	case "raff_member", "raff_invitation":
		set("email", "another-"+suffix+"@example.com")
	case "raff_project_member":
		set("email", "another-"+suffix+"@example.com")
		config = w.With(config, map[string]tftypes.Value{"api_key_id": tftypes.NewValue(tftypes.String, nil)})
	}
	return config
}

// unique are the types of which only one object can have a name.
func unique(typeName string) bool {
	switch typeName {
	case "raff_vm", "raff_project", "raff_security_group", "raff_vpc", "raff_role", "raff_member", "raff_project_member", "raff_invitation":
		return true
	}
	return false
}

// adopted tells whether a lost object is taken over: one of a unique name in a project. In the account, another
// configuration may have created the same in the same moment.
func adopted(w *acctest.Walk, o acctest.Object) bool {
	return unique(o.Type) && text(w, o, "project_id") != ""
}

// creatable are one object of each type that a POST creates, and that is no attachment.
func creatable(w *acctest.Walk, objects []acctest.Object) []acctest.Object {
	var found []acctest.Object
	seen := map[string]bool{"raff_vm_note": true}
	for _, o := range objects {
		if seen[o.Type] || strings.HasSuffix(o.Type, "_attachment") {
			continue
		}
		seen[o.Type] = true
		found = append(found, o)
	}
	return found
}

// Two equal objects are created, and the answer to the second request is lost, or the request is. There are two
// objects, or there is one error that names what exists and how to import it, and never one for both.
func TestAccEveryResource_lostAnswerOfAnEqualOne(t *testing.T) {
	b, objects := applied(t)
	types := creatable(b.NewWalk(t, ""), objects)
	if len(types) < 13 {
		t.Errorf("testdata/everything.tf has only %d of the types", len(types))
	}
	t.Run("types", func(t *testing.T) {
		for n, o := range types {
			for _, committed := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%v", o.Type, committed), func(t *testing.T) {
					t.Parallel()
					suffix := fmt.Sprint(2 * n)
					if committed {
						suffix = fmt.Sprint(2*n + 1)
					}
					losesAnAnswer(t, b, o, suffix, committed)
				})
			}
		}
	})
}

func losesAnAnswer(t *testing.T, b *acctest.Backend, o acctest.Object, suffix string, committed bool) {
	t.Helper()
	i := b.Intercept(t)
	w := b.NewWalk(t, i.URL)
	config := another(w, o, suffix)
	null := tftypes.NewValue(o.State.Type(), nil)
	var first acctest.Object
	if !unique(o.Type) { // an equal one of the same process
		var errs []string
		if first, errs, _ = w.Apply(w.Plan(acctest.Object{Type: o.Type, Name: "first", State: null}, config)); len(errs) > 0 {
			t.Fatal(errs)
		}
	}
	p := w.Plan(acctest.Object{Type: o.Type, Name: "second", State: null}, config)
	lose(i, b, committed)
	second, errs, _ := w.Apply(p)
	i.Set(nil)
	switch {
	case committed && adopted(w, o):
		if len(errs) > 0 || second.State.IsNull() {
			t.Fatalf("it is not adopted: %q", errs)
		}
	case len(errs) != 1 || !second.State.IsNull():
		t.Fatalf("got %q, want one error and no state", errs)
	case committed && !strings.Contains(errs[0], "terraform import <address of the "+o.Type+">"):
		t.Errorf("the error does not say how to import it: %q", errs)
	case !committed && !strings.Contains(errs[0], "may or may not have been carried out"):
		t.Errorf("the error does not say that nothing is known: %q", errs)
	}
	if !first.State.IsNull() {
		if id := text(w, first, "id"); strings.Contains(strings.Join(errs, " "), "> "+id+"\n") {
			t.Errorf("the error names %s, which this process holds: %q", id, errs)
		}
	}
	if !committed { // applying again does it
		if _, errs, _ := w.Apply(w.Plan(acctest.Object{Type: o.Type, Name: "second", State: null}, config)); len(errs) > 0 {
			t.Errorf("the next apply: %q", errs)
		}
	}
}

// A create that meets its own earlier self names it, with the command that imports it.
func TestAccEveryResource_conflictNamesTheHolder(t *testing.T) {
	b, objects := applied(t)
	w := b.NewWalk(t, "")
	tried := 0
	for _, o := range creatable(w, objects) {
		if !unique(o.Type) || o.Type == "raff_project_member" { // of a key, which the API does not tell from others
			continue
		}
		tried++
		_, errs, _ := w.Apply(w.Plan(acctest.Object{Type: o.Type, Name: "again", State: tftypes.NewValue(o.State.Type(), nil)}, w.Config(o)))
		want := "terraform import <address of the " + o.Type + "> " + text(w, o, "id")
		if len(errs) != 1 || !strings.Contains(errs[0], want) {
			t.Errorf("%s: got %q, want one error with %q", o.Type, errs, want)
		}
	}
	if tried < 7 {
		t.Errorf("only %d types were tried", tried)
	}
}
