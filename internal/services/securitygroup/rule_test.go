package securitygroup

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

func number(n int64) *int64 { return &n }

func tcp(ports string) rule { return rule{protocol: protocolTCP, ports: ports} }

func TestRulesMeanTheSame(t *testing.T) {
	any4 := rule{protocol: protocolTCP, ports: "22", ip: "0.0.0.0", size: number(0)}
	for name, test := range map[string]struct {
		a, b      rule
		direction string
		same      bool
	}{
		"order of ports":           {tcp("443,80"), tcp("80,443"), inbound, true},
		"grouping of ports":        {tcp("80:82"), tcp("80,81,82"), inbound, true},
		"stripped ports":           {tcp("130:200"), tcp("130:134,136:138,140:200"), inbound, true},
		"not stripped after all":   {tcp("130:200"), tcp("130:200"), inbound, true},
		"stripped outbound":        {tcp("130:200"), tcp("130:134,136:138,140:200"), outbound, false},
		"stripped in part":         {tcp("130:200"), tcp("130:134,136:138,141:200"), inbound, false},
		"other ports":              {tcp("80"), tcp("81"), inbound, false},
		"all ports":                {tcp(""), tcp("1:65535"), outbound, true},
		"all and some":             {tcp(""), tcp("1:1024"), outbound, false},
		"other protocol":           {tcp("53"), rule{protocol: protocolUDP, ports: "53"}, inbound, false},
		"any and any IPv4":         {tcp("22"), any4, inbound, false},
		"size 0 and none":          {any4, rule{protocol: protocolTCP, ports: "22", ip: "0.0.0.0"}, inbound, false},
		"a host with its size":     {rule{protocol: protocolAll, ip: "192.0.2.7"}, rule{protocol: protocolAll, ip: "192.0.2.7", size: number(32)}, inbound, true},
		"an IPv6 host":             {rule{protocol: protocolAll, ip: "2001:DB8::1"}, rule{protocol: protocolAll, ip: "2001:db8:0::1", size: number(128)}, inbound, true},
		"an address in a network":  {rule{protocol: protocolAll, ip: "10.1.2.3", size: number(8)}, rule{protocol: protocolAll, ip: "10.0.0.0", size: number(8)}, inbound, true},
		"other network":            {rule{protocol: protocolAll, ip: "10.0.0.0", size: number(8)}, rule{protocol: protocolAll, ip: "10.0.0.0", size: number(16)}, inbound, false},
		"ICMP type 0 and none":     {rule{protocol: protocolICMP, icmpType: number(0)}, rule{protocol: protocolICMP}, inbound, false},
		"ICMP type 0 and 8":        {rule{protocol: protocolICMP, icmpType: number(0)}, rule{protocol: protocolICMP, icmpType: number(8)}, inbound, false},
		"nonsense is itself":       {rule{protocol: "GRE", ports: "x", ip: "y"}, rule{protocol: "GRE", ports: "x", ip: "y"}, inbound, true},
		"nonsense is nothing else": {rule{protocol: "GRE", ip: "y"}, rule{protocol: "GRE", ip: "z"}, inbound, false},
		"an impossible size":       {rule{protocol: protocolAll, ip: "10.0.0.0", size: number(99)}, rule{protocol: protocolAll, ip: "10.0.0.0"}, inbound, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := sameRules([]rule{test.a}, []rule{test.b}, test.direction); got != test.same {
				t.Errorf("%v and %v: same is %v", test.a, test.b, got)
			}
			if got := sameRules([]rule{test.b}, []rule{test.a}, test.direction); got != test.same {
				t.Errorf("%v and %v the other way round: same is %v", test.b, test.a, got)
			}
		})
	}
}

func TestSetsOfRulesMeanTheSame(t *testing.T) {
	for name, test := range map[string]struct {
		a, b []rule
		same bool
	}{
		"empty":                     {nil, []rule{}, true},
		"order":                     {[]rule{tcp("22"), tcp("80")}, []rule{tcp("80"), tcp("22")}, true},
		"one more":                  {[]rule{tcp("22"), tcp("80")}, []rule{tcp("80")}, false},
		"one that is not kept":      {[]rule{tcp("22"), tcp("135")}, []rule{tcp("22")}, true},
		"two ways to say one thing": {[]rule{tcp("22"), tcp("22:22")}, []rule{tcp("22")}, true},
		"only what is not kept":     {[]rule{tcp("135")}, nil, true},
	} {
		if got := sameRules(test.a, test.b, inbound); got != test.same {
			t.Errorf("%s: same is %v", name, got)
		}
	}
}

func TestReconcile(t *testing.T) {
	for name, test := range map[string]struct {
		written, stored, want []rule
	}{
		"the words that were written": {
			[]rule{tcp("130:200"), tcp("443,80")},
			[]rule{tcp("80,443"), tcp("130:134,136:138,140:200")},
			[]rule{tcp("130:200"), tcp("443,80")},
		},
		"what is not kept stays written": {[]rule{tcp("135"), tcp("22")}, []rule{tcp("22")}, []rule{tcp("135"), tcp("22")}},
		"what is gone goes":              {[]rule{tcp("22"), tcp("80")}, []rule{tcp("22")}, []rule{tcp("22")}},
		"what is new comes":              {[]rule{tcp("22")}, []rule{tcp("80"), tcp("22")}, []rule{tcp("22"), tcp("80")}},
		"what has changed":               {[]rule{tcp("22")}, []rule{tcp("22,23")}, []rule{tcp("22,23")}},
		"nothing was written":            {nil, []rule{tcp("22"), tcp("80")}, []rule{tcp("22"), tcp("80")}},
		"nothing is stored":              {[]rule{tcp("22")}, nil, nil},
		"stored twice":                   {nil, []rule{tcp("22"), tcp("22:22")}, []rule{tcp("22")}},
	} {
		t.Run(name, func(t *testing.T) {
			got := reconcile(test.written, test.stored, inbound)
			if !slices.EqualFunc(got, test.want, rule.equal) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			// What was reconciled once is not changed again.
			if again := reconcile(got, test.stored, inbound); !slices.EqualFunc(again, got, rule.equal) {
				t.Errorf("a second time: %v", again)
			}
		})
	}
}

func TestStrippedRules(t *testing.T) {
	rules := []rule{
		tcp("130:200"), tcp("135"), tcp("22"), tcp(""), tcp("443,445"),
		{protocol: protocolUDP, ports: "137"},
		{protocol: protocolUDP, ports: "135"},
		{protocol: protocolICMP},
		tcp("not yet known"),
	}
	want := []string{
		"TCP 130:200 is kept as 130:134,136:138,140:200", "TCP 135 is not kept at all", "TCP 443,445 is kept as 443", "UDP 137 is not kept at all",
	}
	if got := strippedRules(rules, nil); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := strippedRules(rules, rules[:2]); len(got) != 2 {
		t.Errorf("rules that are known were spoken of again: %q", got)
	}
}

func TestRuleProblem(t *testing.T) {
	for name, test := range map[string]struct {
		rule               rule
		attribute, problem string
	}{
		"fine":                 {tcp("22"), "", ""},
		"all of it":            {rule{protocol: protocolUDP, ports: "53", ip: "2001:db8::", size: number(32)}, "", ""},
		"everything":           {rule{protocol: protocolAll}, "", ""},
		"any IPv4":             {rule{protocol: protocolAll, ip: "0.0.0.0", size: number(0)}, "", ""},
		"ping":                 {rule{protocol: protocolICMPv6, icmpType: number(0)}, "", ""},
		"ports of ICMP":        {rule{protocol: protocolICMP, ports: "22"}, "ports", "no ports"},
		"ports of everything":  {rule{protocol: protocolAll, ports: "22"}, "ports", "no ports"},
		"ports of IPSEC":       {rule{protocol: protocolIPsec, ports: "500"}, "ports", "no ports"},
		"hyphen":               {tcp("80-90"), "ports", "hyphen"},
		"a network as address": {rule{protocol: protocolAll, ip: "10.0.0.0/8"}, "ip", "prefix length goes into size"},
		"a name as address":    {rule{protocol: protocolAll, ip: "example.com"}, "ip", "not an IPv4 or IPv6 address"},
		"a zone":               {rule{protocol: protocolAll, ip: "fe80::1%eth0"}, "ip", "not an IPv4 or IPv6 address"},
		"size without address": {rule{protocol: protocolAll, size: number(0)}, "size", "left out"},
		"size of IPv4":         {rule{protocol: protocolAll, ip: "10.0.0.0", size: number(33)}, "size", "at most 32"},
		"type of TCP":          {rule{protocol: protocolTCP, icmpType: number(8)}, "icmp_type", "ICMP and ICMPV6 only"},
	} {
		t.Run(name, func(t *testing.T) {
			attribute, problem := ruleProblem(test.rule)
			if attribute != test.attribute || !strings.Contains(problem, test.problem) || (problem == "") != (test.problem == "") {
				t.Errorf("got %q: %q", attribute, problem)
			}
		})
	}
}

// Zeros are values and go to the API as such; nothing at all does not.
func TestZerosAreSent(t *testing.T) {
	zeros := rule{protocol: protocolICMP, ip: "0.0.0.0", size: number(0), icmpType: number(0)}.toAPI(inbound)
	if zeros.Size == nil || *zeros.Size != 0 || zeros.ICMPType == nil || *zeros.ICMPType != 0 || zeros.RuleType != inbound {
		t.Errorf("got %+v", zeros)
	}
	if none := (rule{protocol: protocolICMP}).toAPI(outbound); none.Size != nil || none.ICMPType != nil {
		t.Errorf("got %+v", none)
	}
}

func TestRuleSets(t *testing.T) {
	rules := []rule{tcp("22"), {protocol: protocolICMP, icmpType: number(0)}, {protocol: protocolAll, ip: "10.0.0.0", size: number(8)}, tcp("22")}
	set := ruleSet(rules)
	if n := len(set.Elements()); n != 3 {
		t.Errorf("%d elements: rules that are written the same must be one", n)
	}
	if got := knownRules(set); !slices.EqualFunc(got, rules[:3], rule.equal) {
		t.Errorf("read back as %v", got)
	}
	if !ruleSet(rules).Equal(ruleSet([]rule{rules[2], rules[0], rules[1]})) {
		t.Error("the order matters")
	}
	for name, test := range map[string]struct {
		set   types.Set
		known bool
	}{
		"null":     {types.SetNull(ruleType), true},
		"unknown":  {types.SetUnknown(ruleType), false},
		"complete": {set, true},
		"in part":  {types.SetValueMust(ruleType, []attr.Value{types.ObjectUnknown(ruleType.AttrTypes)}), false},
		"a value": {types.SetValueMust(ruleType, []attr.Value{types.ObjectValueMust(ruleType.AttrTypes, map[string]attr.Value{
			"protocol": types.StringValue("TCP"), "ports": types.StringUnknown(), "ip": types.StringNull(),
			"size": types.Int64Null(), "icmp_type": types.Int64Null(),
		})}), false},
	} {
		if got := fullyKnown(test.set); got != test.known {
			t.Errorf("%s: known is %v", name, got)
		}
	}
}

func TestRulesFromAPI(t *testing.T) {
	all := []client.SecurityGroupRule{
		{Protocol: "TCP", RuleType: "INBOUND", Range: "22"},
		{Protocol: "ALL", RuleType: "OUTBOUND"},
		{Protocol: "ICMP", RuleType: "INBOUND", ICMPType: number(0)},
	}
	if got := rulesFromAPI(all, inbound); len(got) != 2 || !got[0].equal(tcp("22")) || *got[1].icmpType != 0 {
		t.Errorf("inbound: %v", got)
	}
	if got := rulesFromAPI(all, outbound); len(got) != 1 || got[0].protocol != protocolAll {
		t.Errorf("outbound: %v", got)
	}
}
