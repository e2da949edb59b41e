package project

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

func (r *projectResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A project: the scope boundary that every VM, volume, snapshot, backup, schedule, VPC, address and security group belongs to.\n\n" +
			"A project can only be destroyed when it is empty, and the account's default project cannot be destroyed at all.",
		Attributes: map[string]schema.Attribute{
			"id": framework.IDAttribute("project"),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name, 1 to 64 characters, unique in the account. Renamed in place; `slug` stays as it is.",
				Required:            true,
				Validators:          []validator.String{framework.NameLength()},
			},
			"description": schema.StringAttribute{
				MarkdownDescription: "Description. Changed in place. Default: empty.",
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(""),
			},
			"default_region": schema.StringAttribute{
				MarkdownDescription: "Region that new objects of the project get when they name none. Changed in place, for objects made afterwards. Default: chosen by the API.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"deletion_protection": framework.DeletionProtectionAttribute("project"),
			"slug":                framework.ComputedString("Identifier made from the first name. It never changes."),
			"is_default":          computedBool("Whether this is the account's default project, which can be renamed but not deleted."),
			"is_active":           computedBool("Whether the project is active."),
			"account_id":          framework.ComputedString("Id of the account."),
			"created_by":          framework.ComputedString("Id of the user who made the project."),
			"created_at":          framework.ComputedString("When the project was made, RFC 3339."),
			"updated_at":          framework.ComputedString("When the project was last changed, RFC 3339."),
		},
	}
}

func computedBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
	}
}
