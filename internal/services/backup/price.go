package backup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// What the pages say of the prices of a backup.
const (
	priced = "the size times the price of a GB, before the free pool that the backups and snapshots of the account share. " +
		"What Raff charges can be less, and changes whenever another backup or snapshot comes or goes: the `raff_cost` data source takes the pool into account."
	keptPrice = "It is known once the backup is ready, since the size is, and stays as it is from then on, though a backup that the next one of its " +
		"series is merged into becomes larger."
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
