package member

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ resource.ResourceWithUpgradeState = (*memberResource)(nil)
	_ resource.ResourceWithUpgradeState = (*projectMemberResource)(nil)
)

// UpgradeState implements resource.ResourceWithUpgradeState.
func (r *memberResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return tfkit.Upgrade{Kind: memberKind, Own: "suspended", Change: upgradeStatus}.Upgraders()
}

// UpgradeState implements resource.ResourceWithUpgradeState.
func (r *projectMemberResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return tfkit.Upgrade{Kind: projectMemberKind, Own: "suspended", Change: upgradeProjectMember}.Upgraders()
}

// upgradeStatus tells whether the member is suspended, which the SDKv2 provider has as a status that can be set.
func upgradeStatus(s *tfkit.OldState) {
	s.Set("suspended", s.Text("status") == client.MemberSuspended)
}

// upgradeProjectMember takes the project out of the id.
func upgradeProjectMember(s *tfkit.OldState) {
	upgradeStatus(s)
	project, id, both := strings.Cut(s.Text("id"), "/")
	switch {
	case !both:
	case project == "" || id == "" || strings.Contains(id, "/"):
		s.Refuse("its id is not made of a project and a member: <project_id>/<id>")
	default:
		s.Set("id", id)
		s.Default("project_id", project)
	}
}
