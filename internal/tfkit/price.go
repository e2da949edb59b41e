package tfkit

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Prices are texts everywhere: a decimal number has no exact binary form, and Terraform compares and adds up texts that are
// numbers as numbers.
const (
	monthPlaces = 2 // at least, of a price a month or for a term
	hourPlaces  = 6 // at least, of a price an hour, as the API writes it; and at most, of what is worked out here
)

// USD is an exact amount of US dollars. The zero value is an amount that is not known, which is not 0.
type USD struct{ amount *big.Rat }

// Dollars returns an amount as the decimal number that it was written as.
func Dollars(usd float64) USD {
	amount, ok := new(big.Rat).SetString(decimal(usd))
	if !ok { // not a finite number
		return USD{}
	}
	return USD{amount}
}

// optionalDollars is Dollars, or not known for nil.
func optionalDollars(usd *float64) USD {
	if usd == nil {
		return USD{}
	}
	return Dollars(*usd)
}

// Known tells whether the amount is known.
func (a USD) Known() bool { return a.amount != nil }

// Plus adds two amounts. The sum is not known where one of them is not.
func (a USD) Plus(b USD) USD {
	if !a.Known() || !b.Known() {
		return USD{}
	}
	return USD{new(big.Rat).Add(a.amount, b.amount)}
}

// Minus subtracts an amount. The difference is not known where one of the two is not.
func (a USD) Minus(b USD) USD {
	if !a.Known() || !b.Known() {
		return USD{}
	}
	return USD{new(big.Rat).Sub(a.amount, b.amount)}
}

// Times multiplies an amount. The product is not known where one of the two is not, as nil.
func (a USD) Times(factor *big.Rat) USD {
	if !a.Known() || factor == nil {
		return USD{}
	}
	return USD{new(big.Rat).Mul(a.amount, factor)}
}

// per divides an amount by an integer.
func (a USD) per(parts int64) USD {
	if parts == 0 {
		return USD{}
	}
	return a.Times(big.NewRat(1, parts))
}

// ByMonth is the amount as prices a month are written, null where it is not known: "3.00", "7.495".
func (a USD) ByMonth() types.String { return a.text(monthPlaces) }

// ByHour is the amount as prices an hour are written, null where it is not known: "0.024986".
func (a USD) ByHour() types.String { return a.text(hourPlaces) }

func (a USD) text(least int) types.String {
	if !a.Known() {
		return types.StringNull()
	}
	return types.StringValue(padded(a.amount.FloatString(hourPlaces), least))
}

// Price returns a price a month or for a term as the catalogue says it; null for nil.
func Price(usd *float64) types.String { return stated(usd, monthPlaces) }

// HourlyPrice returns a price an hour as the catalogue says it; null for nil.
func HourlyPrice(usd *float64) types.String { return stated(usd, hourPlaces) }

func stated(usd *float64, least int) types.String {
	if usd == nil || !Dollars(*usd).Known() {
		return types.StringNull()
	}
	return types.StringValue(padded(decimal(*usd), least))
}

func decimal(number float64) string { return strconv.FormatFloat(number, 'f', -1, 64) }

// padded writes a decimal number with as few decimal places as possible, and with so many at least.
func padded(number string, least int) string {
	whole, fraction, _ := strings.Cut(number, ".")
	fraction = strings.TrimRight(fraction, "0")
	if missing := least - len(fraction); missing > 0 {
		fraction += strings.Repeat("0", missing)
	}
	return whole + "." + fraction
}
