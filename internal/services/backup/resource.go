// Package backup has the raff_backup resource and its data sources.
package backup

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// Default timeouts. A backup takes about 3 minutes, and those of one VM are made one after the other.
const (
	createTimeout = 30 * time.Minute
	deleteTimeout = 5 * time.Minute
)

var (
	_ resource.Resource                = (*backupResource)(nil)
	_ resource.ResourceWithConfigure   = (*backupResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*backupResource)(nil)
	_ resource.ResourceWithImportState = (*backupResource)(nil)
	_ resource.ResourceWithIdentity    = (*backupResource)(nil)
)

type backupResource struct {
	tfkit.ResourceBase
}

// NewResource returns the raff_backup resource.
func NewResource() resource.Resource { return &backupResource{} }

// kind has a backup outlive its VM: it may be the only copy of it.
var kind = tfkit.Kind{
	Name: "backup", Type: "raff_backup",
	Probe: tfkit.ProbeList(func(ctx context.Context, r client.Reader) iter.Seq2[*client.Backup, error] {
		return r.ListBackups(ctx, client.BackupFilter{})
	}),
	References: []tfkit.Reference{{Attribute: "vm_id", To: tfkit.VM, IfGone: tfkit.Stays}},
}

func (r *backupResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_backup"
}

func (r *backupResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("backup")
}

func (r *backupResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, req, resp)
}

// ModifyPlan says what else a destruction affects.
func (r *backupResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, kind, req, resp)
	if stage.Destroying || ok && len(stage.Replaced(ctx)) > 0 {
		r.warnOfSeries(ctx, tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics), &resp.Diagnostics)
	}
	if ok {
		stage.Finish(ctx)
	}
}

func (r *backupResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, plan.ProjectID, plan.Timeouts.Create, createTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	project, vmID := r.Client.Project(plan.ProjectID.ValueString()), plan.VMID.ValueString()
	unlock, err := r.Locks.Lock(ctx, vmID)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to create backup", plan.Object(), err)
		return
	}
	defer unlock()
	created, err := createBackup(ctx, project, client.CreateBackupRequest{VMID: vmID, Name: plan.Name.ValueString()})
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to create backup", plan.Object(), err)
		return
	}

	// From here on the backup exists: it is in the state before anything is waited for.
	out := tfkit.Created(req, resp)
	plan.fromAPI(created)
	if !out.Record(ctx, plan) {
		return
	}
	seen, err := finish(ctx, project, vmID, created.ID)
	if seen != nil {
		plan.fromAPI(seen)
	}
	out.Finish(ctx, kind, plan, "Backup was created but is not ready", err)
}

// createBackup begins the backup once the VM is at rest. An ambiguous answer is settled by looking for
// the backup: one of that name or, without a name, any new one of the VM.
func createBackup(ctx context.Context, project *client.Scoped, request client.CreateBackupRequest) (*client.Backup, error) {
	if _, err := project.WaitForVM(ctx, request.VMID, client.VMActive, client.VMPassive); err != nil {
		return nil, err
	}
	return tfkit.Create(ctx, kind,
		func(ctx context.Context) (*client.Backup, error) { return project.CreateBackup(ctx, request) },
		func(ctx context.Context) iter.Seq2[*client.Backup, error] {
			return project.ListBackups(ctx, client.BackupFilter{VMID: request.VMID})
		},
		func(b *client.Backup) tfkit.Candidate {
			return tfkit.Candidate{
				ID:        b.ID,
				Matches:   request.Name == "" || b.Name == request.Name,
				CreatedAt: created(b),
			}
		})
}

// finish waits for the backup, and for its VM to return to its state. It returns the backup as it was seen
// last, nil where it was not.
func finish(ctx context.Context, project *client.Scoped, vmID, id string) (*client.Backup, error) {
	backup, err := project.WaitForBackup(ctx, id, client.BackupReady)
	if err != nil {
		return backup, err
	}
	_, err = project.WaitForVM(ctx, vmID, client.VMActive, client.VMPassive)
	return backup, err
}

func (r *backupResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Configured(&resp.Diagnostics) {
		return
	}
	backup, err := r.Client.ReaderIn(state.ProjectID.ValueString()).ReadBackup(ctx, state.ID.ValueString())
	if !r.Found(ctx, kind, state, err, resp) {
		return
	}
	state.fromAPI(backup)
	for _, setting := range []*types.Bool{&state.DeleteSeries, &state.DeletionProtection} {
		if setting.IsNull() { // of an import, or of a version that had none
			*setting = types.BoolValue(false)
		}
	}
	tfkit.ReportFailure(ctx, backup.Status == client.BackupFailed, state,
		"It cannot be restored. Terraform leaves it as it is; to have another one made, plan with -replace.", req, resp)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

// Update stores Terraform's own settings: the API changes nothing of a backup.
func (r *backupResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(plan.ProjectID, &resp.Diagnostics) {
		return
	}
	tfkit.Updated(req, resp).Store(ctx, plan)
}

func (r *backupResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if state.DeletionProtection.ValueBool() {
		tfkit.AddProtectedError(&resp.Diagnostics, state.Object())
	}
	ctx, cancel, ok := r.Begin(ctx, state.ProjectID, state.Timeouts.Delete, deleteTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	if err := deleteBackup(ctx, r.Client.Project(state.ProjectID.ValueString()), state); err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to delete backup", state.Object(), err)
	}
}

// deleteBackup deletes one restore point, or its whole series where later points build on it and that is wanted.
// Otherwise it waits for those to be destroyed: Terraform may be about to.
func deleteBackup(ctx context.Context, project *client.Scoped, state *resourceModel) error {
	id, vmID := state.ID.ValueString(), state.VMID.ValueString()
	remove := func(ctx context.Context) error {
		err := project.DeleteBackup(ctx, id)
		if errors.Is(err, client.ErrConflict) && state.DeleteSeries.ValueBool() {
			return project.DeleteBackupChain(ctx, id)
		}
		return err
	}
	var all series
	err := tfkit.DeleteWhenFree(ctx, remove, func(ctx context.Context) []string {
		all, _ = findSeries(ctx, project.Reader, vmID, id) // an error leaves the API's own words
		return names(all.later)
	})
	if len(all.later) == 0 {
		return err
	}
	return fmt.Errorf("%w\n\nDestroy the later restore points first. Or set delete_series = true and apply before you destroy this one: "+
		"that deletes the whole series, which also has %s", err, strings.Join(append(names(all.earlier), names(all.later)...), ", "))
}
