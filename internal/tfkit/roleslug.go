package tfkit

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// RoleSlug returns the slug of a role, which never changes, as far as it can be found out.
func (p *Planning) RoleSlug(ctx context.Context, roleID types.String) types.String {
	if roleID.IsNull() {
		return types.StringNull()
	}
	if roleID.IsUnknown() || p.base.Unconfigured() {
		return types.StringUnknown()
	}
	role, err := p.base.Inventory.Find(ctx, Role, "", roleID.ValueString())
	switch {
	case err == nil:
	case absent(err) || errors.Is(err, client.ErrForbidden): // the key may not look
		return types.StringUnknown()
	default: // what one plan has shown as known, the next one may not leave open
		AddAttributeError(p.Diags, path.Root("role_id"), "Unable to read role", Object("role", "", roleID.ValueString(), ""), err)
		return types.StringUnknown()
	}
	return types.StringValue(role.Name)
}
