package ip

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
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
}

func (r *attachmentResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ip_attachment"
}

func (r *attachmentResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("attached address")
}

func (r *attachmentResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A reserved public address on a VM. Another VM takes it over in place.\n\n" +
			"A VM has at most one public address of each family. Set `public_ipv4 = false` on a `raff_vm` that is to have a reserved IPv4 address, " +
			"and give it a `vpc_id`, since a VM needs a network from the start; the attachment does not disturb it. " +
			"The API takes neither a VM's last interface away nor anything off a VM that has failed. Where the VM is destroyed in the same run, the attachment is left to it. " +
			"Otherwise destroying an attachment waits for another interface, until the timeout, and fails while the VM has failed.",
		Attributes: map[string]schema.Attribute{
			"id":         tfkit.IDAttribute("attachment, which is that of the address"),
			"project_id": tfkit.ProjectIDAttribute("attachment"),
			"ip_id": schema.StringAttribute{
				MarkdownDescription: "Id of a reserved address, in the same project. Another address replaces the attachment.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{tfkit.Replaces()},
			},
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM, in the same project. Another VM takes the address over in place: it is off the network for a moment.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"ip_address": tfkit.ComputedString("The address."),
			"nic_id":     tfkit.ComputedInt("Id of the interface that carries the address, unique within the VM."),
			"mac":        tfkit.ComputedString("Hardware address of the interface."),
			"timeouts":   timeouts.Attributes(ctx, timeouts.Opts{Create: true, Update: true, Delete: true}),
		},
	}
}

func (r *attachmentResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportComposite(ctx, req, resp, "ip_id")
}

// ModifyPlan makes known what is known of the address, warns of what is in its way, and marks as unknown
// only what a change touches.
func (r *attachmentResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, attachmentKind, req, resp)
	if !ok {
		return
	}
	plan := tfkit.Get[attachmentModel](ctx, resp.Plan, &resp.Diagnostics)
	if stage.Creating { // a replacement is planned as a creation too
		r.planAddress(ctx, stage, plan)
		warnOfOtherAddress(ctx, stage, plan)
	} else if state := tfkit.Get[attachmentModel](ctx, req.State, &resp.Diagnostics); !plan.VMID.Equal(state.VMID) {
		plan.NICID, plan.MAC = types.Int64Unknown(), types.StringUnknown()
		if len(stage.Replaced(ctx)) == 0 {
			warnOfOtherAddress(ctx, stage, plan)
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	stage.Finish(ctx)
}

var errNotReserved = errors.New("it is not reserved: it came with a VM and stays with it")

// planAddress makes the address known, refuses one that is not reserved, and warns of one that another VM has.
func (r *attachmentResource) planAddress(ctx context.Context, stage *tfkit.Planning, plan *attachmentModel) {
	plan.ID = plan.IPID
	ip, ok := stage.Referent(ctx, toIP)
	if !ok {
		r.planNewAddress(ctx, plan, stage.Diags)
		return
	}
	plan.Address = types.StringValue(ip.Value)
	switch {
	case !ip.Reserved:
		addUnattachable(stage.Diags, plan, errNotReserved)
	case !ip.Free:
		warnOfUse(ctx, stage, plan, ip)
	}
}

// planNewAddress makes the address known during an apply: it may be so new that it is waited for.
func (r *attachmentResource) planNewAddress(ctx context.Context, plan *attachmentModel, diags *diag.Diagnostics) {
	if r.Unconfigured() || !tfkit.Known(plan.IPID) || !tfkit.Known(plan.ProjectID) {
		return
	}
	m, err := r.mover(ctx, plan)
	switch {
	case errors.Is(err, client.ErrForbidden): // the key may not look
	case err != nil:
		addUnattachable(diags, plan, err)
	default:
		plan.Address = types.StringValue(m.ip.Address)
	}
}

func addUnattachable(diags *diag.Diagnostics, plan *attachmentModel, err error) {
	tfkit.AddAttributeError(diags, path.Root("ip_id"), "IP cannot be attached", plan.Object(), err)
}

// warnOfUse warns of an address that another VM has.
func warnOfUse(ctx context.Context, stage *tfkit.Planning, plan *attachmentModel, ip tfkit.Item) {
	what := tfkit.Object("IP", ip.Value, ip.ID, ip.ProjectID) + " is attached to "
	switch vm := stage.VMWith(ctx, ip.Value); {
	case vm.ID == "": // the key may not look
		what += "a VM already."
	case vm.ID == plan.VMID.ValueString():
		return
	default:
		what += tfkit.Object("VM", vm.Name, vm.ID, "") + " already."
	}
	warnOfAttachment(ctx, stage, "ip_id", "The address is in use", ip.ID, what)
}

// warnOfAttachment warns of a reserved address that is on a VM, unless that is a matter of this run.
func warnOfAttachment(ctx context.Context, stage *tfkit.Planning, attribute, summary, ipID, what string) {
	attachment := tfkit.Referent{Name: attachmentKind.Name, Type: attachmentKind.Type}
	stage.WarnHolder(ctx, attribute, summary, attachment, tfkit.Item{ID: ipID}, what, ipID)
}

// warnOfOtherAddress warns where the VM that is to get the address has another one of the same family.
func warnOfOtherAddress(ctx context.Context, stage *tfkit.Planning, plan *attachmentModel) {
	vm, ok := stage.Referent(ctx, toVM)
	if !ok || !tfkit.Known(plan.Address) {
		return
	}
	object := tfkit.Object("VM", vm.Name, vm.ID, vm.ProjectID)
	for _, other := range vm.Addresses {
		if !sameFamily(other, plan.Address.ValueString()) || tfkit.SameAddress(other, plan.Address.ValueString()) {
			continue
		}
		reserved, err := stage.ReservedIP(ctx, other)
		switch {
		case err != nil: // the key may not look
		case reserved.ID != "":
			warnOfAttachment(ctx, stage, "vm_id", "The VM has another reserved address", reserved.ID,
				object+" has "+tfkit.Object("IP", other, reserved.ID, "")+", and takes one address of each family.")
		default:
			stage.WarnHolder(ctx, "vm_id", "A reserved address beside an own one", tfkit.VM, vm, fmt.Sprintf(
				"%s has %s, an address of its own, and takes one address of each family. With a reserved one, set %s = false on its raff_vm.",
				object, other, ownSwitch(other)), vm.ID)
		}
	}
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
	if !r.Configured(&resp.Diagnostics) {
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
		nic, err := carrier(ctx, project, state.VMID.ValueString(), ip.Address)
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
	if plan.VMID.Equal(state.VMID) { // only the timeouts differ
		plan.NICID, plan.MAC = state.NICID, state.MAC
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
