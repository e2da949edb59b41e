package ip

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func (r *ipResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A reserved public address: it stays with the account, attached to a VM or not, until it is released.\n\n" +
			"Attach it with `raff_ip_attachment`. Destroying it releases the address for good, and anyone who reserves an address afterwards may receive it. " +
			"Use `deletion_protection` for an address that others know. Destroying waits for the address to be detached.",
		Attributes: map[string]schema.Attribute{
			"id":         tfkit.IDAttribute("address"),
			"project_id": tfkit.ProjectIDAttribute("address"),
			"type": schema.StringAttribute{
				MarkdownDescription: "`IPv4` or `IPv6`. Default: `IPv4`, or the type of an imported address. Another type replaces the address.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{tfkit.Choice(client.IPv4, client.IPv6)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), tfkit.Replaces().IfConfigured()},
			},
			"region": tfkit.RegionAttribute("address", ""),
			"billing_period": schema.StringAttribute{
				MarkdownDescription: "Period of the subscription that pays for the address: `monthly`, `yearly` or `twenty_four_month`. " +
					"Accounts that pay as they go have none. Only used when the address is reserved: a later change has no effect. " +
					"The API does not return it. Default: chosen by the API.",
				Optional:   true,
				Validators: []validator.String{tfkit.Choice(tfkit.PeriodMonthly, tfkit.PeriodYearly, tfkit.PeriodTwentyFourMonth)},
			},
			"deletion_protection": tfkit.DeletionProtectionAttribute("address", ""),
			"ip_address":          tfkit.ComputedString("The address."),
			"reserved":            tfkit.ComputedBool("Whether the address is reserved, which it is as long as it is managed here."),
			"account_id":          tfkit.ComputedString("Id of the account."),
			"created_by":          tfkit.ComputedString("Id of the user who reserved the address."),
			"price_per_hour":      tfkit.PricePerHourAttribute(priced),
			"monthly_price":       tfkit.MonthlyPriceAttribute(priced, keptPrice),
			"created_at":          tfkit.ComputedString("When the address was reserved, RFC 3339."),
			"timeouts":            timeouts.Attributes(ctx, timeouts.Opts{Delete: true}),
		},
	}
}
