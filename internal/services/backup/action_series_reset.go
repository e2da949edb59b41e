package backup

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

const (
	seriesResetType    = "raff_backup_series_reset"
	seriesResetTimeout = 5 * time.Minute
)

var (
	_ action.Action               = (*seriesResetAction)(nil)
	_ action.ActionWithConfigure  = (*seriesResetAction)(nil)
	_ action.ActionWithModifyPlan = (*seriesResetAction)(nil)
)

type seriesResetAction struct {
	tfkit.ActionBase
}

// NewSeriesResetAction returns the action raff_backup_series_reset.
func NewSeriesResetAction() action.Action { return &seriesResetAction{} }

type seriesResetModel struct {
	ProjectID types.String   `tfsdk:"project_id"`
	VMID      types.String   `tfsdk:"vm_id"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

func (a *seriesResetAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = seriesResetType
}

func (a *seriesResetAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Has the next backup of a VM begin a new series, with a copy of the whole disk. Existing backups stay, and what builds on them still does.\n\n" +
			"A VM that has no series yet is left as it is: its next backup begins one anyway.",
		Attributes: map[string]schema.Attribute{
			"project_id": tfkit.ActionProjectID("VM"),
			"vm_id":      tfkit.ActionID("VM", ""),
			"timeouts":   tfkit.ActionTimeouts(ctx, seriesResetTimeout),
		},
	}
}

// ModifyPlan refuses a VM that does not exist.
func (a *seriesResetAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	m := tfkit.Get[seriesResetModel](ctx, req.Config, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		a.Plan(ctx, req, m.ProjectID, tfkit.ActionTarget{Action: seriesResetType, Attribute: "vm_id", To: tfkit.VM, ID: m.VMID}, resp)
	}
}

func (a *seriesResetAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	m := tfkit.Get[seriesResetModel](ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	in := tfkit.Invocation{
		Type: seriesResetType, Failed: "Unable to reset the series of backups",
		Object:    tfkit.Object(tfkit.VM.Name, "", m.VMID.ValueString(), m.ProjectID.ValueString()),
		ProjectID: m.ProjectID, Timeout: m.Timeouts.Invoke, ByDefault: seriesResetTimeout,
	}
	a.Do(ctx, in, resp, func(ctx context.Context, p *tfkit.Progress) error {
		project := a.Client.Project(m.ProjectID.ValueString())
		vm, unlock, err := a.AtRest(ctx, p, project, m.VMID.ValueString())
		if err != nil {
			return err
		}
		defer unlock()
		all, err := client.Collect(project.ListBackups(ctx, client.BackupFilter{VMID: vm.ID}))
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(b *client.Backup) bool { return b.IncrementID != nil }) {
			p.Say("VM %q (%s) has no series of backups, and its next backup begins one", vm.Name, vm.ID)
			return nil
		}
		p.Say("Having the next backup of VM %q (%s) begin a new series", vm.Name, vm.ID)
		return project.ResetBackupChain(ctx, vm.ID)
	})
}
