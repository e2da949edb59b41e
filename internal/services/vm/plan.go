package vm

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

// importedKey marks in the private state a VM that was imported: what the API does not return
// (SSH keys, password version, extra storage) is not known for it.
const importedKey = "imported"

// ModifyPlan refuses what cannot work, makes known what can be known, and marks as unknown only what
// the change touches.
func (r *vmResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if framework.Destroying(req) {
		r.planDestroy(ctx, req, resp)
		return
	}
	p := planner{
		r:      r,
		config: readModel(ctx, req.Config, &resp.Diagnostics),
		plan:   readModel(ctx, req.Plan, &resp.Diagnostics),
		diags:  &resp.Diagnostics,
	}
	if !framework.Creating(req) {
		p.state = readModel(ctx, req.State, &resp.Diagnostics)
		imported, diags := req.Private.GetKey(ctx, importedKey)
		resp.Diagnostics.Append(diags...)
		p.imported = len(imported) > 0
	}
	if resp.Diagnostics.HasError() {
		return
	}

	p.run(ctx)
	if resp.Diagnostics.HasError() {
		return
	}
	for _, name := range p.replace {
		resp.RequiresReplace.Append(path.Root(name))
	}
	framework.CheckDeletionProtection(ctx, req, resp, p.object(), append(p.replace, "project_id", "region")...)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, p.plan)...)
}

func (r *vmResource) planDestroy(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	state := readModel(ctx, req.State, &resp.Diagnostics)
	framework.CheckDeletionProtection(ctx, req, resp, state.object())
	if r.ProviderData != nil {
		r.Projects.CheckAllowed(pathProject, state.ProjectID, &resp.Diagnostics)
	}
}

// planner works on one plan of one VM.
type planner struct {
	r        *vmResource
	config   *resourceModel
	plan     *resourceModel
	state    *resourceModel // nil: the VM is made
	imported bool
	replace  []string // attributes that replace the VM by rebuild_policy
	diags    *diag.Diagnostics
}

func (p *planner) object() string {
	if p.state != nil {
		return p.state.object()
	}
	return framework.Object("VM", p.plan.Name.ValueString(), "", p.plan.ProjectID.ValueString())
}

func (p *planner) run(ctx context.Context) {
	p.checkProject(ctx)
	p.checkNetwork()
	p.planTags()
	if p.state != nil {
		p.planRebuild()
	}
	if p.diags.HasError() || p.r.Unconfigured() {
		return
	}
	p.planRegion(ctx)
	template := p.planTemplate(ctx)
	p.planSize(ctx)
	if p.diags.HasError() {
		return
	}
	if template != nil {
		p.checkAccess(ctx, template)
	}
	if p.state == nil {
		p.planAddresses()
		return
	}
	p.checkStopping()
	p.markTouched()
}

// planAddresses makes known which addresses a new VM does not get.
func (p *planner) planAddresses() {
	p.plan.PublicIPv4Address = plannedAddress(p.plan.PublicIPv4)
	p.plan.PublicIPv6Address = plannedAddress(p.plan.PublicIPv6)
	if p.plan.VPCID.IsNull() {
		p.plan.PrivateIPv4Address, p.plan.PrivateIPv6Address = types.StringNull(), types.StringNull()
	}
}

// plannedAddress is the address after its switch was set: none when turned off, not known yet when
// turned on.
func plannedAddress(on types.Bool) types.String {
	if framework.Known(on) && !on.ValueBool() {
		return types.StringNull()
	}
	return types.StringUnknown()
}

func (p *planner) checkProject(ctx context.Context) {
	if p.r.ProviderData == nil {
		return
	}
	if p.state == nil || !p.state.ProjectID.Equal(p.plan.ProjectID) {
		p.r.Projects.Check(ctx, pathProject, "VM", p.plan.ProjectID, probe, p.diags)
		return
	}
	p.r.Projects.CheckAllowed(pathProject, p.plan.ProjectID, p.diags)
}

// checkNetwork refuses a VM without any network. The API says the same of skip_public_ip with
// skip_vpc.
func (p *planner) checkNetwork() {
	none := p.plan.VPCID.IsNull() && framework.Known(p.plan.PublicIPv4) && !p.plan.PublicIPv4.ValueBool()
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

// planRegion resolves the project's default region for a new VM.
func (p *planner) planRegion(ctx context.Context) {
	if p.state != nil || !p.plan.Region.IsUnknown() || !p.config.Region.IsNull() || p.plan.ProjectID.IsUnknown() {
		return
	}
	region, err := p.r.Catalog.DefaultRegion(ctx, p.plan.ProjectID.ValueString())
	if err != nil {
		framework.AddAttributeError(p.diags, path.Root("region"), "Unable to find the project's default region",
			"Project "+p.plan.ProjectID.ValueString(), err)
		return
	}
	p.plan.Region = types.StringValue(region)
}

// planTemplate refuses an unknown template and makes its name and version known. It returns the
// template of a VM that is built or rebuilt, and nil where it is not known or stays as it is.
func (p *planner) planTemplate(ctx context.Context) *client.Template {
	changed := p.state == nil || !p.state.TemplateID.Equal(p.plan.TemplateID)
	if !changed && !reinstalls(p.plan, p.state) {
		return nil
	}
	if p.plan.TemplateID.IsUnknown() {
		p.plan.TemplateName, p.plan.TemplateVersion = types.StringUnknown(), types.StringUnknown()
		return nil
	}
	template, err := p.r.Catalog.Template(ctx, p.plan.TemplateID.ValueString())
	switch {
	case errors.Is(err, framework.ErrNotInCatalog) && !changed:
		return nil // it is offered no more, but the VM has it
	case errors.Is(err, framework.ErrNotInCatalog):
		p.diags.AddAttributeError(path.Root("template_id"), "Unknown template", fmt.Sprintf(
			"The catalogue has no template %q. Find one with the raff_template or raff_templates data source.", p.plan.TemplateID.ValueString()))
		return nil
	case err != nil:
		framework.AddAttributeError(p.diags, path.Root("template_id"), "Unable to read the catalogue", "Templates", err)
		return nil
	}
	p.plan.TemplateName = types.StringValue(template.Name)
	p.plan.TemplateVersion = types.StringValue(template.Version)
	return template
}

// planSize refuses an unknown plan and a shrinking disk, and makes the sizes known.
func (p *planner) planSize(ctx context.Context) {
	changed := p.state == nil || !p.state.PricingID.Equal(p.plan.PricingID)
	if !changed {
		p.planDisk(p.state.Storage.ValueInt64())
		return
	}
	if p.plan.PricingID.IsUnknown() {
		p.plan.CPU, p.plan.RAM, p.plan.Storage = types.Int64Unknown(), types.Int64Unknown(), types.Int64Unknown()
		p.plan.AddedStorage, p.plan.TotalStorage = types.Int64Unknown(), types.Int64Unknown()
		p.plan.MonthlyPrice = types.NumberUnknown()
		if p.config.DiskSize.IsNull() {
			p.plan.DiskSize = types.Int64Unknown()
		}
		return
	}
	plan, err := p.r.Catalog.Plan(ctx, p.plan.PricingID.ValueInt64())
	if errors.Is(err, framework.ErrNotInCatalog) {
		p.diags.AddAttributeError(path.Root("pricing_id"), "Unknown plan", fmt.Sprintf(
			"The catalogue has no VM plan %d. Find one with the raff_vm_plan or raff_vm_plans data source.", p.plan.PricingID.ValueInt64()))
		return
	}
	if err != nil {
		framework.AddAttributeError(p.diags, path.Root("pricing_id"), "Unable to read the catalogue", "VM plans", err)
		return
	}
	p.plan.CPU = types.Int64Value(plan.VCPU)
	p.plan.RAM = types.Int64Value(plan.MemoryGiB)
	p.plan.Storage = types.Int64Value(plan.SSDGiB)
	p.plan.MonthlyPrice = framework.Price(plan.MonthlyPrice)
	p.planDisk(plan.SSDGiB)
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
		return fmt.Sprintf("%s has a disk of %d GB and cannot get one of %d GB. Keep %d or more, or leave disk_size out to keep what there is.",
			p.object(), p.state.TotalStorage.ValueInt64(), size, p.state.TotalStorage.ValueInt64())
	}
	return fmt.Sprintf("disk_size = %d is less than the %d GB that plan %d includes. Set %d or more, or leave disk_size out.",
		size, included, p.plan.PricingID.ValueInt64(), included)
}

// checkAccess applies the rules for the first login, and for Windows, to a VM that is built or
// rebuilt.
func (p *planner) checkAccess(ctx context.Context, template *client.Template) {
	keys, password := p.config.SSHKeys, p.config.PasswordWO
	noKeys := keys.IsNull() || (!keys.IsUnknown() && len(keys.Elements()) == 0)
	name := template.Name + " " + template.Version
	if !template.IsWindows {
		if noKeys && password.IsNull() {
			p.diags.AddAttributeError(path.Root("ssh_keys"), "No way to log in",
				"A "+name+" VM needs ssh_keys or password_wo, or both.")
		}
		return
	}
	if password.IsNull() {
		p.diags.AddAttributeError(path.Root("password_wo"), "Windows needs a password", "A "+name+" VM needs password_wo.")
	}
	if !keys.IsUnknown() && !noKeys {
		p.diags.AddAttributeError(path.Root("ssh_keys"), "Windows takes no SSH keys", "Remove ssh_keys: "+name+" is reached with password_wo.")
	}
	p.checkWindowsPlan(ctx, name)
}

// checkWindowsPlan refuses Windows on a standard plan. A plan that is not known, or is offered no
// more, is left to the API.
func (p *planner) checkWindowsPlan(ctx context.Context, name string) {
	if p.plan.PricingID.IsUnknown() {
		return
	}
	plan, err := p.r.Catalog.Plan(ctx, p.plan.PricingID.ValueInt64())
	if err != nil || plan.VMType != "standard" {
		return
	}
	p.diags.AddAttributeError(path.Root("pricing_id"), "Windows needs a premium plan", fmt.Sprintf(
		"%s is only offered on premium plans, and plan %d is a standard one. Choose one with the raff_vm_plan data source and type = \"premium\".",
		name, plan.ID))
}

// checkStopping refuses to stop a running VM without leave.
func (p *planner) checkStopping() {
	allowed := p.plan.AllowStoppingForUpdate
	if p.state.Status.ValueString() == client.VMPassive || allowed.ValueBool() || allowed.IsUnknown() || len(p.replace) > 0 {
		return
	}
	for name, change := range map[string]bool{
		"pricing_id": !p.plan.PricingID.Equal(p.state.PricingID),
		"disk_size":  !p.plan.DiskSize.Equal(p.state.DiskSize) && p.plan.PricingID.Equal(p.state.PricingID),
	} {
		if change {
			p.diags.AddAttributeError(path.Root(name), "The VM would have to be stopped", fmt.Sprintf(
				"%s is running, and a change of %s needs it stopped for a moment. Set allow_stopping_for_update = true to let Terraform stop it, "+
					"resize it and start it again.", p.object(), name))
		}
	}
}
