package export

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
)

// readsAtOnce is how many objects of a state are read at the same time: as many as Terraform reads.
const readsAtOnce = 10

// perVM are the types whose lists ask for each VM by itself. No state of the SDKv2 provider has anything of them.
var perVM = []string{"raff_vm_note", "raff_security_group_attachment", "raff_vpc_attachment"}

// FromState reads the objects of a state, upgrades them to the schemas of today and, where there is a key, reads them as they
// are now. The state is kept: what it has needs no import.
//
// The SDKv2 provider had volumes attached, schedules and private networks created by attributes of other objects, which its
// state does not have. They are imported along where there is a key.
func FromState(ctx context.Context, p *protocol.Provider, state io.Reader, o Options) (Account, error) {
	types, err := typesOf(p, o)
	if err != nil {
		return Account{}, err
	}
	names, err := newPatterns(o.Names)
	if err != nil {
		return Account{}, err
	}
	found, foreign, err := readState(state)
	if err != nil {
		return Account{}, fmt.Errorf("cannot read the state: %w", err)
	}
	s := &stateReader{reader: reader{p: p, kinds: map[string]*kind{}, projects: map[string]string{}}, offline: o.Offline}
	s.chosen = o.Projects // unless they are names
	for typeName, addresses := range foreign {
		s.lose(typeName, len(addresses), "the state has it from a provider at another address: "+strings.Join(addresses, ", "))
	}
	s.load(ctx, found)
	var aside []Object
	if !o.Offline {
		if aside, err = s.join(ctx, found, o); err != nil {
			return Account{}, err
		}
	}
	if err := ctx.Err(); err != nil {
		return Account{}, err
	}
	a := s.account(types, names, o)
	a.Objects = append(a.Objects, aside...)
	sortObjects(a.Objects)
	return a, nil
}

// stateReader reads a state, and what of the account goes with it.
type stateReader struct {
	reader
	offline bool
}

// lose notes that objects of the state cannot be written.
func (s *stateReader) lose(typeName string, count int, reason string) {
	s.add(typeName, &kind{lost: count, holes: []string{reason}})
}

// load upgrades the objects of the state, and reads each of them.
func (s *stateReader) load(ctx context.Context, found []instance) {
	slots := make(chan struct{}, readsAtOnce)
	var all sync.WaitGroup
	for _, i := range found {
		slots <- struct{}{}
		all.Go(func() {
			s.loadOne(ctx, i)
			<-slots
		})
	}
	all.Wait()
}

func (s *stateReader) loadOne(ctx context.Context, i instance) {
	switch {
	case s.p.Schema(i.typeName) == nil:
		s.lose(i.typeName, 1, fmt.Sprintf("%s: this provider has no %s; see the guide on moving from the SDKv2 provider", i.address, i.typeName))
		return
	case i.Deposed != "":
		s.lose(i.typeName, 1, i.address+": the state also has an object that a replacement has left behind; apply what the state is of once more first")
		return
	}
	value, diagnostics, err := s.p.Upgrade(ctx, i.typeName, i.SchemaVersion, i.Attributes)
	if err == nil {
		err = protocol.Failed(diagnostics)
	}
	if err != nil {
		s.lose(i.typeName, 1, fmt.Sprintf("%s cannot be upgraded: %s", i.address, err))
		return
	}
	object := protocol.Object{Type: i.typeName, State: value, Private: i.private}
	if !s.offline {
		object, diagnostics, err = s.p.Read(ctx, object)
		if err == nil {
			err = protocol.Failed(diagnostics)
		}
		if err != nil {
			s.lose(i.typeName, 1, fmt.Sprintf("%s cannot be read: %s", i.address, err))
			return
		}
	}
	s.keep(i, object, diagnostics)
}

// keep adds an object of the state that has been read.
func (s *stateReader) keep(i instance, object protocol.Object, diagnostics []*tfprotov6.Diagnostic) {
	if object.State.IsNull() {
		s.add(i.typeName, &kind{lost: 1, notes: []string{i.address + " does not exist any more: the next plan forgets it"}})
		return
	}
	if missing := s.missing(object); len(missing) > 0 {
		s.lose(i.typeName, 1, fmt.Sprintf("%s: the state does not have %s, which the API tells: set an API key", i.address, strings.Join(missing, ", ")))
		return
	}
	_, notes := protocol.Sort(diagnostics)
	if i.Status == "tainted" {
		notes = append(notes, i.address+" is tainted, so that a plan replaces it: \"terraform untaint\" keeps it")
	}
	attributes := protocol.Attributes(object.State)
	project := textOf(attributes["project_id"])
	s.add(i.typeName, &kind{notes: notes, objects: []Object{{
		Type: i.typeName, ID: importID(project, textOf(attributes["id"])), ProjectID: project, Name: nameOf(attributes, i.label),
		State: object.State, Address: i.address, Label: i.label, Private: object.Private,
	}}})
}

// missing are the attributes that a configuration needs and that the object does not have.
func (s *stateReader) missing(object protocol.Object) []string {
	attributes := protocol.Attributes(object.State)
	var missing []string
	for _, a := range s.p.Schema(object.Type).Block.Attributes {
		if a.Required && !a.WriteOnly && attributes[a.Name].IsNull() {
			missing = append(missing, a.Name)
		}
	}
	return missing
}

// nameOf is what people know an object by, or what a state calls it.
func nameOf(attributes map[string]tftypes.Value, label string) string {
	for _, name := range []string{"name", "email", "ip_address"} {
		if text := textOf(attributes[name]); text != "" {
			return text
		}
	}
	return label
}

// join reads what of the account is not in the state: it adds what was created along with objects of the state, and returns
// the rest, for others to refer to.
func (s *stateReader) join(ctx context.Context, found []instance, o Options) ([]Object, error) {
	account, err := Read(ctx, s.p, Options{Without: perVM}, nil)
	if err != nil {
		return nil, err
	}
	var projects kind
	for _, object := range account.Objects {
		if object.Type == typeProject {
			projects.objects = append(projects.objects, object)
		}
	}
	s.projects = projectNames(projects.objects)
	if s.chosen, err = chooseProjects(o.Projects, &projects); err != nil {
		return nil, err
	}
	known := map[string]bool{} // objects of the state
	for _, found := range s.kinds {
		for _, object := range found.objects {
			known[object.Type+" "+object.ID] = true
		}
	}
	parts := s.parts(found)
	var aside []Object
	for _, object := range account.Objects {
		object.Selected = false
		switch {
		case known[object.Type+" "+object.ID]:
		case parts.has(object):
			s.add(object.Type, &kind{objects: []Object{object}})
		default:
			aside = append(aside, object)
		}
	}
	for _, c := range account.Coverage {
		if c.Hole && len(parts[c.Type]) > 0 {
			s.add(c.Type, &kind{holes: c.Reasons})
		}
	}
	return aside, nil
}

// parts are objects that the SDKv2 provider created by attributes of others: by type, the ids that they are known by.
type parts map[string]map[string]bool

func (p parts) add(typeName, id string) {
	if p[typeName] == nil {
		p[typeName] = map[string]bool{}
	}
	p[typeName][id] = true
}

func (p parts) has(o Object) bool {
	attributes := protocol.Attributes(o.State)
	if o.Type == "raff_backup_schedule" {
		return p[o.Type][textOf(attributes["vm_id"])]
	}
	return p[o.Type][textOf(attributes["id"])]
}

// parts are those of the objects of the state: the attachment of a volume by its vm_id, the schedule of a VM by its backup_type,
// and the private network that came with a VM.
func (s *stateReader) parts(found []instance) parts {
	all := parts{}
	for _, i := range found {
		id := i.text("id")
		switch i.typeName {
		case "raff_volume":
			if i.text("vm_id") != "" {
				all.add("raff_volume_attachment", id)
			}
		case "raff_vm":
			if kind := i.text("backup_type"); kind != "" && kind != "none" && i.isSDKv2() {
				all.add("raff_backup_schedule", id)
			}
			if i.isSDKv2() && i.text("vpc_id") == "" {
				if vpc := s.vpcOf(id); vpc != "" {
					all.add("raff_vpc", vpc)
				}
			}
		}
	}
	return all
}

// isSDKv2 tells whether the SDKv2 provider has written a VM: its state has an attribute that no other has.
func (i instance) isSDKv2() bool {
	_, ok := i.old["skip_vpc"]
	return ok
}

// vpcOf is the private network of a VM of the state, as it is now.
func (s *stateReader) vpcOf(id string) string {
	if found := s.kinds["raff_vm"]; found != nil {
		for _, object := range found.objects {
			if attributes := protocol.Attributes(object.State); textOf(attributes["id"]) == id {
				return textOf(attributes["vpc_id"])
			}
		}
	}
	return ""
}
