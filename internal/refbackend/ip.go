package refbackend

import (
	"net/http"
	"net/netip"
	"strconv"
	"time"
)

// The families of public addresses.
const (
	familyIPv4 = "IPv4"
	familyIPv6 = "IPv6"
)

// States of a public address.
const (
	ipFree  = "free"
	ipInUse = "in-use"
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
		ip, ok := st.IPs.Get(id)
		if !ok {
			return "", false
		}
		return ip.Project, true
	},
	count: func(st *state, project string) int {
		return st.IPs.Count(func(ip *floatingIP) bool { return ip.Project == project })
	},
}

func ipOperations() []*operation {
	const path = "/api/v1/ips"
	return []*operation{
		{
			id: "listIPs", method: http.MethodGet, path: path, kind: list, permission: "ip.view", page: 20,
			query:  []filter{{name: "reserved", boolean: true}, {name: "status", values: []string{ipFree, ipInUse}}},
			handle: (*Server).listIPs,
		},
		{
			id: "reserveIP", method: http.MethodPost, path: path + "/reserve", kind: mutation, permission: "ip.create",
			body: optionalBody, status: http.StatusCreated, handle: (*Server).reserveIP,
		},
		{
			id: "getIP", method: http.MethodGet, path: path + "/{id}", kind: get, on: &ipNoun, permission: "ip.view",
			handle: (*Server).getIP,
		},
		{
			id: "releaseIP", method: http.MethodDelete, path: path + "/{id}/reserve", kind: mutation, on: &ipNoun,
			permission: "ip.delete", handle: (*Server).releaseIP,
		},
		{
			id: "changeIP", method: http.MethodPost, path: path + "/{id}/change", kind: mutation, on: &ipNoun,
			permission: "ip.manage", handle: (*Server).changeIP,
		},
	}
}

type ipBody struct {
	ID        string    `json:"id"`
	AccountID string    `json:"account_id"`
	ProjectID string    `json:"project_id"`
	CreatedBy string    `json:"created_by,omitempty"`
	Address   string    `json:"ip_address"`
	Type      string    `json:"type"`
	Status    string    `json:"status"`
	Reserved  bool      `json:"reserved"`
	Region    string    `json:"region"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func (ip *floatingIP) status() string {
	if ip.VM == "" {
		return ipFree
	}
	return ipInUse
}

func (s *Server) showIP(ip *floatingIP) any {
	return ipBody{
		ID:        ip.ID,
		AccountID: s.state.AccountID,
		ProjectID: ip.Project,
		CreatedBy: ip.CreatedBy,
		Address:   ip.Address.String(),
		Type:      ip.Family,
		Status:    ip.status(),
		Reserved:  ip.Reserved,
		Region:    ip.Region,
		CreatedAt: ip.CreatedAt,
		UpdatedAt: ip.UpdatedAt,
	}
}

func (s *Server) listIPs(c *call) (any, error) {
	matching := func(ip *floatingIP) bool {
		return c.matches("reserved", strconv.FormatBool(ip.Reserved)) && c.matches("status", ip.status())
	}
	return listing[*floatingIP]{
		noun:    &ipNoun,
		id:      func(ip *floatingIP) string { return ip.ID },
		project: func(ip *floatingIP) string { return ip.Project },
		show:    s.showIP,
	}.answer(s, c, s.state.IPs.Where(matching)), nil
}

func (s *Server) getIP(c *call) (any, error) { return data(s.showIP(s.ip(c))), nil }

// billingPeriods are those of a subscription. The account pays as it goes, so that the period changes nothing.
var billingPeriods = []string{"monthly", "yearly", "twenty_four_month"}

// reserveIP takes an address of the pool and keeps it for the account, attached or not.
func (s *Server) reserveIP(c *call) (any, error) {
	in := c.input
	project, _ := s.state.Projects.Get(c.project)
	family := in.String("type").OneOf(familyIPv4, familyIPv6).Or(familyIPv4)
	region := in.String("region").OneOf(regionCode).Or(project.Region)
	in.String("billing_period").OneOf(billingPeriods...)
	if err := in.Err(); err != nil {
		return nil, err
	}
	ip, ok := s.takeIP(c, family)
	if !ok {
		return nil, noFreeAddress(family)
	}
	ip.Reserved, ip.Region = true, region
	c.created(&ipNoun, ip.ID)
	return data(s.showIP(ip)), nil
}

func noFreeAddress(family string) error { return conflict("no public %s address is free", family) }

// releaseIP gives a reserved address back to the pool.
func (s *Server) releaseIP(c *call) (any, error) {
	ip := s.ip(c)
	if err := s.mustBeFree(ip); err != nil {
		return nil, err
	}
	s.dropIP(ip)
	return done("IP released"), nil
}

type changedIPBody struct {
	Success bool `json:"success"`
	Old     any  `json:"old_ip"`
	New     any  `json:"new_ip"`
}

// changeIP reserves another address of the pool in place of one. It is another object, with an id of its own.
func (s *Server) changeIP(c *call) (any, error) {
	old := s.ip(c)
	if err := s.mustBeFree(old); err != nil {
		return nil, err
	}
	next, ok := s.takeIP(c, old.Family)
	if !ok {
		return nil, noFreeAddress(old.Family)
	}
	next.Reserved, next.Region = true, old.Region
	old.Reserved, old.UpdatedAt = false, s.now
	s.dropIP(old)
	return changedIPBody{true, s.showIP(old), s.showIP(next)}, nil
}

// ip is the address that the path names; the server has found it before.
func (s *Server) ip(c *call) *floatingIP {
	ip, _ := s.state.IPs.Get(c.id())
	return ip
}

// mustBeFree refuses to take an address away from a VM.
func (s *Server) mustBeFree(ip *floatingIP) error {
	if ip.VM == "" {
		return nil
	}
	v, _ := s.state.VMs.Get(ip.VM)
	return conflict("%s is attached to VM %q: detach it first", ip.Address, v.Name)
}

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
	s.state.IPs.Put(ip.ID, ip)
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
	s.state.IPs.Remove(ip.ID)
	s.state.IDs.pool(ip.Family).put(ip.Address)
}
