package effects

// ofSecurityGroup looks at a direction that loses its last rule. Groups allow what their rules say, and nothing else.
func ofSecurityGroup(c Change, _ World) []Effect {
	if c.ends() {
		return nameInTheWay(c)
	}
	var all []Effect
	for _, d := range []struct{ attribute, text string }{
		{"inbound", "No inbound rule is left: nothing reaches the VMs that have it any more, SSH included."},
		{"outbound", "No outbound rule is left: the VMs that have it reach nothing any more, neither DNS nor updates."},
	} {
		if c.Before.Len(d.attribute) == 0 || c.After.Len(d.attribute) > 0 || c.After.Unknown(d.attribute) || !c.After.Exists() {
			continue
		}
		all = append(all, Effect{Kind: Access, Attribute: d.attribute, Short: "closes its VMs", Text: d.text})
	}
	return all
}
