package vm

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rafftechnologies/terraform-provider-raff/internal/client"
	"github.com/rafftechnologies/terraform-provider-raff/internal/framework"
)

func (r *vmResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if r.Unconfigured() {
		framework.AddUnconfiguredError(&resp.Diagnostics)
		return
	}
	plan := readModel(ctx, req.Plan, &resp.Diagnostics)
	state := readModel(ctx, req.State, &resp.Diagnostics)
	config := readModel(ctx, req.Config, &resp.Diagnostics)
	timeout, diags := plan.Timeouts.Update(ctx, updateTimeout)
	resp.Diagnostics.Append(diags...)
	r.Projects.CheckAllowed(pathProject, plan.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	u := updater{r: r, project: r.Client.Project(state.ProjectID.ValueString()), id: state.ID.ValueString(), plan: plan, state: state, config: config}
	result := plan
	if err := u.run(ctx); err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to update VM", state.object(), err)
		// What was done is recorded, what was not keeps its old value: the next plan shows the rest.
		result = state
	}
	readCtx := context.WithoutCancel(ctx)
	vm, err := u.project.GetVM(readCtx, u.id)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Unable to read VM", state.object(), err)
		resp.State.Raw = req.State.Raw
		return
	}
	resp.Diagnostics.Append(r.save(readCtx, result, vm, &resp.State, resp.Identity)...)
}

// updater brings one VM from its state to its plan, one step after the other. A finished step is
// recorded in state where the API does not return what it changed.
type updater struct {
	r                   *vmResource
	project             *client.Scoped
	id                  string
	plan, state, config *resourceModel
}

func (u *updater) run(ctx context.Context) error {
	if !u.touchesAPI() {
		return nil
	}
	unlock, err := u.r.Locks.Lock(ctx, u.id)
	if err != nil {
		return err
	}
	defer unlock()
	before, err := u.project.WaitForVM(ctx, u.id, client.VMActive, client.VMPassive)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context, *client.VM) error{u.rename, u.retag, u.rewire, u.reinstall, u.resize} {
		if err := step(ctx, before); err != nil {
			return errors.Join(err, u.startAgain(ctx, before))
		}
	}
	return setPower(ctx, u.project, u.id, wantedPower(u.plan.PowerState, before.Status))
}

// startAgain starts a VM that an update stopped before it failed, even if the apply was interrupted:
// a running service must not stay down for it. It does not wait.
func (u *updater) startAgain(ctx context.Context, before *client.VM) error {
	if wantedPower(u.plan.PowerState, before.Status) != client.VMActive {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), startAgainTimeout)
	defer cancel()
	vm, err := u.project.WaitForVM(ctx, u.id, client.VMActive, client.VMPassive)
	if err == nil && vm.Status == client.VMPassive {
		err = u.project.StartVM(ctx, u.id)
	}
	if err != nil {
		return fmt.Errorf("the VM may be stopped now, starting it again failed: %w", err)
	}
	return nil
}

// touchesAPI tells whether anything but Terraform's own settings changes. The plan leaves updated_at
// as it is exactly then.
func (u *updater) touchesAPI() bool { return u.plan.UpdatedAt.IsUnknown() }

func (u *updater) rename(ctx context.Context, _ *client.VM) error {
	if u.plan.Name.Equal(u.state.Name) {
		return nil
	}
	return u.project.RenameVM(ctx, u.id, u.plan.Name.ValueString())
}

// retag removes what is too much before it adds what is missing: a VM takes a limited number of tags.
func (u *updater) retag(ctx context.Context, vm *client.VM) error {
	wanted := setStrings(u.plan.EffectiveTags)
	for _, tag := range vm.Tags {
		if slices.Contains(wanted, tag.Name) {
			continue
		}
		if _, err := u.project.RemoveVMTag(ctx, u.id, tag.ID); err != nil {
			return fmt.Errorf("removing tag %q: %w", tag.Name, err)
		}
	}
	present := tagNames(vm)
	for _, name := range wanted {
		if slices.Contains(present, name) {
			continue
		}
		if _, err := u.project.AddVMTag(ctx, u.id, client.AddVMTagRequest{Name: name}); err != nil {
			return fmt.Errorf("adding tag %q: %w", name, err)
		}
	}
	return nil
}

func (u *updater) reinstall(ctx context.Context, _ *client.VM) error {
	if !reinstalls(u.plan, u.state) {
		return nil
	}
	err := u.project.ReinstallVM(ctx, u.id, client.ReinstallVMRequest{
		TemplateID: u.plan.TemplateID.ValueString(),
		SSHKeys:    setStrings(u.plan.SSHKeys),
		Password:   u.config.PasswordWO.ValueString(),
	})
	if err != nil {
		return err
	}
	u.state.SSHKeys, u.state.PasswordWOVersion = u.plan.SSHKeys, u.plan.PasswordWOVersion
	_, err = u.project.WaitForVM(ctx, u.id, client.VMActive, client.VMPassive)
	return err
}

// resize changes disk and plan. A larger disk comes first: a change of the plan boots the VM.
func (u *updater) resize(ctx context.Context, vm *client.VM) error {
	size := u.plan.DiskSize.ValueInt64()
	resized := u.plan.PricingID.ValueInt64() != vm.PricingID
	if size > max(vm.TotalStorage, u.plan.Storage.ValueInt64()) {
		if err := growDisk(ctx, u.project, u.id, size); err != nil {
			return err
		}
	}
	if !resized {
		return nil
	}
	if err := setPower(ctx, u.project, u.id, client.VMPassive); err != nil {
		return err
	}
	if _, err := u.project.ResizeVM(ctx, u.id, u.plan.PricingID.ValueInt64()); err != nil {
		return err
	}
	_, err := u.project.WaitForVM(ctx, u.id, client.VMActive)
	return err
}

// growDisk stops the VM and grows its OS disk to size GB. The VM stays stopped.
func growDisk(ctx context.Context, project *client.Scoped, id string, size int64) error {
	if err := setPower(ctx, project, id, client.VMPassive); err != nil {
		return err
	}
	if _, err := project.ResizeVMDisk(ctx, id, size); err != nil {
		return err
	}
	_, err := project.WaitForVM(ctx, id, client.VMActive, client.VMPassive)
	return err
}

// setPower starts or stops the VM if it is not in the wanted state, and waits for it.
func setPower(ctx context.Context, project *client.Scoped, id, wanted string) error {
	vm, err := project.WaitForVM(ctx, id, client.VMActive, client.VMPassive)
	if err != nil || vm.Status == wanted {
		return err
	}
	change := project.StartVM
	if wanted == client.VMPassive {
		change = project.StopVM
	}
	if err := change(ctx, id); err != nil {
		return err
	}
	_, err = project.WaitForVM(ctx, id, wanted)
	return err
}

// wantedPower is the managed power state, or the one that is to be restored.
func wantedPower(managed types.String, before string) string {
	if framework.Known(managed) {
		return managed.ValueString()
	}
	return before
}
