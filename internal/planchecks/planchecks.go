// Package planchecks knows what a plan refuses and warns of, and writes the page that says so. Nothing of it reaches the
// released binary.
package planchecks

import "strings"

// When tells when something is checked.
type When string

// The times of a check.
const (
	// Always is at every validation and plan: nothing but the configuration is needed.
	Always When = "validate, plan"
	// Asked is at plan, where the provider is configured and can ask the API.
	Asked When = "plan"
	// Apply is before the first change of an apply: what decides is known only then.
	Apply When = "apply"
)

// Check is one thing that is refused, or warned of.
type Check struct {
	Types     string // resources, data sources and actions, separated by spaces; "all" for whatever has the attribute
	Attribute string // empty for the whole object
	Refused   string // what is refused, or warned of
	Warning   bool
	When      When
	// Summary is the summary of the diagnostic, with … for what differs.
	Summary string
	// Test is a test that provokes the diagnostic, as "services/vm.TestName".
	Test string
	// Says is what the test expects of the diagnostic, where that is not the summary.
	Says string
}

// Checks returns the table of the checks that ask more than the form of one value. Those are in the schemas.
func Checks() []Check {
	var all []Check
	for _, part := range [][]Check{providerChecks, sharedChecks, vmChecks, networkChecks, storageChecks, accountChecks, catalogChecks, actionChecks} {
		all = append(all, part...)
	}
	return all
}

// Others are the summaries of diagnostics that are no checks: they tell what happened, or what a planned change does. What
// begins with "Unable to" is none either.
var Others = []string{
	// What has happened.
	"The API's answer is not complete", "The object differs from its plan", "The object has failed", "The object is not finished",
	"A project was deleted", "A backup schedule fails", "A backup schedule is off", "Member was added but is not suspended",
	"Project member was added but is not suspended", "VPC was created without its description", "API key was created but is still active",
	"IP is not reserved", "The list of … is not complete", "The account of the object is not known", "The API key is not accepted", "The Raff API cannot be used",
	"The address does not answer as the Raff API", "Unexpected provider data", "Provider configuration is not known yet",
	// What a planned change does, which terraform-provider-raff review tells as well.
	"The … goes with its VM", "The … is kept",
	"The billing period stays as it is", "The template is not used any more", "The address is not the primary one any more",
	"The primary address changes",
}

// types are the resources and data sources of a check.
func (c Check) types() []string { return strings.Fields(c.Types) }
