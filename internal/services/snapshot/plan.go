package snapshot

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// ModifyPlan refuses to destroy what is in use, and makes the type known.
func (r *snapshotResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state *resourceModel
	of := kind
	if !tfkit.Creating(req) {
		state = tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
		of = state.kind()
	}
	stage, ok := r.Plan(ctx, of, req, resp)
	if stage.Destroying {
		r.checkActive(ctx, state, &resp.Diagnostics)
	}
	if !ok {
		return
	}
	plan := tfkit.Get[resourceModel](ctx, resp.Plan, &resp.Diagnostics)
	if stage.Creating {
		plan.Type = plan.plannedType()
	} else if len(stage.Replaced(ctx)) > 0 {
		r.checkActive(ctx, state, &resp.Diagnostics)
	}
	tfkit.Set(ctx, &resp.Plan, plan, &resp.Diagnostics)
	stage.Finish(ctx)
}

// kind is the kind of a snapshot. One that was imported when its volume was gone has no source in the
// state, and what the configuration then names need not exist.
func (m *resourceModel) kind() tfkit.Kind {
	k := kind
	if m.VMID.IsNull() && m.VolumeID.IsNull() {
		k.References = nil
	}
	return k
}

// plannedType is what a new snapshot is of. An unknown id may turn out to be null.
func (m *resourceModel) plannedType() types.String {
	switch {
	case tfkit.Known(m.VMID):
		return types.StringValue(client.SnapshotOfVM)
	case tfkit.Known(m.VolumeID):
		return types.StringValue(client.SnapshotOfVolume)
	}
	return types.StringUnknown()
}

// checkActive refuses to destroy a snapshot that its source runs on. Where that cannot be found out, the
// API has the last word.
func (r *snapshotResource) checkActive(ctx context.Context, state *resourceModel, diags *diag.Diagnostics) {
	if r.Unconfigured() || diags.HasError() {
		return
	}
	snapshot, err := tfkit.ByIntegerID(ctx, state.ID, r.Client.ReaderIn(state.ProjectID.ValueString()).ReadSnapshot)
	if err == nil && snapshot.Status == client.SnapshotActive {
		addActiveError(diags, state)
	}
}

// addActiveError says what to do about a snapshot that its source runs on.
func addActiveError(diags *diag.Diagnostics, m *resourceModel) {
	source, andAll := "The VM", " If the VM is destroyed as well, its snapshots go with it: take this one out of the state first, with terraform state rm or a removed block."
	if m.Type.ValueString() == client.SnapshotOfVolume {
		source, andAll = "The volume", ""
	}
	diags.AddError("The snapshot is in use", m.Object()+" is active, so Raff does not delete it. "+
		source+" was reverted to it and runs on it. Restore another snapshot, or take a new one: then this one is no longer active, and can be destroyed."+andAll)
}

var (
	pathVM     = path.Root("vm_id")
	pathVolume = path.Root("volume_id")
)
