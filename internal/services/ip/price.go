package ip

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// What the pages say of the prices of an address.
const (
	priced = "that of a reserved address of its `type` and `billing_period`. A longer period is spread over its months. " +
		"An imported address counts as paid for by the month, since the API does not say its period."
	keptPrice    = "It is known at plan, and stays as it is as long as the address does."
	onlyReserved = "that of a reserved address of its `type`, paid for by the month: the API does not say the period of an address. " +
		"Null for an address that came with a VM."
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
