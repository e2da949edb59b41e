// Package snapshot has the raff_snapshot resource and its data sources.
package snapshot

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

// Default timeouts. A snapshot takes 1 to 2 minutes, and those of one VM are taken one after the other.
const (
	createTimeout = 20 * time.Minute
	deleteTimeout = 10 * time.Minute
)

var (
	_ resource.Resource                     = (*snapshotResource)(nil)
	_ resource.ResourceWithConfigure        = (*snapshotResource)(nil)
	_ resource.ResourceWithConfigValidators = (*snapshotResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*snapshotResource)(nil)
	_ resource.ResourceWithImportState      = (*snapshotResource)(nil)
	_ resource.ResourceWithIdentity         = (*snapshotResource)(nil)
)

type snapshotResource struct {
	framework.ResourceBase
}

// NewResource returns the raff_snapshot resource.
func NewResource() resource.Resource { return &snapshotResource{} }

// probe asks for one snapshot of a project, which tells whether the key reaches it.
var probe = framework.ProbeFirst(func(ctx context.Context, project *client.Scoped) func(func(*client.Snapshot, error) bool) {
	return project.ListSnapshots(ctx, client.SnapshotFilter{})
})

func (r *snapshotResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_snapshot"
}

func (r *snapshotResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema("snapshot")
}

func (r *snapshotResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportIntegerState(ctx, "snapshot", req, resp)
}

func (r *snapshotResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{resourcevalidator.ExactlyOneOf(pathVM.Expression(), pathVolume.Expression())}
}

// ModifyPlan checks the project, refuses to destroy what is in use, and makes the type known.
func (r *snapshotResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state resourceModel
	if !framework.Creating(req) {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if !framework.Destroying(req) {
		resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	destroyed := framework.Destroying(req) || !framework.Creating(req) && plan.replaces(&state)
	if destroyed && state.Status.ValueString() == client.SnapshotActive {
		addActiveError(&resp.Diagnostics, &state)
	}
	switch {
	case r.ProviderData == nil:
	case framework.Destroying(req):
		r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	case plan.ProjectID.Equal(state.ProjectID):
		r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	default:
		r.Projects.Check(ctx, pathProject, "snapshot", plan.ProjectID, probe, &resp.Diagnostics)
	}
	if framework.Creating(req) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, pathType, plan.plannedType())...)
	}
}

// replaces tells whether the plan makes another snapshot.
func (m *resourceModel) replaces(state *resourceModel) bool {
	return !m.ProjectID.Equal(state.ProjectID) || !m.VMID.Equal(state.VMID) ||
		!state.VolumeID.IsNull() && !m.VolumeID.Equal(state.VolumeID)
}

// plannedType is what a new snapshot is of. An unknown id may turn out to be null.
func (m *resourceModel) plannedType() types.String {
	switch {
	case framework.Known(m.VMID):
		return types.StringValue(client.SnapshotOfVM)
	case framework.Known(m.VolumeID):
		return types.StringValue(client.SnapshotOfVolume)
	}
	return types.StringUnknown()
}

// addActiveError says what to do about a snapshot that its source runs on.
func addActiveError(diags *diag.Diagnostics, m *resourceModel) {
	source, andAll := "The VM", " If the VM is destroyed as well, its snapshots go with it: take this one out of the state first, with terraform state rm or a removed block."
	if m.Type.ValueString() == client.SnapshotOfVolume {
		source, andAll = "The volume", ""
	}
	diags.AddError("The snapshot is in use", m.object()+" is active, so Raff does not delete it. "+
		source+" was reverted to it and runs on it. Restore another snapshot, or take a new one: then this one is no longer active, and can be destroyed."+andAll)
}

func (r *snapshotResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, createTimeout)
	resp.Diagnostics.Append(diags...)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	t := taker{r: r, project: r.Client.Project(plan.ProjectID.ValueString()), plan: &plan}
	unlock, err := t.prepare(ctx)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to create snapshot", plan.object(), err)
		return
	}
	defer unlock()
	created, err := t.take(ctx)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to create snapshot", plan.object(), err)
		return
	}

	// From here on the snapshot exists: it is in the state before anything is waited for.
	resp.Diagnostics.Append(save(ctx, &plan, created, &resp.State, resp.Identity)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := t.finish(ctx); err != nil {
		framework.AddError(&resp.Diagnostics, "Snapshot was created but its VM is not back", plan.object()+" is kept in the state", err)
		return
	}
	r.readBack(ctx, t.project, created.ID, &plan, &resp.State, resp.Identity, &resp.Diagnostics)
}

// taker takes one snapshot.
type taker struct {
	r       *snapshotResource
	project *client.Scoped
	plan    *resourceModel
	request client.CreateSnapshotRequest
}

// prepare waits until the source can be copied, and locks the VM that is involved.
func (t *taker) prepare(ctx context.Context) (unlock func(), err error) {
	t.request = client.CreateSnapshotRequest{Name: t.plan.Name.ValueString()}
	if t.plan.VolumeID.IsNull() {
		t.request.ResourceType, t.request.VMID = client.SnapshotOfVM, t.plan.VMID.ValueString()
		return t.prepareVM(ctx)
	}
	id, err := framework.ParseIntegerID(t.plan.VolumeID)
	if err != nil {
		return nil, fmt.Errorf("volume id %w", err)
	}
	t.request.ResourceType, t.request.VolumeID = client.SnapshotOfVolume, id
	volume, err := t.project.WaitForVolume(ctx, id, client.VolumeAvailable, client.VolumeAttached)
	if err != nil || volume.VMID == "" {
		return func() {}, err
	}
	return t.r.Locks.Lock(ctx, volume.VMID)
}

func (t *taker) prepareVM(ctx context.Context) (unlock func(), err error) {
	unlock, err = t.r.Locks.Lock(ctx, t.request.VMID)
	if err != nil {
		return nil, err
	}
	vm, err := t.project.WaitForVM(ctx, t.request.VMID, client.VMActive, client.VMPassive)
	if err == nil && vm.Status != client.VMActive {
		err = fmt.Errorf("VM %q (%s) is stopped, and only a running VM can be copied: start it first, or take snapshots of its volumes", vm.Name, vm.ID)
	}
	if err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// take takes the snapshot. The request is not aborted with the apply, and an ambiguous answer is settled by looking
// for the snapshot.
func (t *taker) take(ctx context.Context) (*client.Snapshot, error) {
	began := time.Now()
	ctx = context.WithoutCancel(ctx)
	snapshot, err := t.project.CreateSnapshot(ctx, t.request)
	if !errors.Is(err, client.ErrAmbiguous) {
		return snapshot, err
	}
	return framework.Settle(err, "raff_snapshot", began, t.siblings(ctx), func(s *client.Snapshot) framework.Candidate {
		return framework.Candidate{
			ID:        framework.IntegerID(s.ID).ValueString(),
			Matches:   s.Name == t.request.Name,
			CreatedAt: framework.TimeOrZero(s.CreatedAt),
		}
	})
}

// siblings are the snapshots of the same source.
func (t *taker) siblings(ctx context.Context) iter.Seq2[*client.Snapshot, error] {
	return t.project.ListSnapshots(ctx, client.SnapshotFilter{VMID: t.request.VMID, VolumeID: t.request.VolumeID, Type: t.request.ResourceType})
}

// finish waits until the VM has returned to its state. A snapshot of a volume is done at once.
func (t *taker) finish(ctx context.Context) error {
	if t.request.VMID == "" {
		return nil
	}
	_, err := t.project.WaitForVM(ctx, t.request.VMID, client.VMActive, client.VMPassive)
	return err
}

func (r *snapshotResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
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
	snapshot, err := getSnapshot(ctx, r.Client.ReaderIn(projectID), state.ID)
	if errors.Is(err, client.ErrNotFound) {
		if r.Projects.Gone(ctx, "snapshot", state.ID.ValueString(), projectID, probe, &resp.Diagnostics) {
			framework.Remove(ctx, resp, state.ID, state.ProjectID)
		}
		return
	}
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read snapshot", state.object(), err)
		return
	}
	imported := state.Type.IsNull()
	if imported && snapshot.Type == client.SnapshotOfVolume {
		if state.VolumeID, err = findVolume(ctx, r.Client.ReaderIn(snapshot.ProjectID), snapshot.ID); err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to find the volume of the snapshot", state.object(), err)
			return
		}
	}
	resp.Diagnostics.Append(save(ctx, &state, snapshot, &resp.State, resp.Identity)...)
}

func getSnapshot(ctx context.Context, reader client.Reader, id types.String) (*client.Snapshot, error) {
	number, err := framework.ParseIntegerID(id)
	if err != nil {
		return nil, err
	}
	return reader.ReadSnapshot(ctx, number)
}

// findVolume finds out of which volume a snapshot is: the API does not say, but it lists the snapshots of a volume. It
// is null when the volume is gone.
func findVolume(ctx context.Context, reader client.Reader, id int64) (types.String, error) {
	for volume, err := range reader.ListVolumes(ctx, client.VolumeFilter{}) {
		if err != nil {
			return types.StringNull(), err
		}
		for snapshot, err := range reader.ListSnapshots(ctx, client.SnapshotFilter{VolumeID: volume.ID}) {
			if err != nil {
				return types.StringNull(), err
			}
			if snapshot.ID == id {
				return framework.IntegerID(volume.ID), nil
			}
		}
	}
	return types.StringNull(), nil
}

// Update renames the snapshot.
func (r *snapshotResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan, state resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	id, err := framework.ParseIntegerID(state.ID)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Invalid snapshot id", state.object(), err)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if !plan.Name.Equal(state.Name) {
		renamed, err := r.Client.Project(plan.ProjectID.ValueString()).RenameSnapshot(ctx, id, plan.Name.ValueString())
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to rename snapshot", state.object(), err)
			return
		}
		plan.Name = types.StringValue(renamed.Name)
	}
	// The rest is as it was planned. A size or status that has changed meanwhile shows with the next refresh.
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(framework.SetIdentity(ctx, resp.Identity, plan.ID, plan.ProjectID)...)
}

// readBack stores what the API says after a change. It does so for an interrupted one, too.
func (r *snapshotResource) readBack(
	ctx context.Context, project *client.Scoped, id int64, m *resourceModel, state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics,
) {
	ctx = context.WithoutCancel(ctx)
	snapshot, err := project.GetSnapshot(ctx, id)
	if err != nil {
		framework.AddError(diags, "Unable to read snapshot", m.object(), err)
		return
	}
	diags.Append(save(ctx, m, snapshot, state, identity)...)
}

func (r *snapshotResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, deleteTimeout)
	resp.Diagnostics.Append(diags...)
	r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	id, err := framework.ParseIntegerID(state.ID)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Invalid snapshot id", state.object(), err)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err = deleteSnapshot(ctx, r.Client.Project(state.ProjectID.ValueString()), id)
	switch {
	case errors.Is(err, errActive):
		addActiveError(&resp.Diagnostics, &state)
	case err != nil:
		framework.AddError(&resp.Diagnostics, "Unable to delete snapshot", state.object(), err)
	}
}

// errActive means that a snapshot became active after the plan.
var errActive = errors.New("the snapshot is active")

// deleteSnapshot waits while the snapshot is being restored, but not while it is active: that does not end by itself.
func deleteSnapshot(ctx context.Context, project *client.Scoped, id int64) error {
	remove := func(ctx context.Context) error {
		err := project.DeleteSnapshot(ctx, id)
		if !errors.Is(err, client.ErrConflict) {
			return err
		}
		if snapshot, lookErr := project.GetSnapshot(ctx, id); lookErr == nil && snapshot.Status == client.SnapshotActive {
			return errActive
		}
		return err
	}
	return framework.DeleteWhenFree(ctx, remove, func(context.Context) []string { return nil })
}

// save maps what the API says onto the model and stores it.
func save(ctx context.Context, m *resourceModel, s *client.Snapshot, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	m.fromAPI(s)
	diags := state.Set(ctx, m)
	diags.Append(framework.SetIdentity(ctx, identity, m.ID, m.ProjectID)...)
	return diags
}
