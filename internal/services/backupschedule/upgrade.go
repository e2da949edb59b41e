package backupschedule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var _ resource.ResourceWithUpgradeState = (*scheduleResource)(nil)

// UpgradeState implements resource.ResourceWithUpgradeState. The SDKv2 provider calls the type of a schedule its frequency.
func (r *scheduleResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return tfkit.Upgrade{
		Kind: kind, Old: map[string]tftypes.Type{"frequency": tftypes.String},
		Change: func(s *tfkit.OldState) { s.Copy("type", "frequency") },
	}.Upgraders()
}
