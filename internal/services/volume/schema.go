package volume

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
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
		MarkdownDescription: "A block storage volume. It grows in place and never shrinks.\n\n" +
			"A volume is attached to a VM by `raff_volume_attachment`. This resource does not show where it is attached: " +
			"the `raff_volume` data source does.",
		Attributes: map[string]schema.Attribute{
			"id":         tfkit.IDAttribute("volume, an integer written as a string"),
			"project_id": tfkit.ProjectIDAttribute("volume"),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name, 1 to 64 characters. It need not be unique. Raff cannot rename a volume: another name destroys it " +
					"with its data and creates a new one, and the plan warns about it.",
				Required:      true,
				Validators:    []validator.String{tfkit.NameLength()},
				PlanModifiers: []planmodifier.String{tfkit.Replaces()},
			},
			"size": schema.Int64Attribute{
				MarkdownDescription: "Size in GB. Grows in place, attached or not; you then have to grow the file system on it yourself. " +
					"A volume never shrinks: a smaller size is refused at plan.",
				Required:   true,
				Validators: []validator.Int64{int64validator.AtLeast(1)},
			},
			"volume_type": schema.StringAttribute{
				MarkdownDescription: "Storage class. Another one replaces the volume; leaving it out keeps what there is. Default: `nvme`, the only one at present.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), tfkit.Replaces().IfConfigured()},
			},
			"filesystem_type": schema.StringAttribute{
				MarkdownDescription: "File system that the volume is formatted with when it is first attached to a Linux VM: `ext4`, `xfs` or `btrfs`. " +
					"Left out: the API takes `ext4`. Windows always uses NTFS. Only used when the volume is created: another one replaces the volume, " +
					"and the plan warns about it; taking it out or adding it later changes nothing. The API does not return it.",
				Optional:      true,
				Validators:    []validator.String{tfkit.Choice("ext4", "xfs", "btrfs")},
				PlanModifiers: []planmodifier.String{tfkit.Replaces().BetweenValues()},
			},
			"region":              tfkit.RegionAttribute("volume", "; a volume can only be attached to VMs of its region"),
			"deletion_protection": tfkit.DeletionProtectionAttribute("volume", ""),
			"account_id":          tfkit.ComputedString("Id of the account."),
			"price_per_hour":      tfkit.PricePerHourAttribute(priced),
			"monthly_price":       tfkit.MonthlyPriceAttribute(priced, keptPrice),
			"created_at":          tfkit.ComputedString("When the volume was created, RFC 3339."),
			"timeouts":            timeouts.Attributes(ctx, timeouts.Opts{Create: true, Update: true, Delete: true}),
		},
	}
}
