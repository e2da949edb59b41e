package acctest

import (
	"fmt"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

func (d *drawn) volume() {
	project := d.project()
	volume := d.Volume(project, d.name(fmt.Sprint("volume", len(d.Made))), int64(10*(1+d.r.IntN(3))))
	volume.ProjectID = project
	d.volumes = append(d.volumes, volume)
}

func (d *drawn) attachVolume() {
	volume, ok := take(d, &d.volumes)
	if !ok {
		return
	}
	if near := d.vmsOf(volume.ProjectID); len(near) > 0 {
		d.AttachVolume(oneOf(d, near), volume)
	}
}

func (d *drawn) snapshot() {
	project := d.project()
	near := d.vmsOf(project)
	switch {
	case d.chance(50) && len(d.volumes) > 0:
		d.SnapshotVolume(oneOf(d, d.volumes), oneOf(d, words))
	case len(near) > 0:
		d.SnapshotVM(oneOf(d, near), oneOf(d, words))
	}
}

func (d *drawn) backup() {
	near := d.vmsOf(d.project())
	if len(near) == 0 {
		return
	}
	name := ""
	if d.chance(70) {
		name = oneOf(d, words)
	}
	d.Backup(oneOf(d, near), name)
}

func (d *drawn) schedule() {
	near := d.vmsOf(d.project())
	if len(near) == 0 {
		return
	}
	vm := oneOf(d, near)
	switch {
	case !d.once("schedule", vm.ID):
	case d.chance(50):
		d.Daily(vm, oneOf(d, []string{"8am", "20:30", "00:00"}), 2+int64(d.r.IntN(5)))
	default:
		d.Weekly(vm, oneOf(d, []string{"Monday", "Sunday"}), "13:00", 2)
	}
}

func (d *drawn) vmNote() {
	if len(d.vms) == 0 {
		return
	}
	vm, kind := oneOf(d, d.vms), oneOf(d, []string{client.NoteAccount, client.NotePersonal})
	if d.once("note", vm.ID, kind) {
		d.Note(vm, kind, oneOf(d, words)+oneOf(d, []string{"", "\nEOT\n", "\n\tmore ${lines}\n\n", "\r\n", strings.Repeat("a b", 70)}))
	}
}

func (d *drawn) ownProject() { d.Project(d.name("project"), oneOf(d, words)) }

func (d *drawn) sshKey() {
	if n := len(d.Made); d.once("key", n) {
		d.SSHKey(oneOf(d, words), fmt.Sprint(" comment ", n))
	}
}

func (d *drawn) role() {
	slug := fmt.Sprintf("role-%d", len(d.Made))
	if d.chance(50) {
		d.roles = append(d.roles, d.Role(oneOf(d, words), slug, client.ScopeProject, "vm.view", "vm.power"))
		return
	}
	d.roles = append(d.roles, d.Role(oneOf(d, words), slug, client.ScopeAccount, "account.projects.view"))
}

// roleFor draws a role of a scope: one of the platform where there is no other.
func (d *drawn) roleFor(scope string) string {
	var ids []string
	for _, role := range d.roles {
		if role.Scope == scope {
			ids = append(ids, role.ID)
		}
	}
	slug := "member"
	if scope == client.ScopeProject {
		slug = "viewer"
	}
	return oneOf(d, append(ids, d.SystemRole(slug).ID))
}

func (d *drawn) apiKey() {
	role := ""
	if d.chance(50) {
		role = d.roleFor(client.ScopeAccount)
	}
	expires := at()
	if d.chance(50) {
		expires = nil
	}
	key := d.APIKey(oneOf(d, words), role, expires)
	key.RoleID = role
	d.keys = append(d.keys, key)
}

func (d *drawn) keyMember() {
	if len(d.keys) == 0 {
		return
	}
	if key := oneOf(d, d.keys); key.RoleID == "" && d.once("member", key.ID) {
		d.KeyMember(key, d.roleFor(client.ScopeAccount))
	}
}

// person invites somebody to the account, who may have joined.
func (d *drawn) person() {
	email := fmt.Sprintf("person%d@example.com", len(d.Made))
	if d.chance(30) {
		d.Pending(email, d.roleFor(client.ScopeAccount))
		return
	}
	d.users = append(d.users, d.Joined(email, d.roleFor(client.ScopeAccount)))
}

func (d *drawn) inProject() {
	project, role := d.project(), d.roleFor(client.ScopeProject)
	switch {
	case len(d.keys) > 0 && d.chance(50):
		if key := oneOf(d, d.keys); d.once("in", project, key.ID) {
			d.InProject(project, client.AddProjectMemberRequest{APIKeyID: key.ID, RoleID: role}, key.Name)
		}
	case len(d.users) > 0:
		if user := oneOf(d, d.users); d.once("in", project, user.UserID) {
			d.InProject(project, client.AddProjectMemberRequest{TargetUserID: user.UserID, RoleID: role}, user.Email)
		}
	}
}

func (d *drawn) invite() {
	email := fmt.Sprintf("invited%d@example.com", len(d.Made))
	if d.chance(50) {
		d.Invite("", email, d.roleFor(client.ScopeAccount))
		return
	}
	d.Invite(d.project(), email, d.roleFor(client.ScopeProject))
}
