// Package securitygroup has the raff_security_group and raff_security_group_attachment resources, and
// the data sources of security groups.
package securitygroup

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

// deleteTimeout is how long a destroy waits for interfaces to be rid of the group unless told
// otherwise.
const deleteTimeout = 10 * time.Minute

// mostNamed is how many VMs a diagnostic names.
const mostNamed = 10

var (
	_ resource.Resource                = (*groupResource)(nil)
	_ resource.ResourceWithConfigure   = (*groupResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*groupResource)(nil)
	_ resource.ResourceWithImportState = (*groupResource)(nil)
	_ resource.ResourceWithIdentity    = (*groupResource)(nil)
)

type groupResource struct {
	framework.ResourceBase
}

// NewResource returns the raff_security_group resource.
func NewResource() resource.Resource { return &groupResource{} }

// probe asks for one group of a project, which tells whether the key reaches it.
var probe = framework.ProbeFirst(func(ctx context.Context, project *client.Scoped) func(func(*client.SecurityGroup, error) bool) {
	return project.ListSecurityGroups(ctx)
})

func (r *groupResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_security_group"
}

func (r *groupResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema("security group")
}

func (r *groupResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportState(ctx, req, resp)
}

func (r *groupResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	plan := readModel(ctx, req.Plan, &resp.Diagnostics)
	config := readModel(ctx, req.Config, &resp.Diagnostics)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.Inbound.IsUnknown() || plan.Outbound.IsUnknown() { // the template was not known at plan
		plan.seed(ctx, config, r, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	// The template's rules are in the plan, so that what is made is what was planned.
	created, err := create(ctx, r.Client.Project(plan.ProjectID.ValueString()), client.CreateSecurityGroupRequest{
		Name:        plan.Name.ValueString(),
		Description: plan.Description.ValueString(),
		Rules:       plan.apiRules(),
	})
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to create security group", plan.object(), err)
		return
	}
	resp.Diagnostics.Append(savePlanned(ctx, plan, created, &resp.State, resp.Identity)...)
	if !plan.TemplateID.IsNull() {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, seededKey, []byte(`true`))...)
	}
}

// create makes the group. The request is not aborted with the apply, and an ambiguous answer is
// settled by looking for the group.
func create(ctx context.Context, project *client.Scoped, request client.CreateSecurityGroupRequest) (*client.SecurityGroup, error) {
	began := time.Now()
	ctx = context.WithoutCancel(ctx)
	created, err := project.CreateSecurityGroup(ctx, request)
	if !errors.Is(err, client.ErrAmbiguous) {
		return created, err
	}
	return framework.Settle(err, "raff_security_group", began, project.ListSecurityGroups(ctx), func(g *client.SecurityGroup) framework.Candidate {
		return framework.Candidate{ID: g.ID, Matches: g.Name == request.Name, CreatedAt: framework.TimeOrZero(g.CreatedAt)}
	})
}

func (r *groupResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	state := readModel(ctx, req.State, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	id, projectID := state.ID.ValueString(), state.ProjectID.ValueString()
	group, err := r.Client.ReaderIn(projectID).GetSecurityGroup(ctx, id)
	switch {
	case errors.Is(err, client.ErrNotFound):
		if r.Projects.Gone(ctx, "security group", id, projectID, probe, &resp.Diagnostics) {
			framework.Remove(ctx, resp, state.ID, state.ProjectID)
		}
	case err != nil:
		framework.AddError(&resp.Diagnostics, "Unable to read security group", state.object(), err)
	default:
		resp.Diagnostics.Append(save(ctx, state, group, &resp.State, resp.Identity)...)
	}
}

func (r *groupResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
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
	if !plan.TemplateID.IsNull() {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, seededKey, []byte(`true`))...)
	}
	if !plan.touches(state) { // only Terraform's own settings differ
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		resp.Diagnostics.Append(framework.SetIdentity(ctx, resp.Identity, plan.ID, plan.ProjectID)...)
		return
	}
	group, err := r.Client.Project(state.ProjectID.ValueString()).UpdateSecurityGroup(ctx, state.ID.ValueString(), changes(plan, state))
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to update security group", state.object(), err)
		return
	}
	resp.Diagnostics.Append(savePlanned(ctx, plan, group, &resp.State, resp.Identity)...)
}

// changes is the request that brings a group from its state to its plan. Rules are replaced as a
// whole.
func changes(plan, state *resourceModel) client.UpdateSecurityGroupRequest {
	var request client.UpdateSecurityGroupRequest
	if !plan.Name.Equal(state.Name) {
		request.Name = plan.Name.ValueStringPointer()
	}
	if !plan.Description.Equal(state.Description) {
		request.Description = plan.Description.ValueStringPointer()
	}
	if plan.rulesDiffer(state) {
		rules := plan.apiRules()
		request.Rules = &rules
	}
	return request
}

func (r *groupResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
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
	if err := remove(ctx, r.Client.Project(state.ProjectID.ValueString()), state.ID.ValueString()); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to delete security group", state.object(), err)
	}
}

// remove deletes the group once no interface has it.
func remove(ctx context.Context, project *client.Scoped, id string) error {
	deleteGroup := func(ctx context.Context) error { return project.DeleteSecurityGroup(ctx, id) }
	return framework.DeleteWhenFree(ctx, deleteGroup, func(ctx context.Context) []string {
		return framework.InterfaceHolders(ctx, project, mostNamed, func(nic *client.VMNetwork) bool { return nic.SecurityGroupID == id })
	})
}

// savePlanned stores what the API says of a group that was written as planned. The rules must be the
// planned ones, or Terraform would call the provider inconsistent: should the platform have made
// something else of them, the next plan shows it.
func savePlanned(
	ctx context.Context, m *resourceModel, group *client.SecurityGroup, state *tfsdk.State, identity *tfsdk.ResourceIdentity,
) diag.Diagnostics {
	var diags diag.Diagnostics
	plannedIn, plannedOut := m.Inbound, m.Outbound
	m.fromAPI(group)
	if !m.Inbound.Equal(plannedIn) || !m.Outbound.Equal(plannedOut) {
		diags.AddWarning("The platform has changed the rules", "The rules of "+m.object()+
			" were not kept as they were sent. The next plan shows the difference; write them as the platform keeps them.")
		m.Inbound, m.Outbound = plannedIn, plannedOut
	}
	diags.Append(store(ctx, m, state, identity)...)
	return diags
}

// save maps what the API says onto the model and stores it.
func save(
	ctx context.Context, m *resourceModel, group *client.SecurityGroup, state *tfsdk.State, identity *tfsdk.ResourceIdentity,
) diag.Diagnostics {
	m.fromAPI(group)
	return store(ctx, m, state, identity)
}

func store(ctx context.Context, m *resourceModel, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	diags := state.Set(ctx, m)
	diags.Append(framework.SetIdentity(ctx, identity, m.ID, m.ProjectID)...)
	return diags
}
