// Package member has the resources raff_member, raff_project_member and raff_invitation, and the data sources of
// members.
package member

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
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
	framework.ResourceBase
}

// NewResource returns the raff_member resource.
func NewResource() resource.Resource { return &memberResource{} }

func (r *memberResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_member"
}

func (r *memberResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.AccountIdentitySchema("member")
}

func (r *memberResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return exactlyOne()
}

func (r *memberResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportAccountState(ctx, req, resp)
}

// ModifyPlan protects those who must stay, and marks as unknown only what a change touches.
func (r *memberResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var config, plan, state memberResourceModel
	p := planner{scope: client.ScopeAccount, diags: &resp.Diagnostics, object: "The member"}
	if !r.Unconfigured() {
		p.client = r.Client
		p.last = func(ctx context.Context, id string) bool { return lastManager(ctx, r.Client, id) }
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
	resp.RequiresReplace = append(resp.RequiresReplace, p.run(ctx)...)
	if p.plan == nil || resp.Diagnostics.HasError() {
		return
	}
	if p.state != nil && p.plan.touches(p.state) {
		plan.UpdatedAt = types.StringUnknown()
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

func (r *memberResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan memberResourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	suspended := plan.Suspended.ValueBool()
	member, err := r.add(ctx, &plan)
	if err != nil {
		addError(&resp.Diagnostics, "Unable to add member", plan.object(), err)
		return
	}
	plan.fromAPI(member)
	resp.Diagnostics.Append(saveMember(ctx, &plan, &resp.State, resp.Identity)...)
	if resp.Diagnostics.HasError() || !suspended {
		return
	}
	status := client.MemberSuspended
	member, err = r.Client.UpdateMember(context.WithoutCancel(ctx), member.ID, client.UpdateMemberRequest{Status: &status})
	if err != nil {
		framework.AddAttributeError(&resp.Diagnostics, pathSuspended, "Member was added but is not suspended", plan.object()+" is kept in the state", err)
		return
	}
	plan.fromAPI(member)
	resp.Diagnostics.Append(saveMember(ctx, &plan, &resp.State, resp.Identity)...)
}

// add adds the member. The request is not aborted with the apply, and an ambiguous answer is settled by looking for
// the member.
func (r *memberResource) add(ctx context.Context, plan *memberResourceModel) (*client.Member, error) {
	began := time.Now()
	ctx = context.WithoutCancel(ctx)
	request := client.AddMemberRequest{
		TargetUserID: plan.TargetUserID.ValueString(), APIKeyID: plan.APIKeyID.ValueString(), RoleID: plan.RoleID.ValueString(),
	}
	if request.TargetUserID == "" && request.APIKeyID == "" {
		request.Email = plan.Email.ValueString()
	}
	member, err := r.Client.AddMember(ctx, request)
	if !errors.Is(err, client.ErrAmbiguous) {
		return member, err
	}
	members := r.Client.ListMembers(ctx, client.MemberFilter{})
	return framework.Settle(err, "raff_member", began, members, func(m *client.Member) framework.Candidate {
		return framework.Candidate{ID: m.ID, Matches: plan.isNamed(m), CreatedAt: framework.TimeOrZero(m.CreatedAt)}
	})
}

func (r *memberResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state memberResourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	member, err := r.Client.GetMember(ctx, state.ID.ValueString())
	if errors.Is(err, client.ErrNotFound) {
		framework.RemoveAccount(ctx, resp, state.ID)
		return
	}
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read member", state.object(), err)
		return
	}
	state.fromAPI(member)
	resp.Diagnostics.Append(saveMember(ctx, &state, &resp.State, resp.Identity)...)
}

func (r *memberResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan, state memberResourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.touches(&state.grant) {
		member, err := r.Client.UpdateMember(ctx, state.ID.ValueString(), plan.changes(&state.grant))
		if err != nil {
			addError(&resp.Diagnostics, "Unable to update member", state.object(), err)
			return
		}
		plan.fromAPI(member)
	}
	resp.Diagnostics.Append(saveMember(ctx, &plan, &resp.State, resp.Identity)...)
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
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state memberResourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := r.Client.RemoveMember(ctx, state.ID.ValueString()); err != nil && !errors.Is(err, client.ErrNotFound) {
		addError(&resp.Diagnostics, "Unable to remove member", state.object(), err)
	}
}

func saveMember(ctx context.Context, m *memberResourceModel, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	diags := state.Set(ctx, m)
	diags.Append(framework.SetAccountIdentity(ctx, identity, m.ID)...)
	return diags
}
