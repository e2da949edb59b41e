package framework

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// PlannedRegion makes known at plan where a new object will be whose configuration names no region:
// in the project's default one. What cannot be found out stays unknown, and the API decides.
func (c *Catalog) PlannedRegion(ctx context.Context, region, projectID types.String) types.String {
	if !region.IsUnknown() || !Known(projectID) {
		return region
	}
	found, err := c.DefaultRegion(ctx, projectID.ValueString())
	if err != nil || found == "" {
		return region
	}
	return types.StringValue(found)
}
