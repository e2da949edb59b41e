package snapshot

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// maxName is how long the name of a snapshot may be.
const maxName = 128

func (r *snapshotResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A snapshot of a VM or of a volume: a copy of its disk at a point in time.\n\n" +
			"Destroying or reinstalling a VM destroys its snapshots. Replacing it destroys them too, and creates new ones of the new VM, which the plan warns about. " +
			"The snapshots of a volume stay when the volume goes. This resource cannot restore a snapshot. " +
			"A snapshot that its source was reverted to and runs on, which the `raff_snapshot` data source shows as `status = \"active\"`, cannot be destroyed, " +
			"and the plan says what to do.\n\n" +
			"Another VM or volume replaces the snapshot, which deletes it for good. To keep one, set `deletion_protection`, or let the resource ignore the change with " +
			"`lifecycle { ignore_changes = [vm_id, volume_id] }`, or take it out of the state with a `removed` block.",
		Attributes: map[string]schema.Attribute{
			"id":         tfkit.IDAttribute("snapshot, an integer written as a string"),
			"project_id": tfkit.ProjectIDAttribute("snapshot"),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name, 1 to 128 characters. It need not be unique. Renamed in place.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, maxName)},
			},
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM to take a snapshot of, which must be running. Either this or `volume_id`. Another one replaces the snapshot, " +
					"and the plan warns about it. The snapshot goes with its VM.",
				Optional:      true,
				Validators:    []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers: []planmodifier.String{tfkit.Replaces()},
			},
			"volume_id": schema.StringAttribute{
				MarkdownDescription: "Id of the volume to take a snapshot of, attached or not. Either this or `vm_id`. Another one replaces the snapshot, " +
					"and the plan warns about it. The snapshot outlives its volume, and keeps the id of one that is gone. The API does not return it: an import finds it as long as the volume exists.",
				Optional:      true,
				Validators:    []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers: []planmodifier.String{tfkit.Replaces().BetweenValues()},
			},
			"deletion_protection": tfkit.DeletionProtectionAttribute("snapshot", ""),
			"account_id":          tfkit.ComputedString("Id of the account."),
			"created_by":          tfkit.ComputedString("Id of the user who took the snapshot."),
			"type":                tfkit.ComputedString("What the snapshot is of: `vm` or `volume`."),
			"size":                tfkit.ComputedString("Size of the snapshot, as the API renders it."),
			"target_size":         tfkit.ComputedString("Size of the source at the time, as the API renders it."),
			"price_per_hour":      tfkit.PricePerHourAttribute(priced),
			"monthly_price":       tfkit.MonthlyPriceAttribute(priced, keptPrice),
			"created_at":          tfkit.ComputedString("When the snapshot was taken, RFC 3339."),
			"timeouts":            timeouts.Attributes(ctx, timeouts.Opts{Create: true, Delete: true}),
		},
	}
}
