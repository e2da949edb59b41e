// Package backup has the raff_backup resource and its data sources.
package backup

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
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
	framework.ResourceBase
}

// NewResource returns the raff_backup resource.
func NewResource() resource.Resource { return &backupResource{} }

// probe asks for one backup of a project, which tells whether the key reaches it.
var probe = framework.ProbeFirst(func(ctx context.Context, project *client.Scoped) func(func(*client.Backup, error) bool) {
	return project.ListBackups(ctx, client.BackupFilter{})
})

func (r *backupResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_backup"
}

func (r *backupResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema("backup")
}

func (r *backupResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportState(ctx, req, resp)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("delete_series"), false)...)
}

// ModifyPlan checks the project, and says what else a destruction affects.
func (r *backupResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
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
	if framework.Destroying(req) || !framework.Creating(req) && plan.replaces(&state) {
		r.warnOfSeries(ctx, &state, &resp.Diagnostics)
	}
	switch {
	case r.ProviderData == nil:
	case framework.Destroying(req):
		r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	case plan.ProjectID.Equal(state.ProjectID):
		r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	default:
		r.Projects.Check(ctx, pathProject, "backup", plan.ProjectID, probe, &resp.Diagnostics)
	}
}

// replaces tells whether the plan makes another backup.
func (m *resourceModel) replaces(state *resourceModel) bool {
	return !m.ProjectID.Equal(state.ProjectID) || !m.VMID.Equal(state.VMID) || !m.Name.Equal(state.Name)
}

func (r *backupResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
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

	vmID := plan.VMID.ValueString()
	unlock, err := r.Locks.Lock(ctx, vmID)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to create backup", plan.object(), err)
		return
	}
	defer unlock()
	project := r.Client.Project(plan.ProjectID.ValueString())
	created, err := createBackup(ctx, project, client.CreateBackupRequest{VMID: vmID, Name: plan.Name.ValueString()})
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to create backup", plan.object(), err)
		return
	}

	// From here on the backup exists: it is in the state before anything is waited for.
	resp.Diagnostics.Append(save(ctx, &plan, created, &resp.State, resp.Identity)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := finish(ctx, project, vmID, created.ID); err != nil {
		framework.AddError(&resp.Diagnostics, "Backup was created but is not ready", plan.object()+" is kept in the state", err)
		return
	}
	readCtx := context.WithoutCancel(ctx)
	current, err := project.GetBackup(readCtx, created.ID)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read backup", plan.object(), err)
		return
	}
	resp.Diagnostics.Append(save(readCtx, &plan, current, &resp.State, resp.Identity)...)
}

// createBackup begins the backup once the VM is at rest. The request is not aborted with the apply, and an ambiguous
// answer is settled by looking for the backup: one of that name or, without a name, any new one of the VM.
func createBackup(ctx context.Context, project *client.Scoped, request client.CreateBackupRequest) (*client.Backup, error) {
	if _, err := project.WaitForVM(ctx, request.VMID, client.VMActive, client.VMPassive); err != nil {
		return nil, err
	}
	began := time.Now()
	ctx = context.WithoutCancel(ctx)
	backup, err := project.CreateBackup(ctx, request)
	if !errors.Is(err, client.ErrAmbiguous) {
		return backup, err
	}
	candidates := project.ListBackups(ctx, client.BackupFilter{VMID: request.VMID})
	return framework.Settle(err, "raff_backup", began, candidates, func(b *client.Backup) framework.Candidate {
		return framework.Candidate{
			ID:        b.ID,
			Matches:   request.Name == "" || b.Name == request.Name,
			CreatedAt: created(b),
		}
	})
}

// finish waits for the backup, and for its VM to return to its state.
func finish(ctx context.Context, project *client.Scoped, vmID, id string) error {
	if _, err := project.WaitForBackup(ctx, id, client.BackupReady); err != nil {
		return err
	}
	_, err := project.WaitForVM(ctx, vmID, client.VMActive, client.VMPassive)
	return err
}

func (r *backupResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, projectID := state.ID.ValueString(), state.ProjectID.ValueString()
	backup, err := r.Client.ReaderIn(projectID).ReadBackup(ctx, id)
	if errors.Is(err, client.ErrNotFound) {
		if r.Projects.Gone(ctx, "backup", id, projectID, probe, &resp.Diagnostics) {
			framework.Remove(ctx, resp, state.ID, state.ProjectID)
		}
		return
	}
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read backup", state.object(), err)
		return
	}
	resp.Diagnostics.Append(save(ctx, &state, backup, &resp.State, resp.Identity)...)
}

// Update stores Terraform's own settings: the API changes nothing of a backup.
func (r *backupResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(framework.SetIdentity(ctx, resp.Identity, plan.ID, plan.ProjectID)...)
}

func (r *backupResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, deleteTimeout)
	resp.Diagnostics.Append(diags...)
	r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := deleteBackup(ctx, r.Client.Project(state.ProjectID.ValueString()), &state); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to delete backup", state.object(), err)
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
	err := framework.DeleteWhenFree(ctx, remove, func(ctx context.Context) []string {
		all, _ = findSeries(ctx, project.Reader, vmID, id) // an error leaves the API's own words
		return names(all.later)
	})
	if len(all.later) == 0 {
		return err
	}
	return fmt.Errorf("%w\n\nDestroy the later restore points first. Or set delete_series = true and apply before you destroy this one: "+
		"that deletes the whole series, which also has %s", err, strings.Join(append(names(all.earlier), names(all.later)...), ", "))
}

// save maps what the API says onto the model and stores it.
func save(ctx context.Context, m *resourceModel, b *client.Backup, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	m.fromAPI(b)
	diags := state.Set(ctx, m)
	diags.Append(framework.SetIdentity(ctx, identity, m.ID, m.ProjectID)...)
	return diags
}
