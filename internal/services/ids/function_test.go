package ids

import (
	"maps"
	"strings"
	"testing"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

const (
	one     = "6f9d1c0e-5a1b-4c7d-9e2f-3b8a7d6c5e4f"
	another = "0c2b7a94-8d3e-4f15-a6b9-1e5d4c3f2a10"
)

func form(t testing.TB, typeName string) tfkit.IDForm {
	t.Helper()
	f, problem := formOf(typeName)
	if problem != nil {
		t.Fatal(problem)
	}
	return f
}

// Of every type, what was built is taken apart into the same parts, and the other way round, with a project and without.
func TestSplitAndBuild(t *testing.T) {
	for _, name := range tfkit.TypesWithIDs() {
		f := form(t, name)
		ids := []string{f.Example()}
		if !f.Account {
			ids = append(ids, another+"/"+f.Example())
		}
		for _, id := range ids {
			parts, err := split(f, id)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if back, err := build(f, parts); err != nil || back != id {
				t.Errorf("%s: %q was taken apart into %v, and built to %q, %v", name, id, parts, back, err)
			}
		}
	}
}

func TestSplit_parts(t *testing.T) {
	for id, want := range map[string]map[string]string{
		one + ":3:" + another:                  {"vm_id": one, "nic_id": "3", "security_group_id": another},
		another + "/" + one + ":3:" + another:  {"project_id": another, "vm_id": one, "nic_id": "3", "security_group_id": another},
		strings.ToUpper(one) + ":0:" + another: {"vm_id": one, "nic_id": "0", "security_group_id": another},
	} {
		if got, err := split(form(t, "raff_security_group_attachment"), id); err != nil || !maps.Equal(got, want) {
			t.Errorf("%q: %v, %v", id, got, err)
		}
	}
}

func TestBuild_refused(t *testing.T) {
	for name, test := range map[string]struct {
		typeName string
		parts    map[string]string
		want     string
	}{
		"nothing":                {"raff_vpc_attachment", nil, "<vm_id> is empty. The id of raff_vpc_attachment is built from vm_id, vpc_id, project_id"},
		"one of two":             {"raff_vpc_attachment", map[string]string{"vm_id": one}, "<vpc_id> is empty"},
		"one too many":           {"raff_vpc_attachment", map[string]string{"vm_id": one, "vpc_id": another, "ip": "10.0.0.1"}, `has "ip"`},
		"a name":                 {"raff_vpc_attachment", map[string]string{"vm_id": "web", "vpc_id": another}, `"web" is not a UUID`},
		"a project of a role":    {"raff_role", map[string]string{"id": one, "project_id": another}, `has "project_id"`},
		"an empty project":       {"raff_vm", map[string]string{"id": one, "project_id": ""}, "<project_id> is empty"},
		"a project by its name":  {"raff_vm", map[string]string{"id": one, "project_id": "production"}, `<project_id> is a UUID, got "production"`},
		"an id with a project":   {"raff_vpc_attachment", map[string]string{"vm_id": another + "/" + one, "vpc_id": another}, "is not a UUID"},
		"an id with another one": {"raff_vm_note", map[string]string{"vm_id": one + ":account", "type": "account"}, "is not a UUID"},
	} {
		if id, err := build(form(t, test.typeName), test.parts); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %q, %v", name, id, err)
		}
	}
}

func TestSplit_refused(t *testing.T) {
	_, err := split(form(t, "raff_vpc_attachment"), one)
	if err == nil {
		t.Fatal("half an id was taken")
	}
	for _, part := range []string{"raff_vpc_attachment", "<vm_id>:<vpc_id>", "<vm_id> is a UUID", one + ":" + another, "1 part"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("no %q in %v", part, err)
		}
	}
	if _, problem := formOf("raff_load_balancer"); problem == nil || !strings.Contains(problem.Text, "raff_vpc_attachment") {
		t.Errorf("got %v", problem)
	}
}

// Whatever is taken apart can be built again, and then is the same for good.
func FuzzSplitID(f *testing.F) {
	for n, name := range tfkit.TypesWithIDs() {
		f.Add(n, form(f, name).Example())
		f.Add(n, another+" / "+strings.ToUpper(form(f, name).Example()))
	}
	f.Add(0, "")
	f.Fuzz(func(t *testing.T, n int, id string) {
		types := tfkit.TypesWithIDs()
		form := form(t, types[(n%len(types)+len(types))%len(types)])
		parts, err := split(form, id)
		if err != nil {
			return
		}
		built, err := build(form, parts)
		if err != nil || !strings.EqualFold(built, strings.Join(strings.Fields(id), "")) {
			t.Fatalf("%q: %v, built %q, %v", id, parts, built, err)
		}
		if again, err := split(form, built); err != nil || !maps.Equal(again, parts) {
			t.Errorf("%q: %v, then %v, %v", id, parts, again, err)
		}
	})
}

// Whatever is built is taken apart into what it was built from.
func FuzzBuildID(f *testing.F) {
	f.Add(19, one, "0", another, "")
	f.Add(11, one, "7", another, another)
	f.Add(15, one, "account", "", "")
	f.Add(16, "4711", "", "", one)
	f.Fuzz(func(t *testing.T, n int, first, second, third, project string) {
		types := tfkit.TypesWithIDs()
		form := form(t, types[(n%len(types)+len(types))%len(types)])
		parts := map[string]string{}
		for i, part := range form.Parts {
			parts[part.Name] = []string{first, second, third}[i]
		}
		if project != "" {
			parts[projectPart] = project
		}
		id, err := build(form, parts)
		if err != nil {
			return
		}
		got, err := split(form, id)
		if err != nil || !maps.EqualFunc(got, parts, strings.EqualFold) {
			t.Errorf("%v was built to %q, which is %v, %v", parts, id, got, err)
		}
	})
}
