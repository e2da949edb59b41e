package review

import (
	"reflect"
	"slices"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/effects"
)

// links are the attributes by which an object refers to others, by type; those of an attachment are what it is.
var links = map[string][]string{
	"raff_backup":                    {"vm_id"},
	"raff_backup_schedule":           {"vm_id"},
	"raff_ip_attachment":             {"ip_id", "vm_id"},
	"raff_project_member":            {"api_key_id", "role_id"},
	"raff_security_group_attachment": {"security_group_id", "vm_id"},
	"raff_snapshot":                  {"vm_id", "volume_id"},
	"raff_vm_note":                   {"vm_id"},
	"raff_volume_attachment":         {"volume_id", "vm_id"},
	"raff_vpc_attachment":            {"vm_id", "vpc_id"},
}

// named are the types of which people know an object by its own name, so that what it refers to comes after it.
var named = map[string]bool{"raff_backup": true, "raff_backup_schedule": true, "raff_snapshot": true}

// label names the object of a change as people know it: VM "web", snapshot "a" (1) of VM "web", and for what only links
// others, those.
func (r *reviewer) label(c resourceChange, v effects.Change) string {
	own := r.secrets.hide(effects.Label(v))
	values := attributesOf(c.Change.Before)
	if values == nil {
		values = attributesOf(c.Change.After)
	}
	var linked []string
	for _, attribute := range links[c.Type] {
		if other, ok := r.labelOf(attribute, text(values[attribute])); ok {
			linked = append(linked, other)
		}
	}
	switch {
	case len(linked) == 0:
		return own
	case named[c.Type]:
		return own + " of " + strings.Join(linked, " and ")
	}
	return effects.Noun(c.Type) + ": " + strings.Join(linked, ", ")
}

// targets are the types that an attribute refers to.
var targets = map[string]string{
	"api_key_id": "raff_api_key", "ip_id": "raff_ip", "project_id": "raff_project", "role_id": "raff_role", "security_group_id": "raff_security_group",
	"vm_id": "raff_vm", "volume_id": "raff_volume", "vpc_id": "raff_vpc",
}

// labelOf names the object that an attribute refers to by its id, where the state has that.
func (r *reviewer) labelOf(attribute, id string) (string, bool) {
	resourceType, ok := targets[attribute]
	if !ok || id == "" {
		return "", false
	}
	label, ok := r.world.labels[key{resourceType, id}]
	return r.secrets.hide(label), ok
}

// readable puts the names of other objects where attributes have their ids, and for a value that is not known yet what it
// comes from.
func (r *reviewer) readable(c resourceChange, all []Attribute) []Attribute {
	for i, a := range all {
		all[i].before = r.reference(a.Name, a.Before)
		all[i].after = r.reference(a.Name, a.After)
		if a.Name == "template_id" && c.Type == "raff_vm" {
			all[i].before, all[i].after = templateOf(c.Change.Before), templateOf(c.Change.After)
		}
		if a.Unknown {
			all[i].from = r.origins[origin{withoutKeys(c.ModuleAddress), c.Type, c.Name, a.Name}]
		}
	}
	return all
}

// templateOf names the template of a VM; empty where it is not known.
func templateOf(vm any) string {
	attributes := attributesOf(vm)
	return strings.TrimSpace(text(attributes["template_name"]) + " " + text(attributes["template_version"]))
}

// reference names the object that a value refers to; empty for a value of another kind.
func (r *reviewer) reference(attribute string, value any) string {
	label, _ := r.labelOf(attribute, text(value))
	return label
}

// origin is an attribute of a resource in a configuration.
type origin struct{ module, resourceType, name, attribute string }

type configuration struct {
	RootModule configModule `json:"root_module"`
}

type configModule struct {
	Resources   []configResource      `json:"resources"`
	ModuleCalls map[string]configCall `json:"module_calls"`
}

type configCall struct {
	Module configModule `json:"module"`
}

type configResource struct {
	Mode        string         `json:"mode"`
	Type        string         `json:"type"`
	Name        string         `json:"name"`
	Expressions map[string]any `json:"expressions"`
}

// originsOf tells what the attributes of a configuration refer to.
func originsOf(p *plan) map[origin][]string {
	all := map[origin][]string{}
	if p.Configuration != nil {
		collectOrigins(p.Configuration.RootModule, "", all)
	}
	return all
}

func collectOrigins(m configModule, address string, all map[origin][]string) {
	for _, resource := range m.Resources {
		if resource.Mode == "data" || !isRaff(resource.Type) {
			continue
		}
		for attribute, expression := range resource.Expressions {
			if found := references(expression); len(found) > 0 {
				all[origin{address, resource.Type, resource.Name, attribute}] = found
			}
		}
	}
	for name, call := range m.ModuleCalls {
		inner := "module." + name
		if address != "" {
			inner = address + "." + inner
		}
		collectOrigins(call.Module, inner, all)
	}
}

// references are what an expression refers to, without those that are a part of another one.
func references(expression any) []string {
	var all []string
	for _, one := range texts(attributesOf(expression)["references"]) {
		if one == "each.key" || one == "each.value" || one == "count.index" {
			continue
		}
		if !slices.ContainsFunc(all, func(longer string) bool {
			return strings.HasPrefix(longer, one+".") || strings.HasPrefix(longer, one+"[")
		}) {
			all = append(all, one)
		}
	}
	return all
}

// undecided are the attributes of objects that stay what they are, although what they come from directly is not known yet:
// a provider plans the value that there is, and decides when it is known.
func (r *reviewer) undecided() []Undecided {
	unknown := map[string]map[string]any{} // by address, what is not known of an object
	for _, c := range r.plan.ResourceChanges {
		if u := attributesOf(c.Change.AfterUnknown); anyTrue(u) {
			unknown[c.Address] = u
		}
	}
	var all []Undecided
	for _, c := range r.plan.ResourceChanges {
		what, _ := actionOf(c.Change.Actions)
		if !isRaff(c.Type) || c.Mode == "data" || what != actionNone && what != actionUpdate {
			continue
		}
		before, after, later := attributesOf(c.Change.Before), attributesOf(c.Change.After), attributesOf(c.Change.AfterUnknown)
		for _, attribute := range names(before) {
			if anyTrue(later[attribute]) || !reflect.DeepEqual(before[attribute], after[attribute]) {
				continue
			}
			from := r.origins[origin{withoutKeys(c.ModuleAddress), c.Type, c.Name, attribute}]
			from = slices.DeleteFunc(slices.Clone(from), func(reference string) bool { return !notKnown(c.ModuleAddress, reference, unknown) })
			if len(from) > 0 {
				all = append(all, Undecided{Address: c.Address, Attribute: attribute, From: from})
			}
		}
	}
	return all
}

// notKnown tells whether a reference from within a module is to an attribute that is not known before the apply.
func notKnown(module, reference string, unknown map[string]map[string]any) bool {
	if module != "" {
		reference = module + "." + reference
	}
	at := len(reference)
	for at > 0 {
		at = strings.LastIndexByte(reference[:at], '.')
		if at < 0 {
			return false
		}
		if u, there := unknown[reference[:at]]; there {
			attribute, _, _ := strings.Cut(reference[at+1:], ".")
			attribute, _, _ = strings.Cut(attribute, "[")
			return anyTrue(u[attribute])
		}
	}
	return false
}

// withoutKeys is the address of a module without the keys of its instances: module.a for module.a["x"].
func withoutKeys(address string) string {
	w := &strings.Builder{}
	quoted, escaped, depth := false, false, 0
	for _, r := range address {
		switch {
		case quoted:
			quoted = r != '"' || escaped
			escaped = r == '\\' && !escaped
		case r == '"':
			quoted = true
		case r == '[':
			depth++
		case r == ']' && depth > 0:
			depth--
		case depth == 0:
			w.WriteRune(r)
		}
	}
	return w.String()
}
