package refbackend

import (
	"slices"
	"strings"
)

// modernize brings a state that an older backend has saved to what this one knows.
func (st *state) modernize() {
	for _, r := range systemRoles() {
		st.Roles.Put(r.ID, r)
	}
	for r := range st.Roles.All() {
		r.Permissions = renamedPermissions(r.Permissions)
	}
	for _, p := range st.Processes.Timed {
		if sc, ok := st.schedule(p.ID); ok && p.Kind == scheduleNoun.kind {
			sc.NextRun = p.Due
		}
	}
}

// renamedPermissions replaces the permissions of backups, which once had four of their own. Who could only look at backups
// has no permission instead: vm.view shows more than they did.
func renamedPermissions(names []string) []string {
	if !slices.ContainsFunc(names, isFormerPermission) {
		return names
	}
	changes := slices.ContainsFunc(names, func(name string) bool { return isFormerPermission(name) && name != "backup.view" })
	var all []string
	for _, p := range slices.Concat(accountPermissions, projectPermissions) {
		if slices.Contains(names, p.name) || p.name == "vm.backup" && changes {
			all = append(all, p.name)
		}
	}
	return all
}

func isFormerPermission(name string) bool { return strings.HasPrefix(name, "backup.") }
