package vpc

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
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
	tfkit.ResourceBase
}

// NewAttachmentResource returns the raff_vpc_attachment resource.
func NewAttachmentResource() resource.Resource { return &attachmentResource{} }

var attachmentKind = tfkit.Kind{
	Name: "VPC attachment", Type: "raff_vpc_attachment", List: kind.List, OfParents: true,
	References: []tfkit.Reference{toVM, toVPC}, OnVM: true,
}

var (
	toVM  = tfkit.Reference{Attribute: "vm_id", To: tfkit.VM, IfGone: tfkit.Replaced}
	toVPC = tfkit.Reference{Attribute: "vpc_id", To: tfkit.VPC, IfGone: tfkit.Replaced}
)

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

// Object names the attachment in diagnostics.
func (m *attachmentModel) Object() string {
	return fmt.Sprintf("Attachment of VM %s to VPC %s in project %s", m.VMID.ValueString(), m.VPCID.ValueString(), m.ProjectID.ValueString())
}

// Identity implements tfkit.Model.
func (m *attachmentModel) Identity() any { return tfkit.Identity{ID: m.ID, ProjectID: m.ProjectID} }

// id is known as soon as its parts are.
func (m *attachmentModel) id() types.String { return tfkit.PlannedID(m.VMID, m.VPCID) }

func (m *attachmentModel) fromAPI(nic *client.VMNetwork) {
	m.ID = m.id()
	m.IP = tfkit.AddressText.Keep(m.IP, nic.IP)
	m.NICID = types.Int64Value(nic.NICID)
	m.MAC = tfkit.StringOrNull(nic.MAC)
	m.Gateway = tfkit.StringOrNull(nic.Gateway)
}

// unseen has nothing be known of an interface that does not show.
func (m *attachmentModel) unseen() {
	m.ID, m.NICID, m.MAC, m.Gateway = m.id(), types.Int64Null(), types.StringNull(), types.StringNull()
	if !tfkit.Known(m.IP) {
		m.IP = types.StringNull()
	}
}

func (r *attachmentResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vpc_attachment"
}

func (r *attachmentResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("attachment, `<vm_id>:<vpc_id>`")
}

func (r *attachmentResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Version: tfkit.StateVersion,
		MarkdownDescription: "An interface of a VM in a VPC. A VM can be in several VPCs, but only once in each.\n\n" +
			"Use it for interfaces besides the one that `vpc_id` of `raff_vm` stands for, and never for the same VPC as that. " +
			"A VM whose `vpc_id` is left out is not disturbed by attachments. " +
			"The API does not remove the last interface of a VM, nor anything from a VM that has failed. If the VM is destroyed in the same run, the attachment goes with it. " +
			"Otherwise destroying an attachment waits for another interface, until the timeout, and fails while the VM has failed.",
		Attributes: map[string]schema.Attribute{
			"id":         tfkit.IDAttribute("attachment: `<vm_id>:<vpc_id>`"),
			"project_id": tfkit.ProjectIDAttribute("attachment"),
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM, in the same project. Another VM replaces the attachment.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{tfkit.Replaces()},
			},
			"vpc_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VPC, in the same project. Another VPC replaces the attachment.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{tfkit.Replaces()},
			},
			"ip": schema.StringAttribute{
				MarkdownDescription: "IPv4 address in the VPC, one of those for VMs: not that of the network, the gateway or the broadcast. " +
					"Another address replaces the attachment. Default: a free one, chosen by the API.",
				Optional:   true,
				Computed:   true,
				Validators: []validator.String{ipv4Validator{}},
				PlanModifiers: []planmodifier.String{
					stringplanmodifier.UseStateForUnknown(), tfkit.AddressText.KeepInPlan(), tfkit.Replaces().IfConfigured(),
				},
			},
			"nic_id":   tfkit.ComputedInt("Id of the interface, unique within the VM."),
			"mac":      tfkit.ComputedString("MAC address of the interface."),
			"gateway":  tfkit.ComputedString("Address of the gateway of the VPC."),
			"timeouts": tfkit.TimeoutsAttribute(ctx, tfkit.Timeouts{Create: attachTimeout, Delete: attachTimeout}),
		},
	}
}

func (r *attachmentResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, attachmentKind.Type, req, resp)
}

// ModifyPlan makes the id known, refuses an address that the VPC does not have for VMs, and warns where the
// VM is in the VPC already.
func (r *attachmentResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, attachmentKind, req, resp)
	if !ok {
		return
	}
	if stage.Creating {
		plan := tfkit.Get[attachmentModel](ctx, resp.Plan, &resp.Diagnostics)
		plan.ID = plan.id()
		if !r.Unconfigured() && tfkit.Known(plan.ProjectID) && tfkit.Known(plan.VPCID) && tfkit.Known(plan.IP) {
			r.checkAddress(ctx, plan, &resp.Diagnostics)
		}
		warnOfInterface(ctx, stage)
		tfkit.Set(ctx, &resp.Plan, plan, &resp.Diagnostics)
	}
	stage.Finish(ctx)
}

// checkAddress refuses an address that the VPC does not have for VMs.
func (r *attachmentResource) checkAddress(ctx context.Context, plan *attachmentModel, diags *diag.Diagnostics) {
	project := r.Client.Project(plan.ProjectID.ValueString())
	vpc, err := tfkit.ReadNew(ctx, func(ctx context.Context) (*client.VPCDetail, error) {
		return project.GetVPC(ctx, plan.VPCID.ValueString())
	})
	if errors.Is(err, client.ErrForbidden) { // the key may not look
		return
	}
	if err != nil {
		tfkit.AddAttributeError(diags, path.Root("vpc_id"), "Unable to read VPC", tfkit.Object("VPC", "", plan.VPCID.ValueString(), ""), err)
		return
	}
	if problem := addressProblem(plan.IP.ValueString(), vpc); problem != "" {
		diags.AddAttributeError(path.Root("ip"), "Invalid address", fmt.Sprintf("%q %s. It is to be an address of %s (%s).",
			plan.IP.ValueString(), problem, tfkit.Object("VPC", vpc.VPC.Name, vpc.VPC.ID, ""), vpc.VPC.CIDR))
	}
}

// warnOfInterface warns where the VM has an interface in the VPC, by whatever means: it can have one only.
func warnOfInterface(ctx context.Context, stage *tfkit.Planning) {
	vm, isVM := stage.Referent(ctx, toVM)
	vpc, isVPC := stage.Referent(ctx, toVPC)
	if !isVM || !isVPC {
		return
	}
	nics, _ := stage.Interfaces(ctx, vm)
	if !slices.ContainsFunc(nics, func(nic *client.VMNetwork) bool { return nic.Type == client.NetworkVPC && nic.NetworkName == vpc.Name }) {
		return
	}
	id := tfkit.JoinID(vm.ID, vpc.ID)
	stage.WarnHolder(ctx, "vpc_id", "The VM is in the VPC already",
		tfkit.Referent{Name: attachmentKind.Name, Type: attachmentKind.Type}, tfkit.Item{ID: id},
		fmt.Sprintf("%s has an interface in %s, and can have only one there.",
			tfkit.Object("VM", vm.Name, vm.ID, vm.ProjectID), tfkit.Object("VPC", vpc.Name, vpc.ID, "")), id)
}

func (r *attachmentResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[attachmentModel](ctx, req.Plan, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, plan.ProjectID, plan.Timeouts.Create, attachTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	nic, sent, err := r.attach(ctx, plan)
	switch {
	case err == nil:
		plan.fromAPI(nic)
	case sent: // there is an interface, and Terraform has to know
		plan.unseen()
	default:
		tfkit.AddError(&resp.Diagnostics, "Unable to attach VM to VPC", plan.Object(), err)
		return
	}
	r.Created(ctx, req, resp).Finish(ctx, attachmentKind, plan, "VM was attached to VPC but its interface does not show", err)
}

// attach gives the VM its interface. The API does not say which one it is: it shows among the VM's
// interfaces. sent tells that the API has taken the request.
func (r *attachmentResource) attach(ctx context.Context, plan *attachmentModel) (nic *client.VMNetwork, sent bool, err error) {
	vmID, vpcID := plan.VMID.ValueString(), plan.VPCID.ValueString()
	project := r.Client.Project(plan.ProjectID.ValueString())
	look := func(ctx context.Context) (*client.VMNetwork, error) { return newInterface(ctx, project, vmID, vpcID) }
	err = tfkit.WithVM(ctx, r.Locks, project, vmID, func(ctx context.Context) error {
		nic, err = tfkit.AttachOnce(ctx, func(ctx context.Context) (*client.VMNetwork, error) {
			if err := project.AttachVMToVPC(ctx, vmID, client.AttachVPCRequest{VPCID: vpcID, IP: plan.IP.ValueString()}); err != nil {
				return nil, explainConflict(ctx, project, plan, err)
			}
			sent = true
			return look(ctx)
		}, look)
		return err
	})
	return nic, sent, err
}

// newInterface returns an interface that the VM has just been given in a VPC.
func newInterface(ctx context.Context, project *client.Scoped, vmID, vpcID string) (*client.VMNetwork, error) {
	return tfkit.ReadNew(ctx, func(ctx context.Context) (*client.VMNetwork, error) {
		nic, err := tfkit.VPCInterface(ctx, project.Reader, vmID, vpcID)
		if err == nil && nic == nil {
			err = fmt.Errorf("the interface of the VM in the VPC: %w", client.ErrNotFound)
		}
		return nic, err
	})
}

// explainConflict adds to a refusal what to do where the VM is in the VPC already.
func explainConflict(ctx context.Context, project *client.Scoped, plan *attachmentModel, err error) error {
	if !errors.Is(err, client.ErrConflict) {
		return err
	}
	vmID, vpcID := plan.VMID.ValueString(), plan.VPCID.ValueString()
	nic, lookErr := tfkit.VPCInterface(ctx, project.Reader, vmID, vpcID)
	if lookErr != nil || nic == nil {
		return err
	}
	return fmt.Errorf("%w\n\nA VM is in a VPC once, and this one has the address %s there. Where vpc_id of its raff_vm has put it there, remove this attachment. "+
		"Otherwise import it: terraform import <address of the %s> %s", err, nic.IP, attachmentKind.Type, tfkit.JoinID(vmID, vpcID))
}

func (r *attachmentResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[attachmentModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	imported := tfkit.JustImported(ctx, req)
	nic, ok := tfkit.Read(ctx, &r.ResourceBase, attachmentKind, state, req, resp, func(ctx context.Context) (*client.VMNetwork, error) {
		return r.find(ctx, state, imported)
	})
	if !ok {
		return
	}
	state.fromAPI(nic)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

// find looks for the interface. The project of what an import names is found by the VM.
func (r *attachmentResource) find(ctx context.Context, state *attachmentModel, imported bool) (*client.VMNetwork, error) {
	if imported {
		vm, err := r.Client.ReaderIn(state.ProjectID.ValueString()).ReadVM(ctx, state.VMID.ValueString())
		if err != nil {
			return nil, err
		}
		state.ProjectID = types.StringValue(vm.ProjectID)
	}
	reader := r.Client.ReaderIn(state.ProjectID.ValueString())
	nic, err := tfkit.ReadVPCInterface(ctx, reader, state.VMID.ValueString(), state.VPCID.ValueString())
	if err == nil && nic == nil {
		err = tfkit.ErrEnded
	}
	return nic, err
}

// Update only stores other timeouts: everything else replaces the attachment.
func (r *attachmentResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[attachmentModel](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(plan.ProjectID, &resp.Diagnostics) {
		return
	}
	tfkit.Updated(req, resp).Store(ctx, plan)
}

func (r *attachmentResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[attachmentModel](ctx, req.State, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, state.ProjectID, state.Timeouts.Delete, attachTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	vmID, project := state.VMID.ValueString(), r.Client.Project(state.ProjectID.ValueString())
	err := tfkit.Detachment[client.VMNetwork]{
		Locks: r.Locks, Project: project, VMID: vmID, Stays: tfkit.VMStays(ctx, req), Interface: true,
		Find: func(ctx context.Context) (*client.VMNetwork, error) {
			return tfkit.VPCInterface(ctx, project.Reader, vmID, state.VPCID.ValueString())
		},
		Detach: func(ctx context.Context, nic *client.VMNetwork) error {
			return project.DetachVMFromVPC(ctx, vmID, nic.NICID)
		},
	}.Run(ctx)
	r.Ended(ctx, attachmentKind, state, req, resp, "Unable to detach VM from VPC", err)
}
