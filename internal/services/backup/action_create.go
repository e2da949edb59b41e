package backup

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

const createType = "raff_backup_create"

var (
	_ action.Action               = (*createAction)(nil)
	_ action.ActionWithConfigure  = (*createAction)(nil)
	_ action.ActionWithModifyPlan = (*createAction)(nil)
)

type createAction struct {
	tfkit.ActionBase
}

// NewCreateAction returns the action raff_backup_create.
func NewCreateAction() action.Action { return &createAction{} }

type createModel struct {
	ProjectID types.String   `tfsdk:"project_id"`
	VMID      types.String   `tfsdk:"vm_id"`
	Name      types.String   `tfsdk:"name"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

func (a *createAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = createType
}

func (a *createAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Backs a VM up, and waits until the backup is ready, for example before a change of the VM. The progress of the action says which id the backup has.\n\n" +
			"Every invocation makes another backup, which Terraform does not manage and which stays until somebody deletes it. A backup that is to be kept as long as its block is a `raff_backup`.",
		Attributes: map[string]schema.Attribute{
			"project_id": tfkit.ActionProjectID("VM"),
			"vm_id":      tfkit.ActionID("VM", ""),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the backup, 1 to 128 characters. Names need not be unique. Default: the name of the VM with the time, chosen by the API.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, maxName)},
			},
			"timeouts": tfkit.ActionTimeouts(ctx, createTimeout),
		},
	}
}

// ModifyPlan refuses a VM that has failed.
func (a *createAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	m := tfkit.Get[createModel](ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	stage, vm, ok := a.Plan(ctx, req, m.ProjectID, tfkit.ActionTarget{Action: createType, Attribute: "vm_id", To: tfkit.VM, ID: m.VMID}, resp)
	if !ok {
		return
	}
	stage.Acts(tfkit.VM, vm.ID)
	stage.RefuseStates(ctx, path.Root("vm_id"), stage.VM(ctx, vm.ID), "can be backed up", client.VMFailure)
}

func (a *createAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	m := tfkit.Get[createModel](ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	in := tfkit.Invocation{
		Type: createType, Failed: "Unable to create backup", Object: tfkit.Object(tfkit.VM.Name, "", m.VMID.ValueString(), m.ProjectID.ValueString()),
		ProjectID: m.ProjectID, Timeout: m.Timeouts.Invoke, ByDefault: createTimeout,
	}
	a.Do(ctx, in, resp, func(ctx context.Context, p *tfkit.Progress) error {
		project := a.Client.Project(m.ProjectID.ValueString())
		vm, unlock, err := a.AtRest(ctx, p, project, m.VMID.ValueString())
		if err != nil {
			return err
		}
		defer unlock()
		request := client.CreateBackupRequest{VMID: vm.ID, Name: m.Name.ValueString()}
		p.Say("Backing up VM %q (%s)", vm.Name, vm.ID)
		created, err := tfkit.SendOnce(ctx, a.ProviderData, creation(project, tfkit.Object(kind.Name, request.Name, "", project.ProjectID()), request))
		if err != nil {
			return err
		}
		p.Say("Waiting until backup %q (%s) is ready", created.Name, created.ID)
		if _, err := finish(ctx, project, vm.ID, created.ID); err != nil {
			return fmt.Errorf("backup %q (%s) was begun: %w", created.Name, created.ID, err)
		}
		return nil
	})
}
