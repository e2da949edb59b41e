// Package backupschedule has the raff_backup_schedule resource and its data sources.
package backupschedule

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
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
	framework.ResourceBase
}

// NewResource returns the raff_backup_schedule resource.
func NewResource() resource.Resource { return &scheduleResource{} }

// probe asks for one schedule of a project, which tells whether the key reaches it.
var probe = framework.ProbeFirst(func(ctx context.Context, project *client.Scoped) func(func(*client.BackupSchedule, error) bool) {
	return project.ListBackupSchedules(ctx, client.BackupScheduleFilter{})
})

func (r *scheduleResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_backup_schedule"
}

func (r *scheduleResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema("backup schedule")
}

func (r *scheduleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportIntegerState(ctx, "backup schedule", req, resp)
}

// ValidateConfig holds type and day together.
func (r *scheduleResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	switch kind := config.Type.ValueString(); {
	case resp.Diagnostics.HasError():
	case kind == client.ScheduleWeekly && config.DayOfWeek.IsNull():
		resp.Diagnostics.AddAttributeError(pathDay, "Missing day of the week", "A weekly schedule needs day_of_week, for example \"Saturday\".")
	case kind == client.ScheduleDaily && framework.Known(config.DayOfWeek):
		resp.Diagnostics.AddAttributeError(pathDay, "A daily schedule has no day", "Remove day_of_week, or set type to \"weekly\".")
	}
}

// ModifyPlan checks the project and marks as unknown only what a change touches.
func (r *scheduleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state model
	if !framework.Creating(req) {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if !framework.Destroying(req) {
		resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	switch {
	case r.ProviderData == nil:
	case framework.Destroying(req):
		r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	case plan.ProjectID.Equal(state.ProjectID):
		r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	default:
		r.Projects.Check(ctx, pathProject, "backup schedule", plan.ProjectID, probe, &resp.Diagnostics)
	}
	if framework.Creating(req) || framework.Destroying(req) {
		return
	}
	for _, name := range plan.touched(&state) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), types.StringUnknown())...)
	}
}

// touched names the computed attributes that change on the way from the state to the plan.
func (m *model) touched(state *model) []string {
	var names []string
	if !m.Type.Equal(state.Type) {
		names = append(names, "name")
	}
	if !m.Type.Equal(state.Type) || !m.Time.Equal(state.Time) || !m.DayOfWeek.Equal(state.DayOfWeek) {
		names = append(names, "runtime")
	}
	if !m.KeepCount.Equal(state.KeepCount) {
		names = append(names, "size", "price_per_hour")
	}
	return names
}

func (r *scheduleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	schedule, err := createSchedule(ctx, r.Client.Project(plan.ProjectID.ValueString()), &plan)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to create backup schedule", plan.object(), err)
		return
	}
	plan.fromAPI(schedule)
	resp.Diagnostics.Append(save(ctx, &plan, &resp.State, resp.Identity)...)
}

// createSchedule makes the schedule. The request is not aborted with the apply, and an ambiguous answer is settled by
// looking for the schedule: one of the VM that is the same in everything.
func createSchedule(ctx context.Context, project *client.Scoped, plan *model) (*client.BackupSchedule, error) {
	began := time.Now()
	ctx = context.WithoutCancel(ctx)
	schedule, err := project.CreateBackupSchedule(ctx, client.CreateBackupScheduleRequest{
		VMID:      plan.VMID.ValueString(),
		Type:      plan.Type.ValueString(),
		Time:      plan.Time.ValueString(),
		DayOfWeek: plan.DayOfWeek.ValueString(),
		KeepCount: plan.KeepCount.ValueInt64(),
	})
	if !errors.Is(err, client.ErrAmbiguous) {
		return schedule, err
	}
	candidates := project.ListBackupSchedules(ctx, client.BackupScheduleFilter{VMID: plan.VMID.ValueString()})
	return framework.Settle(err, "raff_backup_schedule", began, candidates, func(s *client.BackupSchedule) framework.Candidate {
		found := *plan
		found.fromAPI(s)
		return framework.Candidate{
			ID:        found.ID.ValueString(),
			Matches:   found.runsAs(plan),
			CreatedAt: framework.TimeOrZero(s.CreatedAt),
		}
	})
}

// runsAs tells whether two schedules do the same.
func (m *model) runsAs(other *model) bool {
	return m.Type.Equal(other.Type) && m.Time.Equal(other.Time) && m.DayOfWeek.Equal(other.DayOfWeek) && m.KeepCount.Equal(other.KeepCount)
}

func (r *scheduleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	projectID := state.ProjectID.ValueString()
	schedule, err := getSchedule(ctx, r.Client.ReaderIn(projectID), state.ID)
	if errors.Is(err, client.ErrNotFound) {
		if r.Projects.Gone(ctx, "backup schedule", state.ID.ValueString(), projectID, probe, &resp.Diagnostics) {
			framework.Remove(ctx, resp, state.ID, state.ProjectID)
		}
		return
	}
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read backup schedule", state.object(), err)
		return
	}
	state.fromAPI(schedule)
	warnUnreadable(schedule, &resp.Diagnostics)
	resp.Diagnostics.Append(save(ctx, &state, &resp.State, resp.Identity)...)
}

// warnUnreadable says that a change of the time or day would not be noticed.
func warnUnreadable(s *client.BackupSchedule, diags *diag.Diagnostics) {
	if _, _, ok := parseRuntime(s.Runtime); !ok {
		object := framework.Object("backup schedule", s.Name, framework.IntegerID(s.ID).ValueString(), s.ProjectID)
		diags.AddWarning("Unable to tell when a backup schedule runs", object+
			" runs \""+s.Runtime+"\", which the provider does not understand. A change of time or day_of_week that was made elsewhere is not noticed.")
	}
}

func getSchedule(ctx context.Context, reader client.Reader, id types.String) (*client.BackupSchedule, error) {
	number, err := framework.ParseIntegerID(id)
	if err != nil {
		return nil, err
	}
	return reader.ReadBackupSchedule(ctx, number)
}

func (r *scheduleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	id, err := framework.ParseIntegerID(state.ID)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Invalid backup schedule id", state.object(), err)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	schedule, err := r.Client.Project(plan.ProjectID.ValueString()).UpdateBackupSchedule(ctx, id, plan.changes(&state))
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to update backup schedule", state.object(), err)
		return
	}
	planned := plan
	plan.fromAPI(schedule)
	plan.keepVolatile(&planned)
	resp.Diagnostics.Append(save(ctx, &plan, &resp.State, resp.Identity)...)
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

// keepVolatile leaves what was planned where a value may change at any moment, since backups come and go. The next
// refresh shows the present one.
func (m *model) keepVolatile(planned *model) {
	if framework.Known(planned.Size) {
		m.Size = planned.Size
	}
	if framework.Known(planned.PricePerHour) {
		m.PricePerHour = planned.PricePerHour
	}
}

func (r *scheduleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	id, err := framework.ParseIntegerID(state.ID)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Invalid backup schedule id", state.object(), err)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	err = r.Client.Project(state.ProjectID.ValueString()).DeleteBackupSchedule(ctx, id)
	if err != nil && !errors.Is(err, client.ErrNotFound) {
		framework.AddError(&resp.Diagnostics, "Unable to delete backup schedule", state.object(), err)
	}
}

func save(ctx context.Context, m *model, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	diags := state.Set(ctx, m)
	diags.Append(framework.SetIdentity(ctx, identity, m.ID, m.ProjectID)...)
	return diags
}
