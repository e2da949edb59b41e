package securitygroup

import (
	"strings"
	"testing"
)

func TestPortsProblem(t *testing.T) {
	for text, problem := range map[string]string{
		"":                 "",
		"22":               "",
		"80,443":           "",
		"3000:4000":        "",
		"80,443,3000:4000": "",
		"443,80":           "",
		"80:80":            "",
		"1:65535":          "",
		"3000-4000":        "hyphen",
		"80, 443":          "spaces",
		" 80":              "spaces",
		"http":             "no list of ports",
		"80,":              "no list of ports",
		",80":              "no list of ports",
		"80,,443":          "no list of ports",
		"80:":              "no list of ports",
		":80":              "no list of ports",
		"1:2:3":            "no list of ports",
		"0":                "no list of ports",
		"022":              "no list of ports",
		"８０":               "no list of ports",
		"100000":           "no list of ports",
		"65536":            "end at 65535",
		"80:99999":         "end at 65535",
		"4000:3000":        "lower port comes first",
	} {
		got := portsProblem(text)
		if (got == "") != (problem == "") || !strings.Contains(got, problem) {
			t.Errorf("%q: %q, want %q", text, got, problem)
		}
	}
}

func TestParsePorts(t *testing.T) {
	for text, want := range map[string]string{
		"22":              "22",
		"":                "1:65535",
		"443,80":          "80,443",
		"80,80":           "80",
		"80:80":           "80",
		"80,81,82":        "80:82",
		"10:20,15:30":     "10:30",
		"10:20,21":        "10:21",
		"10:30,12:15":     "10:30",
		"3000:4000,22,80": "22,80,3000:4000",
		"65535,1:65534":   "1:65535",
	} {
		ports, ok := parsePorts(text)
		if got := portsText(ports); !ok || got != want {
			t.Errorf("%q is %s (%v), want %s", text, got, ok, want)
		}
	}
	if _, ok := parsePorts("80-90"); ok {
		t.Error("a hyphen is no list of ports")
	}
}

func TestWithoutBlockedPorts(t *testing.T) {
	for _, test := range []struct{ protocol, ports, want string }{
		{protocolTCP, "130:200", "130:134,136:138,140:200"},
		{protocolTCP, "134:136", "134,136"},
		{protocolTCP, "135", ""},
		{protocolTCP, "135,139,445,5985:5986", ""},
		{protocolTCP, "", "1:134,136:138,140:444,446:5984,5987:65535"},
		{protocolTCP, "5985:5990", "5987:5990"},
		{protocolTCP, "5980:5986", "5980:5984"},
		{protocolTCP, "22,80,443", "22,80,443"},
		{protocolUDP, "130:140", "130:136,139:140"},
		{protocolUDP, "137:138", ""},
		{protocolUDP, "135", "135"},
	} {
		ports, _ := parsePorts(test.ports)
		if got := portsText(without(ports, blockedPorts[test.protocol])); got != test.want {
			t.Errorf("%s %q is kept as %q, want %q", test.protocol, test.ports, got, test.want)
		}
	}
}

// Whatever is accepted reads back as the same ports, and loses the blocked ones only once.
func FuzzPorts(f *testing.F) {
	for _, text := range []string{"22", "80,443", "130:200", "1:65535", "135,139", "5985:5986,1", "3000-4000", "", "65535:65535", "10:20,15:30,1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ports, ok := parsePorts(text)
		if ok != (portsProblem(text) == "") {
			t.Fatalf("%q is read and refused, or neither", text)
		}
		if !ok {
			return
		}
		if again, ok := parsePorts(portsText(ports)); !ok || portsText(again) != portsText(ports) {
			t.Errorf("%q: %s reads back as %s", text, portsText(ports), portsText(again))
		}
		open := without(ports, blockedPorts[protocolTCP])
		for _, p := range open {
			for _, b := range blockedPorts[protocolTCP] {
				if p.first <= b.last && b.first <= p.last {
					t.Errorf("%q opens %s in spite of %s", text, p, b)
				}
			}
		}
		if twice := without(open, blockedPorts[protocolTCP]); portsText(twice) != portsText(open) {
			t.Errorf("%q loses ports twice: %s, %s", text, portsText(open), portsText(twice))
		}
	})
}
