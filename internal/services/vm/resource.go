// Package vm has the raff_vm resource and its data sources.
package vm

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// Default timeouts. The platform has a VM ready in 30 to 90 seconds.
const (
	createTimeout = 15 * time.Minute
	updateTimeout = 20 * time.Minute
	deleteTimeout = 10 * time.Minute

	// startAgainTimeout bounds the way back of an update that failed.
	startAgainTimeout = time.Minute
)

var (
	_ resource.Resource                = (*vmResource)(nil)
	_ resource.ResourceWithConfigure   = (*vmResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*vmResource)(nil)
	_ resource.ResourceWithImportState = (*vmResource)(nil)
	_ resource.ResourceWithIdentity    = (*vmResource)(nil)
)

type vmResource struct {
	tfkit.ResourceBase
}

// NewResource returns the raff_vm resource.
func NewResource() resource.Resource { return &vmResource{} }

var kind = tfkit.Kind{
	Name: "VM", Type: "raff_vm",
	List:       tfkit.VM.List,
	References: []tfkit.Reference{{Attribute: "vpc_id", To: tfkit.VPC, IfGone: tfkit.Follows}},
	Settled: []string{
		"template_id", "pricing_id", "disk_size", "ssh_keys", "password_wo_version", "extra_storage", "extra_storage_type",
	},
	Unrecorded: []string{"ssh_keys", "password_wo_version", "extra_storage", "extra_storage_type"},
}

func (r *vmResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vm"
}

func (r *vmResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("VM")
}

func (r *vmResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, kind.Type, req, resp)
}

func (r *vmResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	config := tfkit.Get[resourceModel](ctx, req.Config, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, plan.ProjectID, plan.Timeouts.Create, createTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	project := r.Client.Project(plan.ProjectID.ValueString())
	if plan.Region.IsUnknown() {
		region, err := r.Catalog.DefaultRegion(ctx, project.ProjectID())
		if err != nil {
			tfkit.AddError(&resp.Diagnostics, "Unable to find the project's default region", plan.Object(), err)
			return
		}
		plan.Region = types.StringValue(region)
	}
	created, err := r.create(ctx, plan, config, resp)
	if err != nil {
		tfkit.AddCreateError(resp, "Unable to create VM", plan.Object(), err)
		return
	}

	// From here on the VM exists: it is in the state before anything is waited for.
	out, m := r.Created(ctx, req, resp), *plan
	r.fill(ctx, &m, created, &resp.Diagnostics)
	if !out.Record(ctx, &m) {
		return
	}
	current, failed := r.finishCreate(ctx, project, created.ID, plan)
	// An interrupted create still records what is known, so the context's end is ignored here.
	ctx = context.WithoutCancel(ctx)
	if current == nil {
		now, err := project.GetVM(ctx, created.ID)
		if failed == nil {
			failed = err
		}
		current = now
	}
	if current != nil {
		r.fill(ctx, &m, current, &resp.Diagnostics)
	}
	if tfkit.Interrupted(failed) {
		markUnfinished(ctx, plan, resp)
	}
	out.Finish(ctx, kind, &m, "VM was created but is not ready", failed)
}

// create creates the VM, whose name is unique in the account.
func (r *vmResource) create(ctx context.Context, plan, config *resourceModel, resp *resource.CreateResponse) (*client.VM, error) {
	project := r.Client.Project(plan.ProjectID.ValueString())
	request := createRequest(plan, config, r.DefaultTags)
	return tfkit.Create(ctx, &r.ResourceBase, resp, tfkit.Creation[*client.VM]{
		Kind: kind, Object: plan.Object(),
		Send: func(ctx context.Context) (*client.VM, error) { return project.CreateVM(ctx, request) },
		List: func(ctx context.Context) iter.Seq2[*client.VM, error] {
			return r.Client.ListVMs(ctx, client.VMFilter{})
		},
		Describe: func(vm *client.VM) tfkit.Candidate {
			return tfkit.Candidate{
				ID: vm.ID, Name: vm.Name, ProjectID: vm.ProjectID, CreatedAt: vm.CreatedAt, CreatedBy: vm.CreatedBy,
				Taken: vm.Name == request.Name,
				Same:  vm.Name == request.Name && vm.ProjectID == project.ProjectID() && isAsRequested(vm, request),
			}
		},
	})
}

// isAsRequested tells whether a new VM is what a request asked for, as far as the API says.
func isAsRequested(vm *client.VM, request client.CreateVMRequest) bool {
	tags := make([]string, len(vm.Tags))
	for i, tag := range vm.Tags {
		tags[i] = tag.Name
	}
	slices.Sort(tags)
	return vm.TemplateID == request.TemplateID && vm.PricingID == request.PricingID && vm.Region == request.Region &&
		slices.Equal(tags, slices.Sorted(slices.Values(request.Tags)))
}

func createRequest(plan, config *resourceModel, defaultTags []string) client.CreateVMRequest {
	request := client.CreateVMRequest{
		Name:         plan.Name.ValueString(),
		TemplateID:   plan.TemplateID.ValueString(),
		PricingID:    plan.PricingID.ValueInt64(),
		Region:       plan.Region.ValueString(),
		SSHKeys:      tfkit.SetStrings(plan.SSHKeys),
		Password:     config.PasswordWO.ValueString(),
		Tags:         tfkit.SetStrings(effectiveTags(plan.Tags, defaultTags)),
		VPCID:        plan.VPCID.ValueString(),
		SkipVPC:      plan.VPCID.IsNull(),
		SkipPublicIP: !plan.PublicIPv4.ValueBool(),
		ExtraStorage: plan.ExtraStorage.ValueInt64(),
	}
	if request.ExtraStorage > 0 {
		request.ExtraStorageType = plan.ExtraStorageType.ValueString()
	}
	return request
}

// finishCreate waits for the VM and does what the create call cannot: the console policy, a larger disk,
// an IPv6 address and the stopped state. It returns the VM as it is now, nil where that is to be read.
func (r *vmResource) finishCreate(ctx context.Context, project *client.Scoped, id string, wanted *resourceModel) (*client.VM, error) {
	unlock, err := r.Locks.Lock(ctx, id)
	if err != nil {
		return nil, err
	}
	defer unlock()
	vm, err := project.WaitForNewVM(ctx, id)
	if err != nil {
		return nil, err
	}
	if isFinished(vm, wanted) {
		return vm, nil
	}
	// Nothing else depends on the policy, and the VM is not given up for it.
	policy := setConsolePolicy(ctx, project, id, wanted.ConsoleRequireMFA, vm.ConsoleRequireMFA)
	if tfkit.Interrupted(policy) {
		return nil, policy
	}
	if err := r.equip(ctx, project, vm, wanted); err != nil {
		return nil, err
	}
	return nil, tfkit.Left(policy)
}

// isFinished tells whether nothing is left to do for a VM that runs.
func isFinished(vm *client.VM, wanted *resourceModel) bool {
	return wanted.ConsoleRequireMFA.ValueBool() == vm.ConsoleRequireMFA && !wanted.PublicIPv6.ValueBool() &&
		!lacksDisk(vm, wanted) && wantedPower(wanted.PowerState, client.VMActive) == client.VMActive
}

// lacksDisk tells whether the OS disk is smaller than it is to be.
func lacksDisk(vm *client.VM, wanted *resourceModel) bool {
	return tfkit.Known(wanted.DiskSize) && wanted.DiskSize.ValueInt64() > vm.TotalStorage
}

// equip does what finishCreate is for, besides the console policy.
func (r *vmResource) equip(ctx context.Context, project *client.Scoped, vm *client.VM, wanted *resourceModel) error {
	id := vm.ID
	if wanted.PublicIPv6.ValueBool() {
		if err := attachAddress(ctx, project, id, client.IPv6); err != nil {
			return err
		}
	}
	power := wantedPower(wanted.PowerState, client.VMActive)
	if lacksDisk(vm, wanted) {
		if err := growDisk(ctx, project, id, wanted.DiskSize.ValueInt64()); err != nil {
			return startAgain(ctx, project, id, power, err)
		}
	}
	return setPower(ctx, project, id, power)
}

func (r *vmResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	upgraded := state.ProjectID.IsNull() && !tfkit.JustImported(ctx, req)
	vm, ok := tfkit.Read(ctx, &r.ResourceBase, kind, state, req, resp, func(ctx context.Context) (*client.VM, error) {
		return r.Client.ReaderIn(state.ProjectID.ValueString()).ReadVM(ctx, state.ID.ValueString())
	})
	if !ok {
		return
	}
	before := *state
	state.fromAPI(vm, r.DefaultTags)
	if before.ConsoleRequireMFA.IsNull() && !before.justImported() { // it is managed since before there was this attribute
		tfkit.LeaveAsFound(ctx, "console_require_mfa", req, resp)
	}
	if before.justImported() {
		state.fillImported()
	}
	if upgraded {
		before.leaveUpgraded(ctx, req, resp)
	}
	if err := r.readNetwork(ctx, vm, &before, state, upgraded); err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read the VM's networks", state.Object(), err)
		return
	}
	state.readUnfinished(ctx, vm, req, resp)
	r.price(ctx, vm, &before.model, state, &resp.Diagnostics)
	tfkit.ReportFailure(ctx, vm.Status == client.VMFailure, vm.Status == client.VMActive || vm.Status == client.VMPassive, state,
		"Look at it on the dashboard. Terraform leaves it as it is; to have it created anew, plan with -replace.", req, resp)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

func (r *vmResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
	r.Unprotected(ctx, kind, state, req, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, state.ProjectID, state.Timeouts.Delete, deleteTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	defer r.Run.Leaving(kind, state.ID.ValueString())()
	// The lock is free between two tries: what is attached to the VM may have to go first.
	err := tfkit.DeleteWhenFree(ctx, func(ctx context.Context) error { return r.delete(ctx, state) },
		func(context.Context) []string { return nil })
	r.Ended(ctx, kind, state, req, resp, "Unable to delete VM", err)
}

// delete asks for the deletion once and waits for it.
func (r *vmResource) delete(ctx context.Context, state *resourceModel) error {
	id := state.ID.ValueString()
	unlock, err := r.Locks.Lock(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	project := r.Client.Project(state.ProjectID.ValueString())
	err = project.DeleteVMBatched(ctx, id, client.DeleteVMRequest{
		VolumeAction: state.VolumeAction.ValueString(),
		DeleteVPC:    state.DeleteVPC.ValueBool(),
	})
	if err != nil {
		return err
	}
	listed, err := project.WaitForVMGone(ctx, id)
	if err != nil || listed {
		return err
	}
	return r.StillReached(ctx, kind, project.ProjectID())
}

// fill maps what the API says after a change onto the model, which has what was asked for.
func (r *vmResource) fill(ctx context.Context, m *resourceModel, vm *client.VM, diags *diag.Diagnostics) {
	before := m.model
	m.fromAPI(vm, r.DefaultTags)
	m.ownAddresses(vm)
	r.price(ctx, vm, &before, m, diags)
}

// price keeps the prices that the VM had before, as long as its plan and its disk are the same: they do not move with the
// catalogue. Otherwise they are those of today.
func (r *vmResource) price(ctx context.Context, vm *client.VM, before *model, m *resourceModel, diags *diag.Diagnostics) {
	m.Prices = before.Prices
	if !m.costsAs(before) {
		m.Prices = tfkit.UnknownPrices()
	}
	m.CompletePrices(vm.PricePerHour, func() (tfkit.Cost, error) {
		return r.Catalog.CostOfVM(ctx, vm.PricingID, vm.AddedStorage, vm.Region)
	}, m.Object(), diags)
}
