// Package snapshot has the raff_snapshot resource and its data sources.
package snapshot

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
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
	tfkit.ResourceBase
}

// NewResource returns the raff_snapshot resource.
func NewResource() resource.Resource { return &snapshotResource{} }

// kind has a snapshot of a VM go with its VM, and one of a volume outlive the volume.
var kind = tfkit.Kind{
	Name: "snapshot", Type: "raff_snapshot",
	List: tfkit.Snapshot.List,
	References: []tfkit.Reference{
		{Attribute: "vm_id", To: tfkit.VM, IfGone: tfkit.Replaced},
		{Attribute: "volume_id", To: tfkit.Volume, IfGone: tfkit.Stays},
	},
	Unrecorded: []string{"volume_id"},
}

func (r *snapshotResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_snapshot"
}

func (r *snapshotResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("snapshot")
}

func (r *snapshotResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, kind.Type, req, resp)
}

func (r *snapshotResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{resourcevalidator.ExactlyOneOf(pathVM.Expression(), pathVolume.Expression())}
}

func (r *snapshotResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, plan.ProjectID, plan.Timeouts.Create, createTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	t := taker{base: &r.ResourceBase, project: r.Client.Project(plan.ProjectID.ValueString()), plan: plan}
	unlock, err := t.prepare(ctx)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to create snapshot", plan.Object(), err)
		return
	}
	defer unlock()
	created, err := t.take(ctx, resp)
	if err != nil {
		tfkit.AddCreateError(resp, "Unable to create snapshot", plan.Object(), err)
		return
	}

	// From here on the snapshot exists: it is in the state before anything is waited for.
	out := r.Created(ctx, req, resp)
	r.fill(ctx, plan, created, &resp.Diagnostics)
	if !out.Record(ctx, plan) {
		return
	}
	failed := t.finish(ctx)
	if current, err := t.project.GetSnapshot(context.WithoutCancel(ctx), created.ID); err == nil {
		r.fill(context.WithoutCancel(ctx), plan, current, &resp.Diagnostics)
	} else if failed == nil {
		failed = err
	}
	out.Finish(ctx, kind, plan, "Snapshot was created but its VM is not back", failed)
}

func (r *snapshotResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	snapshot, ok := tfkit.Read(ctx, &r.ResourceBase, kind, state, req, resp, func(ctx context.Context) (*client.Snapshot, error) {
		return tfkit.ByIntegerID(ctx, state.ID, r.Client.ReaderIn(state.ProjectID.ValueString()).ReadSnapshot)
	})
	if !ok {
		return
	}
	imported := state.Type.IsNull()
	if imported && snapshot.Type == client.SnapshotOfVolume {
		var err error
		if state.VolumeID, err = findVolume(ctx, r.Client.ReaderIn(snapshot.ProjectID), snapshot.ID); err != nil {
			tfkit.AddError(&resp.Diagnostics, "Unable to find the volume of the snapshot", state.Object(), err)
			return
		}
	}
	r.fill(ctx, state, snapshot, &resp.Diagnostics)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
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
				return tfkit.IntegerID(volume.ID), nil
			}
		}
	}
	return types.StringNull(), nil
}

// Update renames the snapshot. The rest are Terraform's own settings.
func (r *snapshotResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Ready(plan.ProjectID, &resp.Diagnostics) {
		return
	}
	if !plan.Name.Equal(state.Name) {
		renamed, err := tfkit.ByIntegerID(ctx, state.ID, func(ctx context.Context, id int64) (*client.Snapshot, error) {
			return r.Client.Project(plan.ProjectID.ValueString()).RenameSnapshot(ctx, id, plan.Name.ValueString())
		})
		if err != nil {
			tfkit.AddError(&resp.Diagnostics, "Unable to rename snapshot", state.Object(), err)
			return
		}
		r.fill(ctx, plan, renamed, &resp.Diagnostics)
	}
	tfkit.Updated(req, resp).Store(ctx, plan)
}

func (r *snapshotResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	r.Unprotected(ctx, kind, state, req, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, state.ProjectID, state.Timeouts.Delete, deleteTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	err := deleteSnapshot(ctx, r.Client.Project(state.ProjectID.ValueString()), state.ID)
	if errors.Is(err, errActive) {
		addActiveError(&resp.Diagnostics, state)
		return
	}
	r.Ended(ctx, kind, state, req, resp, "Unable to delete snapshot", err)
}

// errActive means that a snapshot became active after the plan.
var errActive = errors.New("the snapshot is active")

// deleteSnapshot waits while the snapshot is being restored, but not while it is active: that does not end by itself.
func deleteSnapshot(ctx context.Context, project *client.Scoped, snapshotID types.String) error {
	id, err := tfkit.ParseIntegerID(snapshotID)
	if err != nil {
		return err
	}
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
	return tfkit.DeleteWhenFree(ctx, remove, func(context.Context) []string { return nil })
}
