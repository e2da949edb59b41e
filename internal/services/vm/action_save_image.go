package vm

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

const (
	saveImageType    = "raff_vm_save_image"
	saveImageTimeout = 30 * time.Minute
	maxImageName     = 128
)

var (
	_ action.Action               = (*saveImageAction)(nil)
	_ action.ActionWithConfigure  = (*saveImageAction)(nil)
	_ action.ActionWithModifyPlan = (*saveImageAction)(nil)
)

type saveImageAction struct {
	vmAction
}

// NewSaveImageAction returns the action raff_vm_save_image.
func NewSaveImageAction() action.Action { return &saveImageAction{} }

type saveImageModel struct {
	actionModel
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	DiskID      types.Int64  `tfsdk:"disk_id"`
	SnapshotID  types.String `tfsdk:"snapshot_id"`
}

func (a *saveImageAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = saveImageType
}

func (a *saveImageAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Saves a disk of a VM as an image, from which other VMs can be created: its id is a `template_id`. The progress of the action says which id it has.\n\n" +
			"The image belongs to the account and outlives the VM. Terraform does not manage it, and every invocation saves another one: names need not be unique.",
		Attributes: actionAttributes(tfkit.ActionID("VM", ""), tfkit.ActionTimeouts(ctx, saveImageTimeout), map[string]schema.Attribute{
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the image, 1 to 128 characters.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, maxImageName)},
			},
			"description": schema.StringAttribute{
				MarkdownDescription: "Description of the image. Default: none.",
				Optional:            true,
			},
			"disk_id": schema.Int64Attribute{
				MarkdownDescription: "Number of the disk: 0 is the OS disk, 1 and higher are the volumes of the VM. Default: `0`.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
			"snapshot_id": schema.StringAttribute{
				MarkdownDescription: "Id of a snapshot of the disk that is saved in place of the disk as it is. Default: none.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
		}),
	}
}

// ModifyPlan refuses a VM that has failed, and a snapshot of something else.
func (a *saveImageAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	m := tfkit.Get[saveImageModel](ctx, req.Config, &resp.Diagnostics)
	stage, vm := a.plan(ctx, saveImageType, &m.actionModel, req, resp)
	if vm == nil {
		return
	}
	stage.RefuseStates(ctx, pathVMID, vm, "can be saved", client.VMFailure)
	if resp.Diagnostics.HasError() || !tfkit.Known(m.SnapshotID) {
		return
	}
	snapshot, ok := stage.Find(ctx, tfkit.ActionTarget{Attribute: "snapshot_id", To: tfkit.Snapshot, ID: m.SnapshotID})
	if ok && m.ofOSDisk() && snapshot.VM != vm.ID {
		resp.Diagnostics.AddAttributeError(path.Root("snapshot_id"), "Snapshot of something else",
			tfkit.Object("snapshot", snapshot.Name, snapshot.ID, snapshot.ProjectID)+" is not one of "+named(vm)+". Nothing was changed. Choose a snapshot of this disk, or leave snapshot_id out to save the disk as it is.")
	}
}

// ofOSDisk tells whether the OS disk is saved, as far as is known.
func (m *saveImageModel) ofOSDisk() bool { return !m.DiskID.IsUnknown() && m.DiskID.ValueInt64() == 0 }

func (a *saveImageAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	m := tfkit.Get[saveImageModel](ctx, req.Config, &resp.Diagnostics)
	in := tfkit.Invocation{Type: saveImageType, Failed: "Unable to save the image", ByDefault: saveImageTimeout}
	a.on(ctx, in, &m.actionModel, resp, func(ctx context.Context, p *tfkit.Progress, project *client.Scoped, vm *client.VM) error {
		body := client.SaveImageRequest{Name: m.Name.ValueString(), Description: m.Description.ValueString(), DiskID: m.DiskID.ValueInt64()}
		if !m.SnapshotID.IsNull() {
			id, err := tfkit.ParseIntegerID(m.SnapshotID)
			if err != nil {
				return err
			}
			body.SnapshotID = &id
		}
		p.Say("Saving disk %d of %s as image %q", body.DiskID, named(vm), body.Name)
		image, err := project.SaveVMImage(context.WithoutCancel(ctx), vm.ID, body) // not aborted with the run: its id has to be known
		if errors.Is(err, client.ErrAmbiguous) {
			return &lostImageError{err}
		}
		if err != nil {
			return err
		}
		p.Say("Image %q has the id %s", image.Name, image.ID)
		_, err = project.WaitForVM(ctx, vm.ID, client.VMActive, client.VMPassive)
		if err != nil {
			return &savedImageError{image, err}
		}
		return nil
	})
}

// lostImageError is the error of a request that may have saved an image.
type lostImageError struct{ error }

func (e *lostImageError) Error() string {
	return e.error.Error() + "; the raff_templates data source lists the images of the account, and may have it"
}

func (e *lostImageError) Unwrap() error { return e.error }

// savedImageError is why the VM is not back of which an image was saved.
type savedImageError struct {
	image *client.VMImage
	error
}

func (e *savedImageError) Error() string {
	return "image " + e.image.ID + " was saved, but the VM is not back: " + e.error.Error()
}

func (e *savedImageError) Unwrap() error { return e.error }
