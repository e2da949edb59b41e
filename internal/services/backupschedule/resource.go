// Package backupschedule has the raff_backup_schedule resource and its data sources.
package backupschedule

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ resource.Resource                   = (*scheduleResource)(nil)
	_ resource.ResourceWithConfigure      = (*scheduleResource)(nil)
	_ resource.ResourceWithValidateConfig = (*scheduleResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*scheduleResource)(nil)
	_ resource.ResourceWithImportState    = (*scheduleResource)(nil)
	_ resource.ResourceWithIdentity       = (*scheduleResource)(nil)
)

type scheduleResource struct {
	tfkit.ResourceBase
}

// NewResource returns the raff_backup_schedule resource.
func NewResource() resource.Resource { return &scheduleResource{} }

// kind has a schedule go with its VM.
var kind = tfkit.Kind{
	Name: "backup schedule", Type: "raff_backup_schedule",
	List: tfkit.ListIn(
		func(ctx context.Context, r client.Reader) iter.Seq2[*client.BackupSchedule, error] {
			return r.ListBackupSchedules(ctx, client.BackupScheduleFilter{})
		},
		func(o *client.BackupSchedule) string { return tfkit.IntegerID(o.ID).ValueString() }),
	References: []tfkit.Reference{{Attribute: "vm_id", To: tfkit.VM, IfGone: tfkit.Replaced}},
}

func (r *scheduleResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_backup_schedule"
}

func (r *scheduleResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("backup schedule")
}

func (r *scheduleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, kind.Type, req, resp)
}

// ValidateConfig holds type and day together.
func (r *scheduleResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	config, day := tfkit.Get[resourceModel](ctx, req.Config, &resp.Diagnostics), path.Root("day_of_week")
	switch often := config.Type.ValueString(); {
	case resp.Diagnostics.HasError():
	case often == client.ScheduleWeekly && config.DayOfWeek.IsNull():
		resp.Diagnostics.AddAttributeError(day, "Missing day of the week", "A weekly schedule needs day_of_week, for example \"Saturday\".")
	case often == client.ScheduleDaily && tfkit.Known(config.DayOfWeek):
		resp.Diagnostics.AddAttributeError(day, "A daily schedule has no day", "Remove day_of_week, or set type to \"weekly\".")
	}
}

// ModifyPlan marks as unknown what the API words anew after a change.
func (r *scheduleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, kind, req, resp)
	if !ok {
		return
	}
	plan := tfkit.Get[resourceModel](ctx, resp.Plan, &resp.Diagnostics)
	if stage.Creating {
		plan.checkKept(resp)
	} else {
		state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
		plan.markTouched(&state.model)
		if plan.changes(&state.model) != (client.UpdateBackupScheduleRequest{}) || len(stage.Replaced(ctx)) > 0 {
			plan.checkKept(resp)
		}
		if tfkit.Known(plan.KeepCount) && plan.KeepCount.ValueInt64() < state.KeepCount.ValueInt64() && len(stage.Replaced(ctx)) == 0 {
			stage.RefuseLoss(ctx, "keep_count", "deletes the backups that are too many then")
		}
		tfkit.Set(ctx, &resp.Plan, plan, &resp.Diagnostics)
	}
	stage.Finish(ctx)
}

// checkKept refuses to keep fewer backups than the API lets a schedule keep that is created or changed.
func (m *model) checkKept(resp *resource.ModifyPlanResponse) {
	if tfkit.Known(m.KeepCount) && m.KeepCount.ValueInt64() < leastKept {
		resp.Diagnostics.AddAttributeError(path.Root("keep_count"), "Too few backups are kept", fmt.Sprintf(
			"%s: keep_count is %d, and a schedule that is created or changed keeps %d to %d backups. Set %d or more.",
			m.Object(), m.KeepCount.ValueInt64(), leastKept, mostKept, leastKept))
	}
}

// markTouched makes unknown what changes on the way from the state to the plan.
func (m *model) markTouched(state *model) {
	if !m.Type.Equal(state.Type) {
		m.Name = types.StringUnknown()
	}
	if !m.Type.Equal(state.Type) || !m.Time.Equal(state.Time) || !m.DayOfWeek.Equal(state.DayOfWeek) {
		m.Runtime = types.StringUnknown()
	}
}

func (r *scheduleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(plan.ProjectID, &resp.Diagnostics) {
		return
	}
	schedule, err := r.create(ctx, &plan.model, resp)
	if err != nil {
		tfkit.AddCreateError(resp, "Unable to create backup schedule", plan.Object(), err)
		return
	}
	plan.fromAPI(schedule)
	r.Created(ctx, req, resp).Store(ctx, plan)
}

// create creates the schedule. A VM can have several, also such that are the same in everything.
func (r *scheduleResource) create(ctx context.Context, plan *model, resp *resource.CreateResponse) (*client.BackupSchedule, error) {
	project := r.Client.Project(plan.ProjectID.ValueString())
	request := client.CreateBackupScheduleRequest{
		VMID:      plan.VMID.ValueString(),
		Type:      plan.Type.ValueString(),
		Time:      plan.Time.ValueString(),
		DayOfWeek: plan.DayOfWeek.ValueString(),
		KeepCount: plan.KeepCount.ValueInt64(),
	}
	return tfkit.Create(ctx, &r.ResourceBase, resp, tfkit.Creation[*client.BackupSchedule]{
		Kind: kind, Object: plan.Object(),
		Send: func(ctx context.Context) (*client.BackupSchedule, error) {
			return project.CreateBackupSchedule(ctx, request)
		},
		List: func(ctx context.Context) iter.Seq2[*client.BackupSchedule, error] {
			return project.ListBackupSchedules(ctx, client.BackupScheduleFilter{VMID: request.VMID})
		},
		Describe: func(s *client.BackupSchedule) tfkit.Candidate {
			found := *plan
			found.fromAPI(s)
			return tfkit.Candidate{
				ID: found.ID.ValueString(), Name: s.Name, ProjectID: s.ProjectID,
				CreatedAt: tfkit.TimeOrZero(s.CreatedAt), CreatedBy: s.CreatedBy,
				Same: found.VMID.Equal(plan.VMID) && found.runsAs(plan),
			}
		},
	})
}

// runsAs tells whether two schedules do the same.
func (m *model) runsAs(other *model) bool {
	return m.Type.Equal(other.Type) && m.Time.Equal(other.Time) && m.DayOfWeek.Equal(other.DayOfWeek) && m.KeepCount.Equal(other.KeepCount)
}

func (r *scheduleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	schedule, ok := tfkit.Read(ctx, &r.ResourceBase, kind, state, req, resp, func(ctx context.Context) (*client.BackupSchedule, error) {
		return tfkit.ByIntegerID(ctx, state.ID, r.Client.ReaderIn(state.ProjectID.ValueString()).ReadBackupSchedule)
	})
	if !ok {
		return
	}
	state.fromAPI(schedule)
	warnUnreadable(&state.model, &resp.Diagnostics)
	warnOfRuns(&state.model, schedule, &resp.Diagnostics)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

// warnUnreadable says that a change of the time or day would not be noticed.
func warnUnreadable(m *model, diags *diag.Diagnostics) {
	runtime := m.Runtime.ValueString()
	if _, _, ok := parseRuntime(runtime); !ok {
		diags.AddWarning("Unable to tell when a backup schedule runs", m.Object()+
			" runs \""+runtime+"\", which the provider does not understand. A change of time or day_of_week that was made elsewhere is not noticed.")
	}
}

// warnOfRuns says where a schedule does not back up what it is there for.
func warnOfRuns(m *model, s *client.BackupSchedule, diags *diag.Diagnostics) {
	last := ""
	if s.LastRunAt != nil {
		last = " at " + tfkit.Time(*s.LastRunAt).ValueString()
	}
	switch {
	case s.Enabled != nil && !*s.Enabled:
		diags.AddWarning("A backup schedule is off", m.Object()+" was turned off by the platform: it makes no backups. "+
			"Look at it on the dashboard, or replace it with terraform apply -replace=<address of the raff_backup_schedule>.")
	case s.LastRunStatus == client.RunFailed:
		diags.AddWarning("A backup schedule fails", fmt.Sprintf("%s: the last run%s failed%s. Look at its VM and the account's backups.",
			m.Object(), last, failures(s.ConsecutiveFailures)))
	}
}

// failures tells how many runs have failed, where that is more than one.
func failures(n *int64) string {
	if n == nil || *n < 2 {
		return ""
	}
	return fmt.Sprintf(", as did those before: %d one after the other", *n)
}

func (r *scheduleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Ready(plan.ProjectID, &resp.Diagnostics) {
		return
	}
	if changes := plan.changes(&state.model); changes != (client.UpdateBackupScheduleRequest{}) { // the rest is Terraform's own
		schedule, err := tfkit.ByIntegerID(ctx, state.ID, func(ctx context.Context, id int64) (*client.BackupSchedule, error) {
			return r.Client.Project(plan.ProjectID.ValueString()).UpdateBackupSchedule(ctx, id, changes)
		})
		if err != nil {
			tfkit.AddError(&resp.Diagnostics, "Unable to update backup schedule", state.Object(), err)
			return
		}
		plan.fromAPI(schedule)
	}
	tfkit.Updated(req, resp).Store(ctx, plan)
}

// changes are what the API is told: what differs. A daily schedule has no day to be told.
func (m *model) changes(state *model) client.UpdateBackupScheduleRequest {
	var request client.UpdateBackupScheduleRequest
	if !m.Type.Equal(state.Type) {
		request.Type = m.Type.ValueStringPointer()
	}
	if !m.Time.Equal(state.Time) {
		request.Time = m.Time.ValueStringPointer()
	}
	if !m.DayOfWeek.Equal(state.DayOfWeek) {
		request.DayOfWeek = m.DayOfWeek.ValueStringPointer()
	}
	if !m.KeepCount.Equal(state.KeepCount) {
		request.KeepCount = m.KeepCount.ValueInt64Pointer()
	}
	return request
}

func (r *scheduleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	r.Unprotected(ctx, kind, state, req, &resp.Diagnostics)
	if !r.Ready(state.ProjectID, &resp.Diagnostics) {
		return
	}
	id, err := tfkit.ParseIntegerID(state.ID)
	if err == nil {
		err = r.Client.Project(state.ProjectID.ValueString()).DeleteBackupSchedule(ctx, id)
	}
	r.Ended(ctx, kind, state, req, resp, "Unable to delete backup schedule", err)
}
