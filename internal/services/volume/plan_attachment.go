package volume

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// ModifyPlan makes the id known with the volume's, and looks at what is to be joined.
func (r *attachmentResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, attachmentKind, req, resp)
	if !ok {
		return
	}
	plan := tfkit.Get[attachmentModel](ctx, resp.Plan, &resp.Diagnostics)
	if stage.Creating {
		plan.ID = plan.VolumeID
	}
	r.checkReferents(ctx, stage, plan)
	tfkit.Set(ctx, &resp.Plan, plan, &resp.Diagnostics)
	stage.Finish(ctx)
}

// checkReferents refuses a VM and a volume of different regions, and warns of a volume that is attached
// to another VM.
func (r *attachmentResource) checkReferents(ctx context.Context, stage *tfkit.Planning, plan *attachmentModel) {
	volume, otherVolume := stage.Referent(ctx, toVolume)
	vm, otherVM := stage.Referent(ctx, toVM)
	if otherVM && !otherVolume && tfkit.Known(plan.VolumeID) {
		volume, _ = r.Inventory.Find(ctx, tfkit.Volume, plan.ProjectID.ValueString(), plan.VolumeID.ValueString())
	}
	if volume.Region != "" && vm.Region != "" && volume.Region != vm.Region {
		stage.Diags.AddAttributeError(path.Root(toVM.Attribute), "The VM is in another region", fmt.Sprintf(
			"%s is in region %s, %s in %s. A volume can only be attached to a VM of its region.",
			tfkit.Object("VM", vm.Name, vm.ID, vm.ProjectID), vm.Region,
			tfkit.Object("volume", volume.Name, volume.ID, volume.ProjectID), volume.Region))
		return
	}
	if otherVolume {
		r.warnHeld(ctx, stage, plan, volume)
	}
}

// warnHeld warns of a volume that is attached to another VM, unless that is an attachment of this run.
func (r *attachmentResource) warnHeld(ctx context.Context, stage *tfkit.Planning, plan *attachmentModel, volume tfkit.Item) {
	if volume.VM == "" || volume.VM == plan.VMID.ValueString() {
		return
	}
	holder, err := r.Inventory.Find(ctx, tfkit.VM, volume.ProjectID, volume.VM)
	if err != nil {
		holder = tfkit.Item{ID: volume.VM, ProjectID: volume.ProjectID}
	}
	stage.WarnHolder(ctx, toVolume.Attribute, "The volume is attached to another VM",
		tfkit.Referent{Name: attachmentKind.Name, Type: attachmentKind.Type}, volume,
		fmt.Sprintf("%s is attached to %s.", tfkit.Object("volume", volume.Name, volume.ID, volume.ProjectID),
			tfkit.Object("VM", holder.Name, holder.ID, holder.ProjectID)), volume.ID)
}
