package securitygroup

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
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

// attachTimeout is how long attaching and detaching wait for the VM unless told otherwise.
const attachTimeout = 10 * time.Minute

// conflictTimeout is how long attaching waits for another group to leave the interface: one that is
// being replaced is gone in a moment, and one that stays is a mistake to tell soon.
const conflictTimeout = time.Minute

var (
	_ resource.Resource                = (*attachmentResource)(nil)
	_ resource.ResourceWithConfigure   = (*attachmentResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*attachmentResource)(nil)
	_ resource.ResourceWithImportState = (*attachmentResource)(nil)
	_ resource.ResourceWithIdentity    = (*attachmentResource)(nil)
)

// attachmentResource is a group on an interface of a VM. It has no id of its own in the API, so that
// its id here is made of all three.
type attachmentResource struct {
	framework.ResourceBase
}

// NewAttachmentResource returns the raff_security_group_attachment resource.
func NewAttachmentResource() resource.Resource { return &attachmentResource{} }

type attachmentModel struct {
	ID        types.String   `tfsdk:"id"`
	ProjectID types.String   `tfsdk:"project_id"`
	VMID      types.String   `tfsdk:"vm_id"`
	NICID     types.Int64    `tfsdk:"nic_id"`
	GroupID   types.String   `tfsdk:"security_group_id"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// object names the attachment in diagnostics.
func (m *attachmentModel) object() string {
	return fmt.Sprintf("Security group %s on VM %s in project %s", m.GroupID.ValueString(), m.VMID.ValueString(), m.ProjectID.ValueString())
}

// id is known as soon as its parts are.
func (m *attachmentModel) id() types.String {
	if m.VMID.IsUnknown() || m.NICID.IsUnknown() || m.GroupID.IsUnknown() {
		return types.StringUnknown()
	}
	return types.StringValue(framework.JoinID(m.VMID.ValueString(), strconv.FormatInt(m.NICID.ValueInt64(), 10), m.GroupID.ValueString()))
}

func readAttachment(ctx context.Context, from getter, diags *diag.Diagnostics) *attachmentModel {
	var m attachmentModel
	diags.Append(from.Get(ctx, &m)...)
	return &m
}

func (r *attachmentResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_security_group_attachment"
}

func (r *attachmentResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema("attachment, `<vm_id>:<nic_id>:<security_group_id>`")
}

func (r *attachmentResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A security group on a public interface of a VM. An interface has one group at most; a group can be on many interfaces.\n\n" +
			"Interfaces in a VPC take no groups.",
		Attributes: map[string]schema.Attribute{
			"id":         framework.IDAttribute("attachment: `<vm_id>:<nic_id>:<security_group_id>`"),
			"project_id": framework.ProjectIDAttribute("attachment"),
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM, in the same project. Another VM replaces the attachment.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"security_group_id": schema.StringAttribute{
				MarkdownDescription: "Id of the security group, in the same project. Another group replaces the attachment.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"nic_id": schema.Int64Attribute{
				MarkdownDescription: "Id of the interface, such as `nic_id` of a `raff_ip_attachment`; the `raff_vm_networks` data source lists all of a VM. " +
					"Default: the interface with the VM's public IPv4 address, or with its IPv6 address where there is no other. Another interface replaces the attachment.",
				Optional:      true,
				Computed:      true,
				Validators:    []validator.Int64{int64validator.AtLeast(0)},
				PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown(), int64planmodifier.RequiresReplace()},
			},
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
	parts, err := framework.SplitID(id.ValueString(), "vm_id", "nic_id", "security_group_id")
	if err != nil {
		resp.Diagnostics.AddError("Invalid import id", "The id of an attachment is made of three: "+err.Error()+".")
		return
	}
	nicID, err := strconv.ParseInt(parts[1], 10, 32)
	if err != nil || nicID < 0 {
		resp.Diagnostics.AddError("Invalid import id", fmt.Sprintf("The id of an interface is a number, got %q.", parts[1]))
		return
	}
	for name, value := range map[string]any{"vm_id": parts[0], "nic_id": nicID, "security_group_id": parts[2]} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
}

// ModifyPlan checks the project and the group, and makes the id known.
func (r *attachmentResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.ProviderData == nil {
		return
	}
	if !framework.Creating(req) {
		state := readAttachment(ctx, req.State, &resp.Diagnostics)
		r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
		return
	}
	plan := readAttachment(ctx, req.Plan, &resp.Diagnostics)
	r.Projects.Check(ctx, pathProject, "security group", plan.ProjectID, probe, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.checkGroup(ctx, plan, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), plan.id())...)
}

// checkGroup refuses a group that does not exist, or is in another project.
func (r *attachmentResource) checkGroup(ctx context.Context, plan *attachmentModel, diags *diag.Diagnostics) {
	if r.Unconfigured() || plan.GroupID.IsUnknown() || plan.ProjectID.IsUnknown() {
		return
	}
	project := r.Client.Project(plan.ProjectID.ValueString())
	group, err := framework.ReadNew(ctx, func(ctx context.Context) (*client.SecurityGroup, error) {
		return project.GetSecurityGroup(ctx, plan.GroupID.ValueString())
	})
	if err != nil {
		framework.AddAttributeError(diags, path.Root("security_group_id"), "Unable to read security group",
			framework.Object("Security group", "", plan.GroupID.ValueString(), ""), err)
		return
	}
	if group.ProjectID != "" && group.ProjectID != plan.ProjectID.ValueString() {
		diags.AddAttributeError(path.Root("security_group_id"), "Security group is in another project", fmt.Sprintf(
			"%s: a VM can only have groups of its own project, %s.",
			framework.Object("Security group", group.Name, group.ID, group.ProjectID), plan.ProjectID.ValueString()))
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
	if err := r.attach(ctx, plan); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to attach security group", plan.object(), err)
		return
	}
	resp.Diagnostics.Append(saveAttachment(ctx, plan, &resp.State, resp.Identity)...)
}

// attach puts the group on its interface, once no other group is there any more.
func (r *attachmentResource) attach(ctx context.Context, plan *attachmentModel) error {
	project := r.Client.Project(plan.ProjectID.ValueString())
	if _, err := project.WaitForVM(ctx, plan.VMID.ValueString(), client.VMActive, client.VMPassive); err != nil {
		return err
	}
	const occupied, attached = "occupied", "attached"
	var conflict error
	var since time.Time
	_, err := client.Waiter[struct{}]{
		Subject: "the interface",
		Pending: []string{occupied},
		Target:  []string{attached},
		Refresh: func(ctx context.Context) (struct{}, string, error) {
			err := r.tryAttach(ctx, project, plan)
			if !errors.Is(err, client.ErrConflict) {
				return struct{}{}, attached, err
			}
			if conflict == nil {
				since = time.Now()
			}
			if conflict = err; time.Since(since) > conflictTimeout {
				return struct{}{}, "", err
			}
			return struct{}{}, occupied, nil
		},
	}.Wait(ctx)
	if err != nil && conflict != nil && !errors.Is(err, client.ErrConflict) {
		return fmt.Errorf("%w: %w", err, conflict)
	}
	return err
}

// tryAttach asks the API once, under the lock of the VM. An ambiguous answer is settled by looking.
func (r *attachmentResource) tryAttach(ctx context.Context, project *client.Scoped, plan *attachmentModel) error {
	vmID := plan.VMID.ValueString()
	unlock, err := r.Locks.Lock(ctx, vmID)
	if err != nil {
		return err
	}
	defer unlock()
	if plan.NICID.IsUnknown() {
		nic, err := publicInterface(ctx, project, vmID)
		if err != nil {
			return err
		}
		plan.NICID = types.Int64Value(nic.NICID)
	}
	// What was asked for must end up in the state, so that neither the request nor the look at its
	// outcome are aborted with the apply.
	ctx = context.WithoutCancel(ctx)
	err = project.AttachVMSecurityGroup(ctx, vmID, client.AttachSecurityGroupRequest{
		SecurityGroupID: plan.GroupID.ValueString(), NICID: plan.NICID.ValueInt64(),
	})
	if !errors.Is(err, client.ErrAmbiguous) {
		return err
	}
	there, findErr := isAttached(ctx, project.Reader, plan)
	if there {
		return nil
	}
	return errors.Join(err, findErr)
}

// publicInterface is where a group goes unless told otherwise.
func publicInterface(ctx context.Context, project *client.Scoped, vmID string) (*client.VMNetwork, error) {
	for _, kind := range []string{client.NetworkPublic, client.NetworkIPv6} {
		nic, err := framework.FindInterface(ctx, project.Reader, vmID, func(nic *client.VMNetwork) bool { return nic.Type == kind })
		if err != nil || nic != nil {
			return nic, err
		}
	}
	return nil, errors.New("the VM has no public interface, and groups are for these only")
}

// isAttached tells whether the group is on the interface.
func isAttached(ctx context.Context, reader client.Reader, m *attachmentModel) (bool, error) {
	nic, err := framework.FindInterface(ctx, reader, m.VMID.ValueString(), func(nic *client.VMNetwork) bool {
		return nic.NICID == m.NICID.ValueInt64() && nic.SecurityGroupID == m.GroupID.ValueString()
	})
	return nic != nil, err
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
	there, err := r.find(ctx, state)
	switch {
	case errors.Is(err, client.ErrNotFound) || err == nil && !there:
		if r.Projects.Gone(ctx, "security group", state.ID.ValueString(), state.ProjectID.ValueString(), probe, &resp.Diagnostics) {
			framework.Remove(ctx, resp, state.ID, state.ProjectID)
		}
	case err != nil:
		framework.AddError(&resp.Diagnostics, "Unable to read security group attachment", state.object(), err)
	default:
		resp.Diagnostics.Append(saveAttachment(ctx, state, &resp.State, resp.Identity)...)
	}
}

// find looks for the group on its interface. An import that names no project finds it by the VM.
func (r *attachmentResource) find(ctx context.Context, state *attachmentModel) (bool, error) {
	if state.ProjectID.IsNull() {
		vm, err := r.Client.GetVM(ctx, state.VMID.ValueString())
		if err != nil {
			return false, err
		}
		state.ProjectID = types.StringValue(vm.ProjectID)
	}
	return isAttached(ctx, r.Client.ReaderIn(state.ProjectID.ValueString()), state)
}

// Update only stores other timeouts: everything else replaces the attachment.
func (r *attachmentResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := readAttachment(ctx, req.Plan, &resp.Diagnostics)
	resp.Diagnostics.Append(saveAttachment(ctx, plan, &resp.State, resp.Identity)...)
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
	if err := framework.DeleteWhenFree(ctx, detach, func(context.Context) []string { return nil }); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to detach security group", state.object(), err)
	}
}

// detach takes the group off the interface if it is still there.
func (r *attachmentResource) detach(ctx context.Context, project *client.Scoped, state *attachmentModel) error {
	vmID := state.VMID.ValueString()
	unlock, err := r.Locks.Lock(ctx, vmID)
	if err != nil {
		return err
	}
	defer unlock()
	there, err := isAttached(ctx, project.Reader, state)
	if err != nil || !there {
		return err
	}
	if _, err := project.WaitForVM(ctx, vmID, client.VMActive, client.VMPassive); err != nil {
		return err
	}
	return project.DetachVMSecurityGroup(ctx, vmID, state.GroupID.ValueString(), state.NICID.ValueInt64())
}

func saveAttachment(ctx context.Context, m *attachmentModel, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	m.ID = m.id()
	diags := state.Set(ctx, m)
	diags.Append(framework.SetIdentity(ctx, identity, m.ID, m.ProjectID)...)
	return diags
}
