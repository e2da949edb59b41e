package vpc

import (
	"context"
	"iter"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewAttachmentListResource returns the list resource of interfaces in VPCs, for terraform query.
func NewAttachmentListResource() list.ListResource { return tfkit.NewListResource(attachmentFinding) }

// attachmentFinding leaves out the first VPC of a VM, which an import has as the VM's vpc_id.
var attachmentFinding = tfkit.Finding{
	Kind: attachmentKind, Nouns: "further VPCs of VMs", New: NewAttachmentResource,
	Find: func(ctx context.Context, q *tfkit.Query) iter.Seq2[tfkit.Found, error] {
		sought := soughtInterfaces(ctx, q)
		return tfkit.EachOfVM(func(ctx context.Context, q *tfkit.Query, vm *client.VM) (found []tfkit.Found, err error) {
			if tfkit.Resting(vm) && (vm.PrivateIPv4Address == "" || !sought.Any(vm.ProjectID)) {
				return nil, nil
			}
			nics, err := q.Client.ReaderIn(vm.ProjectID).ReadVMNetworks(ctx, vm.ID)
			if err != nil {
				return nil, err
			}
			others := furtherInterfaces(vm, nics)
			if len(others) == 0 {
				return nil, nil
			}
			ids := map[string]string{}
			for vpc, err := range q.Client.ReaderIn(vm.ProjectID).ListVPCs(ctx) {
				if err != nil {
					return nil, err
				}
				ids[vpc.Name] = vpc.ID
			}
			for _, nic := range others {
				sought.Found(vm.ProjectID)
				id, known := ids[nic.NetworkName]
				if !known { // its VPC has gone meanwhile
					continue
				}
				found = append(found, tfkit.Found{ID: tfkit.JoinID(vm.ID, id), ProjectID: vm.ProjectID, Name: vm.Name + " in " + nic.NetworkName})
			}
			return found, nil
		})(ctx, q)
	},
}

// furtherInterfaces are a VM's interfaces in VPCs but for the first, which is the one of the VM's private address.
func furtherInterfaces(vm *client.VM, nics []*client.VMNetwork) []*client.VMNetwork {
	all := slices.DeleteFunc(slices.Clone(nics), func(nic *client.VMNetwork) bool { return nic.Type != client.NetworkVPC })
	first := slices.IndexFunc(all, func(nic *client.VMNetwork) bool { return tfkit.SameAddress(nic.IP, vm.PrivateIPv4Address) })
	if len(all) == 0 {
		return nil
	}
	return slices.Delete(all, max(first, 0), max(first, 0)+1)
}

// soughtInterfaces counts how many addresses the VPCs of each project have given to others than the first interfaces of VMs.
// Where the lists contradict each other, nobody knows.
func soughtInterfaces(ctx context.Context, q *tfkit.Query) *tfkit.Sought {
	left, vms := map[string]int64{}, map[string]int64{}
	for vpc, err := range q.Reader().ListVPCs(ctx) {
		if err != nil || vpc.UsedIPs == nil || vpc.ProjectID == "" {
			return tfkit.NewSought(nil) // all VMs are asked
		}
		left[vpc.ProjectID] += *vpc.UsedIPs
	}
	for vm, err := range q.Reader().ListVMs(ctx, client.VMFilter{}) {
		if err != nil {
			return tfkit.NewSought(nil)
		}
		if vm.PrivateIPv4Address != "" {
			vms[vm.ProjectID]++
		}
	}
	for project, count := range vms {
		if left[project] < count {
			return tfkit.NewSought(nil)
		}
		left[project] -= count
	}
	return tfkit.NewSought(left)
}
