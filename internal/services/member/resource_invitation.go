package member

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ resource.Resource                = (*invitationResource)(nil)
	_ resource.ResourceWithConfigure   = (*invitationResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*invitationResource)(nil)
	_ resource.ResourceWithImportState = (*invitationResource)(nil)
	_ resource.ResourceWithIdentity    = (*invitationResource)(nil)
)

// statusAccepted is the status of an invitation whose member has joined.
const statusAccepted = "accepted"

type invitationResource struct {
	framework.ResourceBase
}

// NewInvitationResource returns the raff_invitation resource.
func NewInvitationResource() resource.Resource { return &invitationResource{} }

type invitationModel struct {
	ID        types.String `tfsdk:"id"`
	ProjectID types.String `tfsdk:"project_id"`
	Email     types.String `tfsdk:"email"`
	RoleID    types.String `tfsdk:"role_id"`
	RoleName  types.String `tfsdk:"role_name"`
	Status    types.String `tfsdk:"status"`
	MemberID  types.String `tfsdk:"member_id"`
	ExpiresAt types.String `tfsdk:"expires_at"`
	InvitedBy types.String `tfsdk:"invited_by"`
	CreatedAt types.String `tfsdk:"created_at"`
}

func (m *invitationModel) object() string {
	return framework.Object("invitation", m.Email.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
}

// fromMember fills the model with the pending member that the invitation made: the API has no call that reads an
// invitation.
func (m *invitationModel) fromMember(a *client.Member) {
	m.ID = types.StringValue(a.InvitationID)
	m.Email = framework.EmailText.Keep(m.Email, a.Email)
	m.RoleID = types.StringValue(a.RoleID)
	m.RoleName = framework.StringOrNull(a.RoleName)
	m.Status = types.StringValue(client.MemberPending)
	m.MemberID = framework.StringOrNull(a.ID)
	m.ExpiresAt = framework.OptionalTime(a.InvitationExpiresAt)
	m.InvitedBy = framework.StringOrNull(a.InvitedBy)
	m.CreatedAt = framework.OptionalTime(a.CreatedAt)
}

func (r *invitationResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_invitation"
}

func (r *invitationResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replaces := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	notEmpty := []validator.String{stringvalidator.LengthAtLeast(1)}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An invitation by email to join the account or one project. It is over when it is accepted, expires or is cancelled: " +
			"an accepted one stays in the state and destroying it changes nothing, since the member has joined; an expired one is sent again.\n\n" +
			"To manage the member beyond the invitation, its role and removal, use `raff_member` or `raff_project_member` with `email` instead.",
		Attributes: map[string]schema.Attribute{
			"id": framework.IDAttribute("invitation"),
			"project_id": schema.StringAttribute{
				MarkdownDescription: "Id of the project to invite to. Left out: the account. A change cancels the invitation and sends another one.",
				Optional:            true,
				Validators:          notEmpty,
				PlanModifiers:       replaces,
			},
			"email": schema.StringAttribute{
				MarkdownDescription: "Email address of somebody who is no member yet. Letter case does not matter. Another address cancels the invitation and sends another one.",
				Required:            true,
				Validators:          []validator.String{address},
				PlanModifiers:       []planmodifier.String{framework.EmailText.KeepInPlan(), stringplanmodifier.RequiresReplace()},
			},
			"role_id": schema.StringAttribute{
				MarkdownDescription: "Id of the role that the member gets: of the scope `project` with `project_id`, of the scope `account` without. " +
					"A change cancels the invitation and sends another one.",
				Required:      true,
				Validators:    notEmpty,
				PlanModifiers: replaces,
			},
			"role_name":  framework.ComputedString("Name of the role."),
			"status":     framework.ComputedString("`pending`, or `accepted` once the member has joined."),
			"member_id":  framework.ComputedString("Id of the member that the invitation made, pending until it is accepted."),
			"expires_at": framework.ComputedString("When the invitation expires, RFC 3339."),
			"invited_by": framework.ComputedString("Id of the user who invited."),
			"created_at": framework.ComputedString("When the invitation was sent, RFC 3339."),
		},
	}
}

func (r *invitationResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema("invitation")
}

func (r *invitationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportState(ctx, req, resp)
}

// ModifyPlan checks the project and the scope of the role.
func (r *invitationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.ProviderData == nil {
		return
	}
	var plan, state invitationModel
	if !framework.Creating(req) {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	}
	if framework.Destroying(req) {
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if framework.Creating(req) || !plan.ProjectID.Equal(state.ProjectID) {
		r.Projects.Check(ctx, pathProject, "project member", plan.ProjectID, probeMembers(r.Client), &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() || !framework.Creating(req) && plan.RoleID.Equal(state.RoleID) {
		return
	}
	scope := client.ScopeAccount
	if !plan.ProjectID.IsNull() {
		scope = client.ScopeProject
	}
	framework.CheckRole(ctx, r.Client, pathRole, plan.RoleID, scope, &resp.Diagnostics)
}

func (r *invitationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan invitationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	member, err := r.invite(ctx, &plan)
	if err != nil {
		addError(&resp.Diagnostics, "Unable to create invitation", plan.object(), err)
		return
	}
	plan.fromMember(member)
	resp.Diagnostics.Append(saveInvitation(ctx, &plan, &resp.State, resp.Identity)...)
}

// invite sends the invitation and returns the pending member that it made. The request is not aborted with the apply,
// and an ambiguous answer is settled by looking for the pending member.
func (r *invitationResource) invite(ctx context.Context, plan *invitationModel) (*client.Member, error) {
	began := time.Now()
	ctx = context.WithoutCancel(ctx)
	project := plan.ProjectID.ValueString()
	invitation, err := r.send(ctx, project, client.CreateInvitationRequest{
		Email: plan.Email.ValueString(), RoleID: plan.RoleID.ValueString(),
	})
	if errors.Is(err, client.ErrAmbiguous) {
		pending := pendingMembers(ctx, r.Client, project)
		return framework.Settle(err, "raff_invitation", began, pending, func(m *client.Member) framework.Candidate {
			return framework.Candidate{
				ID: m.InvitationID, Matches: strings.EqualFold(m.Email, plan.Email.ValueString()), CreatedAt: framework.TimeOrZero(m.CreatedAt),
			}
		})
	}
	if err != nil {
		return nil, err
	}
	if member, err := r.invited(ctx, project, invitation.ID); err == nil {
		return member, nil
	}
	return &client.Member{ // no list shows the member yet: a later read finds it by the invitation
		InvitationID: invitation.ID, Email: invitation.Email, RoleID: invitation.RoleID, RoleName: invitation.RoleName,
		InvitedBy: invitation.InvitedByID, InvitationExpiresAt: invitation.ExpiresAt, CreatedAt: invitation.CreatedAt,
	}, nil
}

// send invites to a project or, when project is empty, to the account.
func (r *invitationResource) send(ctx context.Context, project string, request client.CreateInvitationRequest) (*client.Invitation, error) {
	if project == "" {
		return r.Client.CreateInvitation(ctx, request)
	}
	return r.Client.CreateProjectInvitation(ctx, project, request)
}

// pendingMembers yields the pending members of a project, or of the account when project is empty.
func pendingMembers(ctx context.Context, c *client.Client, project string) func(func(*client.Member, error) bool) {
	filter := client.MemberFilter{Status: client.MemberPending}
	if project == "" {
		return c.ListMembers(ctx, filter)
	}
	return func(yield func(*client.Member, error) bool) {
		for m, err := range c.ListProjectMembers(ctx, project, filter) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(projectMembership(m), nil) {
				return
			}
		}
	}
}

// invited returns the pending member of an invitation, to a project or, when project is empty, to the account.
func (r *invitationResource) invited(ctx context.Context, project, invitationID string) (*client.Member, error) {
	if project == "" {
		return r.Client.InvitedMember(ctx, invitationID)
	}
	member, err := r.Client.InvitedProjectMember(ctx, project, invitationID)
	if err != nil {
		return nil, err
	}
	return projectMembership(member), nil
}

func (r *invitationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state invitationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	err := r.refresh(ctx, &state)
	if errors.Is(err, client.ErrNotFound) {
		project := state.ProjectID.ValueString()
		if r.Projects.Gone(ctx, "project member", state.ID.ValueString(), project, probeMembers(r.Client), &resp.Diagnostics) {
			framework.Remove(ctx, resp, state.ID, state.ProjectID)
		}
		return
	}
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read invitation", state.object(), err)
		return
	}
	resp.Diagnostics.Append(saveInvitation(ctx, &state, &resp.State, resp.Identity)...)
}

// refresh reads the invitation's member. It returns client.ErrNotFound when the invitation is over without a member.
func (r *invitationResource) refresh(ctx context.Context, m *invitationModel) error {
	if m.MemberID.IsNull() { // imported, or not listed when it was made
		return r.find(ctx, m)
	}
	member, err := r.member(ctx, m)
	if err != nil {
		return err
	}
	if member.Status == client.MemberPending {
		if member.InvitationID != m.ID.ValueString() {
			return client.ErrNotFound
		}
		m.fromMember(member)
		return nil
	}
	// The member has joined. Its role and status are no longer the invitation's.
	m.Status = types.StringValue(statusAccepted)
	m.ExpiresAt = types.StringNull()
	return nil
}

func (r *invitationResource) member(ctx context.Context, m *invitationModel) (*client.Member, error) {
	if m.ProjectID.IsNull() {
		return r.Client.GetMember(ctx, m.MemberID.ValueString())
	}
	member, err := r.Client.GetProjectMember(ctx, m.ProjectID.ValueString(), m.MemberID.ValueString())
	if err != nil {
		return nil, err
	}
	return projectMembership(member), nil
}

// find looks for the pending member of an invitation: in its project, or where an import named none, in the account
// and in every project that the key can see.
func (r *invitationResource) find(ctx context.Context, m *invitationModel) error {
	projects := []string{m.ProjectID.ValueString()}
	if m.ProjectID.IsNull() {
		all, err := client.Collect(r.Client.ListProjects(ctx))
		if err != nil {
			return err
		}
		for _, p := range all {
			projects = append(projects, p.ID)
		}
	}
	for _, project := range projects {
		for member, err := range pendingMembers(ctx, r.Client, project) {
			if errors.Is(err, client.ErrForbidden) && len(projects) > 1 {
				break
			}
			if err != nil {
				return err
			}
			if member.InvitationID == m.ID.ValueString() {
				m.ProjectID = framework.StringOrNull(project)
				m.fromMember(member)
				return nil
			}
		}
	}
	return client.ErrNotFound
}

// Update is never reached: every attribute replaces the invitation, or the API sets it.
func (r *invitationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan invitationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(saveInvitation(ctx, &plan, &resp.State, resp.Identity)...)
}

// Delete cancels the invitation. One that was accepted is over, and whoever has joined stays.
func (r *invitationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state invitationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || state.Status.ValueString() == statusAccepted {
		return
	}
	if err := r.Client.CancelInvitation(ctx, state.ID.ValueString()); err != nil && !errors.Is(err, client.ErrNotFound) {
		framework.AddError(&resp.Diagnostics, "Unable to cancel invitation", state.object(), err)
	}
}

func saveInvitation(ctx context.Context, m *invitationModel, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	diags := state.Set(ctx, m)
	diags.Append(framework.SetIdentity(ctx, identity, m.ID, m.ProjectID)...)
	return diags
}
