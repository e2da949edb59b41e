package refbackend

import (
	"testing"
)

func TestSecurityRules(t *testing.T) {
	t.Run("Protocols `TCP UDP ICMP ICMPV6 IPSEC ALL`, directions `INBOUND OUTBOUND`.", func(t *testing.T) {
		c := newBackend(t, quiet()).production()
		id := c.makeGroup("web")
		var rules []object
		for _, protocol := range []string{"TCP", "UDP", "ICMP", "ICMPV6", "IPSEC", "ALL"} {
			for _, direction := range []string{"INBOUND", "OUTBOUND"} {
				rules = append(rules, object{"protocol": protocol, "rule_type": direction})
			}
		}
		answer := c.put(groupsPath+"/"+id, object{"rules": rules}).want(200)
		for i, r := range answer.at("data.rules").([]any) {
			if got := object(r.(map[string]any)); got["protocol"] != rules[i]["protocol"] || got["rule_type"] != rules[i]["rule_type"] {
				t.Errorf("rule %d is %v, want %v", i, got, rules[i])
			}
		}
	})

	t.Run("`range`: `22`, `80,443`, `3000:4000`, mixed; no hyphen, no spaces; empty for ICMP and ALL.", func(t *testing.T) {
		c := newBackend(t, quiet()).production()
		path := groupsPath + "/" + c.makeGroup("web")
		for _, ports := range []string{"22", "80,443", "3000:4000", "80,443,3000:4000", "443,80", "80:80", "1:65535", ""} {
			answer := c.put(path, object{"rules": []object{rule("UDP", "OUTBOUND", ports)}}).want(200)
			if got, _ := answer.at("data.rules.0.range").(string); got != ports {
				t.Errorf("range %q came back as %q", ports, got)
			}
		}
		for _, ports := range []string{
			"3000-4000", "80, 443", " 80", "80 ", ",", "80,", ",80", "80,,443", ":", "80:", ":80", "1:2:3", "0", "0:80", "65536",
			"80:65536", "4000:3000", "022", "http", "-1", "+80", "８０", "99999999999999999999",
		} {
			c.put(path, object{"rules": []object{rule("TCP", "INBOUND", ports)}}).want(400, "rules[0].range: ")
		}
		for _, protocol := range []string{"ICMP", "ICMPV6", "IPSEC", "ALL"} {
			c.put(path, object{"rules": []object{rule(protocol, "INBOUND", "")}}).want(200).expect("data.rules.0.range", nil)
			c.put(path, object{"rules": []object{rule(protocol, "INBOUND", "22")}}).want(400, "rules[0].range: must be empty for "+protocol)
		}
	})

	t.Run("On save the platform removes TCP 135, 139, 445, 5985–5986 and UDP 137–138 from inbound rules.", func(t *testing.T) {
		b := newBackend(t, quiet())
		c := b.production()
		path := groupsPath + "/" + c.makeGroup("web")
		for _, test := range []struct{ protocol, direction, sent, saved string }{
			{"TCP", "INBOUND", "130:200", "130:134,136:138,140:200"},
			{"TCP", "INBOUND", "134:136", "134,136"},
			{"TCP", "INBOUND", "1:65535", "1:134,136:138,140:444,446:5984,5987:65535"},
			{"TCP", "INBOUND", "22,135,443", "22,443"},
			{"TCP", "INBOUND", "443,445:446,80:80", "443,446,80:80"},
			{"TCP", "INBOUND", "5985:5990", "5987:5990"},
			{"TCP", "INBOUND", "5980:5986", "5980:5984"},
			{"TCP", "INBOUND", "5986:5987", "5987"},
			{"TCP", "INBOUND", "137:138", "137:138"},
			{"TCP", "INBOUND", "", ""}, // all ports: there is no list to take some out of
			{"UDP", "INBOUND", "130:140", "130:136,139:140"},
			{"UDP", "INBOUND", "135,445", "135,445"},
			{"UDP", "INBOUND", "138:139", "139"},
			{"TCP", "OUTBOUND", "130:200", "130:200"},
			{"UDP", "OUTBOUND", "137", "137"},
		} {
			answer := c.put(path, object{"rules": []object{rule(test.protocol, test.direction, test.sent)}}).want(200)
			if got, _ := answer.at("data.rules.0.range").(string); got != test.saved {
				t.Errorf("%s %s %q was saved as %q, want %q", test.direction, test.protocol, test.sent, got, test.saved)
			}
		}
		b.checkInvariants()
	})

	t.Run("`icmp_type` and `size` 0 are meaningful values.", func(t *testing.T) {
		c := newBackend(t, quiet()).production()
		path := groupsPath + "/" + c.makeGroup("web")
		c.put(path, object{"rules": []object{
			rule("ICMP", "INBOUND", "").with("icmp_type", 0, "ip", "0.0.0.0", "size", 0),
			rule("ICMPV6", "INBOUND", ""),
			rule("TCP", "INBOUND", "22").with("ip", "192.0.2.7"),
		}}).want(200).expect(
			"data.rules.0.icmp_type", 0, "data.rules.0.size", 0, "data.rules.0.ip", "0.0.0.0",
			"data.rules.1.icmp_type", nil, "data.rules.1.size", nil, "data.rules.1.ip", nil,
			"data.rules.2.ip", "192.0.2.7", "data.rules.2.size", nil)
	})
}

// A rule that has blocked ports only is not kept, and its sender is not told.
func TestSecurityRuleOfBlockedPortsIsDropped(t *testing.T) {
	b := newBackend(t, quiet())
	c := b.production()
	rules := []object{rule("TCP", "INBOUND", "135,445,5985:5986"), rule("UDP", "INBOUND", "137:138"), rule("TCP", "INBOUND", "22")}
	c.post(groupsPath, object{"name": "web", "rules": rules}).want(201).expect("data.rules.0.range", "22", "data.rules.1", nil)
	b.checkInvariants()
}
