package volume

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func (r *volumeResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Version: tfkit.StateVersion,
		MarkdownDescription: "A block storage volume. It grows in place and never shrinks.\n\n" +
			"A volume is attached to a VM by `raff_volume_attachment`. This resource does not show where it is attached: " +
			"the `raff_volume` data source does.",
		Attributes: map[string]schema.Attribute{
			"id":         tfkit.IDAttribute("volume, an integer written as a string"),
			"project_id": tfkit.ProjectIDAttribute("volume"),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name, 1 to 64 characters. It need not be unique. Raff cannot rename a volume: another name replaces the volume, " +
					"and its data is lost. The plan warns about it.",
				Required:      true,
				Validators:    []validator.String{tfkit.NameLength()},
				PlanModifiers: []planmodifier.String{tfkit.Replaces()},
			},
			"size": schema.Int64Attribute{
				MarkdownDescription: "Size in GiB, 10 to 1,000. Grown in place, whether the volume is attached or not. Afterwards you have to grow the file system on it in the VM. " +
					"A volume never shrinks: a smaller size is refused at plan.",
				Required:   true,
				Validators: []validator.Int64{int64validator.AtLeast(1)},
			},
			"volume_type": schema.StringAttribute{
				MarkdownDescription: "Storage class. Another one replaces the volume, and leaving it out keeps the one that the volume has. Default: `nvme`, the only one at present.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), tfkit.Replaces().IfConfigured()},
			},
			"filesystem_type": schema.StringAttribute{
				MarkdownDescription: "File system that the volume is formatted with when it is first attached to a Linux VM: `ext4`, `xfs` or `btrfs`. " +
					"Windows always uses NTFS. It is only used when the volume is created: another one replaces the volume, and the plan warns about it. " +
					"Adding it later, or taking it out, changes nothing, since the API does not return it. Default: chosen by the API, which takes `ext4`.",
				Optional:      true,
				Validators:    []validator.String{tfkit.Choice("ext4", "xfs", "btrfs")},
				PlanModifiers: []planmodifier.String{tfkit.Replaces().BetweenValues()},
			},
			"region":              tfkit.RegionAttribute("volume", " (a volume can only be attached to VMs of its region)"),
			"deletion_protection": tfkit.DeletionProtectionAttribute("volume", ""),
			"account_id":          tfkit.ComputedString("Id of the account that it belongs to."),
			"price_per_hour":      tfkit.PricePerHourAttribute(priced),
			"monthly_price":       tfkit.MonthlyPriceAttribute(priced, keptPrice),
			"created_at":          tfkit.ComputedString("Time at which the volume was created, in RFC 3339."),
			"timeouts":            tfkit.TimeoutsAttribute(ctx, tfkit.Timeouts{Create: defaultTimeout, Update: defaultTimeout, Delete: defaultTimeout}),
		},
	}
}
