package effects

import "strings"

// ofMember is that of a member of the account and of one of a project.
func ofMember(c Change, w World) []Effect {
	where := "in the account"
	if id := c.Before.Text("project_id"); id != "" {
		where = "in project " + id
	}
	switch {
	case c.Before.Text("status") == "pending":
		return pendingMember(c)
	case c.ends():
		return []Effect{{
			Kind: Access, Short: "loses access", Implied: c.Action == Delete,
			Text: "It loses " + roleName(c.Before) + " " + where + ", with the next request.",
		}}
	}
	var all []Effect
	if c.changes("role_id") {
		before, known := w.Permissions(c.Before.Text("role_id"))
		after, both := w.Permissions(c.After.Text("role_id"))
		if lost := missing(before, after); known && both && len(lost) > 0 {
			all = append(all, Effect{
				Kind: Access, Attribute: "role_id", Short: "loses permissions",
				Text: "It has " + roleName(c.After) + " instead of " + strings.TrimPrefix(roleName(c.Before), "the role ") + " " + where +
					", and loses " + strings.Join(lost, ", ") + " with the next request.",
			})
		}
	}
	if c.changes("suspended") && c.After.Bool("suspended") {
		all = append(all, Effect{
			Kind: Access, Attribute: "suspended", Short: "is suspended",
			Text: "It is suspended: it has no rights " + where + " until suspended is false again.",
		})
	}
	return all
}

// pendingMember is the effect on somebody who has not joined yet.
func pendingMember(c Change) []Effect {
	if !c.ends() {
		return nil
	}
	return []Effect{{
		Kind: Access, Short: "is uninvited", Implied: true, Text: "The invitation that was sent stops to work.",
	}}
}
