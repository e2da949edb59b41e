// Package volume has the raff_volume and raff_volume_attachment resources and the data sources of volumes.
package volume

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
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
	framework.ResourceBase
}

// NewResource returns the raff_volume resource.
func NewResource() resource.Resource { return &volumeResource{} }

// probe asks for one volume of a project, which tells whether the key reaches it.
var probe = framework.ProbeFirst(func(ctx context.Context, project *client.Scoped) func(func(*client.Volume, error) bool) {
	return project.ListVolumes(ctx, client.VolumeFilter{})
})

func (r *volumeResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_volume"
}

func (r *volumeResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema("volume")
}

func (r *volumeResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportIntegerState(ctx, "volume", req, resp)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("deletion_protection"), false)...)
}

// ModifyPlan guards deletion, refuses to shrink, and makes known what can be known.
func (r *volumeResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state resourceModel
	if !framework.Creating(req) {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if framework.Destroying(req) {
		framework.CheckDeletionProtection(ctx, req, resp, state.object())
		if r.ProviderData != nil {
			r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
		}
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.checkProject(ctx, &plan, &state, &resp.Diagnostics)
	replacing := replacedBy(&plan, &state)
	framework.CheckDeletionProtection(ctx, req, resp, state.object(), replacing...)
	switch {
	case framework.Creating(req):
		if !r.Unconfigured() {
			plan.Region = r.Catalog.PlannedRegion(ctx, plan.Region, plan.ProjectID)
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("region"), plan.Region)...)
		}
	case len(replacing) == 0 && framework.Known(plan.Size) && plan.Size.ValueInt64() < state.Size.ValueInt64():
		resp.Diagnostics.AddAttributeError(path.Root("size"), "Volumes never shrink", fmt.Sprintf(
			"%s has %d GB and cannot get %d GB. Keep %d or more, or make another, smaller volume and copy the data.",
			state.object(), state.Size.ValueInt64(), plan.Size.ValueInt64(), state.Size.ValueInt64()))
	case !plan.Size.Equal(state.Size):
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("price_per_hour"), types.StringUnknown())...)
	}
}

func (r *volumeResource) checkProject(ctx context.Context, plan, state *resourceModel, diags *diag.Diagnostics) {
	switch {
	case r.ProviderData == nil:
	case plan.ProjectID.Equal(state.ProjectID):
		r.Projects.CheckAllowed(pathProject, plan.ProjectID, diags)
	default:
		r.Projects.Check(ctx, pathProject, "volume", plan.ProjectID, probe, diags)
	}
}

// replacedBy names the attributes whose change replaces the volume.
func replacedBy(plan, state *resourceModel) []string {
	var names []string
	for name, change := range map[string][2]types.String{
		"project_id":      {plan.ProjectID, state.ProjectID},
		"name":            {plan.Name, state.Name},
		"volume_type":     {plan.VolumeType, state.VolumeType},
		"filesystem_type": {plan.FilesystemType, state.FilesystemType},
		"region":          {plan.Region, state.Region},
	} {
		if !change[0].IsNull() && !change[1].IsNull() && !change[0].Equal(change[1]) {
			names = append(names, name)
		}
	}
	return names
}

func (r *volumeResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	project := r.Client.Project(plan.ProjectID.ValueString())
	created, err := createVolume(ctx, project, client.CreateVolumeRequest{
		Name:           plan.Name.ValueString(),
		Size:           plan.Size.ValueInt64(),
		VolumeType:     plan.VolumeType.ValueString(),
		FilesystemType: plan.FilesystemType.ValueString(),
		Region:         plan.Region.ValueString(),
	})
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to create volume", plan.object(), err)
		return
	}

	// From here on the volume exists: it is in the state before anything is waited for.
	resp.Diagnostics.Append(save(ctx, &plan, created, &resp.State, resp.Identity)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if _, err := project.WaitForVolume(ctx, created.ID, client.VolumeAvailable); err != nil {
		framework.AddError(&resp.Diagnostics, "Volume was created but is not ready", plan.object()+" is kept in the state", err)
		return
	}
	r.readBack(ctx, project, created.ID, &plan, &resp.State, resp.Identity, &resp.Diagnostics)
}

// createVolume makes the volume. The request is not aborted with the apply, and an ambiguous answer is
// settled by looking for the volume.
func createVolume(ctx context.Context, project *client.Scoped, request client.CreateVolumeRequest) (*client.Volume, error) {
	began := time.Now()
	ctx = context.WithoutCancel(ctx)
	volume, err := project.CreateVolume(ctx, request)
	if !errors.Is(err, client.ErrAmbiguous) {
		return volume, err
	}
	return framework.Settle(err, "raff_volume", began, project.ListVolumes(ctx, client.VolumeFilter{}), func(v *client.Volume) framework.Candidate {
		return framework.Candidate{
			ID:        framework.IntegerID(v.ID).ValueString(),
			Matches:   v.Name == request.Name && v.Size == request.Size,
			CreatedAt: framework.TimeOrZero(v.CreatedAt),
		}
	})
}

func (r *volumeResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	projectID := state.ProjectID.ValueString()
	volume, err := getVolume(ctx, r.Client.ReaderIn(projectID), state.ID)
	if errors.Is(err, client.ErrNotFound) {
		if r.Projects.Gone(ctx, "volume", state.ID.ValueString(), projectID, probe, &resp.Diagnostics) {
			framework.Remove(ctx, resp, state.ID, state.ProjectID)
		}
		return
	}
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read volume", state.object(), err)
		return
	}
	resp.Diagnostics.Append(save(ctx, &state, volume, &resp.State, resp.Identity)...)
}

func getVolume(ctx context.Context, reader client.Reader, id types.String) (*client.Volume, error) {
	number, err := framework.ParseIntegerID(id)
	if err != nil {
		return nil, err
	}
	return reader.ReadVolume(ctx, number)
}

func (r *volumeResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan, state resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	id, err := framework.ParseIntegerID(state.ID)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Invalid volume id", state.object(), err)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	if plan.Size.Equal(state.Size) { // only Terraform's own settings have changed
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		resp.Diagnostics.Append(framework.SetIdentity(ctx, resp.Identity, plan.ID, plan.ProjectID)...)
		return
	}
	project := r.Client.Project(plan.ProjectID.ValueString())
	if err := r.grow(ctx, project, id, plan.Size.ValueInt64()); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to grow volume", state.object(), err)
		return
	}
	r.readBack(ctx, project, id, &plan, &resp.State, resp.Identity, &resp.Diagnostics)
}

// grow makes the volume larger. While it is attached that is an operation on its VM, too.
func (r *volumeResource) grow(ctx context.Context, project *client.Scoped, id, size int64) error {
	volume, err := project.WaitForVolume(ctx, id, client.VolumeAvailable, client.VolumeAttached)
	if err != nil {
		return err
	}
	if volume.VMID != "" {
		unlock, err := r.Locks.Lock(ctx, volume.VMID)
		if err != nil {
			return err
		}
		defer unlock()
	}
	if _, err := project.ResizeVolume(ctx, id, size); err != nil && !errors.Is(err, client.ErrAmbiguous) {
		return err
	}
	volume, err = project.WaitForVolume(ctx, id, client.VolumeAvailable, client.VolumeAttached)
	if err == nil && volume.Size != size {
		err = fmt.Errorf("the volume has %d GB after it was to grow to %d GB", volume.Size, size)
	}
	return err
}

// readBack stores what the API says after a change. It does so for an interrupted one, too.
func (r *volumeResource) readBack(
	ctx context.Context, project *client.Scoped, id int64, m *resourceModel, state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics,
) {
	ctx = context.WithoutCancel(ctx)
	volume, err := project.GetVolume(ctx, id)
	if err != nil {
		framework.AddError(diags, "Unable to read volume", m.object(), err)
		return
	}
	diags.Append(save(ctx, m, volume, state, identity)...)
}

func (r *volumeResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	if state.DeletionProtection.ValueBool() {
		framework.AddProtectedError(&resp.Diagnostics, state.object())
	}
	id, err := framework.ParseIntegerID(state.ID)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Invalid volume id", state.object(), err)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := deleteVolume(ctx, r.Client.Project(state.ProjectID.ValueString()), id); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to delete volume", state.object(), err)
	}
}

// deleteVolume waits for the volume to be detached: an attachment may be going at the same time.
func deleteVolume(ctx context.Context, project *client.Scoped, id int64) error {
	remove := func(ctx context.Context) error { return project.DeleteVolume(ctx, id) }
	if err := framework.DeleteWhenFree(ctx, remove, func(ctx context.Context) []string { return holder(ctx, project, id) }); err != nil {
		return err
	}
	return project.WaitForVolumeGone(ctx, id)
}

// holder names the VM that a volume is attached to.
func holder(ctx context.Context, project *client.Scoped, id int64) []string {
	volume, err := project.GetVolume(ctx, id)
	if err != nil || volume.VMID == "" {
		return nil
	}
	vm, err := project.GetVM(ctx, volume.VMID)
	if err != nil {
		return []string{framework.Object("VM", "", volume.VMID, "")}
	}
	return []string{framework.Object("VM", vm.Name, vm.ID, "")}
}

// save maps what the API says onto the model and stores it.
func save(ctx context.Context, m *resourceModel, v *client.Volume, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	m.fromAPI(v)
	diags := state.Set(ctx, m)
	diags.Append(framework.SetIdentity(ctx, identity, m.ID, m.ProjectID)...)
	return diags
}
