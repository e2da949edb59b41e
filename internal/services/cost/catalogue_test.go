package cost_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rafftechnologies/terraform-provider-raff/internal/acctest"
	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

func number(n int64) tftypes.Value { return tftypes.NewValue(tftypes.Number, n) }

// catalogue is what the API writes under public/pricing, digit by digit.
func catalogue(t *testing.T, b *acctest.Backend, of string) map[string]any {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.URL+"/api/v1/public/pricing/"+of, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.UseNumber()
	var all map[string]any
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

func rat(t *testing.T, digits any) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(fmt.Sprint(digits))
	if !ok {
		t.Fatalf("%v is no number", digits)
	}
	return r
}

func times(a *big.Rat, n int64) *big.Rat { return new(big.Rat).Mul(a, big.NewRat(n, 1)) }

func plus(a, b *big.Rat) *big.Rat { return new(big.Rat).Add(a, b) }

// is compares a price with what it has to be, exactly.
func is(t *testing.T, what, got string, want *big.Rat) {
	t.Helper()
	if _, digits, _ := strings.Cut(got, "."); len(digits) < 2 || rat(t, got).Cmp(rat(t, want.FloatString(6))) != 0 {
		t.Errorf("%s costs %q, want %s", what, got, want.FloatString(6))
	}
}

// planned is an attribute of the plan of a new object; "unknown" and "null" for one without a value.
func planned(t *testing.T, w *acctest.Walk, typeName string, config map[string]tftypes.Value, attribute string) string {
	t.Helper()
	o, value := w.New(typeName, "new", config)
	p := w.Plan(o, value)
	if len(p.Errors) > 0 {
		t.Fatal(typeName, p.Errors)
	}
	return said(w.Attributes(p.Planned)[attribute])
}

func said(v tftypes.Value) string {
	var s string
	switch {
	case !v.IsKnown():
		return "unknown"
	case v.IsNull():
		return "null"
	case v.As(&s) != nil:
		return v.String()
	}
	return s
}

// Every plan with every disk, and every size of a volume, is planned at what the catalogue says, to the last digit.
func TestEveryPlanAndSizeIsSummed(t *testing.T) {
	t.Parallel()
	b := acctest.NewInProcess(t)
	w := b.NewWalk(t, "")
	templates := map[bool]string{}
	for template, err := range b.Client(t).ListTemplates(t.Context(), client.TemplateFilter{Category: "os"}) {
		if err != nil {
			t.Fatal(err)
		}
		if template.IsWindows || template.RAM <= 1 && template.CPU <= 1 { // it fits all plans of its family
			templates[template.IsWindows] = template.ID
		}
	}
	perGB := rat(t, catalogue(t, b, "volume")["pricing"].(map[string]any)["price_per_gb_month"])
	plans := catalogue(t, b, "vm")["plans"].([]any)
	if len(plans) < 10 || len(templates) != 2 {
		t.Fatalf("%d plans and templates %v", len(plans), templates)
	}
	for _, of := range plans {
		plan := of.(map[string]any)
		id, _ := plan["id"].(json.Number).Int64()
		included, _ := plan["ssd_gib"].(json.Number).Int64()
		windows := plan["vm_type"] == client.PlanWindows
		for _, added := range []int64{0, 1, 7, 33, 150, 999} {
			config := map[string]tftypes.Value{
				"project_id": text(b.Production()), "name": text("priced"), "template_id": text(templates[windows]),
				"pricing_id": number(id), "disk_size": number(included + added), "region": text("us-east"),
			}
			if windows {
				config["password_wo"], config["password_wo_version"] = text("Correct-Horse-42"), number(1)
			} else {
				config["ssh_keys"] = tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{text(acctest.SSHKey)})
			}
			want := plus(rat(t, plan["monthly_price"]), times(perGB, added))
			if windows { // the licence, which is a line of the bill of its own
				want = plus(want, big.NewRat(15, 1))
			}
			what := fmt.Sprintf("plan %d with %d GB more", id, added)
			is(t, what, planned(t, w, "raff_vm", config, "monthly_price"), want)
			if added == 0 {
				is(t, what+" an hour", planned(t, w, "raff_vm", config, "price_per_hour"), rat(t, plan["price_per_hour"]))
			}
		}
	}
	for size := int64(10); size <= 1000; size += 11 {
		config := map[string]tftypes.Value{
			"project_id": text(b.Production()), "name": text("priced"), "size": number(size), "region": text("us-east"),
		}
		is(t, fmt.Sprintf("a volume of %d GB", size), planned(t, w, "raff_volume", config, "monthly_price"), times(perGB, size))
	}
	if asked := len(b.Requests("listVMPricing")) + len(b.Requests("listVolumePricing")); asked > 4 { // two of them by this test
		t.Errorf("the price lists were asked for %d times", asked)
	}
}

// An address is planned at the price of its type, and of its period by the month.
func TestEveryAddressIsPriced(t *testing.T) {
	t.Parallel()
	b := acctest.NewInProcess(t)
	w := b.NewWalk(t, "")
	pricing := catalogue(t, b, "ip")["pricing"].(map[string]any)
	for family, tier := range map[string]any{client.IPv4: pricing["ipv4"], client.IPv6: pricing["ipv6"]} {
		for _, c := range []struct {
			period, field string
			months        int64
		}{
			{"", "monthly_price", 1},
			{tfkit.PeriodMonthly, "monthly_price", 1},
			{tfkit.PeriodYearly, "yearly_price", 12},
			{tfkit.PeriodTwentyFourMonth, "twenty_four_month_price", 24},
		} {
			config := map[string]tftypes.Value{"project_id": text(b.Production()), "type": text(family), "region": text("us-east")}
			if c.period != "" {
				config["billing_period"] = text(c.period)
			}
			want := new(big.Rat).Quo(rat(t, tier.(map[string]any)[c.field]), big.NewRat(c.months, 1))
			is(t, family+" "+c.period, planned(t, w, "raff_ip", config, "monthly_price"), want)
			is(t, family+" "+c.period+" an hour", planned(t, w, "raff_ip", config, "price_per_hour"),
				new(big.Rat).Quo(want, big.NewRat(720, 1)))
		}
	}
}

// Snapshots and backups of every size cost that at the price of a GB, before the free pool.
func TestEverySnapshotAndBackupIsPriced(t *testing.T) {
	t.Parallel()
	b := acctest.NewInProcess(t)
	catalog := tfkit.NewCatalog(b.Client(t))
	perGB := map[string]*big.Rat{}
	for _, of := range []string{"snapshot", "backup"} {
		perGB[of] = rat(t, catalogue(t, b, of)["pricing"].(map[string]any)["price_per_gb_month"])
	}
	for gb := int64(1); gb <= 1000; gb++ {
		cost, err := catalog.CostOfSnapshot(t.Context(), fmt.Sprint(gb, " GB"))
		if err != nil {
			t.Fatal(err)
		}
		is(t, fmt.Sprintf("a snapshot of %d GB", gb), cost.Month.ByMonth().ValueString(), times(perGB["snapshot"], gb))
		mb := gb*1024 + gb
		cost, err = catalog.CostOfBackup(t.Context(), mb, "us-east")
		if err != nil {
			t.Fatal(err)
		}
		is(t, fmt.Sprintf("a backup of %d MB", mb), cost.Month.ByMonth().ValueString(),
			new(big.Rat).Quo(times(perGB["backup"], mb), big.NewRat(1024, 1)))
	}
	for size, gb := range map[string]*big.Rat{
		"1.5 TB": big.NewRat(1536, 1), "512 MB": big.NewRat(1, 2), "20GiB": big.NewRat(20, 1), "": nil, "0 GB": nil, "some": nil, "-3 GB": nil,
	} {
		if got := tfkit.SizeOfSnapshot(size); (got == nil) != (gb == nil) || got != nil && got.Cmp(gb) != 0 {
			t.Errorf("%q are %v GB, want %v", size, got, gb)
		}
	}
}

// read reads a data source.
func read(t *testing.T, w *acctest.Walk, typeName string, values map[string]tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	response, err := w.Server().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	typ := response.DataSourceSchemas[typeName].ValueType().(tftypes.Object)
	config := map[string]tftypes.Value{}
	for name, a := range typ.AttributeTypes {
		config[name] = tftypes.NewValue(a, nil)
		if v, ok := values[name]; ok {
			config[name] = v
		}
	}
	dynamic, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, config))
	if err != nil {
		t.Fatal(err)
	}
	found, err := w.Server().ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: &dynamic})
	if err != nil || len(found.Diagnostics) > 0 {
		t.Fatal(typeName, err, found)
	}
	state, err := found.State.Unmarshal(typ)
	if err != nil {
		t.Fatal(err)
	}
	return w.Attributes(state)
}
