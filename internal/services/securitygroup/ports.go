package securitygroup

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const maxPort = 65535

// portRange is some ports in a row.
type portRange struct{ first, last int }

// String writes ports as the platform does.
func (p portRange) String() string {
	if p.first == p.last {
		return strconv.Itoa(p.first)
	}
	return fmt.Sprintf("%d:%d", p.first, p.last)
}

// allPorts is what a rule without ports is for.
var allPorts = []portRange{{1, maxPort}}

// blockedPorts are closed from outside on every public interface. The platform takes them out of
// inbound rules when it saves them. By protocol, ascending.
var blockedPorts = map[string][]portRange{
	protocolTCP: {{135, 135}, {139, 139}, {445, 445}, {5985, 5986}},
	protocolUDP: {{137, 138}},
}

// blockedText names the blocked ports in documentation and diagnostics.
const blockedText = "TCP 135, 139, 445 and 5985 to 5986, and UDP 137 to 138"

// portsPattern is a list of ports and of ranges with a colon.
var portsPattern = regexp.MustCompile(`^[1-9][0-9]{0,4}(:[1-9][0-9]{0,4})?(,[1-9][0-9]{0,4}(:[1-9][0-9]{0,4})?)*$`)

// portsProblem says what is wrong with the ports of a rule, or nothing. No text at all is for all ports.
func portsProblem(text string) string {
	switch {
	case text == "":
		return ""
	case strings.Contains(text, "-"):
		return "has a hyphen: ranges are written with a colon, such as 3000:4000"
	case strings.ContainsAny(text, " \t\n"):
		return "has spaces: ports are separated by commas alone, such as 80,443"
	case !portsPattern.MatchString(text):
		return "is no list of ports, such as 22 or 80,443 or 3000:4000"
	}
	for _, p := range splitPorts(text) {
		switch {
		case p.last > maxPort:
			return fmt.Sprintf("has port %d: they end at %d", p.last, maxPort)
		case p.first > p.last:
			return fmt.Sprintf("has %d:%d: the lower port comes first", p.first, p.last)
		}
	}
	return ""
}

// splitPorts reads a list of ports that fits portsPattern, as it is written.
func splitPorts(text string) []portRange {
	var ports []portRange
	for item := range strings.SplitSeq(text, ",") {
		low, high, isRange := strings.Cut(item, ":")
		first, _ := strconv.Atoi(low)
		last := first
		if isRange {
			last, _ = strconv.Atoi(high)
		}
		ports = append(ports, portRange{first, last})
	}
	return ports
}

// parsePorts reads a list of ports: sorted, without overlaps or gaps of nothing. It reports whether
// the text is one.
func parsePorts(text string) (ports []portRange, ok bool) {
	if portsProblem(text) != "" {
		return nil, false
	}
	if text == "" {
		return allPorts, true
	}
	ports = splitPorts(text)
	slices.SortFunc(ports, func(a, b portRange) int { return cmp.Compare(a.first, b.first) })
	merged := ports[:1]
	for _, p := range ports[1:] {
		if last := &merged[len(merged)-1]; p.first <= last.last+1 {
			last.last = max(last.last, p.last)
			continue
		}
		merged = append(merged, p)
	}
	return merged, true
}

// without returns the ports that are not among the blocked ones. Both lists ascend.
func without(ports, blocked []portRange) []portRange {
	var open []portRange
	for _, p := range ports {
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
	}
	return open
}

func portsText(ports []portRange) string {
	texts := make([]string, len(ports))
	for i, p := range ports {
		texts[i] = p.String()
	}
	return strings.Join(texts, ",")
}
