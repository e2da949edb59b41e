package vm

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

var pathExtraStorage = path.Root("extra_storage")

// model is what the API says of a VM, and the resource and the data sources share.
type model struct {
	ID                 types.String `tfsdk:"id"`
	ProjectID          types.String `tfsdk:"project_id"`
	Name               types.String `tfsdk:"name"`
	Status             types.String `tfsdk:"status"`
	CPU                types.Int64  `tfsdk:"cpu"`
	RAM                types.Int64  `tfsdk:"ram"`
	Storage            types.Int64  `tfsdk:"storage"`
	AddedStorage       types.Int64  `tfsdk:"added_storage"`
	TotalStorage       types.Int64  `tfsdk:"total_storage"`
	TemplateID         types.String `tfsdk:"template_id"`
	TemplateName       types.String `tfsdk:"template_name"`
	TemplateVersion    types.String `tfsdk:"template_version"`
	PricingID          types.Int64  `tfsdk:"pricing_id"`
	CreatedBy          types.String `tfsdk:"created_by"`
	BillingType        types.String `tfsdk:"billing_type"`
	Region             types.String `tfsdk:"region"`
	PublicIPv4Address  types.String `tfsdk:"public_ipv4_address"`
	PublicIPv6Address  types.String `tfsdk:"public_ipv6_address"`
	PrivateIPv4Address types.String `tfsdk:"private_ipv4_address"`
	ConsoleRequireMFA  types.Bool   `tfsdk:"console_require_mfa"`
	Tags               types.Set    `tfsdk:"tags"`
	CreatedAt          types.String `tfsdk:"created_at"`
	tfkit.Prices
}

// dataModel adds what other resources, or the platform by itself, change of a VM. A resource has none of
// it: its attributes say what it manages, or what nothing else changes.
type dataModel struct {
	model
	Version            types.String `tfsdk:"version"`
	SubscriptionID     types.String `tfsdk:"subscription_id"`
	BackupType         types.String `tfsdk:"backup_type"`
	PrivateIPv6Address types.String `tfsdk:"private_ipv6_address"`
	Active             types.Bool   `tfsdk:"active"`
	UpdatedAt          types.String `tfsdk:"updated_at"`
}

// resourceModel adds what only the resource has. The addresses are those that it asks for itself: the
// ones of an attachment are the attachment's.
type resourceModel struct {
	model
	EffectiveTags          types.Set      `tfsdk:"effective_tags"`
	DiskSize               types.Int64    `tfsdk:"disk_size"`
	SSHKeys                types.Set      `tfsdk:"ssh_keys"`
	PasswordWO             types.String   `tfsdk:"password_wo"`
	PasswordWOVersion      types.Int64    `tfsdk:"password_wo_version"`
	VPCID                  types.String   `tfsdk:"vpc_id"`
	PublicIPv4             types.Bool     `tfsdk:"public_ipv4"`
	PublicIPv6             types.Bool     `tfsdk:"public_ipv6"`
	PowerState             types.String   `tfsdk:"power_state"`
	RebuildPolicy          types.String   `tfsdk:"rebuild_policy"`
	AllowStoppingForUpdate types.Bool     `tfsdk:"allow_stopping_for_update"`
	DeletionProtection     types.Bool     `tfsdk:"deletion_protection"`
	VolumeAction           types.String   `tfsdk:"volume_action"`
	DeleteVPC              types.Bool     `tfsdk:"delete_vpc"`
	ExtraStorage           types.Int64    `tfsdk:"extra_storage"`
	ExtraStorageType       types.String   `tfsdk:"extra_storage_type"`
	Timeouts               timeouts.Value `tfsdk:"timeouts"`
}

// Object names the VM in diagnostics.
func (m *model) Object() string {
	return tfkit.Object("VM", m.Name.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
}

// Identity implements tfkit.Model.
func (m *model) Identity() any { return tfkit.Identity{ID: m.ID, ProjectID: m.ProjectID} }

// fromAPI fills the model with what the API says, but for the prices. Tags are all tags of the VM.
func (m *model) fromAPI(vm *client.VM) {
	m.ID = types.StringValue(vm.ID)
	m.ProjectID = tfkit.StringOrNull(vm.ProjectID)
	m.Name = types.StringValue(vm.Name)
	m.Status = types.StringValue(vm.Status)
	m.CPU = types.Int64Value(vm.CPU)
	m.RAM = types.Int64Value(vm.RAM)
	m.Storage = types.Int64Value(vm.Storage)
	m.AddedStorage = types.Int64Value(vm.AddedStorage)
	m.TotalStorage = types.Int64Value(vm.TotalStorage)
	m.TemplateID = types.StringValue(vm.TemplateID)
	m.TemplateName = types.StringValue(vm.TemplateName)
	m.TemplateVersion = types.StringValue(vm.TemplateVersion)
	m.PricingID = types.Int64Value(vm.PricingID)
	m.CreatedBy = tfkit.StringOrNull(vm.CreatedBy)
	m.BillingType = tfkit.StringOrNull(vm.BillingType)
	m.Region = types.StringValue(vm.Region)
	m.PublicIPv4Address = tfkit.StringOrNull(vm.PublicIPv4Address)
	m.PublicIPv6Address = tfkit.StringOrNull(vm.PublicIPv6Address)
	m.PrivateIPv4Address = tfkit.StringOrNull(vm.PrivateIPv4Address)
	m.ConsoleRequireMFA = types.BoolValue(vm.ConsoleRequireMFA)
	m.Tags = tfkit.StringSet(tagNames(vm))
	m.CreatedAt = tfkit.Time(vm.CreatedAt)
}

// costsAs tells whether the VM has what it had before of all that its price depends on.
func (m *model) costsAs(before *model) bool {
	return m.PricingID.Equal(before.PricingID) && m.AddedStorage.Equal(before.AddedStorage)
}

func (m *dataModel) fromAPI(vm *client.VM) {
	m.model.fromAPI(vm)
	m.Version = tfkit.StringOrNull(vm.Version)
	m.SubscriptionID = tfkit.StringOrNull(vm.SubscriptionID)
	m.BackupType = tfkit.StringOrNull(vm.BackupType)
	m.PrivateIPv6Address = tfkit.StringOrNull(vm.PrivateIPv6Address)
	m.Active = types.BoolValue(vm.Active)
	m.UpdatedAt = tfkit.Time(vm.UpdatedAt)
}

// fromAPI fills the resource's model, but for its networks. What the API does not return keeps the value
// it had; tags are told apart from the provider's default tags by the prior value. A VM that is neither
// running nor stopped says nothing about the power state.
func (m *resourceModel) fromAPI(vm *client.VM, defaultTags []string) {
	prior := *m
	m.model.fromAPI(vm)
	m.PublicIPv4Address, m.PublicIPv6Address, m.PrivateIPv4Address =
		prior.PublicIPv4Address, prior.PublicIPv6Address, prior.PrivateIPv4Address
	m.EffectiveTags = m.Tags
	m.Tags = ownTags(tagNames(vm), defaultTags, prior.Tags)
	m.DiskSize = m.TotalStorage
	if tfkit.Known(m.PowerState) && resting(vm.Status) {
		m.PowerState = types.StringValue(vm.Status)
	}
}

// resting tells whether a VM is in a state that it stays in.
func resting(status string) bool { return status == client.VMActive || status == client.VMPassive }

// justImported tells whether the state comes from an import that was not read yet: attributes with a
// default are null in no other state.
func (m *resourceModel) justImported() bool { return m.RebuildPolicy.IsNull() }

// fillImported gives Terraform's own settings their defaults, so that an imported VM plans empty. What the
// API does not return stays null: any value that a configuration gives is the first one.
func (m *resourceModel) fillImported() {
	m.RebuildPolicy = types.StringValue(rebuildError)
	m.AllowStoppingForUpdate = types.BoolValue(false)
	m.VolumeAction = types.StringValue(client.VolumeActionDetach)
	m.DeleteVPC = types.BoolValue(false)
}

// ownTags are the VM's tags without the default ones, except those that the user named as well. No
// tags stay null if they were null before.
func ownTags(all, defaults []string, prior types.Set) types.Set {
	named := tfkit.SetStrings(prior)
	own := make([]string, 0, len(all))
	for _, tag := range all {
		if slices.Contains(named, tag) || !slices.Contains(defaults, tag) {
			own = append(own, tag)
		}
	}
	if len(own) == 0 && prior.IsNull() {
		return types.SetNull(types.StringType)
	}
	return tfkit.StringSet(own)
}

// effectiveTags joins tags and default tags. It is unknown while a tag is.
func effectiveTags(tags types.Set, defaults []string) types.Set {
	if tags.IsUnknown() {
		return types.SetUnknown(types.StringType)
	}
	for _, tag := range tags.Elements() {
		if tag.IsUnknown() {
			return types.SetUnknown(types.StringType)
		}
	}
	return tfkit.StringSet(append(tfkit.SetStrings(tags), defaults...))
}

func tagNames(vm *client.VM) []string {
	names := make([]string, 0, len(vm.Tags))
	for _, tag := range vm.Tags {
		names = append(names, tag.Name)
	}
	return names
}
