package ip

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// attachTimeout is how long attaching, moving and detaching wait for VMs unless told otherwise.
const attachTimeout = 10 * time.Minute

var (
	_ resource.Resource                = (*attachmentResource)(nil)
	_ resource.ResourceWithConfigure   = (*attachmentResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*attachmentResource)(nil)
	_ resource.ResourceWithImportState = (*attachmentResource)(nil)
	_ resource.ResourceWithIdentity    = (*attachmentResource)(nil)
)

// attachmentResource is a reserved address on a VM. An address is on one VM at most, so that its id
// is that of the attachment too.
type attachmentResource struct {
	tfkit.ResourceBase
}

// NewAttachmentResource returns the raff_ip_attachment resource.
func NewAttachmentResource() resource.Resource { return &attachmentResource{} }

var attachmentKind = tfkit.Kind{
	Name: "IP attachment", Type: "raff_ip_attachment", List: kind.List, OfParents: true,
	References: []tfkit.Reference{toIP, toVM}, OnVM: true,
}

var (
	toIP = tfkit.Reference{Attribute: "ip_id", To: tfkit.IP, IfGone: tfkit.Replaced}
	toVM = tfkit.Reference{Attribute: "vm_id", To: tfkit.VM, IfGone: tfkit.Follows}
)

type attachmentModel struct {
	ID        types.String   `tfsdk:"id"`
	ProjectID types.String   `tfsdk:"project_id"`
	IPID      types.String   `tfsdk:"ip_id"`
	VMID      types.String   `tfsdk:"vm_id"`
	Address   types.String   `tfsdk:"ip_address"`
	NICID     types.Int64    `tfsdk:"nic_id"`
	MAC       types.String   `tfsdk:"mac"`
	Primary   types.Bool     `tfsdk:"primary"`
	IsPrimary types.Bool     `tfsdk:"is_primary"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// Object names the attachment in diagnostics.
func (m *attachmentModel) Object() string {
	return fmt.Sprintf("Attachment of %s to VM %s",
		tfkit.Object("IP", m.Address.ValueString(), m.IPID.ValueString(), m.ProjectID.ValueString()), m.VMID.ValueString())
}

// Identity implements tfkit.Model.
func (m *attachmentModel) Identity() any { return tfkit.Identity{ID: m.ID, ProjectID: m.ProjectID} }

func (m *attachmentModel) fromAPI(nic *client.VMNetwork) {
	m.ID = m.IPID
	m.NICID = types.Int64Value(nic.NICID)
	m.MAC = tfkit.StringOrNull(nic.MAC)
	m.IsPrimary = types.BoolPointerValue(nic.IsPrimary)
}

func (r *attachmentResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ip_attachment"
}

func (r *attachmentResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("attached address")
}

func (r *attachmentResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, attachmentKind.Type, req, resp)
}

// attachable returns an address, or why it is none to attach to a VM of the project.
func attachable(ctx context.Context, project *client.Scoped, id string) (*client.IP, error) {
	ip, err := tfkit.ReadNew(ctx, func(ctx context.Context) (*client.IP, error) { return project.GetIP(ctx, id) })
	switch {
	case err != nil:
		return nil, err
	case ip.ProjectID != "" && ip.ProjectID != project.ProjectID():
		return nil, fmt.Errorf("it is in project %s: an address can only be attached to VMs of its own project", ip.ProjectID)
	case !ip.Reserved:
		return nil, errNotReserved
	}
	return ip, nil
}

func (r *attachmentResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[attachmentModel](ctx, req.Plan, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, plan.ProjectID, plan.Timeouts.Create, attachTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	m, err := r.mover(ctx, plan)
	if err != nil {
		addUnattachable(&resp.Diagnostics, plan, err)
		return
	}
	plan.Address = tfkit.AddressText.Keep(plan.Address, m.ip.Address)
	m.primary = plan.Primary
	m.taken = func() { r.TakeOver(ctx, attachmentKind, plan.IPID.ValueString(), resp) }
	nic, err := m.attach(ctx, plan.VMID.ValueString())
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to attach IP", plan.Object(), err)
		return
	}
	plan.fromAPI(nic)
	r.Created(ctx, req, resp).Store(ctx, plan)
}

// mover prepares the work on the address of an attachment.
func (r *attachmentResource) mover(ctx context.Context, m *attachmentModel) (*mover, error) {
	project := r.Client.Project(m.ProjectID.ValueString())
	ip, err := attachable(ctx, project, m.IPID.ValueString())
	if err != nil {
		return nil, err
	}
	return &mover{project: project, locks: r.Locks, ip: ip}, nil
}

func (r *attachmentResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[attachmentModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	nic, ok := tfkit.Read(ctx, &r.ResourceBase, attachmentKind, state, req, resp, func(ctx context.Context) (*client.VMNetwork, error) {
		return r.find(ctx, state)
	})
	if !ok {
		return
	}
	state.fromAPI(nic)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

// find looks for the interface that carries the address, and fills in the VM that has it: an address
// that was moved elsewhere comes back in place. The project is the address's.
func (r *attachmentResource) find(ctx context.Context, state *attachmentModel) (*client.VMNetwork, error) {
	ip, err := r.Client.ReaderIn(state.ProjectID.ValueString()).ReadIP(ctx, state.IPID.ValueString())
	if err != nil {
		return nil, err
	}
	if ip.Status == client.IPFree {
		return nil, tfkit.ErrEnded
	}
	state.ProjectID, state.Address = types.StringValue(ip.ProjectID), tfkit.AddressText.Keep(state.Address, ip.Address)
	project := r.Client.Project(ip.ProjectID)
	if !state.VMID.IsNull() {
		nic, err := seenCarrier(ctx, project, state.VMID.ValueString(), ip.Address)
		if nic != nil || err != nil && !errors.Is(err, client.ErrNotFound) {
			return nic, err
		}
	}
	vm, err := holder(ctx, project, ip.Address)
	if err != nil {
		return nil, err
	}
	if vm == nil {
		return nil, tfkit.ErrEnded
	}
	nic, err := carrier(ctx, project, vm.ID, ip.Address)
	if err == nil && nic == nil {
		err = tfkit.ErrEnded
	}
	state.VMID = types.StringValue(vm.ID)
	return nic, err
}

func (r *attachmentResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[attachmentModel](ctx, req.Plan, &resp.Diagnostics)
	state := tfkit.Get[attachmentModel](ctx, req.State, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, plan.ProjectID, plan.Timeouts.Update, attachTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	if plan.VMID.Equal(state.VMID) { // what differs is Terraform's own
		plan.NICID, plan.MAC, plan.IsPrimary = state.NICID, state.MAC, state.IsPrimary
	} else if !r.move(ctx, plan, state, &resp.Diagnostics) {
		return
	}
	tfkit.Updated(req, resp).Store(ctx, plan)
}

// move brings the address from the VM of the state to the one of the plan. It returns whether that worked.
func (r *attachmentResource) move(ctx context.Context, plan, state *attachmentModel, diags *diag.Diagnostics) bool {
	m, err := r.mover(ctx, plan)
	if err != nil {
		tfkit.AddError(diags, "Unable to move IP", state.Object(), err)
		return false
	}
	m.primary = plan.Primary
	err = m.detachWhenFree(ctx, state.VMID.ValueString(), true, func() bool { return false })
	if err != nil && !errors.Is(err, client.ErrNotFound) { // a VM that is gone has let the address go
		tfkit.AddError(diags, "Unable to detach IP", state.Object(), err)
		return false
	}
	nic, err := m.attach(ctx, plan.VMID.ValueString())
	if err != nil {
		tfkit.AddError(diags, "Unable to attach IP", plan.Object()+", which is detached now", err)
		return false
	}
	plan.fromAPI(nic)
	return true
}

func (r *attachmentResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[attachmentModel](ctx, req.State, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, state.ProjectID, state.Timeouts.Delete, attachTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	m := mover{
		project: r.Client.Project(state.ProjectID.ValueString()),
		locks:   r.Locks,
		ip:      &client.IP{ID: state.IPID.ValueString(), Address: state.Address.ValueString()},
	}
	spared := func() bool { return r.TakenOver(ctx, attachmentKind, state.IPID.ValueString(), req) }
	err := m.detachWhenFree(ctx, state.VMID.ValueString(), tfkit.VMStays(ctx, req), spared)
	r.Ended(ctx, attachmentKind, state, req, resp, "Unable to detach IP", err)
}
