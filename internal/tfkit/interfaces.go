package tfkit

import (
	"context"
	"slices"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// Interfaces returns the interfaces of a VM, which are asked for once in a run, and false where they
// cannot be listed.
func (p *Planning) Interfaces(ctx context.Context, vm Item) ([]*client.VMNetwork, bool) {
	nics, err := p.base.Inventory.interfaces(ctx, vm)
	return nics, err == nil
}

func (i *Inventory) interfaces(ctx context.Context, vm Item) ([]*client.VMNetwork, error) {
	i.mu.Lock()
	known := i.nics[vm.ID]
	if known == nil {
		known = &cached[[]*client.VMNetwork]{}
		i.nics[vm.ID] = known
	}
	i.mu.Unlock()
	return known.get(func() ([]*client.VMNetwork, error) {
		return i.client.ReaderIn(vm.ProjectID).ReadVMNetworks(ctx, vm.ID)
	})
}

// VMWith returns the VM that has a public address, or the zero Item.
func (p *Planning) VMWith(ctx context.Context, address string) Item {
	item, _ := p.base.Inventory.listed(ctx, VM, func(vm Item) bool {
		return slices.ContainsFunc(vm.Addresses, func(a string) bool { return SameAddress(a, address) })
	})
	return item
}

// ReservedIP returns the reserved address that is written so, or the zero Item where it is none.
func (p *Planning) ReservedIP(ctx context.Context, address string) (Item, error) {
	return p.base.Inventory.listed(ctx, IP, func(ip Item) bool { return ip.Reserved && SameAddress(ip.Value, address) })
}
