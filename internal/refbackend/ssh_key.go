package refbackend

// sshKey is a public key kept by the account.
type sshKey struct {
	ID        string
	Name      string
	PublicKey string
	stamps
}

var sshKeyNoun = noun{
	kind: "ssh_key", name: "SSH key", plural: "SSH keys",
	find: func(st *state, id string) (string, bool) { return "", st.SSHKeys.has(id) },
}

func sshKeyOperations() []*operation { return nil }
