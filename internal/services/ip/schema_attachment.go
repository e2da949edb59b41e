package ip

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func (r *attachmentResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Version: tfkit.StateVersion,
		MarkdownDescription: "A reserved public address on a VM. Another VM takes it over in place.\n\n" +
			"A VM has up to four public IPv4 addresses and one IPv6 address. Its own IPv4 address (`public_ipv4` of `raff_vm`) can only be the first; " +
			"attachments add reserved ones beside it, or are all that there is where `public_ipv4 = false`. " +
			"A VM without an address of its own needs a `vpc_id`, since it needs a network from the start; attachments do not disturb it.\n\n" +
			"The first IPv4 address that a VM gets is its **primary** one. It stays so until it is detached: then the one whose interface has the lowest `nic_id` takes its place. " +
			"No call of the API chooses the primary address, so the order of the attachments decides. If one apply creates several, set `primary = true` on one and `primary = false` on the others, " +
			"which wait for it, or have the others name it in `depends_on`. A plan says where it moves the primary address, and is refused where an attachment with `primary = true` would not be the primary one. " +
			"To make another address the primary one, replace all attachments of the VM in one apply (`-replace`), the others with the primary one in `depends_on`.\n\n" +
			"The API does not remove the last interface of a VM, nor anything from a VM that has failed. If the VM is destroyed in the same run, the attachment goes with it. " +
			"Otherwise destroying an attachment waits for another interface, until the timeout, and fails while the VM has failed.",
		Attributes: map[string]schema.Attribute{
			"id":         tfkit.IDAttribute("attachment, which is that of the address"),
			"project_id": tfkit.ProjectIDAttribute("attachment"),
			"ip_id": schema.StringAttribute{
				MarkdownDescription: "Id of a reserved address, in the same project. Another address replaces the attachment.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{tfkit.Replaces()},
			},
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM, in the same project. Changed in place: the address is detached, and attached to the other VM. It cannot be reached for a moment.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"primary": schema.BoolAttribute{
				MarkdownDescription: "Whether the address has to be the primary IPv4 address of the VM. `true`: it is attached once the VM has no other one, and a plan that would make it a secondary address is refused. " +
					"`false`: it is attached once the VM has another IPv4 address, which is the primary one then. Only for IPv4. " +
					"A change sends nothing to the API. Default: none, and the address is attached at once.",
				Optional: true,
			},
			"is_primary": tfkit.ComputedBool("Whether this is the primary IPv4 address of the VM, as of the last refresh: it becomes the primary one when the one before is detached. Null where the API does not say."),
			"ip_address": tfkit.ComputedString("The attached address itself."),
			"nic_id":     tfkit.ComputedInt("Id of the interface that carries the address, unique within the VM."),
			"mac":        tfkit.ComputedString("MAC address of the interface."),
			"timeouts":   tfkit.TimeoutsAttribute(ctx, tfkit.Timeouts{Create: attachTimeout, Update: attachTimeout, Delete: attachTimeout}),
		},
	}
}
