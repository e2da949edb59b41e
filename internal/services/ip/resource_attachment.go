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
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
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
	framework.ResourceBase
}

// NewAttachmentResource returns the raff_ip_attachment resource.
func NewAttachmentResource() resource.Resource { return &attachmentResource{} }

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

// object names the attachment in diagnostics.
func (m *attachmentModel) object() string {
	return fmt.Sprintf("Attachment of %s to VM %s",
		framework.Object("IP", m.Address.ValueString(), m.IPID.ValueString(), m.ProjectID.ValueString()), m.VMID.ValueString())
}

func (m *attachmentModel) fromAPI(nic *client.VMNetwork) {
	m.ID = m.IPID
	m.NICID = types.Int64Value(nic.NICID)
	m.MAC = framework.StringOrNull(nic.MAC)
}

func readAttachment(ctx context.Context, from getter, diags *diag.Diagnostics) *attachmentModel {
	var m attachmentModel
	diags.Append(from.Get(ctx, &m)...)
	return &m
}

func (r *attachmentResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ip_attachment"
}

func (r *attachmentResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema("attached address")
}

func (r *attachmentResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A reserved public address on a VM. Another VM takes it over in place.\n\n" +
			"A VM has at most one public address of each family. Set `public_ipv4 = false` on a `raff_vm` that is to have a reserved IPv4 address, " +
			"and give it a `vpc_id`, since a VM needs a network from the start; the attachment does not disturb it. " +
			"The API refuses to take a VM's last interface away: destroying an attachment waits for another one, until the timeout.",
		Attributes: map[string]schema.Attribute{
			"id":         framework.IDAttribute("attachment, which is that of the address"),
			"project_id": framework.ProjectIDAttribute("attachment"),
			"ip_id": schema.StringAttribute{
				MarkdownDescription: "Id of a reserved address, in the same project. Another address replaces the attachment.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM, in the same project. Another VM takes the address over in place: it is off the network for a moment.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"ip_address": framework.ComputedString("The address."),
			"nic_id": schema.Int64Attribute{
				MarkdownDescription: "Id of the interface that carries the address, unique within the VM.",
				Computed:            true,
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			},
			"mac":      framework.ComputedString("Hardware address of the interface."),
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Create: true, Update: true, Delete: true}),
		},
	}
}

func (r *attachmentResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportState(ctx, req, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	var id types.String
	resp.Diagnostics.Append(resp.State.GetAttribute(ctx, path.Root("id"), &id)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("ip_id"), id)...)
}

// ModifyPlan checks the project and the address, and marks as unknown only what a change touches.
func (r *attachmentResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.ProviderData == nil {
		return
	}
	if framework.Creating(req) {
		r.planNew(ctx, req, resp)
		return
	}
	state := readAttachment(ctx, req.State, &resp.Diagnostics)
	r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	if framework.Destroying(req) || resp.Diagnostics.HasError() {
		return
	}
	plan := readAttachment(ctx, req.Plan, &resp.Diagnostics)
	if !plan.VMID.Equal(state.VMID) {
		plan.NICID, plan.MAC = types.Int64Unknown(), types.StringUnknown()
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	}
}

func (r *attachmentResource) planNew(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	plan := readAttachment(ctx, req.Plan, &resp.Diagnostics)
	r.Projects.Check(ctx, pathProject, "public IP", plan.ProjectID, probe, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || r.Unconfigured() || plan.IPID.IsUnknown() || plan.ProjectID.IsUnknown() {
		return
	}
	ip, err := attachable(ctx, r.Client.Project(plan.ProjectID.ValueString()), plan.IPID.ValueString())
	if err != nil {
		framework.AddAttributeError(&resp.Diagnostics, path.Root("ip_id"), "IP cannot be attached", plan.object(), err)
		return
	}
	plan.ID, plan.Address = plan.IPID, types.StringValue(ip.Address)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// attachable returns an address, or why it is none to attach to a VM of the project.
func attachable(ctx context.Context, project *client.Scoped, id string) (*client.IP, error) {
	ip, err := framework.ReadNew(ctx, func(ctx context.Context) (*client.IP, error) { return project.GetIP(ctx, id) })
	switch {
	case err != nil:
		return nil, err
	case ip.ProjectID != "" && ip.ProjectID != project.ProjectID():
		return nil, fmt.Errorf("it is in project %s: an address can only be attached to VMs of its own project", ip.ProjectID)
	case !ip.Reserved:
		return nil, errors.New("it is not reserved: it came with a VM and stays with it")
	}
	return ip, nil
}

func (r *attachmentResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	plan := readAttachment(ctx, req.Plan, &resp.Diagnostics)
	timeout, diags := plan.Timeouts.Create(ctx, attachTimeout)
	resp.Diagnostics.Append(diags...)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	m, err := r.mover(ctx, plan)
	if err != nil {
		framework.AddAttributeError(&resp.Diagnostics, path.Root("ip_id"), "IP cannot be attached", plan.object(), err)
		return
	}
	plan.Address = types.StringValue(m.ip.Address)
	nic, err := m.attach(ctx, plan.VMID.ValueString())
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to attach IP", plan.object(), err)
		return
	}
	resp.Diagnostics.Append(saveAttachment(ctx, plan, nic, &resp.State, resp.Identity)...)
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
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	state := readAttachment(ctx, req.State, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	nic, err := r.find(ctx, state)
	switch {
	case errors.Is(err, client.ErrNotFound) || err == nil && nic == nil:
		if r.Projects.Gone(ctx, "public IP", state.ID.ValueString(), state.ProjectID.ValueString(), probe, &resp.Diagnostics) {
			framework.Remove(ctx, resp, state.ID, state.ProjectID)
		}
	case err != nil:
		framework.AddError(&resp.Diagnostics, "Unable to read IP attachment", state.object(), err)
	default:
		resp.Diagnostics.Append(saveAttachment(ctx, state, nic, &resp.State, resp.Identity)...)
	}
}

// find looks for the interface that carries the address, and fills in the VM that has it: an address
// that was moved elsewhere comes back in place.
func (r *attachmentResource) find(ctx context.Context, state *attachmentModel) (*client.VMNetwork, error) {
	ip, err := r.Client.ReaderIn(state.ProjectID.ValueString()).ReadIP(ctx, state.IPID.ValueString())
	if err != nil || ip.Status == client.IPFree {
		return nil, err
	}
	state.ProjectID, state.Address = types.StringValue(ip.ProjectID), types.StringValue(ip.Address)
	project := r.Client.Project(ip.ProjectID)
	if !state.VMID.IsNull() {
		nic, err := carrier(ctx, project, state.VMID.ValueString(), ip.Address)
		if err != nil || nic != nil {
			return nic, err
		}
	}
	vm, err := holder(ctx, project, ip.Address)
	if err != nil || vm == nil {
		return nil, err
	}
	state.VMID = types.StringValue(vm.ID)
	return carrier(ctx, project, vm.ID, ip.Address)
}

func (r *attachmentResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	plan := readAttachment(ctx, req.Plan, &resp.Diagnostics)
	state := readAttachment(ctx, req.State, &resp.Diagnostics)
	timeout, diags := plan.Timeouts.Update(ctx, attachTimeout)
	resp.Diagnostics.Append(diags...)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.VMID.Equal(state.VMID) { // only the timeouts differ
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		resp.Diagnostics.Append(framework.SetIdentity(ctx, resp.Identity, plan.ID, plan.ProjectID)...)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	m, err := r.mover(ctx, plan)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to move IP", state.object(), err)
		return
	}
	if err := m.detachWhenFree(ctx, state.VMID.ValueString()); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to detach IP", state.object(), err)
		return
	}
	nic, err := m.attach(ctx, plan.VMID.ValueString())
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to attach IP", plan.object()+", which is detached now", err)
		return
	}
	resp.Diagnostics.Append(saveAttachment(ctx, plan, nic, &resp.State, resp.Identity)...)
}

func (r *attachmentResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	state := readAttachment(ctx, req.State, &resp.Diagnostics)
	timeout, diags := state.Timeouts.Delete(ctx, attachTimeout)
	resp.Diagnostics.Append(diags...)
	r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	m := mover{
		project: r.Client.Project(state.ProjectID.ValueString()),
		locks:   r.Locks,
		ip:      &client.IP{ID: state.IPID.ValueString(), Address: state.Address.ValueString()},
	}
	if err := m.detachWhenFree(ctx, state.VMID.ValueString()); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to detach IP", state.object(), err)
	}
}

func saveAttachment(
	ctx context.Context, m *attachmentModel, nic *client.VMNetwork, state *tfsdk.State, identity *tfsdk.ResourceIdentity,
) diag.Diagnostics {
	m.fromAPI(nic)
	diags := state.Set(ctx, m)
	diags.Append(framework.SetIdentity(ctx, identity, m.ID, m.ProjectID)...)
	return diags
}
