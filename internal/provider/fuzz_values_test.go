package provider_test

import (
	"maps"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
)

// source makes values of the bytes that a fuzz test gets. Where they are used up, it goes on with zeros.
type source struct {
	t     *testing.T
	bytes []byte
	words []string // that mean something
}

// words are texts that some attribute takes, nearly takes, or should not take.
var words = []string{
	"", " ", "x", "another", "é", "e\u0301", "\u202e\u0000", "🦊", "a:b", "a/b/c", "../..", "%2e%2e", "7", "007", "+7", "-7", "7.0", "9223372036854775808",
	"true", "null", "1h", "-1h", "10000000h", "8am", "24:00", "13:00", "Saturday", "weekly", "daily", "2030-01-02T03:04:05Z", "0001-01-01T00:00:00Z",
	"10.0.0.0/24", "10.0.0.0/8", "::/0", "10.0.0.0", "2001:db8::1", "999.0.0.0", "1:65536", "80,80", "443:80", "TCP", "tcp", "ALL", "ICMP",
	"us-east", "nowhere", "IPv4", "IPv6", "active", "passive", "reinstall", "replace", "ignore", "error", "detach", "delete", "personal", "account", "project",
	"vm.view", "a@b.example", "A@B.example", acctest.SSHKey, "ssh-rsa AAAA", "-----BEGIN OPENSSH PRIVATE KEY-----", "raff_0123456789abc",
	"00000000-0000-4000-8000-000000000000", "standard", "high", "yearly", "monthly", "web-server", "xfs", "nvme", strings.Repeat("long ", 500),
}

func (s *source) next() byte {
	if len(s.bytes) == 0 {
		return 0
	}
	b := s.bytes[0]
	s.bytes = s.bytes[1:]
	return b
}

func (s *source) below(n int) int { return (int(s.next())<<8 | int(s.next())) % n }

func (s *source) text() string {
	n := s.below(len(s.words) + 4)
	if n < len(s.words) {
		return s.words[n]
	}
	length := min(s.below(64), len(s.bytes))
	raw := strings.ToValidUTF8(string(s.bytes[:length]), "?")
	s.bytes = s.bytes[length:]
	return raw
}

func (s *source) number() *big.Float {
	switch s.below(10) {
	case 0:
		return big.NewFloat(0)
	case 1:
		return big.NewFloat(-1)
	case 2:
		return new(big.Float).SetInt64(math.MaxInt64)
	case 3:
		return new(big.Float).SetInt64(math.MinInt64)
	case 4:
		return big.NewFloat(1e300)
	case 5:
		return big.NewFloat(10.5)
	}
	return big.NewFloat(float64(s.below(200)))
}

// value makes a value of a type: null, unknown where that is allowed, or any.
func (s *source) value(typ tftypes.Type, unknown bool) tftypes.Value {
	switch choice := s.next() % 8; {
	case choice == 1:
		return tftypes.NewValue(typ, nil)
	case choice == 2 && unknown:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	}
	switch {
	case typ.Is(tftypes.String):
		return tftypes.NewValue(typ, s.text())
	case typ.Is(tftypes.Bool):
		return tftypes.NewValue(typ, s.next()%2 == 0)
	case typ.Is(tftypes.Number):
		return tftypes.NewValue(typ, s.number())
	}
	switch typ := typ.(type) {
	case tftypes.List:
		return tftypes.NewValue(typ, s.values(typ.ElementType, unknown))
	case tftypes.Set:
		return tftypes.NewValue(typ, s.values(typ.ElementType, unknown))
	case tftypes.Map:
		return tftypes.NewValue(typ, map[string]tftypes.Value{s.text(): s.value(typ.ElementType, unknown)})
	case tftypes.Object:
		attributes := map[string]tftypes.Value{}
		for _, name := range slices.Sorted(maps.Keys(typ.AttributeTypes)) {
			attributes[name] = s.value(typ.AttributeTypes[name], unknown)
		}
		return tftypes.NewValue(typ, attributes)
	}
	s.t.Fatalf("no value of the type %s", typ)
	return tftypes.Value{}
}

func (s *source) values(typ tftypes.Type, unknown bool) []tftypes.Value {
	values := make([]tftypes.Value, s.below(4))
	for i := range values {
		values[i] = s.value(typ, unknown)
	}
	return values
}

// with replaces up to three attributes of an object.
func (s *source) with(object tftypes.Value, unknown bool) tftypes.Value {
	var attributes map[string]tftypes.Value
	if err := object.As(&attributes); err != nil || object.IsNull() {
		s.t.Fatalf("%s is no object: %v", object, err)
	}
	attributes = maps.Clone(attributes)
	names := slices.Sorted(maps.Keys(attributes))
	for range s.below(4) {
		name := names[s.below(len(names))]
		attributes[name] = s.value(attributes[name].Type(), unknown)
	}
	return tftypes.NewValue(object.Type(), attributes)
}

// private is private state: as it was, of other bytes, or of other values.
func (s *source) private(was []byte) []byte {
	switch s.next() % 4 {
	case 1:
		return s.bytes
	case 2:
		return []byte(`{"imported":"` + []string{"bnVsbA==", "IiI=", "ImEsYixjIg==", "e30=", "!"}[s.below(5)] + `"}`)
	case 3:
		return nil
	}
	return was
}
