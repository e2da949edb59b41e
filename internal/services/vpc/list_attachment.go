package vpc

import (
	"context"
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
	Find: tfkit.EachOfVM(func(ctx context.Context, q *tfkit.Query, vm *client.VM) (found []tfkit.Found, err error) {
		nics, err := q.Client.ReaderIn(vm.ProjectID).ReadVMNetworks(ctx, vm.ID)
		if err != nil {
			return nil, err
		}
		others := slices.DeleteFunc(slices.Clone(nics), func(nic *client.VMNetwork) bool { return nic.Type != client.NetworkVPC })
		if len(others) < 2 {
			return nil, nil
		}
		ids := map[string]string{}
		for vpc, err := range q.Client.ReaderIn(vm.ProjectID).ListVPCs(ctx) {
			if err != nil {
				return nil, err
			}
			ids[vpc.Name] = vpc.ID
		}
		for _, nic := range others[1:] {
			id, known := ids[nic.NetworkName]
			if !known { // its VPC has gone meanwhile
				continue
			}
			found = append(found, tfkit.Found{ID: tfkit.JoinID(vm.ID, id), ProjectID: vm.ProjectID, Name: vm.Name + " in " + nic.NetworkName})
		}
		return found, nil
	}),
}
