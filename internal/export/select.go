package export

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/protocol"
)

// platform tells of each type what the platform creates by itself, and why nobody configures that. Types that are not here
// have nothing of the kind: a VPC that came with a VM is the user's, since nothing but the VM's vpc_id would bring it back;
// a membership of a key or of whoever created a project is a grant, which a configuration ought to show. Backups of
// schedules are told by a data source: see passing.
var platform = map[string]func(attributes map[string]tftypes.Value) string{
	typeProject: func(a map[string]tftypes.Value) string {
		return reasonIf(flagOf(a["is_default"]), "the default project, which every account has")
	},
	typeRole: func(a map[string]tftypes.Value) string {
		return reasonIf(flagOf(a["is_system"]), "a system role, which every account has")
	},
	// The API gives the role Owner to nobody.
	"raff_member": func(a map[string]tftypes.Value) string {
		return reasonIf(textOf(a["role_slug"]) == slugOwner, "the Owner of the account, whom nothing can add or change")
	},
	"raff_api_key": func(a map[string]tftypes.Value) string {
		return reasonIf(textOf(a["role_slug"]) == slugOwner, "a key with the role Owner, which only the dashboard creates")
	},
}

const slugOwner = "owner"

func reasonIf(holds bool, reason string) string {
	if holds {
		return reason
	}
	return ""
}

func platformMade(o Object) string {
	made := platform[o.Type]
	if made == nil {
		return ""
	}
	return made(protocol.Attributes(o.State))
}

// chooseProjects are the ids of the projects that were asked for by id or name.
func chooseProjects(wanted []string, found *kind) ([]string, error) {
	var ids, known []string
	for _, object := range found.objects {
		known = append(known, fmt.Sprintf("%q", object.Name))
	}
	slices.Sort(known)
	for _, one := range wanted {
		at := slices.IndexFunc(found.objects, func(o Object) bool { return o.ID == one || o.Name == one })
		switch {
		case at >= 0:
			ids = append(ids, found.objects[at].ID)
		case len(found.holes) > 0: // it may be an id all the same, which the lists find out
			ids = append(ids, one)
		case len(known) == 0:
			return nil, usagef("there is no project %q: the key reaches none", one)
		default:
			return nil, usagef("there is no project %q; there are %s", one, strings.Join(known, ", "))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

func projectNames(projects []Object) map[string]string {
	names := map[string]string{}
	for _, o := range projects {
		names[o.ID] = o.Name
	}
	return names
}

// withoutProject is the name of an object as a list has it, without the project that the list adds.
func withoutProject(name, project string, projects map[string]string) string {
	if project == "" {
		return name
	}
	for _, added := range []string{projects[project], project} {
		if short, ok := strings.CutSuffix(name, " ("+added+")"); ok && added != "" {
			return short
		}
	}
	return name
}

// patterns are those of --name.
type patterns []string

func newPatterns(all []string) (patterns, error) {
	for _, pattern := range all {
		if _, err := path.Match(pattern, ""); err != nil {
			return nil, usagef("--name %q is no pattern: * stands for any text, ? for one character, [a-z] for one of several", pattern)
		}
	}
	return all, nil
}

// owners are the attributes that say what an object is a part of: it goes by its name, too.
var owners = map[string][]string{
	"raff_volume_attachment":         {"vm_id", "volume_id"},
	"raff_ip_attachment":             {"vm_id", "ip_id"},
	"raff_vpc_attachment":            {"vm_id"},
	"raff_security_group_attachment": {"vm_id"},
	"raff_vm_note":                   {"vm_id"},
	"raff_snapshot":                  {"vm_id", "volume_id"},
	"raff_backup":                    {"vm_id"},
	"raff_backup_schedule":           {"vm_id"},
}

// match tells whether an object is called as was asked for, or what it is a part of.
func (p patterns) match(o *Object, called map[string]string) bool {
	if len(p) == 0 || p.matches(o.Name) {
		return true
	}
	attributes := protocol.Attributes(o.State)
	return slices.ContainsFunc(owners[o.Type], func(name string) bool {
		owner, known := called[textOf(attributes[name])]
		return known && p.matches(owner)
	})
}

func (p patterns) matches(name string) bool {
	return slices.ContainsFunc(p, func(pattern string) bool {
		ok, _ := path.Match(pattern, name) // which newPatterns has checked
		return ok
	})
}

// namesByID are the names of what others are a part of.
func namesByID(objects []Object) map[string]string {
	names := map[string]string{}
	for _, o := range objects {
		if slices.Contains([]string{"raff_vm", "raff_volume", "raff_ip"}, o.Type) {
			names[textOf(protocol.Attributes(o.State)["id"])] = o.Name
		}
	}
	return names
}

func attributeNames(schema *tfprotov6.Schema) []string {
	var names []string
	if schema != nil {
		for _, a := range schema.Block.Attributes {
			names = append(names, a.Name)
		}
	}
	return names
}

// textOf is a text; empty where it is null or something else.
func textOf(v tftypes.Value) string {
	var text string
	if !v.IsNull() && v.IsKnown() && v.As(&text) == nil {
		return text
	}
	return ""
}

// flagOf tells whether a value is true.
func flagOf(v tftypes.Value) bool {
	var flag bool
	return !v.IsNull() && v.IsKnown() && v.As(&flag) == nil && flag
}
