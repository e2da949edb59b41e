package volume

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// model is what the API says of a volume as such. The resource and the data sources share it.
type model struct {
	ID         types.String `tfsdk:"id"`
	ProjectID  types.String `tfsdk:"project_id"`
	AccountID  types.String `tfsdk:"account_id"`
	Name       types.String `tfsdk:"name"`
	VolumeType types.String `tfsdk:"volume_type"`
	Size       types.Int64  `tfsdk:"size"`
	Region     types.String `tfsdk:"region"`
	CreatedAt  types.String `tfsdk:"created_at"`
	tfkit.Prices
}

// dataModel adds what attaching and detaching changes. The resource leaves it out: the attachment is a
// resource of its own, and only that one is to show a volume that was moved elsewhere.
type dataModel struct {
	model
	VMID      types.String `tfsdk:"vm_id"`
	Status    types.String `tfsdk:"status"`
	UpdatedAt types.String `tfsdk:"updated_at"`
}

// resourceModel adds what only the resource has.
type resourceModel struct {
	model
	FilesystemType     types.String   `tfsdk:"filesystem_type"`
	DeletionProtection types.Bool     `tfsdk:"deletion_protection"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

// Object names the volume in diagnostics.
func (m *model) Object() string {
	return tfkit.Object("volume", m.Name.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
}

// Identity implements tfkit.Model.
func (m *model) Identity() any { return tfkit.Identity{ID: m.ID, ProjectID: m.ProjectID} }

// fromAPI fills the model, but for the prices.
func (m *model) fromAPI(v *client.Volume) {
	m.ID = tfkit.IntegerID(v.ID)
	m.ProjectID = tfkit.StringOrNull(v.ProjectID)
	m.AccountID = tfkit.StringOrNull(v.AccountID)
	m.Name = types.StringValue(v.Name)
	m.VolumeType = types.StringValue(v.VolumeType)
	m.Size = types.Int64Value(v.Size)
	m.Region = tfkit.StringOrNull(v.Region)
	m.CreatedAt = tfkit.OptionalTime(v.CreatedAt)
}

func (m *dataModel) fromAPI(v *client.Volume) {
	m.model.fromAPI(v)
	m.VMID = tfkit.StringOrNull(v.VMID)
	m.Status = types.StringValue(v.Status)
	m.UpdatedAt = tfkit.OptionalTime(v.UpdatedAt)
}
