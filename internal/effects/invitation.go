package effects

func ofInvitation(c Change, _ World) []Effect {
	if !c.ends() || c.Before.Text("status") != "pending" {
		return nil // who has joined is a member, and stays one
	}
	text := "The invitation that was sent stops to work."
	if c.Action == Replace {
		text += " Another one is sent."
	}
	return []Effect{{Kind: Access, Short: "is cancelled", Implied: true, Text: text}}
}
