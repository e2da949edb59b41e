package backup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// What the prices of a backup are made of.
const (
	priced = "the size at the price of a GB, before the free pool. What the API charges is less as long as the pool of the account, which backups " +
		"and snapshots share, covers it, and moves whenever another one comes or goes. The `raff_cost` data source takes the pool into account"
	pricedOnce = priced + ". It is that of the size which the backup had when it was ready: a backup that later ones of its series are merged into grows"
)

// fill maps what the API says onto the model, and adds the prices where there are none and the size is known. They stay then, as
// everything does of a backup that a schedule changes.
func (r *backupResource) fill(ctx context.Context, m *resourceModel, b *client.Backup, diags *diag.Diagnostics) {
	m.fromAPI(b)
	m.CompletePrices("", func() (tfkit.Cost, error) {
		if b.Status != client.BackupReady { // the size is not the last one
			return tfkit.Cost{}, nil
		}
		return r.Catalog.CostOfBackup(ctx, b.StorageSize, b.Region)
	}, m.Object(), diags)
}

// fillPriced returns what fills the model of a backup that a data source finds, prices and all.
func fillPriced(ctx context.Context, catalog *tfkit.Catalog, pricing *tfkit.Pricing) func(*dataModel, *client.Backup) {
	return func(m *dataModel, b *client.Backup) {
		m.fromAPI(b)
		pricing.Set(&m.Prices, "", func() (tfkit.Cost, error) { return catalog.CostOfBackup(ctx, b.StorageSize, b.Region) })
	}
}
