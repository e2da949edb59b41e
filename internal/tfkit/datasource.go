package tfkit

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Question is the first stage of a data source's Read: it returns the configuration, and false where the
// API cannot be asked.
func Question[M any](ctx context.Context, b *DataSourceBase, req datasource.ReadRequest, resp *datasource.ReadResponse) (*M, bool) {
	m := Get[M](ctx, req.Config, &resp.Diagnostics)
	return m, b.Configured(&resp.Diagnostics) && b.checkNamed(ctx, req.Config.Raw, &resp.Diagnostics)
}

// CatalogQuestion is Question for a data source of the public catalogue, which needs no key.
func CatalogQuestion[M any](ctx context.Context, b *DataSourceBase, req datasource.ReadRequest, resp *datasource.ReadResponse) (*M, bool) {
	m := Get[M](ctx, req.Config, &resp.Diagnostics)
	return m, b.CatalogConfigured(&resp.Diagnostics)
}

// Items maps the objects of a list, at least to an empty list.
func Items[M, T any](objects iter.Seq2[*T, error], fill func(*M, *T)) ([]M, error) {
	items := []M{}
	for object, err := range objects {
		if err != nil {
			return nil, err
		}
		var item M
		fill(&item, object)
		items = append(items, item)
	}
	return items, nil
}

// Listed is the last stage of a list data source's Read: it stores what was listed, or says why not.
// nouns names the objects, "VMs".
func Listed(ctx context.Context, m any, nouns, projectID string, err error, resp *datasource.ReadResponse) {
	if err != nil {
		AddError(&resp.Diagnostics, "Unable to list "+nouns, Object(nouns, "", "", projectID), err)
		return
	}
	Set(ctx, &resp.State, m, &resp.Diagnostics)
}

// InProject tells whether an object that was found by its id lies in the project that a data source names, if it
// names one, and adds an error where it does not.
func InProject(wanted types.String, noun, name, id, projectID string, diags *diag.Diagnostics) bool {
	if wanted.IsNull() || wanted.ValueString() == projectID {
		return true
	}
	diags.AddAttributeError(path.Root("project_id"), noun+" is in another project",
		Object(noun, name, id, projectID)+" is not in project "+wanted.ValueString()+". Correct project_id or leave it out.")
	return false
}

// Text is a computed string of a data source.
func Text(description string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

// Number is a computed integer of a data source.
func Number(description string) schema.Attribute {
	return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
}

// Flag is a computed boolean of a data source.
func Flag(description string) schema.Attribute {
	return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
}

// List is the computed list of the objects that a list data source finds.
func List(description string, item map[string]schema.Attribute) schema.Attribute {
	return schema.ListNestedAttribute{
		MarkdownDescription: description,
		Computed:            true,
		NestedObject:        schema.NestedAttributeObject{Attributes: item},
	}
}

// Filter is an attribute that narrows what a list data source finds.
func Filter(description string, validators ...validator.String) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Validators:          notEmpty(validators),
	}
}

// notEmpty adds to the validators of an attribute that it must not be empty, unless they say what it can be.
func notEmpty(validators []validator.String) []validator.String {
	for _, v := range validators {
		switch v.(type) {
		case choice, choiceInAnyCase:
			return validators
		}
	}
	return append(validators, stringvalidator.LengthAtLeast(1))
}

// Lookup is an attribute by which a data source finds its object, and which it fills in otherwise.
func Lookup(description string, validators ...validator.String) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Computed:            true,
		Validators:          notEmpty(validators),
	}
}

// ByIDOrName lets a data source find an object of a project: by its id, or by its name and project. The
// name is followed by more, such as that it is not unique.
func ByIDOrName(attributes map[string]schema.Attribute, noun, more string) map[string]schema.Attribute {
	attributes["id"] = Lookup("Id of the " + noun + ". Either this, or `name` and `project_id`.")
	attributes["name"] = Lookup("Name of the "+noun+", exactly. Needs `project_id`."+more,
		stringvalidator.AlsoRequires(path.MatchRoot("project_id")))
	attributes["project_id"] = Lookup("Id of the project that the " + noun + " belongs to. Needed with `name`. Default: that of the " + noun + ".")
	return attributes
}

// OneOf demands exactly one of the attributes by which a data source finds its object.
func OneOf(names ...string) []datasource.ConfigValidator {
	expressions := make([]path.Expression, len(names))
	for i, name := range names {
		expressions[i] = path.MatchRoot(name)
	}
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(expressions...)}
}
