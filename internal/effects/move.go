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
