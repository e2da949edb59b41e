package vm

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

// Address families of the API.
const (
	familyIPv4 = "IPv4"
	familyIPv6 = "IPv6"
)

// readNetwork fills in vpc_id and the address switches, which the API does not return with the VM.
//
// A switch that is on goes off when its address is gone; one that is off stays off, because an
// address may be attached by another resource. vpc_id is looked up only when the private address
// says that something changed.
func (r *vmResource) readNetwork(ctx context.Context, vm *client.VM, before, state *resourceModel) error {
	if state.PublicIPv4Address.IsNull() {
		state.PublicIPv4 = types.BoolValue(false)
	}
	if state.PublicIPv6Address.IsNull() {
		state.PublicIPv6 = types.BoolValue(false)
	}
	if before.justImported() {
		if err := r.discountReserved(ctx, vm, state); err != nil {
			return err
		}
	}
	switch {
	case state.PrivateIPv4Address.IsNull():
		state.VPCID = types.StringNull()
		return nil
	case before.justImported():
		return r.findVPC(ctx, vm, state)
	case before.VPCID.IsNull() || before.PrivateIPv4Address.Equal(state.PrivateIPv4Address):
		return nil // not managed, or as it was
	}
	_, inside, err := vpcInterface(ctx, r.Client.Project(vm.ProjectID), vm.ID, before.VPCID.ValueString())
	if err != nil {
		return err
	}
	if !inside {
		state.VPCID = types.StringNull()
	}
	return nil
}

// discountReserved turns the switches of an imported VM off whose address is a reserved one: that is
// attached by another resource. Without the permission to see addresses, they count as the VM's own.
func (r *vmResource) discountReserved(ctx context.Context, vm *client.VM, state *resourceModel) error {
	if !state.PublicIPv4.ValueBool() && !state.PublicIPv6.ValueBool() {
		return nil
	}
	reserved := true
	filter := client.IPFilter{Reserved: &reserved, Status: client.IPInUse}
	for ip, err := range r.Client.Project(vm.ProjectID).ListIPs(ctx, filter) {
		switch {
		case errors.Is(err, client.ErrForbidden):
			return nil
		case err != nil:
			return err
		case ip.Address == vm.PublicIPv4Address:
			state.PublicIPv4 = types.BoolValue(false)
		case ip.Address == vm.PublicIPv6Address:
			state.PublicIPv6 = types.BoolValue(false)
		}
	}
	return nil
}

// findVPC looks up the VPC of an imported VM: its interfaces name their network, and VPC names are
// unique.
func (r *vmResource) findVPC(ctx context.Context, vm *client.VM, state *resourceModel) error {
	project := r.Client.Project(vm.ProjectID)
	nics, err := client.Collect(project.ListVMNetworks(ctx, vm.ID, client.NetworkVPC))
	if err != nil || len(nics) == 0 {
		return err
	}
	for vpc, err := range project.ListVPCs(ctx) {
		if err != nil {
			return err
		}
		if vpc.Name == nics[0].NetworkName {
			state.VPCID = types.StringValue(vpc.ID)
			return nil
		}
	}
	return nil
}

// vpcInterface returns the id of the VM's interface in the VPC, and whether there is one.
func vpcInterface(ctx context.Context, project *client.Scoped, vmID, vpcID string) (nicID int64, found bool, err error) {
	nic, err := framework.VPCInterface(ctx, project.Reader, vmID, vpcID)
	if err != nil || nic == nil {
		return 0, false, err
	}
	return nic.NICID, true, nil
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
		{familyIPv4, client.NetworkPublic, u.plan.PublicIPv4, u.state.PublicIPv4},
		{familyIPv6, client.NetworkIPv6, u.plan.PublicIPv6, u.state.PublicIPv6},
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
	if _, found, err := vpcInterface(ctx, u.project, u.id, vpcID); err != nil || found {
		return err
	}
	if err := u.project.AttachVMToVPC(ctx, u.id, client.AttachVPCRequest{VPCID: vpcID}); err != nil {
		return fmt.Errorf("attaching to VPC %s: %w", vpcID, err)
	}
	_, err := u.project.WaitForVM(ctx, u.id, client.VMActive, client.VMPassive)
	return err
}

func (u *updater) leaveVPC(ctx context.Context, vpcID string) error {
	nicID, found, err := vpcInterface(ctx, u.project, u.id, vpcID)
	if err != nil || !found {
		return err
	}
	if err := u.project.DetachVMFromVPC(ctx, u.id, nicID); err != nil {
		return fmt.Errorf("detaching from VPC %s: %w", vpcID, err)
	}
	_, err = u.project.WaitForVM(ctx, u.id, client.VMActive, client.VMPassive)
	return err
}

// switchAddress gives the VM an address of the family or takes it away. It does nothing where an
// update that failed later has done so already.
func (u *updater) switchAddress(ctx context.Context, on bool, family, nicType string) error {
	nics, err := client.Collect(u.project.ListVMNetworks(ctx, u.id, nicType))
	if err != nil {
		return err
	}
	if on {
		if len(nics) > 0 {
			return nil
		}
		return attachAddress(ctx, u.project, u.id, family)
	}
	for _, nic := range nics {
		if err := u.project.DetachVMIP(ctx, u.id, nic.NICID); err != nil {
			return fmt.Errorf("detaching address %s: %w", nic.IP, err)
		}
	}
	_, err = u.project.WaitForVM(ctx, u.id, client.VMActive, client.VMPassive)
	return err
}

// attachAddress gives the VM an address of the family from the pool.
func attachAddress(ctx context.Context, project *client.Scoped, id, family string) error {
	if _, err := project.AttachVMIP(ctx, id, client.AttachIPRequest{Type: family}); err != nil {
		return fmt.Errorf("attaching a public %s address: %w", family, err)
	}
	_, err := project.WaitForVM(ctx, id, client.VMActive, client.VMPassive)
	return err
}
