package tfkit

import (
	"math"
	"math/big"
	"testing"
)

func TestPrice_isTheDecimalNumberThatTheCatalogueWrites(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		usd           float64
		month, hourly string
	}{
		{3, "3.00", "3.000000"},
		{4.99, "4.99", "4.990000"},
		{0.05, "0.05", "0.050000"},
		{0.000069, "0.000069", "0.000069"},
		{511.99, "511.99", "511.990000"},
		{0, "0.00", "0.000000"},
		{0.1, "0.10", "0.100000"},
		{0.00000012, "0.00000012", "0.00000012"},
	} {
		if got := Price(&c.usd).ValueString(); got != c.month {
			t.Errorf("%v a month is %q, want %q", c.usd, got, c.month)
		}
		if got := HourlyPrice(&c.usd).ValueString(); got != c.hourly {
			t.Errorf("%v an hour is %q, want %q", c.usd, got, c.hourly)
		}
	}
	for _, none := range []float64{math.NaN(), math.Inf(1)} {
		if !Price(&none).IsNull() || Dollars(none).Known() {
			t.Errorf("%v is a price", none)
		}
	}
	if !Price(nil).IsNull() || !HourlyPrice(nil).IsNull() {
		t.Error("a price that the catalogue does not say is not null")
	}
}

// A thousand times a tenth is a hundred, to the last digit, and what is not known makes a sum unknown.
func TestUSD_countsWithoutErrors(t *testing.T) {
	t.Parallel()
	sum := Dollars(0)
	for range 1000 {
		sum = sum.Plus(Dollars(0.1))
	}
	if got := sum.ByMonth().ValueString(); got != "100.00" {
		t.Errorf("a thousand times 0.1 is %s", got)
	}
	if got := Dollars(0.05).Times(big.NewRat(150, 1)).Plus(Dollars(17.99)).ByMonth().ValueString(); got != "25.49" {
		t.Errorf("17.99 and 150 times 0.05 are %s", got)
	}
	if got := Dollars(49.9).per(12).ByMonth().ValueString(); got != "4.158333" {
		t.Errorf("the twelfth of 49.90 is %s", got)
	}
	for what, a := range map[string]USD{
		"sum": Dollars(1).Plus(USD{}), "difference": (USD{}).Minus(Dollars(1)), "product": Dollars(1).Times(nil), "part": Dollars(1).per(0),
	} {
		if a.Known() || !a.ByMonth().IsNull() || !a.ByHour().IsNull() {
			t.Errorf("the %s with something that is not known is known", what)
		}
	}
}
