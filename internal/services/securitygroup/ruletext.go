package securitygroup

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Words of the short text of a rule.
const (
	wordFrom = "from"
	wordTo   = "to"
	wordAny  = "any"
)

// Texts that messages show how something is written.
const (
	exampleRule  = `"tcp/22 from 10.0.0.0/8"`
	examplePorts = "ports from 1 to 65535, such as 22 or 80,443 or 3000-4000, without spaces"
	examplePeer  = "an address such as 192.0.2.7, a network such as 10.0.0.0/8 or 2001:db8::/32, or any"
)

// icmpNames are types of messages that have a name in a short text, by protocol.
var icmpNames = map[string]map[string]int64{
	protocolICMP: {
		"echo-reply": 0, "destination-unreachable": 3, "redirect": 5, "echo-request": 8, "time-exceeded": 11, "parameter-problem": 12,
	},
	protocolICMPv6: {
		"destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4, "echo-request": 128, "echo-reply": 129,
		"router-solicitation": 133, "router-advertisement": 134, "neighbor-solicitation": 135, "neighbor-advertisement": 136,
	},
}

// ruleText is a short text of rules that is being read.
type ruleText struct{ text string }

// piece is a part of it.
type piece struct {
	text string
	at   int // bytes before it
}

// errorAt says what was expected instead of a piece.
func (t ruleText) errorAt(p piece, expected string) error {
	place := fmt.Sprintf("at character %d, %q", utf8.RuneCountInString(t.text[:p.at])+1, p.text)
	if p.text == "" {
		place = "at its end"
	}
	return fmt.Errorf("rule %q, %s: %s", t.text, place, expected)
}

func (t ruleText) end() piece { return piece{"", len(t.text)} }

// parseRuleText reads a short text: a protocol, what of it after a slash, and the networks on the other side. It returns a
// rule for each network, and the word before them: from, to, or none.
//
//	tcp/22 from 10.0.0.0/8
//	udp/53,3000-4000 to 192.0.2.7, 2001:db8::/32
//	icmp/echo-request
func parseRuleText(text string) (rules []rule, word string, err error) {
	t := ruleText{text}
	pieces := t.pieces()
	if len(pieces) == 0 {
		return nil, "", t.errorAt(t.end(), "expected a rule, such as "+exampleRule)
	}
	r, err := t.traffic(pieces[0])
	if err != nil || len(pieces) == 1 {
		return []rule{r}, "", err
	}
	word = strings.ToLower(pieces[1].text)
	if word != wordFrom && word != wordTo {
		return nil, "", t.errorAt(pieces[1], `expected "from" or "to" and a network, such as `+exampleRule)
	}
	after := piece{text[pieces[1].at+len(pieces[1].text):], pieces[1].at + len(pieces[1].text)}
	rules, err = t.peers(r, after)
	return rules, word, err
}

// pieces are the words of the text.
func (t ruleText) pieces() []piece {
	var all []piece
	at := 0
	for word := range strings.FieldsSeq(t.text) {
		at += strings.Index(t.text[at:], word)
		all = append(all, piece{word, at})
		at += len(word)
	}
	return all
}

// traffic reads a protocol, and its ports or type.
func (t ruleText) traffic(p piece) (rule, error) {
	name, detail, more := strings.Cut(p.text, "/")
	r := rule{protocol: strings.ToUpper(name)}
	if !slices.Contains(protocols, r.protocol) {
		return rule{}, t.errorAt(piece{name, p.at}, "expected a protocol: "+strings.ToLower(strings.Join(protocols, ", ")))
	}
	if !more {
		return r, nil
	}
	rest := piece{detail, p.at + len(name) + 1}
	switch {
	case r.hasPorts():
		ports, err := t.ports(rest)
		r.ports = ports
		return r, err
	case r.isICMP():
		number, err := t.icmpType(r.protocol, rest)
		r.icmpType = &number
		return r, err
	}
	return rule{}, t.errorAt(piece{"/" + detail, rest.at - 1}, fmt.Sprintf("%s has neither ports nor types: leave this out", name))
}

// ports reads ports, and returns them as a rule has them.
func (t ruleText) ports(p piece) (string, error) {
	ports := strings.ReplaceAll(p.text, "-", ":")
	if !portsPattern.MatchString(ports) {
		return "", t.errorAt(p, "expected "+examplePorts)
	}
	if problem := portsProblem(ports); problem != "" {
		return "", t.errorAt(p, "it "+problem+". Expected "+examplePorts)
	}
	return ports, nil
}

// icmpType reads the type of a message, by its number or name.
func (t ruleText) icmpType(protocol string, p piece) (int64, error) {
	if number, known := icmpNames[protocol][strings.ToLower(p.text)]; known {
		return number, nil
	}
	number, err := strconv.ParseInt(p.text, 10, 64)
	if err != nil || number < 0 || number > 255 || strconv.FormatInt(number, 10) != p.text {
		return 0, t.errorAt(p, fmt.Sprintf("expected a type of %s: a number from 0 to 255, or %s", protocol, strings.Join(slices.Sorted(maps.Keys(icmpNames[protocol])), ", ")))
	}
	return number, nil
}

// peers reads networks that are separated by commas, and returns r for each of them.
func (t ruleText) peers(r rule, list piece) ([]rule, error) {
	var rules []rule
	at := list.at
	items := strings.Split(list.text, ",")
	for _, item := range items {
		trimmed := strings.TrimSpace(item)
		p := piece{trimmed, at + strings.Index(item, trimmed)}
		at += len(item) + 1
		switch {
		case trimmed == "" && len(items) == 1:
			return nil, t.errorAt(t.end(), "expected "+examplePeer)
		case trimmed == "":
			return nil, t.errorAt(piece{",", max(p.at-1, list.at)}, "a network is missing here. Expected "+examplePeer)
		case strings.EqualFold(trimmed, wordAny) && len(items) > 1:
			return nil, t.errorAt(p, "any stands alone: it is every network already")
		}
		with, err := t.peer(r, p)
		if err != nil {
			return nil, err
		}
		rules = append(rules, with)
	}
	return rules, nil
}

// peer returns a rule for one network.
func (t ruleText) peer(r rule, p piece) (rule, error) {
	if strings.EqualFold(p.text, wordAny) {
		return r, nil
	}
	if addr, err := netip.ParseAddr(p.text); err == nil && addr.Zone() == "" {
		r.ip = addr.String()
		return r, nil
	}
	prefix, err := netip.ParsePrefix(p.text)
	if err != nil {
		return rule{}, t.errorAt(p, "expected "+examplePeer)
	}
	if masked := prefix.Masked(); masked != prefix {
		return rule{}, t.errorAt(p, fmt.Sprintf("the network of this address is %s: write that, or %s for the address alone", masked, prefix.Addr()))
	}
	size := int64(prefix.Bits())
	r.ip, r.size = prefix.Addr().String(), &size
	return r, nil
}

// shortText writes a rule as parseRuleText reads it, in one form for all ways to write it.
func (r rule) shortText(direction string) (string, error) {
	if _, problem := ruleProblem(r); problem != "" {
		return "", fmt.Errorf("a rule with %s: %s", r.words(), problem)
	}
	text := strings.ToLower(r.protocol)
	if r.ports != "" {
		text += "/" + strings.ReplaceAll(r.ports, ":", "-")
	}
	if r.icmpType != nil {
		text += "/" + icmpName(r.protocol, *r.icmpType)
	}
	if r.ip == "" {
		return text, nil
	}
	word := wordFrom
	if direction == outbound {
		word = wordTo
	}
	return text + " " + word + " " + r.network(), nil
}

// network is the address or the network of a rule that has one.
func (r rule) network() string {
	addr, err := netip.ParseAddr(r.ip)
	if err != nil {
		return r.ip
	}
	if r.size == nil {
		return addr.String()
	}
	return netip.PrefixFrom(addr, int(*r.size)).Masked().String()
}

// icmpName is the name of a type, or its number.
func icmpName(protocol string, number int64) string {
	for name, known := range icmpNames[protocol] {
		if known == number {
			return name
		}
	}
	return strconv.FormatInt(number, 10)
}
