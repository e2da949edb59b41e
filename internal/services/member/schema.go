package member

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// address accepts what could be an email address. Which are, the API knows.
var address = stringvalidator.RegexMatches(regexp.MustCompile(`^[^@\s]+@[^@\s]+$`), "must be an email address")

func (r *memberResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := grantAttributes("account", "account")
	attributes["account_id"] = tfkit.ComputedString("Id of the account that it belongs to.")
	resp.Schema = schema.Schema{
		Version: tfkit.StateVersion,
		MarkdownDescription: "One member of the account, a person or an API key, with a role. Only this member is managed: others are never changed or removed.\n\n" +
			"A role in the account gives no access to what is in projects; that is what `raff_project_member` is for. " +
			"The Owner, the last member with the permission `account.members.manage` and the API key that the provider works with are protected: " +
			"a plan that would remove them or change their role is refused.",
		Attributes: attributes,
	}
}

func (r *projectMemberResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := grantAttributes("project", "project")
	attributes["project_id"] = tfkit.ProjectIDAttribute("project member")
	resp.Schema = schema.Schema{
		Version: tfkit.StateVersion,
		MarkdownDescription: "One member of a project, a person or an API key, with a role there. Only this grant is managed: " +
			"others, in this project and elsewhere, are never changed or removed. This is how an API key gets access to a project.\n\n" +
			"A plan that would remove the API key that the provider works with, or change its role, is refused.",
		Attributes: attributes,
	}
}

// grantAttributes are what members of the account and of projects have alike. scope is that of the role.
func grantAttributes(where, scope string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": tfkit.IDAttribute("member"),
		"email": schema.StringAttribute{
			MarkdownDescription: "Email address of a person to invite. The member is `pending` until the invitation is accepted, which does not count as drift. " +
				"Give exactly one of this, `target_user_id` and `api_key_id`. Letter case does not matter. " +
				"Another address replaces the member. Default: the address that the API has for the member.",
			Optional:      true,
			Computed:      true,
			Validators:    []validator.String{address},
			PlanModifiers: []planmodifier.String{tfkit.EmailText.KeepInPlan(), stringplanmodifier.UseStateForUnknown()},
		},
		"target_user_id": schema.StringAttribute{
			MarkdownDescription: userDescription(scope) + " Another user replaces the member. An imported member may not have it: giving the same user then only records it. Default: none.",
			Optional:            true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"api_key_id": schema.StringAttribute{
			MarkdownDescription: "Id of an API key to add. Another key replaces the member. The API does not return it, so an imported member has none: " +
				"giving one then only records it. Default: none.",
			Optional:   true,
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"role_id": schema.StringAttribute{
			MarkdownDescription: "Id of a role with the scope `" + scope + "`. Changed in place.",
			Required:            true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"suspended": schema.BoolAttribute{
			MarkdownDescription: "Whether the member is suspended: still there, but without its rights in the " + where + ". " +
				"Changed in place. A pending member cannot be suspended. Default: `false`.",
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(false),
		},
		"user_id":               tfkit.ComputedString("Id of the user. Empty for an API key, and until an invitation is accepted."),
		"role_slug":             tfkit.ComputedString("Slug of the role."),
		"status":                tfkit.ComputedString("Status: `pending` until the invitation is accepted, then `active`, or `suspended`."),
		"invitation_id":         tfkit.ComputedString("Id of the invitation, while the member is pending."),
		"invitation_expires_at": tfkit.ComputedString("Time at which the invitation expires and the member is gone, in RFC 3339."),
		"invited_by":            tfkit.ComputedString("Id of the user who added the member."),
		"invited_at":            tfkit.ComputedString("Time at which the member was added, in RFC 3339."),
		"accepted_at":           tfkit.ComputedString("Time at which the invitation was accepted, in RFC 3339."),
		"created_at":            tfkit.ComputedString("Time at which the membership was created, in RFC 3339."),
	}
}

func userDescription(scope string) string {
	if scope == "project" {
		return "Id of a user who is a member of the account, to add at once. The `raff_member` data source finds it as `user_id`."
	}
	return "Id of a user of Raff to add at once, for example of somebody who is a member of a project only."
}

// exactlyOne demands one way to name the member.
func exactlyOne() []resource.ConfigValidator {
	return []resource.ConfigValidator{
		resourcevalidator.ExactlyOneOf(path.MatchRoot("email"), path.MatchRoot("target_user_id"), path.MatchRoot("api_key_id")),
	}
}
