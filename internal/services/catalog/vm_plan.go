package catalog

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSourceWithConfigure      = (*vmPlanDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*vmPlanDataSource)(nil)
	_ datasource.DataSourceWithConfigure      = (*vmPlansDataSource)(nil)
)

// vmPlanModel is what the API says of a VM plan.
type vmPlanModel struct {
	ID                   types.Int64  `tfsdk:"id"`
	VCPU                 types.Int64  `tfsdk:"vcpu"`
	MemoryGiB            types.Int64  `tfsdk:"memory_gib"`
	SSDGiB               types.Int64  `tfsdk:"ssd_gib"`
	TransferGiB          types.Int64  `tfsdk:"transfer_gib"`
	PricePerHour         types.String `tfsdk:"price_per_hour"`
	MonthlyPrice         types.String `tfsdk:"monthly_price"`
	YearlyPrice          types.String `tfsdk:"yearly_price"`
	TwentyFourMonthPrice types.String `tfsdk:"twenty_four_month_price"`
	Type                 types.String `tfsdk:"type"`
	Region               types.String `tfsdk:"region"`
	OutOfStock           types.Bool   `tfsdk:"out_of_stock"`
}

func (m *vmPlanModel) fromAPI(p *client.VMPricingPlan) {
	m.ID = types.Int64Value(p.ID)
	m.VCPU = types.Int64Value(p.VCPU)
	m.MemoryGiB = types.Int64Value(p.MemoryGiB)
	m.SSDGiB = types.Int64Value(p.SSDGiB)
	m.TransferGiB = types.Int64Value(p.TransferGiB)
	m.PricePerHour = tfkit.HourlyPrice(&p.PricePerHour)
	m.MonthlyPrice = tfkit.Price(&p.MonthlyPrice)
	m.YearlyPrice = tfkit.Price(&p.YearlyPrice)
	m.TwentyFourMonthPrice = tfkit.Price(&p.TwentyFourMonthPrice)
	m.Type = types.StringValue(p.VMType)
	m.Region = types.StringValue(p.Region)
	m.OutOfStock = types.BoolValue(p.OutOfStock)
}

func vmPlanAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                      tfkit.Number("Id of the plan, the `pricing_id` of a VM."),
		"vcpu":                    tfkit.Number("Number of vCPUs."),
		"memory_gib":              tfkit.Number("RAM in GiB."),
		"ssd_gib":                 tfkit.Number("Size in GiB of the disk that the plan includes."),
		"transfer_gib":            tfkit.Number("Data transfer in GiB a month that the plan includes."),
		"price_per_hour":          tfkit.CataloguePrice("an hour"),
		"monthly_price":           tfkit.CataloguePrice("a month. The licence of Windows is not in it"),
		"yearly_price":            tfkit.CataloguePrice("a term of 12 months"),
		"twenty_four_month_price": tfkit.CataloguePrice("a term of 24 months"),
		"type":                    tfkit.Text("Type of the plan: `standard`, `premium` or `windows`."),
		"region":                  tfkit.Text("Code of the region that offers it."),
		"out_of_stock":            tfkit.Flag("Whether the plan may be out of stock at the moment. It can still be ordered."),
	}
}

// vmPlanFilter is what both data sources filter by.
type vmPlanFilter struct {
	MinVCPU      types.Int64  `tfsdk:"min_vcpu"`
	MinMemoryGiB types.Int64  `tfsdk:"min_memory_gib"`
	MinSSDGiB    types.Int64  `tfsdk:"min_ssd_gib"`
	Type         types.String `tfsdk:"type"`
	Region       types.String `tfsdk:"region"`
}

func vmPlanFilterAttributes() map[string]schema.Attribute {
	least := func(description string) schema.Attribute {
		return schema.Int64Attribute{
			MarkdownDescription: description,
			Optional:            true,
			Validators:          []validator.Int64{int64validator.AtLeast(0)},
		}
	}
	return map[string]schema.Attribute{
		"min_vcpu":       least("Least number of vCPUs that a plan must have. Default: no minimum."),
		"min_memory_gib": least("Least RAM in GiB that a plan must have. Default: no minimum."),
		"min_ssd_gib":    least("Least disk in GiB that a plan must include. Default: no minimum."),
		"type": tfkit.Filter("Only plans of this type: `standard`, `premium` or `windows`. Windows templates need a `windows` plan, and no other template takes one.",
			tfkit.ChoiceInAnyCase(client.PlanStandard, client.PlanPremium, client.PlanWindows)),
		"region": tfkit.Filter("Only plans that this region offers."),
	}
}

func (f vmPlanFilter) matches(p client.VMPricingPlan) bool {
	return p.VCPU >= f.MinVCPU.ValueInt64() && p.MemoryGiB >= f.MinMemoryGiB.ValueInt64() && p.SSDGiB >= f.MinSSDGiB.ValueInt64() &&
		equalFold(f.Type, p.VMType) && equalFold(f.Region, p.Region)
}

// find returns the matching plans, cheapest first.
func (f vmPlanFilter) find(ctx context.Context, catalog *tfkit.Catalog) ([]client.VMPricingPlan, error) {
	plans, err := catalog.Plans(ctx)
	if err != nil {
		return nil, err
	}
	plans = slices.DeleteFunc(plans, func(p client.VMPricingPlan) bool { return !f.matches(p) })
	slices.SortStableFunc(plans, func(a, b client.VMPricingPlan) int {
		return cmp.Or(cmp.Compare(a.MonthlyPrice, b.MonthlyPrice), cmp.Compare(a.ID, b.ID))
	})
	return plans, nil
}

type vmPlanDataSource struct {
	tfkit.DataSourceBase
}

// NewVMPlanDataSource returns the raff_vm_plan data source.
func NewVMPlanDataSource() datasource.DataSource { return &vmPlanDataSource{} }

// vmPlanDataSourceModel has the exact size that is looked for in vcpu and memory_gib of the plan, or the least in min_….
type vmPlanDataSourceModel struct {
	vmPlanModel
	MinVCPU      types.Int64 `tfsdk:"min_vcpu"`
	MinMemoryGiB types.Int64 `tfsdk:"min_memory_gib"`
	MinSSDGiB    types.Int64 `tfsdk:"min_ssd_gib"`
}

func (d *vmPlanDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vm_plan"
}

func (d *vmPlanDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := vmPlanAttributes()
	for name, filter := range vmPlanFilterAttributes() {
		if f, ok := filter.(schema.StringAttribute); ok {
			f.Computed = true
			filter = f
		}
		attributes[name] = filter
	}
	attributes["id"] = schema.Int64Attribute{MarkdownDescription: "Id of the plan, the `pricing_id` of a VM. If it is given, only this plan is found.", Optional: true, Computed: true}
	attributes["vcpu"] = exactly("vCPUs", "memory_gib")
	attributes["memory_gib"] = exactly("GiB of RAM", "vcpu")
	resp.Schema = schema.Schema{
		MarkdownDescription: "One VM plan, for the `pricing_id` of a VM. It is found in one of three ways:\n\n" +
			"- by its exact size, with `vcpu`, `memory_gib` and `type`. Of several plans of that size, the one with the lowest id is taken, which was in the catalogue first. " +
			"New prices and new plans never change what is found, so that a VM stays on its plan until its configuration names another size.\n" +
			"- by the least that it must have, with `min_vcpu`, `min_memory_gib` and `min_ssd_gib`: the cheapest by the month. Plans are repriced and added over time, " +
			"so that a later search can find another plan, and the VM is resized. To keep the VM on its plan, put `pricing_id` into its `ignore_changes`.\n" +
			"- by its `id`.\n\n" +
			"Plans for Windows are only found with `type = \"windows\"`, or by their `id`.",
		Attributes: attributes,
	}
}

// exactly is one half of an exact size.
func exactly(unit, other string) schema.Attribute {
	return schema.Int64Attribute{
		MarkdownDescription: "Only plans with exactly this many " + unit + ". It goes together with `" + other + "` and `type`, and without `id`, `min_vcpu` and `min_memory_gib`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.Int64{int64validator.AtLeast(1)},
	}
}

// ValidateConfig refuses half of an exact size, and one that is to be the least as well.
func (d *vmPlanDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	m := tfkit.Get[vmPlanDataSourceModel](ctx, req.Config, &resp.Diagnostics)
	given := path.Root("vcpu")
	if m.VCPU.IsNull() {
		given = path.Root("memory_gib")
	}
	refuse := func(detail string) {
		resp.Diagnostics.AddAttributeError(given, "The exact size of a plan has three parts", detail)
	}
	switch {
	case resp.Diagnostics.HasError(), m.VCPU.IsNull() && m.MemoryGiB.IsNull():
	case m.VCPU.IsNull() || m.MemoryGiB.IsNull() || m.Type.IsNull():
		refuse("They are vcpu, memory_gib and type: set all of them. For the cheapest plan that is large enough, use min_vcpu and min_memory_gib instead.")
	case !m.MinVCPU.IsNull() || !m.MinMemoryGiB.IsNull() || !m.ID.IsNull():
		refuse("They are vcpu, memory_gib and type, and go together with neither min_vcpu nor min_memory_gib nor id: remove those.")
	}
}

func (d *vmPlanDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.CatalogQuestion[vmPlanDataSourceModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	found, err := vmPlanFilter{m.MinVCPU, m.MinMemoryGiB, m.MinSSDGiB, m.Type, m.Region}.find(ctx, d.Catalog)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read the catalogue", "VM plans", err)
		return
	}
	found = slices.DeleteFunc(found, func(p client.VMPricingPlan) bool { return !m.matches(p) })
	if len(found) == 0 {
		resp.Diagnostics.AddError("No VM plan matches", "The catalogue has no such plan. The raff_vm_plans data source lists all that there are. "+
			"A VM may stay on a plan that was withdrawn: name the id of that plan as its pricing_id.")
		return
	}
	m.fromAPI(m.choose(found))
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

// matches tells whether a plan has the id or the exact size that is looked for, and is for Windows only where that is.
func (m *vmPlanDataSourceModel) matches(p client.VMPricingPlan) bool {
	switch {
	case !m.ID.IsNull():
		return p.ID == m.ID.ValueInt64()
	case m.isExact():
		return p.VCPU == m.VCPU.ValueInt64() && p.MemoryGiB == m.MemoryGiB.ValueInt64()
	}
	return !m.Type.IsNull() || p.VMType != client.PlanWindows
}

// isExact tells whether an exact size is looked for. The schema demands both halves of it.
func (m *vmPlanDataSourceModel) isExact() bool { return !m.VCPU.IsNull() && !m.MemoryGiB.IsNull() }

// choose takes one of the matching plans, which are cheapest first: of one exact size the oldest, so that no other price
// and no newer plan changes the choice. Ids are counted up.
func (m *vmPlanDataSourceModel) choose(found []client.VMPricingPlan) *client.VMPricingPlan {
	if !m.isExact() {
		return &found[0]
	}
	oldest := slices.MinFunc(found, func(a, b client.VMPricingPlan) int { return cmp.Compare(a.ID, b.ID) })
	return &oldest
}

type vmPlansDataSource struct {
	tfkit.DataSourceBase
}

// NewVMPlansDataSource returns the raff_vm_plans data source.
func NewVMPlansDataSource() datasource.DataSource { return &vmPlansDataSource{} }

type vmPlansModel struct {
	vmPlanFilter
	Plans []vmPlanModel `tfsdk:"plans"`
}

func (d *vmPlansDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vm_plans"
}

func (d *vmPlansDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := vmPlanFilterAttributes()
	attributes["plans"] = tfkit.List("The plans, cheapest first (by the month).", vmPlanAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "The VM plans that match, cheapest first.",
		Attributes:          attributes,
	}
}

func (d *vmPlansDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.CatalogQuestion[vmPlansModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	found, err := m.find(ctx, d.Catalog)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read the catalogue", "VM plans", err)
		return
	}
	m.Plans = make([]vmPlanModel, len(found))
	for i := range found {
		m.Plans[i].fromAPI(&found[i])
	}
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}
