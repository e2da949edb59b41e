// Package backup has the raff_backup resource and its data sources.
package backup

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
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
	List:       tfkit.Backup.List,
	References: []tfkit.Reference{{Attribute: "vm_id", To: tfkit.VM, IfGone: tfkit.Stays}},
}

func (r *backupResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_backup"
}

func (r *backupResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("backup")
}

func (r *backupResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, kind.Type, req, resp)
}

// ModifyPlan makes known that a new backup is ready.
func (r *backupResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, kind, req, resp)
	if !ok {
		return
	}
	if stage.Creating { // it is waited for; a replacement is planned as a creation too
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("status"), client.BackupReady)...)
	}
	stage.Finish(ctx)
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
	created, err := r.create(ctx, plan, resp)
	if err != nil {
		tfkit.AddCreateError(resp, "Unable to create backup", plan.Object(), err)
		return
	}

	// From here on the backup exists: it is in the state before anything is waited for.
	out := r.Created(ctx, req, resp)
	r.fill(ctx, plan, created, &resp.Diagnostics)
	if !out.Record(ctx, plan) {
		return
	}
	seen, err := finish(ctx, project, vmID, created.ID)
	if seen != nil {
		r.fill(context.WithoutCancel(ctx), plan, seen, &resp.Diagnostics)
	}
	out.Finish(ctx, kind, plan, "Backup was created but is not ready", err)
}

// create begins the backup once the VM is at rest. Names of backups are not unique, and a schedule takes backups too.
func (r *backupResource) create(ctx context.Context, plan *resourceModel, resp *resource.CreateResponse) (*client.Backup, error) {
	project := r.Client.Project(plan.ProjectID.ValueString())
	request := client.CreateBackupRequest{VMID: plan.VMID.ValueString(), Name: plan.Name.ValueString()}
	if _, err := project.WaitForVM(ctx, request.VMID, client.VMActive, client.VMPassive); err != nil {
		return nil, err
	}
	return tfkit.Create(ctx, &r.ResourceBase, resp, creation(project, plan.Object(), request))
}

// creation is how a backup is created.
func creation(project *client.Scoped, object string, request client.CreateBackupRequest) tfkit.Creation[*client.Backup] {
	return tfkit.Creation[*client.Backup]{
		Kind: kind, Object: object,
		Send: func(ctx context.Context) (*client.Backup, error) { return project.CreateBackup(ctx, request) },
		List: func(ctx context.Context) iter.Seq2[*client.Backup, error] {
			return project.ListBackups(ctx, client.BackupFilter{VMID: request.VMID})
		},
		Describe: func(b *client.Backup) tfkit.Candidate {
			return tfkit.Candidate{
				ID: b.ID, Name: b.Name, ProjectID: b.ProjectID, CreatedAt: created(b), CreatedBy: b.CreatedBy,
				Same: b.VMID == request.VMID && (request.Name == "" || b.Name == request.Name),
			}
		},
	}
}

// finish waits for the backup, and for its VM to return to its state. It returns the backup as it was seen
// last, nil where it was not.
func finish(ctx context.Context, project *client.Scoped, vmID, id string) (*client.Backup, error) {
	backup, err := project.WaitForNewBackup(ctx, id)
	if err != nil {
		return backup, err
	}
	_, err = project.WaitForVM(ctx, vmID, client.VMActive, client.VMPassive)
	return backup, err
}

func (r *backupResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	backup, ok := tfkit.Read(ctx, &r.ResourceBase, kind, state, req, resp, func(ctx context.Context) (*client.Backup, error) {
		return r.Client.ReaderIn(state.ProjectID.ValueString()).ReadBackup(ctx, state.ID.ValueString())
	})
	if !ok {
		return
	}
	r.fill(ctx, state, backup, &resp.Diagnostics)
	if state.DeleteSeries.IsNull() { // of an import
		state.DeleteSeries = types.BoolValue(false)
	}
	tfkit.ReportFailure(ctx, backup.Status == client.BackupFailed, backup.Status == client.BackupReady, state,
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
	r.Unprotected(ctx, kind, state, req, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, state.ProjectID, state.Timeouts.Delete, deleteTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	r.Ended(ctx, kind, state, req, resp, "Unable to delete backup", deleteBackup(ctx, r.Client.Project(state.ProjectID.ValueString()), state))
}

// deleteBackup deletes one restore point, or its whole series where that is wanted and later points build on it at the
// moment of the refusal. Otherwise it waits: Terraform may be about to destroy those, and a busy point comes to rest.
func deleteBackup(ctx context.Context, project *client.Scoped, state *resourceModel) error {
	id, vmID := state.ID.ValueString(), state.VMID.ValueString()
	remove := func(ctx context.Context) error {
		err := project.DeleteBackup(ctx, id)
		if !errors.Is(err, client.ErrConflict) || !state.DeleteSeries.ValueBool() {
			return err
		}
		now, lookErr := findSeries(ctx, project.Reader, vmID, id)
		switch {
		case lookErr != nil: // its text only, so that it decides nothing
			return fmt.Errorf("%w; looking for later restore points failed: %s", err, lookErr.Error())
		case len(now.later) == 0: // it is busy, and nothing else may go with it
			return err
		}
		return project.DeleteBackupChain(ctx, id)
	}
	var all series
	err := tfkit.DeleteWhenFree(ctx, remove, func(ctx context.Context) []string {
		all, _ = findSeries(ctx, project.Reader, vmID, id) // an error leaves the API's own words
		return names(all.later)
	})
	if len(all.later) == 0 || state.DeleteSeries.ValueBool() {
		return err
	}
	return fmt.Errorf("%w\n\nDestroy the later restore points first. Or set delete_series = true and apply before you destroy this one: "+
		"that deletes the whole series, which also has %s", err, strings.Join(append(names(all.earlier), names(all.later)...), ", "))
}
