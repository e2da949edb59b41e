package snapshot

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource                     = (*snapshotDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*snapshotDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*snapshotDataSource)(nil)
)

type snapshotDataSource struct {
	framework.DataSourceBase
}

// NewDataSource returns the raff_snapshot data source.
func NewDataSource() datasource.DataSource { return &snapshotDataSource{} }

func (d *snapshotDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_snapshot"
}

func (d *snapshotDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the snapshot. Either this, or `name` and `project_id`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{framework.IsIntegerID()},
	}
	attributes["name"] = schema.StringAttribute{
		MarkdownDescription: "Name of the snapshot, exactly. Needs `project_id`. Names are not unique: several snapshots of the name are an error.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.AlsoRequires(path.MatchRoot("project_id"))},
	}
	attributes["project_id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the project that the snapshot belongs to.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A snapshot of a VM or volume, by id, or by name and project. The API does not say of which volume a snapshot is; " +
			"`raff_snapshots` can look for those of a volume.",
		Attributes: attributes,
	}
}

func (d *snapshotDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name"))}
}

func (d *snapshotDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	snapshot, err := d.find(ctx, &m)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read snapshot", m.object(), err)
		return
	}
	wanted := m.ProjectID
	m.fromAPI(snapshot)
	if !framework.InProject(wanted, "Snapshot", snapshot.Name, m.ID.ValueString(), snapshot.ProjectID, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (d *snapshotDataSource) find(ctx context.Context, m *model) (*client.Snapshot, error) {
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	if !m.ID.IsNull() {
		return getSnapshot(ctx, reader, m.ID)
	}
	return framework.FindByName(reader.ListSnapshots(ctx, client.SnapshotFilter{}), m.Name.ValueString(), func(s *client.Snapshot) (name, id string) {
		return s.Name, framework.IntegerID(s.ID).ValueString()
	})
}

// dataSourceAttributes are the attributes of model, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"id":             text("Id of the snapshot, an integer written as a string."),
		"project_id":     text("Id of the project that the snapshot belongs to."),
		"account_id":     text("Id of the account."),
		"created_by":     text("Id of the user who took the snapshot."),
		"type":           text("What the snapshot is of: `vm` or `volume`."),
		"vm_id":          text("Id of the VM that the snapshot is of. Null for one of a volume."),
		"name":           text("Name of the snapshot."),
		"size":           text("Size of the snapshot, as the API renders it."),
		"target_size":    text("Size of the source at the time, as the API renders it."),
		"status":         text("`active` when the source runs on this snapshot, otherwise empty."),
		"price_per_hour": text("Price in USD an hour, as text."),
		"created_at":     text("When the snapshot was taken, RFC 3339."),
	}
}
