package vm

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/actionvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/tfkit"
)

const reinstallType = "raff_vm_reinstall"

var (
	_ action.Action                     = (*reinstallAction)(nil)
	_ action.ActionWithConfigure        = (*reinstallAction)(nil)
	_ action.ActionWithConfigValidators = (*reinstallAction)(nil)
	_ action.ActionWithModifyPlan       = (*reinstallAction)(nil)
)

type reinstallAction struct {
	vmAction
}

// NewReinstallAction returns the action raff_vm_reinstall.
func NewReinstallAction() action.Action { return &reinstallAction{} }

type reinstallModel struct {
	actionModel
	TemplateID           types.String `tfsdk:"template_id"`
	SSHKeys              types.Set    `tfsdk:"ssh_keys"`
	PasswordWO           types.String `tfsdk:"password_wo"`
	AutoGeneratePassword types.Bool   `tfsdk:"auto_generate_password"`
}

func (a *reinstallAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = reinstallType
}

func (a *reinstallAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Wipes the OS disk of a VM, deletes the VM's snapshots and backups, installs a template, and waits until the VM runs. Every invocation does so, whatever is on the disk.\n\n" +
			"Addresses, volumes, VPC and tags stay. A VM that Terraform protects with `deletion_protection` is refused. " +
			"For a VM that Terraform manages, prefer `rebuild_policy = \"reinstall\"` of `raff_vm`: a template that only this action names is a difference that the next plan of the `raff_vm` shows.",
		Attributes: actionAttributes(tfkit.ActionID("VM", ""), tfkit.ActionTimeouts(ctx, rebuildTimeout), map[string]schema.Attribute{
			"template_id": schema.StringAttribute{
				MarkdownDescription: "Id of the operating system template, see the `raff_template` data source. Default: the template that the VM has.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"ssh_keys": schema.SetAttribute{
				MarkdownDescription: "Public SSH keys (the keys themselves, not ids) for the first login. A Linux VM needs `ssh_keys`, `password_wo` or `auto_generate_password`, a Windows VM takes no keys. Default: none.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.Set{setvalidator.ValueStringsAre(tfkit.SSHPublicKey())},
			},
			"password_wo": schema.StringAttribute{
				MarkdownDescription: "Password of root or Administrator: at least 12 characters of `A-Z a-z 0-9 @+-_.,!`, among them 2 upper case letters, 2 digits and 1 of the special ones. " +
					"Windows needs it, or `auto_generate_password`. Give it as an ephemeral variable or from an ephemeral resource: then no plan file and no state has it. " +
					"Terraform keeps any other value in the plan file. Default: none.",
				Optional:   true,
				WriteOnly:  true,
				Validators: []validator.String{passwordValidator{}},
			},
			"auto_generate_password": schema.BoolAttribute{
				MarkdownDescription: "Whether Raff chooses the password, and sends it to the owner of the account by email. It excludes `password_wo`. Default: `false`.",
				Optional:            true,
			},
		}),
	}
}

// ConfigValidators refuses two passwords.
func (a *reinstallAction) ConfigValidators(context.Context) []action.ConfigValidator {
	return []action.ConfigValidator{
		actionvalidator.Conflicting(path.MatchRoot("password_wo"), path.MatchRoot("auto_generate_password")),
	}
}

// wipesDisk says what a reinstall does.
const wipesDisk = "reinstalls the VM, which wipes its OS disk and deletes its snapshots and backups"

// ModifyPlan refuses a template that does not exist or does not go with the VM's plan, and a system that nobody could log in to.
func (a *reinstallAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	m := tfkit.Get[reinstallModel](ctx, req.Config, &resp.Diagnostics)
	stage, vm := a.plan(ctx, reinstallType, &m.actionModel, req, resp)
	if resp.Diagnostics.HasError() || a.Unconfigured() {
		return
	}
	template, ok := a.template(ctx, m, vm, resp)
	if !ok {
		return
	}
	if template != nil {
		checkLogin(stage.Diags, template, m.SSHKeys, m.PasswordWO, m.generated())
	}
	if vm == nil || stage.Diags.HasError() {
		return
	}
	if template != nil && template.ID != vm.TemplateID {
		a.checkFit(ctx, stage, template, vm)
	}
	if !a.RefuseProtected(pathVMID, vm.ID, m.object(), wipesDisk, stage.Diags) {
		stage.RefuseStates(ctx, pathVMID, vm, "can be reinstalled", client.VMFailure)
	}
}

// generated tells whether Raff chooses a password, or may.
func (m *reinstallModel) generated() bool {
	return m.AutoGeneratePassword.IsUnknown() || m.AutoGeneratePassword.ValueBool()
}

// template is the template that is installed: nil where it is not known, or offered no more. ok is false where the plan is
// refused.
func (a *reinstallAction) template(ctx context.Context, m *reinstallModel, vm *client.VM, resp *action.ModifyPlanResponse) (_ *client.Template, ok bool) {
	id := m.TemplateID.ValueString()
	switch {
	case m.TemplateID.IsUnknown() || id == "" && vm == nil:
		return nil, true
	case id == "" || vm != nil && id == vm.TemplateID: // it may be offered no more, but the VM has it
		template, err := a.Catalog.Template(ctx, vm.TemplateID)
		if err != nil {
			return nil, true
		}
		return template, true
	}
	template := findTemplate(ctx, a.Catalog, id, &resp.Diagnostics)
	return template, template != nil
}

// checkFit refuses a template that does not go with the plan of the VM.
func (a *reinstallAction) checkFit(ctx context.Context, stage *tfkit.ActionPlan, template *client.Template, vm *client.VM) {
	pricing, err := a.Catalog.Plan(ctx, vm.PricingID)
	if err != nil {
		return // it is not offered any more, and the API has the last word
	}
	at := path.Root("template_id")
	checkFamily(stage.Diags, at, template, pricing)
	if !stage.Diags.HasError() {
		checkLeast(stage.Diags, at, template, pricing, vm.TotalStorage)
	}
	if !stage.Diags.HasError() && stage.Managed(ctx, tfkit.VM, vm.ID) {
		stage.Diags.AddAttributeWarning(at, "The template is managed elsewhere", fmt.Sprintf(
			"%s is managed by a raff_vm, whose next plan shows the difference. Change template_id there as well, or there alone, with rebuild_policy = \"reinstall\".", named(vm)))
	}
}

func (a *reinstallAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	m := tfkit.Get[reinstallModel](ctx, req.Config, &resp.Diagnostics)
	if a.protected(&m.actionModel, wipesDisk, resp) {
		return
	}
	in := tfkit.Invocation{Type: reinstallType, Failed: "Unable to reinstall VM", ByDefault: rebuildTimeout}
	a.on(ctx, in, &m.actionModel, resp, func(ctx context.Context, p *tfkit.Progress, project *client.Scoped, vm *client.VM) error {
		body := client.ReinstallVMRequest{
			TemplateID: m.TemplateID.ValueString(), SSHKeys: tfkit.SetStrings(m.SSHKeys),
			Password: m.PasswordWO.ValueString(), AutoGeneratePassword: m.AutoGeneratePassword.ValueBool(),
		}
		if body.TemplateID == "" {
			body.TemplateID = vm.TemplateID
		}
		p.Say("Reinstalling %s", named(vm))
		return rebuild(ctx, project, vm, func(ctx context.Context) error { return project.ReinstallVM(ctx, vm.ID, body) })
	})
}
