package framework

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// CheckRole adds an error at p when a known role does not exist or is of another scope. A key that may not look at
// roles cannot tell; then the API does.
func CheckRole(ctx context.Context, c *client.Client, p path.Path, roleID types.String, scope string, diags *diag.Diagnostics) {
	if c == nil || !Known(roleID) {
		return
	}
	role, err := c.GetRole(ctx, roleID.ValueString())
	switch {
	case errors.Is(err, client.ErrForbidden):
	case errors.Is(err, client.ErrNotFound) || errors.Is(err, client.ErrBadRequest):
		diags.AddAttributeError(p, "Unknown role", fmt.Sprintf(
			"There is no role %s. Find one with the raff_role or raff_roles data source.", quote(roleID.ValueString())))
	case err != nil:
		AddAttributeError(diags, p, "Unable to check the role", Object("role", "", roleID.ValueString(), ""), err)
	case role.Scope != scope:
		diags.AddAttributeError(p, "Role of another scope", fmt.Sprintf(
			"Role %s is of scope %s, and one of scope %s is needed here. Find one with the raff_roles data source and scope = %s.",
			quote(role.Name), role.Scope, scope, quote(scope)))
	}
}
