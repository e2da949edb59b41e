package snapshot

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var _ resource.ResourceWithUpgradeState = (*snapshotResource)(nil)

// UpgradeState implements resource.ResourceWithUpgradeState.
func (r *snapshotResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return tfkit.Upgrade{Kind: kind, Old: map[string]tftypes.Type{"resource_type": tftypes.String}, Change: upgrade}.Upgraders()
}

// upgrade gives the type its name of today. The SDKv2 provider writes 0 for no volume.
func upgrade(s *tfkit.OldState) {
	if s.Text("volume_id") == "0" {
		s.Clear("volume_id")
	}
	s.Copy("type", "resource_type")
	if s.Has("volume_id") { // or the next Read would look for it
		s.Default("type", client.SnapshotOfVolume)
	}
}
