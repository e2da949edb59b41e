package securitygroup

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// Protocols of a rule.
const (
	protocolTCP    = "TCP"
	protocolUDP    = "UDP"
	protocolICMP   = "ICMP"
	protocolICMPv6 = "ICMPV6"
	protocolIPsec  = "IPSEC"
	protocolAll    = "ALL"
)

var protocols = []string{protocolTCP, protocolUDP, protocolICMP, protocolICMPv6, protocolIPsec, protocolAll}

// Directions of a rule.
const (
	inbound  = "INBOUND"
	outbound = "OUTBOUND"
)

// maxRules is how many rules the platform takes in each direction.
const maxRules = 40

// rule is a rule of one direction whose values are all known. In size and icmpType 0 is a value; nil
// is none.
type rule struct {
	protocol string
	ports    string // "" for all
	ip       string // "" for any
	size     *int64
	icmpType *int64
}

func (r rule) hasPorts() bool { return r.protocol == protocolTCP || r.protocol == protocolUDP }

func (r rule) isICMP() bool { return r.protocol == protocolICMP || r.protocol == protocolICMPv6 }

// openPorts are the ports that the platform keeps of a rule with ports. It reports whether the text
// could be read.
func (r rule) openPorts(direction string) (ports []portRange, ok bool) {
	ports, ok = parsePorts(r.ports)
	if ok && direction == inbound {
		ports = without(ports, blockedPorts[r.protocol])
	}
	return ports, ok
}

// meaning is a text that two rules share exactly when they allow the same traffic, after what the
// platform does to rules when it saves them. It reports whether anything is left of the rule then.
func (r rule) meaning(direction string) (text string, kept bool) {
	ports := r.ports
	if r.hasPorts() {
		if open, ok := r.openPorts(direction); ok {
			if len(open) == 0 {
				return "", false
			}
			ports = portsText(open)
		}
	}
	icmp := "any"
	if r.icmpType != nil {
		icmp = fmt.Sprint(*r.icmpType)
	}
	return strings.Join([]string{r.protocol, ports, r.peer(), icmp}, "|"), true
}

// peer is the network on the other side, in one form for all ways to write it.
func (r rule) peer() string {
	addr, err := netip.ParseAddr(r.ip)
	if err != nil {
		return "any" + r.ip // "" or what the API may have and this does not know
	}
	bits := addr.BitLen()
	if r.size != nil {
		bits = int(min(*r.size, int64(bits)))
	}
	prefix, err := addr.Prefix(max(bits, 0))
	if err != nil {
		return r.ip
	}
	return prefix.String()
}

// String describes a rule in diagnostics.
func (r rule) String() string {
	return strings.TrimSpace(r.protocol + " " + r.ports)
}

func (r rule) toAPI(direction string) client.SecurityGroupRule {
	return client.SecurityGroupRule{
		Protocol: r.protocol, RuleType: direction, Range: r.ports, IP: r.ip, Size: r.size, ICMPType: r.icmpType,
	}
}

// rulesFromAPI are the rules of one direction.
func rulesFromAPI(all []client.SecurityGroupRule, direction string) []rule {
	var rules []rule
	for _, r := range all {
		if r.RuleType == direction {
			rules = append(rules, rule{protocol: r.Protocol, ports: r.Range, ip: r.IP, size: r.Size, icmpType: r.ICMPType})
		}
	}
	return rules
}

// meanings are those of all rules of which anything is left.
func meanings(rules []rule, direction string) map[string]bool {
	found := map[string]bool{}
	for _, r := range rules {
		if text, kept := r.meaning(direction); kept {
			found[text] = true
		}
	}
	return found
}

// sameRules tells whether two sets of rules allow the same traffic, rule by rule.
func sameRules(a, b []rule, direction string) bool {
	x, y := meanings(a, direction), meanings(b, direction)
	for text := range x {
		if !y[text] {
			return false
		}
	}
	return len(x) == len(y)
}

// reconcile describes the stored rules with the words of the written ones, as far as they mean the
// same. A written rule of which the platform keeps nothing stays, and one that is gone goes; a stored
// one that nobody wrote is added as it is.
func reconcile(written, stored []rule, direction string) []rule {
	present, described := meanings(stored, direction), map[string]bool{}
	var rules []rule
	for _, w := range written {
		if text, kept := w.meaning(direction); !kept || present[text] {
			rules = append(rules, w)
			described[text] = true
		}
	}
	for _, s := range stored {
		if text, kept := s.meaning(direction); kept && !described[text] {
			rules = append(rules, s)
			described[text] = true
		}
	}
	return rules
}

// strippedRules says of each inbound rule that names blocked ports what becomes of it. Rules that are
// among the known ones have been spoken of before.
func strippedRules(rules, known []rule) []string {
	var changes []string
	for _, r := range rules {
		if !r.hasPorts() || r.ports == "" || slices.ContainsFunc(known, r.equal) {
			continue
		}
		all, ok := parsePorts(r.ports)
		open := without(all, blockedPorts[r.protocol])
		switch {
		case !ok || slices.Equal(all, open):
		case len(open) == 0:
			changes = append(changes, r.String()+" is not kept at all")
		default:
			changes = append(changes, fmt.Sprintf("%s is kept as %s", r, portsText(open)))
		}
	}
	slices.Sort(changes)
	return changes
}

// equal tells whether two rules are written the same.
func (r rule) equal(other rule) bool {
	return r.protocol == other.protocol && r.ports == other.ports && r.ip == other.ip &&
		sameNumber(r.size, other.size) && sameNumber(r.icmpType, other.icmpType)
}

func sameNumber(a, b *int64) bool { return a == b || a != nil && b != nil && *a == *b }

// words describe a rule in diagnostics, as far as it is known.
func (r rule) words() string {
	var words []string
	add := func(name, value string) {
		if value != "" {
			words = append(words, name+" "+value)
		}
	}
	add("protocol", r.protocol)
	add("ports", r.ports)
	add("ip", r.ip)
	if r.size != nil {
		add("size", fmt.Sprint(*r.size))
	}
	if r.icmpType != nil {
		add("icmp_type", fmt.Sprint(*r.icmpType))
	}
	if len(words) == 0 {
		return "no values that are known"
	}
	return strings.Join(words, ", ")
}

// valueProblem says what is wrong with a single value of a rule, and with which attribute, or nothing. A protocol
// that is not known is "".
func valueProblem(r rule) (attribute, problem string) {
	addr, err := netip.ParseAddr(r.ip)
	switch {
	case r.protocol != "" && tfkit.ChoiceProblem(r.protocol, protocols) != "":
		return "protocol", "protocol " + tfkit.ChoiceProblem(r.protocol, protocols)
	case portsProblem(r.ports) != "":
		return "ports", fmt.Sprintf("%q %s", r.ports, portsProblem(r.ports))
	case r.ip != "" && (err != nil || addr.Zone() != ""):
		return "ip", fmt.Sprintf("%q is not an IPv4 or IPv6 address. The prefix length goes into size", r.ip)
	case r.size != nil && (*r.size < 0 || *r.size > 128):
		return "size", fmt.Sprintf("size must be between 0 and 128, got %d", *r.size)
	case r.icmpType != nil && (*r.icmpType < 0 || *r.icmpType > 255):
		return "icmp_type", fmt.Sprintf("icmp_type must be between 0 and 255, got %d", *r.icmpType)
	}
	return "", ""
}

// ruleProblem says what is wrong with a rule as a whole, and with which attribute, or nothing.
func ruleProblem(r rule) (attribute, problem string) {
	if attribute, problem := valueProblem(r); problem != "" {
		return attribute, problem
	}
	addr, _ := netip.ParseAddr(r.ip)
	switch {
	case r.protocol == "":
		return "protocol", "protocol " + tfkit.ChoiceProblem("", protocols)
	case r.ports != "" && !r.hasPorts():
		return "ports", r.protocol + " has no ports: they are for TCP and UDP only. Leave them out"
	case r.size != nil && r.ip == "":
		return "size", "size is the prefix length of ip, which is left out"
	case r.size != nil && *r.size > int64(addr.BitLen()):
		return "size", fmt.Sprintf("size is at most %d for %s", addr.BitLen(), r.ip)
	case r.icmpType != nil && !r.isICMP():
		return "icmp_type", r.protocol + " has no ICMP types: they are for ICMP and ICMPV6 only. Leave it out"
	}
	return "", ""
}
