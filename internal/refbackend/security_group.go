package refbackend

// securityGroup is a named set of rules for public interfaces.
type securityGroup struct {
	ID      string
	Project string
	Name    string
	stamps
}

var securityGroupNoun = noun{
	kind: "security_group", name: "security group", plural: "security groups",
	find: func(st *state, id string) (string, bool) {
		g, ok := st.SecurityGroups.get(id)
		if !ok {
			return "", false
		}
		return g.Project, true
	},
	count: func(st *state, project string) int {
		return st.SecurityGroups.count(func(g *securityGroup) bool { return g.Project == project })
	},
}

func securityGroupOperations() []*operation { return nil }
