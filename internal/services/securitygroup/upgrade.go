package securitygroup

import (
	"context"
	"math/big"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var _ resource.ResourceWithUpgradeState = (*groupResource)(nil)

// oldRules are the rules of both directions, as the SDKv2 provider has them.
var oldRules = tftypes.List{ElementType: tftypes.Object{AttributeTypes: map[string]tftypes.Type{
	"rule_type": tftypes.String, "protocol": tftypes.String, "range": tftypes.String, "ip": tftypes.String,
	"size": tftypes.Number, "icmp_type": tftypes.Number,
}}}

// UpgradeState implements resource.ResourceWithUpgradeState.
func (r *groupResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return tfkit.Upgrade{Kind: kind, Old: map[string]tftypes.Type{"rule": oldRules}, Change: upgrade}.Upgraders()
}

// upgrade sorts the rules by their direction. Where the state has none they are left to the next Read, which finds those
// that a template gave to the group.
func upgrade(s *tfkit.OldState) {
	rules := s.Elements("rule")
	if len(rules) == 0 {
		return
	}
	for _, old := range rules {
		if !isWhole(old["size"]) || !isWhole(old["icmp_type"]) {
			s.Refuse("the state has a number that is no integer in rule")
			return
		}
	}
	for name, direction := range map[string]string{"inbound": inbound, "outbound": outbound} {
		var those []tftypes.Value
		for _, old := range rules {
			if strings.EqualFold(tfkit.TextIn(old["rule_type"]), direction) {
				those = append(those, upgradedRule(old))
			}
		}
		s.SetElements(name, those...)
	}
}

// upgradedRule is a rule in today's words.
func upgradedRule(old map[string]tftypes.Value) tftypes.Value {
	return tftypes.NewValue(
		tftypes.Object{AttributeTypes: map[string]tftypes.Type{
			"protocol": tftypes.String, "ports": tftypes.String, "ip": tftypes.String, "size": tftypes.Number, "icmp_type": tftypes.Number,
		}},
		map[string]tftypes.Value{
			"protocol": old["protocol"], "ports": given(old["range"]), "ip": given(old["ip"]), "size": given(old["size"]), "icmp_type": given(old["icmp_type"]),
		})
}

// given is a value, or null for an empty text and 0, which are none to the SDKv2 provider.
func given(value tftypes.Value) tftypes.Value {
	var number big.Float
	none := tfkit.TextIn(value) == ""
	if value.Type().Is(tftypes.Number) {
		none = value.IsNull() || value.As(&number) != nil || number.Sign() == 0
	}
	if none {
		return tftypes.NewValue(value.Type(), nil)
	}
	return value
}

// isWhole tells whether a number is an integer, or null.
func isWhole(value tftypes.Value) bool {
	var number big.Float
	return value.IsNull() || value.As(&number) == nil && number.IsInt()
}
