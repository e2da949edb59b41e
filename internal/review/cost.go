package review

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
)

// billable are the types that Raff is paid for. Whatever has a monthly_price is as well.
var billable = map[string]bool{"raff_backup": true, "raff_ip": true, "raff_snapshot": true, "raff_vm": true, "raff_volume": true}

const priceAttribute = "monthly_price"

// amount is a sum in USD a month, of which some part may not be known.
type amount struct {
	known   *big.Rat
	unknown int // how many prices are missing in it
}

func newAmount() amount { return amount{known: new(big.Rat)} }

// plainNumber is the only form of a price: an exponent could stand for any number of digits.
var plainNumber = regexp.MustCompile(`^[0-9]{1,15}(\.[0-9]{1,15})?$`)

// parsePrice reads a price, a decimal number as text or not; false where it is none.
func parsePrice(v any) (*big.Rat, bool) {
	var number string
	switch v := v.(type) {
	case string:
		number = v
	case json.Number:
		number = v.String()
	}
	if !plainNumber.MatchString(number) {
		return nil, false
	}
	return new(big.Rat).SetString(number)
}

// money writes an amount in USD exactly, with two digits behind the point at least.
func money(r *big.Rat) string {
	digits, exact := r.FloatPrec()
	if !exact {
		digits = 15 // cannot be: the prices are decimal numbers
	}
	return r.FloatString(max(2, digits))
}

// signedMoney is money with its sign, also where that is a plus.
func signedMoney(r *big.Rat) string {
	switch r.Sign() {
	case 1:
		return "+" + money(r)
	case 0:
		return "0.00"
	}
	return money(r)
}

// price is what an object costs: nothing where it does not exist, or a number, or something that is not known.
type price struct {
	exists bool
	value  *big.Rat // nil: not known
	why    string   // it is not known
}

// priceOf is the price of an object with these attributes. exists is false where there is no object.
func priceOf(values, unknown map[string]any, exists bool) price {
	if !exists {
		return price{}
	}
	p := price{exists: true}
	v, there := values[priceAttribute]
	var ok bool
	switch p.value, ok = parsePrice(v); {
	case ok:
	case unknown[priceAttribute] == true:
		p.why = "known after the apply"
	case !there:
		p.why = "the plan has no price for it"
	case v == nil:
		p.why = "the catalogue has no price for it"
	default:
		p.why = "its price is no number"
	}
	return p
}

func (p price) add(to *amount) {
	switch {
	case !p.exists:
	case p.value == nil:
		to.unknown++
	default:
		to.known.Add(to.known, p.value)
	}
}

func (p price) String() string {
	switch {
	case !p.exists:
		return "–"
	case p.value == nil:
		return "not known"
	}
	return money(p.value)
}

// isBillable tells whether an object of a type, with one of these sets of attributes, is paid for.
func isBillable(resourceType string, all ...map[string]any) bool {
	if !isRaff(resourceType) {
		return false
	}
	if billable[resourceType] {
		return true
	}
	for _, attributes := range all {
		if _, there := attributes[priceAttribute]; there {
			return true
		}
	}
	return false
}

// objectCost is what a change does to the cost of one object.
type objectCost struct {
	address       string
	before, after price
	// steady tells that a price that is not known stays what it is.
	steady bool
}

// changes tells whether the object costs something else afterwards, or may.
func (o objectCost) changes() bool {
	if o.steady || !o.before.exists && !o.after.exists {
		return false
	}
	if o.before.value == nil || o.after.value == nil {
		return true
	}
	return o.before.value.Cmp(o.after.value) != 0
}

// difference is by how much the cost of the object grows; nil where that is not known.
func (o objectCost) difference() *big.Rat {
	d := new(big.Rat)
	for _, side := range []struct {
		price price
		sign  int64
	}{{o.before, -1}, {o.after, 1}} {
		switch {
		case !side.price.exists:
		case side.price.value == nil:
			return nil
		default:
			d.Add(d, new(big.Rat).Mul(side.price.value, big.NewRat(side.sign, 1)))
		}
	}
	return d
}

// cost is what all objects of a plan cost a month, before and after.
type cost struct {
	before, after amount
	objects       []objectCost // that change
	steady        []string     // addresses of objects that stay, with a price that is not known
	growth        *big.Rat     // the most by which it can grow, but for what is open
	open          []string     // addresses whose price may raise the growth by something that is not known
	any           bool         // there is something that is paid for
}

func newCost() *cost {
	return &cost{before: newAmount(), after: newAmount(), growth: new(big.Rat)}
}

// add counts one object that is paid for.
func (c *cost) add(o objectCost) {
	c.any = true
	o.before.add(&c.before)
	o.after.add(&c.after)
	if o.steady && o.after.exists && o.after.value == nil {
		c.steady = append(c.steady, o.address)
	}
	if !o.changes() {
		return
	}
	c.objects = append(c.objects, o)
	if d := o.difference(); d != nil {
		c.growth.Add(c.growth, d)
		return
	}
	switch {
	case !o.after.exists:
	case o.after.value == nil:
		c.open = append(c.open, o.address)
	default: // it has cost something before: this is the most by which it can grow
		c.growth.Add(c.growth, o.after.value)
	}
}

// pricing are the attributes that a price follows from.
var pricing = []string{"pricing_id", "disk_size", "size", "type", "billing_period", "template_id", "extra_storage"}

// objectCostOf is what a change does to the cost of an object that is paid for.
func objectCostOf(address string, what action, c objectChange) objectCost {
	before, after, unknown := attributesOf(c.Before), attributesOf(c.After), attributesOf(c.AfterUnknown)
	o := objectCost{
		address: address,
		before:  priceOf(before, nil, before != nil && what != actionRenew),
		after:   priceOf(after, unknown, after != nil),
	}
	switch what {
	case actionForget: // it stays, and is paid for
		o.after = o.before
		o.steady = true
	case actionNone:
		o.steady = true
	case actionUpdate:
		o.steady = o.before.value == nil && o.after.value == nil && !touchesPrice(c)
	default: // both prices are what they are
	}
	return o
}

// touchesPrice tells whether a change may give an object another price.
func touchesPrice(c objectChange) bool {
	if anyTrue(attributesOf(c.AfterUnknown)[priceAttribute]) {
		return true
	}
	return slices.ContainsFunc(attributesChanged(c), func(a Attribute) bool { return slices.Contains(pricing, a.Name) })
}

// change is by how much the cost grows, and whether that is known: a price that stays what it is does not matter.
func (c *cost) change() (*big.Rat, bool) {
	sum := new(big.Rat)
	for _, o := range c.objects {
		d := o.difference()
		if d == nil {
			return nil, false
		}
		sum.Add(sum, d)
	}
	return sum, true
}
