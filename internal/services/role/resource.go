// Package role has the raff_role resource and the data sources of roles and permissions.
package role

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
	_ resource.Resource                = (*roleResource)(nil)
	_ resource.ResourceWithConfigure   = (*roleResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*roleResource)(nil)
	_ resource.ResourceWithImportState = (*roleResource)(nil)
	_ resource.ResourceWithIdentity    = (*roleResource)(nil)
)

type roleResource struct {
	tfkit.ResourceBase
}

// NewResource returns the raff_role resource.
func NewResource() resource.Resource { return &roleResource{} }

var kind = tfkit.Kind{Name: "role", Type: "raff_role", Settled: []string{"permissions"}}

func (r *roleResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_role"
}

func (r *roleResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.AccountIdentitySchema("role")
}

func (r *roleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportAccountState(ctx, req, resp)
}

func (r *roleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[model](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(types.StringNull(), &resp.Diagnostics) {
		return
	}
	role, err := r.create(ctx, client.CreateRoleRequest{
		Name:        plan.Name.ValueString(),
		Slug:        plan.Slug.ValueString(),
		Description: plan.Description.ValueString(),
		Scope:       plan.Scope.ValueString(),
		Permissions: tfkit.SetStrings(plan.Permissions),
	})
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to create role", plan.Object(), err)
		return
	}
	plan.fromAPI(role)
	tfkit.Created(req, resp).Store(ctx, plan)
}

// create creates the role. An ambiguous answer is settled by looking for its slug, which is unique.
func (r *roleResource) create(ctx context.Context, request client.CreateRoleRequest) (*client.Role, error) {
	return tfkit.Create(ctx, kind,
		func(ctx context.Context) (*client.Role, error) { return r.Client.CreateRole(ctx, request) },
		func(ctx context.Context) iter.Seq2[*client.Role, error] {
			return r.Client.ListRoles(ctx, client.RoleFilter{Scope: request.Scope})
		},
		func(role *client.Role) tfkit.Candidate {
			return tfkit.Candidate{ID: role.ID, Matches: role.Slug == request.Slug, CreatedAt: tfkit.TimeOrZero(role.CreatedAt)}
		})
}

func (r *roleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[model](ctx, req.State, &resp.Diagnostics)
	if !r.Configured(&resp.Diagnostics) {
		return
	}
	role, err := r.Client.GetRole(ctx, state.ID.ValueString())
	if !r.Found(ctx, kind, state, err, resp) {
		return
	}
	state.fromAPI(role)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

func (r *roleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[model](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(types.StringNull(), &resp.Diagnostics) {
		return
	}
	permissions := tfkit.SetStrings(plan.Permissions)
	role, err := r.Client.UpdateRole(ctx, plan.ID.ValueString(), client.UpdateRoleRequest{
		Name:        plan.Name.ValueStringPointer(),
		Description: plan.Description.ValueStringPointer(),
		Permissions: &permissions,
	})
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to update role", plan.Object(), err)
		return
	}
	plan.fromAPI(role)
	tfkit.Updated(req, resp).Store(ctx, plan)
}

func (r *roleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[model](ctx, req.State, &resp.Diagnostics)
	if !r.Ready(types.StringNull(), &resp.Diagnostics) {
		return
	}
	err := r.Client.DeleteRole(ctx, state.ID.ValueString())
	switch {
	case err == nil || errors.Is(err, client.ErrNotFound):
	case errors.Is(err, client.ErrConflict):
		addInUseError(&resp.Diagnostics, state.Object(), err, holders(ctx, r.Client, state.ID.ValueString()))
	default:
		tfkit.AddError(&resp.Diagnostics, "Unable to delete role", state.Object(), err)
	}
}
