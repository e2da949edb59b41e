package refbackend

import (
	"slices"
	"strings"
)

// permission is one entry of the permission catalogue.
type permission struct {
	name        string
	description string
}

// accountPermissions hold in the account.
var accountPermissions = []permission{
	{"account.projects.view", "View all projects"},
	{"account.projects.create", "Create projects"},
	{"account.projects.manage", "Edit projects"},
	{"account.projects.delete", "Delete projects"},
	{"account.members.view", "View account members"},
	{"account.members.invite", "Invite account members"},
	{"account.members.manage", "Change account members"},
	{"account.members.remove", "Remove account members"},
	{"account.roles.view", "View roles"},
	{"account.roles.create", "Create roles"},
	{"account.roles.manage", "Edit roles"},
	{"account.roles.delete", "Delete roles"},
	{"account.apikeys.view", "View API keys"},
	{"account.apikeys.create", "Create API keys"},
	{"account.apikeys.manage", "Edit and regenerate API keys"},
	{"account.apikeys.revoke", "Revoke API keys"},
	{"account.billing.view", "View billing"},
	{"account.billing.manage", "Manage billing"},
	{"account.settings.view", "View account settings"},
	{"account.settings.manage", "Edit account settings"},
	{"account.audit.view", "View the audit log"},
}

// projectPermissions hold in the projects where they were granted.
var projectPermissions = []permission{
	{"project.settings.view", "View project settings"},
	{"project.members.view", "View project members"},
	{"project.members.invite", "Add project members"},
	{"project.members.manage", "Change project members"},
	{"project.members.remove", "Remove project members"},
	{"vm.view", "View virtual machines, their backups and schedules"},
	{"vm.create", "Create virtual machines"},
	{"vm.delete", "Delete virtual machines"},
	{"vm.power", "Start, stop and reboot virtual machines"},
	{"vm.manage", "Change virtual machines"},
	{"vm.console", "Open the console of virtual machines"},
	{"vm.backup", "Create, restore, change and delete backups and schedules"},
	{"vpc.view", "View VPCs"},
	{"vpc.create", "Create VPCs"},
	{"vpc.delete", "Delete VPCs"},
	{"vpc.manage", "Change VPCs"},
	{"volume.view", "View volumes"},
	{"volume.create", "Create volumes"},
	{"volume.manage", "Change, attach and detach volumes"},
	{"volume.delete", "Delete volumes"},
	{"snapshot.view", "View snapshots"},
	{"snapshot.create", "Create snapshots"},
	{"snapshot.manage", "Rename and restore snapshots"},
	{"snapshot.delete", "Delete snapshots"},
	{"ip.view", "View public IPs"},
	{"ip.create", "Reserve public IPs"},
	{"ip.manage", "Change, attach and detach public IPs"},
	{"ip.delete", "Release public IPs"},
	{"security_group.view", "View security groups"},
	{"security_group.create", "Create security groups"},
	{"security_group.manage", "Change, attach and detach security groups"},
	{"security_group.delete", "Delete security groups"},
}

// Ids of the system roles that rules speak of. They belong to the platform and are the same for every account.
var (
	roleOwner        = catalogID("role", slugOwner)
	roleProjectAdmin = catalogID("role", "project-admin")
)

const slugOwner = "owner"

// isOwner tells the role of the Owner. In a recorded account it has the id that the recorded API gave it.
func (r *role) isOwner() bool { return r.System && r.Slug == slugOwner }

// systemRoles are the roles that every account has and nobody can change.
func systemRoles() []*role {
	everything := func(string) bool { return true }
	views := func(name string) bool { return strings.HasSuffix(name, ".view") }
	takesAway := func(name string) bool {
		return strings.HasSuffix(name, ".delete") || strings.HasSuffix(name, ".remove") || strings.HasSuffix(name, ".revoke")
	}
	billing := func(name string) bool { return strings.HasPrefix(name, "account.billing.") }
	account := func(name, slug string, holds func(string) bool) *role {
		return systemRole(name, slug, scopeAccount, accountPermissions, holds)
	}
	project := func(name, slug string, holds func(string) bool) *role {
		return systemRole(name, slug, scopeProject, projectPermissions, holds)
	}
	return []*role{
		account("Owner", slugOwner, everything),
		account("Admin", "admin", func(name string) bool { return !takesAway(name) && !billing(name) }),
		account("Billing", "billing", billing),
		account("Member", "member", func(name string) bool {
			return slices.Contains([]string{"account.settings.view", "account.members.view", "account.projects.view"}, name)
		}),
		project("Project Admin", "project-admin", everything),
		project("Operator", "operator", func(name string) bool { return !takesAway(name) }),
		project("Project Member", "project-member", func(name string) bool { return views(name) || name == "vm.power" }),
		project("Viewer", "viewer", views),
	}
}

func systemRole(name, slug, scope string, catalogue []permission, holds func(string) bool) *role {
	r := &role{ID: catalogID("role", slug), Name: name, Slug: slug, Scope: scope, System: true}
	for _, p := range catalogue {
		if holds(p.name) {
			r.Permissions = append(r.Permissions, p.name)
		}
	}
	return r
}
