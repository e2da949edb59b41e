package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"
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
	if err != nil {
		return types.StringUnknown()
	}
	return types.StringValue(role.Name)
}
