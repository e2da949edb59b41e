package reference

import (
	"regexp"
	"strings"
)

// Change is what a change of an attribute does to an object that exists.
type Change int

// The changes, the gravest first.
const (
	Replaces Change = iota // the object is destroyed, and another one is created
	Rebuild                // rebuild_policy decides
	Stops                  // a running VM is stopped for it
	InPlace                // the object is updated
	Silent                 // only the state changes
	Ignored                // it has no effect
)

// phrases are how the descriptions of attributes say it.
var phrases = map[Change]*regexp.Regexp{
	Replaces: regexp.MustCompile(`\breplaces the \w`),
	Rebuild:  regexp.MustCompile("A change follows `rebuild_policy`"),
	Stops:    regexp.MustCompile(`\bstops the VM\b`),
	InPlace:  regexp.MustCompile(`\b(Changed|Renamed|Grown) in place\b`),
	Silent:   regexp.MustCompile(`\bA change (of the policy itself )?sends nothing to the API\b`),
	Ignored:  regexp.MustCompile(`\bA later change has no effect\b`),
}

// titles head the attributes of a kind on a page.
var titles = map[Change]string{
	Replaces: "Replaces the object",
	Rebuild:  "Follows `rebuild_policy`: refused, reinstalled, replaced or ignored",
	Stops:    "In place, and the VM is stopped for it",
	InPlace:  "In place",
	Silent:   "In the state only: nothing is sent to the API",
	Ignored:  "No effect",
}

// Changes are what a description says that a change of its attribute does. There may be two: a change in place, and one
// that replaces the object where the attribute is left out.
func Changes(description string) []Change {
	var found []Change
	for change := Replaces; change <= Ignored; change++ {
		if phrases[change].MatchString(description) {
			found = append(found, change)
		}
	}
	return found
}

// Attribute is an attribute of a resource.
type Attribute struct {
	Name, Description string
	Settable          bool // by a configuration
}

// changeRows is the table of a page: the attributes by what a change of them does. An attribute whose change stops the VM
// is not listed again among those that change in place.
func changeRows(attributes []Attribute) string {
	names := map[Change][]string{}
	for _, a := range attributes {
		if !a.Settable {
			continue
		}
		found := Changes(a.Description)
		for i, change := range found {
			if change != InPlace || i == 0 || found[i-1] != Stops {
				names[change] = append(names[change], "`"+a.Name+"`")
			}
		}
	}
	var rows strings.Builder
	for change := Replaces; change <= Ignored; change++ {
		if len(names[change]) > 0 {
			rows.WriteString("| " + titles[change] + " | " + strings.Join(names[change], ", ") + " |\n")
		}
	}
	return rows.String()
}
