package effects

import "fmt"

// nameInTheWay is the effect of creating the next object under a name that is unique while the old one still has it.
func nameInTheWay(c Change) []Effect {
	attribute := "name"
	if c.Type == "raff_role" {
		attribute = "slug"
	}
	name := c.Before.Text(attribute)
	if c.Order != CreateFirst || name == "" || c.After.Unknown(attribute) || name != c.After.Text(attribute) {
		return nil
	}
	return []Effect{{
		Kind: Fails, Attribute: attribute, Short: "cannot be replaced as planned",
		Text: fmt.Sprintf("The new one is created before the old one goes (create_before_destroy), and both would have the %s %q, which is unique in the account: "+
			"the apply fails. Give the new one another %s.", attribute, name, attribute),
	}}
}
