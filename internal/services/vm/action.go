package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// actionModel is what every action on a VM has.
type actionModel struct {
	ProjectID types.String   `tfsdk:"project_id"`
	VMID      types.String   `tfsdk:"vm_id"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

func (m *actionModel) object() string {
	return tfkit.Object(tfkit.VM.Name, "", m.VMID.ValueString(), m.ProjectID.ValueString())
}

// vmAction is what the actions on a VM share: it works on the VM of vm_id.
type vmAction struct {
	tfkit.ActionBase
}

var pathVMID = path.Root("vm_id")

// plan begins a ModifyPlan. It returns the VM, nil where there is nothing more to check.
func (a *vmAction) plan(
	ctx context.Context, typeName string, m *actionModel, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse,
) (*tfkit.ActionPlan, *client.VM) {
	if resp.Diagnostics.HasError() {
		return nil, nil
	}
	stage, item, ok := a.Plan(ctx, req, m.ProjectID, tfkit.ActionTarget{Action: typeName, Attribute: "vm_id", To: tfkit.VM, ID: m.VMID}, resp)
	if !ok {
		return stage, nil
	}
	stage.Acts(tfkit.VM, item.ID)
	return stage, stage.VM(ctx, item.ID)
}

// on runs work under the lock of the VM, once that is at rest.
func (a *vmAction) on(
	ctx context.Context, in tfkit.Invocation, m *actionModel, resp *action.InvokeResponse,
	work func(ctx context.Context, p *tfkit.Progress, project *client.Scoped, vm *client.VM) error,
) {
	if resp.Diagnostics.HasError() {
		return
	}
	in.Object, in.ProjectID, in.Timeout = m.object(), m.ProjectID, m.Timeouts.Invoke
	a.Do(ctx, in, resp, func(ctx context.Context, p *tfkit.Progress) error {
		project := a.Client.Project(m.ProjectID.ValueString())
		vm, unlock, err := a.AtRest(ctx, p, project, m.VMID.ValueString())
		if err != nil {
			return err
		}
		defer unlock()
		return work(ctx, p, project, vm)
	})
}

// actionAttributes are those of every action on a VM, and some more.
func actionAttributes(vmID schema.StringAttribute, timeouts schema.Attribute, more map[string]schema.Attribute) map[string]schema.Attribute {
	all := map[string]schema.Attribute{"project_id": tfkit.ActionProjectID("VM"), "vm_id": vmID, "timeouts": timeouts}
	for name, a := range more {
		all[name] = a
	}
	return all
}

// named names a VM in what an action says of its progress.
func named(vm *client.VM) string { return tfkit.Object(tfkit.VM.Name, vm.Name, vm.ID, "") }
