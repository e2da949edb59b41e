// Package ip has the raff_ip and raff_ip_attachment resources, and the data sources of public
// addresses.
package ip

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// deleteTimeout is how long a destroy waits for the address to be detached unless told otherwise.
const deleteTimeout = 10 * time.Minute

var (
	_ resource.Resource                = (*ipResource)(nil)
	_ resource.ResourceWithConfigure   = (*ipResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*ipResource)(nil)
	_ resource.ResourceWithImportState = (*ipResource)(nil)
	_ resource.ResourceWithIdentity    = (*ipResource)(nil)
)

type ipResource struct {
	tfkit.ResourceBase
}

// NewResource returns the raff_ip resource.
func NewResource() resource.Resource { return &ipResource{} }

var kind = tfkit.Kind{
	Name: "public IP", Type: "raff_ip",
	List:       tfkit.IP.List,
	Settled:    []string{"billing_period"},
	Unrecorded: []string{"billing_period"},
}

func (r *ipResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ip"
}

func (r *ipResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("address")
}

func (r *ipResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, kind.Type, req, resp)
}

// ModifyPlan makes the type and the region of a new address known, and says where a change has no effect.
func (r *ipResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, kind, req, resp)
	if !ok {
		return
	}
	plan := tfkit.Get[resourceModel](ctx, resp.Plan, &resp.Diagnostics)
	if stage.Creating { // a replacement is planned as a creation too
		r.planNew(ctx, stage, plan)
	} else {
		warnOfBilling(plan, tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics), &resp.Diagnostics)
	}
	tfkit.Set(ctx, &resp.Plan, plan, &resp.Diagnostics)
	stage.Finish(ctx)
}

func (r *ipResource) planNew(ctx context.Context, stage *tfkit.Planning, plan *resourceModel) {
	plan.Reserved = types.BoolValue(true)
	if !stage.Undecided("type") && plan.Type.IsUnknown() {
		plan.Type = types.StringValue(client.IPv4)
	}
	plan.Region = stage.PlannedRegion(ctx, plan.Region)
	r.planPrices(ctx, plan)
}

func warnOfBilling(plan, state *resourceModel, diags *diag.Diagnostics) {
	if !tfkit.Known(plan.BillingPeriod) || !tfkit.Known(state.BillingPeriod) || plan.BillingPeriod.Equal(state.BillingPeriod) {
		return
	}
	diags.AddAttributeWarning(path.Root("billing_period"), "The billing period stays as it is", fmt.Sprintf(
		"The API takes a billing period only when an address is reserved. Applying this plan changes nothing about how %s is paid for.", state.Object()))
}

func (r *ipResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(plan.ProjectID, &resp.Diagnostics) {
		return
	}
	reserved, err := r.reserve(ctx, plan, resp)
	if err != nil {
		tfkit.AddCreateError(resp, "Unable to reserve IP", newAddress(plan), err)
		return
	}
	r.fill(ctx, plan, reserved, &resp.Diagnostics)
	r.Created(ctx, req, resp).Store(ctx, plan)
}

// reserve reserves an address, which has no name to know it by.
func (r *ipResource) reserve(ctx context.Context, plan *resourceModel, resp *resource.CreateResponse) (*client.IP, error) {
	project := r.Client.Project(plan.ProjectID.ValueString())
	request := client.ReserveIPRequest{
		Type:          plan.Type.ValueString(),
		Region:        plan.Region.ValueString(),
		BillingPeriod: plan.BillingPeriod.ValueString(),
	}
	return tfkit.Create(ctx, &r.ResourceBase, resp, tfkit.Creation[*client.IP]{
		Kind: kind, Object: newAddress(plan),
		Send: func(ctx context.Context) (*client.IP, error) { return project.ReserveIP(ctx, request) },
		List: func(ctx context.Context) iter.Seq2[*client.IP, error] {
			reserved := true
			return project.ListIPs(ctx, client.IPFilter{Reserved: &reserved})
		},
		Describe: func(ip *client.IP) tfkit.Candidate {
			return tfkit.Candidate{
				ID: ip.ID, Name: ip.Address, ProjectID: ip.ProjectID, CreatedAt: tfkit.TimeOrZero(ip.CreatedAt), CreatedBy: ip.CreatedBy,
				Same: ip.Type == request.Type && (request.Region == "" || ip.Region == request.Region) && ip.Status == client.IPFree,
			}
		},
	})
}

// newAddress names an address that does not exist yet.
func newAddress(plan *resourceModel) string {
	return tfkit.Object("IP", "", "", plan.ProjectID.ValueString())
}

func (r *ipResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	imported := state.Address.IsNull()
	ip, ok := tfkit.Read(ctx, &r.ResourceBase, kind, state, req, resp, func(ctx context.Context) (*client.IP, error) {
		ip, err := r.Client.ReaderIn(state.ProjectID.ValueString()).ReadIP(ctx, state.ID.ValueString())
		if err == nil && !ip.Reserved && !imported { // released, and given to a VM since
			err = tfkit.ErrEnded
		}
		return ip, err
	})
	if !ok {
		return
	}
	if !ip.Reserved {
		resp.Diagnostics.AddError("IP is not reserved", tfkit.Object("IP", ip.Address, ip.ID, ip.ProjectID)+
			" came with a VM and goes with it: it is managed by public_ipv4 or public_ipv6 of raff_vm.")
		return
	}
	r.fill(ctx, state, ip, &resp.Diagnostics)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

// Update only stores what is Terraform's own: everything else replaces the address or, as the billing
// period, cannot be changed.
func (r *ipResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(plan.ProjectID, &resp.Diagnostics) {
		return
	}
	tfkit.Updated(req, resp).Store(ctx, plan)
}

func (r *ipResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	r.Unprotected(ctx, kind, state, req, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, state.ProjectID, state.Timeouts.Delete, deleteTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	r.Ended(ctx, kind, state, req, resp, "Unable to release IP", release(ctx, r.Client.Project(state.ProjectID.ValueString()), state))
}

// release gives the address back once it is detached.
func release(ctx context.Context, project *client.Scoped, state *resourceModel) error {
	releaseIP := func(ctx context.Context) error { return project.ReleaseIP(ctx, state.ID.ValueString()) }
	return tfkit.DeleteWhenFree(ctx, releaseIP, func(ctx context.Context) []string {
		vm, err := holder(ctx, project, state.Address.ValueString())
		if err != nil || vm == nil {
			return nil
		}
		return []string{tfkit.Object("VM", vm.Name, vm.ID, "")}
	})
}

// holder returns the VM that has an address, or nil: the address itself does not say, and of a VM only its primary
// addresses are listed.
func holder(ctx context.Context, project *client.Scoped, address string) (*client.VM, error) {
	var several []*client.VM // that may have it besides their primary address
	for vm, err := range project.ListVMs(ctx, client.VMFilter{}) {
		if err != nil {
			return nil, err
		}
		if tfkit.SameAddress(vm.PublicIPv4Address, address) || tfkit.SameAddress(vm.PublicIPv6Address, address) {
			return vm, nil
		}
		if vm.PublicIPv4Address != "" {
			several = append(several, vm)
		}
	}
	if isIPv6(address) { // a VM has one
		return nil, nil
	}
	for _, vm := range several {
		nic, err := carrier(ctx, project, vm.ID, address)
		if nic != nil || err != nil && !errors.Is(err, client.ErrNotFound) {
			return vm, err
		}
	}
	return nil, nil
}
