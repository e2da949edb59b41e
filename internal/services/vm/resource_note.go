package vm

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ resource.ResourceWithConfigure   = (*noteResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*noteResource)(nil)
	_ resource.ResourceWithImportState = (*noteResource)(nil)
	_ resource.ResourceWithIdentity    = (*noteResource)(nil)
)

type noteResource struct {
	tfkit.ResourceBase
}

// NewNoteResource returns the raff_vm_note resource.
func NewNoteResource() resource.Resource { return &noteResource{} }

var noteKind = tfkit.Kind{
	Name: "note", Type: "raff_vm_note", List: kind.List, OfParents: true,
	References: []tfkit.Reference{{Attribute: "vm_id", To: tfkit.VM, IfGone: tfkit.Replaced}},
}

type noteModel struct {
	ID        types.String `tfsdk:"id"`
	ProjectID types.String `tfsdk:"project_id"`
	VMID      types.String `tfsdk:"vm_id"`
	Type      types.String `tfsdk:"type"`
	Content   types.String `tfsdk:"content"`
	UserID    types.String `tfsdk:"user_id"`
	CreatedAt types.String `tfsdk:"created_at"`
}

func (m *noteModel) fromAPI(n *client.VMNote) {
	m.ID = m.id()
	m.Content = types.StringValue(n.Content)
	m.UserID = tfkit.StringOrNull(n.UserID)
	m.CreatedAt = tfkit.Time(n.CreatedAt)
}

// id is known as soon as its parts are.
func (m *noteModel) id() types.String { return tfkit.PlannedID(m.VMID, m.Type) }

// Object names the note in diagnostics.
func (m *noteModel) Object() string {
	return tfkit.Object(m.Type.ValueString()+" note of VM", "", m.VMID.ValueString(), m.ProjectID.ValueString())
}

// Identity implements tfkit.Model.
func (m *noteModel) Identity() any { return tfkit.Identity{ID: m.ID, ProjectID: m.ProjectID} }

func (r *noteResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vm_note"
}

func (r *noteResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("note")
}

func (r *noteResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Version: tfkit.StateVersion,
		MarkdownDescription: "A note on a VM: one for the whole account, or a personal one of the user whose key is used.\n\n" +
			"The API has no way to delete a note, so destroying it empties it. A note that somebody else wrote is not overwritten: import it first.",
		Attributes: map[string]schema.Attribute{
			"id":         tfkit.ComputedString("Id of the note: `<vm_id>:<type>`."),
			"project_id": tfkit.ProjectIDAttribute("note"),
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM. Another VM replaces the note.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{tfkit.Replaces()},
			},
			"type": schema.StringAttribute{
				MarkdownDescription: "Who sees the note: `account` for everybody in the account, `personal` for its writer alone. Another type replaces the note. Default: `account`.",
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(client.NoteAccount),
				Validators:          []validator.String{tfkit.Choice(client.NoteAccount, client.NotePersonal)},
				PlanModifiers:       []planmodifier.String{tfkit.Replaces()},
			},
			"content": schema.StringAttribute{
				MarkdownDescription: "Text of the note, which may not be empty. Changed in place.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"user_id":    tfkit.ComputedString("Id of the user who wrote the note last."),
			"created_at": tfkit.ComputedString("Time at which the note was created, in RFC 3339."),
		},
	}
}

func (r *noteResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, noteKind.Type, req, resp)
}

// ModifyPlan makes known what follows from the configuration, and marks as unknown what a change touches.
func (r *noteResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, noteKind, req, resp)
	if !ok {
		return
	}
	plan := tfkit.Get[noteModel](ctx, resp.Plan, &resp.Diagnostics)
	if stage.Creating {
		plan.ID = plan.id()
	} else if state := tfkit.Get[noteModel](ctx, req.State, &resp.Diagnostics); !plan.Content.Equal(state.Content) {
		plan.UserID = types.StringUnknown() // whoever writes last
	}
	tfkit.Set(ctx, &resp.Plan, plan, &resp.Diagnostics)
	stage.Finish(ctx)
}

func (r *noteResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[noteModel](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(plan.ProjectID, &resp.Diagnostics) {
		return
	}
	note, err := r.create(ctx, plan, resp)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to create note", plan.Object(), err)
		return
	}
	plan.fromAPI(note)
	r.Created(ctx, req, resp).Store(ctx, plan)
}

// create writes the note unless there is one that says something else. Writing it twice does no harm, so
// an ambiguous answer needs no care.
func (r *noteResource) create(ctx context.Context, plan *noteModel, resp *resource.CreateResponse) (*client.VMNote, error) {
	project := r.Client.Project(plan.ProjectID.ValueString())
	vmID, kind, content := plan.VMID.ValueString(), plan.Type.ValueString(), plan.Content.ValueString()
	unlock, err := r.Locks.Lock(ctx, vmID)
	if err != nil {
		return nil, err
	}
	defer unlock()
	existing, err := findNote(ctx, project.Reader, vmID, kind)
	if err != nil {
		return nil, err
	}
	if existing != nil && existing.Content != "" && existing.Content != content {
		return nil, fmt.Errorf("the VM has a note already, which would be lost. Import it: terraform import <address of the %s> %s",
			noteKind.Type, tfkit.JoinID(vmID, kind))
	}
	if existing != nil && existing.Content != "" {
		r.TakeOver(ctx, noteKind, plan.id().ValueString(), resp)
	}
	return project.PutVMNote(context.WithoutCancel(ctx), vmID, kind, content)
}

// findNote returns a VM's note of one type, or nil.
func findNote(ctx context.Context, r client.Reader, vmID, kind string) (*client.VMNote, error) {
	notes, err := r.GetVMNotes(ctx, vmID, kind)
	if err != nil {
		return nil, err
	}
	return noteOf(notes, kind), nil
}

func noteOf(notes *client.VMNotes, kind string) *client.VMNote {
	if kind == client.NotePersonal {
		return notes.Personal
	}
	return notes.Account
}

func (r *noteResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[noteModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	imported := tfkit.JustImported(ctx, req)
	note, ok := tfkit.Read(ctx, &r.ResourceBase, noteKind, state, req, resp, func(ctx context.Context) (*client.VMNote, error) {
		return r.read(ctx, state, imported)
	})
	if !ok {
		return
	}
	state.fromAPI(note)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

// read returns the note. An emptied one is as good as none. What an import names is found by the VM.
func (r *noteResource) read(ctx context.Context, state *noteModel, imported bool) (*client.VMNote, error) {
	if imported {
		vm, err := r.Client.GetVM(ctx, state.VMID.ValueString())
		if err != nil {
			return nil, err
		}
		state.ProjectID = types.StringValue(vm.ProjectID)
	}
	notes, err := r.Client.ReaderIn(state.ProjectID.ValueString()).ReadVMNotes(ctx, state.VMID.ValueString())
	if err != nil {
		return nil, err
	}
	note := noteOf(notes, state.Type.ValueString())
	if note == nil || note.Content == "" {
		return nil, tfkit.ErrEnded
	}
	return note, nil
}

func (r *noteResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[noteModel](ctx, req.Plan, &resp.Diagnostics)
	if !r.Ready(plan.ProjectID, &resp.Diagnostics) {
		return
	}
	note, err := r.Client.Project(plan.ProjectID.ValueString()).PutVMNote(ctx, plan.VMID.ValueString(), plan.Type.ValueString(), plan.Content.ValueString())
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to update note", plan.Object(), err)
		return
	}
	plan.fromAPI(note)
	tfkit.Updated(req, resp).Store(ctx, plan)
}

func (r *noteResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[noteModel](ctx, req.State, &resp.Diagnostics)
	if !r.Ready(state.ProjectID, &resp.Diagnostics) {
		return
	}
	unlock, err := r.Locks.Lock(ctx, state.VMID.ValueString())
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to empty note", state.Object(), err)
		return
	}
	defer unlock()
	if r.TakenOver(ctx, noteKind, state.ID.ValueString(), req) {
		return
	}
	err = emptyNote(ctx, r.Client.Project(state.ProjectID.ValueString()), state.VMID.ValueString(), state.Type.ValueString())
	if errors.Is(err, client.ErrNotFound) && r.isEmpty(ctx, state) {
		return
	}
	r.Ended(ctx, noteKind, state, req, resp, "Unable to empty note", err)
}

// isEmpty tells whether the VM is there, and has no such note.
func (r *noteResource) isEmpty(ctx context.Context, state *noteModel) bool {
	_, err := r.read(ctx, state, false)
	return errors.Is(err, tfkit.ErrEnded)
}

// emptyTries is how often a note is emptied whose emptying the API has not confirmed.
const emptyTries = 3

// emptyNote empties a note. An ambiguous answer is settled by looking, and emptying it twice does no harm.
// PATCH writes only where there is a note, so that a note that is gone is not written anew.
func emptyNote(ctx context.Context, project *client.Scoped, vmID, kind string) error {
	var err error
	for range emptyTries {
		if _, err = project.UpdateVMNote(ctx, vmID, kind, ""); !errors.Is(err, client.ErrAmbiguous) || ctx.Err() != nil {
			return err
		}
		note, lookErr := findNote(ctx, project.Reader, vmID, kind)
		if lookErr != nil {
			return errors.Join(err, lookErr)
		}
		if note == nil || note.Content == "" {
			return nil
		}
	}
	return err
}
