package client

import (
	"context"
	"iter"
	"net/http"
	"strconv"
)

// Kinds of network interfaces.
const (
	NetworkPublic = "public" // public IPv4
	NetworkVPC    = "vpc"    // private IPv4
	NetworkIPv6   = "ipv6"   // public IPv6
)

// VMNetwork is a network interface of a VM.
type VMNetwork struct {
	NICID           int64  `json:"nic_id" api:"required"` // 0 is a valid id
	NetworkName     string `json:"network_name" api:"required"`
	IP              string `json:"ip" api:"required"`
	MAC             string `json:"mac"`
	Gateway         string `json:"gateway"`
	Type            string `json:"type" api:"required"` // NetworkPublic, NetworkVPC or NetworkIPv6
	SecurityGroupID string `json:"security_group_id"`
	IsPrimary       *bool  `json:"is_primary"` // nil where the API does not say
}

// identity has the type in it, since the ids of interfaces are only known to be distinct within one.
func (n VMNetwork) identity() string { return n.Type + nicID(n.NICID) }

// AttachVPCRequest attaches a VM to a VPC. Without IP the API picks an address.
type AttachVPCRequest struct {
	VPCID string `json:"vpc_id"`
	IP    string `json:"ip,omitempty"`
}

// AttachIPRequest gives a VM a public address: a reserved one by IPID, or one of the pool by Type.
type AttachIPRequest struct {
	IPID           string   `json:"ip_id,omitempty"`
	Type           string   `json:"type,omitempty"` // IPv4 or IPv6
	SecurityGroups []string `json:"security_groups,omitempty"`
}

// AttachedIP is the outcome of giving a VM a public address.
type AttachedIP struct {
	VMID      string `json:"vm_id"`
	IPAddress string `json:"ip_address"`
	NICID     int64  `json:"nic_id"` // needed to detach; 0 is a valid id
	MAC       string `json:"mac"`
}

func (a AttachedIP) identity() string { return a.IPAddress }

// AttachSecurityGroupRequest puts a security group on an interface.
type AttachSecurityGroupRequest struct {
	SecurityGroupID string `json:"security_group_id"`
	NICID           int64  `json:"nic_id"`
}

// ListVMNetworks yields the interfaces of a VM, of one kind or, when kind is empty, of all. The API does not page them.
func (r Reader) ListVMNetworks(ctx context.Context, vmID, kind string) iter.Seq2[*VMNetwork, error] {
	return whole[VMNetwork](ctx, r, v1("vms", vmID, "networks"), filter("type", kind))
}

// ReadVMNetworks returns all interfaces of a VM, for reading what is attached to many; see [Reader.ReadVM]. Those that ask for
// the interfaces of the same VM share one request.
func (r Reader) ReadVMNetworks(ctx context.Context, vmID string) ([]*VMNetwork, error) {
	all, err := r.fleets.networks.getInProject(ctx, r, vmID, func(ctx context.Context) (*vmNetworks, error) {
		nics, err := Collect(r.ListVMNetworks(ctx, vmID, ""))
		return &vmNetworks{vmID, nics}, err
	})
	if err != nil {
		return nil, err
	}
	return all.nics, nil
}

// AttachVMToVPC gives a VM an interface in a VPC. The API does not say which; see [Reader.ListVMNetworks].
func (s *Scoped) AttachVMToVPC(ctx context.Context, vmID string, body AttachVPCRequest) error {
	return nothing(ctx, s.Reader, request{method: http.MethodPost, path: v1("vms", vmID, "vpc"), body: body})
}

// DetachVMFromVPC removes a VM's interface in a VPC. [ErrConflict]: it is the VM's last one.
func (s *Scoped) DetachVMFromVPC(ctx context.Context, vmID string, nic int64) error {
	return nothing(ctx, s.Reader, request{method: http.MethodDelete, path: v1("vms", vmID, "vpc", nicID(nic))})
}

// AttachVMIP gives a VM a public address. It may have four IPv4, all but the first of them reserved ones, and one IPv6.
// [ErrConflict]: it has as many already.
func (s *Scoped) AttachVMIP(ctx context.Context, vmID string, body AttachIPRequest) (*AttachedIP, error) {
	req := request{method: http.MethodPost, path: v1("vms", vmID, "ip"), body: body}
	return payload[AttachedIP](ctx, s.Reader, req)
}

// DetachVMIP takes a public address from a VM. A reserved one is kept, one of the pool returns there.
func (s *Scoped) DetachVMIP(ctx context.Context, vmID string, nic int64) error {
	return nothing(ctx, s.Reader, request{method: http.MethodDelete, path: v1("vms", vmID, "ip", nicID(nic))})
}

// AttachVMSecurityGroup puts a security group on an interface of a VM.
func (s *Scoped) AttachVMSecurityGroup(ctx context.Context, vmID string, body AttachSecurityGroupRequest) error {
	req := request{method: http.MethodPost, path: v1("vms", vmID, "security-groups"), body: body}
	return nothing(ctx, s.Reader, req)
}

// DetachVMSecurityGroup takes a security group from an interface of a VM.
func (s *Scoped) DetachVMSecurityGroup(ctx context.Context, vmID, groupID string, nic int64) error {
	path := v1("vms", vmID, "security-groups", groupID, nicID(nic))
	return nothing(ctx, s.Reader, request{method: http.MethodDelete, path: path})
}

func nicID(id int64) string { return strconv.FormatInt(id, 10) }
