package framework

import (
	"context"
	"strings"
	"time"

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

// sameSSHKey compares the algorithm and the key of two authorized_keys lines.
func sameSSHKey(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) < 2 || len(y) < 2 {
		return strings.Join(x, " ") == strings.Join(y, " ")
	}
	return x[0] == y[0] && x[1] == y[1]
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
