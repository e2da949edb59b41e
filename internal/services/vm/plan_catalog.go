package vm

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

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
	if _, err := p.r.Catalog.Template(ctx, p.plan.TemplateID.ValueString()); errors.Is(err, tfkit.ErrNotInCatalog) && !changed {
		return nil // it is offered no more, but the VM has it
	}
	template := findTemplate(ctx, p.r.Catalog, p.plan.TemplateID.ValueString(), p.diags)
	if template == nil {
		return nil
	}
	p.plan.TemplateName = types.StringValue(template.Name)
	p.plan.TemplateVersion = types.StringValue(template.Version)
	return template
}

// findTemplate returns a template of the catalogue, or adds an error.
func findTemplate(ctx context.Context, catalog *tfkit.Catalog, id string, diags *diag.Diagnostics) *client.Template {
	at := path.Root("template_id")
	template, err := catalog.Template(ctx, id)
	switch {
	case errors.Is(err, tfkit.ErrNotInCatalog) && !tfkit.IsID(id):
		tfkit.AddIDExpected(diags, at, "template", id, catalog.TemplateIDOf(ctx, id))
		return nil
	case errors.Is(err, tfkit.ErrNotInCatalog):
		diags.AddAttributeError(at, "Unknown template", fmt.Sprintf(
			"The catalogue has no template %q. Find one with the raff_template or raff_templates data source.", id))
		return nil
	case err != nil:
		tfkit.AddAttributeError(diags, at, "Unable to read the catalogue", "Templates", err)
		return nil
	}
	return template
}

// planSize refuses an unknown plan and a shrinking disk, and makes the sizes known. It returns the plan that is
// ordered, and nil where it is not known or stays as it is.
func (p *planner) planSize(ctx context.Context) *client.VMPricingPlan {
	changed := p.state == nil || !p.state.PricingID.Equal(p.plan.PricingID)
	if !changed {
		p.planDisk(p.state.Storage.ValueInt64())
		return nil
	}
	if p.plan.PricingID.IsUnknown() {
		p.plan.CPU, p.plan.RAM, p.plan.Storage = types.Int64Unknown(), types.Int64Unknown(), types.Int64Unknown()
		p.plan.AddedStorage, p.plan.TotalStorage = types.Int64Unknown(), types.Int64Unknown()
		if p.config.DiskSize.IsNull() {
			p.plan.DiskSize = types.Int64Unknown()
		}
		return nil
	}
	plan, err := p.r.Catalog.Plan(ctx, p.plan.PricingID.ValueInt64())
	if errors.Is(err, tfkit.ErrNotInCatalog) {
		p.diags.AddAttributeError(path.Root("pricing_id"), "Unknown plan", fmt.Sprintf(
			"The catalogue has no VM plan %d. Find one with the raff_vm_plan or raff_vm_plans data source.", p.plan.PricingID.ValueInt64()))
		return nil
	}
	if err != nil {
		tfkit.AddAttributeError(p.diags, path.Root("pricing_id"), "Unable to read the catalogue", "VM plans", err)
		return nil
	}
	p.plan.CPU = types.Int64Value(plan.VCPU)
	p.plan.RAM = types.Int64Value(plan.MemoryGiB)
	p.plan.Storage = types.Int64Value(plan.SSDGiB)
	p.planDisk(plan.SSDGiB)
	return plan
}

// checkFit refuses a template and a plan that do not go together, where one of them is new to the VM. Nil is one that
// stays as it is; what the catalogue does not offer any more is left to the API.
func (p *planner) checkFit(ctx context.Context, template *client.Template, pricing *client.VMPricingPlan) {
	newTemplate := template != nil && (p.state == nil || !p.state.TemplateID.Equal(p.plan.TemplateID))
	if !newTemplate && pricing == nil || p.plan.TemplateID.IsUnknown() || p.plan.PricingID.IsUnknown() {
		return
	}
	var err error
	if template == nil {
		if template, err = p.r.Catalog.Template(ctx, p.plan.TemplateID.ValueString()); err != nil {
			return
		}
	}
	if pricing == nil {
		if pricing, err = p.r.Catalog.Plan(ctx, p.plan.PricingID.ValueInt64()); err != nil {
			return
		}
	}
	at := path.Root("pricing_id")
	if !newTemplate || p.state == nil {
		checkFamily(p.diags, at, template, pricing)
	} else {
		checkFamily(p.diags, path.Root("template_id"), template, pricing)
	}
	var disk int64 // a new VM has what the plan includes, and grows later; one that exists grows before it is reinstalled
	if p.state != nil {
		disk = max(p.state.TotalStorage.ValueInt64(), p.plan.DiskSize.ValueInt64())
	}
	checkLeast(p.diags, at, template, pricing, disk)
	if newTemplate {
		p.checkSameFamily(ctx, pricing)
	}
}

// checkSameFamily refuses to make Windows of a VM, or something else of Windows, in place: the reinstall and the change
// of the plan are two steps, and neither can be the first.
func (p *planner) checkSameFamily(ctx context.Context, pricing *client.VMPricingPlan) {
	if p.state == nil || len(p.stage.Replaced(ctx)) > 0 {
		return
	}
	before, err := p.r.Catalog.Plan(ctx, p.state.PricingID.ValueInt64())
	if err != nil || (before.VMType == client.PlanWindows) == (pricing.VMType == client.PlanWindows) {
		return
	}
	p.diags.AddAttributeError(path.Root("template_id"), "Only a replacement can do this", fmt.Sprintf(
		"%s: plan %d is of the type %s and plan %d of the type %s, and the template must go with the plan before and after each step. "+
			"Set rebuild_policy = \"replace\", or make a new VM.", p.object(), before.ID, before.VMType, pricing.ID, pricing.VMType))
}

// checkFamily has Windows on plans for Windows, and nothing else.
func checkFamily(diags *diag.Diagnostics, at path.Path, template *client.Template, pricing *client.VMPricingPlan) {
	name := template.Name + " " + template.Version
	switch windows := pricing.VMType == client.PlanWindows; {
	case template.IsWindows && !windows:
		diags.AddAttributeError(at, "Windows needs a Windows plan", fmt.Sprintf(
			"%s is only offered on plans of the type windows, and plan %d is of the type %s. Choose one with the raff_vm_plan data source and type = \"windows\".",
			name, pricing.ID, pricing.VMType))
	case !template.IsWindows && windows:
		diags.AddAttributeError(at, "Only Windows takes a Windows plan", fmt.Sprintf(
			"Plan %d is of the type windows, which comes with a licence, and %s is no Windows. Choose another one with the raff_vm_plan data source and type = \"standard\" or \"premium\".",
			pricing.ID, name))
	}
}

// checkLeast refuses a plan that has less than the template needs. disk is the size of the disk that there is, in GiB, where
// that may be more than the plan includes.
func checkLeast(diags *diag.Diagnostics, at path.Path, template *client.Template, pricing *client.VMPricingPlan, disk int64) {
	disk = max(disk, pricing.SSDGiB)
	for _, need := range []struct {
		what, unit   string
		least, there int64
		filter       string
	}{
		{"vCPUs", "", template.CPU, pricing.VCPU, "min_vcpu"},
		{"RAM", " GiB", template.RAM, pricing.MemoryGiB, "min_memory_gib"},
		{"disk", " GiB", template.Storage, disk, "min_ssd_gib"},
	} {
		if need.there >= need.least {
			continue
		}
		diags.AddAttributeError(at, "The plan is too small for the template", fmt.Sprintf(
			"%s %s needs %d%s of %s, and with plan %d there are %d%s. Choose a larger plan with the raff_vm_plan data source and %s = %d.",
			template.Name, template.Version, need.least, need.unit, need.what, pricing.ID, need.there, need.unit, need.filter, need.least))
	}
}

// warnOfStock warns of a plan that is ordered and that there may be none of.
func (p *planner) warnOfStock(pricing *client.VMPricingPlan) {
	if pricing == nil || !pricing.OutOfStock {
		return
	}
	p.diags.AddAttributeWarning(path.Root("pricing_id"), "The plan is out of stock", fmt.Sprintf(
		"%s orders plan %d, which is out of stock. It can be ordered all the same, but Raff may refuse it, and the apply fails then. "+
			"The raff_vm_plans data source tells by out_of_stock which plans are in stock.", p.object(), pricing.ID))
}
