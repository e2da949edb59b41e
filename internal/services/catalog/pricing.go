package catalog

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSourceWithConfigure = (*storagePricingDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*ipPricingDataSource)(nil)
)

// storagePricingDataSource tells what one kind of storage costs.
type storagePricingDataSource struct {
	tfkit.DataSourceBase
	kind        string // volume, snapshot or backup
	description string
	get         func(ctx context.Context, c *client.Client, region string) (*client.StoragePricing, error)
}

// NewVolumePricingDataSource returns the raff_volume_pricing data source.
func NewVolumePricingDataSource() datasource.DataSource {
	return &storagePricingDataSource{
		kind: "volume", description: "What volumes cost.",
		get: func(ctx context.Context, c *client.Client, region string) (*client.StoragePricing, error) {
			return c.GetVolumePricing(ctx, region)
		},
	}
}

// NewSnapshotPricingDataSource returns the raff_snapshot_pricing data source.
func NewSnapshotPricingDataSource() datasource.DataSource {
	return &storagePricingDataSource{
		kind: "snapshot", description: "What snapshots cost.",
		get: func(ctx context.Context, c *client.Client, region string) (*client.StoragePricing, error) {
			return c.GetSnapshotPricing(ctx, region)
		},
	}
}

// NewBackupPricingDataSource returns the raff_backup_pricing data source.
func NewBackupPricingDataSource() datasource.DataSource {
	return &storagePricingDataSource{
		kind: "backup", description: "What backups cost beyond what is free: snapshots and backups of the account share one free pool of 50 GB, and 10 % of the disk of each standard VM or 15 % of another.",
		get: func(ctx context.Context, c *client.Client, region string) (*client.StoragePricing, error) {
			return c.GetBackupPricing(ctx, region)
		},
	}
}

type storagePricingModel struct {
	Region                    types.String `tfsdk:"region"`
	PricePerGBHour            types.Number `tfsdk:"price_per_gb_hour"`
	PricePerGBMonth           types.Number `tfsdk:"price_per_gb_month"`
	YearlyPricePerGB          types.Number `tfsdk:"yearly_price_per_gb"`
	TwentyFourMonthPricePerGB types.Number `tfsdk:"twenty_four_month_price_per_gb"`
}

func (d *storagePricingDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.kind + "_pricing"
}

func (d *storagePricingDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: d.description + " Prices change over time.",
		Attributes: map[string]schema.Attribute{
			"region": schema.StringAttribute{
				MarkdownDescription: "Region that the prices hold in, for example `us-east`. Default: the API's.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"price_per_gb_hour":              price("Price in USD for a GB an hour."),
			"price_per_gb_month":             price("Price in USD for a GB a month."),
			"yearly_price_per_gb":            price("Price in USD for a GB for a term of 12 months."),
			"twenty_four_month_price_per_gb": price("Price in USD for a GB for a term of 24 months."),
		},
	}
}

func price(description string) schema.Attribute {
	return schema.NumberAttribute{MarkdownDescription: description, Computed: true}
}

func (d *storagePricingDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[storagePricingModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	p, err := d.get(ctx, d.Client, m.Region.ValueString())
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read the catalogue", d.kind+" pricing", err)
		return
	}
	if m.Region.IsNull() {
		m.Region = tfkit.StringOrNull(p.Region)
	}
	m.PricePerGBHour = tfkit.OptionalPrice(p.PricePerGBHour)
	m.PricePerGBMonth = tfkit.OptionalPrice(p.PricePerGBMonth)
	m.YearlyPricePerGB = tfkit.OptionalPrice(p.YearlyPricePerGB)
	m.TwentyFourMonthPricePerGB = tfkit.OptionalPrice(p.TwentyFourMonthPricePerGB)
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

type ipPricingDataSource struct {
	tfkit.DataSourceBase
}

// NewIPPricingDataSource returns the raff_ip_pricing data source.
func NewIPPricingDataSource() datasource.DataSource { return &ipPricingDataSource{} }

type ipPricingModel struct {
	IPv4 ipPriceModel `tfsdk:"ipv4"`
	IPv6 ipPriceModel `tfsdk:"ipv6"`
}

type ipPriceModel struct {
	PricePerHour         types.Number `tfsdk:"price_per_hour"`
	MonthlyPrice         types.Number `tfsdk:"monthly_price"`
	YearlyPrice          types.Number `tfsdk:"yearly_price"`
	TwentyFourMonthPrice types.Number `tfsdk:"twenty_four_month_price"`
}

func newIPPrice(tier client.IPPricingTier) ipPriceModel {
	return ipPriceModel{
		PricePerHour:         tfkit.OptionalPrice(tier.PricePerHour),
		MonthlyPrice:         tfkit.OptionalPrice(tier.MonthlyPrice),
		YearlyPrice:          tfkit.OptionalPrice(tier.YearlyPrice),
		TwentyFourMonthPrice: tfkit.OptionalPrice(tier.TwentyFourMonthPrice),
	}
}

func (d *ipPricingDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ip_pricing"
}

func (d *ipPricingDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	family := func(name string) schema.Attribute {
		return schema.SingleNestedAttribute{
			MarkdownDescription: "What a reserved " + name + " address costs.",
			Computed:            true,
			Attributes: map[string]schema.Attribute{
				"price_per_hour":          price("Price in USD an hour."),
				"monthly_price":           price("Price in USD a month."),
				"yearly_price":            price("Price in USD for a term of 12 months."),
				"twenty_four_month_price": price("Price in USD for a term of 24 months."),
			},
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "What reserved public addresses cost. Prices change over time.",
		Attributes:          map[string]schema.Attribute{"ipv4": family("IPv4"), "ipv6": family("IPv6")},
	}
}

func (d *ipPricingDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.Configured(&resp.Diagnostics) {
		return
	}
	p, err := d.Client.GetIPPricing(ctx)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read the catalogue", "IP pricing", err)
		return
	}
	tfkit.Set(ctx, &resp.State, ipPricingModel{IPv4: newIPPrice(p.IPv4), IPv6: newIPPrice(p.IPv6)}, &resp.Diagnostics)
}
