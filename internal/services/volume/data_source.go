package volume

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource                     = (*volumeDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*volumeDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*volumeDataSource)(nil)
)

type volumeDataSource struct {
	tfkit.DataSourceBase
}

// NewDataSource returns the raff_volume data source.
func NewDataSource() datasource.DataSource { return &volumeDataSource{} }

func (d *volumeDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_volume"
}

func (d *volumeDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A block storage volume, by id, or by name and project.",
		Attributes: tfkit.ByIDOrName(dataSourceAttributes(), "volume",
			" Names are not unique: several volumes of the name are an error."),
	}
}

func (d *volumeDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return tfkit.OneOf("id", "name")
}

func (d *volumeDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[dataModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	volume, err := d.find(ctx, m)
	if err != nil {
		tfkit.AddReadError(ctx, &d.DataSourceBase, &resp.Diagnostics, tfkit.Volume, m.ID, m.Object(), err)
		return
	}
	wanted := m.ProjectID
	fillPriced(ctx, d.Catalog, tfkit.NewPricing("the volume", &resp.Diagnostics))(m, volume)
	if !tfkit.InProject(wanted, "Volume", volume.Name, m.ID.ValueString(), volume.ProjectID, &resp.Diagnostics) {
		return
	}
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

func (d *volumeDataSource) find(ctx context.Context, m *dataModel) (*client.Volume, error) {
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	if !m.ID.IsNull() {
		return tfkit.ByIntegerID(ctx, m.ID, reader.GetVolume)
	}
	return tfkit.FindByName(reader.ListVolumes(ctx, client.VolumeFilter{}), m.Name.ValueString(), func(v *client.Volume) (name, id string) {
		return v.Name, tfkit.IntegerID(v.ID).ValueString()
	})
}

// dataSourceAttributes are the attributes of dataModel, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":             tfkit.Text("Id of the volume, an integer written as a string."),
		"project_id":     tfkit.Text("Id of the project that the volume belongs to."),
		"account_id":     tfkit.Text("Id of the account that it belongs to."),
		"vm_id":          tfkit.Text("Id of the VM that the volume is attached to. Null when it is detached."),
		"name":           tfkit.Text("Name of the volume."),
		"volume_type":    tfkit.Text("Storage class."),
		"size":           tfkit.Number("Size in GiB."),
		"status":         tfkit.Text("Status: `creating`, `available`, `attached`, `deleting` or `failed`."),
		"price_per_hour": tfkit.PricePerHour(priced),
		"region":         tfkit.Text("Code of the region."),
		"monthly_price":  tfkit.MonthlyPrice(priced),
		"created_at":     tfkit.Text("Time at which the volume was created, in RFC 3339."),
		"updated_at":     tfkit.Text("Time at which the volume was last changed, attached or detached, in RFC 3339."),
	}
}
