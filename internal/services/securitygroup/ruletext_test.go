package securitygroup

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func TestParseRuleText(t *testing.T) {
	for text, want := range map[string][]rule{
		"tcp":                        {{protocol: "TCP"}},
		"tcp/22":                     {{protocol: "TCP", ports: "22"}},
		"TCP/22 FROM 10.0.0.0/8":     {{protocol: "TCP", ports: "22", ip: "10.0.0.0", size: number(8)}},
		"udp/53,3000-4000 to any":    {{protocol: "UDP", ports: "53,3000:4000"}},
		"tcp/3000:4000":              {{protocol: "TCP", ports: "3000:4000"}},
		"tcp/22 from 192.0.2.7":      {{protocol: "TCP", ports: "22", ip: "192.0.2.7"}},
		"tcp/22 from 192.0.2.7/32":   {{protocol: "TCP", ports: "22", ip: "192.0.2.7", size: number(32)}},
		"tcp from 0.0.0.0/0":         {{protocol: "TCP", ip: "0.0.0.0", size: number(0)}},
		"all from ::/0":              {{protocol: "ALL", ip: "::", size: number(0)}},
		"all from 2001:DB8::/32":     {{protocol: "ALL", ip: "2001:db8::", size: number(32)}},
		"icmp":                       {{protocol: "ICMP"}},
		"icmp/0":                     {{protocol: "ICMP", icmpType: number(0)}},
		"icmp/echo-request":          {{protocol: "ICMP", icmpType: number(8)}},
		"icmpv6/Echo-Request to ::1": {{protocol: "ICMPV6", icmpType: number(128), ip: "::1"}},
		"icmpv6/255":                 {{protocol: "ICMPV6", icmpType: number(255)}},
		"ipsec":                      {{protocol: "IPSEC"}},
		"all":                        {{protocol: "ALL"}},
		"  all \t to\n any  ":        {{protocol: "ALL"}},
		"tcp/22 from 10.0.0.0/8, 192.168.0.0/16,::1": {
			{protocol: "TCP", ports: "22", ip: "10.0.0.0", size: number(8)},
			{protocol: "TCP", ports: "22", ip: "192.168.0.0", size: number(16)},
			{protocol: "TCP", ports: "22", ip: "::1"},
		},
	} {
		got, _, err := parseRuleText(text)
		if err != nil || !slices.EqualFunc(got, want, rule.equal) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
		for _, r := range got {
			if _, problem := ruleProblem(r); problem != "" {
				t.Errorf("%q: the resource does not take this: %s", text, problem)
			}
		}
	}
}

// An error says where the mistake is, and what is expected there.
func TestParseRuleText_mistakes(t *testing.T) {
	for text, want := range map[string]string{
		"":                             `at its end: expected a rule, such as "tcp/22 from 10.0.0.0/8"`,
		"   ":                          `at its end: expected a rule`,
		"22/tcp":                       `at character 1, "22": expected a protocol: tcp, udp, icmp, icmpv6, ipsec, all`,
		"any/22":                       `at character 1, "any": expected a protocol`,
		"http":                         `at character 1, "http": expected a protocol`,
		"/22":                          `expected a protocol`,
		"tcp/":                         `at its end: expected ports from 1 to 65535, such as 22 or 80,443 or 3000-4000`,
		"tcp/ssh":                      `at character 5, "ssh": expected ports`,
		"tcp/0":                        `at character 5, "0": expected ports`,
		"tcp/70000":                    `at character 5, "70000": it has port 70000: they end at 65535`,
		"tcp/90-80":                    `the lower port comes first`,
		"tcp/80, 443 from any":         `at character 5, "80,": expected ports from 1 to 65535, such as 22 or 80,443 or 3000-4000, without spaces`,
		"tcp/80 443 from any":          `at character 8, "443": expected "from" or "to" and a network, such as "tcp/22 from 10.0.0.0/8"`,
		"tcp/22 10.0.0.0/8":            `at character 8, "10.0.0.0/8": expected "from" or "to"`,
		"tcp/22 from":                  `at its end: expected an address`,
		"tcp/22 from example.com":      `at character 13, "example.com": expected an address such as 192.0.2.7, a network such as 10.0.0.0/8`,
		"tcp/22 from 10.0.0.0/33":      `"10.0.0.0/33": expected an address`,
		"tcp/22 from 10.0.0.0 /8":      `"10.0.0.0 /8": expected an address`,
		"tcp/22 from 10.1.2.3/8":       `at character 13, "10.1.2.3/8": the network of this address is 10.0.0.0/8: write that, or 10.1.2.3 for the address alone`,
		"tcp/22 from fe80::1%eth0":     `expected an address`,
		"tcp/22 from any, 10.0.0.0/8":  `at character 13, "any": any stands alone`,
		"tcp/22 from 10.0.0.0/8,":      `a network is missing here`,
		"tcp/22 from ,10.0.0.0/8":      `a network is missing here`,
		"icmp/ping":                    `at character 6, "ping": expected a type of ICMP: a number from 0 to 255, or destination-unreachable, echo-reply, echo-request`,
		"icmp/256":                     `expected a type of ICMP`,
		"icmp/+8":                      `expected a type of ICMP`,
		"icmpv6/08":                    `expected a type of ICMPV6`,
		"all/22":                       `at character 4, "/22": all has neither ports nor types: leave this out`,
		"ipsec/500":                    `ipsec has neither ports nor types`,
		"tcp/22 from 10.0.0.0/8 to ::": `"10.0.0.0/8 to ::": expected an address`,
		"icmp/é from 10.0.0.0/33":      `at character 6, "é"`,
		"ícmp from x":                  `at character 1, "ícmp"`,
	} {
		rules, _, err := parseRuleText(text)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), fmt.Sprintf("rule %q, at ", text)) {
			t.Errorf("%q: %v, %v; want %s", text, rules, err, want)
		}
	}
}

// randomRule is any rule that the resource takes.
func randomRule(r *rand.Rand) rule {
	made := rule{protocol: protocols[r.IntN(len(protocols))]}
	if made.hasPorts() && r.IntN(4) > 0 {
		var ports []string
		for range 1 + r.IntN(3) {
			first := 1 + r.IntN(maxPort)
			ports = append(ports, portRange{first, min(maxPort, first+r.IntN(3)*r.IntN(1000))}.String())
		}
		made.ports = strings.Join(ports, ",")
	}
	if made.isICMP() && r.IntN(3) > 0 {
		made.icmpType = number(r.Int64N(256))
	}
	if r.IntN(3) > 0 {
		addr := netip.AddrFrom4([4]byte{byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256))})
		if r.IntN(2) > 0 {
			var bytes [16]byte
			for i := range bytes {
				bytes[i] = byte(r.IntN(256))
			}
			addr = netip.AddrFrom16(bytes)
		}
		made.ip = addr.String()
		if r.IntN(3) > 0 {
			made.size = number(r.Int64N(int64(addr.BitLen()) + 1))
		}
	}
	return made
}

// Every rule has a text, which is read as a rule that allows the same, and has the same text again.
func TestRuleText_roundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- the same rules each time
	for range 20_000 {
		made := randomRule(r)
		direction, word := inbound, wordFrom
		if r.IntN(2) > 0 {
			direction, word = outbound, wordTo
		}
		text, err := made.shortText(direction)
		if err != nil {
			t.Fatalf("%s: %v", made.words(), err)
		}
		read, gotWord, err := parseRuleText(text)
		if err != nil || len(read) != 1 || !sameRules([]rule{made}, read, direction) || gotWord != "" && gotWord != word {
			t.Fatalf("%s: %q is read as %v %s, %v", made.words(), text, read, gotWord, err)
		}
		if again, err := read[0].shortText(direction); err != nil || again != text {
			t.Fatalf("%q is written as %q, %v", text, again, err)
		}
	}
	if _, err := tcp("80-90").shortText(inbound); err == nil || !strings.Contains(err.Error(), "hyphen") {
		t.Errorf("a rule that is none: %v", err)
	}
}

// What is read is what the resource takes, and its text is read as the same.
func FuzzParseRuleText(f *testing.F) {
	for _, text := range []string{
		"tcp/22 from 10.0.0.0/8", "udp/53,3000-4000 to any", "icmp/echo-request", "icmpv6/255 to ::1", "all", "tcp/22 from 10.0.0.0/8, ::ffff:1.2.3.4",
		"", "tcp/", "tcp/1 from ", "ipsec/x", "tcp/22 from fe80::1%é", "\x00\xff/ from ,", "ſctp", "all from ::ffff:0:0/96",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rules, word, err := parseRuleText(text)
		if err != nil {
			if len(rules) > 0 && rules[0].ip != "" {
				t.Errorf("%q: rules %v with an error", text, rules)
			}
			return
		}
		direction := inbound
		if word == wordTo {
			direction = outbound
		}
		for _, r := range rules {
			if _, problem := ruleProblem(r); problem != "" {
				t.Fatalf("%q: %s", text, problem)
			}
			short, err := r.shortText(direction)
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			if again, _, err := parseRuleText(short); err != nil || len(again) != 1 || !again[0].equal(r) {
				t.Errorf("%q: %s, as %q: %v, %v", text, r.words(), short, again, err)
			}
		}
	})
}
