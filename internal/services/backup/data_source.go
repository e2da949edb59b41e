package backup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource                     = (*backupDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*backupDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*backupDataSource)(nil)
)

type backupDataSource struct {
	tfkit.DataSourceBase
}

// NewDataSource returns the raff_backup data source.
func NewDataSource() datasource.DataSource { return &backupDataSource{} }

func (d *backupDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_backup"
}

func (d *backupDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A backup of a VM, by id, or by name and project.",
		Attributes: tfkit.ByIDOrName(dataSourceAttributes(), "backup",
			" Names are not unique: several backups of the name are an error."),
	}
}

func (d *backupDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return tfkit.OneOf("id", "name")
}

func (d *backupDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[dataModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	backup, err := d.find(ctx, m)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Unable to read backup", m.Object(), err)
		return
	}
	if !tfkit.InProject(m.ProjectID, "Backup", backup.Name, backup.ID, backup.ProjectID, &resp.Diagnostics) {
		return
	}
	fillPriced(ctx, d.Catalog, tfkit.NewPricing("the backup", &resp.Diagnostics))(m, backup)
	tfkit.Set(ctx, &resp.State, m, &resp.Diagnostics)
}

func (d *backupDataSource) find(ctx context.Context, m *dataModel) (*client.Backup, error) {
	reader := d.Client.ReaderIn(m.ProjectID.ValueString())
	if !m.ID.IsNull() {
		return reader.GetBackup(ctx, m.ID.ValueString())
	}
	return tfkit.FindByName(reader.ListBackups(ctx, client.BackupFilter{}), m.Name.ValueString(), func(b *client.Backup) (name, id string) {
		return b.Name, b.ID
	})
}

// dataSourceAttributes are the attributes of dataModel, all computed.
func dataSourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":             tfkit.Text("Id of the backup."),
		"project_id":     tfkit.Text("Id of the project that the backup belongs to."),
		"account_id":     tfkit.Text("Id of the account."),
		"created_by":     tfkit.Text("Id of the user who created the backup."),
		"region":         tfkit.Text("Region that the backup is stored in."),
		"vm_id":          tfkit.Text("Id of the VM that was backed up. It may be gone."),
		"name":           tfkit.Text("Name of the backup."),
		"storage_size":   tfkit.Number("Size in MB. Of a point that builds on another one it is what has changed since."),
		"status":         tfkit.Text("Status: `pending`, `creating`, `ready`, `restoring` or `failed`."),
		"price_per_hour": tfkit.PricePerHour(priced),
		"monthly_price":  tfkit.MonthlyPrice(priced),
		"expire_date":    tfkit.Text("When the backup is deleted by itself, RFC 3339. Null for one that is kept."),
		"increment_id":   tfkit.Number("Position in the series: `0` is the baseline, `1` and up build on it. Null for a backup by itself."),
		"created_at":     tfkit.Text("When the backup was created, RFC 3339."),
	}
}
