package snapshot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

const (
	restoreType    = "raff_snapshot_restore"
	restoreTimeout = 20 * time.Minute
	// showTimeout is how long a snapshot may take to show as active once its VM is back.
	showTimeout = 5 * time.Second
	// snapshotSaved is the status of a snapshot that its source does not run on, or not yet.
	snapshotSaved = ""
)

var (
	_ action.Action               = (*restoreAction)(nil)
	_ action.ActionWithConfigure  = (*restoreAction)(nil)
	_ action.ActionWithModifyPlan = (*restoreAction)(nil)
)

type restoreAction struct {
	tfkit.ActionBase
}

// NewRestoreAction returns the action raff_snapshot_restore.
func NewRestoreAction() action.Action { return &restoreAction{} }

type restoreModel struct {
	ProjectID  types.String   `tfsdk:"project_id"`
	SnapshotID types.String   `tfsdk:"snapshot_id"`
	Timeouts   timeouts.Value `tfsdk:"timeouts"`
}

func (m *restoreModel) object() string {
	return tfkit.Object(tfkit.Snapshot.Name, "", m.SnapshotID.ValueString(), m.ProjectID.ValueString())
}

func (a *restoreAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = restoreType
}

func (a *restoreAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reverts a VM or a volume to a snapshot, and waits until the snapshot is active: its source runs on it then. What was written since the snapshot is lost.\n\n" +
			"A VM must be stopped, for example by the action `raff_vm_power` before. " +
			"A snapshot that is active already is restored again, since its source may have been written to.",
		Attributes: map[string]schema.Attribute{
			"project_id":  tfkit.ActionProjectID("snapshot"),
			"snapshot_id": tfkit.ActionID("snapshot", ""),
			"timeouts":    tfkit.ActionTimeouts(ctx, restoreTimeout),
		},
	}
}

// ModifyPlan refuses a snapshot of a VM that runs.
func (a *restoreAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	m := tfkit.Get[restoreModel](ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	target := tfkit.ActionTarget{Action: restoreType, Attribute: "snapshot_id", To: tfkit.Snapshot, ID: m.SnapshotID}
	stage, snapshot, ok := a.Plan(ctx, req, m.ProjectID, target, resp)
	if !ok || snapshot.VM == "" {
		return
	}
	stage.Acts(tfkit.VM, snapshot.VM)
	stage.RefuseStates(ctx, path.Root("snapshot_id"), stage.VM(ctx, snapshot.VM), "can be reverted to a snapshot", client.VMActive, client.VMFailure)
}

func (a *restoreAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	m := tfkit.Get[restoreModel](ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	in := tfkit.Invocation{
		Type: restoreType, Failed: "Unable to restore snapshot", Object: m.object(), ProjectID: m.ProjectID,
		Timeout: m.Timeouts.Invoke, ByDefault: restoreTimeout,
	}
	a.Do(ctx, in, resp, func(ctx context.Context, p *tfkit.Progress) error {
		project := a.Client.Project(m.ProjectID.ValueString())
		snapshot, err := tfkit.ByIntegerID(ctx, m.SnapshotID, project.GetSnapshot)
		if err == nil {
			err = tfkit.CheckProject(project, tfkit.Snapshot.Name, snapshot.ProjectID)
		}
		if err != nil {
			return err
		}
		if snapshot.VMID == "" {
			return restoreVolume(ctx, p, project, snapshot)
		}
		return a.restoreVM(ctx, p, project, snapshot)
	})
}

// restoreVM reverts a VM. It waits until the VM is back, and looks whether it runs on the snapshot.
func (a *restoreAction) restoreVM(ctx context.Context, p *tfkit.Progress, project *client.Scoped, snapshot *client.Snapshot) error {
	vm, unlock, err := a.AtRest(ctx, p, project, snapshot.VMID)
	if err != nil {
		return err
	}
	defer unlock()
	if vm.Status != client.VMPassive {
		return fmt.Errorf("VM %q (%s) is running, and only a stopped VM can be reverted to a snapshot: stop it first", vm.Name, vm.ID)
	}
	p.Say("Reverting VM %q (%s) to snapshot %q", vm.Name, vm.ID, snapshot.Name)
	if err := tfkit.Begun(ctx, project, vm, project.RestoreSnapshot(context.WithoutCancel(ctx), snapshot.ID)); err != nil {
		return err
	}
	if _, err := project.WaitForVM(ctx, vm.ID, client.VMPassive); err != nil {
		return err
	}
	shown, cancel := context.WithTimeout(ctx, showTimeout)
	defer cancel()
	err = waitForActive(shown, project, snapshot.ID)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return errors.New("the VM is back, but does not run on the snapshot: Raff could not restore it")
	}
	return err
}

// restoreVolume reverts a volume. The API does not name it, nor does it show that it is being reverted.
func restoreVolume(ctx context.Context, p *tfkit.Progress, project *client.Scoped, snapshot *client.Snapshot) error {
	p.Say("Reverting the volume of snapshot %q", snapshot.Name)
	if err := project.RestoreSnapshot(context.WithoutCancel(ctx), snapshot.ID); err != nil {
		return err
	}
	return waitForActive(ctx, project, snapshot.ID)
}

// waitForActive waits until the source of a snapshot runs on it.
func waitForActive(ctx context.Context, project *client.Scoped, id int64) error {
	_, err := client.Waiter[*client.Snapshot]{
		Subject: "snapshot " + tfkit.IntegerID(id).ValueString(),
		Pending: []string{snapshotSaved},
		Target:  []string{client.SnapshotActive},
		Refresh: func(ctx context.Context) (*client.Snapshot, string, error) {
			snapshot, err := project.GetSnapshot(ctx, id)
			if err != nil {
				return nil, "", err
			}
			return snapshot, snapshot.Status, nil
		},
	}.Wait(ctx)
	return err
}
