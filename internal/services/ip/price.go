package ip

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// What the prices of an address are made of.
const (
	priced     = "the reserved address by its type"
	periodical = " and by the `billing_period` that it was reserved with, of which a longer one is spread over its months. " +
		"Of an imported address it is that of a monthly period, since the API does not say which one it has"
	onlyReserved = ", paid for by the month: the API does not say which period an address has. Null for an address that came with a VM"
)

// planPrices makes the prices of a new address known. Those of one that exists stay as they are: neither its type nor its period
// changes.
func (r *ipResource) planPrices(ctx context.Context, plan *resourceModel) {
	plan.Prices = tfkit.UnknownPrices()
	if !r.Unconfigured() && !plan.Type.IsUnknown() && !plan.BillingPeriod.IsUnknown() {
		plan.PlanPrices(r.Catalog.CostOfIP(ctx, plan.Type.ValueString(), plan.BillingPeriod.ValueString()))
	}
}

// fill maps what the API says onto the model, and adds the prices where there are none.
func (r *ipResource) fill(ctx context.Context, m *resourceModel, ip *client.IP, diags *diag.Diagnostics) {
	m.fromAPI(ip)
	m.CompletePrices("", func() (tfkit.Cost, error) {
		return r.Catalog.CostOfIP(ctx, ip.Type, m.BillingPeriod.ValueString())
	}, m.Object(), diags)
}

// fillPriced returns what fills the model of an address that a data source finds, prices and all.
func fillPriced(ctx context.Context, catalog *tfkit.Catalog, pricing *tfkit.Pricing) func(*dataModel, *client.IP) {
	return func(m *dataModel, ip *client.IP) {
		m.fromAPI(ip)
		pricing.Set(&m.Prices, "", func() (tfkit.Cost, error) {
			if !ip.Reserved {
				return tfkit.Cost{}, nil
			}
			return catalog.CostOfIP(ctx, ip.Type, "")
		})
	}
}
