package volume

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
		MarkdownDescription: "The attachment of a volume to a VM. A volume is attached to at most one VM, and a VM can have several volumes.\n\n" +
			"Destroying the attachment detaches the volume and keeps it. Unmount its file systems in the VM first, or data may be lost. " +
			"A volume that was detached or moved elsewhere shows as a change of this resource only.",
		Attributes: map[string]schema.Attribute{
			"id":         tfkit.IDAttribute("attachment, which is that of the volume"),
			"project_id": tfkit.ProjectIDAttribute("volume attachment"),
			"volume_id": schema.StringAttribute{
				MarkdownDescription: "Id of the volume, in the same project. Another volume replaces the attachment.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{tfkit.Replaces()},
			},
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Id of the VM, in the same project and region as the volume. Changed in place: the volume is detached and attached to the other VM. " +
					"If the same apply destroys the VM and the next one is not known yet, the attachment is destroyed and created again instead, so that the volume is detached before its VM is gone.",
				Required:   true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"timeouts": tfkit.TimeoutsAttribute(ctx, tfkit.Timeouts{Create: defaultTimeout, Update: defaultTimeout, Delete: defaultTimeout}),
		},
	}
}
