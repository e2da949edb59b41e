// Package role has the raff_role resource and the data sources of roles and permissions.
package role

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ resource.Resource                = (*roleResource)(nil)
	_ resource.ResourceWithConfigure   = (*roleResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*roleResource)(nil)
	_ resource.ResourceWithImportState = (*roleResource)(nil)
	_ resource.ResourceWithIdentity    = (*roleResource)(nil)
)

type roleResource struct {
	framework.ResourceBase
}

// NewResource returns the raff_role resource.
func NewResource() resource.Resource { return &roleResource{} }

func (r *roleResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_role"
}

func (r *roleResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.AccountIdentitySchema("role")
}

func (r *roleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportAccountState(ctx, req, resp)
}

func (r *roleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	role, err := r.create(ctx, client.CreateRoleRequest{
		Name:        plan.Name.ValueString(),
		Slug:        plan.Slug.ValueString(),
		Description: plan.Description.ValueString(),
		Scope:       plan.Scope.ValueString(),
		Permissions: setStrings(plan.Permissions),
	})
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to create role", plan.object(), err)
		return
	}
	plan.fromAPI(role)
	resp.Diagnostics.Append(save(ctx, &plan, &resp.State, resp.Identity)...)
}

// create makes the role. The request is not aborted with the apply, and an ambiguous answer is settled by looking for
// the slug, which is unique.
func (r *roleResource) create(ctx context.Context, request client.CreateRoleRequest) (*client.Role, error) {
	began := time.Now()
	ctx = context.WithoutCancel(ctx)
	role, err := r.Client.CreateRole(ctx, request)
	if !errors.Is(err, client.ErrAmbiguous) {
		return role, err
	}
	roles := r.Client.ListRoles(ctx, client.RoleFilter{Scope: request.Scope})
	return framework.Settle(err, "raff_role", began, roles, func(role *client.Role) framework.Candidate {
		return framework.Candidate{
			ID: role.ID, Matches: role.Slug == request.Slug, CreatedAt: framework.TimeOrZero(role.CreatedAt),
		}
	})
}

func (r *roleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	role, err := r.Client.GetRole(ctx, state.ID.ValueString())
	if errors.Is(err, client.ErrNotFound) {
		framework.RemoveAccount(ctx, resp, state.ID)
		return
	}
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read role", state.object(), err)
		return
	}
	state.fromAPI(role)
	resp.Diagnostics.Append(save(ctx, &state, &resp.State, resp.Identity)...)
}

func (r *roleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	permissions := setStrings(plan.Permissions)
	role, err := r.Client.UpdateRole(ctx, plan.ID.ValueString(), client.UpdateRoleRequest{
		Name:        plan.Name.ValueStringPointer(),
		Description: plan.Description.ValueStringPointer(),
		Permissions: &permissions,
	})
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to update role", plan.object(), err)
		return
	}
	plan.fromAPI(role)
	resp.Diagnostics.Append(save(ctx, &plan, &resp.State, resp.Identity)...)
}

func (r *roleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	err := r.Client.DeleteRole(ctx, state.ID.ValueString())
	switch {
	case err == nil || errors.Is(err, client.ErrNotFound):
	case errors.Is(err, client.ErrConflict):
		addInUseError(&resp.Diagnostics, state.object(), err, holders(ctx, r.Client, state.ID.ValueString()))
	default:
		framework.AddError(&resp.Diagnostics, "Unable to delete role", state.object(), err)
	}
}

func save(ctx context.Context, m *model, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	diags := state.Set(ctx, m)
	diags.Append(framework.SetAccountIdentity(ctx, identity, m.ID)...)
	return diags
}
