// Package project has the raff_project resource and its data sources.
package project

import (
	"context"
	"errors"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ resource.Resource                = (*projectResource)(nil)
	_ resource.ResourceWithConfigure   = (*projectResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*projectResource)(nil)
	_ resource.ResourceWithImportState = (*projectResource)(nil)
	_ resource.ResourceWithIdentity    = (*projectResource)(nil)
)

type projectResource struct {
	tfkit.ResourceBase
}

// NewResource returns the raff_project resource.
func NewResource() resource.Resource { return &projectResource{} }

var kind = tfkit.Kind{Name: "project", Type: "raff_project", Account: true, List: tfkit.Project.List}

func (r *projectResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_project"
}

func (r *projectResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.AccountIdentitySchema("project")
}

func (r *projectResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, kind.Type, req, resp)
}

// ModifyPlan guards the default project, and those that the provider may not touch.
func (r *projectResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, kind, req, resp)
	if !stage.Creating {
		r.guard(tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics), stage.Destroying, &resp.Diagnostics)
	}
	if !ok {
		return
	}
	if stage.Creating && r.restricted() {
		addNewError(&resp.Diagnostics)
	}
	stage.WarnTaken(ctx, "name", tfkit.Project)
	stage.Finish(ctx)
}

// restricted tells whether only some projects may be changed: a new one is none of them.
func (r *projectResource) restricted() bool { return r.ProviderData != nil && r.Projects.Restricted() }

func addNewError(diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("name"), "Project is not allowed",
		"The provider's allowed_project_ids restricts it to existing projects, so it creates no new one. "+
			"Create the project with a configuration that has no such restriction, and add its id to the list.")
}

func (r *projectResource) guard(state *resourceModel, destroying bool, diags *diag.Diagnostics) {
	r.checkAllowed(state.ID, diags)
	if destroying && state.IsDefault.ValueBool() {
		diags.AddError("The default project cannot be deleted",
			state.Object()+" is the account's default project, which Raff never deletes. Take it out of the state with terraform state rm, or a removed block.")
	}
}

func (r *projectResource) checkAllowed(id types.String, diags *diag.Diagnostics) {
	if r.ProviderData != nil {
		r.Projects.CheckAllowed(path.Root("id"), id, diags)
	}
}

func (r *projectResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	if r.restricted() { // which the plan did not know
		addNewError(&resp.Diagnostics)
	}
	if !r.Ready(types.StringNull(), &resp.Diagnostics) {
		return
	}
	project, err := r.create(ctx, plan, resp)
	if err != nil {
		tfkit.AddCreateError(resp, "Unable to create project", plan.Object(), err)
		return
	}
	plan.fromAPI(project)
	r.Created(ctx, req, resp).Store(ctx, plan)
}

// create creates the project, whose name is unique in the account.
func (r *projectResource) create(ctx context.Context, plan *resourceModel, resp *resource.CreateResponse) (*client.Project, error) {
	request := client.CreateProjectRequest{
		Name:          plan.Name.ValueString(),
		Description:   plan.Description.ValueString(),
		DefaultRegion: plan.DefaultRegion.ValueString(),
	}
	return tfkit.Create(ctx, &r.ResourceBase, resp, tfkit.Creation[*client.Project]{
		Kind: kind, Object: plan.Object(),
		Send: func(ctx context.Context) (*client.Project, error) { return r.Client.CreateProject(ctx, request) },
		List: func(ctx context.Context) iter.Seq2[*client.Project, error] { return r.Client.ListProjects(ctx) },
		Describe: func(p *client.Project) tfkit.Candidate {
			return tfkit.Candidate{
				ID: p.ID, Name: p.Name, CreatedAt: p.CreatedAt, CreatedBy: p.CreatedBy,
				Taken: p.Name == request.Name,
				Same: p.Name == request.Name && p.Description == request.Description &&
					(request.DefaultRegion == "" || p.DefaultRegion == request.DefaultRegion),
			}
		},
	})
}

func (r *projectResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	project, ok := tfkit.Read(ctx, &r.ResourceBase, kind, state, req, resp, func(ctx context.Context) (*client.Project, error) {
		return r.Client.ReadProject(ctx, state.ID.ValueString())
	})
	if !ok {
		return
	}
	state.fromAPI(project)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

func (r *projectResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	r.checkAllowed(state.ID, &resp.Diagnostics)
	if !r.Ready(state.ID, &resp.Diagnostics) || !r.SameAccount(ctx, state, req.Private, &resp.Diagnostics) {
		return
	}
	if plan.touches(&state.model) {
		project, err := r.Client.UpdateProject(ctx, state.ID.ValueString(), client.UpdateProjectRequest{
			Name:          plan.Name.ValueStringPointer(),
			Description:   plan.Description.ValueStringPointer(),
			DefaultRegion: plan.DefaultRegion.ValueStringPointer(),
		})
		if err != nil {
			err = tfkit.RenameError(ctx, r.ProviderData, kind, tfkit.Project, state.ID.ValueString(), plan.Name.ValueString(), err)
			tfkit.AddError(&resp.Diagnostics, "Unable to update project", state.Object(), err)
			return
		}
		plan.fromAPI(project)
	}
	tfkit.Updated(req, resp).Store(ctx, plan)
}

func (r *projectResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	r.checkAllowed(state.ID, &resp.Diagnostics)
	r.Unprotected(ctx, kind, state, req, &resp.Diagnostics)
	if !r.Ready(state.ID, &resp.Diagnostics) || !r.SameAccount(ctx, state, req.Private, &resp.Diagnostics) {
		return
	}
	defer r.Run.Leaving(kind, state.ID.ValueString())()
	err := r.Client.DeleteProject(ctx, state.ID.ValueString())
	if errors.Is(err, client.ErrConflict) {
		addNotEmptyError(&resp.Diagnostics, state.Object(), err, contents(ctx, r.Client.Project(state.ID.ValueString())))
		return
	}
	r.Ended(ctx, kind, state, req, resp, "Unable to delete project", err)
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
