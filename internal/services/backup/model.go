package backup

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// model is what the API says of a backup, and the resource and the data sources share.
type model struct {
	ID        types.String `tfsdk:"id"`
	ProjectID types.String `tfsdk:"project_id"`
	AccountID types.String `tfsdk:"account_id"`
	CreatedBy types.String `tfsdk:"created_by"`
	Region    types.String `tfsdk:"region"`
	VMID      types.String `tfsdk:"vm_id"`
	Name      types.String `tfsdk:"name"`
	Status    types.String `tfsdk:"status"`
	CreatedAt types.String `tfsdk:"created_at"`
	tfkit.Prices
}

// dataModel adds what a backup schedule changes: when it deletes a backup, the next one of the series
// takes over its place and content.
type dataModel struct {
	model
	StorageSize types.Int64  `tfsdk:"storage_size"`
	ExpireDate  types.String `tfsdk:"expire_date"`
	IncrementID types.Int64  `tfsdk:"increment_id"`
}

// resourceModel adds what only the resource has.
type resourceModel struct {
	model
	DeleteSeries       types.Bool     `tfsdk:"delete_series"`
	DeletionProtection types.Bool     `tfsdk:"deletion_protection"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

// Object names the backup in diagnostics.
func (m *model) Object() string {
	return tfkit.Object("backup", m.Name.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
}

// Identity implements tfkit.Model.
func (m *model) Identity() any { return tfkit.Identity{ID: m.ID, ProjectID: m.ProjectID} }

// fromAPI fills the model, but for the prices.
func (m *model) fromAPI(b *client.Backup) {
	m.ID = types.StringValue(b.ID)
	m.ProjectID = tfkit.StringOrNull(b.ProjectID)
	m.AccountID = tfkit.StringOrNull(b.AccountID)
	m.CreatedBy = tfkit.StringOrNull(b.CreatedBy)
	m.Region = tfkit.StringOrNull(b.Region)
	m.VMID = tfkit.StringOrNull(b.VMID)
	m.Name = types.StringValue(b.Name)
	m.Status = types.StringValue(b.Status)
	m.CreatedAt = tfkit.OptionalTime(b.CreatedAt)
}

func (m *dataModel) fromAPI(b *client.Backup) {
	m.model.fromAPI(b)
	m.StorageSize = types.Int64Value(b.StorageSize)
	m.ExpireDate = tfkit.OptionalTime(b.ExpireDate)
	m.IncrementID = types.Int64PointerValue(b.IncrementID)
}
