package refbackend

import "net/netip"

// The families of public addresses.
const (
	familyIPv4 = "IPv4"
	familyIPv6 = "IPv6"
)

// floatingIP is a public address that the account holds: reserved, or attached to a VM, or both.
type floatingIP struct {
	ID        string
	Project   string
	Address   netip.Addr
	Family    string
	Reserved  bool
	VM        string // "" when free; the VM's interface names the address in turn
	Region    string
	CreatedBy string
	stamps
}

var ipNoun = noun{
	kind: "ip", name: "IP", plural: "IPs",
	find: func(st *state, id string) (string, bool) {
		ip, ok := st.IPs.get(id)
		if !ok {
			return "", false
		}
		return ip.Project, true
	},
	count: func(st *state, project string) int {
		return st.IPs.count(func(ip *floatingIP) bool { return ip.Project == project })
	},
}

func ipOperations() []*operation { return nil }

func (g *generator) pool(family string) *addressPool {
	if family == familyIPv6 {
		return &g.IPv6
	}
	return &g.IPv4
}

// takeIP takes an address of a family from the pool; false when there is none left.
func (s *Server) takeIP(c *call, family string) (*floatingIP, bool) {
	addr, ok := s.state.IDs.pool(family).take()
	if !ok {
		return nil, false
	}
	ip := &floatingIP{
		ID: s.state.IDs.uuid(), Project: c.project, Address: addr, Family: family, Region: regionCode,
		CreatedBy: c.key.CreatedBy, stamps: s.stamped(),
	}
	s.state.IPs.put(ip.ID, ip)
	return ip, true
}

// freeIP takes an address off its VM: a reserved one stays with the account, any other returns to the pool.
func (s *Server) freeIP(ip *floatingIP) {
	ip.VM = ""
	ip.UpdatedAt = s.now
	if !ip.Reserved {
		s.dropIP(ip)
	}
}

// dropIP gives an address back to the pool.
func (s *Server) dropIP(ip *floatingIP) {
	s.state.IPs.remove(ip.ID)
	s.state.IDs.pool(ip.Family).put(ip.Address)
}
