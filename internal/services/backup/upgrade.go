package backup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var _ resource.ResourceWithUpgradeState = (*backupResource)(nil)

// UpgradeState implements resource.ResourceWithUpgradeState. The SDKv2 provider deletes no series.
func (r *backupResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return tfkit.Upgrade{Kind: kind, Change: func(s *tfkit.OldState) { s.Set("delete_series", false) }}.Upgraders()
}
