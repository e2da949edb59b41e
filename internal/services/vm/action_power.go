package vm

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// Values of operation.
const (
	powerStart      = "start"
	powerStop       = "stop"
	powerReboot     = "reboot"
	powerHardReboot = "hard_reboot"
)

const (
	powerType    = "raff_vm_power"
	powerTimeout = 10 * time.Minute
)

var (
	_ action.Action               = (*powerAction)(nil)
	_ action.ActionWithConfigure  = (*powerAction)(nil)
	_ action.ActionWithModifyPlan = (*powerAction)(nil)
)

type powerAction struct {
	vmAction
}

// NewPowerAction returns the action raff_vm_power.
func NewPowerAction() action.Action { return &powerAction{} }

type powerModel struct {
	actionModel
	Operation types.String `tfsdk:"operation"`
}

func (a *powerAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = powerType
}

func (a *powerAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Starts, stops or reboots a VM, and waits until it runs, or is stopped.\n\n" +
			"A VM that is to be started and runs already, or that is to be stopped and is stopped already, is left as it is. " +
			"`power_state` of `raff_vm` keeps a VM in a state: where it is set, the next plan takes a start or a stop back.",
		Attributes: actionAttributes(tfkit.ActionID("VM", ""), tfkit.ActionTimeouts(ctx, powerTimeout), map[string]schema.Attribute{
			"operation": schema.StringAttribute{
				MarkdownDescription: "What is done: `start`, `stop`, `reboot` or `hard_reboot`. `stop` and `reboot` shut the system down. `hard_reboot` cuts the power, and unsaved data may be lost. " +
					"Only a running VM can be rebooted.",
				Required:   true,
				Validators: []validator.String{tfkit.Choice(powerStart, powerStop, powerReboot, powerHardReboot)},
			},
		}),
	}
}

// ModifyPlan refuses to reboot a VM that does not run.
func (a *powerAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	m := tfkit.Get[powerModel](ctx, req.Config, &resp.Diagnostics)
	stage, vm := a.plan(ctx, powerType, &m.actionModel, req, resp)
	if vm == nil {
		return
	}
	switch m.Operation.ValueString() {
	case powerReboot, powerHardReboot:
		stage.RefuseStates(ctx, pathVMID, vm, "can be rebooted", client.VMPassive, client.VMFailure)
	default:
		stage.RefuseStates(ctx, pathVMID, vm, "can be started or stopped", client.VMFailure)
	}
}

func (a *powerAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	m := tfkit.Get[powerModel](ctx, req.Config, &resp.Diagnostics)
	operation := m.Operation.ValueString()
	verb := map[string]string{powerStart: "start", powerStop: "stop", powerReboot: "reboot", powerHardReboot: "reboot"}[operation]
	in := tfkit.Invocation{Type: powerType, Failed: "Unable to " + verb + " VM", ByDefault: powerTimeout}
	a.on(ctx, in, &m.actionModel, resp, func(ctx context.Context, p *tfkit.Progress, project *client.Scoped, vm *client.VM) error {
		switch operation {
		case powerStart:
			return turn(ctx, p, project, vm, client.VMActive)
		case powerStop:
			return turn(ctx, p, project, vm, client.VMPassive)
		case powerReboot:
			return reboot(ctx, p, project, vm, project.RebootVM)
		default:
			return reboot(ctx, p, project, vm, project.HardRebootVM)
		}
	})
}

// turn starts or stops a VM, unless it is in the wanted state already.
func turn(ctx context.Context, p *tfkit.Progress, project *client.Scoped, vm *client.VM, wanted string) error {
	doing, already := "Starting", "runs"
	if wanted == client.VMPassive {
		doing, already = "Stopping", "is stopped"
	}
	if vm.Status == wanted {
		p.Say("%s %s already", named(vm), already)
		return nil
	}
	p.Say("%s %s", doing, named(vm))
	return setPower(ctx, project, vm.ID, wanted)
}

// reboot reboots a running VM.
func reboot(ctx context.Context, p *tfkit.Progress, project *client.Scoped, vm *client.VM, request func(ctx context.Context, id string) error) error {
	if vm.Status != client.VMActive {
		return fmt.Errorf("VM %q is stopped, and only a running VM can be rebooted: start it instead", vm.Name)
	}
	p.Say("Rebooting %s", named(vm))
	if err := tfkit.Begun(ctx, project, vm, request(ctx, vm.ID)); err != nil {
		return err
	}
	_, err := project.WaitForVM(ctx, vm.ID, client.VMActive)
	return err
}
