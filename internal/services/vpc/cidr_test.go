package vpc

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func TestCIDRProblem(t *testing.T) {
	for cidr, problem := range map[string]string{
		"10.0.1.0/24":        "",
		"10.0.0.0/16":        "",
		"10.255.255.240/28":  "",
		"172.16.0.0/16":      "",
		"172.31.255.0/24":    "",
		"192.168.7.0/24":     "",
		"100.64.0.0/16":      "",
		"100.127.0.0/16":     "",
		"10.0.0.0/15":        "prefix",
		"10.0.0.0/29":        "prefix",
		"10.0.0.0/0":         "prefix",
		"172.15.0.0/16":      "private",
		"172.32.0.0/16":      "private",
		"192.169.0.0/16":     "private",
		"100.63.0.0/16":      "private",
		"100.128.0.0/16":     "private",
		"8.8.8.0/24":         "private",
		"10.0.1.1/24":        "aligned to its prefix: the range with that address is 10.0.1.0/24",
		"10.0.1.0":           "no IPv4 range",
		"10.0.1.0/33":        "no IPv4 range",
		"10.0.1.0/024":       "no IPv4 range",
		"10.0.01.0/24":       "no IPv4 range",
		"fd00::/64":          "no IPv4 range",
		"::ffff:10.0.0.0/24": "no IPv4 range",
		"10.0.1.0 /24":       "no IPv4 range",
		"":                   "no IPv4 range",
	} {
		got := cidrProblem(cidr)
		if (got == "") != (problem == "") || !strings.Contains(got, problem) {
			t.Errorf("%q: %q, want %q", cidr, got, problem)
		}
	}
}

func TestOverlaps(t *testing.T) {
	vpcs := []tfkit.Item{
		{ID: "a", Name: "one", Value: "10.0.0.0/16"},
		{ID: "b", Name: "two", Value: "10.1.0.0/24"},
		{ID: "c", Name: "broken", Value: "nonsense"},
	}
	for _, test := range []struct {
		cidr, name string
		want       []string
	}{
		{"10.0.7.0/24", "new", []string{"one"}},
		{"10.0.0.0/15", "new", []string{"one", "two"}},
		{"10.1.0.0/24", "new", []string{"two"}},
		{"10.2.0.0/24", "new", nil},
		{"10.0.7.0/24", "one", nil}, // replaces that one
		{"nonsense", "new", nil},
	} {
		found := overlaps(test.cidr, test.name, vpcs)
		named := slices.EqualFunc(found, test.want, func(found tfkit.Item, name string) bool { return found.Name == name })
		if !named {
			t.Errorf("%s overlaps with %v, want %v", test.cidr, found, test.want)
		}
	}
}

func TestGatewayAndSize(t *testing.T) {
	for cidr, want := range map[types.String]struct {
		gateway types.String
		size    types.Int64
	}{
		types.StringValue("10.0.1.0/24"):    {types.StringValue("10.0.1.1"), types.Int64Value(256)},
		types.StringValue("172.16.0.0/16"):  {types.StringValue("172.16.0.1"), types.Int64Value(65536)},
		types.StringValue("10.0.0.240/28"):  {types.StringValue("10.0.0.241"), types.Int64Value(16)},
		types.StringUnknown():               {types.StringUnknown(), types.Int64Unknown()},
		types.StringValue("not even close"): {types.StringUnknown(), types.Int64Unknown()},
	} {
		if gateway, size := gatewayAndSize(cidr); !gateway.Equal(want.gateway) || !size.Equal(want.size) {
			t.Errorf("%s: %s and %s, want %s and %s", cidr, gateway, size, want.gateway, want.size)
		}
	}
}

func TestAddressProblem(t *testing.T) {
	vpc := func(cidr, first, last string) *client.VPCDetail {
		return &client.VPCDetail{VPC: client.VPC{CIDR: cidr}, IPRangeStart: first, IPRangeEnd: last}
	}
	for _, test := range []struct {
		address string
		vpc     *client.VPCDetail
		problem string
	}{
		{"10.0.1.2", vpc("10.0.1.0/24", "", ""), ""},
		{"10.0.1.254", vpc("10.0.1.0/24", "", ""), ""},
		{"10.0.1.0", vpc("10.0.1.0/24", "", ""), "reserved"},
		{"10.0.1.1", vpc("10.0.1.0/24", "", ""), "reserved"},
		{"10.0.1.255", vpc("10.0.1.0/24", "", ""), "reserved: addresses for VMs go from 10.0.1.2 to 10.0.1.254"},
		{"10.0.2.5", vpc("10.0.1.0/24", "", ""), "not in 10.0.1.0/24"},
		{"10.0.1.9", vpc("10.0.1.0/24", "10.0.1.10", "10.0.1.99"), "from 10.0.1.10 to 10.0.1.99"},
		{"10.0.1.10", vpc("10.0.1.0/24", "10.0.1.10", "10.0.1.99"), ""},
		{"10.0.1.100", vpc("10.0.1.0/24", "10.0.1.10", "10.0.1.99"), "reserved"},
		{"10.0.0.31", vpc("10.0.0.16/28", "", ""), "reserved: addresses for VMs go from 10.0.0.18 to 10.0.0.30"},
		{"nonsense", vpc("10.0.1.0/24", "", ""), "no address"},
		{"10.0.1.5", vpc("nonsense", "", ""), ""},
	} {
		got := addressProblem(test.address, test.vpc)
		if (got == "") != (test.problem == "") || !strings.Contains(got, test.problem) {
			t.Errorf("%s in %s: %q, want %q", test.address, test.vpc.VPC.CIDR, got, test.problem)
		}
	}
}

// The smallest and the largest VPC have as many addresses for VMs as the platform says.
func TestHosts(t *testing.T) {
	for cidr, want := range map[string][2]string{
		"10.0.1.0/24": {"10.0.1.2", "10.0.1.254"},
		"10.0.0.0/16": {"10.0.0.2", "10.0.255.254"},
		"10.0.0.0/28": {"10.0.0.2", "10.0.0.14"},
	} {
		first, last := hosts(netip.MustParsePrefix(cidr))
		if got := [2]string{first.String(), last.String()}; got != want {
			t.Errorf("%s: %v, want %v", cidr, got, want)
		}
	}
}
