package backup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var (
	_ datasource.DataSource              = (*backupsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*backupsDataSource)(nil)
)

type backupsDataSource struct {
	tfkit.DataSourceBase
}

// NewListDataSource returns the raff_backups data source.
func NewListDataSource() datasource.DataSource { return &backupsDataSource{} }

type listModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	VMID      types.String `tfsdk:"vm_id"`
	Backups   []dataModel  `tfsdk:"backups"`
}

func (d *backupsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_backups"
}

func (d *backupsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The backups of a project, or of every project that the API key can reach.",
		Attributes: map[string]schema.Attribute{
			"project_id": tfkit.OptionalProjectID("backups"),
			"vm_id":      tfkit.Filter("Only backups of this VM."),
			"backups":    tfkit.List("The backups, in the order of the API.", dataSourceAttributes()),
		},
	}
}

func (d *backupsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := tfkit.Question[listModel](ctx, &d.DataSourceBase, req, resp)
	if !ok {
		return
	}
	filter := client.BackupFilter{VMID: m.VMID.ValueString()}
	fill := fillPriced(ctx, d.Catalog, tfkit.NewPricing("the backups", &resp.Diagnostics))
	var err error
	m.Backups, err = tfkit.Items(d.Client.ReaderIn(m.ProjectID.ValueString()).ListBackups(ctx, filter), fill)
	tfkit.Listed(ctx, m, "backups", m.ProjectID.ValueString(), err, resp)
}
