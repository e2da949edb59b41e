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
	get         func(ctx context.Context, c *tfkit.Catalog, region string) (*client.StoragePricing, error)
}

// NewVolumePricingDataSource returns the raff_volume_pricing data source.
func NewVolumePricingDataSource() datasource.DataSource {
	return &storagePricingDataSource{
		kind: "volume", description: "What volumes cost.",
		get: func(ctx context.Context, c *tfkit.Catalog, region string) (*client.StoragePricing, error) {
			return c.VolumePricing(ctx, region)
		},
	}
}

// NewSnapshotPricingDataSource returns the raff_snapshot_pricing data source.
func NewSnapshotPricingDataSource() datasource.DataSource {
	return &storagePricingDataSource{
		kind: "snapshot", description: "What snapshots cost.",
		get: func(ctx context.Context, c *tfkit.Catalog, region string) (*client.StoragePricing, error) {
			return c.SnapshotPricing(ctx, region)
		},
	}
}

// NewBackupPricingDataSource returns the raff_backup_pricing data source.
func NewBackupPricingDataSource() datasource.DataSource {
	return &storagePricingDataSource{
		kind: "backup", description: "What backups cost beyond what is free: snapshots and backups of the account share one free pool of 50 GB, and 10 % of the disk of each VM, 15 % of that of a premium one.",
		get: func(ctx context.Context, c *tfkit.Catalog, region string) (*client.StoragePricing, error) {
			return c.BackupPricing(ctx, region)
		},
	}
}

type storagePricingModel struct {
	Region                    types.String `tfsdk:"region"`
	PricePerGBHour            types.String `tfsdk:"price_per_gb_hour"`
	PricePerGBMonth           types.String `tfsdk:"price_per_gb_month"`
	YearlyPricePerGB          types.String `tfsdk:"yearly_price_per_gb"`
	TwentyFourMonthPricePerGB types.String `tfsdk:"twenty_four_month_price_per_gb"`
}

func (d *storagePricingDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.kind + "_pricing"
}

func (d *storagePricingDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: d.description + " Prices change over time.",
		Attributes: map[string]schema.Attribute{
			"region": schema.StringAttribute{
				MarkdownDescription: "Code of the region that the prices are for, for example `us-east`. Default: chosen by the API.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"price_per_gb_hour":              tfkit.CataloguePrice("a GB and hour"),
			"price_per_gb_month":             tfkit.CataloguePrice("a GB and month"),
			"yearly_price_per_gb":            tfkit.CataloguePrice("a GB for a term of 12 months"),
			"twenty_four_month_price_per_gb": tfkit.CataloguePrice("a GB for a term of 24 months"),
		},
	}
}

func (d *storagePricingDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.CatalogQuestion[storagePricingModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	p, err := d.get(ctx, d.Catalog, m.Region.ValueString())
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read the catalogue", d.kind+" pricing", err)
		return
	}
	if m.Region.IsNull() {
		m.Region = tfkit.StringOrNull(p.Region)
	}
	m.PricePerGBHour = tfkit.HourlyPrice(p.PricePerGBHour)
	m.PricePerGBMonth = tfkit.Price(p.PricePerGBMonth)
	m.YearlyPricePerGB = tfkit.Price(p.YearlyPricePerGB)
	m.TwentyFourMonthPricePerGB = tfkit.Price(p.TwentyFourMonthPricePerGB)
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
	PricePerHour         types.String `tfsdk:"price_per_hour"`
	MonthlyPrice         types.String `tfsdk:"monthly_price"`
	YearlyPrice          types.String `tfsdk:"yearly_price"`
	TwentyFourMonthPrice types.String `tfsdk:"twenty_four_month_price"`
}

func newIPPrice(tier client.IPPricingTier) ipPriceModel {
	return ipPriceModel{
		PricePerHour:         tfkit.HourlyPrice(tier.PricePerHour),
		MonthlyPrice:         tfkit.Price(tier.MonthlyPrice),
		YearlyPrice:          tfkit.Price(tier.YearlyPrice),
		TwentyFourMonthPrice: tfkit.Price(tier.TwentyFourMonthPrice),
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
				"price_per_hour":          tfkit.CataloguePrice("an hour"),
				"monthly_price":           tfkit.CataloguePrice("a month"),
				"yearly_price":            tfkit.CataloguePrice("a term of 12 months"),
				"twenty_four_month_price": tfkit.CataloguePrice("a term of 24 months"),
			},
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "What reserved public addresses cost. Prices change over time.",
		Attributes:          map[string]schema.Attribute{"ipv4": family("IPv4"), "ipv6": family("IPv6")},
	}
}

func (d *ipPricingDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.CatalogConfigured(&resp.Diagnostics) {
		return
	}
	p, err := d.Catalog.IPPricing(ctx)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read the catalogue", "IP pricing", err)
		return
	}
	tfkit.Set(ctx, &resp.State, ipPricingModel{IPv4: newIPPrice(p.IPv4), IPv6: newIPPrice(p.IPv6)}, &resp.Diagnostics)
}
