// Package role has the raff_role resource and the data sources of roles and permissions.
package role

import (
	"context"
	"errors"
	"iter"
	"slices"

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

var kind = tfkit.Kind{
	Name: "role", Type: "raff_role", Account: true,
	List:    tfkit.Role.List,
	Settled: []string{"permissions"},
}

func (r *roleResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_role"
}

func (r *roleResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.AccountIdentitySchema("role")
}

func (r *roleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, kind.Type, req, resp)
}

func (r *roleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[model](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(types.StringNull(), &resp.Diagnostics) {
		return
	}
	role, err := r.create(ctx, plan, resp)
	if err != nil {
		tfkit.AddCreateError(resp, "Unable to create role", plan.Object(), err)
		return
	}
	plan.fromAPI(role)
	r.Created(ctx, req, resp).Store(ctx, plan)
}

// create creates the role, whose slug is unique.
func (r *roleResource) create(ctx context.Context, plan *model, resp *resource.CreateResponse) (*client.Role, error) {
	request := client.CreateRoleRequest{
		Name:        plan.Name.ValueString(),
		Slug:        plan.Slug.ValueString(),
		Description: plan.Description.ValueString(),
		Scope:       plan.Scope.ValueString(),
		Permissions: tfkit.SetStrings(plan.Permissions),
	}
	return tfkit.Create(ctx, &r.ResourceBase, resp, tfkit.Creation[*client.Role]{
		Kind: kind, Object: plan.Object(),
		Send: func(ctx context.Context) (*client.Role, error) { return r.Client.CreateRole(ctx, request) },
		List: func(ctx context.Context) iter.Seq2[*client.Role, error] {
			return r.Client.ListRoles(ctx, client.RoleFilter{})
		},
		Describe: func(role *client.Role) tfkit.Candidate {
			return tfkit.Candidate{
				ID: role.ID, Name: role.Name, CreatedAt: tfkit.TimeOrZero(role.CreatedAt), CreatedBy: role.CreatedBy,
				Taken: role.Slug == request.Slug,
				Same: role.Slug == request.Slug && role.Name == request.Name && role.Description == request.Description && role.Scope == request.Scope &&
					slices.Equal(slices.Sorted(slices.Values(role.Permissions)), slices.Sorted(slices.Values(request.Permissions))),
			}
		},
	})
}

func (r *roleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[model](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	role, ok := tfkit.Read(ctx, &r.ResourceBase, kind, state, req, resp, func(ctx context.Context) (*client.Role, error) {
		return r.Client.ReadRole(ctx, state.ID.ValueString())
	})
	if !ok {
		return
	}
	state.fromAPI(role)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

func (r *roleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[model](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(types.StringNull(), &resp.Diagnostics) || !r.SameAccount(ctx, plan, req.Private, &resp.Diagnostics) {
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
	if !r.Ready(types.StringNull(), &resp.Diagnostics) || !r.SameAccount(ctx, state, req.Private, &resp.Diagnostics) {
		return
	}
	defer r.Run.Leaving(kind, state.ID.ValueString())()
	err := r.Client.DeleteRole(ctx, state.ID.ValueString())
	if errors.Is(err, client.ErrConflict) {
		addInUseError(&resp.Diagnostics, state.Object(), err, holders(ctx, r.Client, state.ID.ValueString()))
		return
	}
	r.Ended(ctx, kind, state, req, resp, "Unable to delete role", err)
}
