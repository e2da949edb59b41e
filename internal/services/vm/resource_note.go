package vm

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ resource.ResourceWithConfigure   = (*noteResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*noteResource)(nil)
	_ resource.ResourceWithImportState = (*noteResource)(nil)
	_ resource.ResourceWithIdentity    = (*noteResource)(nil)
)

type noteResource struct {
	framework.ResourceBase
}

// NewNoteResource returns the raff_vm_note resource.
func NewNoteResource() resource.Resource { return &noteResource{} }

type noteModel struct {
	ID        types.String `tfsdk:"id"`
	ProjectID types.String `tfsdk:"project_id"`
	VMID      types.String `tfsdk:"vm_id"`
	Type      types.String `tfsdk:"type"`
	Content   types.String `tfsdk:"content"`
	UserID    types.String `tfsdk:"user_id"`
	CreatedAt types.String `tfsdk:"created_at"`
	UpdatedAt types.String `tfsdk:"updated_at"`
}

func (m *noteModel) fromAPI(n *client.VMNote) {
	m.ID = types.StringValue(framework.JoinID(m.VMID.ValueString(), m.Type.ValueString()))
	m.Content = types.StringValue(n.Content)
	m.UserID = framework.StringOrNull(n.UserID)
	m.CreatedAt = framework.Time(n.CreatedAt)
	m.UpdatedAt = framework.Time(n.UpdatedAt)
}

// object names the note in diagnostics.
func (m *noteModel) object() string {
	return framework.Object(m.Type.ValueString()+" note of VM", "", m.VMID.ValueString(), m.ProjectID.ValueString())
}

func (r *noteResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vm_note"
}

func (r *noteResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema("note")
}

func (r *noteResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A note on a VM: one for the whole account, or a personal one of the user whose key is used.\n\n" +
			"The API has no way to delete a note, so destroying it empties it. A note that somebody else wrote is not overwritten: import it first.",
		Attributes: map[string]schema.Attribute{
			"id":         framework.ComputedString("Id of the note: `<vm_id>:<type>`."),
			"project_id": framework.ProjectIDAttribute("note"),
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM. Another VM replaces the note.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"type": schema.StringAttribute{
				MarkdownDescription: "`account`: everybody in the account sees it. `personal`: only its writer does. A change replaces the note. Default: `account`.",
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(client.NoteAccount),
				Validators:          []validator.String{stringvalidator.OneOf(client.NoteAccount, client.NotePersonal)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"content": schema.StringAttribute{
				MarkdownDescription: "Text of the note, not empty. Changed in place.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"user_id":    framework.ComputedString("Id of the user who wrote the note."),
			"created_at": framework.ComputedString("When the note was made, RFC 3339."),
			"updated_at": framework.ComputedString("When the note was last changed, RFC 3339."),
		},
	}
}

func (r *noteResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.ImportState(ctx, req, resp)
	var id types.String
	resp.Diagnostics.Append(resp.State.GetAttribute(ctx, path.Root("id"), &id)...)
	if resp.Diagnostics.HasError() {
		return
	}
	parts, err := framework.SplitID(id.ValueString(), "vm_id", "type")
	if err != nil {
		resp.Diagnostics.AddError("Invalid import id", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("vm_id"), parts[0])...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("type"), parts[1])...)
}

func (r *noteResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.ProviderData == nil {
		return
	}
	var plan, state noteModel
	if !framework.Creating(req) {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	}
	if framework.Destroying(req) {
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if framework.Creating(req) {
		r.Projects.Check(ctx, pathProject, "VM", plan.ProjectID, probe, &resp.Diagnostics)
		return
	}
	if !plan.Content.Equal(state.Content) {
		plan.UserID, plan.UpdatedAt = types.StringUnknown(), types.StringUnknown()
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	}
}

func (r *noteResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan noteModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	project := r.Client.Project(plan.ProjectID.ValueString())
	note, err := r.create(ctx, project, &plan)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to create note", plan.object(), err)
		return
	}
	plan.fromAPI(note)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(framework.SetIdentity(ctx, resp.Identity, plan.ID, plan.ProjectID)...)
}

// create writes the note unless there is one that says something else. Writing it twice does no
// harm, so an ambiguous answer needs no care.
func (r *noteResource) create(ctx context.Context, project *client.Scoped, plan *noteModel) (*client.VMNote, error) {
	vmID, kind, content := plan.VMID.ValueString(), plan.Type.ValueString(), plan.Content.ValueString()
	existing, err := findNote(ctx, project.Reader, vmID, kind)
	if err != nil {
		return nil, err
	}
	if existing != nil && existing.Content != "" && existing.Content != content {
		return nil, fmt.Errorf("the VM has a note already, which would be lost; import it with the id %s", framework.JoinID(vmID, kind))
	}
	return project.PutVMNote(context.WithoutCancel(ctx), vmID, kind, content)
}

// findNote returns a VM's note of one type, or nil.
func findNote(ctx context.Context, r client.Reader, vmID, kind string) (*client.VMNote, error) {
	notes, err := r.GetVMNotes(ctx, vmID, kind)
	if err != nil {
		return nil, err
	}
	if kind == client.NotePersonal {
		return notes.Personal, nil
	}
	return notes.Account, nil
}

func (r *noteResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state noteModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if state.ProjectID.IsNull() { // imported by the id alone
		vm, err := r.Client.GetVM(ctx, state.VMID.ValueString())
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to read note", state.object(), err)
			return
		}
		state.ProjectID = types.StringValue(vm.ProjectID)
	}
	projectID := state.ProjectID.ValueString()
	note, err := findNote(ctx, r.Client.ReaderIn(projectID), state.VMID.ValueString(), state.Type.ValueString())
	switch {
	case errors.Is(err, client.ErrNotFound):
		if r.Projects.Gone(ctx, "VM", state.VMID.ValueString(), projectID, probe, &resp.Diagnostics) {
			framework.Remove(ctx, resp, state.ID, state.ProjectID)
		}
		return
	case err != nil:
		framework.AddError(&resp.Diagnostics, "Unable to read note", state.object(), err)
		return
	case note == nil || note.Content == "": // an emptied note is as good as none
		framework.Remove(ctx, resp, state.ID, state.ProjectID)
		return
	}
	state.fromAPI(note)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(framework.SetIdentity(ctx, resp.Identity, state.ID, state.ProjectID)...)
}

func (r *noteResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var plan noteModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	note, err := r.Client.Project(plan.ProjectID.ValueString()).PutVMNote(ctx, plan.VMID.ValueString(), plan.Type.ValueString(), plan.Content.ValueString())
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to update note", plan.object(), err)
		return
	}
	plan.fromAPI(note)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(framework.SetIdentity(ctx, resp.Identity, plan.ID, plan.ProjectID)...)
}

func (r *noteResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var state noteModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	// PATCH writes only where there is a note, so that a note that is gone is not made anew.
	_, err := r.Client.Project(state.ProjectID.ValueString()).UpdateVMNote(ctx, state.VMID.ValueString(), state.Type.ValueString(), "")
	if err != nil && !errors.Is(err, client.ErrNotFound) {
		framework.AddError(&resp.Diagnostics, "Unable to empty note", state.object(), err)
	}
}
