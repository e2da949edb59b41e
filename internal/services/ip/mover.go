package ip

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// mover attaches and detaches one reserved address. Each try runs under the lock of the VM and frees
// it again, so that another attachment can make the room that this one waits for: two addresses can
// be swapped between two VMs in one apply.
type mover struct {
	project *client.Scoped
	locks   *tfkit.Locks
	ip      *client.IP
	taken   func() // called, under the lock of the VM, where the address is on it already; may be nil
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
func (m *mover) tryAttach(ctx context.Context, vmID string) (nic *client.VMNetwork, err error) {
	err = tfkit.WithVM(ctx, m.locks, m.project, vmID, func(ctx context.Context) error {
		nic, err = tfkit.AttachOnce(ctx,
			func(ctx context.Context) (*client.VMNetwork, error) { return m.sendAttach(ctx, vmID) },
			func(ctx context.Context) (*client.VMNetwork, error) {
				return carrier(ctx, m.project, vmID, m.ip.Address)
			})
		return err
	})
	return nic, err
}

func (m *mover) sendAttach(ctx context.Context, vmID string) (*client.VMNetwork, error) {
	attached, err := m.project.AttachVMIP(ctx, vmID, client.AttachIPRequest{IPID: m.ip.ID})
	if err != nil {
		return nil, err
	}
	return &client.VMNetwork{NICID: attached.NICID, IP: attached.IPAddress, MAC: attached.MAC}, nil
}

// judge tells what a refusal means: the address is on the VM already; or another reserved one is, or
// this one is elsewhere, which another change may end; or the VM has an address of its own, which it
// keeps.
func (m *mover) judge(ctx context.Context, vmID string, refusal error) (*client.VMNetwork, string, error) {
	nic, err := tfkit.FindInterface(ctx, m.project.Reader, vmID, func(nic *client.VMNetwork) bool {
		return nic.Type == interfaceType(m.ip.Type)
	})
	if err != nil {
		return nil, "", err
	}
	if nic == nil {
		return nil, statePending, nil
	}
	if tfkit.SameAddress(nic.IP, m.ip.Address) {
		return m.takeOver(ctx, vmID)
	}
	reserved, err := m.isReserved(ctx, nic.IP)
	if err != nil {
		return nil, "", err
	}
	if reserved {
		return nil, statePending, nil
	}
	return nil, "", fmt.Errorf("%w. The VM has %s, an address of its own: with a reserved one, set %s = false on the raff_vm",
		refusal, nic.IP, ownSwitch(nic.IP))
}

// takeOver takes the address as attached if it is still on the VM.
func (m *mover) takeOver(ctx context.Context, vmID string) (nic *client.VMNetwork, state string, err error) {
	state = statePending
	err = tfkit.WithVM(ctx, m.locks, m.project, vmID, func(ctx context.Context) error {
		nic, err = carrier(ctx, m.project, vmID, m.ip.Address)
		if err != nil || nic == nil {
			return err
		}
		if state = stateAttached; m.taken != nil {
			m.taken()
		}
		return nil
	})
	return nic, state, err
}

// isReserved tells whether an address of a VM is one that is kept when it is detached.
func (m *mover) isReserved(ctx context.Context, address string) (bool, error) {
	reserved := true
	for ip, err := range m.project.ListIPs(ctx, client.IPFilter{Reserved: &reserved}) {
		if err != nil {
			return false, err
		}
		if tfkit.SameAddress(ip.Address, address) {
			return true, nil
		}
	}
	return false, nil
}

// detachWhenFree takes the address off a VM if it is still there, and not spared by then. stays tells that
// the VM outlives the run.
func (m *mover) detachWhenFree(ctx context.Context, vmID string, stays bool, spared func() bool) error {
	return tfkit.Detachment[client.VMNetwork]{
		Locks: m.locks, Project: m.project, VMID: vmID, Stays: stays, Interface: true,
		Find: func(ctx context.Context) (*client.VMNetwork, error) {
			if spared() {
				return nil, nil
			}
			return carrier(ctx, m.project, vmID, m.ip.Address)
		},
		Detach: func(ctx context.Context, nic *client.VMNetwork) error {
			return m.project.DetachVMIP(ctx, vmID, nic.NICID)
		},
	}.Run(ctx)
}

// carrier returns the interface of a VM that carries an address, or nil.
func carrier(ctx context.Context, project *client.Scoped, vmID, address string) (*client.VMNetwork, error) {
	return tfkit.FindInterface(ctx, project.Reader, vmID, func(nic *client.VMNetwork) bool {
		return tfkit.SameAddress(nic.IP, address)
	})
}

// interfaceType is the type of the interfaces that carry addresses of a family.
func interfaceType(family string) string {
	if family == client.IPv6 {
		return client.NetworkIPv6
	}
	return client.NetworkPublic
}

// ownSwitch is the attribute of raff_vm that gives a VM an address of its own of the family.
func ownSwitch(address string) string {
	if isIPv6(address) {
		return "public_ipv6"
	}
	return "public_ipv4"
}

func sameFamily(a, b string) bool { return isIPv6(a) == isIPv6(b) }

func isIPv6(address string) bool {
	addr, err := netip.ParseAddr(address)
	return err == nil && addr.Unmap().Is6()
}
