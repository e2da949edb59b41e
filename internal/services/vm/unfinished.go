package vm

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// unfinishedKey marks in the private state a VM whose Create was interrupted, with the size of the disk
// in GB that it was to get, 0 for that of its plan. Its state has what was planned, of which some was not
// done.
const unfinishedKey = "unfinished"

func markUnfinished(ctx context.Context, plan *resourceModel, resp *resource.CreateResponse) {
	size := strconv.FormatInt(plan.DiskSize.ValueInt64(), 10)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, unfinishedKey, []byte(size))...)
}

// privateState is the private state of a VM.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// unfinished returns the size of the disk that an interrupted Create was to bring about, and false where
// there was none.
func unfinished(ctx context.Context, from privateState) (size int64, ok bool) {
	data, _ := from.GetKey(ctx, unfinishedKey)
	size, err := strconv.ParseInt(string(data), 10, 64)
	return size, err == nil
}

// readUnfinished shows what an interrupted Create has left undone. Otherwise a VM that is not at rest is
// believed to have what it had before.
func (m *resourceModel) readUnfinished(ctx context.Context, vm *client.VM, req resource.ReadRequest, resp *resource.ReadResponse) {
	size, ok := unfinished(ctx, req.Private)
	if !ok {
		return
	}
	switch vm.Status {
	case client.VMInitiating, client.VMProvisioning, client.VMBooting: // on its way to run, with what it was created with
		if tfkit.Known(m.PowerState) {
			m.PowerState = types.StringValue(client.VMActive)
		}
		if vm.PublicIPv6Address == "" {
			m.PublicIPv6 = types.BoolValue(false)
		}
	case client.VMActive, client.VMPassive:
		if vm.TotalStorage >= size { // the rest shows by itself
			resp.Diagnostics.Append(resp.Private.SetKey(ctx, unfinishedKey, nil)...)
		}
	}
}

// finishes tells whether a change of the disk is what an interrupted Create has left undone. The VM was
// to be stopped for it then, and needs no other permission.
func (p *planner) finishes(ctx context.Context) bool {
	size, ok := unfinished(ctx, p.private)
	return ok && tfkit.SameKnown(p.plan.PricingID, p.state.PricingID) && tfkit.Known(p.plan.DiskSize) && p.plan.DiskSize.ValueInt64() <= size
}
