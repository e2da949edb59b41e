package vpc

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// The sizes of a VPC that the platform allows.
const (
	shortestPrefix = 16
	longestPrefix  = 28
)

// privateRanges are where a VPC may lie: RFC 1918 and the shared range of RFC 6598.
var privateRanges = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"),
}

// cidrValidator applies the platform's rules for the range of a VPC.
type cidrValidator struct{}

var _ validator.String = cidrValidator{}

func (cidrValidator) Description(context.Context) string {
	return "a private IPv4 range from /16 to /28, aligned to its prefix, such as 10.0.1.0/24"
}

func (v cidrValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v cidrValidator) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !tfkit.Known(req.ConfigValue) {
		return
	}
	if problem := cidrProblem(req.ConfigValue.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid CIDR", fmt.Sprintf(
			"%q %s. Expected %s.", req.ConfigValue.ValueString(), problem, v.Description(ctx)))
	}
}

// cidrProblem says what is wrong with a range, or nothing.
func cidrProblem(text string) string {
	prefix, err := netip.ParsePrefix(text)
	switch {
	case err != nil || !prefix.Addr().Is4():
		return "is no IPv4 range"
	case prefix.Bits() < shortestPrefix || prefix.Bits() > longestPrefix:
		return fmt.Sprintf("has a prefix that is not between /%d and /%d", shortestPrefix, longestPrefix)
	case !slices.ContainsFunc(privateRanges, func(r netip.Prefix) bool { return r.Contains(prefix.Addr()) }):
		return "is not in a private range"
	case prefix != prefix.Masked():
		return "is not aligned to its prefix: the range with that address is " + prefix.Masked().String()
	default:
		return ""
	}
}

// ipv4Validator takes an IPv4 address.
type ipv4Validator struct{}

var _ validator.String = ipv4Validator{}

func (ipv4Validator) Description(context.Context) string {
	return "an IPv4 address, such as 10.0.1.42"
}

func (v ipv4Validator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v ipv4Validator) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !tfkit.Known(req.ConfigValue) {
		return
	}
	if addr, err := netip.ParseAddr(req.ConfigValue.ValueString()); err != nil || !addr.Is4() {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid address", fmt.Sprintf(
			"%q is not %s.", req.ConfigValue.ValueString(), v.Description(ctx)))
	}
}

// overlaps finds the VPCs whose range overlaps with cidr, but for one of the given name: names are
// unique, so that is the VPC that a new one replaces.
func overlaps(cidr, name string, vpcs []tfkit.Item) []tfkit.Item {
	wanted, err := netip.ParsePrefix(cidr)
	if err != nil {
		return nil
	}
	var found []tfkit.Item
	for _, v := range vpcs {
		other, err := netip.ParsePrefix(v.Value)
		if err == nil && v.Name != name && other.Overlaps(wanted) {
			found = append(found, v)
		}
	}
	return found
}

func overlapDetail(cidr string, found []tfkit.Item) string {
	names := make([]string, len(found))
	for i, v := range found {
		names[i] = fmt.Sprintf("%q (%s, %s)", v.Name, v.Value, v.ID)
	}
	return fmt.Sprintf("%s overlaps with VPC %s. The API may refuse it, and a VM in both would not know which way to go. "+
		"The raff_vpc_cidr_suggestions data source knows free ranges.", cidr, strings.Join(names, ", "))
}

// gatewayAndSize are what follows from a range: its first host is the gateway. Both are unknown while the range is.
func gatewayAndSize(cidr types.String) (gateway types.String, addresses types.Int64) {
	prefix, err := netip.ParsePrefix(cidr.ValueString())
	if err != nil || !prefix.Addr().Is4() {
		return types.StringUnknown(), types.Int64Unknown()
	}
	return types.StringValue(prefix.Masked().Addr().Next().String()), types.Int64Value(1 << (32 - prefix.Bits()))
}

// addressProblem says why a VM cannot have an address in a VPC, or nothing. first and last bound the
// addresses for VMs; where the API does not tell them, they follow from the range: the network, the
// first host and the broadcast address are reserved.
func addressProblem(address string, vpc *client.VPCDetail) string {
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return "is no address"
	}
	prefix, err := netip.ParsePrefix(vpc.VPC.CIDR)
	if err != nil || !prefix.Addr().Is4() {
		return "" // the API's matter
	}
	if !prefix.Contains(addr) {
		return fmt.Sprintf("is not in %s", prefix)
	}
	first, last := hosts(prefix)
	if start, err := netip.ParseAddr(vpc.IPRangeStart); err == nil {
		first = start
	}
	if end, err := netip.ParseAddr(vpc.IPRangeEnd); err == nil {
		last = end
	}
	if addr.Less(first) || last.Less(addr) {
		return fmt.Sprintf("is reserved: addresses for VMs go from %s to %s", first, last)
	}
	return ""
}

// hosts are the first and the last address of a range that VMs can have.
func hosts(prefix netip.Prefix) (first, last netip.Addr) {
	first = prefix.Masked().Addr().Next().Next()
	end := prefix.Masked().Addr().As4()
	for bit := prefix.Bits(); bit < 32; bit++ {
		end[bit/8] |= 0x80 >> (bit % 8)
	}
	return first, netip.AddrFrom4(end).Prev()
}
