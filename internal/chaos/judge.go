package chaos

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Kind is what a finding is about. All but KilledUnrecorded are defects.
type Kind string

// The kinds of findings.
const (
	// Orphan is an object that was made, is in no state and was not named with its import command.
	Orphan Kind = "orphan"
	// Duplicate is such an object whose address has another one already.
	Duplicate Kind = "duplicate"
	// Adopted is an object that is held at two addresses, or that was somebody else's.
	Adopted Kind = "adopted"
	// Unreported is a difference between state and account of which nobody was told.
	Unreported Kind = "unreported"
	// Unconverged is a configuration that does not come to rest, or advice that does not work.
	Unconverged Kind = "unconverged"
	// Inconsistent is what Terraform calls a bug in the provider.
	Inconsistent Kind = "inconsistent"
	// KilledUnrecorded is an object that was lost because a process was killed, which nobody can prevent.
	KilledUnrecorded Kind = "killed_unrecorded"
)

// Finding is something that should not be.
type Finding struct {
	Kind    Kind
	Address string // of the resource; empty where none is known
	ID      string // of the object
	Text    string
}

// String is a line about the finding.
func (f Finding) String() string {
	return fmt.Sprintf("%s %s %s: %s", f.Kind, cmp.Or(f.Address, "-"), cmp.Or(f.ID, "-"), f.Text)
}

// Step is what the judge has to know about one run of Terraform, or several at the same time.
type Step struct {
	Before, After State
	// Existed and Objects are what the account had before and after.
	Existed, Objects []Object
	// Foreign are objects that no configuration has made.
	Foreign map[Key]bool
	// Excused are objects that were lost to a kill before.
	Excused map[Key]bool
	// Imported are objects that were imported on purpose.
	Imported map[Key]bool
	// Configured are the addresses of the configuration, as Instance.Address, by type.
	Configured map[string][]string
	// Diagnostics are what the runs said, Named what was named with its import command in this run or an earlier one.
	Diagnostics []Diagnostic
	Named       map[Key]bool
	// Killed tells that a process was killed, so that what it had not written yet is lost.
	Killed bool
	// Edges judges attachments and notes, too: they may be left behind until the configuration has come to rest.
	Edges bool
}

// judge compares the states with the account.
func judge(s Step) []Finding {
	var found []Finding
	found = append(found, s.dropped()...)
	found = append(found, s.unheld()...)
	found = append(found, s.shared()...)
	found = append(found, s.stale()...)
	return found
}

// mine tells whether an object is one that a configuration has made.
func (s *Step) mine(o Object) bool {
	return !slices.ContainsFunc(o.keys(), func(k Key) bool { return s.Foreign[k] })
}

// holder finds the instance of a state that stands for an object.
func holder(state State, o Object) (Instance, bool) {
	for _, i := range state {
		if slices.Contains(o.keys(), i.Key) {
			return i, true
		}
		if o.Type == "raff_vpc_attachment" && i.Type == "raff_vm" && o.ID == i.ID+":"+i.VPC {
			return i, true
		}
	}
	return Instance{}, false
}

// dropped are objects that live on and have vanished from the state.
func (s *Step) dropped() []Finding {
	var found []Finding
	for _, o := range s.Objects {
		before, was := holder(s.Before, o)
		_, is := holder(s.After, o)
		if !was || is || !s.mine(o) || s.named(o) || o.Edge && before.Type == "raff_vm" {
			continue
		}
		if s.Killed {
			continue // an update of the state that was not written
		}
		if s.mentioned(before.Workspace, o.ID) {
			continue
		}
		found = append(found, Finding{Unreported, before.Address, o.ID, describe(o) + " still exists and was dropped from the state"})
	}
	return found
}

// named tells whether a diagnostic has named an object with its import command.
func (s *Step) named(o Object) bool {
	return slices.ContainsFunc(o.keys(), func(k Key) bool { return s.Named[k] })
}

// mentioned tells whether a diagnostic names an object by its id. That its address has an error is not enough: the error
// may be about the one that was to take its place.
func (s *Step) mentioned(workspace, id string) bool {
	return slices.ContainsFunc(s.Diagnostics, func(d Diagnostic) bool {
		return d.Workspace == workspace && strings.Contains(d.Text(), id)
	})
}

// reported tells whether a diagnostic is about an instance, or about the object that it holds.
func (s *Step) reported(i Instance) bool {
	return s.mentioned(i.Workspace, i.ID) || slices.ContainsFunc(s.Diagnostics, func(d Diagnostic) bool {
		return d.Workspace == i.Workspace && d.Address == i.Address
	})
}

// unheld are objects that are in no state and were not in one before.
func (s *Step) unheld() []Finding {
	var found []Finding
	for _, o := range s.Objects {
		if o.Edge && !s.Edges || !s.mine(o) || s.named(o) || slices.ContainsFunc(o.keys(), func(k Key) bool { return s.Excused[k] }) {
			continue
		}
		if _, is := holder(s.After, o); is {
			continue
		}
		if _, was := holder(s.Before, o); was && !s.Killed {
			continue // dropped
		}
		missing := s.missing(o.Type)
		switch {
		case s.Killed && !exists(s.Existed, o.Key):
			found = append(found, Finding{KilledUnrecorded, first(missing), o.ID, describe(o) + " was made by a process that was killed"})
		case len(missing) == 0 && len(s.Configured[o.Type]) > 0:
			found = append(found, Finding{Duplicate, first(s.Configured[o.Type]), o.ID, describe(o) + " exists besides the ones in the state"})
		default:
			found = append(found, Finding{Orphan, first(missing), o.ID, describe(o) + " is in no state and was not named with its import command"})
		}
	}
	return found
}

// missing are the configured addresses of a type that the states do not have.
func (s *Step) missing(typ string) []string {
	at := map[string]bool{}
	for _, i := range s.After {
		if !i.Deposed {
			at[i.Address] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(s.Configured[typ]), func(a string) bool { return at[a] })
}

// shared are objects that two addresses hold, or that were there before.
func (s *Step) shared() []Finding {
	var found []Finding
	before := s.Before.holders()
	for key, held := range s.After.holders() {
		if len(held) > 1 && len(before[key]) < 2 {
			found = append(found, Finding{Adopted, held[1].Address, key.ID, fmt.Sprintf("%s is also at %s %s", key, held[0].Workspace, held[0].Address)})
		}
		if s.Foreign[key] && len(before[key]) == 0 && !s.Imported[key] {
			found = append(found, Finding{Adopted, held[0].Address, key.ID, key.String() + " was made by somebody else"})
		}
	}
	slices.SortFunc(found, func(a, b Finding) int { return cmp.Compare(a.ID, b.ID) })
	return found
}

// stale are instances whose object went in this step, without a word about it.
func (s *Step) stale() []Finding {
	if s.Killed {
		return nil
	}
	existed, exist := keysOf(s.Existed), keysOf(s.Objects)
	var found []Finding
	for _, i := range s.After {
		if i.ID == "" || exist[i.Key] || !existed[i.Key] || s.reported(i) {
			continue
		}
		found = append(found, Finding{Unreported, i.Address, i.ID, i.Type + " is gone and still in the state, and nothing was said"})
	}
	return found
}

func keysOf(objects []Object) map[Key]bool {
	keys := map[Key]bool{}
	for _, o := range objects {
		for _, k := range o.keys() {
			keys[k] = true
		}
	}
	return keys
}

func exists(objects []Object, key Key) bool {
	return slices.ContainsFunc(objects, func(o Object) bool { return slices.Contains(o.keys(), key) })
}

func describe(o Object) string {
	if o.Name == "" {
		return o.Type
	}
	return fmt.Sprintf("%s %q", o.Type, o.Name)
}

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}
