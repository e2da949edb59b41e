package refbackend

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/refbackend/input"
)

// Protocols of a rule.
const (
	protoTCP    = "TCP"
	protoUDP    = "UDP"
	protoICMP   = "ICMP"
	protoICMPv6 = "ICMPV6"
	protoIPsec  = "IPSEC"
	protoAll    = "ALL"
)

var protocols = []string{protoTCP, protoUDP, protoICMP, protoICMPv6, protoIPsec, protoAll}

// Directions of a rule.
const (
	inbound  = "INBOUND"
	outbound = "OUTBOUND"
)

// maxRules is how many rules a group has at most in each direction.
const maxRules = 40

// securityRule allows traffic. In Size and ICMPType 0 is a value; nil is none.
type securityRule struct {
	Protocol  string
	Direction string
	Range     string // ports; "" for all
	IP        string // "" for any
	Size      *int   // prefix length of IP
	ICMPType  *int
}

type ruleBody struct {
	Protocol  string `json:"protocol"`
	Direction string `json:"rule_type"`
	Range     string `json:"range,omitempty"`
	IP        string `json:"ip,omitempty"`
	Size      *int   `json:"size,omitempty"`
	ICMPType  *int   `json:"icmp_type,omitempty"`
}

func showRules(rules []securityRule) []ruleBody {
	shown := make([]ruleBody, 0, len(rules))
	for _, r := range rules {
		shown = append(shown, ruleBody(r))
	}
	return shown
}

// readRules reads the rules of a body, and whether it has any, be it an empty list.
func readRules(in *input.Fields) (rules []securityRule, given bool) {
	list := in.Objects("rules")
	for _, part := range list.Value() {
		rules = append(rules, readRule(part))
	}
	return rules, list.Sent()
}

func readRule(in *input.Fields) securityRule {
	r := securityRule{
		Protocol:  in.String("protocol").Required().OneOf(protocols...).Value(),
		Direction: in.String("rule_type").Required().OneOf(inbound, outbound).Value(),
		Range:     in.String("range").Check(rangeProblem).Value(),
		IP:        in.String("ip").Check(ruleAddressProblem).Value(),
		Size:      in.Int("size").Min(0).Pointer(),
		ICMPType:  in.Int("icmp_type").Min(0).Max(255).Pointer(),
	}
	if r.Range != "" && r.Protocol != protoTCP && r.Protocol != protoUDP {
		in.Fail("range", "must be empty for %s", r.Protocol)
	}
	if r.ICMPType != nil && r.Protocol != protoICMP && r.Protocol != protoICMPv6 {
		in.Fail("icmp_type", "only for ICMP and ICMPV6")
	}
	r.checkSize(in)
	return r
}

// checkSize demands an address that the size goes with.
func (r securityRule) checkSize(in *input.Fields) {
	if r.Size == nil {
		return
	}
	addr, err := netip.ParseAddr(r.IP)
	switch {
	case r.IP == "":
		in.Fail("size", "needs ip")
	case err == nil && *r.Size > addr.BitLen():
		in.Fail("size", "must be at most %d", addr.BitLen())
	}
}

func ruleAddressProblem(text string) string {
	if addr, err := netip.ParseAddr(text); text != "" && (err != nil || addr.Zone() != "") {
		return "must be an IPv4 or IPv6 address"
	}
	return ""
}

// rangePattern is a list of ports and of ranges with a colon.
var rangePattern = regexp.MustCompile(`^[1-9][0-9]{0,4}(:[1-9][0-9]{0,4})?(,[1-9][0-9]{0,4}(:[1-9][0-9]{0,4})?)*$`)

const maxPort = 65535

// rangeProblem says what is wrong with the ports of a rule, or is empty.
func rangeProblem(text string) string {
	switch {
	case text == "":
		return ""
	case !rangePattern.MatchString(text):
		return "must be ports like 22, 80,443 or 3000:4000, without hyphens and spaces"
	}
	for item := range strings.SplitSeq(text, ",") {
		ports := parsePorts(item)
		if ports.first > ports.last || ports.last > maxPort {
			return fmt.Sprintf("%s: ports go from 1 to %d, the lower one first", item, maxPort)
		}
	}
	return ""
}

// portRange is some ports in a row.
type portRange struct{ first, last int }

// parsePorts reads one port or one range of them, whose form was checked.
func parsePorts(item string) portRange {
	low, high, isRange := strings.Cut(item, ":")
	first, _ := strconv.Atoi(low)
	if !isRange {
		return portRange{first, first}
	}
	last, _ := strconv.Atoi(high)
	return portRange{first, last}
}

// String writes ports as the platform does.
func (p portRange) String() string {
	if p.first == p.last {
		return strconv.Itoa(p.first)
	}
	return fmt.Sprintf("%d:%d", p.first, p.last)
}

// blockedPorts are closed on every public interface, whatever a group allows; by protocol, ascending.
var blockedPorts = map[string][]portRange{
	protoTCP: {{135, 135}, {139, 139}, {445, 445}, {5985, 5986}},
	protoUDP: {{137, 138}},
}

// without returns the ports that are not among the blocked ones; nil when none is left.
func (p portRange) without(blocked []portRange) []portRange {
	var open []portRange
	for _, b := range blocked {
		if b.last < p.first || p.last < b.first {
			continue
		}
		if p.first < b.first {
			open = append(open, portRange{p.first, b.first - 1})
		}
		p.first = b.last + 1
	}
	if p.first <= p.last {
		open = append(open, p)
	}
	return open
}

// saved are rules as the platform keeps them: inbound ones lose the blocked ports, and one that has no others is not
// kept at all.
func saved(rules []securityRule) []securityRule {
	var kept []securityRule
	for _, r := range rules {
		if r.Direction == inbound && r.Range != "" {
			if r.Range = openPorts(r.Range, blockedPorts[r.Protocol]); r.Range == "" {
				continue
			}
		}
		kept = append(kept, r)
	}
	return kept
}

// openPorts takes the blocked ports out of a list; what has none of them stays as it was written.
func openPorts(text string, blocked []portRange) string {
	var kept []string
	for item := range strings.SplitSeq(text, ",") {
		ports := parsePorts(item)
		open := ports.without(blocked)
		if slices.Equal(open, []portRange{ports}) {
			kept = append(kept, item)
			continue
		}
		for _, p := range open {
			kept = append(kept, p.String())
		}
	}
	return strings.Join(kept, ",")
}

// merge adds rules to those of a template; what the template has already is not doubled.
func merge(seed, explicit []securityRule) []securityRule {
	merged := slices.Clone(seed)
	for _, r := range explicit {
		if !slices.ContainsFunc(seed, r.equal) {
			merged = append(merged, r)
		}
	}
	return merged
}

func (r securityRule) equal(other securityRule) bool {
	same := func(a, b *int) bool { return a == b || a != nil && b != nil && *a == *b }
	return same(r.Size, other.Size) && same(r.ICMPType, other.ICMPType) &&
		r.Protocol == other.Protocol && r.Direction == other.Direction && r.Range == other.Range && r.IP == other.IP
}

// checkRuleCount refuses more rules than a group takes.
func checkRuleCount(in *input.Fields, rules []securityRule) {
	for _, direction := range []string{inbound, outbound} {
		n := 0
		for _, r := range rules {
			if r.Direction == direction {
				n++
			}
		}
		if n > maxRules {
			in.Fail("rules", "at most %d %s rules, template included: got %d", maxRules, direction, n)
		}
	}
}
