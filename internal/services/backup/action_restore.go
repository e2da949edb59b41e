package backup

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

const (
	restoreType    = "raff_backup_restore"
	restoreTimeout = 30 * time.Minute
)

var (
	_ action.Action               = (*restoreAction)(nil)
	_ action.ActionWithConfigure  = (*restoreAction)(nil)
	_ action.ActionWithModifyPlan = (*restoreAction)(nil)
)

type restoreAction struct {
	tfkit.ActionBase
}

// NewRestoreAction returns the action raff_backup_restore.
func NewRestoreAction() action.Action { return &restoreAction{} }

type restoreModel struct {
	ProjectID types.String   `tfsdk:"project_id"`
	BackupID  types.String   `tfsdk:"backup_id"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

func (a *restoreAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = restoreType
}

func (a *restoreAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Overwrites a VM with a backup of it, and waits until the VM is back. What was written since the backup is lost. " +
			"Every invocation does so, whatever is on the disk.\n\nA backup that is not ready yet is waited for. The VM may run or be stopped, and returns to that state.",
		Attributes: map[string]schema.Attribute{
			"project_id": tfkit.ActionProjectID("backup"),
			"backup_id":  tfkit.ActionID("backup", ", whose VM still exists"),
			"timeouts":   tfkit.ActionTimeouts(ctx, restoreTimeout),
		},
	}
}

// ModifyPlan refuses a backup that has failed, and one whose VM is gone.
func (a *restoreAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	m := tfkit.Get[restoreModel](ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	target := tfkit.ActionTarget{Action: restoreType, Attribute: "backup_id", To: tfkit.Backup, ID: m.BackupID}
	stage, found, ok := a.Plan(ctx, req, m.ProjectID, target, resp)
	if !ok {
		return
	}
	at := path.Root("backup_id")
	object := tfkit.Object(kind.Name, found.Name, found.ID, found.ProjectID)
	if !a.checkRestorable(ctx, at, object, found, &resp.Diagnostics) {
		return
	}
	stage.Acts(tfkit.VM, found.VM)
	stage.RefuseStates(ctx, at, stage.VM(ctx, found.VM), "can be overwritten", client.VMFailure)
}

// checkRestorable refuses what no other change of the run can put right.
func (a *restoreAction) checkRestorable(ctx context.Context, at path.Path, object string, found tfkit.Item, diags *diag.Diagnostics) bool {
	reader := a.Client.ReaderIn(found.ProjectID)
	if backup, err := reader.GetBackup(ctx, found.ID); err == nil && backup.Status == client.BackupFailed {
		diags.AddAttributeError(at, "The backup has failed", object+" was never made, so that there is nothing to restore. Nothing was changed. Choose another backup.")
		return false
	}
	if _, err := reader.GetVM(ctx, found.VM); errors.Is(err, client.ErrNotFound) {
		diags.AddAttributeError(at, "The VM of the backup is gone", object+" is of VM "+found.VM+
			", which does not exist any more, or which the API key does not reach. A backup is only restored to its own VM. Nothing was changed.")
		return false
	}
	return true
}

func (a *restoreAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	m := tfkit.Get[restoreModel](ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	in := tfkit.Invocation{
		Type: restoreType, Failed: "Unable to restore backup", Object: tfkit.Object(kind.Name, "", m.BackupID.ValueString(), m.ProjectID.ValueString()),
		ProjectID: m.ProjectID, Timeout: m.Timeouts.Invoke, ByDefault: restoreTimeout,
	}
	a.Do(ctx, in, resp, func(ctx context.Context, p *tfkit.Progress) error {
		project := a.Client.Project(m.ProjectID.ValueString())
		backup, err := project.GetBackup(ctx, m.BackupID.ValueString())
		if err == nil {
			err = tfkit.CheckProject(project, kind.Name, backup.ProjectID)
		}
		if err != nil {
			return err
		}
		return a.restore(ctx, p, project, backup)
	})
}

// restore overwrites the VM once both are at rest, and waits for both.
func (a *restoreAction) restore(ctx context.Context, p *tfkit.Progress, project *client.Scoped, backup *client.Backup) error {
	vm, unlock, err := a.AtRest(ctx, p, project, backup.VMID)
	if err != nil {
		return fmt.Errorf("the VM of the backup: %w", err)
	}
	defer unlock()
	if _, err := project.WaitForBackup(ctx, backup.ID); err != nil {
		return err
	}
	p.Say("Overwriting VM %q (%s) with backup %q", vm.Name, vm.ID, backup.Name)
	// Not aborted with the run: what was overwritten has to be known.
	_, err = project.RestoreBackup(context.WithoutCancel(ctx), backup.ID)
	if err := tfkit.Begun(ctx, project, vm, err); err != nil {
		return err
	}
	_, err = finish(ctx, project, vm.ID, backup.ID)
	return err
}
