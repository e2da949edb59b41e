package member

import (
	"context"
	"errors"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ resource.Resource                     = (*projectMemberResource)(nil)
	_ resource.ResourceWithConfigure        = (*projectMemberResource)(nil)
	_ resource.ResourceWithConfigValidators = (*projectMemberResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*projectMemberResource)(nil)
	_ resource.ResourceWithImportState      = (*projectMemberResource)(nil)
	_ resource.ResourceWithIdentity         = (*projectMemberResource)(nil)
)

type projectMemberResource struct {
	tfkit.ResourceBase
}

// NewProjectMemberResource returns the raff_project_member resource.
func NewProjectMemberResource() resource.Resource { return &projectMemberResource{} }

var projectMemberKind = tfkit.Kind{
	Name: "project member", Type: "raff_project_member", List: listProjectMembers,
	References: references(client.ScopeProject),
	Settled:    []string{"target_user_id", "email"},
	Unrecorded: []string{"target_user_id", "api_key_id"},
}

func (r *projectMemberResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_project_member"
}

func (r *projectMemberResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("project member")
}

func (r *projectMemberResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return exactlyOne()
}

func (r *projectMemberResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, projectMemberKind.Type, req, resp)
}

// listProjectMembers lists the ids of the members of a project.
func listProjectMembers(ctx context.Context, c *client.Client, projectID string) iter.Seq2[string, error] {
	return tfkit.ListAll(
		func(ctx context.Context, c *client.Client) iter.Seq2[*client.ProjectMember, error] {
			return c.ListProjectMembers(ctx, projectID, client.MemberFilter{})
		},
		func(m *client.ProjectMember) string { return m.ID })(ctx, c, projectID)
}

// ModifyPlan protects the provider's own key, and marks as unknown only what a change touches.
func (r *projectMemberResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, projectMemberKind, req, resp)
	p := planner{stage: stage, scope: client.ScopeProject, diags: &resp.Diagnostics, object: "The project member"}
	if !r.Unconfigured() {
		p.client = r.Client
	}
	if !stage.Creating {
		state := tfkit.Get[projectMemberResourceModel](ctx, req.State, &resp.Diagnostics)
		p.state, p.object = &state.grant, state.Object()
	}
	if stage.Destroying {
		p.protect(ctx, pathID, "removed", true)
	}
	if !ok {
		return
	}
	config := tfkit.Get[projectMemberResourceModel](ctx, req.Config, &resp.Diagnostics)
	plan := tfkit.Get[projectMemberResourceModel](ctx, resp.Plan, &resp.Diagnostics)
	p.config, p.plan = &config.grant, &plan.grant
	p.run(ctx)
	if resp.Diagnostics.HasError() {
		return
	}
	stage.WarnGrant(ctx, "role_id", plan.ProjectID)
	tfkit.Set(ctx, &resp.Plan, plan, &resp.Diagnostics)
	stage.Finish(ctx)
}

func (r *projectMemberResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[projectMemberResourceModel](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(plan.ProjectID, &resp.Diagnostics) {
		return
	}
	member, err := r.add(ctx, plan, resp)
	if err != nil {
		addCreateError(resp, plan.namedBy(), projectMemberKind, "raff_project_members", "Unable to add project member", plan.Object(), err)
		return
	}
	out, m := r.Created(ctx, req, resp), *plan
	m.fromAPI(member)
	if !plan.Suspended.ValueBool() {
		out.Store(ctx, &m)
		return
	}
	if !out.Record(ctx, &m) {
		return
	}
	status := client.MemberSuspended
	member, err = r.Client.UpdateProjectMember(context.WithoutCancel(ctx), member.ProjectID, member.ID, client.UpdateMemberRequest{Status: &status})
	if err != nil {
		tfkit.AddAttributeError(&resp.Diagnostics, pathSuspended, "Project member was added but is not suspended",
			m.Object(), tfkit.Tainted(projectMemberKind, err))
		return
	}
	m.fromAPI(member)
	out.Store(ctx, &m)
}

// add adds the member, or invites the address. A user, and an address, can be a member of a project once.
func (r *projectMemberResource) add(ctx context.Context, plan *projectMemberResourceModel, resp *resource.CreateResponse) (*client.ProjectMember, error) {
	return tfkit.Create(ctx, &r.ResourceBase, resp, tfkit.Creation[*client.ProjectMember]{
		Kind: projectMemberKind, Object: plan.Object(),
		Send: func(ctx context.Context) (*client.ProjectMember, error) { return r.request(ctx, plan) },
		List: func(ctx context.Context) iter.Seq2[*client.ProjectMember, error] {
			return r.Client.ListProjectMembers(ctx, plan.ProjectID.ValueString(), client.MemberFilter{})
		},
		Describe: func(m *client.ProjectMember) tfkit.Candidate {
			return plan.candidate(projectMembership(m), m.ID, m.ProjectID)
		},
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
	state := tfkit.Get[projectMemberResourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	member, ok := tfkit.Read(ctx, &r.ResourceBase, projectMemberKind, state, req, resp, func(ctx context.Context) (*client.ProjectMember, error) {
		return findProjectMember(ctx, r.Client, state.ProjectID.ValueString(), state.ID.ValueString())
	})
	if !ok {
		return
	}
	state.fromAPI(member)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

// findProjectMember reads a member of a project, or looks for it in every project that the key can see where an import
// did not name one: no other call of the API finds a project member by its id alone.
func findProjectMember(ctx context.Context, c *client.Client, project, id string) (*client.ProjectMember, error) {
	if project != "" {
		return c.ReadProjectMember(ctx, project, id)
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
	plan := tfkit.Get[projectMemberResourceModel](ctx, req.Plan, &resp.Diagnostics)
	state := tfkit.Get[projectMemberResourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Ready(state.ProjectID, &resp.Diagnostics) {
		return
	}
	if plan.touches(&state.grant) {
		project, id := state.ProjectID.ValueString(), state.ID.ValueString()
		member, err := r.Client.UpdateProjectMember(ctx, project, id, plan.changes(&state.grant))
		if err != nil {
			addError(ctx, r.Client, &resp.Diagnostics, "Unable to update project member", &state.grant, state.Object(), err)
			return
		}
		plan.fromAPI(member)
	}
	tfkit.Updated(req, resp).Store(ctx, plan)
}

func (r *projectMemberResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[projectMemberResourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Ready(state.ProjectID, &resp.Diagnostics) {
		return
	}
	err := r.Client.RemoveProjectMember(ctx, state.ProjectID.ValueString(), state.ID.ValueString())
	if errors.Is(err, client.ErrConflict) {
		addError(ctx, r.Client, &resp.Diagnostics, "Unable to remove project member", &state.grant, state.Object(), err)
		return
	}
	r.Ended(ctx, projectMemberKind, state, req, resp, "Unable to remove project member", err)
}
