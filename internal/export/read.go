package export

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
	"github.com/rafftechnologies/terraform-provider-raff/internal/provider"
)

// Progress is how far reading has come.
type Progress struct {
	Type  string
	Found int  // so far
	Done  bool // all of the type have been found
}

// Types that are always read: nearly everything refers to them, and they say what the platform has created.
const (
	typeProject = "raff_project"
	typeRole    = "raff_role"
)

// typeNote is read last: no list of the API has notes, so that each VM is asked for its own.
const typeNote = "raff_vm_note"

// largeAccount is the number of objects from which on notes are left out unless somebody wants them: they would take most of
// the requests.
const largeAccount = 500

// Read reads the objects that the options select, as an import reads them, and those that they are most likely to refer to.
// What cannot be read is in the coverage: the error is for options that nothing can be read with. progress is called by one
// goroutine at a time.
func Read(ctx context.Context, p *protocol.Provider, o Options, progress func(Progress)) (Account, error) {
	types, err := typesOf(p, o)
	if err != nil {
		return Account{}, err
	}
	names, err := newPatterns(o.Names)
	if err != nil {
		return Account{}, err
	}
	r := &reader{p: p, progress: progress, kinds: map[string]*kind{}}
	projects := r.list(ctx, typeProject, nil)
	if i := slices.IndexFunc(projects.holes, provider.AboutKey); i >= 0 {
		return Account{}, errors.New(projects.holes[i])
	}
	if r.chosen, err = chooseProjects(o.Projects, projects); err != nil {
		return Account{}, err
	}
	r.projects = projectNames(projects.objects)
	r.readAll(ctx, types, o)
	r.passing(ctx)
	if err := ctx.Err(); err != nil {
		return Account{}, err
	}
	return r.account(types, names, o), nil
}

// typesOf are the types to write: those of the options, or all that can be listed.
func typesOf(p *protocol.Provider, o Options) ([]string, error) {
	all := slices.Sorted(maps.Keys(p.Schemas.ListResourceSchemas))
	for _, name := range slices.Concat(o.Types, o.With, o.Without) {
		if !slices.Contains(all, name) {
			return nil, usagef("there is no type %q; there are %s", name, strings.Join(all, ", "))
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(name string) bool {
		return len(o.Types) > 0 && !slices.Contains(o.Types, name) || slices.Contains(o.Without, name)
	}), nil
}

// reader reads an account once.
type reader struct {
	p        *protocol.Provider
	progress func(Progress)
	projects map[string]string // names by id
	chosen   []string          // ids of projects; empty for all

	mu    sync.Mutex
	kinds map[string]*kind // by type
}

// kind is what was found of a type.
type kind struct {
	objects []Object
	lost    int      // that were found and cannot be written
	notes   []string // about objects that were found all the same
	holes   []string
}

// readAll reads the types, and those that are always read, all at the same time: their lists share what they have in common.
func (r *reader) readAll(ctx context.Context, types []string, o Options) {
	wanted := []string{typeRole}
	for _, name := range types {
		if r.isWanted(name, o) {
			wanted = append(wanted, name)
		}
	}
	slices.Sort(wanted)
	var all sync.WaitGroup
	for _, name := range slices.Compact(wanted) {
		if name != typeProject && name != typeNote { // one has been read, and the other is read last
			all.Go(func() { r.listChosen(ctx, name) })
		}
	}
	all.Wait()
	if !slices.Contains(wanted, typeNote) {
		return
	}
	if r.isLarge() && !notesWanted(o) {
		r.add(typeNote, &kind{notes: []string{fmt.Sprintf(
			"None was looked for: there are more than %d objects, and each VM has to be asked for its notes. --with %s does so", largeAccount, typeNote)}})
		return
	}
	r.listChosen(ctx, typeNote)
}

// isLarge tells whether more has been found than notes are read for by default.
func (r *reader) isLarge() bool {
	n := 0
	for _, found := range r.kinds {
		n += len(found.objects)
	}
	return n > largeAccount
}

// notesWanted tells whether notes are read whatever that costs: they were asked for, or an earlier export has written some.
func notesWanted(o Options) bool {
	if slices.Contains(slices.Concat(o.Types, o.With), typeNote) {
		return true
	}
	before, err := readExisting(o.Existing)
	if err != nil {
		return false // which is said when the files are written
	}
	for key := range before.labels {
		if strings.HasPrefix(key, labelKey(typeNote, "")) {
			return true
		}
	}
	return false
}

// listChosen adds what the lists of a type find in the projects that were chosen.
func (r *reader) listChosen(ctx context.Context, typeName string) {
	if !r.ofProjects(typeName) || len(r.chosen) == 0 {
		r.list(ctx, typeName, nil)
		return
	}
	for _, id := range r.chosen {
		r.list(ctx, typeName, map[string]tftypes.Value{"project_id": tftypes.NewValue(tftypes.String, id)})
	}
}

// isWanted tells whether anything of a type is. What is of the account is left out where only projects were asked for, unless
// its type was named.
func (r *reader) isWanted(typeName string, o Options) bool {
	return typeName == typeProject || r.ofProjects(typeName) || len(o.Projects) == 0 || len(o.Types) > 0
}

// ofProjects tells whether the objects of a type are of projects, and can be listed by one.
func (r *reader) ofProjects(typeName string) bool {
	return slices.ContainsFunc(attributeNames(r.p.Schemas.ListResourceSchemas[typeName]), func(name string) bool { return name == "project_id" })
}

// list adds what a list of a type finds.
func (r *reader) list(ctx context.Context, typeName string, attributes map[string]tftypes.Value) *kind {
	var found kind
	results, err := r.p.List(ctx, typeName, attributes, 0, true)
	if err != nil {
		found.holes = append(found.holes, err.Error())
		return r.add(typeName, &found)
	}
	for result, err := range results {
		if err != nil {
			found.holes = append(found.holes, err.Error())
			continue
		}
		found.add(typeName, result)
		r.report(Progress{Type: typeName, Found: len(found.objects)})
	}
	r.report(Progress{Type: typeName, Found: len(found.objects), Done: true})
	return r.add(typeName, &found)
}

func (r *reader) report(p Progress) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.progress != nil {
		r.progress(p)
	}
}

func (r *reader) add(typeName string, found *kind) *kind {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.kinds[typeName]
	if all == nil {
		all = &kind{}
		r.kinds[typeName] = all
	}
	all.objects = append(all.objects, found.objects...)
	all.lost += found.lost
	all.notes = append(all.notes, found.notes...)
	all.holes = append(all.holes, found.holes...)
	return all
}

// add adds a result of a list. One without an object stands for what could not be read.
func (k *kind) add(typeName string, result protocol.Listed) {
	errs, warnings := protocol.Sort(result.Diagnostics)
	if result.State.IsNull() || len(errs) > 0 {
		said := slices.Concat(errs, warnings)
		if len(said) == 0 {
			said = []string{result.Name + " cannot be read"}
		}
		k.holes = append(k.holes, said...)
		return
	}
	k.notes = append(k.notes, warnings...)
	k.objects = append(k.objects, Object{
		Type: typeName, ID: importID(result.Identity["project_id"], result.Identity["id"]),
		ProjectID: result.Identity["project_id"], Name: result.Name, State: result.State,
	})
}

// importID is an id as an import block takes it.
func importID(project, id string) string {
	if project == "" {
		return id
	}
	return project + "/" + id
}

// account puts together what was found. Neither the order of lists nor that of their ends shows in it.
func (r *reader) account(types []string, names patterns, o Options) Account {
	var a Account
	for name, found := range r.kinds {
		for _, object := range found.objects {
			object.Name = withoutProject(object.Name, object.ProjectID, r.projects)
			if object.Address == "" { // or somebody has configured it all the same
				object.Platform = cmp.Or(object.Platform, platformMade(object))
			}
			a.Objects = append(a.Objects, object)
		}
		if slices.Contains(types, name) && r.isWanted(name, o) || found.lost > 0 {
			a.Coverage = append(a.Coverage, Coverage{Type: name, Found: len(found.objects) + found.lost})
		}
	}
	sortObjects(a.Objects)
	slices.SortFunc(a.Coverage, func(x, y Coverage) int { return cmp.Compare(x.Type, y.Type) })
	left := r.choose(a.Objects, types, names, o)
	for i := range a.Coverage {
		c := &a.Coverage[i]
		found := r.kinds[c.Type]
		c.Reasons = sentences(slices.Concat(left[c.Type].reasons(), found.notes, found.holes))
		c.Skipped = left[c.Type].total() + found.lost
		c.Written = c.Found - c.Skipped
		c.Hole = len(found.holes) > 0
	}
	return a
}

// choose selects the objects to write, and counts the others by type and reason.
func (r *reader) choose(objects []Object, types []string, names patterns, o Options) map[string]tally {
	left := map[string]tally{}
	called := namesByID(objects)
	for i := range objects {
		object := &objects[i]
		reason := ""
		switch {
		case !slices.Contains(types, object.Type):
			continue
		case !r.isChosen(object, o):
			reason = "outside of --project"
		case !names.match(object, called):
			reason = "not called as --name says"
		case object.Platform != "":
			reason = object.Platform
		}
		object.Selected = reason == ""
		if reason != "" {
			if left[object.Type] == nil {
				left[object.Type] = tally{}
			}
			left[object.Type][reason]++
		}
	}
	return left
}

// isChosen tells whether an object is of a project that was asked for, or of the account and of a type that was.
func (r *reader) isChosen(object *Object, o Options) bool {
	switch {
	case len(o.Projects) == 0:
		return true
	case object.Type == typeProject:
		return slices.Contains(r.chosen, object.ID)
	case object.ProjectID != "":
		return slices.Contains(r.chosen, object.ProjectID)
	}
	return slices.Contains(o.Types, object.Type)
}

// tally counts objects by the reason why they are left out.
type tally map[string]int

func (t tally) total() int {
	n := 0
	for _, count := range t {
		n += count
	}
	return n
}

func (t tally) reasons() []string {
	var all []string
	for reason, count := range t {
		all = append(all, fmt.Sprintf("%d left out: %s", count, reason))
	}
	return all
}

// sentences are texts in the form of the coverage: each on one line and once, in order.
func sentences(texts []string) []string {
	all := make([]string, len(texts))
	for i, text := range texts {
		text = strings.TrimRight(strings.Join(strings.Fields(text), " "), ".")
		all[i] = text + "."
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func sortObjects(objects []Object) {
	slices.SortFunc(objects, func(a, b Object) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.ProjectID, b.ProjectID), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
}

// errUsage is an error of options, which another command line avoids.
var errUsage = errors.New("usage")

type usageError struct{ text string }

func (e *usageError) Error() string        { return e.text }
func (e *usageError) Is(target error) bool { return target == errUsage }

func usagef(format string, values ...any) error { return &usageError{fmt.Sprintf(format, values...)} }
