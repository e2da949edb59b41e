// Package vpc has the raff_vpc and raff_vpc_attachment resources, and the data sources of VPCs.
package vpc

import (
	"context"
	"errors"
	"iter"
	"net/netip"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
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
	tfkit.ResourceBase
}

// NewResource returns the raff_vpc resource.
func NewResource() resource.Resource { return &vpcResource{} }

var kind = tfkit.Kind{
	Name: "VPC", Type: "raff_vpc",
	List:       tfkit.VPC.List,
	Unrecorded: []string{"description"},
}

func (r *vpcResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vpc"
}

func (r *vpcResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("VPC")
}

func (r *vpcResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, kind.Type, req, resp)
}

// ModifyPlan makes known what follows from the range and the project of a new VPC, and warns of what is
// in its way.
func (r *vpcResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, kind, req, resp)
	if !ok {
		return
	}
	plan := tfkit.Get[resourceModel](ctx, resp.Plan, &resp.Diagnostics)
	if stage.Creating { // a replacement is planned as a creation too
		r.planNew(ctx, stage, plan)
	}
	stage.WarnTaken(ctx, "name", tfkit.VPC)
	tfkit.Set(ctx, &resp.Plan, plan, &resp.Diagnostics)
	stage.Finish(ctx)
}

func (r *vpcResource) planNew(ctx context.Context, stage *tfkit.Planning, plan *resourceModel) {
	plan.Gateway, plan.TotalIPs = gatewayAndSize(plan.CIDR)
	plan.Region = stage.PlannedRegion(ctx, plan.Region)
	if !r.Unconfigured() && stage.Changed(ctx, "cidr") {
		warnOfOverlaps(ctx, stage, plan)
	}
}

// warnOfOverlaps looks beyond the project: ranges must not overlap in the whole account. A VPC that ends in
// this run makes room.
func warnOfOverlaps(ctx context.Context, stage *tfkit.Planning, plan *resourceModel) {
	at := path.Root("cidr")
	vpcs, err := stage.Others(ctx, tfkit.VPC)
	if errors.Is(err, client.ErrForbidden) { // the key may not look
		return
	}
	if err != nil {
		tfkit.AddAttributeError(stage.Diags, at, "Unable to list VPCs", "VPCs", err)
		return
	}
	found := slices.DeleteFunc(overlaps(plan.CIDR.ValueString(), plan.Name.ValueString(), vpcs), func(vpc tfkit.Item) bool {
		return stage.Ending(ctx, tfkit.VPC, vpc.ID)
	})
	if len(found) > 0 {
		stage.Diags.AddAttributeWarning(at, "The range overlaps with another VPC", overlapDetail(plan.CIDR.ValueString(), found))
	}
}

// touches tells whether the API must be called to get from the state to the plan.
func (m *resourceModel) touches(state *resourceModel) bool {
	return !m.Name.Equal(state.Name) || !m.Description.Equal(state.Description)
}

func (r *vpcResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(plan.ProjectID, &resp.Diagnostics) {
		return
	}
	project := r.Client.Project(plan.ProjectID.ValueString())
	vpc, err := r.create(ctx, plan, resp)
	if err != nil {
		tfkit.AddCreateError(resp, "Unable to create VPC", plan.Object(), err)
		return
	}
	out, m := r.Created(ctx, req, resp), *plan
	m.fromAPI(vpc)
	if m.Description.ValueString() != "" {
		// The create call takes no description, and reads do not show it: the second request is not aborted with the run.
		m.Description = types.StringValue("")
		if !out.Record(ctx, &m) {
			return
		}
		vpc, err = project.UpdateVPC(context.WithoutCancel(ctx), vpc.ID, client.UpdateVPCRequest{Description: plan.Description.ValueStringPointer()})
		if err != nil {
			tfkit.AddError(&resp.Diagnostics, "VPC was created without its description", m.Object(), tfkit.Tainted(kind, err))
			return
		}
		m.fromAPI(vpc)
		m.Description = plan.Description
	}
	out.Store(ctx, &m)
}

// create creates the VPC. Its name is unique in the account, and its range overlaps with no other.
func (r *vpcResource) create(ctx context.Context, plan *resourceModel, resp *resource.CreateResponse) (*client.VPC, error) {
	project := r.Client.Project(plan.ProjectID.ValueString())
	request := client.CreateVPCRequest{Name: plan.Name.ValueString(), CIDR: plan.CIDR.ValueString(), Region: plan.Region.ValueString()}
	return tfkit.Create(ctx, &r.ResourceBase, resp, tfkit.Creation[*client.VPC]{
		Kind: kind, Object: plan.Object(),
		Send: func(ctx context.Context) (*client.VPC, error) { return project.CreateVPC(ctx, request) },
		List: func(ctx context.Context) iter.Seq2[*client.VPC, error] { return r.Client.ListVPCs(ctx) },
		Describe: func(v *client.VPC) tfkit.Candidate {
			return tfkit.Candidate{
				ID: v.ID, Name: v.Name, ProjectID: v.ProjectID, CreatedAt: tfkit.TimeOrZero(v.CreatedAt),
				Taken: v.Name == request.Name || overlap(v.CIDR, request.CIDR),
				Same:  v.Name == request.Name && v.CIDR == request.CIDR && v.Region == request.Region && v.ProjectID == project.ProjectID(),
			}
		},
	})
}

// overlap tells whether two ranges share an address.
func overlap(a, b string) bool {
	one, err := netip.ParsePrefix(a)
	other, otherErr := netip.ParsePrefix(b)
	return err == nil && otherErr == nil && one.Overlaps(other)
}

func (r *vpcResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	found, ok := tfkit.Read(ctx, &r.ResourceBase, kind, state, req, resp, func(ctx context.Context) (*client.VPC, error) {
		return r.Client.ReaderIn(state.ProjectID.ValueString()).ReadVPC(ctx, state.ID.ValueString())
	})
	if !ok {
		return
	}
	state.fromAPI(found)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

func (r *vpcResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Ready(plan.ProjectID, &resp.Diagnostics) {
		return
	}
	if slices.Contains(tfkit.Recorded(ctx, kind, req, resp), "description") {
		state.Description = plan.Description
	}
	if plan.touches(state) {
		vpc, err := r.Client.Project(state.ProjectID.ValueString()).UpdateVPC(ctx, state.ID.ValueString(), changes(plan, state))
		if err != nil {
			err = tfkit.RenameError(ctx, r.ProviderData, kind, tfkit.VPC, state.ID.ValueString(), plan.Name.ValueString(), err)
			tfkit.AddError(&resp.Diagnostics, "Unable to update VPC", state.Object(), err)
			return
		}
		plan.fromAPI(vpc)
	}
	tfkit.Updated(req, resp).Store(ctx, plan)
}

// changes is the request that brings a VPC from its state to its plan.
func changes(plan, state *resourceModel) client.UpdateVPCRequest {
	var request client.UpdateVPCRequest
	if !plan.Name.Equal(state.Name) {
		request.Name = plan.Name.ValueStringPointer()
	}
	if !plan.Description.Equal(state.Description) {
		request.Description = plan.Description.ValueStringPointer()
	}
	return request
}

func (r *vpcResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	r.Unprotected(ctx, kind, state, req, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, state.ProjectID, state.Timeouts.Delete, deleteTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	defer r.Run.Leaving(kind, state.ID.ValueString())()
	r.Ended(ctx, kind, state, req, resp, "Unable to delete VPC", remove(ctx, r.Client.Project(state.ProjectID.ValueString()), state))
}

// remove deletes the VPC once no VM is in it.
func remove(ctx context.Context, project *client.Scoped, state *resourceModel) error {
	deleteVPC := func(ctx context.Context) error { return project.DeleteVPC(ctx, state.ID.ValueString()) }
	return tfkit.DeleteWhenFree(ctx, deleteVPC, func(ctx context.Context) []string {
		return tfkit.InterfaceHolders(ctx, project, mostNamed, func(nic *client.VMNetwork) bool {
			return nic.Type == client.NetworkVPC && nic.NetworkName == state.Name.ValueString()
		})
	})
}
