package vm

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

const (
	factoryResetType = "raff_vm_factory_reset"
	rebuildTimeout   = 20 * time.Minute
)

var (
	_ action.Action               = (*factoryResetAction)(nil)
	_ action.ActionWithConfigure  = (*factoryResetAction)(nil)
	_ action.ActionWithModifyPlan = (*factoryResetAction)(nil)
)

type factoryResetAction struct {
	vmAction
}

// NewFactoryResetAction returns the action raff_vm_factory_reset.
func NewFactoryResetAction() action.Action { return &factoryResetAction{} }

func (a *factoryResetAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = factoryResetType
}

func (a *factoryResetAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Wipes the OS disk of a VM, installs the template that the VM was created with, and waits until it runs. Every invocation does so, whatever is on the disk.\n\n" +
			"Backups, addresses, volumes, VPC and tags stay. Raff says both that the snapshots of the VM stay and that they go: do not rely on either. " +
			"A VM that Terraform protects with `deletion_protection` is refused.",
		Attributes: actionAttributes(tfkit.ActionID("VM", ""), tfkit.ActionTimeouts(ctx, rebuildTimeout), nil),
	}
}

// ModifyPlan refuses a VM that is protected, or has failed.
func (a *factoryResetAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	m := tfkit.Get[actionModel](ctx, req.Config, &resp.Diagnostics)
	if stage, vm := a.plan(ctx, factoryResetType, m, req, resp); vm != nil && !a.RefuseProtected(pathVMID, vm.ID, m.object(), resetsDisk, stage.Diags) {
		stage.RefuseStates(ctx, pathVMID, vm, "can be reset", client.VMFailure)
	}
}

// resetsDisk says what a factory reset does.
const resetsDisk = "resets the VM, which wipes its OS disk"

func (a *factoryResetAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	m := tfkit.Get[actionModel](ctx, req.Config, &resp.Diagnostics)
	if a.protected(m, resetsDisk, resp) {
		return
	}
	in := tfkit.Invocation{Type: factoryResetType, Failed: "Unable to reset VM", ByDefault: rebuildTimeout}
	a.on(ctx, in, m, resp, func(ctx context.Context, p *tfkit.Progress, project *client.Scoped, vm *client.VM) error {
		p.Say("Resetting %s to the template that it was created with", named(vm))
		return rebuild(ctx, project, vm, func(ctx context.Context) error { return project.FactoryResetVM(ctx, vm.ID) })
	})
}

// protected refuses what wipes the disk of a protected VM, at the moment when it is invoked.
func (a *vmAction) protected(m *actionModel, what string, resp *action.InvokeResponse) bool {
	return !a.Unconfigured() && a.RefuseProtected(pathVMID, m.VMID.ValueString(), m.object(), what, &resp.Diagnostics)
}

// rebuild sends a request that wipes the disk of a VM, and waits until the VM is back. The request is not aborted with the
// run: what was wiped has to be known.
func rebuild(ctx context.Context, project *client.Scoped, vm *client.VM, request func(ctx context.Context) error) error {
	if err := tfkit.Begun(ctx, project, vm, request(context.WithoutCancel(ctx))); err != nil {
		return err
	}
	_, err := project.WaitForVM(ctx, vm.ID, client.VMActive, client.VMPassive)
	return err
}
