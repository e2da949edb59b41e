package ip

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

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
	primary types.Bool // whether the address is to be the VM's primary one; null for either
	taken   func()     // called, under the lock of the VM, where the address is on it already; may be nil
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
			var turn *turnError
			switch {
			case errors.As(err, &turn):
				conflict = err
				return nil, statePending, nil
			case !errors.Is(err, client.ErrConflict):
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
		if err := m.awaitTurn(ctx, vmID); err != nil {
			return err
		}
		nic, err = tfkit.AttachOnce(ctx,
			func(ctx context.Context) (*client.VMNetwork, error) { return m.sendAttach(ctx, vmID) },
			func(ctx context.Context) (*client.VMNetwork, error) {
				return carrier(ctx, m.project, vmID, m.ip.Address)
			})
		if err != nil {
			return err
		}
		// Only the list tells which address is the primary one; where it does not show the interface yet, the next refresh does.
		if listed, err := carrier(context.WithoutCancel(ctx), m.project, vmID, m.ip.Address); err == nil && listed != nil && listed.NICID == nic.NICID {
			nic.IsPrimary = listed.IsPrimary
		}
		return nil
	})
	return nic, err
}

// turnError is why an address is not attached yet: another one has to go, or to come, before it.
type turnError struct{ reason string }

func (e *turnError) Error() string { return e.reason }

// awaitTurn returns a turnError while the address would not become what it is to be: the VM's first one is the primary one.
func (m *mover) awaitTurn(ctx context.Context, vmID string) error {
	if m.primary.IsNull() || isIPv6(m.ip.Address) {
		return nil
	}
	nics, err := client.Collect(m.project.ListVMNetworks(ctx, vmID, client.NetworkPublic))
	if err != nil {
		return err
	}
	for _, nic := range nics {
		if tfkit.SameAddress(nic.IP, m.ip.Address) {
			return nil
		}
	}
	switch {
	case m.primary.ValueBool() && len(nics) > 0:
		return &turnError{fmt.Sprintf("with primary = true it has to be the VM's first public IPv4 address, and the VM has %s. "+
			"Detach the others, or take primary = true back", addresses(nics))}
	case !m.primary.ValueBool() && len(nics) == 0:
		return &turnError{"with primary = false it is attached once the VM has another public IPv4 address, and the VM has none. " +
			"Attach another one, or take primary = false back"}
	}
	return nil
}

// addresses lists the addresses of interfaces.
func addresses(nics []*client.VMNetwork) string {
	texts := make([]string, len(nics))
	for i, nic := range nics {
		texts[i] = nic.IP
	}
	return strings.Join(texts, ", ")
}

func (m *mover) sendAttach(ctx context.Context, vmID string) (*client.VMNetwork, error) {
	attached, err := m.project.AttachVMIP(ctx, vmID, client.AttachIPRequest{IPID: m.ip.ID})
	if err != nil {
		return nil, err
	}
	return &client.VMNetwork{NICID: attached.NICID, IP: attached.IPAddress, MAC: attached.MAC}, nil
}

// judge tells what a refusal means: the address is on the VM already; or other reserved ones are, or
// this one is elsewhere, which another change may end; or the VM has no room beside an address of its own,
// which it keeps.
func (m *mover) judge(ctx context.Context, vmID string, refusal error) (*client.VMNetwork, string, error) {
	nics, err := client.Collect(m.project.ListVMNetworks(ctx, vmID, interfaceType(m.ip.Type)))
	if err != nil {
		return nil, "", err
	}
	for _, nic := range nics {
		if tfkit.SameAddress(nic.IP, m.ip.Address) {
			return m.takeOver(ctx, vmID)
		}
	}
	if len(nics) != 1 { // of several at least one is reserved
		return nil, statePending, nil
	}
	own := nics[0].IP
	reserved, err := m.isReserved(ctx, own)
	if err != nil {
		return nil, "", err
	}
	if reserved || m.isElsewhere(ctx) {
		return nil, statePending, nil
	}
	return nil, "", fmt.Errorf("%w. The VM has %s, an address of its own: with a reserved one, set %s = false on the raff_vm",
		refusal, own, ownSwitch(own))
}

// isElsewhere tells whether the address is on a VM, which the caller knows to be another one.
func (m *mover) isElsewhere(ctx context.Context) bool {
	ip, err := m.project.GetIP(ctx, m.ip.ID)
	return err == nil && ip.Status != client.IPFree
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

// carrier returns the interface of a VM that carries an address, or nil. Where the API does not say which address is the
// primary one, the only IPv4 address is.
func carrier(ctx context.Context, project *client.Scoped, vmID, address string) (*client.VMNetwork, error) {
	nics, err := client.Collect(project.ListVMNetworks(ctx, vmID, ""))
	if err != nil {
		return nil, err
	}
	return carrierAmong(nics, address), nil
}

// seenCarrier is carrier for a Read: a copy may answer where it shows the address.
func seenCarrier(ctx context.Context, project *client.Scoped, vmID, address string) (*client.VMNetwork, error) {
	nics, err := project.ReadVMNetworks(ctx, vmID)
	if err != nil {
		return nil, err
	}
	if found := carrierAmong(nics, address); found != nil {
		return found, nil
	}
	return carrier(ctx, project, vmID, address)
}

func carrierAmong(nics []*client.VMNetwork, address string) *client.VMNetwork {
	var found *client.VMNetwork
	several := 0
	for _, nic := range nics {
		if nic.Type == client.NetworkPublic {
			several++
		}
		if tfkit.SameAddress(nic.IP, address) {
			found = nic
		}
	}
	if found != nil && found.IsPrimary == nil && found.Type == client.NetworkPublic && several == 1 {
		only := true
		found.IsPrimary = &only
	}
	return found
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
