package effects

// ofProject looks at what is left in a project that goes: Raff deletes only empty ones.
func ofProject(c Change, w World) []Effect {
	if !c.ends() {
		return nil
	}
	inside := w.InProject(c.Before.Text("id")).staying()
	if len(inside.Items) == 0 {
		return nil
	}
	return []Effect{{
		Kind: Fails, Short: "cannot be destroyed as planned", Beyond: true,
		Text: "It is not empty, and Raff deletes only an empty project. Unless they end in the same apply, these keep it: " + list(inside, "") +
			". Nothing moves to another project.",
	}}
}
