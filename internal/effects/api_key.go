package effects

import "fmt"

func ofAPIKey(c Change, _ World) []Effect {
	prefix := c.Before.Text("key_prefix")
	if c.ends() {
		text := fmt.Sprintf("The secret that begins with %s is revoked: whatever uses it is refused from then on.", prefix)
		if c.Action == Replace {
			text += " The new key has another id and another secret. It is a member of no project until it is added to each."
		}
		return []Effect{{Kind: Credential, Short: "is revoked", Text: text}}
	}
	var all []Effect
	if c.changes("rotation_trigger") {
		all = append(all, Effect{
			Kind: Credential, Attribute: "rotation_trigger", Short: "gets a new secret",
			Text: fmt.Sprintf("It gets a new secret, and the old one, which begins with %s, dies with the apply: whatever still uses it is refused at once. "+
				"There is no time in which both work.", prefix),
		})
	}
	if c.changes("is_active") && !c.After.Bool("is_active") {
		all = append(all, Effect{
			Kind: Credential, Attribute: "is_active", Short: "is switched off",
			Text: fmt.Sprintf("It is switched off: whatever uses the secret that begins with %s is refused until is_active is true again.", prefix),
		})
	}
	return all
}
