package tfkit

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
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

// ComputedInt is ComputedString for an integer.
func ComputedInt(description string) schema.Int64Attribute {
	return schema.Int64Attribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
	}
}

// ComputedBool is ComputedString for a flag.
func ComputedBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
	}
}

// RegionAttribute is the region of an object, which never changes. use says what for, if there is more to say.
func RegionAttribute(noun, use string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Region, see the `raff_regions` data source" + use + ". Default: the project's default region. Another region replaces the " + noun + ".",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), Replaces().IfConfigured()},
	}
}

// ProjectIDAttribute is the project of every object that lives in one. Changing it replaces the
// object, because the API has no call that moves one.
func ProjectIDAttribute(noun string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Id of the project that the " + noun + " belongs to. There is no default project, and the API key needs access to this one. " +
			"Raff cannot move objects between projects: changing it destroys the " + noun + " and creates a new one.",
		Required:      true,
		Validators:    []validator.String{stringvalidator.LengthAtLeast(1)},
		PlanModifiers: []planmodifier.String{Replaces()},
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

// NameLength is the length that the API accepts for most names.
func NameLength() validator.String { return nameLength{} }
