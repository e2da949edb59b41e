package snapshot

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// priced is what the prices of a snapshot are made of.
const priced = "the size at the price of a GB, before the free pool. What the API charges is less as long as the pool of the account, which backups " +
	"and snapshots share, covers it, and moves whenever another one comes or goes. The `raff_cost` data source takes the pool into account"

// fill maps what the API says onto the model. The prices stay as long as the size does: they move neither with the catalogue nor with the
// free pool, as the price that the API says of a snapshot does.
func (r *snapshotResource) fill(ctx context.Context, m *resourceModel, s *client.Snapshot, diags *diag.Diagnostics) {
	before := m.Size
	m.fromAPI(s)
	if !m.Size.Equal(before) {
		m.Prices = tfkit.UnknownPrices()
	}
	m.CompletePrices("", func() (tfkit.Cost, error) { return r.Catalog.CostOfSnapshot(ctx, s.Size) }, m.Object(), diags)
}

// fillPriced returns what fills the model of a snapshot that a data source finds, prices and all.
func fillPriced(ctx context.Context, catalog *tfkit.Catalog, pricing *tfkit.Pricing) func(*dataModel, *client.Snapshot) {
	return func(m *dataModel, s *client.Snapshot) {
		m.fromAPI(s)
		pricing.Set(&m.Prices, "", func() (tfkit.Cost, error) { return catalog.CostOfSnapshot(ctx, s.Size) })
	}
}
