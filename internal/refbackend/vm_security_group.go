package refbackend

import "github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"

// attachVMSecurityGroup puts a group on a public interface.
func (s *Server) attachVMSecurityGroup(c *call) (any, error) {
	v := s.vm(c)
	in := c.input
	group := s.readGroup(c, in.String("security_group_id").Required().UUID())
	number := in.Int("nic_id").Required()
	n, ok := v.nic(number.Value())
	switch {
	case !number.Sent():
	case !ok:
		number.Fail("the VM has no such interface")
	case n.Type == nicVPC:
		number.Fail("security groups are for public interfaces only")
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	if err := v.mustBe(vmActive, vmPassive); err != nil {
		return nil, err
	}
	if other, taken := s.state.SecurityGroups.Get(n.SecurityGroup); taken {
		return nil, conflict("interface %d of VM %q has security group %q already", n.ID, v.Name, other.Name)
	}
	v.setGroup(n.ID, group)
	v.UpdatedAt = s.now
	return done("Security group attached"), nil
}

func (s *Server) detachVMSecurityGroup(c *call) (any, error) {
	v := s.vm(c)
	n, ok := v.nic(c.number("nic_id"))
	if !ok || n.SecurityGroup == "" || n.SecurityGroup != c.params["sg_id"] {
		return nil, notFound("security group not found on this interface")
	}
	if err := v.mustBe(vmActive, vmPassive); err != nil {
		return nil, err
	}
	v.setGroup(n.ID, nil)
	v.UpdatedAt = s.now
	return done("Security group detached"), nil
}

// readGroup finds a group that a body names; it must lie in the call's project.
func (s *Server) readGroup(c *call, field input.StringField) *securityGroup {
	g, ok := s.state.SecurityGroups.Get(field.Value())
	if !ok || g.Project != c.project {
		c.input.Fail(field.Name(), "no such security group in this project")
		return nil
	}
	return g
}

// readGroups finds the group for a new interface; nil for none. An interface carries one at most.
func (s *Server) readGroups(c *call, field input.StringsField) *securityGroup {
	field.Count(0, 1)
	if len(field.Value()) != 1 {
		return nil
	}
	g, ok := s.state.SecurityGroups.Get(field.Value()[0])
	if !ok || g.Project != c.project {
		c.input.Fail(field.Name()+"[0]", "no such security group in this project")
		return nil
	}
	return g
}

// setGroup puts a group on an interface, or takes it off when it is nil.
func (v *vm) setGroup(nicID int, g *securityGroup) {
	for i := range v.NICs {
		switch {
		case v.NICs[i].ID != nicID:
		case g == nil:
			v.NICs[i].SecurityGroup = ""
		default:
			v.NICs[i].SecurityGroup = g.ID
		}
	}
}
