// Package securitygroup has the raff_security_group and raff_security_group_attachment resources, and
// the data sources of security groups.
package securitygroup

import (
	"context"
	"iter"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
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
	tfkit.ResourceBase
}

// NewResource returns the raff_security_group resource.
func NewResource() resource.Resource { return &groupResource{} }

var kind = tfkit.Kind{
	Name: "security group", Type: "raff_security_group",
	List:       tfkit.SecurityGroup.List,
	Settled:    []string{"template_id"},
	Unrecorded: []string{"template_id"},
}

func (r *groupResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_security_group"
}

func (r *groupResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("security group")
}

func (r *groupResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, kind.Type, req, resp)
}

func (r *groupResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	config := tfkit.Get[resourceModel](ctx, req.Config, &resp.Diagnostics)
	if !r.Ready(plan.ProjectID, &resp.Diagnostics) {
		return
	}
	if plan.Inbound.IsUnknown() || plan.Outbound.IsUnknown() { // the template was not known at plan
		plan.seed(ctx, config, r, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	created, err := r.create(ctx, plan, resp)
	if err != nil {
		tfkit.AddCreateError(resp, "Unable to create security group", plan.Object(), err)
		return
	}
	markSeeded(ctx, plan, resp.Private, &resp.Diagnostics)
	plan.fromAPI(created)
	r.Created(ctx, req, resp).Store(ctx, plan)
}

// privateState is the private state in an answer.
type privateState interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func markSeeded(ctx context.Context, plan *resourceModel, private privateState, diags *diag.Diagnostics) {
	if !plan.TemplateID.IsNull() {
		diags.Append(private.SetKey(ctx, seededKey, []byte(`true`))...)
	}
}

// create creates the group, whose name is unique in the account. The template's rules are in the plan, so that what is
// created is what was planned.
func (r *groupResource) create(ctx context.Context, plan *resourceModel, resp *resource.CreateResponse) (*client.SecurityGroup, error) {
	project := r.Client.Project(plan.ProjectID.ValueString())
	request := client.CreateSecurityGroupRequest{
		Name:        plan.Name.ValueString(),
		Description: plan.Description.ValueString(),
		Rules:       plan.apiRules(),
	}
	return tfkit.Create(ctx, &r.ResourceBase, resp, tfkit.Creation[*client.SecurityGroup]{
		Kind: kind, Object: plan.Object(),
		Send: func(ctx context.Context) (*client.SecurityGroup, error) {
			return project.CreateSecurityGroup(ctx, request)
		},
		List: func(ctx context.Context) iter.Seq2[*client.SecurityGroup, error] {
			return r.Client.ListSecurityGroups(ctx)
		},
		Describe: func(g *client.SecurityGroup) tfkit.Candidate {
			found := *plan
			found.fromAPI(g)
			return tfkit.Candidate{
				ID: g.ID, Name: g.Name, ProjectID: g.ProjectID, CreatedAt: tfkit.TimeOrZero(g.CreatedAt),
				Taken: g.Name == request.Name,
				Same: g.Name == request.Name && g.Description == request.Description && g.ProjectID == project.ProjectID() &&
					!found.rulesDiffer(plan),
			}
		},
	})
}

func (r *groupResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	imported := tfkit.JustImported(ctx, req)
	group, ok := tfkit.Read(ctx, &r.ResourceBase, kind, state, req, resp, func(ctx context.Context) (*client.SecurityGroup, error) {
		return r.Client.ReaderIn(state.ProjectID.ValueString()).ReadSecurityGroup(ctx, state.ID.ValueString())
	})
	if !ok {
		return
	}
	if state.Inbound.IsNull() && !imported { // of the SDKv2 provider, whose state had no rules
		tfkit.LeaveAsFound(ctx, "inbound", req, resp)
		tfkit.LeaveAsFound(ctx, "outbound", req, resp)
	}
	state.fromAPI(group)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

func (r *groupResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Ready(plan.ProjectID, &resp.Diagnostics) {
		return
	}
	markSeeded(ctx, plan, resp.Private, &resp.Diagnostics)
	if plan.touches(state) {
		group, err := r.Client.Project(state.ProjectID.ValueString()).UpdateSecurityGroup(ctx, state.ID.ValueString(), changes(plan, state))
		if err != nil {
			err = tfkit.RenameError(ctx, r.ProviderData, kind, tfkit.SecurityGroup, state.ID.ValueString(), plan.Name.ValueString(), err)
			tfkit.AddError(&resp.Diagnostics, "Unable to update security group", state.Object(), err)
			return
		}
		plan.fromAPI(group)
	}
	tfkit.Updated(req, resp).Store(ctx, plan)
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
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	r.Unprotected(ctx, kind, state, req, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, state.ProjectID, state.Timeouts.Delete, deleteTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	defer r.Run.Leaving(kind, state.ID.ValueString())()
	r.Ended(ctx, kind, state, req, resp, "Unable to delete security group", remove(ctx, r.Client.Project(state.ProjectID.ValueString()), state.ID.ValueString()))
}

// remove deletes the group once no interface has it.
func remove(ctx context.Context, project *client.Scoped, id string) error {
	deleteGroup := func(ctx context.Context) error { return project.DeleteSecurityGroup(ctx, id) }
	return tfkit.DeleteWhenFree(ctx, deleteGroup, func(ctx context.Context) []string {
		return tfkit.InterfaceHolders(ctx, project, mostNamed, func(nic *client.VMNetwork) bool { return nic.SecurityGroupID == id })
	})
}
