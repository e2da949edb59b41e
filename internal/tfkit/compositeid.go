package tfkit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// idSeparator joins the parts of an id. It is no slash, which separates the project from the id in
// an import.
const idSeparator = ":"

// JoinID makes the id of an object that has none of its own, such as an attachment, from what it
// consists of.
func JoinID(parts ...string) string { return strings.Join(parts, idSeparator) }

// SplitID takes an id of JoinID apart. names say what the parts are, for the error.
func SplitID(id string, names ...string) ([]string, error) {
	parts := strings.Split(id, idSeparator)
	if len(parts) != len(names) || slices.Contains(parts, "") {
		return nil, fmt.Errorf("expected <%s>, got %s", strings.Join(names, ">"+idSeparator+"<"), quote(id))
	}
	return parts, nil
}

// PlannedID is JoinID for parts that may not be known yet.
func PlannedID(parts ...types.String) types.String {
	texts := make([]string, len(parts))
	for i, part := range parts {
		if part.IsUnknown() {
			return types.StringUnknown()
		}
		texts[i] = part.ValueString()
	}
	return types.StringValue(JoinID(texts...))
}

// ImportComposite is ImportState for an object whose id is made of several attributes, all of them texts.
func ImportComposite(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse, names ...string) {
	ImportState(ctx, req, resp)
	var id types.String
	resp.Diagnostics.Append(resp.State.GetAttribute(ctx, path.Root("id"), &id)...)
	if resp.Diagnostics.HasError() {
		return
	}
	parts, err := SplitID(id.ValueString(), names...)
	if err != nil {
		resp.Diagnostics.AddError("Invalid import id", "The id is made of several parts: "+err.Error()+".")
		return
	}
	for i, name := range names {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), parts[i])...)
	}
}
