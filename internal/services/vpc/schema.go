package vpc

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func (r *vpcResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Version: tfkit.StateVersion,
		MarkdownDescription: "A VPC: a private IPv4 network that VMs of its project can be in, each with an interface of its own.\n\n" +
			"Put a VM into it with `vpc_id` of `raff_vm`, or with `raff_vpc_attachment` for a further interface. " +
			"A VPC is only destroyed once no VM is in it: destroying waits for VMs to leave, and names those that stay.",
		Attributes: map[string]schema.Attribute{
			"id":         tfkit.IDAttribute("VPC"),
			"project_id": tfkit.ProjectIDAttribute("VPC"),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name, 1 to 64 characters, unique in the account. Renamed in place.",
				Required:            true,
				Validators:          []validator.String{tfkit.NameLength()},
			},
			"cidr": schema.StringAttribute{
				MarkdownDescription: "Address range, such as `10.0.1.0/24`: private IPv4 (`10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` or `100.64.0.0/10`), with a prefix from /16 to /28, " +
					"and written with its network address. VMs cannot have the network address, that of the gateway (the first host) and the broadcast address. " +
					"The plan warns about a range that overlaps with another VPC. Another range replaces the VPC. " +
					"The `raff_vpc_cidr_suggestions` data source suggests free ranges.",
				Required:      true,
				Validators:    []validator.String{cidrValidator{}},
				PlanModifiers: []planmodifier.String{tfkit.Replaces()},
			},
			"region": tfkit.RegionAttribute("VPC", ""),
			"description": schema.StringAttribute{
				MarkdownDescription: "Description. Changed in place. The API takes it and does not return it: Terraform does not see a change made elsewhere, " +
					"and only records the first one that the configuration of an imported VPC gives. Default: empty.",
				Optional: true,
				Computed: true,
				Default:  stringdefault.StaticString(""),
			},
			"account_id":          tfkit.ComputedString("Id of the account that it belongs to."),
			"gateway":             tfkit.ComputedString("Address of the gateway, the first host of the range."),
			"dns":                 tfkit.ComputedString("Address of the DNS server."),
			"status":              tfkit.ComputedString("Status: `active` for a VPC that can be used."),
			"total_ips":           tfkit.ComputedInt("Number of addresses in the range, those that VMs cannot have included."),
			"gateway_type":        tfkit.ComputedString("Type of the gateway: `none` for a VPC without a way out."),
			"created_at":          tfkit.ComputedString("Time at which the VPC was created, in RFC 3339."),
			"deletion_protection": tfkit.DeletionProtectionAttribute("VPC", ""),
			"timeouts":            tfkit.TimeoutsAttribute(ctx, tfkit.Timeouts{Delete: deleteTimeout}),
		},
	}
}
