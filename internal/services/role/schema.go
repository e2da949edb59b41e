package role

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var slugPattern = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

// scopes are the two domains of permissions.
var scopes = []string{client.ScopeAccount, client.ScopeProject}

func (r *roleResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Version: tfkit.StateVersion,
		MarkdownDescription: "A custom role: a set of permissions, either of the account or of the projects where the role is granted. " +
			"Members and API keys get it with `raff_member`, `raff_project_member` or `raff_api_key`.\n\n" +
			"A change of its permissions holds for everybody who has the role from their next request on. " +
			"A role that somebody has cannot be deleted, and no API key can change the role that it has itself.",
		Attributes: map[string]schema.Attribute{
			"id": tfkit.IDAttribute("role"),
			"name": schema.StringAttribute{
				MarkdownDescription: "Display name, 1 to 64 characters. Changed in place.",
				Required:            true,
				Validators:          []validator.String{tfkit.NameLength()},
			},
			"slug": schema.StringAttribute{
				MarkdownDescription: "Identifier, 1 to 64 lower case letters, digits and hyphens, unique in the account. " +
					"It never changes: another slug replaces the role, which is possible only while nobody has the role.",
				Required: true,
				Validators: []validator.String{
					stringvalidator.RegexMatches(slugPattern, "must consist of 1 to 64 lower case letters, digits and hyphens"),
				},
				PlanModifiers: []planmodifier.String{tfkit.Replaces()},
			},
			"description": schema.StringAttribute{
				MarkdownDescription: "Description. Changed in place. Default: empty.",
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(""),
			},
			"scope": schema.StringAttribute{
				MarkdownDescription: "Scope of the role: `account` for permissions of the account (`account.…`), `project` for permissions " +
					"in the projects where the role is granted. It never changes: another scope replaces the role.",
				Required:      true,
				Validators:    []validator.String{tfkit.Choice(scopes...)},
				PlanModifiers: []planmodifier.String{tfkit.Replaces()},
			},
			"permissions": schema.SetAttribute{
				MarkdownDescription: "Names of the permissions, at least one, for example `vm.view`. All must be of the scope of the role, " +
					"and a plan refuses names that the API does not know. The `raff_permissions` data source lists them. Changed in place.",
				ElementType: types.StringType,
				Required:    true,
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1)),
				},
			},
			"is_system":  tfkit.ComputedBool("Whether this is one of the roles that every account has, which can be neither changed nor deleted."),
			"account_id": tfkit.ComputedString("Id of the account. Empty for a system role."),
			"created_by": tfkit.ComputedString("Id of the user who created the role."),
			"created_at": tfkit.ComputedString("Time at which the role was created, in RFC 3339."),
		},
	}
}
