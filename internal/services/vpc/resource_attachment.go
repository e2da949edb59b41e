package vpc

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
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

// attachTimeout is how long attaching and detaching wait for the VM unless told otherwise.
const attachTimeout = 10 * time.Minute

var (
	_ resource.Resource                = (*attachmentResource)(nil)
	_ resource.ResourceWithConfigure   = (*attachmentResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*attachmentResource)(nil)
	_ resource.ResourceWithImportState = (*attachmentResource)(nil)
	_ resource.ResourceWithIdentity    = (*attachmentResource)(nil)
)

// attachmentResource is an interface of a VM in a VPC. It has no id of its own in the API, so that
// its id here is made of both.
type attachmentResource struct {
	framework.ResourceBase
}

// NewAttachmentResource returns the raff_vpc_attachment resource.
func NewAttachmentResource() resource.Resource { return &attachmentResource{} }

type attachmentModel struct {
	ID        types.String   `tfsdk:"id"`
	ProjectID types.String   `tfsdk:"project_id"`
	VMID      types.String   `tfsdk:"vm_id"`
	VPCID     types.String   `tfsdk:"vpc_id"`
	IP        types.String   `tfsdk:"ip"`
	NICID     types.Int64    `tfsdk:"nic_id"`
	MAC       types.String   `tfsdk:"mac"`
	Gateway   types.String   `tfsdk:"gateway"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// object names the attachment in diagnostics.
func (m *attachmentModel) object() string {
	return fmt.Sprintf("Attachment of VM %s to VPC %s in project %s", m.VMID.ValueString(), m.VPCID.ValueString(), m.ProjectID.ValueString())
}

func (m *attachmentModel) fromAPI(nic *client.VMNetwork) {
	m.ID = types.StringValue(framework.JoinID(m.VMID.ValueString(), m.VPCID.ValueString()))
	m.IP = types.StringValue(nic.IP)
	m.NICID = types.Int64Value(nic.NICID)
	m.MAC = framework.StringOrNull(nic.MAC)
	m.Gateway = framework.StringOrNull(nic.Gateway)
}

func readAttachment(ctx context.Context, from getter, diags *diag.Diagnostics) *attachmentModel {
	var m attachmentModel
	diags.Append(from.Get(ctx, &m)...)
	return &m
}

func (r *attachmentResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vpc_attachment"
}

func (r *attachmentResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema("attachment, `<vm_id>:<vpc_id>`")
}

func (r *attachmentResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An interface of a VM in a VPC. A VM can be in several VPCs, in each once.\n\n" +
			"Use it for interfaces besides the one that `vpc_id` of `raff_vm` stands for, and never for the same VPC as that. " +
			"A VM whose `vpc_id` is left out is not disturbed by attachments. The API refuses to take a VM's last interface away: " +
			"destroying an attachment waits for another one, until the timeout.",
		Attributes: map[string]schema.Attribute{
			"id":         framework.IDAttribute("attachment: `<vm_id>:<vpc_id>`"),
			"project_id": framework.ProjectIDAttribute("attachment"),
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM, in the same project. Another VM replaces the attachment.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"vpc_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VPC, in the same project. Another VPC replaces the attachment.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"ip": schema.StringAttribute{
				MarkdownDescription: "Address in the VPC, one of those for VMs: not the network, the gateway or the broadcast address. " +
					"Default: a free one, chosen by the API. Another address replaces the attachment.",
				Optional:      true,
				Computed:      true,
				Validators:    []validator.String{ipv4Validator{}},
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplace()},
			},
			"nic_id":   computedInt("Id of the interface, unique within the VM."),
			"mac":      framework.ComputedString("Hardware address of the interface."),
			"gateway":  framework.ComputedString("Address of the VPC's gateway."),
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Create: true, Delete: true}),
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
	parts, err := framework.SplitID(id.ValueString(), "vm_id", "vpc_id")
	if err != nil {
		resp.Diagnostics.AddError("Invalid import id", "The id of an attachment is made of two: "+err.Error()+".")
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("vm_id"), parts[0])...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("vpc_id"), parts[1])...)
}

// ModifyPlan checks the project, and a fixed address against the range of its VPC.
func (r *attachmentResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.ProviderData == nil {
		return
	}
	if framework.Destroying(req) {
		state := readAttachment(ctx, req.State, &resp.Diagnostics)
		r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
		return
	}
	plan := readAttachment(ctx, req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !framework.Creating(req) {
		r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
		return
	}
	r.Projects.Check(ctx, pathProject, "VPC", plan.ProjectID, probe, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || r.Unconfigured() {
		return
	}
	r.checkVPC(ctx, plan, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), plan.plannedID())...)
}

// plannedID is the id, which is known as soon as its parts are.
func (m *attachmentModel) plannedID() types.String {
	if m.VMID.IsUnknown() || m.VPCID.IsUnknown() {
		return types.StringUnknown()
	}
	return types.StringValue(framework.JoinID(m.VMID.ValueString(), m.VPCID.ValueString()))
}

// checkVPC refuses a VPC of another project, and an address that it does not have for VMs.
func (r *attachmentResource) checkVPC(ctx context.Context, plan *attachmentModel, diags *diag.Diagnostics) {
	if plan.VPCID.IsUnknown() || plan.ProjectID.IsUnknown() {
		return
	}
	project := r.Client.Project(plan.ProjectID.ValueString())
	vpc, err := framework.ReadNew(ctx, func(ctx context.Context) (*client.VPCDetail, error) {
		return project.GetVPC(ctx, plan.VPCID.ValueString())
	})
	if err != nil {
		framework.AddAttributeError(diags, path.Root("vpc_id"), "Unable to read VPC", framework.Object("VPC", "", plan.VPCID.ValueString(), ""), err)
		return
	}
	if vpc.VPC.ProjectID != "" && vpc.VPC.ProjectID != plan.ProjectID.ValueString() {
		diags.AddAttributeError(path.Root("vpc_id"), "VPC is in another project", fmt.Sprintf(
			"%s: a VM can only be in VPCs of its own project, %s.",
			framework.Object("VPC", vpc.VPC.Name, vpc.VPC.ID, vpc.VPC.ProjectID), plan.ProjectID.ValueString()))
		return
	}
	if !framework.Known(plan.IP) {
		return
	}
	if problem := addressProblem(plan.IP.ValueString(), vpc); problem != "" {
		diags.AddAttributeError(path.Root("ip"), "Invalid address", fmt.Sprintf("%q %s. It is to be an address of %s (%s).",
			plan.IP.ValueString(), problem, framework.Object("VPC", vpc.VPC.Name, vpc.VPC.ID, ""), vpc.VPC.CIDR))
	}
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
	nic, err := r.attach(ctx, plan)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to attach VM to VPC", plan.object(), err)
		return
	}
	resp.Diagnostics.Append(saveAttachment(ctx, plan, nic, &resp.State, resp.Identity)...)
}

// attach gives the VM its interface. The API does not say which one it is, and with an ambiguous
// answer not whether it is: both show among the VM's interfaces.
func (r *attachmentResource) attach(ctx context.Context, plan *attachmentModel) (*client.VMNetwork, error) {
	vmID, vpcID := plan.VMID.ValueString(), plan.VPCID.ValueString()
	unlock, err := r.Locks.Lock(ctx, vmID)
	if err != nil {
		return nil, err
	}
	defer unlock()
	project := r.Client.Project(plan.ProjectID.ValueString())
	if _, err := project.WaitForVM(ctx, vmID, client.VMActive, client.VMPassive); err != nil {
		return nil, err
	}
	// What was asked for must end up in the state, so that neither the request nor the look at its
	// outcome are aborted with the apply.
	ctx = context.WithoutCancel(ctx)
	attachErr := project.AttachVMToVPC(ctx, vmID, client.AttachVPCRequest{VPCID: vpcID, IP: plan.IP.ValueString()})
	if attachErr != nil && !errors.Is(attachErr, client.ErrAmbiguous) {
		return nil, explainConflict(attachErr)
	}
	nic, err := framework.ReadNew(ctx, func(ctx context.Context) (*client.VMNetwork, error) {
		nic, err := framework.VPCInterface(ctx, project.Reader, vmID, vpcID)
		if err == nil && nic == nil {
			err = fmt.Errorf("the interface of the VM in the VPC: %w", client.ErrNotFound)
		}
		return nic, err
	})
	if err != nil && attachErr != nil {
		return nil, fmt.Errorf("%w; looking for its outcome: %w", attachErr, err)
	}
	return nic, err
}

// explainConflict adds to a refusal what the usual reasons are.
func explainConflict(err error) error {
	if !errors.Is(err, client.ErrConflict) {
		return err
	}
	return fmt.Errorf("%w. A VM is in a VPC once: if it is in this one already, by vpc_id of raff_vm or otherwise, import the attachment or remove it", err)
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
		if r.Projects.Gone(ctx, "VPC attachment", state.ID.ValueString(), state.ProjectID.ValueString(), probe, &resp.Diagnostics) {
			framework.Remove(ctx, resp, state.ID, state.ProjectID)
		}
	case err != nil:
		framework.AddError(&resp.Diagnostics, "Unable to read VPC attachment", state.object(), err)
	default:
		resp.Diagnostics.Append(saveAttachment(ctx, state, nic, &resp.State, resp.Identity)...)
	}
}

// find looks for the interface. An import that names no project finds it by the VM.
func (r *attachmentResource) find(ctx context.Context, state *attachmentModel) (*client.VMNetwork, error) {
	if state.ProjectID.IsNull() {
		vm, err := r.Client.GetVM(ctx, state.VMID.ValueString())
		if err != nil {
			return nil, err
		}
		state.ProjectID = types.StringValue(vm.ProjectID)
	}
	reader := r.Client.ReaderIn(state.ProjectID.ValueString())
	return framework.VPCInterface(ctx, reader, state.VMID.ValueString(), state.VPCID.ValueString())
}

// Update only stores other timeouts: everything else replaces the attachment.
func (r *attachmentResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := readAttachment(ctx, req.Plan, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(framework.SetIdentity(ctx, resp.Identity, plan.ID, plan.ProjectID)...)
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
	project := r.Client.Project(state.ProjectID.ValueString())
	detach := func(ctx context.Context) error { return r.detach(ctx, project, state) }
	if err := framework.DeleteWhenFree(ctx, detach, func(ctx context.Context) []string { return lastInterface(ctx, project, state) }); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to detach VM from VPC", state.object(), err)
	}
}

// lastInterface names the VM if it has no other interface, which the API does not take away.
func lastInterface(ctx context.Context, project *client.Scoped, state *attachmentModel) []string {
	nics, err := client.Collect(project.ListVMNetworks(ctx, state.VMID.ValueString(), ""))
	if err != nil || len(nics) != 1 {
		return nil
	}
	return []string{"VM " + state.VMID.ValueString() + " as its last interface"}
}

// detach takes the interface away if the VM still has it. The lock is held for one try only, so that
// another attachment can give the VM the interface that this one waits for.
func (r *attachmentResource) detach(ctx context.Context, project *client.Scoped, state *attachmentModel) error {
	vmID := state.VMID.ValueString()
	unlock, err := r.Locks.Lock(ctx, vmID)
	if err != nil {
		return err
	}
	defer unlock()
	nic, err := framework.VPCInterface(ctx, project.Reader, vmID, state.VPCID.ValueString())
	if err != nil || nic == nil {
		return err
	}
	if _, err := project.WaitForVM(ctx, vmID, client.VMActive, client.VMPassive); err != nil {
		return err
	}
	return project.DetachVMFromVPC(ctx, vmID, nic.NICID)
}

func saveAttachment(
	ctx context.Context, m *attachmentModel, nic *client.VMNetwork, state *tfsdk.State, identity *tfsdk.ResourceIdentity,
) diag.Diagnostics {
	m.fromAPI(nic)
	diags := state.Set(ctx, m)
	diags.Append(framework.SetIdentity(ctx, identity, m.ID, m.ProjectID)...)
	return diags
}
