package snapshot

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// model is what the API says of a snapshot, and the resource and the data sources share.
type model struct {
	ID         types.String `tfsdk:"id"`
	ProjectID  types.String `tfsdk:"project_id"`
	AccountID  types.String `tfsdk:"account_id"`
	CreatedBy  types.String `tfsdk:"created_by"`
	Type       types.String `tfsdk:"type"`
	VMID       types.String `tfsdk:"vm_id"`
	Name       types.String `tfsdk:"name"`
	Size       types.String `tfsdk:"size"`
	TargetSize types.String `tfsdk:"target_size"`
	CreatedAt  types.String `tfsdk:"created_at"`
	tfkit.Prices
}

// dataModel adds what another snapshot of the same source changes: its source runs on that one then.
type dataModel struct {
	model
	Status types.String `tfsdk:"status"`
}

// resourceModel adds what only the resource has.
type resourceModel struct {
	model
	VolumeID           types.String   `tfsdk:"volume_id"`
	DeletionProtection types.Bool     `tfsdk:"deletion_protection"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

// Object names the snapshot in diagnostics.
func (m *model) Object() string {
	return tfkit.Object("snapshot", m.Name.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
}

// Identity implements tfkit.Model.
func (m *model) Identity() any { return tfkit.Identity{ID: m.ID, ProjectID: m.ProjectID} }

// fromAPI fills the model, but for the prices. The API names no source volume, so volume_id keeps the value it had.
func (m *model) fromAPI(s *client.Snapshot) {
	m.ID = tfkit.IntegerID(s.ID)
	m.ProjectID = tfkit.StringOrNull(s.ProjectID)
	m.AccountID = tfkit.StringOrNull(s.AccountID)
	m.CreatedBy = tfkit.StringOrNull(s.CreatedBy)
	m.Type = types.StringValue(s.Type)
	m.VMID = tfkit.StringOrNull(s.VMID)
	m.Name = types.StringValue(s.Name)
	m.Size = tfkit.StringOrNull(s.Size)
	m.TargetSize = tfkit.StringOrNull(s.TargetSize)
	m.CreatedAt = tfkit.OptionalTime(s.CreatedAt)
}

func (m *dataModel) fromAPI(s *client.Snapshot) {
	m.model.fromAPI(s)
	m.Status = types.StringValue(s.Status)
}
