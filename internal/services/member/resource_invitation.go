package member

import (
	"context"
	"errors"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
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
	tfkit.ResourceBase
}

// NewInvitationResource returns the raff_invitation resource.
func NewInvitationResource() resource.Resource { return &invitationResource{} }

// invitationKind is the Kind of an invitation whose role must be of a scope, or of any if that is empty.
func invitationKind(scope string) tfkit.Kind {
	return tfkit.Kind{
		Name: "invitation", Type: "raff_invitation", List: listInvitations,
		References: []tfkit.Reference{{Attribute: "role_id", To: tfkit.Role, Scope: scope, IfGone: tfkit.Replaced}},
	}
}

// listInvitations lists the ids of the pending invitations to a project, or to the account.
func listInvitations(ctx context.Context, c *client.Client, projectID string) iter.Seq2[string, error] {
	return tfkit.ListAll(
		func(ctx context.Context, c *client.Client) iter.Seq2[*client.Member, error] {
			return pendingMembers(ctx, c, projectID)
		},
		func(m *client.Member) string { return m.InvitationID })(ctx, c, projectID)
}

type invitationModel struct {
	ID        types.String `tfsdk:"id"`
	ProjectID types.String `tfsdk:"project_id"`
	Email     types.String `tfsdk:"email"`
	RoleID    types.String `tfsdk:"role_id"`
	Status    types.String `tfsdk:"status"`
	MemberID  types.String `tfsdk:"member_id"`
	ExpiresAt types.String `tfsdk:"expires_at"`
	InvitedBy types.String `tfsdk:"invited_by"`
	CreatedAt types.String `tfsdk:"created_at"`
}

// Object names the invitation in diagnostics.
func (m *invitationModel) Object() string {
	return tfkit.Object("invitation", m.Email.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
}

// Identity implements tfkit.Model.
func (m *invitationModel) Identity() any { return tfkit.Identity{ID: m.ID, ProjectID: m.ProjectID} }

// fromMember fills the model with the pending member that the invitation made: the API has no call that reads an
// invitation.
func (m *invitationModel) fromMember(a *client.Member) {
	m.ID = types.StringValue(a.InvitationID)
	m.Email = tfkit.EmailText.Keep(m.Email, a.Email)
	m.RoleID = types.StringValue(a.RoleID)
	m.Status = types.StringValue(client.MemberPending)
	m.MemberID = tfkit.StringOrNull(a.ID)
	m.ExpiresAt = tfkit.OptionalTime(a.InvitationExpiresAt)
	m.InvitedBy = tfkit.StringOrNull(a.InvitedBy)
	m.CreatedAt = tfkit.OptionalTime(a.CreatedAt)
}

func (r *invitationResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_invitation"
}

func (r *invitationResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	notEmpty := []validator.String{stringvalidator.LengthAtLeast(1)}
	resp.Schema = schema.Schema{
		Version: tfkit.StateVersion,
		MarkdownDescription: "An invitation by email to join the account or one project. It ends when it is accepted, expires or is cancelled: " +
			"an accepted one stays in the state and destroying it changes nothing, since the member has joined; an expired one is sent again.\n\n" +
			"To manage the member beyond the invitation, its role and removal, use `raff_member` or `raff_project_member` with `email` instead.",
		Attributes: map[string]schema.Attribute{
			"id": tfkit.IDAttribute("invitation"),
			"project_id": schema.StringAttribute{
				MarkdownDescription: "Id of the project to invite to. Another project replaces the invitation: this one is cancelled, and another one is sent. " +
					"Default: none, which invites to the account. An imported invitation stays in its project until this is set for the first time.",
				Optional:      true,
				Computed:      true,
				Validators:    notEmpty,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), tfkit.Replaces()},
			},
			"email": schema.StringAttribute{
				MarkdownDescription: "Email address of somebody who is not a member yet. Letter case does not matter. Another address replaces the invitation: this one is cancelled, and another one is sent.",
				Required:            true,
				Validators:          []validator.String{address},
				PlanModifiers:       []planmodifier.String{tfkit.EmailText.KeepInPlan(), tfkit.Replaces()},
			},
			"role_id": schema.StringAttribute{
				MarkdownDescription: "Id of the role that the member gets: of the scope `project` with `project_id`, of the scope `account` without. " +
					"Another role replaces the invitation: this one is cancelled, and another one is sent.",
				Required:      true,
				Validators:    notEmpty,
				PlanModifiers: []planmodifier.String{tfkit.Replaces()},
			},
			"status":     tfkit.ComputedString("Status: `pending`, or `accepted` once the member has joined."),
			"member_id":  tfkit.ComputedString("Id of the member that the invitation created, pending until it is accepted."),
			"expires_at": tfkit.ComputedString("Time at which the invitation expires, in RFC 3339."),
			"invited_by": tfkit.ComputedString("Id of the user who invited."),
			"created_at": tfkit.ComputedString("Time at which the invitation was sent, in RFC 3339."),
		},
	}
}

func (r *invitationResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("invitation")
}

func (r *invitationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, invitationKind("").Type, req, resp)
}

// ModifyPlan has the stage check the scope of the role, and replaces an invitation that leaves its project.
func (r *invitationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	state, config := new(invitationModel), new(invitationModel)
	if !tfkit.Creating(req) {
		state = tfkit.Get[invitationModel](ctx, req.State, &resp.Diagnostics)
	}
	if !tfkit.Destroying(req) {
		config = tfkit.Get[invitationModel](ctx, req.Config, &resp.Diagnostics)
	}
	stage, ok := r.Plan(ctx, invitationKind(config.scope(state)), req, resp)
	if !ok {
		return
	}
	plan := tfkit.Get[invitationModel](ctx, resp.Plan, &resp.Diagnostics)
	tfkit.LeftOut(stage, "project_id", &plan.ProjectID, types.StringNull())
	if !stage.Creating && plan.ProjectID.IsNull() && !state.ProjectID.IsNull() {
		stage.Replace("project_id")
	}
	stage.WarnGrant(ctx, "role_id", plan.ProjectID)
	tfkit.Set(ctx, &resp.Plan, plan, &resp.Diagnostics)
	stage.Finish(ctx)
}

// scope is the scope of the role that a configuration needs: empty for any, where it is not known whether there is a
// project.
func (m *invitationModel) scope(state *invitationModel) string {
	switch {
	case m.ProjectID.IsUnknown() || m.ProjectID.IsNull() && !state.ProjectID.IsNull():
		return ""
	case m.ProjectID.IsNull():
		return client.ScopeAccount
	default:
		return client.ScopeProject
	}
}

func (r *invitationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[invitationModel](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(plan.ProjectID, &resp.Diagnostics) {
		return
	}
	member, err := r.invite(ctx, plan, resp)
	if err != nil {
		kind, where := memberKind, "raff_members" // an invitation in the way is named already
		if !plan.ProjectID.IsNull() {
			kind, where = projectMemberKind, "raff_project_members"
		}
		addCreateError(resp, path.Root("email"), kind, where, "Unable to create invitation", plan.Object(), err)
		return
	}
	plan.fromMember(member)
	r.Created(ctx, req, resp).Store(ctx, plan)
}

// invite sends the invitation and returns the pending member that it made. An address can be invited once.
func (r *invitationResource) invite(ctx context.Context, plan *invitationModel, resp *resource.CreateResponse) (*client.Member, error) {
	project := plan.ProjectID.ValueString()
	return tfkit.Create(ctx, &r.ResourceBase, resp, tfkit.Creation[*client.Member]{
		Kind: invitationKind(""), Object: plan.Object(),
		Send: func(ctx context.Context) (*client.Member, error) { return r.request(ctx, project, plan) },
		List: func(ctx context.Context) iter.Seq2[*client.Member, error] {
			return pendingMembers(ctx, r.Client, project)
		},
		Describe: func(m *client.Member) tfkit.Candidate {
			same := strings.EqualFold(m.Email, plan.Email.ValueString())
			return tfkit.Candidate{
				ID: m.InvitationID, Name: m.Email, ProjectID: project, CreatedAt: tfkit.TimeOrZero(m.CreatedAt), CreatedBy: m.InvitedBy,
				Taken: same, Same: same && m.RoleID == plan.RoleID.ValueString(),
			}
		},
	})
}

func (r *invitationResource) request(ctx context.Context, project string, plan *invitationModel) (*client.Member, error) {
	invitation, err := r.send(ctx, project, client.CreateInvitationRequest{
		Email: plan.Email.ValueString(), RoleID: plan.RoleID.ValueString(),
	})
	if err != nil {
		return nil, err
	}
	if member, err := r.invited(ctx, project, invitation.ID); err == nil {
		return member, nil
	}
	return &client.Member{ // no list shows the member yet: a later read finds it by the invitation
		InvitationID: invitation.ID, Email: invitation.Email, RoleID: invitation.RoleID,
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
func pendingMembers(ctx context.Context, c *client.Client, project string) iter.Seq2[*client.Member, error] {
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
	state := tfkit.Get[invitationModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	_, ok := tfkit.Read(ctx, &r.ResourceBase, invitationKind(""), state, req, resp, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, r.refresh(ctx, state)
	})
	if !ok {
		return
	}
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

// refresh reads the invitation's member. It returns client.ErrNotFound or tfkit.ErrEnded when the invitation is over
// without a member.
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
			return tfkit.ErrEnded
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
		return r.Client.ReadMember(ctx, m.MemberID.ValueString())
	}
	member, err := r.Client.ReadProjectMember(ctx, m.ProjectID.ValueString(), m.MemberID.ValueString())
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
				m.ProjectID = tfkit.StringOrNull(project)
				m.fromMember(member)
				return nil
			}
		}
	}
	return client.ErrNotFound
}

// Update sends nothing: every attribute replaces the invitation, or the API sets it.
func (r *invitationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[invitationModel](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(plan.ProjectID, &resp.Diagnostics) {
		return
	}
	tfkit.Updated(req, resp).Store(ctx, plan)
}

// Delete cancels the invitation. One that was accepted is over, and whoever has joined stays.
func (r *invitationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[invitationModel](ctx, req.State, &resp.Diagnostics)
	if !r.Ready(state.ProjectID, &resp.Diagnostics) || state.Status.ValueString() == statusAccepted ||
		!r.SameAccount(ctx, state, req.Private, &resp.Diagnostics) {
		return
	}
	err := r.Client.CancelInvitation(ctx, state.ID.ValueString())
	r.Ended(ctx, invitationKind(""), state, req, resp, "Unable to cancel invitation", err)
}
