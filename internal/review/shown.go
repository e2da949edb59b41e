package review

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/effects"
)

// echoes are attributes that only say again what another one says, or the table of the costs.
var echoes = map[string]string{
	"added_storage": "disk_size", "effective_tags": "tags", "monthly_price": "", "price_per_hour": "", "storage": "pricing_id", "total_storage": "disk_size",
	"template_name": "template_id", "template_version": "template_id",
}

// echoed tells whether an attribute is left out of a comment, beside those that change with it.
func echoed(a Attribute, all []Attribute) bool {
	of, is := echoes[a.Name]
	return is && (of == "" || slices.ContainsFunc(all, func(other Attribute) bool { return other.Name == of }))
}

// line says what becomes of one attribute.
func (a Attribute) line() line {
	if added, removed, ok := listChange(a); ok {
		l := line{name(a.Name), say(": ")}
		for i, part := range []struct {
			what     string
			elements []any
		}{{"removes ", removed}, {"adds ", added}} {
			if len(part.elements) == 0 {
				continue
			}
			if i > 0 && len(removed) > 0 {
				l = append(l, say("; "))
			}
			l = append(append(l, say(part.what)), listed(shownAll(a.Name, part.elements), mostListed)...)
		}
		return l
	}
	return append(append(line{name(a.Name), say(": ")}, a.value(a.Before, a.before)...), append(line{say(" → ")}, a.newValue()...)...)
}

// value is a value as it is, or the name of the object that it refers to.
func (a Attribute) value(v any, label string) line {
	if label != "" {
		return line{say(label)}
	}
	if m, ok := v.(mark); ok {
		return line{say(string(m))}
	}
	return line{name(show(v))}
}

// newValue is the value after the change, or what it comes from.
func (a Attribute) newValue() line {
	if a.Unknown && len(a.from) > 0 {
		return append(append(line{}, listed(a.from, 2)...), say(" "+string(later)))
	}
	return a.value(a.After, a.after)
}

// shownAll writes the elements of a list.
func shownAll(attribute string, elements []any) []string {
	all := make([]string, len(elements))
	for i, element := range elements {
		all[i] = show(element)
		if rule, ok := showRule(attribute, element); ok {
			all[i] = rule
		}
	}
	return all
}

// showRule writes a rule of a security group: TCP 22 from 203.0.113.0/24.
func showRule(attribute string, element any) (string, bool) {
	rule := attributesOf(element)
	protocol := text(rule["protocol"])
	if attribute != "inbound" && attribute != "outbound" || protocol == "" {
		return "", false
	}
	for _, part := range rule {
		if _, hidden := part.(mark); hidden {
			return "", false
		}
	}
	direction := " from "
	if attribute == "outbound" {
		direction = " to "
	}
	what := protocol
	if ports := text(rule["ports"]); ports != "" {
		what += " " + ports
	}
	if kind, ok := rule["icmp_type"].(json.Number); ok {
		what += " type " + kind.String()
	}
	ip, size := text(rule["ip"]), rule["size"]
	prefix, sized := size.(json.Number)
	switch {
	case ip == "":
		return what + direction + "anywhere", true
	case sized && prefix == "0":
		return fmt.Sprintf("%s%sanywhere (%s/0)", what, direction, ip), true
	case sized:
		return fmt.Sprintf("%s%s%s/%s", what, direction, ip, prefix), true
	}
	return what + direction + ip, true
}

// details are the lines below an object that say what becomes of its attributes.
func (c Change) details() []line {
	var all []line
	if c.MovedFrom != "" {
		all = append(all, line{say("Moved in the state from "), name(c.MovedFrom), say(".")})
	}
	if c.ImportedBy != "" {
		all = append(all, line{say("Imported by "), name(c.ImportedBy), say(".")})
	}
	var unknown []string
	for _, a := range c.Attributes {
		switch {
		case echoed(a, c.Attributes) || a.Name == "project_id" && c.has(effects.Move):
		case a.Unknown && !a.Replaces && len(a.from) == 0:
			unknown = append(unknown, a.Name)
		default:
			all = append(all, a.line())
		}
	}
	if len(unknown) > 0 {
		all = append(all, append(line{say("Known after the apply: ")}, listed(unknown, mostListed)...))
	}
	return append(all, settingsLines(c.Settings)...)
}

// settingsLines say what a new object is: what is short in one line, a list in a line of its own.
func settingsLines(settings []Attribute) []line {
	var short line
	var all []line
	for _, a := range settings {
		if parts, isList := a.After.([]any); isList {
			all = append(all, append(line{name(a.Name), say(": ")}, listed(shownAll(a.Name, parts), mostListed)...))
			continue
		}
		if len(short) > 0 {
			short = append(short, say(", "))
		}
		short = append(short, name(a.Name), say(" "))
		if a.Unknown && len(a.from) > 0 { // of what is new as well
			short = append(short, listed(a.from, 2)...)
			continue
		}
		short = append(short, a.newValue()...)
	}
	if len(short) == 0 {
		return all
	}
	return append([]line{short}, all...)
}

// settings are the attributes that tell a new object of a type from others, without those that are as in any other.
func settings(resourceType string, c objectChange) []Attribute {
	after, unknown := attributesOf(c.After), attributesOf(c.AfterUnknown)
	var all []Attribute
	for _, setting := range telling[resourceType] {
		name, usual, _ := strings.Cut(setting, "=")
		if after[name] == nil && !anyTrue(unknown[name]) || usual != "" && fmt.Sprint(after[name]) == usual {
			continue
		}
		all = append(all, Attribute{
			Name: name, After: masked(after[name], unknown[name], part(c.AfterSensitive, name)), Unknown: unknown[name] == true,
		})
	}
	return all
}
