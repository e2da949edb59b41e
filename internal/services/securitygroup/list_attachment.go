package securitygroup

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewAttachmentListResource returns the list resource of security groups on interfaces, for terraform query.
func NewAttachmentListResource() list.ListResource { return tfkit.NewListResource(attachmentFinding) }

var attachmentFinding = tfkit.Finding{
	Kind: attachmentKind, Nouns: "security groups of VMs", New: NewAttachmentResource,
	Find: tfkit.EachOfVM(func(ctx context.Context, q *tfkit.Query, vm *client.VM) (found []tfkit.Found, err error) {
		nics, err := q.Client.ReaderIn(vm.ProjectID).ReadVMNetworks(ctx, vm.ID)
		for _, nic := range nics {
			if nic.SecurityGroupID != "" {
				found = append(found, tfkit.Found{
					ID: tfkit.JoinID(vm.ID, fmt.Sprint(nic.NICID), nic.SecurityGroupID), ProjectID: vm.ProjectID,
					Name: fmt.Sprintf("%s, interface %d", vm.Name, nic.NICID),
				})
			}
		}
		return found, err
	}),
}
