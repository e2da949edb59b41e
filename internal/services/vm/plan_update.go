package vm

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

// rebuildChange is a change that only a rebuild of the VM can make.
type rebuildChange struct {
	attribute   string
	reinstalls  bool // a reinstall can make it
	restore     func()
	unknowable  bool // the API does not return it, so for an imported VM it is no change
	plan, state attr.Value
}

func (p *planner) rebuildChanges() []rebuildChange {
	plan, state := p.plan, p.state
	return []rebuildChange{
		{"template_id", true, func() { plan.TemplateID = state.TemplateID }, false, plan.TemplateID, state.TemplateID},
		{"ssh_keys", true, func() { plan.SSHKeys = state.SSHKeys }, true, plan.SSHKeys, state.SSHKeys},
		{"password_wo_version", true, func() { plan.PasswordWOVersion = state.PasswordWOVersion }, true, plan.PasswordWOVersion, state.PasswordWOVersion},
		{"extra_storage", false, func() { plan.ExtraStorage = state.ExtraStorage }, true, plan.ExtraStorage, state.ExtraStorage},
		{"extra_storage_type", false, func() { plan.ExtraStorageType = state.ExtraStorageType }, true, plan.ExtraStorageType, state.ExtraStorageType},
	}
}

// planRebuild applies rebuild_policy.
func (p *planner) planRebuild() {
	for _, change := range p.rebuildChanges() {
		if change.plan.Equal(change.state) {
			continue
		}
		if change.unknowable && p.imported {
			change.restore()
			continue
		}
		p.applyPolicy(change)
	}
}

func (p *planner) applyPolicy(change rebuildChange) {
	at := path.Root(change.attribute)
	switch policy := p.plan.RebuildPolicy.ValueString(); {
	case policy == rebuildIgnore:
		change.restore()
	case policy == rebuildReplace:
		p.replace = append(p.replace, change.attribute)
	case policy == rebuildReinstall && change.reinstalls:
		p.diags.AddAttributeWarning(at, "The VM is reinstalled", fmt.Sprintf(
			"Applying this plan reinstalls %s for the change of %s: the OS disk is wiped, and its snapshots and backups are deleted. "+
				"Addresses, volumes, VPC and tags stay.", p.object(), change.attribute))
	case policy == rebuildReinstall:
		p.diags.AddAttributeError(at, "A reinstall cannot change the extra storage", fmt.Sprintf(
			"%s of %s is only used when the VM is made. Add a volume instead, or set rebuild_policy to \"replace\" or \"ignore\".", change.attribute, p.object()))
	default:
		p.diags.AddAttributeError(at, "Only a rebuild can change this", fmt.Sprintf(
			"%s of %s cannot be changed in place. Set rebuild_policy to \"reinstall\" (wipes the OS disk, keeps addresses and volumes), "+
				"\"replace\" (destroys the VM and makes a new one) or \"ignore\" (leaves the VM as it is), or take the change back.", change.attribute, p.object()))
	}
}

// reinstalls tells whether the plan reinstalls the VM.
func reinstalls(plan, state *resourceModel) bool {
	return !plan.TemplateID.Equal(state.TemplateID) || !plan.SSHKeys.Equal(state.SSHKeys) || !plan.PasswordWOVersion.Equal(state.PasswordWOVersion)
}

// markTouched makes unknown what the change will have the server rewrite, and nothing else.
func (p *planner) markTouched() {
	plan, state := p.plan, p.state
	resized := !plan.PricingID.Equal(state.PricingID) || !plan.DiskSize.Equal(state.DiskSize)
	rebuilt := reinstalls(plan, state)
	powered := framework.Known(plan.PowerState) && plan.PowerState.ValueString() != state.Status.ValueString()
	readdressed := !plan.VPCID.Equal(state.VPCID)

	if resized {
		plan.PricePerHour = types.StringUnknown()
	}
	if rebuilt {
		plan.Version = types.StringUnknown()
	}
	switch {
	case powered:
		plan.Status, plan.Active = plan.PowerState, types.BoolUnknown()
	case rebuilt || !resting(state.Status.ValueString()):
		plan.Status, plan.Active = types.StringUnknown(), types.BoolUnknown()
	}
	if readdressed {
		plan.PrivateIPv4Address, plan.PrivateIPv6Address = types.StringUnknown(), types.StringUnknown()
	}
	if !plan.PublicIPv4.Equal(state.PublicIPv4) {
		plan.PublicIPv4Address = plannedAddress(plan.PublicIPv4)
	}
	if !plan.PublicIPv6.Equal(state.PublicIPv6) {
		plan.PublicIPv6Address = plannedAddress(plan.PublicIPv6)
	}
	if resized || rebuilt || powered || readdressed ||
		!plan.Name.Equal(state.Name) || !plan.EffectiveTags.Equal(state.EffectiveTags) ||
		!plan.PublicIPv4.Equal(state.PublicIPv4) || !plan.PublicIPv6.Equal(state.PublicIPv6) {
		plan.UpdatedAt = types.StringUnknown()
	}
}

func resting(status string) bool { return status == client.VMActive || status == client.VMPassive }
