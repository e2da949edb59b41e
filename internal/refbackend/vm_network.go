package refbackend

import (
	"net/http"
	"net/netip"
	"slices"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

// Types of a network interface.
const (
	nicPublic = "public"
	nicVPC    = "vpc"
	nicIPv6   = "ipv6"
)

// nic is a network interface of a VM: of a VPC, or one that carries a public address.
type nic struct {
	ID            int // within the VM, from 0
	Type          string
	Address       netip.Addr
	MAC           string
	VPC           string // id; of nicVPC only
	IP            string // id of the floatingIP; of the public types only
	SecurityGroup string // id; "" for none; of the public types only
}

func vmNetworkOperations() []*operation {
	return []*operation{
		{
			id: "listVMNetworks", method: http.MethodGet, path: vmPath + "/networks", kind: get, on: &vmNoun, permission: "vm.view",
			query: []filter{{name: "type", values: []string{nicPublic, nicVPC, nicIPv6}}}, handle: (*Server).listVMNetworks,
		},
		vmOperation("attachVMToVPC", http.MethodPost, "/vpc", "vm.manage", requiredBody, (*Server).attachVMToVPC),
		vmOperation("detachVMFromVPC", http.MethodDelete, "/vpc/{nic_id}", "vm.manage", noBody, (*Server).detachVMFromVPC),
		vmOperation("attachVMIP", http.MethodPost, "/ip", "ip.manage", requiredBody, (*Server).attachVMIP),
		vmOperation("detachVMIP", http.MethodDelete, "/ip/{nic_id}", "ip.manage", noBody, (*Server).detachVMIP),
		vmOperation("attachVMSecurityGroup", http.MethodPost, "/security-groups", "security_group.manage", requiredBody,
			(*Server).attachVMSecurityGroup),
		vmOperation("detachVMSecurityGroup", http.MethodDelete, "/security-groups/{sg_id}/{nic_id}", "security_group.manage", noBody,
			(*Server).detachVMSecurityGroup),
	}
}

type nicBody struct {
	ID            int    `json:"nic_id"`
	Network       string `json:"network_name"`
	IP            string `json:"ip"`
	MAC           string `json:"mac"`
	Gateway       string `json:"gateway"`
	Type          string `json:"type"`
	SecurityGroup string `json:"security_group_id,omitempty"`
	Primary       bool   `json:"is_primary"`
}

func (s *Server) listVMNetworks(c *call) (any, error) {
	v := s.vm(c)
	shown := []nicBody{}
	primary, _ := v.primaryNIC()
	for _, n := range v.NICs {
		if c.matches("type", n.Type) {
			body := s.showNIC(n)
			body.Primary = n.Type == nicPublic && n.ID == primary.ID
			shown = append(shown, body)
		}
	}
	return data(shown), nil
}

func (s *Server) showNIC(n nic) nicBody {
	body := nicBody{
		ID: n.ID, IP: n.Address.String(), MAC: n.MAC, Type: n.Type, SecurityGroup: n.SecurityGroup,
		Network: "public-" + n.Type,
	}
	switch n.Type {
	case nicVPC:
		v, _ := s.state.VPCs.Get(n.VPC)
		body.Network, body.Gateway = v.Name, v.gateway().String()
	case nicPublic:
		body.Network, body.Gateway = "public", addressAt(poolIPv4, gatewayOffset).String()
	case nicIPv6:
		body.Gateway = addressAt(poolIPv6, gatewayOffset).String()
	}
	return body
}

func (s *Server) attachVMToVPC(c *call) (any, error) {
	v := s.vm(c)
	network := s.readVPC(c, c.input.String("vpc_id").Required().UUID())
	address := readAddress(c.input, network)
	if err := c.input.Err(); err != nil {
		return nil, err
	}
	if err := v.mustBe(vmActive, vmPassive); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(v.NICs, func(n nic) bool { return n.VPC == network.ID }) {
		return nil, conflict("VM %q is attached to VPC %q already", v.Name, network.Name)
	}
	if !address.IsValid() {
		var ok bool
		if address, ok = network.freeAddress(); !ok {
			return nil, conflict("VPC %q has no free address", network.Name)
		}
	}
	if _, taken := network.leaseAt(address); taken {
		return nil, conflict("%s is in use in VPC %q", address, network.Name)
	}
	s.connectVPC(v, network, address)
	return done("VM attached to VPC"), nil
}

// readAddress reads the address that a VM wants in a VPC; the zero address when it takes any.
func readAddress(in *input.Fields, network *vpc) netip.Addr {
	wanted := in.String("ip")
	if !wanted.Sent() || network == nil {
		return netip.Addr{}
	}
	address, err := netip.ParseAddr(wanted.Value())
	if err != nil || !address.Is4() {
		in.Fail("ip", "must be an IPv4 address")
		return netip.Addr{}
	}
	if first, last := network.hosts(); address.Less(first) || last.Less(address) {
		in.Fail("ip", "must be between %s and %s", first, last)
	}
	return address
}

// detachVMFromVPC takes the VM out of a VPC, unless it would be left without any interface.
func (s *Server) detachVMFromVPC(c *call) (any, error) {
	v := s.vm(c)
	n, ok := v.nic(c.number("nic_id"))
	if !ok || n.Type != nicVPC {
		return nil, notFound("VPC interface not found")
	}
	if err := v.mayLoseInterface(); err != nil {
		return nil, err
	}
	s.disconnect(v, n)
	return done("VM detached from VPC"), nil
}

// mayLoseInterface refuses to take a VM's last interface.
func (v *vm) mayLoseInterface() error {
	if err := v.mustBe(vmActive, vmPassive); err != nil {
		return err
	}
	if len(v.NICs) == 1 {
		return conflict("the last interface of VM %q cannot be detached", v.Name)
	}
	return nil
}

// nic returns the interface with that id.
func (v *vm) nic(id int) (nic, bool) {
	for _, n := range v.NICs {
		if n.ID == id {
			return n, true
		}
	}
	return nic{}, false
}

// firstNIC returns the oldest interface of a type.
func (v *vm) firstNIC(kind string) (nic, bool) {
	for _, n := range v.NICs {
		if n.Type == kind {
			return n, true
		}
	}
	return nic{}, false
}

// primaryNIC returns the interface of the VM's primary public IPv4 address: the public one with the lowest number, so that
// the next one takes over when it goes.
func (v *vm) primaryNIC() (nic, bool) { return v.firstNIC(nicPublic) }

// plug gives a VM one more interface.
func (s *Server) plug(v *vm, n nic) nic {
	n.ID = v.NextNIC
	n.MAC = s.state.IDs.mac()
	v.NextNIC++
	v.NICs = append(v.NICs, n)
	v.UpdatedAt = s.now
	return n
}

// connectVPC gives a VM an interface in a VPC, at an address that is free there.
func (s *Server) connectVPC(v *vm, network *vpc, address netip.Addr) {
	n := s.plug(v, nic{Type: nicVPC, Address: address, VPC: network.ID})
	at, _ := network.leaseAt(address)
	network.Leases = slices.Insert(network.Leases, at, lease{Address: address, VM: v.ID, NIC: n.ID})
}

// nicTypeOf is the type of the interface that carries a public address of a family.
func nicTypeOf(family string) string {
	if family == familyIPv6 {
		return nicIPv6
	}
	return nicPublic
}

// connectIP gives a VM an interface with a public address that is free.
func (s *Server) connectIP(v *vm, ip *floatingIP) nic {
	ip.VM, ip.UpdatedAt = v.ID, s.now
	return s.plug(v, nic{Type: nicTypeOf(ip.Family), Address: ip.Address, IP: ip.ID})
}

// disconnect removes an interface: its lease ends, or its public address is free again.
func (s *Server) disconnect(v *vm, n nic) {
	v.NICs = slices.DeleteFunc(v.NICs, func(other nic) bool { return other.ID == n.ID })
	v.UpdatedAt = s.now
	if network, ok := s.state.VPCs.Get(n.VPC); ok {
		if at, found := network.leaseAt(n.Address); found {
			network.Leases = slices.Delete(network.Leases, at, at+1)
		}
	}
	if ip, ok := s.state.IPs.Get(n.IP); ok {
		s.freeIP(ip)
	}
}
