package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// PlannedRegion makes known where a new object will be whose configuration names no region: in the
// project's default one. It stays unknown where this run changes what the default is.
func (p *Planning) PlannedRegion(ctx context.Context, region types.String) types.String {
	if !region.IsUnknown() || p.Undecided("region") || !Known(p.project) || p.base.Unconfigured() ||
		p.base.Run.movesDefault(p.project.ValueString()) {
		return region
	}
	found, err := p.base.Catalog.DefaultRegion(ctx, p.project.ValueString())
	if err != nil {
		AddAttributeError(p.Diags, path.Root("region"), "Unable to find the project's default region",
			"Project "+p.project.ValueString(), err)
		return region
	}
	return StringOrUnknown(found)
}
