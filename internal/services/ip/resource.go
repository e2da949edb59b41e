// Package ip has the raff_ip and raff_ip_attachment resources, and the data sources of public
// addresses.
package ip

import (
	"context"
	"errors"
	"fmt"
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
	framework.ResourceBase
}

// NewResource returns the raff_ip resource.
func NewResource() resource.Resource { return &ipResource{} }

// probe asks for one address of a project, which tells whether the key reaches it.
var probe = framework.ProbeFirst(func(ctx context.Context, project *client.Scoped) func(func(*client.IP, error) bool) {
	return project.ListIPs(ctx, client.IPFilter{})
})

func (r *ipResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ip"
}

func (r *ipResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema("address")
}

func (r *ipResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportState(ctx, req, resp)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("deletion_protection"), false)...)
}

// ModifyPlan guards deletion, and makes the type and the region of a new address known.
func (r *ipResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if framework.Creating(req) {
		r.planNew(ctx, req, resp)
		return
	}
	state := readModel(ctx, req.State, &resp.Diagnostics)
	framework.CheckDeletionProtection(ctx, req, resp, state.object(), "project_id", "type", "region")
	if r.ProviderData != nil {
		r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	}
	if framework.Destroying(req) {
		return
	}
	plan := readModel(ctx, req.Plan, &resp.Diagnostics)
	if framework.Known(plan.BillingPeriod) && framework.Known(state.BillingPeriod) && !plan.BillingPeriod.Equal(state.BillingPeriod) {
		resp.Diagnostics.AddAttributeWarning(path.Root("billing_period"), "The billing period stays as it is", fmt.Sprintf(
			"The API takes a billing period only when an address is reserved. Applying this plan changes nothing about how %s is paid for.", state.object()))
	}
}

func (r *ipResource) planNew(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	plan := readModel(ctx, req.Plan, &resp.Diagnostics)
	config := readModel(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || r.ProviderData == nil {
		return
	}
	r.Projects.Check(ctx, pathProject, "public IP", plan.ProjectID, probe, &resp.Diagnostics)
	if config.Type.IsNull() {
		plan.Type = types.StringValue(client.IPv4)
	}
	plan.Reserved = types.BoolValue(true)
	if !r.Unconfigured() && !resp.Diagnostics.HasError() {
		plan.Region = r.Catalog.PlannedRegion(ctx, plan.Region, plan.ProjectID)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

func (r *ipResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	plan := readModel(ctx, req.Plan, &resp.Diagnostics)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	reserved, err := reserve(ctx, r.Client.Project(plan.ProjectID.ValueString()), client.ReserveIPRequest{
		Type:          plan.Type.ValueString(),
		Region:        plan.Region.ValueString(),
		BillingPeriod: plan.BillingPeriod.ValueString(),
	})
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to reserve IP", framework.Object("IP", "", "", plan.ProjectID.ValueString()), err)
		return
	}
	resp.Diagnostics.Append(save(ctx, plan, reserved, &resp.State, resp.Identity)...)
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
		if ip.Type == request.Type && framework.TimeOrZero(ip.CreatedAt).After(began.Add(-clockSkew)) {
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
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	state := readModel(ctx, req.State, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	id, projectID := state.ID.ValueString(), state.ProjectID.ValueString()
	ip, err := r.Client.ReaderIn(projectID).ReadIP(ctx, id)
	switch {
	case errors.Is(err, client.ErrNotFound):
		if r.Projects.Gone(ctx, "public IP", id, projectID, probe, &resp.Diagnostics) {
			framework.Remove(ctx, resp, state.ID, state.ProjectID)
		}
	case err != nil:
		framework.AddError(&resp.Diagnostics, "Unable to read IP", state.object(), err)
	case ip.Reserved:
		resp.Diagnostics.Append(save(ctx, state, ip, &resp.State, resp.Identity)...)
	case state.Address.IsNull(): // imported
		resp.Diagnostics.AddError("IP is not reserved", framework.Object("IP", ip.Address, ip.ID, ip.ProjectID)+
			" came with a VM and goes with it: it is managed by public_ipv4 or public_ipv6 of raff_vm.")
	default: // released, and given to a VM since
		framework.Remove(ctx, resp, state.ID, state.ProjectID)
	}
}

// Update only stores what is Terraform's own: everything else replaces the address or, as the billing
// period, cannot be changed.
func (r *ipResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := readModel(ctx, req.Plan, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(framework.SetIdentity(ctx, resp.Identity, plan.ID, plan.ProjectID)...)
}

func (r *ipResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	state := readModel(ctx, req.State, &resp.Diagnostics)
	timeout, diags := state.Timeouts.Delete(ctx, deleteTimeout)
	resp.Diagnostics.Append(diags...)
	r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	if state.DeletionProtection.ValueBool() {
		framework.AddProtectedError(&resp.Diagnostics, state.object())
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := release(ctx, r.Client.Project(state.ProjectID.ValueString()), state); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to release IP", state.object(), err)
	}
}

// release gives the address back once it is detached.
func release(ctx context.Context, project *client.Scoped, state *resourceModel) error {
	releaseIP := func(ctx context.Context) error { return project.ReleaseIP(ctx, state.ID.ValueString()) }
	return framework.DeleteWhenFree(ctx, releaseIP, func(ctx context.Context) []string {
		vm, err := holder(ctx, project, state.Address.ValueString())
		if err != nil || vm == nil {
			return nil
		}
		return []string{framework.Object("VM", vm.Name, vm.ID, "")}
	})
}

// holder returns the VM that has an address, or nil: the address itself does not say.
func holder(ctx context.Context, project *client.Scoped, address string) (*client.VM, error) {
	for vm, err := range project.ListVMs(ctx, client.VMFilter{}) {
		if err != nil {
			return nil, err
		}
		if sameAddress(vm.PublicIPv4Address, address) || sameAddress(vm.PublicIPv6Address, address) {
			return vm, nil
		}
	}
	return nil, nil
}

// save maps what the API says onto the model and stores it with its identity.
func save(ctx context.Context, m *resourceModel, ip *client.IP, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	m.fromAPI(ip)
	diags := state.Set(ctx, m)
	diags.Append(framework.SetIdentity(ctx, identity, m.ID, m.ProjectID)...)
	return diags
}
