package vm

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// rebuildChange is a change that only a rebuild of the VM can make.
type rebuildChange struct {
	attribute   string
	reinstalls  bool // a reinstall can make it
	restore     func()
	plan, state attr.Value
}

func (p *planner) rebuildChanges() []rebuildChange {
	plan, state := p.plan, p.state
	return []rebuildChange{
		{"template_id", true, func() { plan.TemplateID = state.TemplateID }, plan.TemplateID, state.TemplateID},
		{"ssh_keys", true, func() { plan.SSHKeys = state.SSHKeys }, plan.SSHKeys, state.SSHKeys},
		{"password_wo_version", true, func() { plan.PasswordWOVersion = state.PasswordWOVersion }, plan.PasswordWOVersion, state.PasswordWOVersion},
		{"extra_storage", false, func() { plan.ExtraStorage = state.ExtraStorage }, plan.ExtraStorage, state.ExtraStorage},
		{"extra_storage_type", false, func() { plan.ExtraStorageType = state.ExtraStorageType }, plan.ExtraStorageType, state.ExtraStorageType},
	}
}

// planRebuild applies rebuild_policy. What is not known yet is no change: the policy is applied when it
// is known, before anything is touched.
func (p *planner) planRebuild(ctx context.Context) {
	var reinstalling []string
	for _, change := range p.rebuildChanges() {
		if !p.stage.Undecided(change.attribute) && !change.plan.Equal(change.state) && p.applyPolicy(change) {
			reinstalling = append(reinstalling, change.attribute)
		}
	}
	if len(reinstalling) > 0 && !p.diags.HasError() {
		p.stage.RefuseLoss(ctx, reinstalling[0], "reinstalls the VM, which wipes its OS disk and deletes its snapshots and backups")
	}
}

// applyPolicy applies rebuild_policy to one change. It returns whether that reinstalls the VM.
func (p *planner) applyPolicy(change rebuildChange) bool {
	at := path.Root(change.attribute)
	switch policy := p.plan.RebuildPolicy.ValueString(); {
	case p.plan.RebuildPolicy.IsUnknown(): // it is applied when it is known
	case policy == rebuildIgnore:
		change.restore()
	case policy == rebuildReplace:
		p.stage.Replace(change.attribute)
	case policy == rebuildReinstall && change.reinstalls:
		return true
	case policy == rebuildReinstall:
		p.diags.AddAttributeError(at, "A reinstall cannot change the extra storage", fmt.Sprintf(
			"%s of %s is only used when the VM is created. Add a volume instead, or set rebuild_policy to \"replace\" or \"ignore\".", change.attribute, p.object()))
	default:
		p.diags.AddAttributeError(at, "Only a rebuild can change this", fmt.Sprintf(
			"%s of %s cannot be changed in place. Take the change back, or set rebuild_policy:%s", change.attribute, p.object(), change.policies()))
	}
	return false
}

// policies are what rebuild_policy can be for a change, and what each costs.
func (c rebuildChange) policies() string {
	var reinstall string
	if c.reinstalls {
		reinstall = "\n  - \"reinstall\" wipes the OS disk and deletes the VM's snapshots and backups. Its addresses, volumes, VPC and tags stay."
	}
	return reinstall + "\n  - \"replace\" destroys the VM with its OS disk, snapshots and own addresses, and creates a new one." +
		"\n  - \"ignore\" leaves the VM as it is."
}

// reinstalls tells whether the plan reinstalls the VM, as far as is known.
func reinstalls(plan, state *resourceModel) bool {
	return !tfkit.SameKnown(plan.TemplateID, state.TemplateID) || !tfkit.SameKnown(plan.SSHKeys, state.SSHKeys) ||
		!tfkit.SameKnown(plan.PasswordWOVersion, state.PasswordWOVersion)
}

// touches tells whether the API has to be called to get from the state to the plan.
func touches(plan, state *resourceModel) bool {
	return reinstalls(plan, state) || !plan.Name.Equal(state.Name) || !plan.EffectiveTags.Equal(state.EffectiveTags) ||
		!plan.PricingID.Equal(state.PricingID) || !plan.DiskSize.Equal(state.DiskSize) || !plan.VPCID.Equal(state.VPCID) ||
		!plan.PublicIPv4.Equal(state.PublicIPv4) || !plan.PublicIPv6.Equal(state.PublicIPv6) || !plan.PowerState.Equal(state.PowerState) ||
		plan.ConsoleRequireMFA.ValueBool() != state.ConsoleRequireMFA.ValueBool()
}

// markTouched makes unknown what the change will have the server rewrite, and nothing else.
func (p *planner) markTouched() {
	plan, state := p.plan, p.state
	if touches(plan, state) {
		plan.Status = plannedStatus(plan.PowerState, state.Status.ValueString())
	}
	if !plan.VPCID.Equal(state.VPCID) {
		plan.PrivateIPv4Address = types.StringUnknown()
		if plan.VPCID.IsNull() {
			plan.PrivateIPv4Address = types.StringNull()
		}
	}
	if !plan.PublicIPv4.Equal(state.PublicIPv4) {
		plan.PublicIPv4Address = plannedAddress(plan.PublicIPv4)
	}
	if !plan.PublicIPv6.Equal(state.PublicIPv6) {
		plan.PublicIPv6Address = plannedAddress(plan.PublicIPv6)
	}
}

// plannedStatus is the status after a change: the power state that is managed, or the one from before,
// if that was one to stay in.
func plannedStatus(managed types.String, before string) types.String {
	switch {
	case managed.IsUnknown() || managed.IsNull() && !resting(before):
		return types.StringUnknown()
	case managed.IsNull():
		return types.StringValue(before)
	default:
		return managed
	}
}
