package effects

func ofIP(c Change, _ World) []Effect {
	if !c.ends() {
		return nil
	}
	address := c.Before.Text("ip_address")
	text := "The address " + address + " is given up for good: whoever reserves an address afterwards may receive it. " +
		"What is known by it, as DNS records and firewalls elsewhere, has to be changed."
	if c.Action == Replace {
		text += " The new address is known after the apply."
	}
	return []Effect{{Kind: Address, Short: "is given up", Text: text}}
}
