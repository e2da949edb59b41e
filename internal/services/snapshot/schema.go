package snapshot

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

// maxName is how long the name of a snapshot may be.
const maxName = 128

func (r *snapshotResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A snapshot of a VM or of a volume: a copy of its disk at a point in time.\n\n" +
			"Destroying a VM destroys its snapshots; the snapshots of a volume stay when the volume goes. Restoring is no part of this resource. " +
			"A snapshot whose `status` is `active` is the one that its source was reverted to and runs on: it cannot be destroyed, and the plan says what to do.",
		Attributes: map[string]schema.Attribute{
			"id":         framework.IDAttribute("snapshot, an integer written as a string"),
			"project_id": framework.ProjectIDAttribute("snapshot"),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name, 1 to 128 characters. It need not be unique. Renamed in place.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, maxName)},
			},
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM to take a snapshot of, which must be running. Either this or `volume_id`. Another one replaces the snapshot.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"volume_id": schema.StringAttribute{
				MarkdownDescription: "Id of the volume to take a snapshot of, attached or not. Either this or `vm_id`. Another one replaces the snapshot. " +
					"The API does not return it: an import finds it as long as the volume exists.",
				Optional:   true,
				Validators: []validator.String{framework.IsIntegerID()},
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplaceIf(ofOtherVolume,
					"Another volume replaces the snapshot.", "Another volume replaces the snapshot.")},
			},
			"account_id":     framework.ComputedString("Id of the account."),
			"created_by":     framework.ComputedString("Id of the user who took the snapshot."),
			"type":           framework.ComputedString("What the snapshot is of: `vm` or `volume`."),
			"size":           framework.ComputedString("Size of the snapshot, as the API renders it."),
			"target_size":    framework.ComputedString("Size of the source at the time, as the API renders it."),
			"status":         framework.ComputedString("`active` when the source runs on this snapshot, otherwise empty."),
			"price_per_hour": framework.ComputedString("Price in USD an hour, as text."),
			"created_at":     framework.ComputedString("When the snapshot was taken, RFC 3339."),
			"timeouts":       timeouts.Attributes(ctx, timeouts.Opts{Create: true, Delete: true}),
		},
	}
}

// ofOtherVolume replaces the snapshot when its source changes. A source that is not known, because the snapshot was
// imported after its volume was gone, is no other one.
func ofOtherVolume(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = !req.StateValue.IsNull()
}
