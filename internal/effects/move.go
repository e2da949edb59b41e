package effects

import (
	"fmt"
	"slices"
)

// move is the effect of another project_id: Raff moves nothing between projects.
func move(c Change) []Effect {
	from := c.Before.Text("project_id")
	if c.Action != Replace || from == "" || !slices.Contains(c.ReplacedBy, "project_id") {
		return nil
	}
	to := "another project"
	if id := c.After.Text("project_id"); id != "" {
		to = "project " + id
	}
	return []Effect{{
		Kind: Move, Attribute: "project_id", Short: "moves to another project",
		Text: fmt.Sprintf("Raff cannot move it from project %s to %s: it is destroyed there and created anew here, without what it held.", from, to),
	}}
}

// MoveTitle is the title of what a plan says of all objects that change to another project.
const MoveTitle = "Objects are replaced to change their project"

// MoveText says what becomes of all objects of a plan that change to another project, of which c is one.
func MoveText(c Change) string {
	return "Raff cannot move objects between projects. Every object of this plan whose project_id changes, as " + Describe(c) +
		", is destroyed where it is, with what it holds, and created anew in the other project: VMs and volumes begin empty, addresses are other ones, " +
		"and snapshots and backups are lost. This is said once for all of them."
}
