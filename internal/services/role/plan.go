package role

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

// ModifyPlan refuses changes of system roles and permissions that do not exist, and marks as unknown only what a
// change touches.
func (r *roleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state model
	if !framework.Creating(req) {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if framework.Destroying(req) {
		if state.IsSystem.ValueBool() {
			addSystemError(&resp.Diagnostics, state.object(), "deleted")
		}
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if framework.Creating(req) || !plan.Permissions.Equal(state.Permissions) || !plan.Scope.Equal(state.Scope) {
		r.checkPermissions(ctx, &plan, &resp.Diagnostics)
	}
	if framework.Creating(req) || !plan.touches(&state) {
		return
	}
	if state.IsSystem.ValueBool() {
		addSystemError(&resp.Diagnostics, state.object(), "changed")
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("updated_at"), types.StringUnknown())...)
}

func addSystemError(diags *diag.Diagnostics, object, verb string) {
	diags.AddAttributeError(path.Root("is_system"), "System roles cannot be "+verb,
		object+" is one of the roles that every account has. Take it out of the state with terraform state rm, or a removed block, "+
			"and make a role of your own. The raff_role data source reads a system role.")
}

// checkPermissions compares the permissions with those that the API knows in the role's scope.
func (r *roleResource) checkPermissions(ctx context.Context, plan *model, diags *diag.Diagnostics) {
	if r.Unconfigured() || plan.Scope.IsUnknown() || plan.Permissions.IsUnknown() {
		return
	}
	catalogue, err := r.Catalog.Permissions(ctx)
	if err != nil {
		framework.AddAttributeError(diags, path.Root("permissions"), "Unable to read the permissions", plan.object(), err)
		return
	}
	var problems []string
	for _, name := range setStrings(plan.Permissions) {
		if problem := permissionProblem(catalogue, name, plan.Scope.ValueString()); problem != "" {
			problems = append(problems, problem)
		}
	}
	if len(problems) > 0 {
		diags.AddAttributeError(path.Root("permissions"), "Invalid permissions",
			strings.Join(problems, " ")+" The raff_permissions data source lists all permissions.")
	}
}

// permissionProblem says why a role of a scope cannot have a permission, or is empty.
func permissionProblem(catalogue []*client.Permission, name, scope string) string {
	at := slices.IndexFunc(catalogue, func(p *client.Permission) bool { return p.Name == name })
	switch {
	case at < 0:
		return fmt.Sprintf("There is no permission %q%s.", name, similar(catalogue, name, scope))
	case catalogue[at].Scope != scope:
		return fmt.Sprintf("%q is a permission of scope %s, and this role is of scope %s.", name, catalogue[at].Scope, scope)
	}
	return ""
}

// similar suggests the permissions of a scope that are about the same thing.
func similar(catalogue []*client.Permission, name, scope string) string {
	var names []string
	for _, p := range catalogue {
		if subject(p.Name) == subject(name) && p.Scope == scope {
			names = append(names, p.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "; there are " + strings.Join(names, ", ")
}

// subject is what a permission is about: all of its name but what it allows.
func subject(name string) string { return name[:max(0, strings.LastIndex(name, "."))] }
