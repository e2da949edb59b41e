package chaos

import (
	"fmt"
	"slices"
	"strings"
)

// edit changes the configuration at random, and returns what it did and options for the apply.
func (g *generator) edit() (what string, options []string) {
	for range 20 {
		r := pick(g.rng, g.config.resources...)
		switch g.rng.IntN(7) {
		case 0:
			what = g.rename(r)
		case 1, 2:
			what = g.resize(r)
		case 3:
			left := config{slices.Clone(g.config.resources)}
			left.remove(r)
			if len(g.config.resources) > 2 && !g.inSeries(r) && len(left.resources) > 0 {
				g.config = left
				what = "remove " + r.String()
			}
		case 4:
			before := len(g.config.resources)
			pick(g.rng, g.features...)(g)
			what = fmt.Sprintf("add %d blocks", len(g.config.resources)-before)
		case 5:
			if g.replaceable(r) {
				what, options = "replace "+r.element(), []string{"-replace=" + r.element()}
			}
		case 6:
			what = g.rekey(r)
		}
		if what != "" {
			g.touched = r.Type
			return what, options
		}
	}
	g.touched = g.config.resources[0].Type
	return "nothing", nil
}

// replaceable tells whether an object can be replaced without anything going with it that its own plan would refuse.
func (g *generator) replaceable(r *resource) bool {
	if g.inSeries(r) {
		return false
	}
	if r.Type == "raff_project" || r.Type == "raff_role" {
		return len(g.config.users(r)) == 0
	}
	return !slices.ContainsFunc(g.config.users(r), func(u *resource) bool { return !strings.HasSuffix(u.Type, "_attachment") })
}

// inSeries tells whether a backup is not the only one of its VM: later ones may build on it, and it cannot go before them.
func (g *generator) inSeries(r *resource) bool {
	if r.Type != "raff_backup" {
		return false
	}
	n := 0
	for _, other := range g.config.resources {
		if other.Type == r.Type && other.find("vm_id").of == r.find("vm_id").of {
			n += len(other.addresses())
		}
	}
	return n > 1
}

// rename gives an object another name. Volumes and backups are replaced then.
func (g *generator) rename(r *resource) string {
	if !r.has("name") || (r.Type == "raff_volume" || r.Type == "raff_backup") && !g.replaceable(r) {
		return ""
	}
	r.set(text("name", g.name()))
	return "rename " + r.String()
}

// resize changes an object in place.
func (g *generator) resize(r *resource) string {
	switch r.Type {
	case "raff_volume":
		r.set(number("size", 20+10*g.rng.IntN(3)))
	case "raff_vm":
		if g.later && chance(g.rng, 40) {
			r.set(expression("console_require_mfa", fmt.Sprint(!r.has("console_require_mfa") || r.find("console_require_mfa").value == "false")))
			return "change the console policy of " + r.String()
		}
		if chance(g.rng, 50) {
			r.set(number("pricing_id", 10))
		} else {
			r.set(expression("tags", fmt.Sprintf("[%q]", g.name())))
		}
	case "raff_backup_schedule":
		r.set(number("keep_count", 4+g.rng.IntN(3)))
	case "raff_security_group":
		r.set(expression("inbound", `[{ protocol = "TCP", ports = "443" }]`))
	case "raff_vm_note":
		r.set(text("content", g.name()))
	case "raff_project", "raff_vpc":
		r.set(text("description", g.name()))
	case "raff_role":
		if r.find("scope").value == `"project"` {
			r.set(expression("permissions", `["vm.view", "vpc.view"]`))
		} else {
			r.set(expression("permissions", `["account.projects.view", "account.members.view"]`))
		}
	case "raff_api_key":
		r.set(text("rotation_trigger", g.name()))
	default:
		return ""
	}
	return "change " + r.String()
}

// rekey moves an object into a for_each, with a moved block or without: without, it is destroyed and created anew.
func (g *generator) rekey(r *resource) string {
	if r.Key != "" || r.Copies > 0 {
		return ""
	}
	moves := chance(g.rng, 40)
	if !moves && !g.replaceable(r) {
		return ""
	}
	if moves {
		r.moved = r.String()
	}
	r.Key = "k"
	if moves {
		return "move " + r.String() + " into for_each"
	}
	return "put " + r.String() + " into for_each without moving it"
}
