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
	resetPasswordType    = "raff_vm_reset_password" // #nosec G101 -- the name of an action
	resetPasswordTimeout = 10 * time.Minute
)

var (
	_ action.Action               = (*resetPasswordAction)(nil)
	_ action.ActionWithConfigure  = (*resetPasswordAction)(nil)
	_ action.ActionWithModifyPlan = (*resetPasswordAction)(nil)
)

type resetPasswordAction struct {
	vmAction
}

// NewResetPasswordAction returns the action raff_vm_reset_password.
func NewResetPasswordAction() action.Action { return &resetPasswordAction{} }

func (a *resetPasswordAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = resetPasswordType
}

func (a *resetPasswordAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Gives a VM a new password of root or Administrator. Raff chooses it, and sends it to the owner of the account by email. " +
			"Nobody else learns it: the API returns no password, so neither the output, the plan nor the state has one. The old password stops working.\n\n" +
			"To choose the password yourself, reinstall the VM: `password_wo` of `raff_vm` or of the action `raff_vm_reinstall`.",
		Attributes: actionAttributes(tfkit.ActionID("VM", ""), tfkit.ActionTimeouts(ctx, resetPasswordTimeout), nil),
	}
}

// ModifyPlan refuses a VM that has failed.
func (a *resetPasswordAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	m := tfkit.Get[actionModel](ctx, req.Config, &resp.Diagnostics)
	if stage, vm := a.plan(ctx, resetPasswordType, m, req, resp); vm != nil {
		stage.RefuseStates(ctx, pathVMID, vm, "can be given a password", client.VMFailure)
	}
}

func (a *resetPasswordAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	m := tfkit.Get[actionModel](ctx, req.Config, &resp.Diagnostics)
	in := tfkit.Invocation{Type: resetPasswordType, Failed: "Unable to reset the password of the VM", ByDefault: resetPasswordTimeout}
	a.on(ctx, in, m, resp, func(ctx context.Context, p *tfkit.Progress, project *client.Scoped, vm *client.VM) error {
		p.Say("Resetting the password of %s", named(vm))
		if err := project.ResetVMPassword(ctx, vm.ID); err != nil {
			return err
		}
		_, err := project.WaitForVM(ctx, vm.ID, client.VMActive, client.VMPassive)
		if err == nil {
			p.Say("Raff sends the new password of %s to the owner of the account by email", named(vm))
		}
		return err
	})
}
