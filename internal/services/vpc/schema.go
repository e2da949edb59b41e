package vpc

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

func (r *vpcResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A VPC: a private IPv4 network that VMs of its project can be in, each with an interface of its own.\n\n" +
			"Put a VM into it with `vpc_id` of `raff_vm`, or with `raff_vpc_attachment` for a further interface. " +
			"A VPC is only destroyed once no VM is in it: destroying waits for VMs to leave, and names those that stay.",
		Attributes: map[string]schema.Attribute{
			"id":         framework.IDAttribute("VPC"),
			"project_id": framework.ProjectIDAttribute("VPC"),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name, 1 to 64 characters, unique in the account. Renamed in place.",
				Required:            true,
				Validators:          []validator.String{framework.NameLength()},
			},
			"cidr": schema.StringAttribute{
				MarkdownDescription: "Address range: private IPv4 (`10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` or `100.64.0.0/10`), a prefix from /16 to /28, " +
					"and aligned to it, such as `10.0.1.0/24`. The network, the gateway (its first host) and the broadcast address are not for VMs. " +
					"A range that overlaps with another VPC is warned about at plan. Another range replaces the VPC. " +
					"The `raff_vpc_cidr_suggestions` data source knows free ranges.",
				Required:      true,
				Validators:    []validator.String{cidrValidator{}},
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"region": schema.StringAttribute{
				MarkdownDescription: "Region. Default: the project's default region. Another region replaces the VPC.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplace()},
			},
			"description": schema.StringAttribute{
				MarkdownDescription: "Description. Changed in place. The API takes it and does not return it, so a change made elsewhere is not seen, " +
					"and a VPC that was imported starts with an empty one in its state. Default: empty.",
				Optional: true,
				Computed: true,
				Default:  stringdefault.StaticString(""),
			},
			"account_id":       framework.ComputedString("Id of the account."),
			"gateway":          framework.ComputedString("Address of the gateway, the first host of the range."),
			"dns":              framework.ComputedString("Address of the DNS server."),
			"status":           framework.ComputedString("Status, `active` for a VPC that can be used."),
			"total_ips":        computedInt("Number of addresses in the range, reserved ones included."),
			"used_ips":         computedInt("Number of addresses that interfaces of VMs hold, when the VPC was last read."),
			"gateway_type":     framework.ComputedString("Type of the gateway, `none` for a VPC that has no way out."),
			"router_public_ip": framework.ComputedString("Public address of the gateway, where there is one."),
			"router_status":    framework.ComputedString("Status of the gateway's router, where there is one."),
			"created_at":       framework.ComputedString("When the VPC was made, RFC 3339."),
			"updated_at":       framework.ComputedString("When the VPC was last changed, RFC 3339."),
			"timeouts":         timeouts.Attributes(ctx, timeouts.Opts{Delete: true}),
		},
	}
}

func computedInt(description string) schema.Int64Attribute {
	return schema.Int64Attribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
	}
}
