package securitygroup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// attachTimeout is how long attaching and detaching wait for the VM unless told otherwise.
const attachTimeout = 10 * time.Minute

// holderTimeout is how long attaching waits for Terraform to begin to take another group off the interface.
const holderTimeout = 5 * time.Second

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
	tfkit.ResourceBase
}

// NewAttachmentResource returns the raff_security_group_attachment resource.
func NewAttachmentResource() resource.Resource { return &attachmentResource{} }

var attachmentKind = tfkit.Kind{
	Name: "security group attachment", Type: "raff_security_group_attachment", List: kind.List, OfParents: true, OnVM: true,
	References: []tfkit.Reference{
		toVM,
		{Attribute: "security_group_id", To: tfkit.SecurityGroup, IfGone: tfkit.Replaced},
		{Attribute: "nic_id", To: tfkit.Referent{Type: "raff_ip_attachment"}, Interface: true, IfGone: tfkit.Replaced},
	},
}

var toVM = tfkit.Reference{Attribute: "vm_id", To: tfkit.VM, IfGone: tfkit.Replaced}

type attachmentModel struct {
	ID        types.String   `tfsdk:"id"`
	ProjectID types.String   `tfsdk:"project_id"`
	VMID      types.String   `tfsdk:"vm_id"`
	NICID     types.Int64    `tfsdk:"nic_id"`
	GroupID   types.String   `tfsdk:"security_group_id"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// Object names the attachment in diagnostics.
func (m *attachmentModel) Object() string {
	return fmt.Sprintf("Security group %s on VM %s in project %s", m.GroupID.ValueString(), m.VMID.ValueString(), m.ProjectID.ValueString())
}

// Identity implements tfkit.Model.
func (m *attachmentModel) Identity() any { return tfkit.Identity{ID: m.ID, ProjectID: m.ProjectID} }

// id is known as soon as its parts are.
func (m *attachmentModel) id() types.String {
	if m.NICID.IsUnknown() {
		return types.StringUnknown()
	}
	return tfkit.PlannedID(m.VMID, types.StringValue(nicText(m.NICID.ValueInt64())), m.GroupID)
}

func nicText(id int64) string { return strconv.FormatInt(id, 10) }

func (r *attachmentResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_security_group_attachment"
}

func (r *attachmentResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("attachment, `<vm_id>:<nic_id>:<security_group_id>`")
}

func (r *attachmentResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Version: tfkit.StateVersion,
		MarkdownDescription: "A security group on a public interface of a VM. An interface has one group at most; a group can be on many interfaces.\n\n" +
			"Interfaces in a VPC take no groups. The API removes nothing from a VM that has failed: if the VM is destroyed in the same run, the attachment goes with it.",
		Attributes: map[string]schema.Attribute{
			"id":         tfkit.IDAttribute("attachment: `<vm_id>:<nic_id>:<security_group_id>`"),
			"project_id": tfkit.ProjectIDAttribute("attachment"),
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM, in the same project. Another VM replaces the attachment.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{tfkit.Replaces()},
			},
			"security_group_id": schema.StringAttribute{
				MarkdownDescription: "Id of the security group, in the same project. Another group replaces the attachment.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{tfkit.Replaces()},
			},
			"nic_id": schema.Int64Attribute{
				MarkdownDescription: "Id of the interface, such as `nic_id` of a `raff_ip_attachment`; the `raff_vm_networks` data source lists all of a VM. Another interface replaces the attachment. " +
					"Default: the interface with the primary public IPv4 address of the VM, or with its IPv6 address where there is no other.",
				Optional:      true,
				Computed:      true,
				Validators:    []validator.Int64{int64validator.AtLeast(0)},
				PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown(), tfkit.Replaces().IfConfigured()},
			},
			"timeouts": tfkit.TimeoutsAttribute(ctx, tfkit.Timeouts{Create: attachTimeout, Delete: attachTimeout}),
		},
	}
}

func (r *attachmentResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, attachmentKind.Type, req, resp)
}

// ModifyPlan makes the id known, and warns of what is in the way.
func (r *attachmentResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, attachmentKind, req, resp)
	if !ok {
		return
	}
	if stage.Creating {
		plan := tfkit.Get[attachmentModel](ctx, resp.Plan, &resp.Diagnostics)
		plan.ID = plan.id()
		warnOfInterface(ctx, stage, plan)
		tfkit.Set(ctx, &resp.Plan, plan, &resp.Diagnostics)
	}
	stage.Finish(ctx)
}

// warnOfInterface warns where the VM has no public interface, or where the interface has another group.
func warnOfInterface(ctx context.Context, stage *tfkit.Planning, plan *attachmentModel) {
	vm, ok := stage.Referent(ctx, toVM)
	if !ok || stage.Undecided("nic_id") {
		return
	}
	nics, ok := stage.Interfaces(ctx, vm)
	if !ok {
		return
	}
	object := tfkit.Object("VM", vm.Name, vm.ID, vm.ProjectID)
	nic := chosenInterface(nics, plan.NICID)
	switch {
	case nic == nil && plan.NICID.IsUnknown():
		stage.WarnHolder(ctx, "vm_id", "The VM has no public interface", tfkit.VM, vm,
			object+" has no public interface, and groups are for these only.", vm.ID)
	case nic == nil || nic.SecurityGroupID == "" || nic.SecurityGroupID == plan.GroupID.ValueString():
		// It is free, has the group already, or is still to come.
	default:
		id := tfkit.JoinID(vm.ID, nicText(nic.NICID), nic.SecurityGroupID)
		stage.WarnHolder(ctx, "vm_id", "The interface has another security group",
			tfkit.Referent{Name: attachmentKind.Name, Type: attachmentKind.Type}, tfkit.Item{ID: id}, fmt.Sprintf(
				"Interface %d of %s has %s, and takes one group at most.", nic.NICID, object, groupObject(ctx, stage, nic.SecurityGroupID)), id)
	}
}

// groupObject names a group, as far as the key may look.
func groupObject(ctx context.Context, stage *tfkit.Planning, id string) string {
	groups, _ := stage.Others(ctx, tfkit.SecurityGroup)
	name := ""
	for _, group := range groups {
		if group.ID == id {
			name = group.Name
		}
	}
	return tfkit.Object("security group", name, id, "")
}

func (r *attachmentResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[attachmentModel](ctx, req.Plan, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, plan.ProjectID, plan.Timeouts.Create, attachTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	if err := r.attach(ctx, plan, resp); err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to attach security group", plan.Object(), err)
		return
	}
	plan.ID = plan.id()
	r.Created(ctx, req, resp).Store(ctx, plan)
}

// attach puts the group on its interface, once the VM is at rest and no other group is there any more.
func (r *attachmentResource) attach(ctx context.Context, plan *attachmentModel, resp *resource.CreateResponse) error {
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
			err := r.tryAttach(ctx, project, plan, resp)
			if !errors.Is(err, client.ErrConflict) {
				return struct{}{}, attached, err
			}
			if conflict == nil {
				since = time.Now()
			}
			conflict = err
			return struct{}{}, occupied, r.checkHolder(ctx, project, plan, since, err)
		},
	}.Wait(ctx)
	if err != nil && conflict != nil && !errors.Is(err, client.ErrConflict) {
		return fmt.Errorf("%w: %w", err, conflict)
	}
	return err
}

// checkHolder tells what a refusal means: without an error that it is worth waiting. A group that is being
// taken off in the same run is gone in a moment. One that stays is a mistake to tell soon.
func (r *attachmentResource) checkHolder(
	ctx context.Context, project *client.Scoped, plan *attachmentModel, since time.Time, refusal error,
) error {
	nics, err := client.Collect(project.ListVMNetworks(ctx, plan.VMID.ValueString(), ""))
	if err != nil {
		return err
	}
	nic := chosenInterface(nics, plan.NICID)
	if nic == nil || nic.SecurityGroupID == "" || nic.SecurityGroupID == plan.GroupID.ValueString() {
		return nil // the VM is busy, or the group has just come or gone
	}
	holder := tfkit.JoinID(plan.VMID.ValueString(), nicText(nic.NICID), nic.SecurityGroupID)
	if r.Run.Leaves(attachmentKind, holder) || time.Since(since) < holderTimeout {
		return nil
	}
	return fmt.Errorf("%w. The interface takes one group at most, and has %s: take that off first, or import its attachment to manage it: "+
		"terraform import <address of the %s> %s", refusal, tfkit.Object("security group", "", nic.SecurityGroupID, ""), attachmentKind.Type, holder)
}

// tryAttach asks the API once, when the VM is ready. A group that is on the interface already is as good as
// attached.
func (r *attachmentResource) tryAttach(ctx context.Context, project *client.Scoped, plan *attachmentModel, resp *resource.CreateResponse) error {
	vmID, groupID := plan.VMID.ValueString(), plan.GroupID.ValueString()
	return tfkit.WithVM(ctx, r.Locks, project, vmID, func(ctx context.Context) error {
		nics, err := client.Collect(project.ListVMNetworks(ctx, vmID, ""))
		if err != nil {
			return err
		}
		nic := chosenInterface(nics, plan.NICID)
		switch {
		case nic != nil:
			plan.NICID = types.Int64Value(nic.NICID)
		case plan.NICID.IsUnknown():
			return errors.New("the VM has no public interface, and groups are for these only")
		}
		if nic != nil && nic.SecurityGroupID == groupID {
			r.TakeOver(ctx, attachmentKind, plan.id().ValueString(), resp)
			return nil
		}
		look := func(ctx context.Context) (*client.VMNetwork, error) { return findAttached(ctx, project.Reader, plan) }
		_, err = tfkit.AttachOnce(ctx, func(ctx context.Context) (*client.VMNetwork, error) {
			request := client.AttachSecurityGroupRequest{SecurityGroupID: groupID, NICID: plan.NICID.ValueInt64()}
			return nic, project.AttachVMSecurityGroup(ctx, vmID, request)
		}, look)
		return err
	})
}

// chosenInterface is the interface of that id or, where it is not known, the one where a group goes unless told
// otherwise; nil where there is none.
func chosenInterface(nics []*client.VMNetwork, id types.Int64) *client.VMNetwork {
	first := func(is func(*client.VMNetwork) bool) *client.VMNetwork {
		if i := slices.IndexFunc(nics, is); i >= 0 {
			return nics[i]
		}
		return nil
	}
	if tfkit.Known(id) {
		return first(func(nic *client.VMNetwork) bool { return nic.NICID == id.ValueInt64() })
	}
	if nic := first(func(nic *client.VMNetwork) bool {
		return nic.Type == client.NetworkPublic && nic.IsPrimary != nil && *nic.IsPrimary
	}); nic != nil {
		return nic
	}
	if nic := first(func(nic *client.VMNetwork) bool { return nic.Type == client.NetworkPublic }); nic != nil {
		return nic
	}
	return first(func(nic *client.VMNetwork) bool { return nic.Type == client.NetworkIPv6 })
}

// findAttached returns the interface if the group is on it, and nil otherwise.
func findAttached(ctx context.Context, reader client.Reader, m *attachmentModel) (*client.VMNetwork, error) {
	return tfkit.FindInterface(ctx, reader, m.VMID.ValueString(), m.isOn)
}

// isOn tells whether an interface is the one of the attachment and has its group.
func (m *attachmentModel) isOn(nic *client.VMNetwork) bool {
	return nic.NICID == m.NICID.ValueInt64() && nic.SecurityGroupID == m.GroupID.ValueString()
}

func (r *attachmentResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[attachmentModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	imported := tfkit.JustImported(ctx, req)
	_, ok := tfkit.Read(ctx, &r.ResourceBase, attachmentKind, state, req, resp, func(ctx context.Context) (*client.VMNetwork, error) {
		return r.find(ctx, state, imported)
	})
	if !ok {
		return
	}
	state.ID = state.id()
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

// find looks for the group on its interface. The project of what an import names is found by the VM.
func (r *attachmentResource) find(ctx context.Context, state *attachmentModel, imported bool) (*client.VMNetwork, error) {
	if imported {
		vm, err := r.Client.ReaderIn(state.ProjectID.ValueString()).ReadVM(ctx, state.VMID.ValueString())
		if err != nil {
			return nil, err
		}
		state.ProjectID = types.StringValue(vm.ProjectID)
	}
	nic, err := tfkit.ReadInterface(ctx, r.Client.ReaderIn(state.ProjectID.ValueString()), state.VMID.ValueString(), state.isOn)
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
	r.Run.Leave(attachmentKind, state.ID.ValueString())
	err := tfkit.Detachment[client.VMNetwork]{
		Locks: r.Locks, Project: project, VMID: vmID, Stays: tfkit.VMStays(ctx, req),
		Find: func(ctx context.Context) (*client.VMNetwork, error) {
			if r.TakenOver(ctx, attachmentKind, state.ID.ValueString(), req) {
				return nil, nil
			}
			return findAttached(ctx, project.Reader, state)
		},
		Detach: func(ctx context.Context, nic *client.VMNetwork) error {
			return project.DetachVMSecurityGroup(ctx, vmID, state.GroupID.ValueString(), nic.NICID)
		},
	}.Run(ctx)
	r.Ended(ctx, attachmentKind, state, req, resp, "Unable to detach security group", err)
}
