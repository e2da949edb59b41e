package project

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func (r *projectResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Version: tfkit.StateVersion,
		MarkdownDescription: "A project: the scope boundary that every VM, volume, snapshot, backup, schedule, VPC, address and security group belongs to.\n\n" +
			"A project can only be destroyed when it is empty, and the account's default project cannot be destroyed at all.",
		Attributes: map[string]schema.Attribute{
			"id": tfkit.IDAttribute("project"),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name, 1 to 64 characters, unique in the account. Renamed in place: `slug` stays as it is.",
				Required:            true,
				Validators:          []validator.String{tfkit.NameLength()},
			},
			"description": schema.StringAttribute{
				MarkdownDescription: "Description. Changed in place. Default: empty.",
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(""),
			},
			"default_region": schema.StringAttribute{
				MarkdownDescription: "Code of the region that new objects of the project get when they name none. Changed in place, for objects that are created afterwards. Default: chosen by the API.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"deletion_protection": tfkit.DeletionProtectionAttribute("project", ""),
			"slug":                tfkit.ComputedString("Identifier that was made of the first name. It never changes."),
			"is_default":          tfkit.ComputedBool("Whether this is the default project of the account, which can be renamed but not deleted."),
			"is_active":           tfkit.ComputedBool("Whether the project is active."),
			"account_id":          tfkit.ComputedString("Id of the account that it belongs to."),
			"created_by":          tfkit.ComputedString("Id of the user who created the project."),
			"created_at":          tfkit.ComputedString("Time at which the project was created, in RFC 3339."),
		},
	}
}
