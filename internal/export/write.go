package export

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// writer turns an account into a configuration.
type writer struct {
	provider  *protocol.Provider
	options   Options
	defaults  map[string]tftypes.Value // by type and attribute
	all       []*Object                // whatever was read
	objects   []*Object                // those that are written
	unwritten []Unwritten
	keys      []*Object        // API keys, written or not
	members   map[*Object]bool // keys that are members of the account
	referents referents
	labels    map[*Object]string
	earlier   map[string]string // labels of earlier runs, by type and id
	layout    *layout
	secrets   []Secret
	// variables are the arguments of the modules, by module and name.
	variables map[variable]argument
	modules   map[string]string // by project
}

// variable is a variable of a module.
type variable struct{ module, name string }

// argument is what a variable of a module gets.
type argument struct {
	expression  string
	declaration []string
}

// Write turns the objects that are selected into files. It sends no request.
func Write(ctx context.Context, p *protocol.Provider, a Account, o Options) (Files, error) {
	defaults, err := provider.Defaults(ctx)
	if err != nil {
		return Files{}, err
	}
	before, err := readExisting(o.Existing)
	if err != nil {
		return Files{}, err
	}
	w := &writer{
		provider: p, options: o, defaults: defaults, labels: map[*Object]string{}, earlier: before.labels,
		layout: newLayout(), variables: map[variable]argument{},
	}
	for i := range a.Objects {
		object := &a.Objects[i]
		if p.Schema(object.Type) == nil {
			return Files{}, fmt.Errorf("%s is no type of resource", object.Type)
		}
		w.all = append(w.all, object)
		if object.Type == raffAPIKey {
			w.keys = append(w.keys, object)
		}
	}
	for _, object := range w.all {
		if object.Selected && object.Platform == "" {
			w.choose(object)
		}
	}
	slices.SortStableFunc(w.objects, func(a, b *Object) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Type), slices.Index(order, b.Type)), cmp.Compare(idOf(a), idOf(b)))
	})
	w.referents = newReferents(w.all)
	w.members = w.keysOfMembers()
	w.nameModules()
	w.label()
	for _, object := range w.objects {
		w.write(object)
	}
	w.writeModules()
	w.writeFrame()
	labels := map[string]string{}
	for object, name := range w.labels {
		labels[labelKey(object.Type, idOf(object))] = name
	}
	files, err := w.layout.files(before, labels, w.secrets)
	files.Unwritten = w.unwritten
	return files, err
}

// choose has an object be written, or says why it cannot be.
func (w *writer) choose(o *Object) {
	reason := ""
	for _, a := range w.provider.Schema(o.Type).Block.Attributes {
		if a.Required && valueOf(o, a.Name).IsNull() {
			reason = "The API does not say the " + a.Name
		}
	}
	if isMember := o.Type == raffMember || o.Type == raffProjectMember; isMember && held(o, named(o)) == "" && w.keyOf(o) == nil {
		reason = "The API does not say who or which key it is"
	}
	if reason == "" {
		w.objects = append(w.objects, o)
		return
	}
	w.unwritten = append(w.unwritten, Unwritten{o.Type, fmt.Sprintf("%s, so that %s is not written.", reason, idOf(o))})
}

// covered takes what could not be written out of what was.
func covered(all []Coverage, unwritten []Unwritten) []Coverage {
	all = slices.Clone(all)
	for _, u := range unwritten {
		at := slices.IndexFunc(all, func(c Coverage) bool { return c.Type == u.Type })
		if at < 0 {
			at = len(all)
			all = append(all, Coverage{Type: u.Type})
		}
		c := &all[at]
		c.Written, c.Skipped, c.Hole = max(c.Written-1, 0), c.Skipped+1, true
		c.Reasons = slices.Sorted(slices.Values(append(slices.Clone(c.Reasons), u.Reason)))
	}
	return all
}

// write writes the block of an object, and the one that imports it.
func (w *writer) write(o *Object) {
	module, name := w.module(o), w.labels[o]
	lines := w.attributes(o)
	at := slices.Index(order, o.Type)
	w.layout.add(place{module, fileOf[o.Type]}, piece{
		rank: at, label: name, address: o.Type + "." + name,
		text: block(fmt.Sprintf("resource %q %q", o.Type, name), lines),
	})
	switch address := w.address(o); o.Address {
	case "":
		w.layout.add(place{"", "imports.tf"}, piece{
			rank: at, label: module + "." + name, address: importAddress(address), text: block("import", []string{"to = " + address, "id = " + quote(o.ID)}),
		})
	case address: // where the state has it
	default:
		w.layout.add(place{"", "moved.tf"}, piece{
			rank: at, label: module + "." + name, text: block("moved", []string{"from = " + o.Address, "to = " + address}),
		})
	}
}

// address is the address of an object as the root module has it.
func (w *writer) address(o *Object) string {
	address := o.Type + "." + w.labels[o]
	if module := w.module(o); module != "" {
		return "module." + module + "." + address
	}
	return address
}

// expression is a value of an attribute, with references in place of what other objects have.
func (w *writer) expression(o *Object, name string, value tftypes.Value) string {
	ref, ok := referenceOf(o.Type, name)
	if !ok {
		return literal(value)
	}
	var elements []tftypes.Value
	if value.As(&elements) == nil {
		texts := make([]string, len(elements))
		for i, element := range elements {
			texts[i] = w.reference(o, ref, element)
		}
		return list(texts, true)
	}
	return w.reference(o, ref, value)
}

// reference is an expression for what an object holds of another one.
func (w *writer) reference(o *Object, ref reference, value tftypes.Value) string {
	text := plain(value)
	target := w.referents.find(o, ref, text)
	switch {
	case target != nil && (w.labels[target] != "" || hasDataSource(target.Type, ref.holds)):
		return w.refer(o, target, ref.holds)
	case target == nil && ref.mayBeGone:
		return literal(value) + " " + comment("Its "+noun(ref.to)+" was not found, and may be gone.")
	case target != nil || ref.holds != "id":
		return literal(value)
	default:
		return w.outside(o, ref.to, text)
	}
}

// refer is an expression for an attribute of another object, in the module of the one that refers to it.
func (w *writer) refer(from, target *Object, holds string) string {
	name, written := w.labels[target]
	if !written {
		return w.readData(from, target, holds)
	}
	here, there := w.module(from), w.module(target)
	expression := target.Type + "." + name + "." + holds
	if here == there {
		return expression
	}
	return w.pass(here, target, name, holds, expression)
}

// pass gives a module what an object of the root module has.
func (w *writer) pass(module string, target *Object, name, holds, expression string) string {
	given := "project_id"
	if target.Type != raffProject {
		given = name + "_" + holds
		if holds == "id" {
			given = name + "_" + noun(target.Type) + "_id"
		}
	}
	for at := (variable{module, given}); ; at.name = "other_" + at.name {
		if before, ok := w.variables[at]; ok && before.expression != expression {
			continue
		}
		w.variables[at] = argument{expression, []string{"type = string"}}
		return "var." + at.name
	}
}

// hasDataSource tells whether a data source has what is held of an object of a type.
func hasDataSource(typeName, holds string) bool {
	return lookups[typeName] != "" && (holds == "id" || typeName == raffSSHKey)
}

// lookups are the attributes by which data sources find what is not written, by type: by what is the same in another
// account where there is such a thing.
var lookups = map[string]string{
	raffProject: "name", raffRole: "slug", raffAPIKey: "id", raffSSHKey: "id", raffVM: "id", raffVPC: "id", raffVolume: "id", raffGroup: "id", raffIP: "id",
}

// readData is an expression for an attribute of an object that is read by a data source.
func (w *writer) readData(from, target *Object, holds string) string {
	name := label(target.Type, w.words(target)...)
	if target.Platform == "" && target.Type != raffProject && target.Type != raffRole {
		first, _, _ := strings.Cut(idOf(target), "-")
		name = label(target.Type, append(w.words(target), first)...)
	}
	by := lookups[target.Type]
	value := held(target, by)
	if value == "" {
		by, value = "id", idOf(target)
	}
	return w.data(from, target, name, by, value, holds)
}

// outside is an expression for the id of an object that was not read.
func (w *writer) outside(from *Object, typeName, id string) string {
	first, _, _ := strings.Cut(id, "-")
	return w.data(from, &Object{Type: typeName, ID: id}, label(typeName, noun(typeName), first), "id", id, "id")
}

// data adds a data source. What is of the account is read by the root module.
func (w *writer) data(from, target *Object, name, by, value, holds string) string {
	module := w.module(from)
	there := module
	if target.Type == raffProject || target.ProjectID == "" && lookups[target.Type] != "id" || target.Type == raffAPIKey || target.Type == raffSSHKey {
		there = ""
	}
	header := fmt.Sprintf("data %q %q", target.Type, name)
	w.layout.add(place{there, "data.tf"}, piece{
		label: header, address: blockAddress("data", target.Type, name), text: block(header, []string{by + " = " + quote(value)}),
	})
	expression := "data." + target.Type + "." + name + "." + holds
	if there == module {
		return expression
	}
	return w.pass(module, target, name, holds, expression)
}

// keysOfMembers are the API keys that are members of the account by an object of its own. The API shows their role at the
// key as well, and refuses to give it twice.
func (w *writer) keysOfMembers() map[*Object]bool {
	found := map[*Object]bool{}
	for _, o := range w.objects {
		if o.Type != raffMember {
			continue
		}
		if key := w.keyOf(o); key != nil {
			found[key] = true
		}
		if key := w.referents.find(o, toKey, held(o, "api_key_id")); key != nil {
			found[key] = true
		}
	}
	return found
}
