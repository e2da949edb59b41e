package backup

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
	_ datasource.DataSource                     = (*backupDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*backupDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*backupDataSource)(nil)
)

type backupDataSource struct {
	framework.DataSourceBase
}

// NewDataSource returns the raff_backup data source.
func NewDataSource() datasource.DataSource { return &backupDataSource{} }

func (d *backupDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_backup"
}

func (d *backupDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes()
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the backup. Either this, or `name` and `project_id`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	attributes["name"] = schema.StringAttribute{
		MarkdownDescription: "Name of the backup, exactly. Needs `project_id`. Names are not unique: several backups of the name are an error.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.AlsoRequires(path.MatchRoot("project_id"))},
	}
	attributes["project_id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the project that the backup belongs to.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A backup of a VM, by id, or by name and project.",
		Attributes:          attributes,
	}
}

func (d *backupDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name"))}
}

func (d *backupDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	backup, err := d.find(ctx, &m)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read backup", m.object(), err)
		return
	}
	if !framework.InProject(m.ProjectID, "Backup", backup.Name, backup.ID, backup.ProjectID, &resp.Diagnostics) {
		return
	}
	m.fromAPI(backup)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (d *backupDataSource) find(ctx context.Context, m *model) (*client.Backup, error) {
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	if !m.ID.IsNull() {
		return reader.GetBackup(ctx, m.ID.ValueString())
	}
	return framework.FindByName(reader.ListBackups(ctx, client.BackupFilter{}), m.Name.ValueString(), func(b *client.Backup) (name, id string) {
		return b.Name, b.ID
	})
}

// dataSourceAttributes are the attributes of model, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	number := func(description string) schema.Attribute {
		return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
	}
	return map[string]schema.Attribute{
		"id":             text("Id of the backup."),
		"project_id":     text("Id of the project that the backup belongs to."),
		"account_id":     text("Id of the account."),
		"created_by":     text("Id of the user who made the backup."),
		"region":         text("Region that the backup is stored in."),
		"vm_id":          text("Id of the VM that was backed up. It may be gone."),
		"name":           text("Name of the backup."),
		"storage_size":   number("Size in MB. Of a point that builds on another one it is what has changed since."),
		"status":         text("Status: `pending`, `creating`, `ready`, `restoring` or `failed`."),
		"price_per_hour": text("Price in USD an hour, as text."),
		"expire_date":    text("When the backup is deleted by itself, RFC 3339. Null for one that is kept."),
		"increment_id":   number("Position in the series: `0` is the baseline, `1` and up build on it. Null for a backup by itself."),
		"created_at":     text("When the backup was made, RFC 3339."),
	}
}
