package cost

import (
	"context"
	"iter"
	"math/big"
	"slices"
	"time"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// The free pool of backups and snapshots, as published: so many GB, and a share of each VM's disk in percent.
const (
	freePoolGB           = 50
	freePoolShare        = 10
	freePoolSharePremium = 15
)

// sum is what the objects of a type cost a month.
type sum struct {
	count, unknown int64
	month          tfkit.USD // of those whose price is known
}

// stored is a backup or a snapshot.
type stored struct {
	created time.Time
	gb      *big.Rat
	month   tfkit.USD
}

// bill adds up what objects cost.
type bill struct {
	catalog *tfkit.Catalog
	sums    map[string]*sum // by type of resource
	stored  []stored        // those whose size and price are known
	pool    *big.Rat        // GB that are free
}

func newBill(catalog *tfkit.Catalog) *bill {
	b := &bill{catalog: catalog, sums: map[string]*sum{}, pool: big.NewRat(freePoolGB, 1)}
	for _, name := range []string{"raff_vm", "raff_volume", "raff_ip", "raff_snapshot", "raff_backup"} {
		b.sums[name] = &sum{month: tfkit.Dollars(0)}
	}
	return b
}

// add adds all that a reader reaches. An error is of a list, or of the catalogue.
func (b *bill) add(ctx context.Context, r client.Reader) error {
	reserved := true
	for _, add := range []func() error{
		func() error { return each(r.ListVMs(ctx, client.VMFilter{}), b.vm(ctx)) },
		func() error { return each(r.ListVolumes(ctx, client.VolumeFilter{}), b.volume(ctx)) },
		func() error { return each(r.ListIPs(ctx, client.IPFilter{Reserved: &reserved}), b.ip(ctx)) },
		func() error { return each(r.ListSnapshots(ctx, client.SnapshotFilter{}), b.snapshot(ctx)) },
		func() error { return each(r.ListBackups(ctx, client.BackupFilter{}), b.backup(ctx)) },
	} {
		if err := add(); err != nil {
			return err
		}
	}
	return nil
}

func each[T any](objects iter.Seq2[*T, error], add func(*T) error) error {
	for object, err := range objects {
		if err == nil {
			err = add(object)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// count adds the cost of one object to those of its type.
func (b *bill) count(name string, cost tfkit.Cost, err error) error {
	if err != nil {
		return err
	}
	s := b.sums[name]
	s.count++
	if cost.Month.Known() {
		s.month = s.month.Plus(cost.Month)
	} else {
		s.unknown++
	}
	return nil
}

func (b *bill) vm(ctx context.Context) func(*client.VM) error {
	return func(vm *client.VM) error {
		share := int64(freePoolShare)
		if plan, err := b.catalog.Plan(ctx, vm.PricingID); err == nil && plan.VMType == client.PlanPremium {
			share = freePoolSharePremium
		}
		b.pool.Add(b.pool, big.NewRat(share*vm.TotalStorage, 100))
		cost, err := b.catalog.CostOfVM(ctx, vm.PricingID, vm.AddedStorage, vm.Region)
		return b.count("raff_vm", cost, err)
	}
}

func (b *bill) volume(ctx context.Context) func(*client.Volume) error {
	return func(v *client.Volume) error {
		cost, err := b.catalog.CostOfVolume(ctx, v.Size, v.Region)
		return b.count("raff_volume", cost, err)
	}
}

func (b *bill) ip(ctx context.Context) func(*client.IP) error {
	return func(ip *client.IP) error {
		if !ip.Reserved { // it came with a VM
			return nil
		}
		cost, err := b.catalog.CostOfIP(ctx, ip.Type, tfkit.PeriodMonthly)
		return b.count("raff_ip", cost, err)
	}
}

func (b *bill) snapshot(ctx context.Context) func(*client.Snapshot) error {
	return func(s *client.Snapshot) error {
		cost, err := b.catalog.CostOfSnapshot(ctx, s.Size)
		b.store(tfkit.TimeOrZero(s.CreatedAt), tfkit.SizeOfSnapshot(s.Size), cost)
		return b.count("raff_snapshot", cost, err)
	}
}

func (b *bill) backup(ctx context.Context) func(*client.Backup) error {
	return func(o *client.Backup) error {
		cost, err := b.catalog.CostOfBackup(ctx, o.StorageSize, o.Region)
		b.store(tfkit.TimeOrZero(o.CreatedAt), tfkit.SizeOfBackup(o.StorageSize), cost)
		return b.count("raff_backup", cost, err)
	}
}

// store notes what the free pool may cover.
func (b *bill) store(created time.Time, gb *big.Rat, cost tfkit.Cost) {
	if gb != nil && cost.Month.Known() {
		b.stored = append(b.stored, stored{created, gb, cost.Month})
	}
}

// saved is what the free pool saves a month: it covers the oldest backups and snapshots first.
func (b *bill) saved() tfkit.USD {
	slices.SortStableFunc(b.stored, func(x, y stored) int { return x.created.Compare(y.created) })
	saved, left := tfkit.Dollars(0), new(big.Rat).Set(b.pool)
	for _, o := range b.stored {
		covered := o.gb
		if left.Cmp(covered) < 0 {
			covered = left
		}
		saved = saved.Plus(o.month.Times(new(big.Rat).Quo(covered, o.gb)))
		left = new(big.Rat).Sub(left, covered)
	}
	return saved
}

// wholePool is the size of the free pool in whole GB.
func (b *bill) wholePool() int64 { return new(big.Int).Quo(b.pool.Num(), b.pool.Denom()).Int64() }
