package framework

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// IDAttribute is the computed id of an object.
func IDAttribute(noun string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Id of the " + noun + ".",
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// ComputedString is a computed attribute that no update of the object changes.
func ComputedString(description string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// ProjectIDAttribute is the project of every object that lives in one. Changing it replaces the
// object, because the API has no call that moves one.
func ProjectIDAttribute(noun string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Id of the project that the " + noun + " belongs to. It is sent as `X-Project-ID` with every request. " +
			"Raff cannot move objects between projects: changing it destroys the " + noun + " and makes a new one.",
		Required:      true,
		Validators:    []validator.String{stringvalidator.LengthAtLeast(1)},
		PlanModifiers: []planmodifier.String{projectMove{noun: noun}},
	}
}

// OptionalProjectID is the project of a list data source.
func OptionalProjectID(nouns string) datasourceschema.StringAttribute {
	return datasourceschema.StringAttribute{
		MarkdownDescription: "Only " + nouns + " of this project. Left out: those of every project that the API key can reach.",
		Optional:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}

// DeletionProtectionAttribute blocks destroy and replacement while it is true.
func DeletionProtectionAttribute(noun string) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: "While `true`, a plan that would destroy or replace the " + noun + " is refused. Kept by Terraform only: " +
			"it does not stop anybody from deleting the " + noun + " elsewhere. To destroy, set it to `false` and apply first. Default: `false`.",
		Optional: true,
		Computed: true,
		Default:  booldefault.StaticBool(false),
	}
}

// NameLength is the length that the API accepts for most names.
func NameLength() validator.String { return stringvalidator.UTF8LengthBetween(1, 64) }

// projectMove replaces the object when its project changes, and says why.
type projectMove struct{ noun string }

var _ planmodifier.String = projectMove{}

func (m projectMove) Description(context.Context) string {
	return "Raff cannot move a " + m.noun + " between projects: a change replaces it."
}

func (m projectMove) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (m projectMove) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.State.Raw.IsNull() || req.Plan.Raw.IsNull() || req.PlanValue.Equal(req.StateValue) || req.StateValue.IsNull() {
		return
	}
	resp.RequiresReplace = true
	resp.Diagnostics.AddAttributeWarning(req.Path, "Changing the project replaces the "+m.noun,
		"Raff cannot move a "+m.noun+" from project "+req.StateValue.ValueString()+" to another one. "+
			"Applying this plan destroys it and makes a new one in the other project.")
}
