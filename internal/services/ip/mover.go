package ip

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

// mover attaches and detaches one reserved address. Each try runs under the lock of the VM and frees
// it again, so that another attachment can make the room that this one waits for: two addresses can
// be swapped between two VMs in one apply.
type mover struct {
	project *client.Scoped
	locks   *framework.Locks
	ip      *client.IP
}

// States of an attachment that is waited for.
const (
	statePending  = "in use"
	stateAttached = "attached"
)

// attach puts the address on a VM. Where something is in the way that may go, it waits until the
// context ends.
func (m *mover) attach(ctx context.Context, vmID string) (*client.VMNetwork, error) {
	// A VM that does not exist is not waited for below.
	if _, err := m.project.WaitForVM(ctx, vmID, client.VMActive, client.VMPassive); err != nil {
		return nil, err
	}
	var conflict error
	nic, err := client.Waiter[*client.VMNetwork]{
		Subject: "IP " + m.ip.Address,
		Pending: []string{statePending},
		Target:  []string{stateAttached},
		Refresh: func(ctx context.Context) (*client.VMNetwork, string, error) {
			nic, err := m.tryAttach(ctx, vmID)
			if !errors.Is(err, client.ErrConflict) {
				return nic, stateAttached, err
			}
			conflict = err
			return m.judge(ctx, vmID, err)
		},
	}.Wait(ctx)
	if err != nil && conflict != nil && !errors.Is(err, client.ErrConflict) {
		return nil, fmt.Errorf("%w: %w", err, conflict)
	}
	return nic, err
}

// tryAttach asks the API once, when the VM is ready. An ambiguous answer is settled by looking: the
// address is on the VM or it is not.
func (m *mover) tryAttach(ctx context.Context, vmID string) (*client.VMNetwork, error) {
	unlock, err := m.locks.Lock(ctx, vmID)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if _, err := m.project.WaitForVM(ctx, vmID, client.VMActive, client.VMPassive); err != nil {
		return nil, err
	}
	// What was asked for must end up in the state, so that neither the request nor the look at its
	// outcome are aborted with the apply.
	ctx = context.WithoutCancel(ctx)
	attached, err := m.project.AttachVMIP(ctx, vmID, client.AttachIPRequest{IPID: m.ip.ID})
	switch {
	case errors.Is(err, client.ErrAmbiguous):
		nic, findErr := carrier(ctx, m.project, vmID, m.ip.Address)
		if findErr != nil || nic == nil {
			return nil, errors.Join(err, findErr)
		}
		return nic, nil
	case err != nil:
		return nil, err
	}
	return &client.VMNetwork{NICID: attached.NICID, IP: attached.IPAddress, MAC: attached.MAC}, nil
}

// judge tells what a refusal means: the address is on the VM already; or another reserved one is, or
// this one is elsewhere, which another change may end; or the VM has an address of its own, which it
// keeps.
func (m *mover) judge(ctx context.Context, vmID string, refusal error) (*client.VMNetwork, string, error) {
	nic, err := framework.FindInterface(ctx, m.project.Reader, vmID, func(nic *client.VMNetwork) bool {
		return nic.Type == interfaceType(m.ip.Type)
	})
	if err != nil {
		return nil, "", err
	}
	if nic == nil {
		return nil, statePending, nil
	}
	if sameAddress(nic.IP, m.ip.Address) {
		return nic, stateAttached, nil
	}
	reserved, err := m.isReserved(ctx, nic.IP)
	if err != nil {
		return nil, "", err
	}
	if reserved {
		return nil, statePending, nil
	}
	return nil, "", fmt.Errorf("%w. The VM has %s, an address of its own: with a reserved one, set %s = false on the raff_vm",
		refusal, nic.IP, map[string]string{client.IPv4: "public_ipv4", client.IPv6: "public_ipv6"}[m.ip.Type])
}

// isReserved tells whether an address of a VM is one that is kept when it is detached.
func (m *mover) isReserved(ctx context.Context, address string) (bool, error) {
	reserved := true
	for ip, err := range m.project.ListIPs(ctx, client.IPFilter{Reserved: &reserved}) {
		if err != nil {
			return false, err
		}
		if sameAddress(ip.Address, address) {
			return true, nil
		}
	}
	return false, nil
}

// detachWhenFree takes the address off a VM if it is still there. The API does not take a VM's last
// interface, and waiting for another one ends with the context.
func (m *mover) detachWhenFree(ctx context.Context, vmID string) error {
	return framework.DeleteWhenFree(ctx,
		func(ctx context.Context) error { return m.detach(ctx, vmID) },
		func(ctx context.Context) []string {
			nics, err := client.Collect(m.project.ListVMNetworks(ctx, vmID, ""))
			if err != nil || len(nics) != 1 {
				return nil
			}
			return []string{"VM " + vmID + " as its last interface"}
		})
}

func (m *mover) detach(ctx context.Context, vmID string) error {
	unlock, err := m.locks.Lock(ctx, vmID)
	if err != nil {
		return err
	}
	defer unlock()
	nic, err := carrier(ctx, m.project, vmID, m.ip.Address)
	if err != nil || nic == nil {
		return err
	}
	if _, err := m.project.WaitForVM(ctx, vmID, client.VMActive, client.VMPassive); err != nil {
		return err
	}
	return m.project.DetachVMIP(ctx, vmID, nic.NICID)
}

// carrier returns the interface of a VM that carries an address, or nil; a VM that is gone has none.
func carrier(ctx context.Context, project *client.Scoped, vmID, address string) (*client.VMNetwork, error) {
	nic, err := framework.FindInterface(ctx, project.Reader, vmID, func(nic *client.VMNetwork) bool {
		return sameAddress(nic.IP, address)
	})
	if errors.Is(err, client.ErrNotFound) {
		return nil, nil
	}
	return nic, err
}

// interfaceType is the type of the interfaces that carry addresses of a family.
func interfaceType(family string) string {
	if family == client.IPv6 {
		return client.NetworkIPv6
	}
	return client.NetworkPublic
}

// sameAddress compares two addresses, which IPv6 can write in several ways.
func sameAddress(a, b string) bool {
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	if errX != nil || errY != nil {
		return a == b
	}
	return x == y
}
