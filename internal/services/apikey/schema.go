package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// maxName is the longest name of a key.
const maxName = 128

func (r *apiKeyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Version: tfkit.StateVersion,
		MarkdownDescription: "An API key of the account. It reaches the projects that it is added to with `raff_project_member`; " +
			"`role_id` gives it permissions in the account.\n\n" +
			"~> **The secret is stored in the state**, as `secret` and nowhere else, in plain text as Terraform stores everything: " +
			"whoever can read the state has the key. Keep the state where only people who may have the key can read it. " +
			"For a key that is needed only during a run, use the ephemeral resource `raff_api_key`, which is never stored.\n\n" +
			"The key that the provider itself works with is never revoked, switched off or regenerated: such a plan is refused. " +
			"`deletion_protection` keeps any other key from being revoked; it can still be rotated and switched off.",
		Attributes: map[string]schema.Attribute{
			"id": tfkit.IDAttribute("API key"),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name, 1 to 128 characters. Changed in place.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, maxName)},
			},
			"role_id": schema.StringAttribute{
				MarkdownDescription: "Id of a role with the scope `account`: what the key may do in the account. The role of a key cannot be changed: " +
					"another role replaces the key. To change what a key may do, edit its role, or give it one with `raff_member`. Default: no role in the account.",
				Optional:   true,
				Computed:   true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers: []planmodifier.String{
					stringplanmodifier.UseStateForUnknown(), tfkit.Replaces().IfConfigured(),
				},
			},
			"rate_limit_tier": schema.StringAttribute{
				MarkdownDescription: "Limit of requests: `standard` for 30 requests a second, `high` for 100, which Raff support has to approve first. Changed in place. Default: `standard`.",
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(client.TierStandard),
				Validators:          []validator.String{tfkit.Choice(client.TierStandard, client.TierHigh)},
			},
			"expires_at": schema.StringAttribute{
				MarkdownDescription: "Time at which the key stops working, in RFC 3339. Changed in place. The same moment in another time zone is no change. " +
					"An expiry cannot be removed from a key: leaving it out later replaces the key. Default: never. An imported key keeps its expiry until this is set for the first time.",
				Optional:      true,
				Computed:      true,
				Validators:    []validator.String{timestamp{}},
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), tfkit.TimeText.KeepInPlan()},
			},
			"is_active": schema.BoolAttribute{
				MarkdownDescription: "Whether the key works. Changed in place. Default: `true`.",
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(true),
			},
			"rotation_trigger": schema.StringAttribute{
				MarkdownDescription: "Any text. Changed in place: another text regenerates the key, which gets a new `secret`, and the old secret stops working at once. " +
					"Taking it out changes nothing, and the first one of an imported key is only recorded. Default: none.",
				Optional:   true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"deletion_protection": tfkit.DeletionProtectionAttribute("API key", ""),
			"secret": schema.StringAttribute{
				MarkdownDescription: "The key itself, `raff_…`, for the `api_key` of a provider. The API shows it once, so it is empty for an imported key " +
					"until that is regenerated. **Stored in the state.**",
				Computed:      true,
				Sensitive:     true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"key_prefix": tfkit.ComputedString("The first 13 characters of the key, by which people recognise it. They change when the key is regenerated."),
			"scope":      tfkit.ComputedString("Scope of the key, which is always `public`."),
			"role_slug":  tfkit.ComputedString("Slug of the role with the id `role_id`."),
			"account_id": tfkit.ComputedString("Id of the account that it belongs to."),
			"created_by": tfkit.ComputedString("Id of the user who created the key."),
			"created_at": tfkit.ComputedString("Time at which the key was created, in RFC 3339."),
		},
	}
}
