package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// What the pages say of the prices of a VM.
const (
	pricedMonth = "the plan, the disk beyond it at the price of volumes, and on Windows the licence, which is 15 USD and not in the catalogue. " +
		"A volume of `extra_storage` is not included. Null for a plan that is no longer offered."
	pricedHour = "the plan and the disk beyond it, without the licence of Windows, which is billed by the month."
	keptPrice  = "It is known at plan where the plan and the disk are, and stays as it is until one of them changes."
)

// planPrices makes the prices known where the plan and the disk are, and leaves those of a VM as they are whose plan and disk
// stay.
func (p *planner) planPrices(ctx context.Context) {
	plan := p.plan
	if p.state != nil && plan.costsAs(&p.state.model) {
		return
	}
	plan.Prices = tfkit.UnknownPrices()
	if plan.PricingID.IsUnknown() || plan.AddedStorage.IsUnknown() {
		return
	}
	plan.PlanPrices(p.r.Catalog.CostOfVM(ctx, plan.PricingID.ValueInt64(), plan.AddedStorage.ValueInt64(), plan.Region.ValueString()))
	if plan.PricePerHour.IsNull() { // the API says it all the same
		plan.PricePerHour = types.StringUnknown()
	}
}

// fillPriced returns what fills the model of a VM that a data source finds, prices and all.
func fillPriced(ctx context.Context, catalog *tfkit.Catalog, pricing *tfkit.Pricing) func(*dataModel, *client.VM) {
	return func(m *dataModel, vm *client.VM) {
		m.fromAPI(vm)
		pricing.Set(&m.Prices, vm.PricePerHour, func() (tfkit.Cost, error) {
			return catalog.CostOfVM(ctx, vm.PricingID, vm.AddedStorage, vm.Region)
		})
	}
}
