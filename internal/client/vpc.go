package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// VPC is a private IPv4 network.
type VPC struct {
	ID             string     `json:"id" api:"required"`
	AccountID      string     `json:"account_id"`
	ProjectID      string     `json:"project_id"`
	Name           string     `json:"name" api:"required"`
	CIDR           string     `json:"cidr" api:"required"`
	Gateway        string     `json:"gateway"`
	DNS            string     `json:"dns"`
	Status         string     `json:"status" api:"required"`
	TotalIPs       *int64     `json:"total_ips"`
	UsedIPs        *int64     `json:"used_ips"`
	Region         string     `json:"region" api:"required"`
	GatewayType    string     `json:"gateway_type"`
	RouterPublicIP string     `json:"router_public_ip"`
	RouterStatus   string     `json:"router_status"`
	CreatedAt      *time.Time `json:"created_at"`
	UpdatedAt      *time.Time `json:"updated_at"`
}

func (v VPC) identity() string { return v.ID }

// VPCDetail is a VPC with its address range and leases, which only a get has.
type VPCDetail struct {
	VPC          VPC        `json:"vpc" api:"required"`
	IPRangeStart string     `json:"ip_range_start"`
	IPRangeEnd   string     `json:"ip_range_end"`
	Leases       []VPCLease `json:"leases"`
}

func (d VPCDetail) identity() string { return d.VPC.ID }

// VPCLease is an address of a VPC that a VM's interface holds.
type VPCLease struct {
	IP    string `json:"ip" api:"required"`
	NICID int64  `json:"nic_id" api:"required"`
}

// CreateVPCRequest describes a new VPC. Name, unique in the account, and CIDR are required.
type CreateVPCRequest struct {
	Name   string `json:"name"` // 1 to 64 characters
	CIDR   string `json:"cidr"` // private, /16 to /28; cannot be changed later
	Region string `json:"region,omitempty"`
}

// UpdateVPCRequest changes a VPC; fields that are nil stay. At least one is needed.
type UpdateVPCRequest struct {
	Name        *string `json:"name,omitempty"`
	Description *string `json:"description,omitempty"` // the API does not return it
}

// CIDRSuggestions are address ranges that no VPC of the account uses.
type CIDRSuggestions struct {
	Suggested     string           `json:"suggested"`
	SuggestedIPs  *int64           `json:"suggested_ips"`
	Alternatives  []CIDRSuggestion `json:"alternatives"`
	ExistingCount *int64           `json:"existing_count"` // VPCs there are
}

// CIDRSuggestion is one of several ranges to choose from.
type CIDRSuggestion struct {
	CIDR         string `json:"cidr"`
	AvailableIPs *int64 `json:"available_ips"`
	Size         string `json:"size"` // small, medium or large
}

type cidrAnswer struct {
	envelope
	CIDRSuggestions
}

// GetVPC returns the VPC with the given id.
func (r Reader) GetVPC(ctx context.Context, id string) (*VPCDetail, error) {
	return payload[VPCDetail](ctx, r, request{method: http.MethodGet, path: v1("vpcs", id), about: id})
}

// ReadVPC returns the VPC with the given id, without what only a get has, for reading many; see [Reader.ReadVM].
func (r Reader) ReadVPC(ctx context.Context, id string) (*VPC, error) {
	return r.fleets.vpcs.getInProject(ctx, r, id, func(ctx context.Context) (*VPC, error) {
		detail, err := r.GetVPC(ctx, id)
		if err != nil {
			return nil, err
		}
		return &detail.VPC, nil
	})
}

// ListVPCs yields the VPCs in the reader's scope. The API does not page them.
func (r Reader) ListVPCs(ctx context.Context) iter.Seq2[*VPC, error] {
	return whole[VPC](ctx, r, v1("vpcs"), nil)
}

// SuggestCIDRs returns ranges for a new VPC.
func (r Reader) SuggestCIDRs(ctx context.Context) (*CIDRSuggestions, error) {
	var out cidrAnswer
	if err := r.do(ctx, request{method: http.MethodGet, path: v1("vpcs", "cidr-suggestions")}, &out); err != nil {
		return nil, err
	}
	return &out.CIDRSuggestions, nil
}

// CreateVPC creates a VPC in the project.
func (s *Scoped) CreateVPC(ctx context.Context, body CreateVPCRequest) (*VPC, error) {
	return payload[VPC](ctx, s.Reader, request{method: http.MethodPost, path: v1("vpcs"), body: body})
}

// UpdateVPC changes a VPC's name or description.
func (s *Scoped) UpdateVPC(ctx context.Context, id string, body UpdateVPCRequest) (*VPC, error) {
	return payload[VPC](ctx, s.Reader, request{method: http.MethodPut, path: v1("vpcs", id), about: id, body: body})
}

// DeleteVPC deletes a VPC without VMs. [ErrConflict]: a VM is attached.
func (s *Scoped) DeleteVPC(ctx context.Context, id string) error {
	return nothing(ctx, s.Reader, request{method: http.MethodDelete, path: v1("vpcs", id)})
}
