package volume

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ resource.Resource                = (*attachmentResource)(nil)
	_ resource.ResourceWithConfigure   = (*attachmentResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*attachmentResource)(nil)
	_ resource.ResourceWithImportState = (*attachmentResource)(nil)
	_ resource.ResourceWithIdentity    = (*attachmentResource)(nil)
)

type attachmentResource struct {
	tfkit.ResourceBase
}

// NewAttachmentResource returns the raff_volume_attachment resource.
func NewAttachmentResource() resource.Resource { return &attachmentResource{} }

// What an attachment joins. The volume has to be detached before its VM goes, which might take it along.
var (
	toVolume = tfkit.Reference{Attribute: "volume_id", To: tfkit.Volume, IfGone: tfkit.Replaced}
	toVM     = tfkit.Reference{Attribute: "vm_id", To: tfkit.VM, IfGone: tfkit.Replaced}
)

var attachmentKind = tfkit.Kind{
	Name: "volume attachment", Type: "raff_volume_attachment", List: kind.List, OfParents: true,
	References: []tfkit.Reference{toVolume, toVM},
}

type attachmentModel struct {
	ID        types.String   `tfsdk:"id"`
	ProjectID types.String   `tfsdk:"project_id"`
	VolumeID  types.String   `tfsdk:"volume_id"`
	VMID      types.String   `tfsdk:"vm_id"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// Object names the attachment in diagnostics.
func (m *attachmentModel) Object() string {
	text := "attachment"
	if id := m.VolumeID.ValueString(); id != "" {
		text += " of volume " + id
	}
	if id := m.VMID.ValueString(); id != "" {
		text += " to VM " + id
	}
	return tfkit.Object(text, "", "", m.ProjectID.ValueString())
}

// Identity implements tfkit.Model.
func (m *attachmentModel) Identity() any { return tfkit.Identity{ID: m.ID, ProjectID: m.ProjectID} }

func (m *attachmentModel) fromAPI(v *client.Volume) {
	m.ID = tfkit.IntegerID(v.ID)
	m.VolumeID = m.ID
	m.ProjectID = tfkit.StringOrNull(v.ProjectID)
	m.VMID = types.StringValue(v.VMID)
}

func (r *attachmentResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_volume_attachment"
}

func (r *attachmentResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = tfkit.IdentitySchema("volume")
}

func (r *attachmentResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tfkit.ImportState(ctx, attachmentKind.Type, req, resp)
}

func (r *attachmentResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := tfkit.Get[attachmentModel](ctx, req.Plan, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, plan.ProjectID, plan.Timeouts.Create, defaultTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	taken := func() { r.TakeOver(ctx, attachmentKind, plan.VolumeID.ValueString(), resp) }
	out := r.Created(ctx, req, resp)
	sent, err := r.attach(ctx, plan, out, taken)
	if err != nil && !sent {
		tfkit.AddError(&resp.Diagnostics, "Unable to attach volume", plan.Object(), err)
		return
	}
	out.Finish(ctx, attachmentKind, plan, "Unable to attach volume", err)
}

func (r *attachmentResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := tfkit.Get[attachmentModel](ctx, req.State, &resp.Diagnostics)
	if !r.Readable(ctx, state, resp) {
		return
	}
	volume, ok := tfkit.Read(ctx, &r.ResourceBase, attachmentKind, state, req, resp, func(ctx context.Context) (*client.Volume, error) {
		volume, err := tfkit.ByIntegerID(ctx, state.ID, r.Client.ReaderIn(state.ProjectID.ValueString()).ReadVolume)
		if err == nil && volume.VMID == "" { // whatever its status: an attachment may be on its way
			err = tfkit.ErrEnded
		}
		return volume, err
	})
	if !ok {
		return
	}
	state.fromAPI(volume)
	tfkit.Refreshed(ctx, req, resp).Record(ctx, state)
}

// Update moves the volume to another VM.
func (r *attachmentResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := tfkit.Get[attachmentModel](ctx, req.Plan, &resp.Diagnostics)
	state := tfkit.Get[attachmentModel](ctx, req.State, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, plan.ProjectID, plan.Timeouts.Update, defaultTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	out := tfkit.Updated(req, resp)
	if plan.VMID.Equal(state.VMID) { // only the timeouts have changed
		out.Store(ctx, plan)
		return
	}
	if err := r.detach(ctx, state, func() bool { return false }); err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to detach volume", state.Object(), err)
		return
	}
	if _, err := r.attach(ctx, plan, out, func() {}); err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to attach volume", plan.Object(), err)
		return
	}
	out.Store(ctx, plan)
}

func (r *attachmentResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := tfkit.Get[attachmentModel](ctx, req.State, &resp.Diagnostics)
	ctx, cancel, ok := r.Begin(ctx, state.ProjectID, state.Timeouts.Delete, defaultTimeout, &resp.Diagnostics)
	defer cancel()
	if !ok {
		return
	}
	spared := func() bool { return r.TakenOver(ctx, attachmentKind, state.VolumeID.ValueString(), req) }
	r.Ended(ctx, attachmentKind, state, req, resp, "Unable to detach volume", r.detach(ctx, state, spared))
}
