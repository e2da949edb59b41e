package backup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

// maxName is how long the name of a backup may be.
const maxName = 128

func (r *backupResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A backup of a VM, made on demand. It outlives the VM. For backups again and again use `raff_backup_schedule`.\n\n" +
			"The backups of a VM form a series: each restore point builds on the one before. A point that later ones build on cannot be deleted by itself. " +
			"What destroying it does is up to `delete_series`, and the plan says what else is affected.",
		Attributes: map[string]schema.Attribute{
			"id":         framework.IDAttribute("backup"),
			"project_id": framework.ProjectIDAttribute("backup"),
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM to back up, running or stopped. Another one replaces the backup.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name, at most 128 characters. A backup cannot be renamed: another name replaces it. Default: made by the API from the VM's name and the time.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, maxName)},
				PlanModifiers: []planmodifier.String{
					stringplanmodifier.UseStateForUnknown(),
					stringplanmodifier.RequiresReplaceIfConfigured(),
				},
			},
			"delete_series": schema.BoolAttribute{
				MarkdownDescription: "What destroying the backup does when later restore points build on it. `false` (default): Terraform waits for them to be destroyed " +
					"until the delete timeout, and then fails with an error that names them. `true`: the whole series is deleted, earlier and later points, " +
					"whoever made them; the plan names them.",
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
			},
			"account_id": framework.ComputedString("Id of the account."),
			"created_by": framework.ComputedString("Id of the user who made the backup."),
			"region":     framework.ComputedString("Region that the backup is stored in."),
			"storage_size": schema.Int64Attribute{
				MarkdownDescription: "Size in MB. Of a point that builds on another one it is what has changed since.",
				Computed:            true,
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			},
			"status":         framework.ComputedString("Status: `pending`, `creating`, `ready`, `restoring` or `failed`."),
			"price_per_hour": framework.ComputedString("Price in USD an hour, as text."),
			"expire_date":    framework.ComputedString("When the backup is deleted by itself, RFC 3339. Null for one that is kept."),
			"increment_id": schema.Int64Attribute{
				MarkdownDescription: "Position in the series: `0` is the baseline, `1` and up build on it. Null for a backup by itself.",
				Computed:            true,
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			},
			"created_at": framework.ComputedString("When the backup was made, RFC 3339."),
			"timeouts":   timeouts.Attributes(ctx, timeouts.Opts{Create: true, Delete: true}),
		},
	}
}
