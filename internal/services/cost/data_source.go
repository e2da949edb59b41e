// Package cost has the raff_cost data source.
package cost

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var _ datasource.DataSourceWithConfigure = (*costDataSource)(nil)

type costDataSource struct {
	tfkit.DataSourceBase
}

// NewDataSource returns the raff_cost data source.
func NewDataSource() datasource.DataSource { return &costDataSource{} }

type costModel struct {
	ProjectID        types.String `tfsdk:"project_id"`
	MonthlyPrice     types.String `tfsdk:"monthly_price"`
	Unknown          types.Int64  `tfsdk:"unknown"`
	FreePoolGiB      types.Int64  `tfsdk:"free_pool_gib"`
	FreePoolDiscount types.String `tfsdk:"free_pool_discount"`
	ByType           []typeModel  `tfsdk:"by_type"`
}

// typeModel is the sum of one type.
type typeModel struct {
	Type         types.String `tfsdk:"type"`
	Count        types.Int64  `tfsdk:"count"`
	MonthlyPrice types.String `tfsdk:"monthly_price"`
	Unknown      types.Int64  `tfsdk:"unknown"`
}

func (d *costDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_cost"
}

func (d *costDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	const unknown = "It is in no sum. The price of a VM is not known, for example, whose plan is offered no more."
	resp.Schema = schema.Schema{
		MarkdownDescription: "What a project costs a month, or all that the API key can reach: the VMs, volumes, reserved addresses, snapshots and backups that " +
			"there are, at the prices of the catalogue of today. " +
			"It is read at plan, and shows what there is before the plan is applied. What the plan adds is in `monthly_price` of the resources.\n\n" +
			"Backups and snapshots share one free pool of the account: 50 GB, and 10 % of the disk of each VM, 15 % of that of a premium one. Without `project_id` the pool is " +
			"worked out from the VMs that the key can reach, and what it saves is in the sum. With `project_id` it is not: the pool belongs " +
			"to no project, and the sum has the prices before it.\n\n" +
			"Every address counts as paid for by the month, and every VM as paid for as it goes: the API does not say otherwise. " +
			"Traffic, taxes and discounts are in no sum.",
		Attributes: map[string]schema.Attribute{
			"project_id": tfkit.OptionalProjectID("objects"),
			"monthly_price": tfkit.Text("Price in USD a month of all together, a decimal number as text, after what the free pool saves. " +
				"It is the least that is to be paid where `unknown` is more than 0."),
			"unknown": tfkit.Number("Number of objects whose price is not known. " + unknown),
			"free_pool_gib": tfkit.Number("Size in GiB of the free pool of backups and snapshots, rounded down. Null with `project_id`. " +
				"It is too small where the API key does not reach every project."),
			"free_pool_discount": tfkit.Text("What the free pool saves a month, in USD, a decimal number as text. Null with `project_id`."),
			"by_type": tfkit.List("The sum of each type, of those without objects too.", map[string]schema.Attribute{
				"type":          tfkit.Text("Type of the objects: `raff_backup`, `raff_ip` (reserved addresses only), `raff_snapshot`, `raff_vm` or `raff_volume`."),
				"count":         tfkit.Number("Number of objects."),
				"monthly_price": tfkit.Text("Price in USD a month of those whose price is known, a decimal number as text, before the free pool."),
				"unknown":       tfkit.Number("Number of objects whose price is not known. " + unknown),
			}),
		},
	}
}

func (d *costDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[costModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	b := newBill(d.Catalog)
	err := b.add(ctx, d.Client.ReaderIn(m.ProjectID.ValueString()))
	m.fill(b)
	tfkit.Listed(ctx, m, "what is paid for", m.ProjectID.ValueString(), err, resp)
}

// fill maps a bill onto the model, and takes the free pool into account where it is the account's.
func (m *costModel) fill(b *bill) {
	total, unknown := tfkit.Dollars(0), int64(0)
	m.ByType = make([]typeModel, 0, len(b.sums))
	for _, name := range slices.Sorted(maps.Keys(b.sums)) {
		s := b.sums[name]
		total, unknown = total.Plus(s.month), unknown+s.unknown
		m.ByType = append(m.ByType, typeModel{
			Type: types.StringValue(name), Count: types.Int64Value(s.count),
			MonthlyPrice: s.month.ByMonth(), Unknown: types.Int64Value(s.unknown),
		})
	}
	m.Unknown = types.Int64Value(unknown)
	m.FreePoolGiB, m.FreePoolDiscount = types.Int64Null(), types.StringNull()
	if m.ProjectID.IsNull() {
		saved := b.saved()
		total = total.Minus(saved)
		m.FreePoolGiB, m.FreePoolDiscount = types.Int64Value(b.wholePool()), saved.ByMonth()
	}
	m.MonthlyPrice = total.ByMonth()
}
