package vpc

import (
	"net/netip"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// Whatever is accepted as a range is one, with a gateway in it. What the API says of it may be anything.
func FuzzCIDR(f *testing.F) {
	for _, cidr := range []string{"10.0.1.0/24", "10.0.0.0/8", "::/0", "::ffff:10.0.0.0/120", "fd00::/64", "10.0.0.0/32", "10.0.0.0/031", "", "/", "x"} {
		f.Add(cidr, "10.0.1.42", "10.0.1.2", "10.0.1.254")
		f.Add(cidr, "fd00::1", "", "x")
	}
	f.Fuzz(func(t *testing.T, cidr, address, start, end string) {
		_ = addressProblem(address, &client.VPCDetail{VPC: client.VPC{CIDR: cidr}, IPRangeStart: start, IPRangeEnd: end})
		_ = overlaps(cidr, "a", []tfkit.Item{{Name: "b", Value: address}})
		gateway, addresses := gatewayAndSize(types.StringValue(cidr))
		if cidrProblem(cidr) != "" {
			return
		}
		prefix, err := netip.ParsePrefix(cidr)
		if err != nil {
			t.Fatalf("%q: %v", cidr, err)
		}
		first, err := netip.ParseAddr(gateway.ValueString())
		if err != nil || !prefix.Contains(first) || addresses.ValueInt64() < 16 {
			t.Errorf("%q: gateway %s, %s addresses", cidr, gateway, addresses)
		}
		if problem := addressProblem(first.String(), &client.VPCDetail{VPC: client.VPC{CIDR: cidr}}); problem == "" {
			t.Errorf("%q: the gateway can be given away", cidr)
		}
	})
}
