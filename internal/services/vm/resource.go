// Package vm has the raff_vm resource and its data sources.
package vm

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
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
	framework.ResourceBase
}

// NewResource returns the raff_vm resource.
func NewResource() resource.Resource { return &vmResource{} }

// probe asks for one VM of a project, which tells whether the key reaches it.
var probe = framework.ProbeFirst(func(ctx context.Context, project *client.Scoped) func(func(*client.VM, error) bool) {
	return project.ListVMs(ctx, client.VMFilter{})
})

func (r *vmResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vm"
}

func (r *vmResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema("VM")
}

func (r *vmResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportState(ctx, req, resp)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, []byte(`true`))...)
}

func (r *vmResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	plan := readModel(ctx, req.Plan, &resp.Diagnostics)
	config := readModel(ctx, req.Config, &resp.Diagnostics)
	timeout, diags := plan.Timeouts.Create(ctx, createTimeout)
	resp.Diagnostics.Append(diags...)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	project := r.Client.Project(plan.ProjectID.ValueString())
	if plan.Region.IsUnknown() {
		region, err := r.Catalog.DefaultRegion(ctx, project.ProjectID())
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to find the project's default region", plan.object(), err)
			return
		}
		plan.Region = types.StringValue(region)
	}
	created, err := createVM(ctx, project, createRequest(plan, config, r.DefaultTags))
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to create VM", plan.object(), err)
		return
	}

	// From here on the VM exists: it is in the state before anything is waited for.
	wanted := *plan
	resp.Diagnostics.Append(r.save(ctx, plan, created, &resp.State, resp.Identity)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := r.finishCreate(ctx, project, created.ID, &wanted); err != nil {
		framework.AddError(&resp.Diagnostics, "VM was created but is not ready", plan.object()+" is kept in the state", err)
	}
	// An interrupted create still records what is known, so the context's end is ignored here.
	readCtx := context.WithoutCancel(ctx)
	current, err := project.GetVM(readCtx, created.ID)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read VM", plan.object(), err)
		return
	}
	resp.Diagnostics.Append(r.save(readCtx, plan, current, &resp.State, resp.Identity)...)
}

// createVM makes the VM. The request is not aborted with the apply: a VM that was asked for must end
// up in the state. An ambiguous answer is settled by looking for the VM.
func createVM(ctx context.Context, project *client.Scoped, request client.CreateVMRequest) (*client.VM, error) {
	began := time.Now()
	ctx = context.WithoutCancel(ctx)
	vm, err := project.CreateVM(ctx, request)
	if !errors.Is(err, client.ErrAmbiguous) {
		return vm, err
	}
	return framework.Settle(err, "raff_vm", began, project.ListVMs(ctx, client.VMFilter{}), func(vm *client.VM) framework.Candidate {
		return framework.Candidate{ID: vm.ID, Matches: vm.Name == request.Name, CreatedAt: vm.CreatedAt}
	})
}

func createRequest(plan, config *resourceModel, defaultTags []string) client.CreateVMRequest {
	request := client.CreateVMRequest{
		Name:         plan.Name.ValueString(),
		TemplateID:   plan.TemplateID.ValueString(),
		PricingID:    plan.PricingID.ValueInt64(),
		Region:       plan.Region.ValueString(),
		SSHKeys:      setStrings(plan.SSHKeys),
		Password:     config.PasswordWO.ValueString(),
		Tags:         setStrings(effectiveTags(plan.Tags, defaultTags)),
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

// finishCreate waits for the VM and does what the create call cannot: a larger disk, an IPv6 address
// and the stopped state.
func (r *vmResource) finishCreate(ctx context.Context, project *client.Scoped, id string, wanted *resourceModel) error {
	unlock, err := r.Locks.Lock(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	vm, err := project.WaitForVM(ctx, id, client.VMActive)
	if err != nil {
		return err
	}
	if wanted.PublicIPv6.ValueBool() {
		if err := attachAddress(ctx, project, id, familyIPv6); err != nil {
			return err
		}
	}
	if framework.Known(wanted.DiskSize) && wanted.DiskSize.ValueInt64() > vm.TotalStorage {
		if err := growDisk(ctx, project, id, wanted.DiskSize.ValueInt64()); err != nil {
			return err
		}
	}
	return setPower(ctx, project, id, wantedPower(wanted.PowerState, client.VMActive))
}

func (r *vmResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	state := readModel(ctx, req.State, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	id, projectID := state.ID.ValueString(), state.ProjectID.ValueString()

	vm, err := r.Client.ReaderIn(projectID).ReadVM(ctx, id)
	if errors.Is(err, client.ErrNotFound) {
		if r.Projects.Gone(ctx, "VM", id, projectID, probe, &resp.Diagnostics) {
			framework.Remove(ctx, resp, state.ID, state.ProjectID)
		}
		return
	}
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read VM", state.object(), err)
		return
	}
	before := *state
	state.fromAPI(vm, r.DefaultTags)
	if before.justImported() {
		state.fillImported()
	}
	if err := r.readNetwork(ctx, vm, &before, state); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read the VM's networks", state.object(), err)
		return
	}
	resp.Diagnostics.Append(r.store(ctx, state, &resp.State, resp.Identity)...)
}

func (r *vmResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
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
	if err := r.delete(ctx, state); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to delete VM", state.object(), err)
	}
}

func (r *vmResource) delete(ctx context.Context, state *resourceModel) error {
	id := state.ID.ValueString()
	unlock, err := r.Locks.Lock(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	project := r.Client.Project(state.ProjectID.ValueString())
	err = project.DeleteVM(ctx, id, client.DeleteVMRequest{
		VolumeAction: state.VolumeAction.ValueString(),
		DeleteVPC:    state.DeleteVPC.ValueBool(),
	})
	if errors.Is(err, client.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return project.WaitForVMGone(ctx, id)
}

// save maps what the API says onto the model and stores it.
func (r *vmResource) save(ctx context.Context, m *resourceModel, vm *client.VM, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	m.fromAPI(vm, r.DefaultTags)
	return r.store(ctx, m, state, identity)
}

// store adds the catalogue's price to the model and writes it with its identity.
func (r *vmResource) store(ctx context.Context, m *resourceModel, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	var diags diag.Diagnostics
	price, err := r.monthlyPrice(ctx, m.PricingID.ValueInt64())
	if err != nil {
		diags.AddWarning("Unable to read the catalogue", "The monthly price of "+m.object()+" is not known: "+err.Error())
	}
	m.MonthlyPrice = price
	diags.Append(state.Set(ctx, m)...)
	diags.Append(framework.SetIdentity(ctx, identity, m.ID, m.ProjectID)...)
	return diags
}

func (r *vmResource) monthlyPrice(ctx context.Context, pricingID int64) (types.Number, error) {
	plan, err := r.Catalog.Plan(ctx, pricingID)
	if errors.Is(err, framework.ErrNotInCatalog) {
		return types.NumberNull(), nil
	}
	if err != nil {
		return types.NumberNull(), err
	}
	return framework.Price(plan.MonthlyPrice), nil
}
