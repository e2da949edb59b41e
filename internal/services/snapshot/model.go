package snapshot

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	pathProject = path.Root("project_id")
	pathVM      = path.Root("vm_id")
	pathVolume  = path.Root("volume_id")
	pathType    = path.Root("type")
)

// model is what the API says of a snapshot. The resource and the data sources share it.
type model struct {
	ID           types.String `tfsdk:"id"`
	ProjectID    types.String `tfsdk:"project_id"`
	AccountID    types.String `tfsdk:"account_id"`
	CreatedBy    types.String `tfsdk:"created_by"`
	Type         types.String `tfsdk:"type"`
	VMID         types.String `tfsdk:"vm_id"`
	Name         types.String `tfsdk:"name"`
	Size         types.String `tfsdk:"size"`
	TargetSize   types.String `tfsdk:"target_size"`
	Status       types.String `tfsdk:"status"`
	PricePerHour types.String `tfsdk:"price_per_hour"`
	CreatedAt    types.String `tfsdk:"created_at"`
}

// resourceModel adds what only the resource has.
type resourceModel struct {
	model
	VolumeID types.String   `tfsdk:"volume_id"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// fromAPI fills the model. The API names no source volume, so volume_id keeps the value it had.
func (m *model) fromAPI(s *client.Snapshot) {
	m.ID = framework.IntegerID(s.ID)
	m.ProjectID = framework.StringOrNull(s.ProjectID)
	m.AccountID = framework.StringOrNull(s.AccountID)
	m.CreatedBy = framework.StringOrNull(s.CreatedBy)
	m.Type = types.StringValue(s.Type)
	m.VMID = framework.StringOrNull(s.VMID)
	m.Name = types.StringValue(s.Name)
	m.Size = framework.StringOrNull(s.Size)
	m.TargetSize = framework.StringOrNull(s.TargetSize)
	m.Status = types.StringValue(s.Status)
	m.PricePerHour = framework.StringOrNull(s.PricePerHour)
	m.CreatedAt = framework.OptionalTime(s.CreatedAt)
}

// object names the snapshot in diagnostics.
func (m *model) object() string {
	return framework.Object("snapshot", m.Name.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
}
