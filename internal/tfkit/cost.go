package tfkit

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/big"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
)

// windowsLicence is what the licence of a Windows VM costs a month, in USD. It is published, a line of the bill of its own,
// and in no price of the catalogue.
const windowsLicence = 15

// Periods of the subscription that pays for an address.
const (
	PeriodMonthly         = "monthly"
	PeriodYearly          = "yearly"
	PeriodTwentyFourMonth = "twenty_four_month"
)

// mbPerGB is how many MB of a backup are a GB.
const mbPerGB = 1024

// Cost is what an object costs by the catalogue. The zero value is a cost that is not known.
type Cost struct {
	Month USD
	Hour  USD // without what is billed by the month alone
}

// Prices are what a model has of a Cost.
type Prices struct {
	PricePerHour types.String `tfsdk:"price_per_hour"`
	MonthlyPrice types.String `tfsdk:"monthly_price"`
}

// Prices returns the cost as a model has it.
func (c Cost) Prices() Prices {
	return Prices{PricePerHour: c.Hour.ByHour(), MonthlyPrice: c.Month.ByMonth()}
}

// UnknownPrices are those of an object whose plan or size is not known yet.
func UnknownPrices() Prices {
	return Prices{PricePerHour: types.StringUnknown(), MonthlyPrice: types.StringUnknown()}
}

// PlanPrices plans the prices of an object. They stay unknown where the catalogue cannot be read: the apply tries again.
func (p *Prices) PlanPrices(cost Cost, err error) {
	*p = UnknownPrices()
	if err == nil {
		*p = cost.Prices()
	}
}

// CompletePrices fills in what is not known of the prices, and leaves the rest: it does not move with the catalogue. charged is what the
// API says that the object costs an hour, empty where that does not count; cost is asked for only where a price is missing. Where
// it cannot be found out a warning names the object.
func (p *Prices) CompletePrices(charged string, cost func() (Cost, error), object string, diags *diag.Diagnostics) {
	if charged != "" && !Known(p.PricePerHour) {
		p.PricePerHour = types.StringValue(charged)
	}
	if Known(p.PricePerHour) && Known(p.MonthlyPrice) {
		return
	}
	found, err := cost()
	if err != nil && !Interrupted(err) { // the next read fills them in
		warnUnpriced(object, err, diags)
	}
	all := found.Prices()
	if !Known(p.PricePerHour) {
		p.PricePerHour = all.PricePerHour
	}
	if !Known(p.MonthlyPrice) {
		p.MonthlyPrice = all.MonthlyPrice
	}
}

// warnUnpriced warns of prices that are null, since the catalogue cannot be read.
func warnUnpriced(object string, err error, diags *diag.Diagnostics) {
	diags.AddWarning("Unable to read the catalogue", "The price of "+object+" is not known: "+err.Error())
}

// Pricing fills in the prices of what a data source finds.
type Pricing struct {
	nouns  string
	failed bool
	diags  *diag.Diagnostics
}

// NewPricing returns a Pricing of objects that nouns names, as "the VMs".
func NewPricing(nouns string, diags *diag.Diagnostics) *Pricing {
	return &Pricing{nouns: nouns, diags: diags}
}

// Set fills in the prices of one object as they are now. charged is what the API says that it costs an hour, empty where that does not
// count. Where the catalogue cannot be read the prices are null, one warning says so, and it is not asked again.
func (p *Pricing) Set(prices *Prices, charged string, cost func() (Cost, error)) {
	var found Cost
	if !p.failed {
		var err error
		if found, err = cost(); err != nil {
			p.failed = true
			warnUnpriced(p.nouns, err, p.diags)
		}
	}
	*prices = found.Prices()
	if charged != "" {
		prices.PricePerHour = types.StringValue(charged)
	}
}

// rate is a price of the catalogue, a month and an hour.
type rate struct{ month, hour USD }

// standardHours are the hours that a month usually has on a bill.
const standardHours = 720

// hours returns how many hours the catalogue counts for a month, 0 where it does not say. It rounds its price an hour to
// millionths, so that for a small price several numbers would do: the usual one is preferred.
func (r rate) hours() int64 {
	if !r.month.Known() || !r.hour.Known() || r.month.amount.Sign() <= 0 || r.hour.amount.Sign() <= 0 {
		return 0
	}
	month, _ := r.month.amount.Float64()
	hour, _ := r.hour.amount.Float64()
	const half = 0.5e-6
	if month/standardHours >= hour-half && month/standardHours <= hour+half {
		return standardHours
	}
	if counted := math.Round(month / hour); counted <= math.MaxInt32 {
		return int64(counted)
	}
	return 0
}

// of returns the cost of so much, nil for an amount that is not known.
func (r rate) of(amount *big.Rat) Cost {
	month := r.month.Times(amount)
	return Cost{Month: month, Hour: month.per(r.hours())}
}

func storageRate(p *client.StoragePricing) rate {
	return rate{month: optionalDollars(p.PricePerGBMonth), hour: optionalDollars(p.PricePerGBHour)}
}

// CostOfVM returns what a VM costs with a plan and with so many GB of disk beyond those that the plan includes. The licence of
// Windows is in the price a month only. It is not known for a plan that is offered no more.
func (c *Catalog) CostOfVM(ctx context.Context, pricingID, addedGB int64, region string) (Cost, error) {
	plan, err := c.Plan(ctx, pricingID)
	if errors.Is(err, ErrNotInCatalog) {
		return Cost{}, nil
	}
	if err != nil {
		return Cost{}, err
	}
	r := rate{month: Dollars(plan.MonthlyPrice), hour: Dollars(plan.PricePerHour)}
	cost := Cost{Month: r.month, Hour: r.hour}
	if addedGB > 0 {
		disk, err := c.CostOfVolume(ctx, addedGB, cmp.Or(region, plan.Region))
		if err != nil {
			return Cost{}, err
		}
		cost.Month = r.month.Plus(disk.Month)
		cost.Hour = cost.Month.per(r.hours())
	}
	if plan.VMType == client.PlanWindows {
		cost.Month = cost.Month.Plus(Dollars(windowsLicence))
	}
	return cost, nil
}

// CostOfVolume returns what a volume of so many GB costs in a region.
func (c *Catalog) CostOfVolume(ctx context.Context, gb int64, region string) (Cost, error) {
	pricing, err := c.storage(ctx, volumePricing, region)
	if err != nil {
		return Cost{}, err
	}
	return storageRate(pricing).of(big.NewRat(gb, 1)), nil
}

// CostOfSnapshot returns what a snapshot of a size, as the API renders it, costs before the free pool of the account.
func (c *Catalog) CostOfSnapshot(ctx context.Context, size string) (Cost, error) {
	return c.costOfStored(ctx, snapshotPricing, "", SizeOfSnapshot(size))
}

// CostOfBackup returns what a backup of so many MB costs before the free pool of the account.
func (c *Catalog) CostOfBackup(ctx context.Context, mb int64, region string) (Cost, error) {
	return c.costOfStored(ctx, backupPricing, region, SizeOfBackup(mb))
}

func (c *Catalog) costOfStored(ctx context.Context, kind storageKind, region string, gb *big.Rat) (Cost, error) {
	if gb == nil { // nothing to ask the catalogue for
		return Cost{}, nil
	}
	pricing, err := c.storage(ctx, kind, region)
	if err != nil {
		return Cost{}, err
	}
	return storageRate(pricing).of(gb), nil
}

// CostOfIP returns what a reserved address of a family, client.IPv4 or client.IPv6, costs that is paid for by a period; an empty
// one is PeriodMonthly. A longer period is spread over its months.
func (c *Catalog) CostOfIP(ctx context.Context, family, period string) (Cost, error) {
	pricing, err := c.IPPricing(ctx)
	if err != nil {
		return Cost{}, err
	}
	tier := pricing.IPv4
	if family == client.IPv6 {
		tier = pricing.IPv6
	}
	r := rate{month: optionalDollars(tier.MonthlyPrice), hour: optionalDollars(tier.PricePerHour)}
	switch period {
	case PeriodYearly:
		return r.spread(optionalDollars(tier.YearlyPrice), 12), nil
	case PeriodTwentyFourMonth:
		return r.spread(optionalDollars(tier.TwentyFourMonthPrice), 24), nil
	}
	return Cost{Month: r.month, Hour: r.hour}, nil
}

// spread returns the cost of what is paid for a term of so many months.
func (r rate) spread(term USD, months int64) Cost {
	month := term.per(months)
	return Cost{Month: month, Hour: month.per(r.hours())}
}

var sizeText = regexp.MustCompile(`^(\d{1,12}(?:\.\d{1,6})?) ?([MGT])i?B$`)

// SizeOfSnapshot returns the GB that a size says as the API renders it, as "50 GB"; nil where it does not say any yet.
func SizeOfSnapshot(size string) *big.Rat {
	parts := sizeText.FindStringSubmatch(size)
	if parts == nil {
		return nil
	}
	gb, ok := new(big.Rat).SetString(parts[1])
	if !ok || gb.Sign() == 0 {
		return nil
	}
	switch parts[2] {
	case "M":
		gb.Quo(gb, big.NewRat(mbPerGB, 1))
	case "T":
		gb.Mul(gb, big.NewRat(mbPerGB, 1))
	}
	return gb
}

// SizeOfBackup returns a size in MB as GB; nil for 0, which is the size of a backup that is not ready.
func SizeOfBackup(mb int64) *big.Rat {
	if mb <= 0 {
		return nil
	}
	return big.NewRat(mb, mbPerGB)
}
