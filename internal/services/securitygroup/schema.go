package securitygroup

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func (r *groupResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Version: tfkit.StateVersion,
		MarkdownDescription: "A security group: a named set of firewall rules for public interfaces of VMs. Rules allow traffic; what none of them allows is dropped.\n\n" +
			"Put it on an interface with `raff_security_group_attachment`. Everything about it is changed in place, rules included. " +
			"Destroying it waits until no interface uses it, and names the VMs that still do.\n\n" +
			"The platform never opens " + blockedText + " from outside. It takes them out of inbound rules when it saves them, which is warned about at plan: " +
			"`130:200` of TCP becomes `130:134,136:138,140:200`, and a rule that has only such ports is not kept at all. " +
			"The rules stay in the state as they are written, and equal ports in another order or grouping are no difference.",
		Attributes: map[string]schema.Attribute{
			"id":         tfkit.IDAttribute("security group"),
			"project_id": tfkit.ProjectIDAttribute("security group"),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name, 1 to 64 characters, unique in the account. Renamed in place.",
				Required:            true,
				Validators:          []validator.String{tfkit.NameLength()},
			},
			"description": schema.StringAttribute{
				MarkdownDescription: "Description. Changed in place. Default: empty.",
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(""),
			},
			"template_id": schema.StringAttribute{
				MarkdownDescription: "Id of a template to take rules from when the group is created, for each direction that is left out here; see the `raff_security_group_templates` data source. " +
					"From then on, what is left out stays as it is, even if the template changes. A later change has no effect. Default: none.",
				Optional:   true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"inbound":             rulesAttribute("Rules for traffic to the VM", "source"),
			"outbound":            rulesAttribute("Rules for traffic from the VM", "destination"),
			"created_at":          tfkit.ComputedString("Time at which the group was created, in RFC 3339."),
			"deletion_protection": tfkit.DeletionProtectionAttribute("security group", ""),
			"timeouts":            tfkit.TimeoutsAttribute(ctx, tfkit.Timeouts{Delete: deleteTimeout}),
		},
	}
}

// rulesAttribute are the rules of one direction, for traffic from or to the peer.
func rulesAttribute(what, peer string) schema.SetNestedAttribute {
	return schema.SetNestedAttribute{
		MarkdownDescription: fmt.Sprintf("%s, at most %d. Changed in place. Default: those of the template if there is one, those that an imported group has, and otherwise none.", what, maxRules),
		Optional:            true,
		Computed:            true,
		Default:             setdefault.StaticValue(types.SetValueMust(ruleType, []attr.Value{})),
		Validators:          []validator.Set{setvalidator.SizeAtMost(maxRules)},
		NestedObject: schema.NestedAttributeObject{
			Validators: []validator.Object{ruleValidator{}},
			Attributes: map[string]schema.Attribute{
				"protocol": schema.StringAttribute{
					MarkdownDescription: "Protocol: `" + strings.Join(protocols[:len(protocols)-1], "`, `") + "` or `" + protocols[len(protocols)-1] + "`.",
					Required:            true,
				},
				"ports": schema.StringAttribute{
					MarkdownDescription: "Ports of TCP or UDP: `22`, `80,443`, `3000:4000`, or several of these separated by commas, without hyphens and spaces. Default: all ports.",
					Optional:            true,
				},
				"ip": schema.StringAttribute{
					MarkdownDescription: "IPv4 or IPv6 address of the " + peer + ", or of its network together with `size`. Default: any.",
					Optional:            true,
				},
				"size": schema.Int64Attribute{
					MarkdownDescription: "Prefix length of `ip` in bits: `24` for a /24, `0` for everything. Default: none, and the rule is for the address alone.",
					Optional:            true,
				},
				"icmp_type": schema.Int64Attribute{
					MarkdownDescription: "Number of the type of ICMP or ICMPV6 message, 0 to 255: `0` is an echo reply. Default: all types.",
					Optional:            true,
				},
			},
		},
	}
}

// ruleValidator checks the attributes of a rule, each and with each other: one error says which rule it is about.
type ruleValidator struct{}

var _ validator.Object = ruleValidator{}

func (ruleValidator) Description(context.Context) string {
	return "protocol must be " + strings.Join(protocols, ", ") + "; ports are for TCP and UDP, icmp_type is for ICMP and ICMPV6, and size goes with ip"
}

func (v ruleValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v ruleValidator) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if !tfkit.Known(req.ConfigValue) {
		return
	}
	r := partialRule(req.ConfigValue)
	attribute, problem := emptyProblem(req.ConfigValue)
	if problem == "" {
		attribute, problem = valueProblem(r)
	}
	if _, known := knownRule(req.ConfigValue); known && problem == "" { // otherwise again when it is known, by the API at the latest
		attribute, problem = ruleProblem(r)
	}
	if problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path.AtName(attribute), "Invalid rule",
			fmt.Sprintf("%s rule with %s: %s.", titleOf(req.Path), r.words(), problem))
	}
}

// titleOf begins a sentence about a rule with its direction.
func titleOf(rule path.Path) string {
	if rule.ParentPath().Equal(path.Root("outbound")) {
		return "Outbound"
	}
	return "Inbound"
}

// emptyProblem says which text of a rule is given and empty.
func emptyProblem(object types.Object) (attribute, problem string) {
	for _, name := range []string{"ports", "ip"} {
		if text, ok := object.Attributes()[name].(types.String); ok && tfkit.Known(text) && text.ValueString() == "" {
			return name, name + " is empty: leave it out for any"
		}
	}
	return "", ""
}
