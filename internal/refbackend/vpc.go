package refbackend

import (
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

// vpc is a private network.
type vpc struct {
	ID          string
	Project     string
	Name        string
	Description string // taken, never shown
	CIDR        netip.Prefix
	Region      string
	Leases      []lease // by address
	stamps
}

// lease is an address in use in a VPC, by one interface of one VM.
type lease struct {
	Address netip.Addr
	VM      string
	NIC     int
}

const vpcActive = "active"

var vpcNoun = noun{
	kind: "vpc", name: "VPC", plural: "VPCs",
	find: func(st *state, id string) (string, bool) {
		v, ok := st.VPCs.Get(id)
		if !ok {
			return "", false
		}
		return v.Project, true
	},
	count: func(st *state, project string) int {
		return st.VPCs.Count(func(v *vpc) bool { return v.Project == project })
	},
}

func vpcOperations() []*operation {
	const path = "/api/v1/vpcs"
	return []*operation{
		{id: "listVPCs", method: http.MethodGet, path: path, kind: list, permission: "vpc.view", handle: (*Server).listVPCs},
		{
			id: "createVPC", method: http.MethodPost, path: path, kind: mutation, permission: "vpc.create",
			body: requiredBody, status: http.StatusCreated, handle: (*Server).createVPC,
		},
		{
			id: "listVPCCIDRSuggestions", method: http.MethodGet, path: path + "/cidr-suggestions", kind: list, permission: "vpc.view",
			handle: (*Server).suggestCIDRs,
		},
		{
			id: "getVPC", method: http.MethodGet, path: path + "/{id}", kind: get, on: &vpcNoun, permission: "vpc.view",
			handle: (*Server).getVPC,
		},
		{
			id: "updateVPC", method: http.MethodPut, path: path + "/{id}", kind: mutation, on: &vpcNoun, permission: "vpc.manage",
			body: requiredBody, handle: (*Server).updateVPC,
		},
		{
			id: "deleteVPC", method: http.MethodDelete, path: path + "/{id}", kind: mutation, on: &vpcNoun, permission: "vpc.delete",
			handle: (*Server).deleteVPC,
		},
	}
}

type vpcBody struct {
	ID          string    `json:"id"`
	AccountID   string    `json:"account_id"`
	ProjectID   string    `json:"project_id"`
	Name        string    `json:"name"`
	CIDR        string    `json:"cidr"`
	Gateway     string    `json:"gateway"`
	DNS         string    `json:"dns"`
	Status      string    `json:"status"`
	TotalIPs    int       `json:"total_ips"`
	UsedIPs     int       `json:"used_ips"`
	Region      string    `json:"region"`
	GatewayType string    `json:"gateway_type"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

func (s *Server) showVPC(v *vpc) any {
	return vpcBody{
		ID:          v.ID,
		AccountID:   s.state.AccountID,
		ProjectID:   v.Project,
		Name:        v.Name,
		CIDR:        v.CIDR.String(),
		Gateway:     v.gateway().String(),
		DNS:         v.gateway().String(),
		Status:      vpcActive,
		TotalIPs:    int(rangeSize(v.CIDR)),
		UsedIPs:     len(v.Leases),
		Region:      v.Region,
		GatewayType: "none",
		CreatedAt:   v.CreatedAt,
		UpdatedAt:   v.UpdatedAt,
	}
}

type leaseBody struct {
	IP  string `json:"ip"`
	NIC int    `json:"nic_id"`
}

type vpcDetailBody struct {
	VPC    any         `json:"vpc"`
	First  string      `json:"ip_range_start"`
	Last   string      `json:"ip_range_end"`
	Leases []leaseBody `json:"leases"`
}

func (s *Server) listVPCs(c *call) (any, error) {
	return listing[*vpc]{
		noun:    &vpcNoun,
		id:      func(v *vpc) string { return v.ID },
		project: func(v *vpc) string { return v.Project },
		show:    s.showVPC,
	}.answer(s, c, s.state.VPCs.All()), nil
}

func (s *Server) getVPC(c *call) (any, error) {
	v, _ := s.state.VPCs.Get(c.id())
	first, last := v.hosts()
	detail := vpcDetailBody{VPC: s.showVPC(v), First: first.String(), Last: last.String(), Leases: []leaseBody{}}
	for _, l := range v.Leases {
		detail.Leases = append(detail.Leases, leaseBody{l.Address.String(), l.NIC})
	}
	return data(detail), nil
}

func (s *Server) createVPC(c *call) (any, error) {
	in := c.input
	name := in.String("name").Required().Len(1, 64).Value()
	cidr := readCIDR(in.String("cidr").Required())
	region := in.String("region").OneOf(regionCode).Or(regionCode)
	if err := in.Err(); err != nil {
		return nil, err
	}
	if err := s.checkNewVPC(name, "cidr", cidr); err != nil {
		return nil, err
	}
	v := s.addVPC(vpc{Project: c.project, Name: name, CIDR: cidr, Region: region})
	c.created(&vpcNoun, v.ID)
	return data(s.showVPC(v)), nil
}

func (s *Server) updateVPC(c *call) (any, error) {
	v, _ := s.state.VPCs.Get(c.id())
	in := c.input
	name := in.String("name").Len(1, 64).Or(v.Name)
	description := in.String("description").Or(v.Description)
	in.AtLeastOne("name", "description")
	if err := in.Err(); err != nil {
		return nil, err
	}
	if err := s.checkVPCName(name, v.ID); err != nil {
		return nil, err
	}
	v.Name, v.Description, v.UpdatedAt = name, description, s.now
	return data(s.showVPC(v)), nil
}

func (s *Server) deleteVPC(c *call) (any, error) {
	v, _ := s.state.VPCs.Get(c.id())
	if len(v.Leases) > 0 {
		return nil, conflict("VPC %q has VMs attached: %d", v.Name, len(v.Leases))
	}
	s.state.VPCs.Remove(v.ID)
	return done("VPC deleted"), nil
}

// addVPC adds a VPC.
func (s *Server) addVPC(v vpc) *vpc {
	v.ID = s.state.IDs.uuid()
	v.stamps = s.stamped()
	s.state.VPCs.Put(v.ID, &v)
	return &v
}

// checkNewVPC refuses a name that is taken and a range that overlaps with another VPC of the account.
func (s *Server) checkNewVPC(name, cidrField string, cidr netip.Prefix) error {
	if other, overlaps := s.state.overlapping(cidr); overlaps {
		return badRequest("%s: %s overlaps with VPC %q (%s)", cidrField, cidr, other.Name, other.CIDR)
	}
	return s.checkVPCName(name, "")
}

func (s *Server) checkVPCName(name, self string) error {
	taken := func(v *vpc) bool { return v.Name == name && v.ID != self }
	if _, ok := s.state.VPCs.First(taken); ok {
		return conflict("a VPC named %q already exists", name)
	}
	return nil
}

func (st *state) overlapping(cidr netip.Prefix) (*vpc, bool) {
	return st.VPCs.First(func(v *vpc) bool { return v.CIDR.Overlaps(cidr) })
}

var cidrPattern = regexp.MustCompile(`^([0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,2}$`)

// privateRanges are where a VPC may lie: RFC 1918 and the shared range of RFC 6598.
var privateRanges = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"),
}

// readCIDR reads the range of a new VPC; the two long messages are the service's own.
func readCIDR(field input.StringField) netip.Prefix {
	field.Match(cidrPattern, "a CIDR block like 10.0.1.0/24").Check(cidrProblem)
	prefix, _ := netip.ParsePrefix(field.Value())
	return prefix
}

func cidrProblem(text string) string {
	prefix, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return "must be a CIDR block like 10.0.1.0/24"
	case prefix.Bits() < 16 || prefix.Bits() > 28:
		return "CIDR prefix must be between /16 and /28"
	case !slices.ContainsFunc(privateRanges, func(r netip.Prefix) bool { return r.Contains(prefix.Addr()) }):
		return "CIDR must be in private range (10.x.x.x, 172.16-31.x.x, 192.168.x.x, or 100.64-127.x.x)"
	case prefix != prefix.Masked():
		return fmt.Sprintf("must be aligned to its mask, like %s", prefix.Masked())
	}
	return ""
}

// rangeSize is the number of addresses in a range.
func rangeSize(cidr netip.Prefix) uint32 { return 1 << (32 - cidr.Bits()) }

// reservedAddresses are the network, the gateway and the broadcast address: a /24 has 253 left, a /28 13.
const reservedAddresses = 3

// gateway is the first host.
func (v *vpc) gateway() netip.Addr { return addressAt(v.CIDR, gatewayOffset) }

// hosts are the first and the last address for VMs.
func (v *vpc) hosts() (first, last netip.Addr) {
	return addressAt(v.CIDR, gatewayOffset+1), addressAt(v.CIDR, rangeSize(v.CIDR)-2)
}

// leaseAt finds an address among the leases, or where it belongs.
func (v *vpc) leaseAt(addr netip.Addr) (int, bool) {
	return slices.BinarySearchFunc(v.Leases, addr, func(l lease, a netip.Addr) int { return l.Address.Compare(a) })
}

// freeAddress returns the lowest free address; false when the VPC is full.
func (v *vpc) freeAddress() (netip.Addr, bool) {
	addr, last := v.hosts()
	for _, l := range v.Leases {
		if l.Address != addr {
			break
		}
		addr = addr.Next()
	}
	return addr, addr.Compare(last) <= 0
}

// CIDR suggestions, by size.
var suggestionSizes = []struct {
	name string
	bits int
}{{"small", 26}, {"medium", 24}, {"large", 20}}

// defaultVPCBits is the size of a VPC that comes with a VM, and of the main suggestion.
const defaultVPCBits = 24

type suggestionBody struct {
	CIDR      string `json:"cidr"`
	Available uint32 `json:"available_ips"`
	Size      string `json:"size"`
}

type suggestionsBody struct {
	Success      bool             `json:"success"`
	Suggested    string           `json:"suggested,omitempty"`
	SuggestedIPs uint32           `json:"suggested_ips,omitempty"`
	Alternatives []suggestionBody `json:"alternatives"`
	Existing     int              `json:"existing_count"`
}

// suggestCIDRs names free ranges that overlap neither with a VPC nor with one another. VPCs of the whole account
// count, for none may overlap.
func (s *Server) suggestCIDRs(*call) (any, error) {
	answer := suggestionsBody{Success: true, Existing: s.state.VPCs.Len(), Alternatives: []suggestionBody{}}
	var named []netip.Prefix
	if cidr, ok := s.state.freeCIDR(defaultVPCBits, nil); ok {
		named = append(named, cidr)
		answer.Suggested, answer.SuggestedIPs = cidr.String(), rangeSize(cidr)-reservedAddresses
	}
	for _, size := range suggestionSizes {
		if cidr, ok := s.state.freeCIDR(size.bits, named); ok {
			named = append(named, cidr)
			answer.Alternatives = append(answer.Alternatives, suggestionBody{
				CIDR: cidr.String(), Available: rangeSize(cidr) - reservedAddresses, Size: size.name,
			})
		}
	}
	return answer, nil
}

// freeCIDR finds a range in 10.0.0.0/8 that overlaps with no VPC and with none of the others. The search starts at
// the number of VPCs: where each came with a VM, the ranges below are taken.
func (st *state) freeCIDR(bits int, others []netip.Prefix) (netip.Prefix, bool) {
	blocks := uint32(1) << (bits - privateRanges[0].Bits())
	size := uint32(1) << (32 - bits)
	start := uint32(st.VPCs.Len())
	for i := range blocks {
		block := (start + i) % blocks
		cidr := netip.PrefixFrom(addressAt(privateRanges[0], block*size), bits)
		_, taken := st.overlapping(cidr)
		if !taken && !slices.ContainsFunc(others, cidr.Overlaps) {
			return cidr, true
		}
	}
	return netip.Prefix{}, false
}
