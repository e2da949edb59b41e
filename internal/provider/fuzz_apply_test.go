package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

// The API's answers are not what they should be while something is created, updated or deleted. The outcome is a
// diagnostic, or what was planned: an object that is really there, or one that is really gone.
func FuzzApply(f *testing.F) {
	seedMutations(f, func(typ uint8, m acctest.Mutation) {
		f.Add(typ, typ+m.How, m.Answer, m.Node, m.How)
	})
	f.Fuzz(func(t *testing.T, typ, step, answer uint8, node uint16, how uint8) {
		z := newFuzzed(t)
		m := acctest.Mutation{Answer: answer % 12, Node: node, How: how}
		z.apply(z.types[int(typ)%len(z.types)], int(step)%3, &m)
	})
}

// Where no answer is mutated, the fuzz test's own changes work.
func TestFuzzApplyWorks(t *testing.T) {
	for i := range newFuzzed(t).types {
		for step := range 3 {
			z := newFuzzed(t)
			if errs := z.apply(z.types[i], step, nil); len(errs) > 0 {
				t.Errorf("%s, step %d: %s", z.types[i], step, errs)
			}
		}
	}
}

func (f *fuzzed) apply(typeName string, step int, m *acctest.Mutation) []string {
	f.t.Helper()
	w := f.walk()
	o := f.object(typeName)
	o.Name = "fuzz"
	d := newDrift(f.t, f.b)
	d.n = 200 // names that nothing else has
	var p acctest.Planned
	ok := true
	switch step {
	case 0:
		p, ok = d.create(f.b.NewWalk(f.t, ""), f.complete(typeName, o))
	case 1:
		p, ok = d.update(f.b.NewWalk(f.t, ""), o)
	default:
		if holder, ok := holders[typeName]; ok {
			d.destroy(f.object(holder))
		}
		p = f.b.NewWalk(f.t, "").Plan(o, tftypes.NewValue(o.State.Type(), nil))
	}
	if !ok {
		return nil
	}
	if len(p.Errors) > 0 {
		f.t.Fatalf("%s: %s", typeName, p.Errors)
	}
	f.mutated.Set(m)
	after, errs, _ := w.Apply(p)
	f.mutated.Set(nil)
	f.sound(typeName, m.String(), errs)
	if len(errs) > 0 {
		return errs
	}
	clean := f.b.NewWalk(f.t, "")
	if step == 2 {
		if fresh, _, _ := clean.Refresh(o); !fresh.State.IsNull() {
			f.t.Errorf("%s, %s: it is said to be deleted, and is not", typeName, m)
		}
		return nil
	}
	if id := text(w, after, "id"); id == "" || step == 1 && id != text(w, o, "id") {
		f.t.Errorf("%s, %s: the id is %q", typeName, m, id)
	}
	if fresh, errs, _ := clean.Refresh(after); len(errs) > 0 || fresh.State.IsNull() {
		f.t.Errorf("%s, %s: what is in the state is not there: %s", typeName, m, errs)
	}
	return nil
}

// holders are what keeps an object of a type from being deleted.
var holders = map[string]string{
	"raff_ip": "raff_ip_attachment", "raff_volume": "raff_volume_attachment", "raff_security_group": "raff_security_group_attachment",
	"raff_role": "raff_project_member", "raff_vpc": "raff_vm",
}

// complete gives an imported object what an import does not know and a new one needs.
func (f *fuzzed) complete(typeName string, o acctest.Object) acctest.Object {
	f.t.Helper()
	if typeName != "raff_vm" {
		return o
	}
	w := f.b.NewWalk(f.t, "")
	keys := w.Attributes(o.State)["ssh_keys"].Type()
	o.State = w.With(o.State, map[string]tftypes.Value{
		"ssh_keys": tftypes.NewValue(keys, []tftypes.Value{tftypes.NewValue(tftypes.String, acctest.SSHKey)}),
	})
	return o
}

// The API's answers are not what they should be while a data source is read: a diagnostic, or the id that was asked for
// and a state that is known.
func FuzzDataSource(f *testing.F) {
	seedMutations(f, func(typ uint8, m acctest.Mutation) {
		f.Add(typ*2+m.How%2, m.Answer, m.Node, m.How)
	})
	f.Fuzz(func(t *testing.T, source, answer uint8, node uint16, how uint8) {
		z := newFuzzed(t)
		names := slices.Sorted(maps.Keys(z.dataSchemas()))
		z.look(names[int(source)%len(names)], &acctest.Mutation{Answer: answer % 4, Node: node, How: how})
	})
}

// Every data source can be read in the fuzz test, where no answer is mutated.
func TestFuzzDataSourceAsks(t *testing.T) {
	z := newFuzzed(t)
	for name := range z.dataSchemas() {
		if _, errs := z.ask(name, nil); len(errs) > 0 {
			t.Errorf("%s: %s", name, errs)
		}
	}
}

func (f *fuzzed) dataSchemas() map[string]*tfprotov6.Schema {
	f.t.Helper()
	schemas, err := f.walk().Server().GetProviderSchema(f.t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		f.t.Fatal(err)
	}
	return schemas.DataSourceSchemas
}

// questions are what data sources ask for that have no id to ask for, or another one.
func (f *fuzzed) questions(name string) map[string]any {
	project := f.b.Production()
	switch name {
	case "raff_template":
		return map[string]any{"name": "Ubuntu", "version": "24.04"}
	case "raff_vm_plan":
		return map[string]any{"vcpu": 1, "memory_gib": 1}
	case "raff_vm_networks":
		return map[string]any{"vm_id": f.ids["raff_vm"]}
	case "raff_project_member":
		_, id, _ := strings.Cut(f.ids[name], "/")
		return map[string]any{"project_id": project, "id": id}
	case "raff_project_members", "raff_vms", "raff_volumes":
		return map[string]any{"project_id": project}
	}
	if id, ok := f.ids[name]; ok {
		return map[string]any{"id": id}
	}
	return nil
}

// ask reads a data source.
func (f *fuzzed) ask(name string, m *acctest.Mutation) (tftypes.Value, []string) {
	f.t.Helper()
	w := f.walk()
	typ, ok := f.dataSchemas()[name].ValueType().(tftypes.Object)
	if !ok {
		f.t.Fatalf("%s is no object", name)
	}
	values := map[string]tftypes.Value{}
	for attribute, t := range typ.AttributeTypes {
		values[attribute] = tftypes.NewValue(t, nil)
	}
	for attribute, value := range f.questions(name) {
		values[attribute] = tftypes.NewValue(typ.AttributeTypes[attribute], value)
	}
	config, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, values))
	if err != nil {
		f.t.Fatal(err)
	}
	f.mutated.Set(m)
	response, err := w.Server().ReadDataSource(f.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: &config})
	if err != nil {
		f.t.Fatal(err)
	}
	var errs []string
	for _, d := range response.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			errs = append(errs, d.Summary+": "+d.Detail)
		}
	}
	if len(errs) > 0 {
		return tftypes.Value{}, errs
	}
	state, err := response.State.Unmarshal(typ)
	if err != nil {
		f.t.Fatal(err)
	}
	return state, nil
}

func (f *fuzzed) look(name string, m *acctest.Mutation) {
	f.t.Helper()
	state, errs := f.ask(name, m)
	answers := f.mutated.Seen()
	f.sound(name, m.String(), errs)
	if len(errs) > 0 {
		return
	}
	if !state.IsFullyKnown() {
		f.t.Errorf("data.%s, %s: the state is not known: %s", name, m, state)
	}
	asked := f.questions(name)
	id, ok := asked["id"].(string)
	if !ok {
		return
	}
	var attributes map[string]tftypes.Value
	if err := state.As(&attributes); err != nil {
		f.t.Fatal(err)
	}
	var got string
	if err := attributes["id"].As(&got); err != nil || got != id {
		f.t.Errorf("data.%s, %s: the id is %q, asked for was %q", name, m, got, id)
	}
	said, original := mainAnswer(name, id, answers)
	for attribute, value := range attributes {
		none := tftypes.NewValue(value.Type(), nil)
		if _, ok := original[attribute]; ok && said != nil && sameForm("data."+name, attribute) && !says(said, attribute, value, none) {
			f.t.Errorf("data.%s, %s: %s is %s, the answer says %v", name, m, attribute, value, fmt.Sprint(said[attribute]))
		}
	}
}
