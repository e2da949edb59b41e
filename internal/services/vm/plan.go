package vm

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

// ModifyPlan refuses what cannot work, makes known what can be known, and marks as unknown only what
// the change touches.
func (r *vmResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	stage, ok := r.Plan(ctx, kind, req, resp)
	if !ok {
		return
	}
	p := planner{
		r:      r,
		stage:  stage,
		config: tfkit.Get[resourceModel](ctx, req.Config, &resp.Diagnostics),
		plan:   tfkit.Get[resourceModel](ctx, resp.Plan, &resp.Diagnostics),
		diags:  &resp.Diagnostics,

		private: req.Private,
	}
	if !stage.Creating {
		p.state = tfkit.Get[resourceModel](ctx, req.State, &resp.Diagnostics)
		p.state.record(p.plan, p.recorded())
	}
	if resp.Diagnostics.HasError() {
		return
	}
	p.run(ctx)
	if resp.Diagnostics.HasError() {
		return
	}
	tfkit.Set(ctx, &resp.Plan, p.plan, &resp.Diagnostics)
	stage.Finish(ctx)
	if resp.Diagnostics.HasError() {
		return
	}
	if gone, ok := stage.Predecessor(ctx, tfkit.VM); ok { // names are unique
		stage.SayReplaced(ctx, gone)
	}
}

// planner works on one plan of one VM.
type planner struct {
	r      *vmResource
	stage  *tfkit.Planning
	config *resourceModel
	plan   *resourceModel
	state  *resourceModel // nil: the VM is created
	diags  *diag.Diagnostics

	private privateState
}

// recorded names what the API does not return and the configuration of an imported VM gives for the first
// time.
func (p *planner) recorded() []string {
	return slices.DeleteFunc(slices.Clone(kind.Unrecorded), func(name string) bool { return !p.stage.Unrecorded(name) })
}

func (p *planner) object() string {
	if p.state != nil {
		return p.state.Object()
	}
	return p.plan.Object()
}

func (p *planner) run(ctx context.Context) {
	tfkit.LeftOut(p.stage, "vpc_id", &p.plan.VPCID, types.StringNull())
	tfkit.LeftOut(p.stage, "tags", &p.plan.Tags, types.SetNull(types.StringType))
	p.checkNetwork()
	p.planTags()
	if p.state != nil {
		p.planRebuild(ctx)
	}
	if p.diags.HasError() || p.r.Unconfigured() {
		return
	}
	if p.state == nil {
		p.plan.Region = p.stage.PlannedRegion(ctx, p.plan.Region)
	}
	template := p.planTemplate(ctx)
	pricing := p.planSize(ctx)
	if p.diags.HasError() {
		return
	}
	if template != nil {
		checkLogin(p.diags, template, p.config.SSHKeys, p.config.PasswordWO, false)
	}
	p.checkFit(ctx, template, pricing)
	p.planPrices(ctx)
	p.warnOfStock(pricing)
	p.stage.WarnTaken(ctx, "name", tfkit.VM)
	if p.state == nil {
		p.plan.Status = plannedStatus(p.plan.PowerState, client.VMActive)
		p.planAddresses()
		return
	}
	p.checkStopping(ctx)
	p.checkReserved(ctx)
	p.markTouched()
}

// planAddresses makes known which addresses a new VM does not get.
func (p *planner) planAddresses() {
	p.plan.PublicIPv4Address = plannedAddress(p.plan.PublicIPv4)
	p.plan.PublicIPv6Address = plannedAddress(p.plan.PublicIPv6)
	if p.plan.VPCID.IsNull() {
		p.plan.PrivateIPv4Address = types.StringNull()
	}
}

// plannedAddress is the address after its switch was set: none when turned off, not known yet when
// turned on.
func plannedAddress(on types.Bool) types.String {
	if tfkit.Known(on) && !on.ValueBool() {
		return types.StringNull()
	}
	return types.StringUnknown()
}

// checkNetwork refuses a VM without any network. The API says the same of skip_public_ip with
// skip_vpc.
func (p *planner) checkNetwork() {
	none := p.plan.VPCID.IsNull() && tfkit.Known(p.plan.PublicIPv4) && !p.plan.PublicIPv4.ValueBool()
	if !none {
		return
	}
	if p.state != nil && p.state.VPCID.IsNull() && !p.state.PublicIPv4.ValueBool() {
		return // as it is: its addresses are attached by other resources
	}
	p.diags.AddAttributeError(path.Root("public_ipv4"), "VM without a network",
		"With public_ipv4 = false and no vpc_id the VM could not be reached at all. Set vpc_id, or leave public_ipv4 at true.")
}

func (p *planner) planTags() {
	if p.r.Unconfigured() { // the default tags may not be known yet either
		p.plan.EffectiveTags = types.SetUnknown(types.StringType)
		return
	}
	p.plan.EffectiveTags = effectiveTags(p.plan.Tags, p.r.DefaultTags)
	if n := len(p.plan.EffectiveTags.Elements()); n > maxTags {
		p.diags.AddAttributeError(path.Root("tags"), "Too many tags",
			fmt.Sprintf("A VM takes at most %d tags; together with the provider's default_tags these are %d.", maxTags, n))
	}
}

// planDisk works out the disk from what the plan includes, in GB.
func (p *planner) planDisk(included int64) {
	least := included
	if p.state != nil {
		least = max(least, p.state.TotalStorage.ValueInt64())
	}
	if p.config.DiskSize.IsNull() {
		p.plan.DiskSize = types.Int64Value(least)
	}
	if p.plan.DiskSize.IsUnknown() {
		p.plan.TotalStorage, p.plan.AddedStorage = types.Int64Unknown(), types.Int64Unknown()
		return
	}
	if size := p.plan.DiskSize.ValueInt64(); size < least {
		p.diags.AddAttributeError(path.Root("disk_size"), "Disks never shrink", p.shrinkDetail(size, included))
	}
	p.plan.TotalStorage = p.plan.DiskSize
	p.plan.AddedStorage = types.Int64Value(p.plan.DiskSize.ValueInt64() - included)
}

func (p *planner) shrinkDetail(size, included int64) string {
	if p.state != nil && size < p.state.TotalStorage.ValueInt64() {
		return fmt.Sprintf("%s has a disk of %d GiB and cannot get one of %d GiB. Keep %d or more, or leave disk_size out to keep what there is.",
			p.object(), p.state.TotalStorage.ValueInt64(), size, p.state.TotalStorage.ValueInt64())
	}
	return fmt.Sprintf("disk_size = %d is less than the %d GiB that plan %d includes. Set %d or more, or leave disk_size out.",
		size, included, p.plan.PricingID.ValueInt64(), included)
}

// checkLogin applies the rules for the first login to a VM that is built or rebuilt. generated tells whether Raff may choose
// the password.
func checkLogin(diags *diag.Diagnostics, template *client.Template, keys types.Set, password types.String, generated bool) {
	noKeys := keys.IsNull() || (!keys.IsUnknown() && len(keys.Elements()) == 0)
	noPassword := password.IsNull() && !generated
	name := template.Name + " " + template.Version
	if !template.IsWindows {
		if noKeys && noPassword {
			diags.AddAttributeError(path.Root("ssh_keys"), "No way to log in",
				tfkit.SentenceArticle(name)+" VM needs ssh_keys or password_wo, or both.")
		}
		return
	}
	if noPassword {
		diags.AddAttributeError(path.Root("password_wo"), "Windows needs a password", tfkit.SentenceArticle(name)+" VM needs password_wo.")
	}
	if !keys.IsUnknown() && !noKeys {
		diags.AddAttributeError(path.Root("ssh_keys"), "Windows takes no SSH keys", "Remove ssh_keys: "+name+" is reached with password_wo.")
	}
}

// checkStopping refuses to stop a running VM without permission.
func (p *planner) checkStopping(ctx context.Context) {
	allowed := p.plan.AllowStoppingForUpdate
	if p.state.Status.ValueString() == client.VMPassive || allowed.ValueBool() || allowed.IsUnknown() || p.finishes(ctx) || len(p.stage.Replaced(ctx)) > 0 {
		return
	}
	var name string
	switch {
	case !tfkit.SameKnown(p.plan.PricingID, p.state.PricingID):
		name = "pricing_id"
	case !tfkit.SameKnown(p.plan.DiskSize, p.state.DiskSize):
		name = "disk_size"
	default:
		return
	}
	p.diags.AddAttributeError(path.Root(name), "The VM would have to be stopped", fmt.Sprintf(
		"%s is running, and a change of %s needs it stopped for a moment. Set allow_stopping_for_update = true to let Terraform stop it, "+
			"resize it and start it again.", p.object(), name))
}
