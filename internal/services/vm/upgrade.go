package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var _ resource.ResourceWithUpgradeState = (*vmResource)(nil)

// UpgradeState implements resource.ResourceWithUpgradeState.
func (r *vmResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return tfkit.Upgrade{Kind: kind, Own: "rebuild_policy", Renew: []string{"monthly_price"}, Change: upgrade}.Upgraders()
}

// upgrade gives a VM of the SDKv2 provider what only Terraform knows of it. Its password goes. Its addresses may be of
// others, such as reserved ones, and are looked up by the next Read, as after an import; so is its project, of which that
// provider has stored nothing.
func upgrade(s *tfkit.OldState) {
	if !s.Has("ssh_keys") {
		s.SetElements("ssh_keys")
	}
	s.SetElements("effective_tags")
	s.Default("password_wo_version", 0)
	s.Default("volume_action", client.VolumeActionDetach)
	s.Default("extra_storage", 0)
	s.Default("extra_storage_type", extraStorageType)
	s.Set("rebuild_policy", rebuildError)
	s.Set("allow_stopping_for_update", false)
	s.Set("delete_vpc", false) // it had true without being asked
	s.Copy("disk_size", "total_storage")
	s.Copy("effective_tags", "tags")
	s.Set("public_ipv4", s.Has("public_ipv4_address"))
	s.Set("public_ipv6", s.Has("public_ipv6_address"))
	s.Clear("public_ipv4_address", "public_ipv6_address", "private_ipv4_address")
}

// leaveUpgraded has a VM of the SDKv2 provider, read for the first time since, keep what that provider had no words for
// until the configuration gives it, as an imported one does. It may be in a VPC that came without being asked for.
func (m *resourceModel) leaveUpgraded(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	unsaid := []string{
		"allow_stopping_for_update", "console_require_mfa", "delete_vpc", "disk_size", "password_wo_version", "power_state", "public_ipv4", "public_ipv6",
		"rebuild_policy",
	}
	if m.VPCID.IsNull() {
		unsaid = append(unsaid, "vpc_id")
	}
	for _, name := range unsaid {
		tfkit.LeaveAsFound(ctx, name, req, resp)
	}
}
