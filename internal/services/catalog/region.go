package catalog

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var _ datasource.DataSourceWithConfigure = (*regionsDataSource)(nil)

type regionsDataSource struct {
	tfkit.DataSourceBase
}

// NewRegionsDataSource returns the raff_regions data source.
func NewRegionsDataSource() datasource.DataSource { return &regionsDataSource{} }

type regionModel struct {
	ID           types.Int64  `tfsdk:"id"`
	Code         types.String `tfsdk:"code"`
	Name         types.String `tfsdk:"name"`
	CountryCode  types.String `tfsdk:"country_code"`
	Flag         types.String `tfsdk:"flag"`
	DisplayOrder types.Int64  `tfsdk:"display_order"`
	IsDefault    types.Bool   `tfsdk:"is_default"`
}

type regionsModel struct {
	Regions []regionModel `tfsdk:"regions"`
}

func (d *regionsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_regions"
}

func (d *regionsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The regions of Raff.",
		Attributes: map[string]schema.Attribute{
			"regions": tfkit.List("The regions, in the order of the API.", map[string]schema.Attribute{
				"id":            tfkit.Number("Id of the region, a number that no other object refers to."),
				"code":          tfkit.Text("Code, the `region` of other objects, for example `us-east`."),
				"name":          tfkit.Text("Display name."),
				"country_code":  tfkit.Text("Code of the country in ISO 3166."),
				"flag":          tfkit.Text("Flag of the country, as an emoji."),
				"display_order": tfkit.Number("Number of its place in a list that people see."),
				"is_default":    tfkit.Flag("Whether this is the default region."),
			}),
		},
	}
}

func (d *regionsDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.CatalogConfigured(&resp.Diagnostics) {
		return
	}
	regions, err := d.Catalog.Regions(ctx)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read the catalogue", "regions", err)
		return
	}
	m := regionsModel{Regions: make([]regionModel, len(regions))}
	for i, r := range regions {
		m.Regions[i] = regionModel{
			ID:           types.Int64Value(r.ID),
			Code:         types.StringValue(r.Code),
			Name:         types.StringValue(r.Name),
			CountryCode:  types.StringValue(r.CountryCode),
			Flag:         types.StringValue(r.Flag),
			DisplayOrder: types.Int64PointerValue(r.DisplayOrder),
			IsDefault:    types.BoolValue(r.IsDefault),
		}
	}
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}
