package securitygroup

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// NewAttachmentListResource returns the list resource of security groups on interfaces, for terraform query.
func NewAttachmentListResource() list.ListResource { return tfkit.NewListResource(attachmentFinding) }

var attachmentFinding = tfkit.Finding{
	Kind: attachmentKind, Nouns: "security groups of VMs", New: NewAttachmentResource,
	Find: func(ctx context.Context, q *tfkit.Query) iter.Seq2[tfkit.Found, error] {
		sought := soughtGroups(ctx, q)
		return tfkit.EachOfVM(func(ctx context.Context, q *tfkit.Query, vm *client.VM) (found []tfkit.Found, err error) {
			if tfkit.Resting(vm) && (vm.PublicIPv4Address == "" && vm.PublicIPv6Address == "" || !sought.Any(vm.ProjectID)) {
				return nil, nil
			}
			nics, err := q.Client.ReaderIn(vm.ProjectID).ReadVMNetworks(ctx, vm.ID)
			groups := map[string]bool{}
			for _, nic := range nics {
				if nic.SecurityGroupID == "" {
					continue
				}
				found = append(found, tfkit.Found{
					ID: tfkit.JoinID(vm.ID, fmt.Sprint(nic.NICID), nic.SecurityGroupID), ProjectID: vm.ProjectID,
					Name: fmt.Sprintf("%s, interface %d", vm.Name, nic.NICID),
				})
				if !groups[nic.SecurityGroupID] {
					groups[nic.SecurityGroupID] = true
					sought.Found(vm.ProjectID)
				}
			}
			return found, err
		})(ctx, q)
	},
}

// soughtGroups counts how often the groups of each project are in use, which their list says. A VM that has one of them on
// several interfaces counts once, in case that the API counts so.
func soughtGroups(ctx context.Context, q *tfkit.Query) *tfkit.Sought {
	left := map[string]int64{}
	for group, err := range q.Reader().ListSecurityGroups(ctx) {
		if err != nil || group.VMCount == nil || group.ProjectID == "" {
			return tfkit.NewSought(nil) // all VMs are asked
		}
		left[group.ProjectID] += *group.VMCount
	}
	return tfkit.NewSought(left)
}
