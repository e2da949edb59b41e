package member

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ resource.Resource                     = (*projectMemberResource)(nil)
	_ resource.ResourceWithConfigure        = (*projectMemberResource)(nil)
	_ resource.ResourceWithConfigValidators = (*projectMemberResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*projectMemberResource)(nil)
	_ resource.ResourceWithImportState      = (*projectMemberResource)(nil)
	_ resource.ResourceWithIdentity         = (*projectMemberResource)(nil)
)

var pathProject = path.Root("project_id")

type projectMemberResource struct {
	framework.ResourceBase
}

// NewProjectMemberResource returns the raff_project_member resource.
func NewProjectMemberResource() resource.Resource { return &projectMemberResource{} }

func (r *projectMemberResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_project_member"
}

func (r *projectMemberResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema("project member")
}

func (r *projectMemberResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return exactlyOne()
}

func (r *projectMemberResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportState(ctx, req, resp)
}

// probeMembers asks for one member of a project, which tells whether the key reaches its members.
func probeMembers(c *client.Client) framework.Probe {
	return func(ctx context.Context, project *client.Scoped) error {
		for _, err := range c.ListProjectMembers(ctx, project.ProjectID(), client.MemberFilter{}) {
			return err
		}
		return nil
	}
}

// ModifyPlan checks the project, protects the provider's own key, and marks as unknown only what a change touches.
func (r *projectMemberResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var config, plan, state projectMemberResourceModel
	p := planner{scope: client.ScopeProject, diags: &resp.Diagnostics, object: "The project member"}
	if !r.Unconfigured() {
		p.client = r.Client
	}
	if !framework.Creating(req) {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		p.state, p.object = &state.grant, state.object()
	}
	if !framework.Destroying(req) {
		resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
		resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
		p.config, p.plan = &config.grant, &plan.grant
	}
	if resp.Diagnostics.HasError() {
		return
	}
	r.checkProjects(ctx, &plan, &state, framework.Destroying(req), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if p.plan != nil && p.state != nil && !plan.ProjectID.Equal(state.ProjectID) {
		p.protect(ctx, pathProject, "replaced", true)
		return
	}
	resp.RequiresReplace = append(resp.RequiresReplace, p.run(ctx)...)
	if p.plan == nil || resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// checkProjects refuses a project that may not be used, where the member is, and one that the key does not reach,
// where the member goes.
func (r *projectMemberResource) checkProjects(ctx context.Context, plan, state *projectMemberResourceModel, destroying bool, diags *diag.Diagnostics) {
	if r.ProviderData == nil {
		return
	}
	if destroying || plan.ProjectID.Equal(state.ProjectID) {
		r.Projects.CheckAllowed(pathProject, state.ProjectID, diags)
		return
	}
	r.Projects.Check(ctx, pathProject, "project member", plan.ProjectID, probeMembers(r.Client), diags)
}

func (r *projectMemberResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan projectMemberResourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	suspended := plan.Suspended.ValueBool()
	member, err := r.add(ctx, &plan)
	if err != nil {
		addError(&resp.Diagnostics, "Unable to add project member", plan.object(), err)
		return
	}
	plan.fromAPI(member)
	resp.Diagnostics.Append(saveProjectMember(ctx, &plan, &resp.State, resp.Identity)...)
	if resp.Diagnostics.HasError() || !suspended {
		return
	}
	status := client.MemberSuspended
	member, err = r.Client.UpdateProjectMember(context.WithoutCancel(ctx), member.ProjectID, member.ID, client.UpdateMemberRequest{Status: &status})
	if err != nil {
		framework.AddAttributeError(&resp.Diagnostics, pathSuspended, "Project member was added but is not suspended", plan.object()+" is kept in the state", err)
		return
	}
	plan.fromAPI(member)
	resp.Diagnostics.Append(saveProjectMember(ctx, &plan, &resp.State, resp.Identity)...)
}

// add adds the member, or invites the address. The request is not aborted with the apply, and an ambiguous answer is
// settled by looking for the member.
func (r *projectMemberResource) add(ctx context.Context, plan *projectMemberResourceModel) (*client.ProjectMember, error) {
	began := time.Now()
	ctx = context.WithoutCancel(ctx)
	member, err := r.request(ctx, plan)
	if !errors.Is(err, client.ErrAmbiguous) {
		return member, err
	}
	members := r.Client.ListProjectMembers(ctx, plan.ProjectID.ValueString(), client.MemberFilter{})
	return framework.Settle(err, "raff_project_member", began, members, func(m *client.ProjectMember) framework.Candidate {
		return framework.Candidate{
			ID: m.ID, Matches: plan.isNamed(projectMembership(m)), CreatedAt: framework.TimeOrZero(m.CreatedAt),
		}
	})
}

func (r *projectMemberResource) request(ctx context.Context, plan *projectMemberResourceModel) (*client.ProjectMember, error) {
	project, role := plan.ProjectID.ValueString(), plan.RoleID.ValueString()
	if !plan.TargetUserID.IsNull() || !plan.APIKeyID.IsNull() {
		return r.Client.AddProjectMember(ctx, project, client.AddProjectMemberRequest{
			TargetUserID: plan.TargetUserID.ValueString(), APIKeyID: plan.APIKeyID.ValueString(), RoleID: role,
		})
	}
	invitation, err := r.Client.CreateProjectInvitation(ctx, project, client.CreateInvitationRequest{
		Email: plan.Email.ValueString(), RoleID: role,
	})
	if err != nil {
		return nil, err
	}
	member, err := r.Client.InvitedProjectMember(ctx, project, invitation.ID)
	if err != nil { // no state could hold it, so that it must not stay
		return nil, errors.Join(err, r.Client.CancelInvitation(ctx, invitation.ID))
	}
	return member, nil
}

func (r *projectMemberResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state projectMemberResourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, project := state.ID.ValueString(), state.ProjectID.ValueString()
	member, err := findProjectMember(ctx, r.Client, project, id)
	if errors.Is(err, client.ErrNotFound) {
		if r.Projects.Gone(ctx, "project member", id, project, probeMembers(r.Client), &resp.Diagnostics) {
			framework.Remove(ctx, resp, state.ID, state.ProjectID)
		}
		return
	}
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read project member", state.object(), err)
		return
	}
	state.fromAPI(member)
	resp.Diagnostics.Append(saveProjectMember(ctx, &state, &resp.State, resp.Identity)...)
}

// findProjectMember reads a member of a project, or looks for it in every project that the key can see where an import
// did not name one: no other call of the API finds a project member by its id alone.
func findProjectMember(ctx context.Context, c *client.Client, project, id string) (*client.ProjectMember, error) {
	if project != "" {
		return c.GetProjectMember(ctx, project, id)
	}
	for p, err := range c.ListProjects(ctx) {
		if err != nil {
			return nil, err
		}
		member, err := c.GetProjectMember(ctx, p.ID, id)
		if !errors.Is(err, client.ErrNotFound) && !errors.Is(err, client.ErrForbidden) {
			return member, err
		}
	}
	return nil, client.ErrNotFound
}

func (r *projectMemberResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan, state projectMemberResourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.touches(&state.grant) {
		project, id := state.ProjectID.ValueString(), state.ID.ValueString()
		member, err := r.Client.UpdateProjectMember(ctx, project, id, plan.changes(&state.grant))
		if err != nil {
			addError(&resp.Diagnostics, "Unable to update project member", state.object(), err)
			return
		}
		plan.fromAPI(member)
	}
	resp.Diagnostics.Append(saveProjectMember(ctx, &plan, &resp.State, resp.Identity)...)
}

func (r *projectMemberResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state projectMemberResourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	err := r.Client.RemoveProjectMember(ctx, state.ProjectID.ValueString(), state.ID.ValueString())
	if err != nil && !errors.Is(err, client.ErrNotFound) {
		addError(&resp.Diagnostics, "Unable to remove project member", state.object(), err)
	}
}

func saveProjectMember(ctx context.Context, m *projectMemberResourceModel, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	diags := state.Set(ctx, m)
	diags.Append(framework.SetIdentity(ctx, identity, m.ID, m.ProjectID)...)
	return diags
}
