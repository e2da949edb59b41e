package export

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// choices decide about attributes that the platform chooses where a configuration leaves them out: whether to write
// what an object has.
var choices = map[string]func(w *writer, o *Object) bool{
	// What nobody would have asked for.
	"raff_vm.region":          anotherRegion,
	"raff_vpc.region":         anotherRegion,
	"raff_volume.region":      anotherRegion,
	"raff_ip.region":          anotherRegion,
	"raff_vm.disk_size":       func(_ *writer, o *Object) bool { return held(o, "disk_size") != held(o, "storage") },
	"raff_vm.tags":            func(_ *writer, o *Object) bool { return !isEmpty(o, "tags") },
	"raff_volume.volume_type": func(_ *writer, o *Object) bool { return held(o, "volume_type") != "nvme" },
	"raff_ip.type":            func(_ *writer, o *Object) bool { return held(o, "type") != "IPv4" },
	// Only with an extra disk, and an import knows neither.
	"raff_vm.extra_storage_type": func(w *writer, o *Object) bool {
		return w.differs(o, "extra_storage") && w.differs(o, "extra_storage_type")
	},
	// Who is a member is said in one way.
	"raff_member.email":         func(_ *writer, o *Object) bool { return named(o) == "email" },
	"raff_project_member.email": func(_ *writer, o *Object) bool { return named(o) == "email" },
	// What is given where there is any.
	"raff_api_key.expires_at":    always,
	"raff_api_key.role_id":       func(w *writer, o *Object) bool { return !w.members[o] }, // or it gets it as a member
	"raff_invitation.project_id": always,
	// What an equal object needs: the platform would choose another one.
	"raff_project.default_region":              always,
	"raff_backup.name":                         always,
	"raff_vpc_attachment.ip":                   always,
	"raff_vm.vpc_id":                           always,
	"raff_security_group_attachment.nic_id":    anotherInterface,
	"raff_vm.deletion_protection":              protected,
	"raff_vpc.deletion_protection":             protected,
	"raff_ip.deletion_protection":              protected,
	"raff_volume.deletion_protection":          protected,
	"raff_snapshot.deletion_protection":        protected,
	"raff_backup.deletion_protection":          protected,
	"raff_project.deletion_protection":         protected,
	"raff_api_key.deletion_protection":         protected,
	"raff_security_group.deletion_protection":  protected,
	"raff_backup_schedule.deletion_protection": protected,
}

func always(*writer, *Object) bool { return true }

func protected(_ *writer, o *Object) bool { return turnedOn(o, "deletion_protection") }

func isEmpty(o *Object, name string) bool {
	var elements []tftypes.Value
	value := valueOf(o, name)
	return value.IsNull() || value.As(&elements) == nil && len(elements) == 0
}

// anotherRegion tells whether an object is not in the default region of its project.
func anotherRegion(w *writer, o *Object) bool {
	project := w.referents.find(o, toProject, held(o, "project_id"))
	return project == nil || held(project, "default_region") != held(o, "region")
}

// anotherInterface tells whether a group is not on the interface that it would be on by itself. The first interface of a
// VM with a public address is the one of that.
func anotherInterface(w *writer, o *Object) bool {
	vm := w.referents.find(o, toVM, held(o, "vm_id"))
	return vm == nil || held(o, "nic_id") != "0" || !turnedOn(vm, "public_ipv4")
}

// named is the attribute that says who a member is.
func named(o *Object) string {
	for _, name := range []string{"api_key_id", "target_user_id"} {
		if held(o, name) != "" {
			return name
		}
	}
	return "email"
}

// differs tells whether an attribute of an object has a value, and another one than its default.
func (w *writer) differs(o *Object, name string) bool {
	value := valueOf(o, name)
	byDefault, ok := w.defaults[o.Type+"."+name]
	return !value.IsNull() && !(ok && value.Equal(byDefault))
}

// wanted tells whether an attribute of an object is to be written.
func (w *writer) wanted(o *Object, a *tfprotov6.SchemaAttribute) bool {
	if !a.Required && !a.Optional || a.WriteOnly || !w.differs(o, a.Name) {
		return false
	}
	if choice, ok := choices[o.Type+"."+a.Name]; ok {
		return choice(w, o)
	}
	return true
}

// attributes are the lines of an object's block.
func (w *writer) attributes(o *Object) []string {
	lines := map[string]string{}
	for _, a := range w.provider.Schema(o.Type).Block.Attributes {
		if w.wanted(o, a) {
			lines[a.Name] = w.expression(o, a.Name, valueOf(o, a.Name))
		}
	}
	ignored := w.complete(o, lines)
	var names []string
	for name := range lines {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if several := strings.Contains(lines[a], "\n"); several != strings.Contains(lines[b], "\n") {
			if several {
				return 1
			}
			return -1
		}
		return byRank(a, b)
	})
	all := make([]string, 0, len(names)+1)
	for _, name := range names {
		all = append(all, name+" = "+lines[name]+w.note(o, name))
	}
	if ignored != "" {
		all = append(all, ignored)
	}
	return all
}

// note is the comment on an attribute whose value says nothing.
func (w *writer) note(o *Object, attribute string) string {
	if o.Type != raffVM {
		return ""
	}
	switch attribute {
	case "template_id":
		return " " + comment(held(o, "template_name")+" "+held(o, "template_version"))
	case "pricing_id":
		return " " + comment(fmt.Sprintf("%s vCPU, %s GiB of RAM, %s GiB of disk", held(o, "cpu"), held(o, "ram"), held(o, "storage")))
	}
	return ""
}

// complete adds what an object needs where it is created from its block, and an import does not know. It returns the
// lifecycle block by which an import leaves that alone.
func (w *writer) complete(o *Object, lines map[string]string) (lifecycle string) {
	switch o.Type {
	case raffVM:
		w.completeLogin(o, lines)
		if held(o, "power_state") == "" && held(o, "status") == "passive" {
			lines["power_state"] = quote("passive")
			return ignoring("power_state", "A VM that is imported stays as it is; one that is created from this block is stopped.")
		}
	case raffMember, raffProjectMember:
		if key := w.keyOf(o); key != nil && named(o) == "email" {
			delete(lines, "email")
			lines["api_key_id"] = w.refer(o, key, toKey.holds)
			return ignoring("api_key_id", "An import does not know which key it is; a member that is created from this block is this one.")
		}
		if user := held(o, "user_id"); user != "" && turnedOn(o, "suspended") && named(o) == "email" {
			delete(lines, "email") // who would be invited, and nobody can be suspended before they have joined
			lines["target_user_id"] = quote(user) + " " + comment(held(o, "email"))
			return ignoring("target_user_id", "An import knows the address only; a member that is created from this block is this user.")
		}
	}
	return ""
}

func ignoring(attribute, why string) string {
	return comment(why) + "\nlifecycle {\nignore_changes = [" + attribute + "]\n}"
}

// completeLogin adds how people log in to a VM, which no API returns.
func (w *writer) completeLogin(o *Object, lines map[string]string) {
	_, keys := lines["ssh_keys"]
	version := w.differs(o, "password_wo_version")
	windows := strings.Contains(strings.ToLower(held(o, "template_name")), "windows")
	if windows || version {
		lines["password_wo"] = w.password(o)
	}
	if !windows && !version && !keys {
		lines["ssh_keys"] = w.sshKeys(o)
	}
}

// keyOf is the API key that a member is, as far as its address says so; nil for a person.
func (w *writer) keyOf(o *Object) *Object {
	email := strings.ToLower(held(o, "email"))
	local, _, _ := strings.Cut(email, "@")
	for _, key := range w.keys {
		if id := strings.ToLower(idOf(key)); id != "" && strings.HasSuffix(local, id) {
			return key
		}
	}
	return nil
}
