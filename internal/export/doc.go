// Package export writes an account, or an old state, as a configuration that imports it: the export subcommand.
//
// Read asks the provider, in this process, for every object that is selected. Write turns the objects into files that
// a colleague could have written: references instead of ids, names of the objects, nothing that is a default. Verify
// has the CLI validate and plan the files, and reports every change that is not an import. Run is the command line
// around the three.
package export

import "github.com/hashicorp/terraform-plugin-go/tftypes"

// Object is an object of an account, as an import reads it.
type Object struct {
	Type      string // resource type, as raff_vm
	ID        string // as an import block takes it, project included where the object has one
	ProjectID string // empty for an object of the account
	Name      string // what people know it by, without its project
	State     tftypes.Value
	// Platform says why the object is none that anybody would configure, as the default project and the system roles:
	// what refers to it reads it as a data source. Empty for all others.
	Platform string
	// Selected tells whether the object is to be written. Others are there to be referred to, as far as they were read.
	Selected bool

	// Address is where a state has the object, as module.net["a"].raff_vm.web[0]. It is empty for an object that no state
	// has and that an import block is to import.
	Address string
	// Label is the label that the resource block of an object of a state has: all are written into the root module, one
	// block for each instance. Where type and label are not the address, a moved block leads from the address to them, so
	// that the plan moves the object and does nothing else. Labels are unique in a type.
	Label string
	// Private is the private state that the provider keeps with an object of a state.
	Private []byte
}

// Account is what was read.
type Account struct {
	Objects  []Object // sorted by type, project, name and id
	Coverage []Coverage
}

// Coverage is what became of the objects of a type.
type Coverage struct {
	Type    string
	Found   int
	Written int
	Skipped int
	// Reasons say why objects were skipped, or could not even be found. They are sorted, and each is a sentence.
	Reasons []string
	// Hole tells that objects may be missing that were selected: the exit code says so, too. Platform objects and what
	// a filter leaves out are none.
	Hole bool
}

// Options are what the command line asks for.
type Options struct {
	Projects []string // ids or names; empty for all
	Types    []string // resource types; empty for all
	With     []string // resource types to read in a large account, too, where each object costs a request
	Without  []string // resource types to leave out
	Names    []string // patterns of path.Match; empty for all
	Offline  bool     // there is no key: only a state can be exported, as far as everything is in it
	Modules  bool     // a module for each project
	Dir      string   // where the files go
	// Existing are those that exist in Dir already, by name: Write keeps their labels and overwrites none that a
	// person has edited.
	Existing map[string][]byte
}

// Secret is a variable that the configuration needs and that nobody can read from the API.
type Secret struct {
	Variable string
	Address  string // of the resource, as raff_vm.web
	Text     string // what it is for
}

// Unwritten is an object that was read, and that no configuration can describe.
type Unwritten struct {
	Type   string
	Reason string // a sentence
}

// Files are the files to write, by their path below the directory.
type Files struct {
	Content   map[string][]byte
	Secrets   []Secret
	Unwritten []Unwritten
	// Kept are files that a person has edited, with the reason: they were left as they are, and what would have gone
	// into them is in a file of another name.
	Kept map[string]string
}
