package snapshot

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// What the pages say of the prices of a snapshot.
const (
	priced = "the size times the price of a GB, before the free pool that the backups and snapshots of the account share. " +
		"What Raff charges can be less, and changes whenever another backup or snapshot comes or goes: the `raff_cost` data source takes the pool into account."
	keptPrice = "It is known once the snapshot is taken, since the size is, and stays as it is until the size changes."
)

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
