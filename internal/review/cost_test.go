package review

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestParsePrice(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"17.99": "17.99", "0": "0.00", "5": "5.00", "0.1": "0.10", "0.012486": "0.012486", "": "", "-1": "", "1e9": "", "1e999999999": "", "NaN": "", ".5": "",
		"1,5": "", "0x10": "", strings.Repeat("9", 400): "",
	} {
		for _, v := range []any{text, json.Number(text)} {
			got := ""
			if price, ok := parsePrice(v); ok {
				got = money(price)
			}
			if got != want {
				t.Errorf("%v: %q, want %q", v, got, want)
			}
		}
	}
	if _, ok := parsePrice(8.99); ok {
		t.Error("a float is taken for a price")
	}
}

func TestCost_sums(t *testing.T) {
	t.Parallel()

	var changes []object
	for range 1000 {
		changes = append(changes, changed("raff_ip.a", created, nil, object{"monthly_price": "0.1"}))
	}
	expect(t, planJSON(t, changes), "from 0.00 to 100.00 USD (+100.00)")

	priced := func(price any) object { return object{"id": "1", "name": "x", "monthly_price": price} }
	number := json.RawMessage("8.99") // as before prices were text
	for name, test := range map[string]struct {
		changes []object
		want    []string
	}{
		"replaced":      {[]object{changed("raff_vm.a", anew, priced("1.50"), priced("2"))}, []string{"from 1.50 to 2.00 USD (+0.50)", "| `raff_vm.a` | 1.50 | 2.00 | +0.50 |"}},
		"numbers":       {[]object{changed("raff_vm.a", created, nil, priced(number))}, []string{"from 0.00 to 8.99 USD"}},
		"no price":      {[]object{changed("raff_vm.a", created, nil, priced(nil))}, []string{"from 0.00 to at least 0.00 USD (at least 0.00). No price is known for `raff_vm.a`.", "(the catalogue has no price for it) | – | not known | not known |"}},
		"older plan":    {[]object{changed("raff_volume.a", deleted, object{"id": "1"}, nil)}, []string{"from at least 0.00 to 0.00 USD (at most 0.00)", "the plan has no price for it"}},
		"both":          {[]object{changed("raff_vm.a", anew, priced(nil), priced(nil))}, []string{"(the change is not known)"}},
		"unpaid":        {[]object{changed("raff_vpc.a", created, nil, object{"name": "x"})}, []string{"!Cost", "!USD"}},
		"of any type":   {[]object{changed("raff_database.a", created, nil, priced("9"))}, []string{"from 0.00 to 9.00 USD"}},
		"stays unknown": {[]object{changed("raff_vm.a", same, priced(nil), priced(nil)), changed("raff_vm.b", created, nil, priced("1"))}, []string{"from at least 0.00 to at least 1.00 USD (+1.00). No price is known for `raff_vm.a`."}},
		"as before":     {[]object{changed("raff_vm.a", updated, priced("1"), with(priced("1"), object{"name": "y"}))}, []string{"**Cost a month:** 1.00 USD, as before.", "!| USD"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, planJSON(t, test.changes), test.want...)
		})
	}
	// With -target, the rest of the state is there as well.
	expect(t, planJSON(t, []object{changed("raff_vm.b", created, nil, priced("1"))}, inState(resourceOf("raff_vm.a", priced("2")))), "from 2.00 to 3.00 USD (+1.00)")
}
