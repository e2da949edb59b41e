package backup

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var pathProject = path.Root("project_id")

// model is what the API says of a backup. The resource and the data sources share it.
type model struct {
	ID           types.String `tfsdk:"id"`
	ProjectID    types.String `tfsdk:"project_id"`
	AccountID    types.String `tfsdk:"account_id"`
	CreatedBy    types.String `tfsdk:"created_by"`
	Region       types.String `tfsdk:"region"`
	VMID         types.String `tfsdk:"vm_id"`
	Name         types.String `tfsdk:"name"`
	StorageSize  types.Int64  `tfsdk:"storage_size"`
	Status       types.String `tfsdk:"status"`
	PricePerHour types.String `tfsdk:"price_per_hour"`
	ExpireDate   types.String `tfsdk:"expire_date"`
	IncrementID  types.Int64  `tfsdk:"increment_id"`
	CreatedAt    types.String `tfsdk:"created_at"`
}

// resourceModel adds what only the resource has.
type resourceModel struct {
	model
	DeleteSeries types.Bool     `tfsdk:"delete_series"`
	Timeouts     timeouts.Value `tfsdk:"timeouts"`
}

func (m *model) fromAPI(b *client.Backup) {
	m.ID = types.StringValue(b.ID)
	m.ProjectID = framework.StringOrNull(b.ProjectID)
	m.AccountID = framework.StringOrNull(b.AccountID)
	m.CreatedBy = framework.StringOrNull(b.CreatedBy)
	m.Region = framework.StringOrNull(b.Region)
	m.VMID = framework.StringOrNull(b.VMID)
	m.Name = types.StringValue(b.Name)
	m.StorageSize = types.Int64Value(b.StorageSize)
	m.Status = types.StringValue(b.Status)
	m.PricePerHour = framework.StringOrNull(b.PricePerHour)
	m.ExpireDate = framework.OptionalTime(b.ExpireDate)
	m.IncrementID = types.Int64PointerValue(b.IncrementID)
	m.CreatedAt = framework.OptionalTime(b.CreatedAt)
}

// object names the backup in diagnostics.
func (m *model) object() string {
	return framework.Object("backup", m.Name.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
}
