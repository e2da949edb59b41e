// Package ip has the raff_ip and raff_ip_attachment resources, and the data sources of public
// addresses.
package ip

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
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
	Probe: tfkit.ProbeList(func(ctx context.Context, r client.Reader) iter.Seq2[*client.IP, error] {
		return r.ListIPs(ctx, client.IPFilter{})
	}),
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
	tfkit.ImportState(ctx, req, resp)
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
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	stage.Finish(ctx)
}

func (r *ipResource) planNew(ctx context.Context, stage *tfkit.Planning, plan *resourceModel) {
	plan.Reserved = types.BoolValue(true)
	if !stage.Undecided("type") && plan.Type.IsUnknown() {
		plan.Type = types.StringValue(client.IPv4)
	}
	plan.Region = stage.PlannedRegion(ctx, plan.Region)
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
	reserved, err := reserve(ctx, r.Client.Project(plan.ProjectID.ValueString()), client.ReserveIPRequest{
		Type:          plan.Type.ValueString(),
		Region:        plan.Region.ValueString(),
		BillingPeriod: plan.BillingPeriod.ValueString(),
	})
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to reserve IP", tfkit.Object("IP", "", "", plan.ProjectID.ValueString()), err)
		return
	}
	plan.fromAPI(reserved)
	tfkit.Created(req, resp).Store(ctx, plan)
}

// reserve reserves an address. The request is not aborted with the apply. An address has no name to
// know it by, so after an ambiguous answer none is adopted, which might be somebody else's: the error
// names those that may be meant.
func reserve(ctx context.Context, project *client.Scoped, request client.ReserveIPRequest) (*client.IP, error) {
	began := time.Now()
	ctx = context.WithoutCancel(ctx)
	ip, err := project.ReserveIP(ctx, request)
	if !errors.Is(err, client.ErrAmbiguous) {
		return ip, err
	}
	return nil, nameCandidates(ctx, project, request, began, err)
}

// clockSkew is how far the clocks of this machine and the API may differ.
const clockSkew = time.Minute

// nameCandidates adds to an ambiguous answer the addresses that it may have reserved.
func nameCandidates(ctx context.Context, project *client.Scoped, request client.ReserveIPRequest, began time.Time, ambiguous error) error {
	reserved := true
	var candidates []string
	for ip, err := range project.ListIPs(ctx, client.IPFilter{Reserved: &reserved, Status: client.IPFree}) {
		if err != nil {
			return fmt.Errorf("%w; looking for the address failed too: %w", ambiguous, err)
		}
		if ip.Type == request.Type && tfkit.TimeOrZero(ip.CreatedAt).After(began.Add(-clockSkew)) {
			candidates = append(candidates, fmt.Sprintf("%s (%s)", ip.Address, ip.ID))
		}
	}
	if len(candidates) == 0 {
		return fmt.Errorf("%w; no new address was found", ambiguous)
	}
	return fmt.Errorf("%w; these new addresses are reserved and free: %s. If none of your other resources has it, "+
		"import it with terraform import <address of the raff_ip> <id>, or release it", ambiguous, strings.Join(candidates, ", "))
}

func (r *ipResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Configured(&resp.Diagnostics) {
		return
	}
	ip, err := r.Client.ReaderIn(state.ProjectID.ValueString()).ReadIP(ctx, state.ID.ValueString())
	imported := state.Address.IsNull()
	if err == nil && !ip.Reserved && !imported { // released, and given to a VM since
		err = client.ErrNotFound
	}
	if !r.Found(ctx, kind, state, err, resp) {
		return
	}
	if !ip.Reserved {
		resp.Diagnostics.AddError("IP is not reserved", tfkit.Object("IP", ip.Address, ip.ID, ip.ProjectID)+
			" came with a VM and goes with it: it is managed by public_ipv4 or public_ipv6 of raff_vm.")
		return
	}
	state.fromAPI(ip)
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
	if err := release(ctx, r.Client.Project(state.ProjectID.ValueString()), state); err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to release IP", state.Object(), err)
	}
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

// holder returns the VM that has an address, or nil: the address itself does not say.
func holder(ctx context.Context, project *client.Scoped, address string) (*client.VM, error) {
	for vm, err := range project.ListVMs(ctx, client.VMFilter{}) {
		if err != nil {
			return nil, err
		}
		if tfkit.SameAddress(vm.PublicIPv4Address, address) || tfkit.SameAddress(vm.PublicIPv6Address, address) {
			return vm, nil
		}
	}
	return nil, nil
}
