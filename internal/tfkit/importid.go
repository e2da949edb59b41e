package tfkit

import (
	"context"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
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

// ParseImport reads `<id>`, `<project_id>/<id>` or a resource identity, and adds an error that
// shows the accepted forms for anything else.
func ParseImport(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) Import {
	if req.ID == "" && req.Identity != nil {
		var identity Identity
		diags.Append(req.Identity.Get(ctx, &identity)...)
		return Import{ID: identity.ID.ValueString(), ProjectID: identity.ProjectID.ValueString()}
	}
	parts := strings.Split(req.ID, "/")
	for i := range parts {
		parts[i] = uuid.ReplaceAllStringFunc(strings.TrimSpace(parts[i]), strings.ToLower)
	}
	switch {
	case len(parts) == 1 && parts[0] != "":
		return Import{ID: parts[0]}
	case len(parts) == 2 && parts[0] != "" && parts[1] != "":
		return Import{ProjectID: parts[0], ID: parts[1]}
	}
	diags.AddError(
		"Invalid import id",
		"Expected <id> or <project_id>/<id>, got "+quote(req.ID)+". The id alone is enough: the API finds an object by its id.",
	)
	return Import{}
}

// ImportState writes what an import names into the state; Read fills in the rest.
func ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	i := ParseImport(ctx, req, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), i.ID)...)
	if i.ProjectID != "" {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("project_id"), i.ProjectID)...)
	}
	markImported(ctx, resp)
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

// ImportAccountState writes the id that an import names, by id or identity, into the state.
func ImportAccountState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resource.ImportStatePassthroughWithIdentity(ctx, path.Root("id"), path.Root("id"), req, resp)
	markImported(ctx, resp)
}
