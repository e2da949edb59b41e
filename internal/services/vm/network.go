package vm

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/effects"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// ownAddresses takes over the addresses that the VM was asked to have. It has just been given them, so
// that no others can be meant.
func (m *resourceModel) ownAddresses(vm *client.VM) {
	m.PublicIPv4Address, m.PublicIPv6Address, m.PrivateIPv4Address = types.StringNull(), types.StringNull(), types.StringNull()
	if m.PublicIPv4.ValueBool() {
		m.PublicIPv4Address = tfkit.StringOrNull(vm.PublicIPv4Address)
	}
	if m.PublicIPv6.ValueBool() {
		m.PublicIPv6Address = tfkit.StringOrNull(vm.PublicIPv6Address)
	}
	if !m.VPCID.IsNull() {
		m.PrivateIPv4Address = tfkit.StringOrNull(vm.PrivateIPv4Address)
	}
}

// readNetwork fills in vpc_id and the address switches, which the API does not return with the VM, and
// the addresses that go with them. The VPC of a VM of the SDKv2 provider may have come without being asked for.
func (r *vmResource) readNetwork(ctx context.Context, vm *client.VM, before, state *resourceModel, upgraded bool) error {
	for _, family := range []struct {
		address        string
		on             *types.Bool
		known, current *types.String
	}{
		{vm.PublicIPv4Address, &state.PublicIPv4, &before.PublicIPv4Address, &state.PublicIPv4Address},
		{vm.PublicIPv6Address, &state.PublicIPv6, &before.PublicIPv6Address, &state.PublicIPv6Address},
	} {
		own, err := r.ownAddress(ctx, vm, family.address, *family.on, *family.known)
		if err != nil {
			return err
		}
		*family.current = own
		if own.IsNull() && (resting(vm.Status) || family.on.IsNull()) {
			*family.on = types.BoolValue(false)
		}
		if !own.IsNull() {
			*family.on = types.BoolValue(true)
		}
	}
	if before.justImported() || upgraded && before.VPCID.IsNull() {
		return r.findVPC(ctx, vm, state)
	}
	return r.readVPC(ctx, vm, before, state)
}

// ownAddress returns the public address of a family that the VM has of its own, null for none. on tells
// whether it is to have one, null after an import; known is what the state has. Where the switch is off,
// an address is an attachment's. A VM that is not at rest may be without its address for a while.
func (r *vmResource) ownAddress(ctx context.Context, vm *client.VM, address string, on types.Bool, known types.String) (types.String, error) {
	switch {
	case !on.IsNull() && !on.ValueBool():
		return types.StringNull(), nil
	case address == "" && !resting(vm.Status):
		return known, nil
	case address == "":
		return types.StringNull(), nil
	case tfkit.AddressText.Same(known, types.StringValue(address)):
		return known, nil
	}
	reserved, err := isReserved(ctx, r.Client.Project(vm.ProjectID), address)
	if err != nil || reserved {
		return types.StringNull(), err
	}
	return types.StringValue(address), nil
}

// isReserved tells whether an address in use is a reserved one, which an attachment brings. Without the
// permission to see addresses, it counts as the VM's own.
func isReserved(ctx context.Context, project *client.Scoped, address string) (bool, error) {
	reserved := true
	for ip, err := range project.ListIPs(ctx, client.IPFilter{Reserved: &reserved, Status: client.IPInUse}) {
		switch {
		case errors.Is(err, client.ErrForbidden):
			return false, nil
		case err != nil:
			return false, err
		case tfkit.SameAddress(ip.Address, address):
			return true, nil
		}
	}
	return false, nil
}

// readVPC keeps vpc_id and its address up to date. Without a vpc_id, interfaces in VPCs are attachments'.
// The interface is only looked up when the address says that something changed.
func (r *vmResource) readVPC(ctx context.Context, vm *client.VM, before, state *resourceModel) error {
	state.PrivateIPv4Address = before.PrivateIPv4Address
	switch {
	case before.VPCID.IsNull():
		state.PrivateIPv4Address = types.StringNull()
		return nil
	case vm.PrivateIPv4Address == "" && !resting(vm.Status):
		return nil
	case tfkit.AddressText.Same(before.PrivateIPv4Address, types.StringValue(vm.PrivateIPv4Address)):
		return nil
	}
	nic, err := tfkit.ReadVPCInterface(ctx, r.Client.Project(vm.ProjectID).Reader, vm.ID, before.VPCID.ValueString())
	switch {
	case err != nil:
		return err
	case nic != nil:
		state.PrivateIPv4Address = types.StringValue(nic.IP)
	case resting(vm.Status):
		state.VPCID, state.PrivateIPv4Address = types.StringNull(), types.StringNull()
	}
	return nil
}

// findVPC looks up the VPC of an imported VM: the one that the VM's private address is of. Where ranges overlap, its interfaces
// say it: they name their network, and VPC names are unique.
func (r *vmResource) findVPC(ctx context.Context, vm *client.VM, state *resourceModel) error {
	state.VPCID, state.PrivateIPv4Address = types.StringNull(), types.StringNull()
	if vm.PrivateIPv4Address == "" {
		return nil
	}
	project := r.Client.Project(vm.ProjectID)
	vpcs, err := client.Collect(project.ListVPCs(ctx))
	if err != nil {
		return err
	}
	if around := vpcsAround(vpcs, vm.PrivateIPv4Address); len(around) == 1 {
		state.VPCID, state.PrivateIPv4Address = types.StringValue(around[0].ID), types.StringValue(vm.PrivateIPv4Address)
		return nil
	}
	nics, err := project.ReadVMNetworks(ctx, vm.ID)
	if err != nil {
		return err
	}
	nic := privateInterface(nics, vm.PrivateIPv4Address)
	for _, vpc := range vpcs {
		if nic != nil && vpc.Name == nic.NetworkName {
			state.VPCID, state.PrivateIPv4Address = types.StringValue(vpc.ID), types.StringValue(nic.IP)
			return nil
		}
	}
	return nil
}

// vpcsAround are the VPCs whose range has an address.
func vpcsAround(vpcs []*client.VPC, address string) (around []*client.VPC) {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return nil
	}
	for _, vpc := range vpcs {
		if network, err := netip.ParsePrefix(vpc.CIDR); err == nil && network.Contains(ip) {
			around = append(around, vpc)
		}
	}
	return around
}

// privateInterface is the interface in a VPC that has an address, or the first one where the address is of none; nil for none.
func privateInterface(nics []*client.VMNetwork, address string) *client.VMNetwork {
	var first *client.VMNetwork
	for _, nic := range nics {
		switch {
		case nic.Type != client.NetworkVPC:
		case tfkit.SameAddress(nic.IP, address):
			return nic
		case first == nil:
			first = nic
		}
	}
	return first
}

// rewire changes the VM's networks. New ones come before old ones go: the API refuses to take a
// VM's last interface.
func (u *updater) rewire(ctx context.Context, _ *client.VM) error {
	moved := !u.plan.VPCID.Equal(u.state.VPCID)
	if moved && !u.plan.VPCID.IsNull() {
		if err := u.joinVPC(ctx, u.plan.VPCID.ValueString()); err != nil {
			return err
		}
	}
	for _, family := range []struct {
		name, nic   string
		plan, state types.Bool
	}{
		{client.IPv4, client.NetworkPublic, u.plan.PublicIPv4, u.state.PublicIPv4},
		{client.IPv6, client.NetworkIPv6, u.plan.PublicIPv6, u.state.PublicIPv6},
	} {
		if family.plan.Equal(family.state) {
			continue
		}
		if err := u.switchAddress(ctx, family.plan.ValueBool(), family.name, family.nic); err != nil {
			return err
		}
	}
	if moved && !u.state.VPCID.IsNull() {
		return u.leaveVPC(ctx, u.state.VPCID.ValueString())
	}
	return nil
}

// joinVPC attaches the VM unless an update that failed later has done so already.
func (u *updater) joinVPC(ctx context.Context, vpcID string) error {
	nic, err := tfkit.VPCInterface(ctx, u.project.Reader, u.id, vpcID)
	if err != nil || nic != nil {
		return err
	}
	if err := u.project.AttachVMToVPC(ctx, u.id, client.AttachVPCRequest{VPCID: vpcID}); err != nil {
		return fmt.Errorf("attaching to VPC %s: %w", vpcID, err)
	}
	_, err = u.project.WaitForVM(ctx, u.id, client.VMActive, client.VMPassive)
	return err
}

func (u *updater) leaveVPC(ctx context.Context, vpcID string) error {
	nic, err := tfkit.VPCInterface(ctx, u.project.Reader, u.id, vpcID)
	if err != nil || nic == nil {
		return err
	}
	if err := u.project.DetachVMFromVPC(ctx, u.id, nic.NICID); err != nil {
		return fmt.Errorf("detaching from VPC %s: %w", vpcID, err)
	}
	_, err = u.project.WaitForVM(ctx, u.id, client.VMActive, client.VMPassive)
	return err
}

// switchAddress gives the VM an address of the family of its own or takes it away. It does nothing where
// an update that failed later has done so already. Reserved addresses are attachments'.
func (u *updater) switchAddress(ctx context.Context, on bool, family, nicType string) error {
	own, err := u.ownInterfaces(ctx, nicType)
	if err != nil {
		return err
	}
	if on {
		if len(own) > 0 {
			return nil
		}
		return attachAddress(ctx, u.project, u.id, family)
	}
	for _, nic := range own {
		if err := u.project.DetachVMIP(ctx, u.id, nic.NICID); err != nil {
			return fmt.Errorf("detaching address %s: %w", nic.IP, err)
		}
	}
	_, err = u.project.WaitForVM(ctx, u.id, client.VMActive, client.VMPassive)
	return err
}

// ownInterfaces are the interfaces of a type whose addresses are not reserved ones.
func (u *updater) ownInterfaces(ctx context.Context, nicType string) ([]*client.VMNetwork, error) {
	var own []*client.VMNetwork
	for nic, err := range u.project.ListVMNetworks(ctx, u.id, nicType) {
		if err != nil {
			return nil, err
		}
		reserved, err := isReserved(ctx, u.project, nic.IP)
		if err != nil {
			return nil, err
		}
		if !reserved {
			own = append(own, nic)
		}
	}
	return own, nil
}

// checkReserved says what a change of public_ipv4 does to a VM with reserved addresses: its own can only be the first, and
// where that goes, another one becomes the primary address.
func (p *planner) checkReserved(ctx context.Context) {
	if tfkit.SameKnown(p.plan.PublicIPv4, p.state.PublicIPv4) || len(p.stage.Replaced(ctx)) > 0 {
		return
	}
	nics, _ := p.stage.Interfaces(ctx, tfkit.Item{ID: p.state.ID.ValueString(), ProjectID: p.state.ProjectID.ValueString()})
	var next *client.VMNetwork // of those that stay, the one with the lowest number
	for _, nic := range nics {
		if nic.Type != client.NetworkPublic || tfkit.AddressText.Same(p.state.PublicIPv4Address, types.StringValue(nic.IP)) {
			continue
		}
		reserved, err := p.stage.ReservedIP(ctx, nic.IP)
		if err != nil || reserved.ID == "" || p.stage.Ending(ctx, tfkit.IPAttachment, reserved.ID) {
			continue
		}
		if next == nil || nic.NICID < next.NICID {
			next = nic
		}
	}
	switch {
	case next == nil:
	case p.plan.PublicIPv4.ValueBool():
		p.diags.AddAttributeWarning(path.Root("public_ipv4"), "An own address beside reserved ones", fmt.Sprintf(
			"%s has %s, a reserved address, and its own can only be the first one. Unless the attachments of the reserved ones go first, the apply fails: "+
				"keep public_ipv4 = false, or remove them and attach them again in a later apply.", p.object(), next.IP))
	default:
		p.stage.Add(effects.Effect{
			Kind: effects.Address, Attribute: "public_ipv4", Short: "gets another primary address", Beyond: true,
			Text: fmt.Sprintf("The primary address changes: %s takes the place of its own one, since of those that stay its interface has the lowest number (%d).",
				next.IP, next.NICID),
		})
	}
}

// attachAddress gives the VM an address of the family from the pool.
func attachAddress(ctx context.Context, project *client.Scoped, id, family string) error {
	if _, err := project.AttachVMIP(ctx, id, client.AttachIPRequest{Type: family}); err != nil {
		return fmt.Errorf("attaching a public %s address: %w", family, err)
	}
	_, err := project.WaitForVM(ctx, id, client.VMActive, client.VMPassive)
	return err
}
