package ip

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var _ resource.ResourceWithUpgradeState = (*ipResource)(nil)

// UpgradeState implements resource.ResourceWithUpgradeState. Until it reads an address, the SDKv2 provider writes its type
// as the configuration does, by default in small letters; another type would replace the address.
func (r *ipResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return tfkit.Upgrade{Kind: kind, Change: func(s *tfkit.OldState) {
		for _, family := range []string{client.IPv4, client.IPv6} {
			if strings.EqualFold(s.Text("type"), family) {
				s.Set("type", family)
			}
		}
	}}.Upgraders()
}
