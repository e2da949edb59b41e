// Package volume has the raff_volume and raff_volume_attachment resources and the data sources of volumes.
package volume

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// defaultTimeout of each operation. The platform takes seconds; a deletion may wait for a detachment.
const defaultTimeout = 10 * time.Minute

var (
	_ resource.Resource                = (*volumeResource)(nil)
	_ resource.ResourceWithConfigure   = (*volumeResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*volumeResource)(nil)
	_ resource.ResourceWithImportState = (*volumeResource)(nil)
	_ resource.ResourceWithIdentity    = (*volumeResource)(nil)
)

type volumeResource struct {
	tfkit.ResourceBase
}

// NewResource returns the raff_volume resource.
func NewResource() resource.Resource { return &volumeResource{} }

var kind = tfkit.Kind{
	Name: "volume", Type: "raff_volume",
	List:       tfkit.Volume.List,
	Unrecorded: []string{"filesystem_type"},
}

func (r *volumeResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_volume"
}

func (r *volumeResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("volume")
}

func (r *volumeResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, kind.Type, req, resp)
}

// ModifyPlan refuses to shrink, and makes known what can be known.
func (r *volumeResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, kind, req, resp)
	if !ok {
		return
	}
	plan := tfkit.Get[resourceModel](ctx, resp.Plan, &resp.Diagnostics)
	if stage.Creating {
		r.planDefaults(ctx, stage, plan)
		r.planPrices(ctx, plan)
		checkSize(stage, plan)
	} else {
		r.planSize(ctx, stage, plan, tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics))
	}
	tfkit.Set(ctx, &resp.Plan, plan, &resp.Diagnostics)
	stage.Finish(ctx)
}

// planDefaults makes known what a new volume gets whose configuration does not say it.
func (r *volumeResource) planDefaults(ctx context.Context, stage *tfkit.Planning, plan *resourceModel) {
	if plan.VolumeType.IsUnknown() && !stage.Undecided("volume_type") {
		plan.VolumeType = types.StringValue(client.VolumeTypeNVMe)
	}
	plan.Region = stage.PlannedRegion(ctx, plan.Region)
}

// The sizes that a volume can have, in GiB, by the published limits of Raff.
const (
	leastSize = 10
	mostSize  = 1000
)

// checkSize refuses a size that a volume cannot get.
func checkSize(stage *tfkit.Planning, plan *resourceModel) {
	if size := plan.Size.ValueInt64(); tfkit.Known(plan.Size) && (size < leastSize || size > mostSize) {
		stage.Diags.AddAttributeError(path.Root("size"), "No volume has this size", fmt.Sprintf(
			"%s: a volume has %d to %d GiB, and size is %d.", plan.Object(), leastSize, mostSize, size))
	}
}

// planSize refuses a smaller size, unless the volume is replaced. Another size has another price.
func (r *volumeResource) planSize(ctx context.Context, stage *tfkit.Planning, plan, state *resourceModel) {
	if plan.Size.Equal(state.Size) {
		return
	}
	r.planPrices(ctx, plan)
	if tfkit.Known(plan.Size) && plan.Size.ValueInt64() < state.Size.ValueInt64() && len(stage.Replaced(ctx)) == 0 {
		stage.Diags.AddAttributeError(path.Root("size"), "Volumes never shrink", fmt.Sprintf(
			"%s has %d GiB and cannot get %d GiB. Keep %d or more, or create another, smaller volume and copy the data.",
			state.Object(), state.Size.ValueInt64(), plan.Size.ValueInt64(), state.Size.ValueInt64()))
		return
	}
	checkSize(stage, plan)
}

func (r *volumeResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, plan.ProjectID, plan.Timeouts.Create, defaultTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	project := r.Client.Project(plan.ProjectID.ValueString())
	created, err := r.create(ctx, plan, resp)
	if err != nil {
		tfkit.AddCreateError(resp, "Unable to create volume", plan.Object(), err)
		return
	}

	// From here on the volume exists: it is in the state before anything is waited for.
	out := r.Created(ctx, req, resp)
	r.fill(ctx, plan, created, &resp.Diagnostics)
	if !out.Record(ctx, plan) {
		return
	}
	seen, err := project.WaitForNewVolume(ctx, created.ID)
	if seen != nil {
		r.fill(ctx, plan, seen, &resp.Diagnostics)
	}
	out.Finish(ctx, kind, plan, "Volume was created but is not ready", err)
}

// create creates the volume. Names of volumes are not unique.
func (r *volumeResource) create(ctx context.Context, plan *resourceModel, resp *resource.CreateResponse) (*client.Volume, error) {
	project := r.Client.Project(plan.ProjectID.ValueString())
	request := client.CreateVolumeRequest{
		Name:           plan.Name.ValueString(),
		Size:           plan.Size.ValueInt64(),
		VolumeType:     plan.VolumeType.ValueString(),
		FilesystemType: plan.FilesystemType.ValueString(),
		Region:         plan.Region.ValueString(),
	}
	return tfkit.Create(ctx, &r.ResourceBase, resp, tfkit.Creation[*client.Volume]{
		Kind: kind, Object: plan.Object(),
		Send: func(ctx context.Context) (*client.Volume, error) { return project.CreateVolume(ctx, request) },
		List: func(ctx context.Context) iter.Seq2[*client.Volume, error] {
			return project.ListVolumes(ctx, client.VolumeFilter{})
		},
		Describe: func(v *client.Volume) tfkit.Candidate {
			return tfkit.Candidate{
				ID: tfkit.IntegerID(v.ID).ValueString(), Name: v.Name, ProjectID: v.ProjectID, CreatedAt: tfkit.TimeOrZero(v.CreatedAt),
				Same: v.Name == request.Name && v.Size == request.Size && v.VolumeType == request.VolumeType && v.Region == request.Region && v.VMID == "",
			}
		},
	})
}

func (r *volumeResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	volume, ok := tfkit.Read(ctx, &r.ResourceBase, kind, state, req, resp, func(ctx context.Context) (*client.Volume, error) {
		return tfkit.ByIntegerID(ctx, state.ID, r.Client.ReaderIn(state.ProjectID.ValueString()).ReadVolume)
	})
	if !ok {
		return
	}
	r.fill(ctx, state, volume, &resp.Diagnostics)
	tfkit.ReportFailure(ctx, volume.Status == client.VolumeFailed, volume.Status == client.VolumeAvailable || volume.Status == client.VolumeAttached, state,
		"Look at it on the dashboard. Terraform leaves it as it is; to have it created anew, plan with -replace.", req, resp)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

func (r *volumeResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, plan.ProjectID, plan.Timeouts.Update, defaultTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	if !plan.Size.Equal(state.Size) { // the rest are Terraform's own settings
		volume, err := r.grow(ctx, plan)
		if err != nil {
			tfkit.AddError(&resp.Diagnostics, "Unable to grow volume", state.Object(), err)
			return
		}
		r.fill(ctx, plan, volume, &resp.Diagnostics)
	}
	tfkit.Updated(req, resp).Store(ctx, plan)
}

// grow makes the volume larger. While it is attached that is an operation on its VM, too.
func (r *volumeResource) grow(ctx context.Context, plan *resourceModel) (*client.Volume, error) {
	id, err := tfkit.ParseIntegerID(plan.ID)
	if err != nil {
		return nil, err
	}
	project, size := r.Client.Project(plan.ProjectID.ValueString()), plan.Size.ValueInt64()
	volume, err := project.WaitForVolume(ctx, id, client.VolumeAvailable, client.VolumeAttached)
	if err != nil {
		return nil, err
	}
	if volume.VMID != "" {
		unlock, err := r.Locks.Lock(ctx, volume.VMID)
		if err != nil {
			return nil, err
		}
		defer unlock()
	}
	if _, err := project.ResizeVolume(ctx, id, size); err != nil && !errors.Is(err, client.ErrAmbiguous) {
		return nil, err
	}
	volume, err = project.WaitForVolume(ctx, id, client.VolumeAvailable, client.VolumeAttached)
	if err == nil && volume.Size != size {
		err = fmt.Errorf("the volume has %d GiB after it was to grow to %d GiB", volume.Size, size)
	}
	return volume, err
}

func (r *volumeResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	r.Unprotected(ctx, kind, state, req, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, state.ProjectID, state.Timeouts.Delete, defaultTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	r.Ended(ctx, kind, state, req, resp, "Unable to delete volume", r.delete(ctx, r.Client.Project(state.ProjectID.ValueString()), state.ID))
}

// delete waits for the volume to be detached: an attachment may be going at the same time.
func (r *volumeResource) delete(ctx context.Context, project *client.Scoped, volumeID types.String) error {
	id, err := tfkit.ParseIntegerID(volumeID)
	if err != nil {
		return err
	}
	listed := false
	remove := func(ctx context.Context) error {
		if err := project.DeleteVolume(ctx, id); err != nil {
			return err
		}
		var err error
		listed, err = project.WaitForVolumeGone(ctx, id)
		return err
	}
	if err := tfkit.DeleteWhenFree(ctx, remove, func(ctx context.Context) []string { return holder(ctx, project, id) }); err != nil || listed {
		return err
	}
	return r.StillReached(ctx, kind, project.ProjectID())
}

// holder names the VM that a volume is attached to.
func holder(ctx context.Context, project *client.Scoped, id int64) []string {
	volume, err := project.GetVolume(ctx, id)
	if err != nil || volume.VMID == "" {
		return nil
	}
	vm, err := project.GetVM(ctx, volume.VMID)
	if err != nil {
		return []string{tfkit.Object("VM", "", volume.VMID, "")}
	}
	return []string{tfkit.Object("VM", vm.Name, vm.ID, "")}
}
