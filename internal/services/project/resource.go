// Package project has the raff_project resource and its data sources.
package project

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ resource.Resource                = (*projectResource)(nil)
	_ resource.ResourceWithConfigure   = (*projectResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*projectResource)(nil)
	_ resource.ResourceWithImportState = (*projectResource)(nil)
	_ resource.ResourceWithIdentity    = (*projectResource)(nil)
)

type projectResource struct {
	framework.ResourceBase
}

// NewResource returns the raff_project resource.
func NewResource() resource.Resource { return &projectResource{} }

func (r *projectResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_project"
}

func (r *projectResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.AccountIdentitySchema("project")
}

func (r *projectResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportAccountState(ctx, req, resp)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("deletion_protection"), false)...)
}

// ModifyPlan guards deletion and marks as unknown only what a change touches.
func (r *projectResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state resourceModel
	if !framework.Creating(req) {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		framework.CheckDeletionProtection(ctx, req, resp, state.object())
		r.checkAllowed(state.ID, &resp.Diagnostics)
	}
	if framework.Destroying(req) {
		if state.IsDefault.ValueBool() {
			resp.Diagnostics.AddError("The default project cannot be deleted",
				state.object()+" is the account's default project, which Raff never deletes. Take it out of the state with terraform state rm, or a removed block.")
		}
		return
	}
	if framework.Creating(req) {
		if r.ProviderData != nil && r.Projects.Restricted() {
			resp.Diagnostics.AddAttributeError(path.Root("name"), "Project is not allowed",
				"The provider's allowed_project_ids restricts it to existing projects, so it makes no new one. "+
					"Make the project with a configuration that has no such restriction, and add its id to the list.")
		}
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.touches(&state) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("updated_at"), types.StringUnknown())...)
	}
}

func (r *projectResource) checkAllowed(id types.String, diags *diag.Diagnostics) {
	if r.ProviderData != nil {
		r.Projects.CheckAllowed(path.Root("id"), id, diags)
	}
}

// touches tells whether the API must be called to get from the state to the plan.
func (m *resourceModel) touches(state *resourceModel) bool {
	return !m.Name.Equal(state.Name) || !m.Description.Equal(state.Description) || !m.DefaultRegion.Equal(state.DefaultRegion)
}

func (r *projectResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	project, err := r.create(ctx, client.CreateProjectRequest{
		Name:          plan.Name.ValueString(),
		Description:   plan.Description.ValueString(),
		DefaultRegion: plan.DefaultRegion.ValueString(),
	})
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to create project", plan.object(), err)
		return
	}
	plan.fromAPI(project)
	resp.Diagnostics.Append(save(ctx, &plan, &resp.State, resp.Identity)...)
}

// create makes the project. The request is not aborted with the apply, and an ambiguous answer is
// settled by looking for the project.
func (r *projectResource) create(ctx context.Context, request client.CreateProjectRequest) (*client.Project, error) {
	began := time.Now()
	ctx = context.WithoutCancel(ctx)
	project, err := r.Client.CreateProject(ctx, request)
	if !errors.Is(err, client.ErrAmbiguous) {
		return project, err
	}
	return framework.Settle(err, "raff_project", began, r.Client.ListProjects(ctx), func(p *client.Project) framework.Candidate {
		return framework.Candidate{ID: p.ID, Matches: p.Name == request.Name, CreatedAt: p.CreatedAt}
	})
}

func (r *projectResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	project, err := r.Client.GetProject(ctx, state.ID.ValueString())
	if errors.Is(err, client.ErrNotFound) {
		framework.RemoveAccount(ctx, resp, state.ID)
		return
	}
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read project", state.object(), err)
		return
	}
	state.fromAPI(project)
	resp.Diagnostics.Append(save(ctx, &state, &resp.State, resp.Identity)...)
}

func (r *projectResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan, state resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.touches(&state) {
		project, err := r.Client.UpdateProject(ctx, state.ID.ValueString(), client.UpdateProjectRequest{
			Name:          plan.Name.ValueStringPointer(),
			Description:   plan.Description.ValueStringPointer(),
			DefaultRegion: plan.DefaultRegion.ValueStringPointer(),
		})
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to update project", state.object(), err)
			return
		}
		plan.fromAPI(project)
	}
	resp.Diagnostics.Append(save(ctx, &plan, &resp.State, resp.Identity)...)
}

func (r *projectResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	r.checkAllowed(state.ID, &resp.Diagnostics)
	if state.DeletionProtection.ValueBool() {
		framework.AddProtectedError(&resp.Diagnostics, state.object())
	}
	if resp.Diagnostics.HasError() {
		return
	}
	err := r.Client.DeleteProject(ctx, state.ID.ValueString())
	switch {
	case err == nil || errors.Is(err, client.ErrNotFound):
	case errors.Is(err, client.ErrConflict):
		addNotEmptyError(&resp.Diagnostics, state.object(), err, contents(ctx, r.Client.Project(state.ID.ValueString())))
	default:
		framework.AddError(&resp.Diagnostics, "Unable to delete project", state.object(), err)
	}
}

// addNotEmptyError says what keeps a project from being deleted.
func addNotEmptyError(diags *diag.Diagnostics, object string, err error, contents []string) {
	detail := object + " was not deleted: " + err.Error()
	if len(contents) > 0 {
		detail += "\n\nIt still has:\n  - " + strings.Join(contents, "\n  - ")
	}
	diags.AddError("Project is not empty", detail+"\n\nDestroy what is left, since Raff cannot move it to another project, and try again. "+
		"What Terraform manages goes first by itself where it refers to the project: project_id = raff_project.….id.")
}

func save(ctx context.Context, m *resourceModel, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	diags := state.Set(ctx, m)
	diags.Append(framework.SetAccountIdentity(ctx, identity, m.ID)...)
	return diags
}
