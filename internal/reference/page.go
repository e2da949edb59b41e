package reference

import (
	"slices"
	"strings"
)

// Page is what a template of a reference page can use.
type Page struct {
	typeName   string
	attributes []Attribute
}

// NewPage returns the page of a resource, a data source or an ephemeral resource with its attributes, ordered by name.
func NewPage(typeName string, attributes []Attribute) Page {
	return Page{typeName: typeName, attributes: attributes}
}

// Subcategory is the heading under which the registry lists the page.
func (p Page) Subcategory() string { return Subcategory(p.typeName) }

// Changes are the rows of the table of what a change of an attribute does.
func (p Page) Changes() string { return strings.TrimSuffix(changeRows(p.attributes), "\n") }

// Permissions are the rows of the table of what the API key needs.
func (p Page) Permissions() string { return strings.TrimSuffix(permissionRows(p.typeName), "\n") }

// Grants tells whether the resource gives somebody a role.
func (p Page) Grants() bool { return grants[p.typeName] }

// Cost says what an object costs.
func (p Page) Cost() string { return resources[p.typeName].cost }

// Priced tells whether the resource has the price of an object as an attribute.
func (p Page) Priced() bool {
	return slices.ContainsFunc(p.attributes, func(a Attribute) bool { return a.Name == "monthly_price" })
}

// Destroy says what a destroy does.
func (p Page) Destroy() string { return resources[p.typeName].destroy }
