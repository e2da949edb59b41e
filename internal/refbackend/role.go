package refbackend

var roleNoun = noun{
	kind: "role", name: "role", plural: "roles",
	find: func(st *state, id string) (string, bool) { return "", st.Roles.has(id) },
}

func roleOperations() []*operation { return nil }
