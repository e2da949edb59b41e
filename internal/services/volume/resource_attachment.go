package volume

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ resource.Resource                = (*attachmentResource)(nil)
	_ resource.ResourceWithConfigure   = (*attachmentResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*attachmentResource)(nil)
	_ resource.ResourceWithImportState = (*attachmentResource)(nil)
	_ resource.ResourceWithIdentity    = (*attachmentResource)(nil)
)

type attachmentResource struct {
	framework.ResourceBase
}

// NewAttachmentResource returns the raff_volume_attachment resource.
func NewAttachmentResource() resource.Resource { return &attachmentResource{} }

type attachmentModel struct {
	ID        types.String   `tfsdk:"id"`
	ProjectID types.String   `tfsdk:"project_id"`
	VolumeID  types.String   `tfsdk:"volume_id"`
	VMID      types.String   `tfsdk:"vm_id"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

func (m *attachmentModel) fromAPI(v *client.Volume) {
	m.ID = framework.IntegerID(v.ID)
	m.VolumeID = m.ID
	m.ProjectID = framework.StringOrNull(v.ProjectID)
	m.VMID = types.StringValue(v.VMID)
}

// object names the attachment in diagnostics.
func (m *attachmentModel) object() string {
	text := "attachment"
	if id := m.VolumeID.ValueString(); id != "" {
		text += " of volume " + id
	}
	if id := m.VMID.ValueString(); id != "" {
		text += " to VM " + id
	}
	return framework.Object(text, "", "", m.ProjectID.ValueString())
}

func (r *attachmentResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_volume_attachment"
}

func (r *attachmentResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema("volume")
}

func (r *attachmentResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportIntegerState(ctx, "volume", req, resp)
}

// ModifyPlan checks the project, and makes the id known with the volume's.
func (r *attachmentResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state attachmentModel
	if !framework.Creating(req) {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if !framework.Destroying(req) {
		resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	}
	switch {
	case resp.Diagnostics.HasError() || r.ProviderData == nil:
	case framework.Destroying(req):
		r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	case plan.ProjectID.Equal(state.ProjectID):
		r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	default:
		r.Projects.Check(ctx, pathProject, "volume", plan.ProjectID, probe, &resp.Diagnostics)
	}
	if framework.Creating(req) && framework.Known(plan.VolumeID) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), plan.VolumeID)...)
	}
}

func (r *attachmentResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan attachmentModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	store := func(v *client.Volume) diag.Diagnostics { return plan.save(ctx, v, &resp.State, resp.Identity) }
	if err := r.attach(ctx, r.Client.Project(plan.ProjectID.ValueString()), &plan, store, &resp.Diagnostics); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to attach volume", plan.object(), err)
	}
}

// attach joins the volume to the VM, once both are ready. store is called as soon as the volume is on its way. A
// volume that is attached to this VM already is taken as it is: it is what was asked for.
func (r *attachmentResource) attach(
	ctx context.Context, project *client.Scoped, m *attachmentModel, store func(*client.Volume) diag.Diagnostics, diags *diag.Diagnostics,
) error {
	id, err := framework.ParseIntegerID(m.VolumeID)
	if err != nil {
		return fmt.Errorf("volume id %w", err)
	}
	vmID := m.VMID.ValueString()
	unlock, err := r.Locks.Lock(ctx, vmID)
	if err != nil {
		return err
	}
	defer unlock()
	volume, err := project.WaitForVolume(ctx, id, client.VolumeAvailable, client.VolumeAttached)
	if err != nil {
		return err
	}
	switch volume.VMID {
	case "":
		if volume, err = attachVolume(ctx, project, id, vmID); err != nil {
			return err
		}
	case vmID:
	default:
		return fmt.Errorf("the volume is attached to another VM, %s: detach it there first, or import that attachment", volume.VMID)
	}
	volume.VMID = vmID // which the answer may not show yet
	diags.Append(store(volume)...)
	_, err = project.WaitForVolume(ctx, id, client.VolumeAttached)
	return err
}

// attachVolume attaches a volume that is free, as soon as its VM is at rest. The request is not aborted with the
// apply, and an ambiguous answer is settled by looking.
func attachVolume(ctx context.Context, project *client.Scoped, id int64, vmID string) (*client.Volume, error) {
	if _, err := project.WaitForVM(ctx, vmID, client.VMActive, client.VMPassive); err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx)
	volume, err := project.AttachVolume(ctx, id, vmID)
	if !errors.Is(err, client.ErrAmbiguous) {
		return volume, err
	}
	found, lookErr := project.GetVolume(ctx, id)
	if lookErr != nil || found.VMID != vmID {
		return nil, err
	}
	return found, nil
}

func (r *attachmentResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state attachmentModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	projectID := state.ProjectID.ValueString()
	volume, err := getVolume(ctx, r.Client.ReaderIn(projectID), state.ID)
	switch {
	case errors.Is(err, client.ErrNotFound):
		if r.Projects.Gone(ctx, "volume", state.ID.ValueString(), projectID, probe, &resp.Diagnostics) {
			framework.Remove(ctx, resp, state.ID, state.ProjectID)
		}
	case err != nil:
		framework.AddError(&resp.Diagnostics, "Unable to read volume", state.object(), err)
	case volume.VMID == "":
		framework.Remove(ctx, resp, state.ID, state.ProjectID)
	default:
		resp.Diagnostics.Append(state.save(ctx, volume, &resp.State, resp.Identity)...)
	}
}

// Update moves the volume to another VM.
func (r *attachmentResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan, state attachmentModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.VMID.Equal(state.VMID) { // only the timeouts have changed
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		resp.Diagnostics.Append(framework.SetIdentity(ctx, resp.Identity, plan.ID, plan.ProjectID)...)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	project := r.Client.Project(plan.ProjectID.ValueString())
	if err := r.detach(ctx, project, &state); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to detach volume", state.object(), err)
		return
	}
	store := func(v *client.Volume) diag.Diagnostics { return plan.save(ctx, v, &resp.State, resp.Identity) }
	if err := r.attach(ctx, project, &plan, store, &resp.Diagnostics); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to attach volume", plan.object(), err)
	}
}

func (r *attachmentResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state attachmentModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := r.detach(ctx, r.Client.Project(state.ProjectID.ValueString()), &state); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to detach volume", state.object(), err)
	}
}

// detach takes the volume off the VM. A volume or VM that is no more, and a volume that is attached elsewhere by now,
// are no errors: this attachment has ended.
func (r *attachmentResource) detach(ctx context.Context, project *client.Scoped, m *attachmentModel) error {
	id, err := framework.ParseIntegerID(m.VolumeID)
	if err != nil {
		return fmt.Errorf("volume id %w", err)
	}
	vmID := m.VMID.ValueString()
	unlock, err := r.Locks.Lock(ctx, vmID)
	if err != nil {
		return err
	}
	defer unlock()
	attached := func(ctx context.Context) (bool, error) {
		volume, err := project.GetVolume(ctx, id)
		if errors.Is(err, client.ErrNotFound) {
			return false, nil
		}
		return err == nil && volume.VMID == vmID, err
	}
	if still, err := attached(ctx); err != nil || !still {
		return err
	}
	// A VM that failed lets its volumes go as well.
	_, err = project.WaitForVM(ctx, vmID, client.VMActive, client.VMPassive, client.VMFailure)
	if err != nil && !errors.Is(err, client.ErrNotFound) {
		return err
	}
	return detachVolume(ctx, project, id, attached)
}

// detachVolume detaches a volume and waits for it. A refusal means that the volume or its VM is busy, or that somebody
// else was faster.
func detachVolume(ctx context.Context, project *client.Scoped, id int64, attached func(context.Context) (bool, error)) error {
	remove := func(ctx context.Context) error {
		_, err := project.DetachVolume(context.WithoutCancel(ctx), id)
		if !errors.Is(err, client.ErrConflict) && !errors.Is(err, client.ErrAmbiguous) {
			return err
		}
		if still, lookErr := attached(ctx); lookErr != nil || still {
			return err
		}
		return nil
	}
	if err := framework.DeleteWhenFree(ctx, remove, func(context.Context) []string { return nil }); err != nil {
		return err
	}
	_, err := project.WaitForVolume(ctx, id, client.VolumeAvailable)
	if errors.Is(err, client.ErrNotFound) {
		return nil
	}
	return err
}

func (m *attachmentModel) save(ctx context.Context, v *client.Volume, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	m.fromAPI(v)
	diags := state.Set(ctx, m)
	diags.Append(framework.SetIdentity(ctx, identity, m.ID, m.ProjectID)...)
	return diags
}
