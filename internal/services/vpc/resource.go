// Package vpc has the raff_vpc and raff_vpc_attachment resources, and the data sources of VPCs.
package vpc

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

// deleteTimeout is how long a destroy waits for VMs to leave unless told otherwise.
const deleteTimeout = 10 * time.Minute

// mostNamed is how many VMs a diagnostic names.
const mostNamed = 10

var (
	_ resource.Resource                = (*vpcResource)(nil)
	_ resource.ResourceWithConfigure   = (*vpcResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*vpcResource)(nil)
	_ resource.ResourceWithImportState = (*vpcResource)(nil)
	_ resource.ResourceWithIdentity    = (*vpcResource)(nil)
)

type vpcResource struct {
	framework.ResourceBase
}

// NewResource returns the raff_vpc resource.
func NewResource() resource.Resource { return &vpcResource{} }

// probe asks for one VPC of a project, which tells whether the key reaches it.
var probe = framework.ProbeFirst(func(ctx context.Context, project *client.Scoped) func(func(*client.VPC, error) bool) {
	return project.ListVPCs(ctx)
})

func (r *vpcResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vpc"
}

func (r *vpcResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema("VPC")
}

// ImportState gives the description, which the API does not return, its default.
func (r *vpcResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportState(ctx, req, resp)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("description"), "")...)
}

// ModifyPlan checks the project and the range of a new VPC, and marks as unknown only what a change touches.
func (r *vpcResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.ProviderData == nil {
		return
	}
	if framework.Destroying(req) {
		state := readModel(ctx, req.State, &resp.Diagnostics)
		r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
		return
	}
	plan := readModel(ctx, req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if framework.Creating(req) { // a replacement is planned as a creation too
		r.planNew(ctx, plan, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
		return
	}
	state := readModel(ctx, req.State, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if plan.touches(state) {
		plan.UpdatedAt, plan.UsedIPs = types.StringUnknown(), types.Int64Unknown()
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	}
}

// planNew checks a VPC that is to be made, and makes its region known.
func (r *vpcResource) planNew(ctx context.Context, plan *resourceModel, diags *diag.Diagnostics) {
	r.Projects.Check(ctx, pathProject, "VPC", plan.ProjectID, probe, diags)
	if diags.HasError() || r.Unconfigured() {
		return
	}
	plan.Region = r.Catalog.PlannedRegion(ctx, plan.Region, plan.ProjectID)
	if plan.CIDR.IsUnknown() {
		return
	}
	// Ranges must not overlap in the whole account, so that the question goes beyond the project.
	vpcs, err := client.Collect(r.Client.ListVPCs(ctx))
	if err != nil {
		framework.AddAttributeError(diags, path.Root("cidr"), "Unable to list VPCs", "VPCs", err)
		return
	}
	if found := overlaps(plan.CIDR.ValueString(), plan.Name.ValueString(), vpcs); len(found) > 0 {
		diags.AddAttributeWarning(path.Root("cidr"), "The range overlaps with another VPC", overlapDetail(plan.CIDR.ValueString(), found))
	}
}

// touches tells whether the API must be called to get from the state to the plan.
func (m *resourceModel) touches(state *resourceModel) bool {
	return !m.Name.Equal(state.Name) || !m.Description.Equal(state.Description)
}

func (r *vpcResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	plan := readModel(ctx, req.Plan, &resp.Diagnostics)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	project := r.Client.Project(plan.ProjectID.ValueString())
	created, err := create(ctx, project, client.CreateVPCRequest{
		Name:   plan.Name.ValueString(),
		CIDR:   plan.CIDR.ValueString(),
		Region: plan.Region.ValueString(),
	})
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to create VPC", plan.object(), err)
		return
	}
	description := plan.Description
	plan.Description = types.StringValue("")
	resp.Diagnostics.Append(save(ctx, plan, created, &resp.State, resp.Identity)...)
	if resp.Diagnostics.HasError() || description.ValueString() == "" {
		return
	}
	// The create call takes no description.
	described, err := project.UpdateVPC(ctx, created.ID, client.UpdateVPCRequest{Description: description.ValueStringPointer()})
	if err != nil {
		framework.AddError(&resp.Diagnostics, "VPC was created without its description", plan.object()+" is kept in the state", err)
		return
	}
	plan.Description = description
	resp.Diagnostics.Append(save(ctx, plan, described, &resp.State, resp.Identity)...)
}

// create makes the VPC. The request is not aborted with the apply, and an ambiguous answer is settled
// by looking for the VPC.
func create(ctx context.Context, project *client.Scoped, request client.CreateVPCRequest) (*client.VPC, error) {
	began := time.Now()
	ctx = context.WithoutCancel(ctx)
	created, err := project.CreateVPC(ctx, request)
	if !errors.Is(err, client.ErrAmbiguous) {
		return created, err
	}
	return framework.Settle(err, "raff_vpc", began, project.ListVPCs(ctx), func(v *client.VPC) framework.Candidate {
		matches := v.Name == request.Name && v.CIDR == request.CIDR
		return framework.Candidate{ID: v.ID, Matches: matches, CreatedAt: framework.TimeOrZero(v.CreatedAt)}
	})
}

func (r *vpcResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	state := readModel(ctx, req.State, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	id, projectID := state.ID.ValueString(), state.ProjectID.ValueString()
	vpc, err := r.Client.ReaderIn(projectID).GetVPC(ctx, id)
	if errors.Is(err, client.ErrNotFound) {
		if r.Projects.Gone(ctx, "VPC", id, projectID, probe, &resp.Diagnostics) {
			framework.Remove(ctx, resp, state.ID, state.ProjectID)
		}
		return
	}
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read VPC", state.object(), err)
		return
	}
	resp.Diagnostics.Append(save(ctx, state, &vpc.VPC, &resp.State, resp.Identity)...)
}

func (r *vpcResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	plan := readModel(ctx, req.Plan, &resp.Diagnostics)
	state := readModel(ctx, req.State, &resp.Diagnostics)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !plan.touches(state) { // only the timeouts differ
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		resp.Diagnostics.Append(framework.SetIdentity(ctx, resp.Identity, plan.ID, plan.ProjectID)...)
		return
	}
	var request client.UpdateVPCRequest
	if !plan.Name.Equal(state.Name) {
		request.Name = plan.Name.ValueStringPointer()
	}
	if !plan.Description.Equal(state.Description) {
		request.Description = plan.Description.ValueStringPointer()
	}
	vpc, err := r.Client.Project(state.ProjectID.ValueString()).UpdateVPC(ctx, state.ID.ValueString(), request)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to update VPC", state.object(), err)
		return
	}
	resp.Diagnostics.Append(save(ctx, plan, vpc, &resp.State, resp.Identity)...)
}

func (r *vpcResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	state := readModel(ctx, req.State, &resp.Diagnostics)
	timeout, diags := state.Timeouts.Delete(ctx, deleteTimeout)
	resp.Diagnostics.Append(diags...)
	r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := remove(ctx, r.Client.Project(state.ProjectID.ValueString()), state); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to delete VPC", state.object(), err)
	}
}

// remove deletes the VPC once no VM is in it.
func remove(ctx context.Context, project *client.Scoped, state *resourceModel) error {
	deleteVPC := func(ctx context.Context) error { return project.DeleteVPC(ctx, state.ID.ValueString()) }
	return framework.DeleteWhenFree(ctx, deleteVPC, func(ctx context.Context) []string {
		return framework.InterfaceHolders(ctx, project, mostNamed, func(nic *client.VMNetwork) bool {
			return nic.Type == client.NetworkVPC && nic.NetworkName == state.Name.ValueString()
		})
	})
}

// save maps what the API says onto the model and stores it with its identity.
func save(ctx context.Context, m *resourceModel, vpc *client.VPC, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	m.fromAPI(vpc)
	diags := state.Set(ctx, m)
	diags.Append(framework.SetIdentity(ctx, identity, m.ID, m.ProjectID)...)
	return diags
}
