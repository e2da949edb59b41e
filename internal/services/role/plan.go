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
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// ModifyPlan refuses changes of system roles, and permissions that do not exist.
func (r *roleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, kind, req, resp)
	state := new(model)
	if !stage.Creating {
		state = tfkit.Get[model](ctx, req.State, &resp.Diagnostics)
	}
	if stage.Destroying && state.IsSystem.ValueBool() {
		addSystemError(&resp.Diagnostics, state.Object(), "deleted")
	}
	if !ok {
		return
	}
	plan := tfkit.Get[model](ctx, resp.Plan, &resp.Diagnostics)
	if stage.Creating || !tfkit.SameKnown(plan.Permissions, state.Permissions) || !tfkit.SameKnown(plan.Scope, state.Scope) {
		r.checkPermissions(ctx, plan, &resp.Diagnostics)
	}
	if state.IsSystem.ValueBool() && (plan.changes(state) || len(stage.Replaced(ctx)) > 0) {
		addSystemError(&resp.Diagnostics, state.Object(), "changed")
	}
	if !resp.Diagnostics.HasError() && tfkit.Known(plan.Scope) {
		before := tfkit.SetStrings(state.Permissions)
		stage.WarnPermissions(ctx, "permissions", plan.Scope.ValueString(), slices.DeleteFunc(tfkit.SetStrings(plan.Permissions), func(name string) bool {
			return slices.Contains(before, name)
		}))
	}
	if stage.Creating { // a replacement is planned as a creation too
		plan.IsSystem = types.BoolValue(false)
		tfkit.Set(ctx, &resp.Plan, plan, &resp.Diagnostics)
	}
	stage.WarnTaken(ctx, "slug", tfkit.Role)
	stage.Finish(ctx)
}

func addSystemError(diags *diag.Diagnostics, object, verb string) {
	diags.AddAttributeError(path.Root("is_system"), "System roles cannot be "+verb,
		object+" is one of the roles that every account has. Take it out of the state with terraform state rm, or a removed block, "+
			"and create a role of your own. The raff_role data source reads a system role.")
}

// checkPermissions compares the permissions with those that the API knows in the role's scope.
func (r *roleResource) checkPermissions(ctx context.Context, plan *model, diags *diag.Diagnostics) {
	if r.Unconfigured() || plan.Scope.IsUnknown() || plan.Permissions.IsUnknown() {
		return
	}
	catalogue, err := r.Catalog.Permissions(ctx)
	if err != nil {
		tfkit.AddAttributeError(diags, path.Root("permissions"), "Unable to read the permissions", plan.Object(), err)
		return
	}
	var problems []string
	for _, name := range tfkit.SetStrings(plan.Permissions) {
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
