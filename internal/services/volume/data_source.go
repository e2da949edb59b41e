package volume

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
	_ datasource.DataSource                     = (*volumeDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*volumeDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*volumeDataSource)(nil)
)

type volumeDataSource struct {
	framework.DataSourceBase
}

// NewDataSource returns the raff_volume data source.
func NewDataSource() datasource.DataSource { return &volumeDataSource{} }

func (d *volumeDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_volume"
}

func (d *volumeDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the volume. Either this, or `name` and `project_id`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{framework.IsIntegerID()},
	}
	attributes["name"] = schema.StringAttribute{
		MarkdownDescription: "Name of the volume, exactly. Needs `project_id`. Names are not unique: several volumes of the name are an error.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.AlsoRequires(path.MatchRoot("project_id"))},
	}
	attributes["project_id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the project that the volume belongs to.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A block storage volume, by id, or by name and project.",
		Attributes:          attributes,
	}
}

func (d *volumeDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name"))}
}

func (d *volumeDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m dataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	volume, err := d.find(ctx, &m)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read volume", m.object(), err)
		return
	}
	wanted := m.ProjectID
	m.fromAPI(volume)
	if !framework.InProject(wanted, "Volume", volume.Name, m.ID.ValueString(), volume.ProjectID, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (d *volumeDataSource) find(ctx context.Context, m *dataModel) (*client.Volume, error) {
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	if !m.ID.IsNull() {
		return getVolume(ctx, reader, m.ID)
	}
	return framework.FindByName(reader.ListVolumes(ctx, client.VolumeFilter{}), m.Name.ValueString(), func(v *client.Volume) (name, id string) {
		return v.Name, framework.IntegerID(v.ID).ValueString()
	})
}

// dataSourceAttributes are the attributes of dataModel, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"id":             text("Id of the volume, an integer written as a string."),
		"project_id":     text("Id of the project that the volume belongs to."),
		"account_id":     text("Id of the account."),
		"vm_id":          text("Id of the VM that the volume is attached to. Null when it is detached."),
		"name":           text("Name of the volume."),
		"volume_type":    text("Storage class."),
		"size":           schema.Int64Attribute{MarkdownDescription: "Size in GB.", Computed: true},
		"status":         text("Status: `creating`, `available`, `attached`, `deleting` or `failed`."),
		"price_per_hour": text("Price in USD an hour, as text."),
		"region":         text("Region."),
		"created_at":     text("When the volume was made, RFC 3339."),
		"updated_at":     text("When the volume was last changed, attached or detached, RFC 3339."),
	}
}
