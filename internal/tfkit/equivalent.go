package tfkit

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Equivalence is a kind of text that can be written in several ways. A change from one way to another is no change:
// the state keeps what it has.
type Equivalence struct {
	what string
	same func(a, b string) bool
}

var (
	// SSHKeyText is a public key: spaces and the comment do not matter.
	SSHKeyText = Equivalence{"Spaces and the comment of a public key do not matter.", sameSSHKey}
	// EmailText is an email address: letter case does not matter.
	EmailText = Equivalence{"Letter case does not matter.", strings.EqualFold}
	// TimeText is a moment in RFC 3339: time zone and trailing zeros do not matter.
	TimeText = Equivalence{"The moment matters, not how it is written.", sameTime}
	// AddressText is an IP address, which IPv6 can write in several ways.
	AddressText = Equivalence{"The address matters, not how it is written.", SameAddress}
)

// NewEquivalence is an Equivalence of one noun's own: what says what does not matter, and same compares two texts.
func NewEquivalence(what string, same func(a, b string) bool) Equivalence {
	return Equivalence{what, same}
}

// Keep returns the text that the state or plan has where the API's means the same, and the API's otherwise.
func (e Equivalence) Keep(known types.String, fromAPI string) types.String {
	if Known(known) && e.same(known.ValueString(), fromAPI) {
		return known
	}
	return types.StringValue(fromAPI)
}

// Same tells whether both values are known and mean the same.
func (e Equivalence) Same(a, b types.String) bool {
	return Known(a) && Known(b) && e.same(a.ValueString(), b.ValueString())
}

// KeepInPlan is a plan modifier that leaves the state's text in the plan where the configuration means the same. It
// goes before modifiers that look for a change, such as RequiresReplace.
func (e Equivalence) KeepInPlan() planmodifier.String { return keepInPlan{e} }

type keepInPlan struct{ Equivalence }

var _ planmodifier.String = keepInPlan{}

func (m keepInPlan) Description(context.Context) string { return m.what }

func (m keepInPlan) MarkdownDescription(context.Context) string { return m.what }

func (m keepInPlan) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if m.Same(req.StateValue, req.PlanValue) {
		resp.PlanValue = req.StateValue
	}
}

// KeepSetInPlan is KeepInPlan for a set of texts, whose order and repetitions do not matter either.
func (e Equivalence) KeepSetInPlan() planmodifier.Set { return keepSetInPlan{e} }

type keepSetInPlan struct{ Equivalence }

var _ planmodifier.Set = keepSetInPlan{}

func (m keepSetInPlan) Description(context.Context) string { return m.what }

func (m keepSetInPlan) MarkdownDescription(context.Context) string { return m.what }

func (m keepSetInPlan) PlanModifySet(_ context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	planned, prior := req.PlanValue, req.StateValue
	if Known(planned) && Known(prior) && m.covers(planned, prior) && m.covers(prior, planned) {
		resp.PlanValue = prior
	}
}

// covers tells whether each text of one set means the same as one of the other.
func (e Equivalence) covers(set, other types.Set) bool {
	return !slices.ContainsFunc(set.Elements(), func(one attr.Value) bool {
		return !slices.ContainsFunc(other.Elements(), func(another attr.Value) bool {
			a, isText := one.(types.String)
			b, isText2 := another.(types.String)
			return isText && isText2 && e.Same(a, b)
		})
	})
}

// sameSSHKey compares the algorithm and the key of two authorized_keys lines.
func sameSSHKey(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) < 2 || len(y) < 2 {
		return strings.Join(x, " ") == strings.Join(y, " ")
	}
	return x[0] == y[0] && x[1] == y[1]
}

// SameAddress compares two addresses; text that is none is only the same as itself.
func SameAddress(a, b string) bool {
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	if errX != nil || errY != nil {
		return a == b
	}
	return x.Unmap() == y.Unmap()
}

// sameTime compares two moments; text that is none is only the same as itself.
func sameTime(a, b string) bool {
	x, errX := time.Parse(time.RFC3339, a)
	y, errY := time.Parse(time.RFC3339, b)
	if errX != nil || errY != nil {
		return a == b
	}
	return x.Equal(y)
}
