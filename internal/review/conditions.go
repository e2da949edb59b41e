package review

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/rafftechnologies/terraform-provider-raff/internal/effects"
)

// condition is one of those that --fail-on names.
type condition struct {
	text string   // as it was given
	name string   // "cost" for one with an amount
	most *big.Rat // growth of the cost, in USD a month
}

// Reason says why a condition is met.
type Reason struct {
	Condition   string `json:"condition"`
	Environment string `json:"environment,omitempty"`
	Text        string `json:"text"`
	// Addresses are those of the objects that it is about.
	Addresses []string `json:"addresses,omitempty"`
}

// The conditions that are no kinds of effects.
const (
	onReplace = "replace"
	onDestroy = "destroy"
	onUnknown = "unknown"
	onCost    = "cost"
)

// conditionNames are all conditions without an amount.
func conditionNames() []string {
	all := []string{onReplace, onDestroy, onUnknown}
	for _, kind := range effects.Kinds {
		all = append(all, string(kind))
	}
	return all
}

// parseConditions reads the list of --fail-on.
func parseConditions(list string) ([]condition, error) {
	var all []condition
	for _, one := range strings.Split(list, ",") {
		one = strings.TrimSpace(one)
		if one == "" {
			continue
		}
		c, err := parseCondition(one)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, errors.New("names no condition")
	}
	return all, nil
}

func parseCondition(text string) (condition, error) {
	if slices.Contains(conditionNames(), text) {
		return condition{text: text, name: text}, nil
	}
	amount, isCost := strings.CutPrefix(text, onCost)
	if !isCost {
		return condition{}, fmt.Errorf("%.40q is no condition; there are %s and cost>50", text, strings.Join(conditionNames(), ", "))
	}
	amount, compares := strings.CutPrefix(strings.TrimSpace(amount), ">")
	if !compares {
		return condition{}, errors.New(`cost needs an amount in USD a month, and quotes, since > has a meaning of its own in a shell: --fail-on "cost>50"`)
	}
	most, ok := parsePrice(strings.TrimSpace(amount))
	if !ok {
		return condition{}, fmt.Errorf("%.40q is no amount in USD a month: cost>50 or cost>9.99", amount)
	}
	return condition{text: text, name: onCost, most: most}, nil
}

// met are the reasons for which environments meet conditions, in the order of the conditions.
func met(conditions []condition, all []*Environment) []Reason {
	var reasons []Reason
	for _, c := range conditions {
		for _, e := range all {
			for _, r := range c.met(e) {
				r.Condition, r.Environment = c.text, e.Name
				reasons = append(reasons, r)
			}
		}
	}
	return reasons
}

// met are the reasons for which one environment meets the condition.
func (c condition) met(e *Environment) []Reason {
	switch c.name {
	case onReplace:
		return about("", e.with(actionReplace))
	case onDestroy:
		return about("", e.with(actionDestroy))
	case onUnknown:
		return unknowns(e)
	case onCost:
		return c.costs(e)
	}
	var addresses []string
	for _, change := range e.Changes {
		if change.has(effects.Kind(c.name)) {
			addresses = append(addresses, change.Address)
		}
	}
	reasons := about("", addresses)
	if c.name == string(effects.Fails) {
		reasons = append(reasons, failures(e)...)
	}
	return reasons
}

// about is a reason with addresses; none without them.
func about(text string, addresses []string) []Reason {
	if len(addresses) == 0 {
		return nil
	}
	return []Reason{{Text: text, Addresses: addresses}}
}

// with are the addresses of objects that undergo an action, whoever provides them.
func (e *Environment) with(what action) []string {
	var all []string
	for _, c := range e.Changes {
		if c.Action == what {
			all = append(all, c.Address)
		}
	}
	for _, o := range e.Others {
		if o.Action == what {
			all = append(all, o.Address)
		}
	}
	return all
}

// failures are the reasons for which a plan fails as a whole.
func failures(e *Environment) []Reason {
	var reasons []Reason
	if e.Errored {
		reasons = append(reasons, Reason{Text: "the plan ended with an error"})
	}
	var failed []string
	for _, c := range e.Checks {
		if c.fails() {
			failed = append(failed, c.Address)
		}
	}
	return append(reasons, about("conditions of the configuration that are not met:", failed)...)
}

// unknowns are the reasons for which it is not known what a plan does.
func unknowns(e *Environment) []Reason {
	var reasons []Reason
	if e.Errored || e.Partial {
		reasons = append(reasons, Reason{Text: "the plan is not complete"})
	}
	var deferred, strange []string
	for _, d := range e.Deferred {
		deferred = append(deferred, d.Address)
	}
	for _, c := range e.Changes {
		if c.Action == actionUnknown {
			strange = append(strange, c.Address)
		}
	}
	var undecided []string
	for _, u := range e.Undecided {
		undecided = append(undecided, u.Address)
	}
	reasons = append(reasons, about("left to a later plan:", deferred)...)
	reasons = append(reasons, about("not decided yet:", slices.Compact(undecided))...)
	reasons = append(reasons, about("changed in a way that this version does not know:", strange)...)
	return append(reasons, about("no price is known for", e.cost.open)...)
}

// costs are the reasons for which the cost grows by more than the amount, or may: a price that is not known may be any.
func (c condition) costs(e *Environment) []Reason {
	if e.cost.growth.Cmp(c.most) > 0 {
		return []Reason{{Text: fmt.Sprintf("the cost grows by %s USD a month", money(e.cost.growth))}}
	}
	return about("by how much the cost grows cannot be told, without a price for", e.cost.open)
}

// line is the reason in words.
func (r Reason) line() line {
	var l line
	if r.Text != "" {
		l = append(l, say(r.Text))
	}
	if len(r.Addresses) > 0 {
		if len(l) > 0 {
			l = append(l, say(" "))
		}
		l = append(l, listed(r.Addresses, mostListed)...)
	}
	return l
}
