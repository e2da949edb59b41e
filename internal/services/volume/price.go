package volume

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// What the pages say of the prices of a volume.
const (
	priced    = "the size times the price of a GB."
	keptPrice = "It is known at plan where the size is, and stays as it is until the size changes."
)

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
