package backup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// maxName is how long the name of a backup may be.
const maxName = 128

func (r *backupResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A backup of a VM, taken on demand. It outlives the VM. For regular backups, use `raff_backup_schedule`.\n\n" +
			"The backups of a VM form a series: each restore point builds on the one before. A point that later ones build on cannot be deleted by itself. " +
			"`delete_series` decides what destroying it does, and the plan says what else is affected.\n\n" +
			"**A backup can be the only copy of a VM that is gone.** It is never replaced because its VM is destroyed or replaced: it keeps the id of that one. " +
			"While its VM exists, another value of `vm_id` replaces it, and so does another `name` at any time: the backup is destroyed, and the plan warns about it. " +
			"A backup of the next VM is another resource, or this one planned with `-replace`. To keep it for good, " +
			"set `deletion_protection = true`, which has such a plan refused, and let the resource ignore other VMs with `lifecycle { ignore_changes = [vm_id] }`. " +
			"Or take it out of the state with a `removed` block that has `destroy = false`, or with `terraform state rm`: it stays in Raff, and can be imported again.",
		Attributes: map[string]schema.Attribute{
			"id":         tfkit.IDAttribute("backup"),
			"project_id": tfkit.ProjectIDAttribute("backup"),
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM to back up, running or stopped. The VM has to exist when the backup is created, and may go afterwards. " +
					"Another one replaces the backup while its VM exists, and the plan warns about it. With a VM that is gone the backup is kept, and the plan says so.",
				Required:      true,
				Validators:    []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers: []planmodifier.String{tfkit.Replaces()},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name, at most 128 characters. A backup cannot be renamed: another name replaces it, and the plan warns about it. " +
					"Default: composed by the API from the VM's name and the time.",
				Optional:   true,
				Computed:   true,
				Validators: []validator.String{stringvalidator.UTF8LengthBetween(1, maxName)},
				PlanModifiers: []planmodifier.String{
					stringplanmodifier.UseStateForUnknown(),
					tfkit.Replaces().IfConfigured(),
				},
			},
			"delete_series": schema.BoolAttribute{
				MarkdownDescription: "What destroying the backup does when later restore points build on it. `false` (default): Terraform waits for them to be destroyed " +
					"until the delete timeout, and then fails with an error that names them. `true`: the whole series is deleted, earlier and later points, " +
					"whoever created them; the plan names them. Without later points nothing but this backup is deleted.",
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
			},
			"deletion_protection": tfkit.DeletionProtectionAttribute("backup", ""),
			"account_id":          tfkit.ComputedString("Id of the account."),
			"created_by":          tfkit.ComputedString("Id of the user who created the backup."),
			"region":              tfkit.ComputedString("Region that the backup is stored in."),
			"status":              tfkit.ComputedString("Status: `pending`, `creating`, `ready`, `restoring` or `failed`."),
			"price_per_hour":      tfkit.PricePerHourAttribute(priced),
			"monthly_price":       tfkit.MonthlyPriceAttribute(priced, keptPrice),
			"created_at":          tfkit.ComputedString("When the backup was created, RFC 3339."),
			"timeouts":            timeouts.Attributes(ctx, timeouts.Opts{Create: true, Delete: true}),
		},
	}
}
