package vm

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

var (
	pathExtraStorage = path.Root("extra_storage")
	pathProject      = path.Root("project_id")
)

// model is what the API says of a VM. The resource and the data sources share it.
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
	Version            types.String `tfsdk:"version"`
	PricePerHour       types.String `tfsdk:"price_per_hour"`
	PricingID          types.Int64  `tfsdk:"pricing_id"`
	CreatedBy          types.String `tfsdk:"created_by"`
	BillingType        types.String `tfsdk:"billing_type"`
	SubscriptionID     types.String `tfsdk:"subscription_id"`
	BackupType         types.String `tfsdk:"backup_type"`
	Region             types.String `tfsdk:"region"`
	PublicIPv4Address  types.String `tfsdk:"public_ipv4_address"`
	PublicIPv6Address  types.String `tfsdk:"public_ipv6_address"`
	PrivateIPv4Address types.String `tfsdk:"private_ipv4_address"`
	PrivateIPv6Address types.String `tfsdk:"private_ipv6_address"`
	Tags               types.Set    `tfsdk:"tags"`
	Active             types.Bool   `tfsdk:"active"`
	CreatedAt          types.String `tfsdk:"created_at"`
	UpdatedAt          types.String `tfsdk:"updated_at"`
}

// resourceModel adds what only the resource has.
type resourceModel struct {
	model
	EffectiveTags          types.Set      `tfsdk:"effective_tags"`
	MonthlyPrice           types.Number   `tfsdk:"monthly_price"`
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

// object names the VM in diagnostics.
func (m *resourceModel) object() string {
	return framework.Object("VM", m.Name.ValueString(), m.ID.ValueString(), m.ProjectID.ValueString())
}

// fromAPI fills the model with what the API says. Tags are all tags of the VM.
func (m *model) fromAPI(vm *client.VM) {
	m.ID = types.StringValue(vm.ID)
	m.ProjectID = framework.StringOrNull(vm.ProjectID)
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
	m.Version = framework.StringOrNull(vm.Version)
	m.PricePerHour = types.StringValue(vm.PricePerHour)
	m.PricingID = types.Int64Value(vm.PricingID)
	m.CreatedBy = framework.StringOrNull(vm.CreatedBy)
	m.BillingType = framework.StringOrNull(vm.BillingType)
	m.SubscriptionID = framework.StringOrNull(vm.SubscriptionID)
	m.BackupType = framework.StringOrNull(vm.BackupType)
	m.Region = types.StringValue(vm.Region)
	m.PublicIPv4Address = framework.StringOrNull(vm.PublicIPv4Address)
	m.PublicIPv6Address = framework.StringOrNull(vm.PublicIPv6Address)
	m.PrivateIPv4Address = framework.StringOrNull(vm.PrivateIPv4Address)
	m.PrivateIPv6Address = framework.StringOrNull(vm.PrivateIPv6Address)
	m.Tags = stringSet(tagNames(vm))
	m.Active = types.BoolValue(vm.Active)
	m.CreatedAt = framework.Time(vm.CreatedAt)
	m.UpdatedAt = framework.Time(vm.UpdatedAt)
}

// fromAPI fills the resource's model. What the API does not return keeps the value it had; tags are
// told apart from the provider's default tags by the prior value.
func (m *resourceModel) fromAPI(vm *client.VM, defaultTags []string) {
	prior := m.Tags
	m.model.fromAPI(vm)
	m.EffectiveTags = m.Tags
	m.Tags = ownTags(tagNames(vm), defaultTags, prior)
	m.DiskSize = m.TotalStorage
	if framework.Known(m.PowerState) && (vm.Status == client.VMActive || vm.Status == client.VMPassive) {
		m.PowerState = types.StringValue(vm.Status)
	}
}

// justImported tells whether the state comes from an import that was not read yet: attributes with a
// default are null in no other state.
func (m *resourceModel) justImported() bool { return m.RebuildPolicy.IsNull() }

// fillImported gives the attributes that the API does not return their defaults, so that an
// imported VM plans empty. ssh_keys and password_wo_version cannot be known: the plan leaves them
// as they are while the VM is marked as imported.
func (m *resourceModel) fillImported() {
	m.SSHKeys = stringSet(nil)
	m.PasswordWOVersion = types.Int64Value(0)
	m.ExtraStorage = types.Int64Value(0)
	m.ExtraStorageType = types.StringValue(extraStorageType)
	m.RebuildPolicy = types.StringValue(rebuildError)
	m.AllowStoppingForUpdate = types.BoolValue(false)
	m.DeletionProtection = types.BoolValue(false)
	m.VolumeAction = types.StringValue(client.VolumeActionDetach)
	m.DeleteVPC = types.BoolValue(false)
	m.PublicIPv4 = types.BoolValue(!m.PublicIPv4Address.IsNull())
	m.PublicIPv6 = types.BoolValue(!m.PublicIPv6Address.IsNull())
}

// ownTags are the VM's tags without the default ones, except those that the user named as well. No
// tags stay null if they were null before.
func ownTags(all, defaults []string, prior types.Set) types.Set {
	named := setStrings(prior)
	own := make([]string, 0, len(all))
	for _, tag := range all {
		if slices.Contains(named, tag) || !slices.Contains(defaults, tag) {
			own = append(own, tag)
		}
	}
	if len(own) == 0 && prior.IsNull() {
		return types.SetNull(types.StringType)
	}
	return stringSet(own)
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
	return stringSet(append(setStrings(tags), defaults...))
}

func tagNames(vm *client.VM) []string {
	names := make([]string, 0, len(vm.Tags))
	for _, tag := range vm.Tags {
		names = append(names, tag.Name)
	}
	return names
}

// stringSet makes a set of the distinct strings.
func stringSet(values []string) types.Set {
	values = slices.Clone(values)
	slices.Sort(values)
	elements := make([]attr.Value, 0, len(values))
	for _, v := range slices.Compact(values) {
		elements = append(elements, types.StringValue(v))
	}
	return types.SetValueMust(types.StringType, elements)
}

// setStrings returns the known strings of a set, sorted; none for a null or unknown set.
func setStrings(set types.Set) []string {
	var values []string
	for _, element := range set.Elements() {
		if s, ok := element.(types.String); ok && framework.Known(s) {
			values = append(values, s.ValueString())
		}
	}
	slices.Sort(values)
	return values
}

// getter is a plan, a state or a configuration.
type getter interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

func readModel(ctx context.Context, from getter, diags *diag.Diagnostics) *resourceModel {
	var m resourceModel
	diags.Append(from.Get(ctx, &m)...)
	return &m
}
