package effects

// ofSSHKey says what the end of a key does not do.
func ofSSHKey(c Change, _ World) []Effect {
	if !c.ends() {
		return nil
	}
	return []Effect{{
		Kind: Left, Short: "stays on VMs",
		Text: "It is removed from the account, and from no VM: whoever has the private key still logs in to the VMs that were built with it. " +
			"Remove it from authorized_keys there.",
	}}
}
