package refbackend

var apiKeyNoun = noun{
	kind: "api_key", name: "API key", plural: "API keys",
	find: func(st *state, id string) (string, bool) { return "", st.APIKeys.has(id) },
}

func apiKeyOperations() []*operation { return nil }
