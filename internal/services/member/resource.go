// Package member has the resources raff_member, raff_project_member and raff_invitation, and the data sources of
// members.
package member

import (
	"context"
	"errors"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ resource.Resource                     = (*memberResource)(nil)
	_ resource.ResourceWithConfigure        = (*memberResource)(nil)
	_ resource.ResourceWithConfigValidators = (*memberResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*memberResource)(nil)
	_ resource.ResourceWithImportState      = (*memberResource)(nil)
	_ resource.ResourceWithIdentity         = (*memberResource)(nil)
)

type memberResource struct {
	tfkit.ResourceBase
}

// NewResource returns the raff_member resource.
func NewResource() resource.Resource { return &memberResource{} }

var memberKind = tfkit.Kind{
	Name: "member", Type: "raff_member", Account: true,
	List: tfkit.ListAll(
		func(ctx context.Context, c *client.Client) iter.Seq2[*client.Member, error] {
			return c.ListMembers(ctx, client.MemberFilter{})
		},
		func(m *client.Member) string { return m.ID }),
	References: references(client.ScopeAccount),
	Settled:    []string{"target_user_id", "email"},
	Unrecorded: []string{"target_user_id", "api_key_id"},
}

func (r *memberResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_member"
}

func (r *memberResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.AccountIdentitySchema("member")
}

func (r *memberResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return exactlyOne()
}

func (r *memberResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, memberKind.Type, req, resp)
}

// ModifyPlan protects those who must stay, and marks as unknown only what a change touches.
func (r *memberResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, memberKind, req, resp)
	p := planner{stage: stage, scope: client.ScopeAccount, diags: &resp.Diagnostics, object: "The member"}
	if !r.Unconfigured() {
		p.client = r.Client
		p.last = func(ctx context.Context, id string) bool { return lastManager(ctx, r.Client, id) }
	}
	if !stage.Creating {
		state := tfkit.Get[memberResourceModel](ctx, req.State, &resp.Diagnostics)
		p.state, p.object = &state.grant, state.Object()
	}
	if stage.Destroying {
		p.protect(ctx, pathID, "removed", true)
	}
	if !ok {
		return
	}
	config := tfkit.Get[memberResourceModel](ctx, req.Config, &resp.Diagnostics)
	plan := tfkit.Get[memberResourceModel](ctx, resp.Plan, &resp.Diagnostics)
	p.config, p.plan = &config.grant, &plan.grant
	p.run(ctx)
	if resp.Diagnostics.HasError() {
		return
	}
	stage.WarnGrant(ctx, "role_id", types.StringNull())
	tfkit.Set(ctx, &resp.Plan, plan, &resp.Diagnostics)
	stage.Finish(ctx)
}

func (r *memberResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[memberResourceModel](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(types.StringNull(), &resp.Diagnostics) {
		return
	}
	member, err := r.add(ctx, plan, resp)
	if err != nil {
		addCreateError(resp, plan.namedBy(), memberKind, "raff_members", "Unable to add member", plan.Object(), err)
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
	member, err = r.Client.UpdateMember(context.WithoutCancel(ctx), member.ID, client.UpdateMemberRequest{Status: &status})
	if err != nil {
		tfkit.AddAttributeError(&resp.Diagnostics, pathSuspended, "Member was added but is not suspended", m.Object(), tfkit.Tainted(memberKind, err))
		return
	}
	m.fromAPI(member)
	out.Store(ctx, &m)
}

// add adds the member. A user, and an address, can be a member once.
func (r *memberResource) add(ctx context.Context, plan *memberResourceModel, resp *resource.CreateResponse) (*client.Member, error) {
	request := client.AddMemberRequest{
		TargetUserID: plan.TargetUserID.ValueString(), APIKeyID: plan.APIKeyID.ValueString(), RoleID: plan.RoleID.ValueString(),
	}
	if request.TargetUserID == "" && request.APIKeyID == "" {
		request.Email = plan.Email.ValueString()
	}
	return tfkit.Create(ctx, &r.ResourceBase, resp, tfkit.Creation[*client.Member]{
		Kind: memberKind, Object: plan.Object(),
		Send: func(ctx context.Context) (*client.Member, error) { return r.Client.AddMember(ctx, request) },
		List: func(ctx context.Context) iter.Seq2[*client.Member, error] {
			return r.Client.ListMembers(ctx, client.MemberFilter{})
		},
		Describe: func(m *client.Member) tfkit.Candidate { return plan.candidate(m, m.ID, "") },
	})
}

func (r *memberResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[memberResourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	member, ok := tfkit.Read(ctx, &r.ResourceBase, memberKind, state, req, resp, func(ctx context.Context) (*client.Member, error) {
		return r.Client.ReadMember(ctx, state.ID.ValueString())
	})
	if !ok {
		return
	}
	state.fromAPI(member)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

func (r *memberResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[memberResourceModel](ctx, req.Plan, &resp.Diagnostics)
	state := tfkit.Get[memberResourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Ready(types.StringNull(), &resp.Diagnostics) || !r.SameAccount(ctx, state, req.Private, &resp.Diagnostics) {
		return
	}
	if plan.touches(&state.grant) {
		member, err := r.Client.UpdateMember(ctx, state.ID.ValueString(), plan.changes(&state.grant))
		if err != nil {
			addError(ctx, r.Client, &resp.Diagnostics, "Unable to update member", &state.grant, state.Object(), err)
			return
		}
		plan.fromAPI(member)
	}
	tfkit.Updated(req, resp).Store(ctx, plan)
}

// changes is the request that takes the member from the state to the plan. Only what changes is sent: the status of a
// pending member cannot be.
func (g *grant) changes(state *grant) client.UpdateMemberRequest {
	var request client.UpdateMemberRequest
	if !g.RoleID.Equal(state.RoleID) {
		request.RoleID = g.RoleID.ValueStringPointer()
	}
	if !g.Suspended.Equal(state.Suspended) {
		request.Status = plannedStatus(g.Suspended).ValueStringPointer()
	}
	return request
}

func (r *memberResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[memberResourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Ready(types.StringNull(), &resp.Diagnostics) || !r.SameAccount(ctx, state, req.Private, &resp.Diagnostics) {
		return
	}
	err := r.Client.RemoveMember(ctx, state.ID.ValueString())
	if errors.Is(err, client.ErrConflict) {
		addError(ctx, r.Client, &resp.Diagnostics, "Unable to remove member", &state.grant, state.Object(), err)
		return
	}
	r.Ended(ctx, memberKind, state, req, resp, "Unable to remove member", err)
}
