package refbackend

import (
	"net/http"
	"slices"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

// securityGroup is a named set of rules for public interfaces.
type securityGroup struct {
	ID          string
	Project     string
	Name        string
	Description string
	Rules       []securityRule // as saved
	stamps
}

var securityGroupNoun = noun{
	kind: "security_group", name: "security group", plural: "security groups",
	find: func(st *state, id string) (string, bool) {
		g, ok := st.SecurityGroups.Get(id)
		if !ok {
			return "", false
		}
		return g.Project, true
	},
	count: func(st *state, project string) int {
		return st.SecurityGroups.Count(func(g *securityGroup) bool { return g.Project == project })
	},
}

func securityGroupOperations() []*operation {
	const path = "/api/v1/security-groups"
	return []*operation{
		{
			id: "listSecurityGroups", method: http.MethodGet, path: path, kind: list, permission: "security_group.view",
			handle: (*Server).listSecurityGroups,
		},
		{
			id: "createSecurityGroup", method: http.MethodPost, path: path, kind: mutation, permission: "security_group.create",
			body: requiredBody, status: http.StatusCreated, handle: (*Server).createSecurityGroup,
		},
		{
			id: "listSecurityGroupTemplates", method: http.MethodGet, path: path + "/templates", kind: account,
			handle: (*Server).listSecurityGroupTemplates,
		},
		{
			id: "getSecurityGroup", method: http.MethodGet, path: path + "/{id}", kind: get, on: &securityGroupNoun,
			permission: "security_group.view", handle: (*Server).getSecurityGroup,
		},
		{
			id: "updateSecurityGroup", method: http.MethodPut, path: path + "/{id}", kind: mutation, on: &securityGroupNoun,
			permission: "security_group.manage", body: requiredBody, handle: (*Server).updateSecurityGroup,
		},
		{
			id: "deleteSecurityGroup", method: http.MethodDelete, path: path + "/{id}", kind: mutation, on: &securityGroupNoun,
			permission: "security_group.delete", handle: (*Server).deleteSecurityGroup,
		},
	}
}

type securityGroupBody struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Description string     `json:"description"`
	Rules       []ruleBody `json:"rules"`
	VMCount     int        `json:"vm_count"`
	ProjectID   string     `json:"project_id"`
	CreatedAt   time.Time  `json:"created_at"`
	UpdatedAt   time.Time  `json:"updated_at"`
}

func (s *Server) showSecurityGroup(g *securityGroup) any {
	return securityGroupBody{
		ID:          g.ID,
		Name:        g.Name,
		Description: g.Description,
		Rules:       showRules(g.Rules),
		VMCount:     s.state.interfacesWith(g.ID),
		ProjectID:   g.Project,
		CreatedAt:   g.CreatedAt,
		UpdatedAt:   g.UpdatedAt,
	}
}

// interfacesWith counts the interfaces that a group is on.
func (st *state) interfacesWith(group string) int {
	n := 0
	for v := range st.VMs.All() {
		for _, nic := range v.NICs {
			if nic.SecurityGroup == group {
				n++
			}
		}
	}
	return n
}

func (s *Server) listSecurityGroups(c *call) (any, error) {
	return listing[*securityGroup]{
		noun:    &securityGroupNoun,
		id:      func(g *securityGroup) string { return g.ID },
		project: func(g *securityGroup) string { return g.Project },
		show:    s.showSecurityGroup,
	}.answer(s, c, s.state.SecurityGroups.All()), nil
}

func (s *Server) getSecurityGroup(c *call) (any, error) {
	return data(s.showSecurityGroup(s.securityGroup(c))), nil
}

// createSecurityGroup copies the rules of a template, if one is named, and merges the explicit ones.
func (s *Server) createSecurityGroup(c *call) (any, error) {
	in := c.input
	g := &securityGroup{
		Project:     c.project,
		Name:        in.String("name").Required().Len(1, 64).Value(),
		Description: in.String("description").Value(),
	}
	seed := readGroupTemplate(in)
	explicit, _ := readRules(in)
	g.Rules = merge(seed, explicit)
	checkRuleCount(in, g.Rules)
	if err := in.Err(); err != nil {
		return nil, err
	}
	if err := s.checkGroupName(g.Name, ""); err != nil {
		return nil, err
	}
	g.ID, g.Rules, g.stamps = s.state.IDs.uuid(), saved(g.Rules), s.stamped()
	s.state.SecurityGroups.Put(g.ID, g)
	c.created(&securityGroupNoun, g.ID)
	return data(s.showSecurityGroup(g)), nil
}

// updateSecurityGroup replaces the whole rule set where rules are given, an empty one included.
func (s *Server) updateSecurityGroup(c *call) (any, error) {
	g := s.securityGroup(c)
	in := c.input
	name := in.String("name").Len(1, 64).Or(g.Name)
	description := in.String("description").Or(g.Description)
	rules, given := readRules(in)
	checkRuleCount(in, rules)
	in.AtLeastOne("name", "description", "rules")
	if err := in.Err(); err != nil {
		return nil, err
	}
	if err := s.checkGroupName(name, g.ID); err != nil {
		return nil, err
	}
	if given {
		g.Rules = saved(rules)
	}
	g.Name, g.Description, g.UpdatedAt = name, description, s.now
	return data(s.showSecurityGroup(g)), nil
}

func (s *Server) deleteSecurityGroup(c *call) (any, error) {
	g := s.securityGroup(c)
	if n := s.state.interfacesWith(g.ID); n > 0 {
		return nil, conflict("security group %q is attached to interfaces: %d", g.Name, n)
	}
	s.state.SecurityGroups.Remove(g.ID)
	return done("Security group deleted"), nil
}

// securityGroup is the group that the path names; the server has found it before.
func (s *Server) securityGroup(c *call) *securityGroup {
	g, _ := s.state.SecurityGroups.Get(c.id())
	return g
}

// checkGroupName refuses a name that another group of the account has.
func (s *Server) checkGroupName(name, self string) error {
	taken := func(g *securityGroup) bool { return g.Name == name && g.ID != self }
	if _, ok := s.state.SecurityGroups.First(taken); ok {
		return conflict("a security group named %q already exists", name)
	}
	return nil
}

// groupTemplate is a set of rules to begin with.
type groupTemplate struct {
	id, name, description string
	rules                 []securityRule
}

// groupTemplates are those of the platform.
var groupTemplates = []groupTemplate{
	{
		"web-server", "Web Server", "SSH, HTTP, HTTPS and ping from anywhere",
		[]securityRule{
			{Protocol: protoTCP, Direction: inbound, Range: "22"},
			{Protocol: protoTCP, Direction: inbound, Range: "80,443"},
			{Protocol: protoICMP, Direction: inbound},
			{Protocol: protoAll, Direction: outbound},
		},
	},
	{
		"database-server", "Database Server", "SSH from anywhere, MySQL and PostgreSQL from private networks",
		[]securityRule{
			{Protocol: protoTCP, Direction: inbound, Range: "22"},
			{Protocol: protoTCP, Direction: inbound, Range: "3306,5432", IP: "10.0.0.0", Size: new(8)},
			{Protocol: protoAll, Direction: outbound},
		},
	},
	{
		"ssh-only", "SSH Only", "SSH from anywhere",
		[]securityRule{
			{Protocol: protoTCP, Direction: inbound, Range: "22"},
			{Protocol: protoAll, Direction: outbound},
		},
	},
	{
		"allow-all", "Allow All", "Everything in both directions",
		[]securityRule{{Protocol: protoAll, Direction: inbound}, {Protocol: protoAll, Direction: outbound}},
	},
	{"deny-all", "Deny All", "Nothing in either direction", nil},
}

type groupTemplateBody struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Description string     `json:"description"`
	Rules       []ruleBody `json:"rules"`
}

func (s *Server) listSecurityGroupTemplates(*call) (any, error) {
	shown := make([]groupTemplateBody, 0, len(groupTemplates))
	for _, t := range groupTemplates {
		shown = append(shown, groupTemplateBody{t.id, t.name, t.description, showRules(t.rules)})
	}
	return data(shown), nil
}

// readGroupTemplate returns the rules of the template that a body names; none when it names none.
func readGroupTemplate(in *input.Fields) []securityRule {
	field := in.String("template_id")
	at := slices.IndexFunc(groupTemplates, func(t groupTemplate) bool { return t.id == field.Value() })
	switch {
	case !field.Sent():
		return nil
	case at < 0:
		field.Fail("no such template")
		return nil
	}
	return groupTemplates[at].rules
}
