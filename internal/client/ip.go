package client

import (
	"context"
	"iter"
	"net/http"
	"strconv"
	"time"
)

// Families of public addresses, as the API spells them.
const (
	IPv4 = "IPv4"
	IPv6 = "IPv6"
)

// States of a public address.
const (
	IPFree  = "free"
	IPInUse = "in-use"
)

// IP is a public, "floating" address.
type IP struct {
	ID        string     `json:"id" api:"required"`
	AccountID string     `json:"account_id"`
	ProjectID string     `json:"project_id"`
	CreatedBy string     `json:"created_by"`
	Address   string     `json:"ip_address" api:"required"`
	Type      string     `json:"type" api:"required"`     // IPv4 or IPv6
	Status    string     `json:"status" api:"required"`   // IPFree or IPInUse
	Reserved  bool       `json:"reserved" api:"required"` // kept for the account, attached or not
	Region    string     `json:"region"`
	CreatedAt *time.Time `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at"`
}

func (i IP) identity() string { return i.ID }

// IPFilter narrows a list of addresses; empty fields do not.
type IPFilter struct {
	Reserved *bool
	Status   string // IPFree or IPInUse
}

// ReserveIPRequest describes an address to reserve; empty fields mean IPv4, the project's region, and monthly.
type ReserveIPRequest struct {
	Type          string `json:"type,omitempty"`
	Region        string `json:"region,omitempty"`
	BillingPeriod string `json:"billing_period,omitempty"` // monthly, yearly or twenty_four_month
}

// ChangedIP is the outcome of exchanging an address.
type ChangedIP struct {
	Old IP
	New IP
}

type changedIPAnswer struct {
	envelope
	Old *IP `json:"old_ip"`
	New *IP `json:"new_ip"`
}

func (a *changedIPAnswer) incomplete() error {
	if err := checkObject(a.Old); err != nil {
		return err
	}
	return checkObject(a.New)
}

// GetIP returns the public address with the given id.
func (r Reader) GetIP(ctx context.Context, id string) (*IP, error) {
	return payload[IP](ctx, r, request{method: http.MethodGet, path: v1("ips", id), about: id})
}

// ReadIP is [Reader.GetIP] for reading many; see [Reader.ReadVM].
func (r Reader) ReadIP(ctx context.Context, id string) (*IP, error) {
	return r.fleets.ips.getInProject(ctx, r, id, func(ctx context.Context) (*IP, error) { return r.GetIP(ctx, id) })
}

// ListIPs yields the public addresses in the reader's scope.
func (r Reader) ListIPs(ctx context.Context, f IPFilter) iter.Seq2[*IP, error] {
	query := filter("status", f.Status)
	if f.Reserved != nil {
		query.Set("reserved", strconv.FormatBool(*f.Reserved))
	}
	return pages[IP](ctx, r, v1("ips"), query)
}

// ReserveIP reserves an address in the project.
func (s *Scoped) ReserveIP(ctx context.Context, body ReserveIPRequest) (*IP, error) {
	return payload[IP](ctx, s.Reader, request{method: http.MethodPost, path: v1("ips", "reserve"), body: body})
}

// ReleaseIP gives a reserved address back. [ErrConflict]: it is attached.
func (s *Scoped) ReleaseIP(ctx context.Context, id string) error {
	return nothing(ctx, s.Reader, request{method: http.MethodDelete, path: v1("ips", id, "reserve")})
}

// ChangeIP exchanges a reserved, detached address for another one of the pool. [ErrConflict]: it is attached.
func (s *Scoped) ChangeIP(ctx context.Context, id string) (*ChangedIP, error) {
	var out changedIPAnswer
	if err := s.do(ctx, request{method: http.MethodPost, path: v1("ips", id, "change")}, &out); err != nil {
		return nil, err
	}
	return &ChangedIP{Old: *out.Old, New: *out.New}, nil
}
