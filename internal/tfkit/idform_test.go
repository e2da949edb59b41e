package tfkit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

const (
	uuidText  = "6f9d1c0e-5a1b-4c7d-9e2f-3b8a7d6c5e4f"
	otherText = "0c2b7a94-8d3e-4f15-a6b9-1e5d4c3f2a10"
)

func form(t testing.TB, resourceType string) tfkit.IDForm {
	t.Helper()
	f, ok := tfkit.IDFormOf(resourceType)
	if !ok {
		t.Fatalf("there is no form of %s", resourceType)
	}
	return f
}

// The example of a form is of the form, by itself and after its project.
func TestIDForm_example(t *testing.T) {
	for _, name := range tfkit.TypesWithIDs() {
		f := form(t, name)
		parts, problem := f.Split(f.Example())
		if problem != "" || tfkit.JoinID(parts...) != f.Example() {
			t.Errorf("%s: %q, %s", name, parts, problem)
		}
		i, problem := f.ParseImport(f.Example())
		if problem != "" || i != (tfkit.Import{ID: f.Example()}) {
			t.Errorf("%s: %+v, %s", name, i, problem)
		}
		i, problem = f.ParseImport(uuidText + "/" + f.Example())
		if f.Account != (problem != "") || !f.Account && i != (tfkit.Import{ProjectID: uuidText, ID: f.Example()}) {
			t.Errorf("%s with a project: %+v, %s", name, i, problem)
		}
	}
	if _, ok := tfkit.IDFormOf("raff_nothing"); ok {
		t.Error("there is a form of a type that there is not")
	}
}

func TestIDForm_problems(t *testing.T) {
	for name, test := range map[string]struct{ typ, id, want string }{
		"empty":                 {"raff_vm", "", "it is empty"},
		"spaces":                {"raff_vm", " " + uuidText, "spaces around it"},
		"a name":                {"raff_vm", "web-1", `"web-1" is not a UUID`},
		"a number for a UUID":   {"raff_vm", "7", "form of an id of raff_backup_schedule, raff_snapshot, raff_volume or raff_volume_attachment"},
		"a UUID for a number":   {"raff_volume", uuidText, "is not a positive integer"},
		"zero":                  {"raff_volume", "0", "is not a positive integer"},
		"two for one":           {"raff_vm", uuidText + ":" + otherText, "2 parts with colons between them, and the id is one; it has the form of an id of raff_vpc_attachment"},
		"one for two":           {"raff_vpc_attachment", uuidText, "1 part, and the id is made of 2"},
		"an empty part":         {"raff_vpc_attachment", uuidText + ":", "<vpc_id> is empty"},
		"a note of a VPC":       {"raff_vpc_attachment", uuidText + ":account", "form of an id of raff_vm_note"},
		"an interface":          {"raff_security_group_attachment", uuidText + ":eth0:" + otherText, `"eth0" is not the number of an interface`},
		"another kind of note":  {"raff_vm_note", uuidText + ":shared", `"shared" is not "account" or "personal"`},
		"another type's number": {"raff_ip_attachment", "12", "is not a UUID"},
	} {
		if _, problem := form(t, test.typ).Split(test.id); !strings.Contains(problem, test.want) {
			t.Errorf("%s: %q, want %q", name, problem, test.want)
		}
	}
}

func TestIDForm_ParseImport(t *testing.T) {
	for id, want := range map[string]tfkit.Import{
		uuidText:                         {ID: uuidText},
		" " + uuidText + " ":             {ID: uuidText},
		strings.ToUpper(uuidText):        {ID: uuidText},
		otherText + "/" + uuidText:       {ProjectID: otherText, ID: uuidText},
		otherText + " / " + uuidText:     {ProjectID: otherText, ID: uuidText},
		"":                               {},
		" ":                              {},
		"/":                              {},
		uuidText + "/":                   {},
		"/" + uuidText:                   {},
		"production/" + uuidText:         {},
		uuidText + "/" + uuidText + "/x": {},
	} {
		got, problem := form(t, "raff_vm").ParseImport(id)
		if got != want || (problem != "") != (want == tfkit.Import{}) {
			t.Errorf("%q: got %+v, %q", id, got, problem)
		}
	}
}

// What is taken apart has the parts that it is made of, and none is empty.
func FuzzIDForm(f *testing.F) {
	for _, id := range []string{
		uuidText + ":0:" + otherText, uuidText + ":" + otherText, uuidText + ":account", "7", "", ":", "::", "a:b:c:d", "\x00:é:/", uuidText + "/7", " 7 ",
	} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		for _, name := range tfkit.TypesWithIDs() {
			form := form(t, name)
			if parts, problem := form.Split(id); problem == "" && (len(parts) != len(form.Parts) || slices.Contains(parts, "") || tfkit.JoinID(parts...) != id) {
				t.Errorf("%s, %q: %q", name, id, parts)
			}
			i, problem := form.ParseImport(id)
			if problem != "" {
				continue
			}
			if _, problem := form.Split(i.ID); problem != "" || strings.Contains(i.ID+i.ProjectID, "/") {
				t.Errorf("%s, %q: %+v, %s", name, id, i, problem)
			}
		}
	})
}
