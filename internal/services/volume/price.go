package volume

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// priced is what the prices of a volume are made of.
const priced = "the size at the price of a GB"

// planPrices makes the prices known where the size is.
func (r *volumeResource) planPrices(ctx context.Context, plan *resourceModel) {
	plan.Prices = tfkit.UnknownPrices()
	if r.Unconfigured() || plan.Size.IsUnknown() || plan.Region.IsUnknown() {
		return
	}
	plan.PlanPrices(r.Catalog.CostOfVolume(ctx, plan.Size.ValueInt64(), plan.Region.ValueString()))
	if plan.PricePerHour.IsNull() { // the API says it all the same
		plan.PricePerHour = types.StringUnknown()
	}
}

// fill maps what the API says onto the model. The prices stay as long as the size does: they do not move with the catalogue.
func (r *volumeResource) fill(ctx context.Context, m *resourceModel, v *client.Volume, diags *diag.Diagnostics) {
	before := m.Size
	m.fromAPI(v)
	if !m.Size.Equal(before) {
		m.Prices = tfkit.UnknownPrices()
	}
	m.CompletePrices(v.PricePerHour, func() (tfkit.Cost, error) {
		return r.Catalog.CostOfVolume(ctx, v.Size, v.Region)
	}, m.Object(), diags)
}

// fillPriced returns what fills the model of a volume that a data source finds, prices and all.
func fillPriced(ctx context.Context, catalog *tfkit.Catalog, pricing *tfkit.Pricing) func(*dataModel, *client.Volume) {
	return func(m *dataModel, v *client.Volume) {
		m.fromAPI(v)
		pricing.Set(&m.Prices, v.PricePerHour, func() (tfkit.Cost, error) { return catalog.CostOfVolume(ctx, v.Size, v.Region) })
	}
}
