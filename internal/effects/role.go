package effects

import (
	"fmt"
	"slices"
	"strings"
)

func ofRole(c Change, w World) []Effect {
	if c.ends() {
		return append(nameInTheWay(c), roleInUse(c, w)...)
	}
	lost := missing(c.Before.Texts("permissions"), c.After.Texts("permissions"))
	if !c.changes("permissions") || len(lost) == 0 {
		return nil
	}
	return []Effect{{
		Kind: Access, Attribute: "permissions", Short: "takes permissions away",
		Text: "Everybody who has it loses " + strings.Join(lost, ", ") + " with the next request: members, API keys and the pipelines that use these.",
	}}
}

// roleInUse looks at who has a role that goes: Raff deletes none that somebody has.
func roleInUse(c Change, w World) []Effect {
	if c.Order == CreateFirst {
		return nil // those that refer to it get the new one in between
	}
	holders := w.WithRole(c.Before.Text("id")).staying()
	if len(holders.Items) == 0 {
		return nil
	}
	e := Effect{Kind: Fails, Attribute: first(c.ReplacedBy), Short: "cannot be destroyed as planned", Beyond: true}
	e.Text = "It is the role of " + list(holders, "") + ", and Raff deletes no role that somebody has. "
	if c.Action == Delete {
		e.Text += "Unless they get another role or end in the same apply, destroying it fails."
		return []Effect{e}
	}
	e.Short = "is replaced while somebody has it"
	order := "Terraform destroys the old one first"
	if c.Order == UnknownOrder {
		order = "Unless create_before_destroy is set, Terraform destroys the old one first"
	}
	e.Text += order + ", and fails. What works: lifecycle { create_before_destroy = true } in its block and another slug. " +
		"Then the new role is created first, each holder whose role_id refers to this resource gets it, and the old one goes."
	return []Effect{e}
}

// missing are the names that are in one list and not in the other, sorted.
func missing(before, after []string) []string {
	lost := slices.DeleteFunc(slices.Clone(before), func(name string) bool { return slices.Contains(after, name) })
	slices.Sort(lost)
	return lost
}

// roleName names a role by its slug, or by its id.
func roleName(o Object) string {
	if slug := o.Text("role_slug"); slug != "" {
		return fmt.Sprintf("the role %q", slug)
	}
	return "the role " + o.Text("role_id")
}
