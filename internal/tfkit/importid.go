package tfkit

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Identity is the resource identity of every object in a project.
type Identity struct {
	ID        types.String `tfsdk:"id"`
	ProjectID types.String `tfsdk:"project_id"`
}

// IdentitySchema describes Identity. The id is enough: the API finds an object by its id alone.
func IdentitySchema(noun string) identityschema.Schema {
	return identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"id": identityschema.StringAttribute{
				RequiredForImport: true,
				Description:       "Id of the " + noun + ".",
			},
			"project_id": identityschema.StringAttribute{
				OptionalForImport: true,
				Description:       "Id of the project that the " + noun + " belongs to. Found by the id when left out.",
			},
		},
	}
}

// Import is what an import names: an id, and a project if the user gave one.
type Import struct {
	ID        string
	ProjectID string
}

// uuid is an id, which the API accepts in upper case as well and writes in lower case.
var uuid = regexp.MustCompile(`(?i)\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`)

// ParseImport reads `<id>` or `<project_id>/<id>`. For anything else problem says what is wrong.
func (f IDForm) ParseImport(text string) (i Import, problem string) {
	parts := strings.Split(text, "/")
	for n := range parts {
		parts[n] = uuid.ReplaceAllStringFunc(strings.TrimSpace(parts[n]), strings.ToLower)
	}
	i.ID = parts[len(parts)-1]
	switch {
	case len(parts) == 1:
	case f.Account:
		return Import{}, "it has a slash, and the id of " + withArticle(f.Noun) + " has none: it is found by its id alone"
	case len(parts) > 2:
		return Import{}, "it has several slashes"
	case parts[0] == "":
		return Import{}, "<project_id> is empty: leave it out, with the slash"
	case !idForm.MatchString(parts[0]):
		return Import{}, "<project_id> is " + uuidPart.Words + ", got " + quote(shortened(parts[0]))
	default:
		i.ProjectID = parts[0]
	}
	if _, problem := f.Split(i.ID); problem != "" {
		return Import{}, problem
	}
	return i, ""
}

// written is how an import id is composed.
func (f IDForm) written() string {
	if f.Account {
		return f.Written()
	}
	return f.Written() + " or <project_id>/" + f.Written()
}

// addImportProblem adds the error for an import id that is none.
func (f IDForm) addImportProblem(id, problem string, diags *diag.Diagnostics) {
	diags.AddError("Invalid import id", fmt.Sprintf("The import id of %s (%s) is %s. %s. Got %s: %s.\n\nFor example: terraform import %s.example %s",
		withArticle(f.Noun), f.Type, f.written(), f.Words(), quote(shortened(id)), problem, f.Type, quote(f.Example())))
}

// parseIdentity reads a resource identity, and adds an error for one that names no object.
func (f IDForm) parseIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics) Import {
	var id, projectID types.String
	diags.Append(identity.GetAttribute(ctx, path.Root("id"), &id)...)
	if !f.Account {
		diags.Append(identity.GetAttribute(ctx, path.Root("project_id"), &projectID)...)
	}
	if diags.HasError() {
		return Import{}
	}
	_, problem := f.Split(id.ValueString())
	switch {
	case problem != "":
		problem = "id is " + quote(shortened(id.ValueString())) + ": " + problem
	case projectID.IsNull():
	case projectID.ValueString() == "":
		problem = `project_id is "": it is empty. Leave it out where it is not known`
	case !idForm.MatchString(projectID.ValueString()):
		problem = fmt.Sprintf("project_id is %s: it is not %s", quote(shortened(projectID.ValueString())), uuidPart.Words)
	}
	if problem != "" {
		f.addIdentityProblem(problem, diags)
		return Import{}
	}
	return Import{ID: id.ValueString(), ProjectID: projectID.ValueString()}
}

// addIdentityProblem adds the error for an identity that names no object.
func (f IDForm) addIdentityProblem(problem string, diags *diag.Diagnostics) {
	optional := ""
	if !f.Account {
		optional = ", and project_id = " + quote(uuidPart.Example) + " where the project is known"
	}
	diags.AddError("Invalid import identity", fmt.Sprintf("The identity of %s (%s) is id = %q%s. %s. Here, %s.\n\nFor example: identity = { id = %q }",
		withArticle(f.Noun), f.Type, f.Written(), optional, f.Words(), problem, f.Example()))
}

// ImportState writes what an import of a resource type names into the state: the id, the parts that it is made of, and the
// project. Read fills in the rest.
func ImportState(ctx context.Context, resourceType string, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	f, _ := IDFormOf(resourceType)
	i := f.asked(ctx, req, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	parts, _ := f.Split(i.ID)
	for n, part := range f.Parts {
		var value any = parts[n]
		if number, err := strconv.ParseInt(parts[n], 10, 64); err == nil && part.Name == "nic_id" {
			value = number
		}
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(part.Name), value)...)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), i.ID)...)
	if i.ProjectID != "" {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("project_id"), i.ProjectID)...)
	}
	markImported(ctx, resp)
}

// asked is what an import names, by id or by identity.
func (f IDForm) asked(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) Import {
	if req.ID == "" && req.Identity != nil && !req.Identity.Raw.IsNull() {
		return f.parseIdentity(ctx, req.Identity, diags)
	}
	i, problem := f.ParseImport(req.ID)
	if problem != "" {
		f.addImportProblem(req.ID, problem, diags)
	}
	return i
}

// AccountIdentity is the resource identity of an object of the account, which is in no project.
type AccountIdentity struct {
	ID types.String `tfsdk:"id"`
}

// AccountIdentitySchema describes AccountIdentity.
func AccountIdentitySchema(noun string) identityschema.Schema {
	return identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"id": identityschema.StringAttribute{RequiredForImport: true, Description: "Id of the " + noun + "."},
		},
	}
}
