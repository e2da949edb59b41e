package backup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	_ datasource.DataSource              = (*backupsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*backupsDataSource)(nil)
)

type backupsDataSource struct {
	framework.DataSourceBase
}

// NewListDataSource returns the raff_backups data source.
func NewListDataSource() datasource.DataSource { return &backupsDataSource{} }

type listModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	VMID      types.String `tfsdk:"vm_id"`
	Backups   []model      `tfsdk:"backups"`
}

func (d *backupsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_backups"
}

func (d *backupsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The backups of a project, or of every project that the API key can reach.",
		Attributes: map[string]schema.Attribute{
			"project_id": framework.OptionalProjectID("backups"),
			"vm_id": schema.StringAttribute{
				MarkdownDescription: "Only backups of this VM.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"backups": schema.ListNestedAttribute{
				MarkdownDescription: "The backups, in the order of the API.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: dataSourceAttributes()},
			},
		},
	}
}

func (d *backupsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	var m listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.Backups = []model{}
	filter := client.BackupFilter{VMID: m.VMID.ValueString()}
	for backup, err := range d.Client.ReaderIn(m.ProjectID.ValueString()).ListBackups(ctx, filter) {
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Unable to list backups", framework.Object("backups", "", "", m.ProjectID.ValueString()), err)
			return
		}
		var item model
		item.fromAPI(backup)
		m.Backups = append(m.Backups, item)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
