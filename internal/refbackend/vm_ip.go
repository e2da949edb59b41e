package refbackend

import (
	"net/netip"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

// maxPublicIPv4 is how many public IPv4 addresses a VM can have. Only the first may come from the pool.
const maxPublicIPv4 = 4

// attachedIPBody is an address that a VM got, with the interface that carries it.
type attachedIPBody struct {
	VM      string `json:"vm_id"`
	Address string `json:"ip_address"`
	NIC     int    `json:"nic_id"`
	MAC     string `json:"mac"`
}

type attachIPBody struct {
	Success bool           `json:"success"`
	Message string         `json:"message"`
	Data    attachedIPBody `json:"data"`
}

// attachVMIP gives a VM a public address: the reserved one that ip_id names, else one of the pool.
func (s *Server) attachVMIP(c *call) (any, error) {
	v := s.vm(c)
	in := c.input
	reserved := s.readIP(c, in.String("ip_id").UUID())
	family := in.String("type").OneOf(familyIPv4, familyIPv6).Or(familyIPv4)
	group := s.readGroups(c, in.Strings("security_groups").EachUUID())
	if err := in.Err(); err != nil {
		return nil, err
	}
	if reserved != nil {
		family = reserved.Family // type is ignored
	}
	if err := v.mayTakeIP(family, reserved); err != nil {
		return nil, err
	}
	ip := reserved
	if ip == nil {
		var ok bool
		if ip, ok = s.takeIP(c, family); !ok {
			return nil, noFreeAddress(family)
		}
	}
	n := s.connectIP(v, ip)
	v.setGroup(n.ID, group)
	return attachIPBody{true, "IP attached", attachedIPBody{v.ID, n.Address.String(), n.ID, n.MAC}}, nil
}

// mayTakeIP refuses a fifth IPv4 address, one of the pool beside others, a second IPv6 address, and a reserved one that
// another VM has.
func (v *vm) mayTakeIP(family string, reserved *floatingIP) error {
	if err := v.mustBe(vmActive, vmPassive); err != nil {
		return err
	}
	if reserved != nil && reserved.VM != "" {
		return conflict("%s is attached to a VM already", reserved.Address)
	}
	has := v.addresses(family)
	switch {
	case len(has) == 0:
	case family == familyIPv6:
		return conflict("VM %q has a public IPv6 address already: %s", v.Name, has[0])
	case len(has) >= maxPublicIPv4:
		return conflict("VM %q has %d public IPv4 addresses already, as many as it can have", v.Name, len(has))
	case reserved == nil:
		return conflict("VM %q has a public IPv4 address already, %s: reserve another one, and name it with ip_id", v.Name, has[0])
	}
	return nil
}

// addresses are the public ones of a family that the VM has, by the number of the interface.
func (v *vm) addresses(family string) []netip.Addr {
	var all []netip.Addr
	for _, n := range v.NICs {
		if n.Type == nicTypeOf(family) {
			all = append(all, n.Address)
		}
	}
	return all
}

// detachVMIP takes a public address off a VM, unless the VM would be left without any interface.
func (s *Server) detachVMIP(c *call) (any, error) {
	v := s.vm(c)
	n, ok := v.nic(c.number("nic_id"))
	if !ok || n.Type == nicVPC {
		return nil, notFound("public interface not found")
	}
	if err := v.mayLoseInterface(); err != nil {
		return nil, err
	}
	s.disconnect(v, n)
	return done("IP detached"), nil
}

// readIP finds an address that a body names; nil when it names none. It must lie in the call's project and be
// reserved.
func (s *Server) readIP(c *call, field input.StringField) *floatingIP {
	if !field.Sent() {
		return nil
	}
	ip, ok := s.state.IPs.Get(field.Value())
	switch {
	case !ok || ip.Project != c.project:
		c.input.Fail(field.Name(), "no such IP in this project")
		return nil
	case !ip.Reserved:
		c.input.Fail(field.Name(), "%s is not reserved", ip.Address)
		return nil
	}
	return ip
}
