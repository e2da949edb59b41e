package tfkit

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// VPCInterface returns a VM's interface in a VPC, or nil where it has none. An interface names its network,
// and names of VPCs are unique.
func VPCInterface(ctx context.Context, r client.Reader, vmID, vpcID string) (*client.VMNetwork, error) {
	vpc, err := r.GetVPC(ctx, vpcID)
	if err != nil {
		return nil, err
	}
	return FindInterface(ctx, r, vmID, func(nic *client.VMNetwork) bool {
		return nic.Type == client.NetworkVPC && nic.NetworkName == vpc.VPC.Name
	})
}

// ReadVPCInterface is [VPCInterface] for a Read: copies may answer where they show the interface, see [client.Reader.ReadVM].
func ReadVPCInterface(ctx context.Context, r client.Reader, vmID, vpcID string) (*client.VMNetwork, error) {
	vpc, err := r.ReadVPC(ctx, vpcID)
	if err != nil {
		return nil, err
	}
	nic, err := seenInterface(ctx, r, vmID, func(nic *client.VMNetwork) bool {
		return nic.Type == client.NetworkVPC && nic.NetworkName == vpc.Name
	})
	if nic != nil || err != nil {
		return nic, err
	}
	return VPCInterface(ctx, r, vmID, vpcID)
}

// ReadInterface is [FindInterface] for a Read: a copy may answer where it shows the interface, see [client.Reader.ReadVM].
func ReadInterface(
	ctx context.Context, r client.Reader, vmID string, is func(*client.VMNetwork) bool,
) (*client.VMNetwork, error) {
	if nic, err := seenInterface(ctx, r, vmID, is); nic != nil || err != nil {
		return nic, err
	}
	return FindInterface(ctx, r, vmID, is)
}

func seenInterface(
	ctx context.Context, r client.Reader, vmID string, is func(*client.VMNetwork) bool,
) (*client.VMNetwork, error) {
	nics, err := r.ReadVMNetworks(ctx, vmID)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(nics, is); i >= 0 {
		return nics[i], nil
	}
	return nil, nil
}

// FindInterface returns the first interface of a VM for which is holds, or nil where there is none.
func FindInterface(
	ctx context.Context, r client.Reader, vmID string, is func(*client.VMNetwork) bool,
) (*client.VMNetwork, error) {
	for nic, err := range r.ListVMNetworks(ctx, vmID, "") {
		if err != nil {
			return nil, err
		}
		if is(nic) {
			return nic, nil
		}
	}
	return nil, nil
}

// holdersTimeout bounds the search of InterfaceHolders.
const holdersTimeout = 30 * time.Second

// InterfaceHolders names the VMs of a project that have an interface for which is holds, up to a
// number of them, for the diagnostic of an object that is in use. A search that fails names those
// found so far.
func InterfaceHolders(
	ctx context.Context, project *client.Scoped, most int, is func(*client.VMNetwork) bool,
) []string {
	ctx, cancel := context.WithTimeout(ctx, holdersTimeout)
	defer cancel()
	var names []string
	for vm, err := range project.ListVMs(ctx, client.VMFilter{}) {
		if err != nil || len(names) >= most {
			return names
		}
		nic, err := FindInterface(ctx, project.Reader, vm.ID, is)
		if err != nil && !errors.Is(err, client.ErrNotFound) {
			return names
		}
		if nic != nil {
			names = append(names, Object("VM", vm.Name, vm.ID, ""))
		}
	}
	return names
}
