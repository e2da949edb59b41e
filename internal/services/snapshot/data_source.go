package snapshot

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource                     = (*snapshotDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*snapshotDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*snapshotDataSource)(nil)
)

type snapshotDataSource struct {
	tfkit.DataSourceBase
}

// NewDataSource returns the raff_snapshot data source.
func NewDataSource() datasource.DataSource { return &snapshotDataSource{} }

func (d *snapshotDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_snapshot"
}

func (d *snapshotDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A snapshot of a VM or volume, by id, or by name and project. The API does not say which volume a snapshot belongs to; " +
			"`raff_snapshots` can look for those of a volume.",
		Attributes: tfkit.ByIDOrName(dataSourceAttributes(), "snapshot",
			" Names are not unique: several snapshots of the name are an error."),
	}
}

func (d *snapshotDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return tfkit.OneOf("id", "name")
}

func (d *snapshotDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[dataModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	snapshot, err := d.find(ctx, m)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read snapshot", m.Object(), err)
		return
	}
	wanted := m.ProjectID
	fillPriced(ctx, d.Catalog, tfkit.NewPricing("the snapshot", &resp.Diagnostics))(m, snapshot)
	if !tfkit.InProject(wanted, "Snapshot", snapshot.Name, m.ID.ValueString(), snapshot.ProjectID, &resp.Diagnostics) {
		return
	}
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

func (d *snapshotDataSource) find(ctx context.Context, m *dataModel) (*client.Snapshot, error) {
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	if !m.ID.IsNull() {
		return tfkit.ByIntegerID(ctx, m.ID, reader.GetSnapshot)
	}
	return tfkit.FindByName(reader.ListSnapshots(ctx, client.SnapshotFilter{}), m.Name.ValueString(), func(s *client.Snapshot) (name, id string) {
		return s.Name, tfkit.IntegerID(s.ID).ValueString()
	})
}

// dataSourceAttributes are the attributes of dataModel, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":             tfkit.Text("Id of the snapshot, an integer written as a string."),
		"project_id":     tfkit.Text("Id of the project that the snapshot belongs to."),
		"account_id":     tfkit.Text("Id of the account."),
		"created_by":     tfkit.Text("Id of the user who took the snapshot."),
		"type":           tfkit.Text("What the snapshot is of: `vm` or `volume`."),
		"vm_id":          tfkit.Text("Id of the VM that the snapshot is of. Null for one of a volume."),
		"name":           tfkit.Text("Name of the snapshot."),
		"size":           tfkit.Text("Size of the snapshot, as the API renders it."),
		"target_size":    tfkit.Text("Size of the source at the time, as the API renders it."),
		"status":         tfkit.Text("`active` when the source runs on this snapshot, otherwise empty."),
		"price_per_hour": tfkit.PricePerHour(priced),
		"monthly_price":  tfkit.MonthlyPrice(priced),
		"created_at":     tfkit.Text("When the snapshot was taken, RFC 3339."),
	}
}
