package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// importer imports over the protocol, by ids and by identities.
type importer struct {
	t          *testing.T
	w          *acctest.Walk
	identities map[string]*tfprotov6.ResourceIdentitySchema
}

func newImporter(t *testing.T, w *acctest.Walk) *importer {
	t.Helper()
	schemas, err := w.Server().GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return &importer{t, w, schemas.IdentitySchemas}
}

// by imports what a request names, and returns the errors and the id in the state.
func (i *importer) by(req *tfprotov6.ImportResourceStateRequest) (errs []string, id string) {
	i.t.Helper()
	resp, err := i.w.Server().ImportResourceState(i.t.Context(), req)
	if err != nil {
		i.t.Fatal(err)
	}
	for _, d := range resp.Diagnostics {
		errs = append(errs, d.Summary+": "+d.Detail)
	}
	for _, imported := range resp.ImportedResources {
		id = text(i.w, acctest.Object{Type: req.TypeName, State: i.w.Value(req.TypeName, imported.State)}, "id")
	}
	return errs, id
}

// identity imports by an identity. It reports whether the type has its attributes.
func (i *importer) identity(typeName string, values map[string]string) (errs []string, id string, ok bool) {
	i.t.Helper()
	typ := i.identities[typeName].ValueType()
	attributes := nulls(i.t, typ)
	for name, value := range values {
		if _, has := attributes[name]; !has {
			return nil, "", false
		}
		attributes[name] = textValue(value)
	}
	errs, id = i.by(&tfprotov6.ImportResourceStateRequest{
		TypeName: typeName, Identity: &tfprotov6.ResourceIdentityData{IdentityData: dynamic(i.t, tftypes.NewValue(typ, attributes))},
	})
	return errs, id, true
}

// Every resource type has a form of its ids, and no other has one.
func TestImport_everyTypeHasAForm(t *testing.T) {
	w := acctest.NewInProcess(t).NewWalk(t, "")
	types := tfkit.TypesWithIDs()
	for name := range w.Schemas {
		if !slices.Contains(types, name) {
			t.Errorf("%s has no form of its ids", name)
		}
	}
	if len(types) != len(w.Schemas) || !slices.IsSorted(types) {
		t.Errorf("the forms are those of %q", types)
	}
}

// An import id or an identity that can be no object's is refused with words that say what is expected, with an example.
func TestImport_refused(t *testing.T) {
	b := acctest.NewInProcess(t)
	w := b.NewWalk(t, "")
	i := newImporter(t, w)
	asked := len(b.Journal())
	for _, name := range tfkit.TypesWithIDs() {
		form, _ := tfkit.IDFormOf(name)
		for what, id := range wrongIDs(form) {
			errs, _ := i.by(&tfprotov6.ImportResourceStateRequest{TypeName: name, ID: id})
			explained(t, name+", id: "+what, "Invalid import id: ", form, errs)
			errs, _, _ = i.identity(name, map[string]string{"id": id})
			explained(t, name+", identity: "+what, "Invalid import identity: ", form, errs)
		}
		for what, project := range map[string]string{"empty": "", "blank": " ", "a name": "production"} {
			errs, _, ok := i.identity(name, map[string]string{"id": form.Example(), "project_id": project})
			if ok == form.Account {
				t.Errorf("%s: a project in the identity: %v", name, ok)
			}
			if ok {
				explained(t, name+", project_id: "+what, "Invalid import identity: ", form, errs)
			}
		}
		errs, _ := i.by(&tfprotov6.ImportResourceStateRequest{TypeName: name, ID: "production/" + form.Example()})
		explained(t, name+", a project by its name", "Invalid import id: ", form, errs)
	}
	if n := len(b.Journal()) - asked; n > 0 {
		t.Errorf("%d requests", n)
	}
}

// wrongIDs are texts that are no ids of a form.
func wrongIDs(form tfkit.IDForm) map[string]string {
	wrong := map[string]string{
		"empty": "", "blank": " \t", "a name": "web-1", "a part too many": form.Example() + ":1", "an empty part": form.Example() + ":", "a leading zero": "0" + form.Example(),
		"an address": "https://example.com",
	}
	for _, other := range []string{"raff_vm", "raff_volume", "raff_vpc_attachment", "raff_security_group_attachment", "raff_vm_note"} {
		f, _ := tfkit.IDFormOf(other)
		if _, problem := form.Split(f.Example()); problem != "" {
			wrong["that of "+other] = f.Example()
		}
	}
	return wrong
}

// explained holds an error to what it has to say.
func explained(t *testing.T, what, summary string, form tfkit.IDForm, errs []string) {
	t.Helper()
	if len(errs) != 1 {
		t.Errorf("%s: %q", what, errs)
		return
	}
	for _, part := range []string{summary, form.Type, form.Noun, form.Written(), form.Words(), form.Example()} {
		if !strings.Contains(errs[0], part) {
			t.Errorf("%s: no %q in %s", what, part, errs[0])
		}
	}
}

// What names an object is taken: by its id, with its project, and by either identity.
func TestImport_accepted(t *testing.T) {
	b := acctest.New(t)
	ids := b.Furnish(t)
	w := b.NewWalk(t, "")
	i := newImporter(t, w)
	for name, id := range ids {
		id = strings.TrimPrefix(id, b.Production()+"/")
		form, _ := tfkit.IDFormOf(name)
		check := func(what string, errs []string, imported string) {
			if len(errs) > 0 || imported != id {
				t.Errorf("%s, %s: %q, %q", name, what, imported, errs)
			}
		}
		errs, imported := i.by(&tfprotov6.ImportResourceStateRequest{TypeName: name, ID: id})
		check("by id", errs, imported)
		errs, imported, _ = i.identity(name, map[string]string{"id": id})
		check("by identity", errs, imported)
		if form.Account {
			continue
		}
		errs, imported = i.by(&tfprotov6.ImportResourceStateRequest{TypeName: name, ID: b.Production() + "/" + id})
		check("by project and id", errs, imported)
		errs, imported, _ = i.identity(name, map[string]string{"id": id, "project_id": b.Production()})
		check("by an identity with a project", errs, imported)
	}
	if len(ids) != len(w.Schemas) {
		t.Errorf("objects of %d of %d types", len(ids), len(w.Schemas))
	}
}
